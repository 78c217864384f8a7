#include <stdlib.h>
#include <string.h>

#include "report/row.h"
#include "test/tap.h"

static const struct row_column columns[] = {
	{ "id", ROW_HASH, false },  { "up", ROW_HASH, true },
	{ "n", ROW_UINT, false },   { "m", ROW_UINT, true },
	{ "at", ROW_TIME, false },  { "good", ROW_BOOL, false },
	{ "name", ROW_TEXT, true }, { "raw", ROW_TEXT, false },
};
static const struct row_table table = { "things", columns, 8, "id" };

static void write_rows(FILE *out, enum row_format format)
{
	struct row_writer w;
	uint8_t hash[32] = { 1, 2 };

	hash[31] = 0xee;
	row_init(&w, out, format, &table);
	row_hash(&w, hash);
	row_null(&w);
	row_uint(&w, 2100000000000000);
	row_null(&w);
	row_time(&w, 1495012321);
	row_bool(&w, true);
	row_text(&w, "a\tb\\c\nd");
	row_hex(&w, (struct span){ hash, 2 });
	row_hash(&w, hash);
	row_hash(&w, hash);
	row_uint(&w, 0);
	row_uint(&w, 0x0102030405060708);
	row_time(&w, 0);
	row_bool(&w, false);
	row_text(&w, NULL);
	row_hex(&w, (struct span){ hash, 0 });
	OK(row_fini(&w) == ST_OK);
}

static char *written(size_t *n, enum row_format format)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, n);

	write_rows(out, format);
	fclose(out);
	return text;
}

#define ID                                                                     \
	"ee000000000000000000000000000000000000000000000000000000000002"       \
	"01"

static void test_tsv(void)
{
	size_t n;
	char *text = written(&n, ROW_TSV);

	/* What moves a terminal is escaped first, then what COPY would read. */
	OK(strcmp(text, ID "\t\\N\t2100000000000000\t\\N\t"
			   "2017-05-17T09:12:01.000Z\tt\t"
			   "a\\\\x09b\\\\c\\\\x0ad\t0102\n" ID "\t" ID
			   "\t0\t72623859790382856\t"
			   "1970-01-01T00:00:00.000Z\tf\t\\N\t\n") == 0);
	free(text);
}

static void test_binary(void)
{
	static const uint8_t first[] =
		"\xee\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\x02\x01" /* id */
		"\x01"     /* up: NULL */
		"\x00\x40\x07\x5a\xf0\x75\x07\x00"
		"\x01"             /* m: NULL */
		"\xe1\x13\x1c\x59" /* 0x591c13e1 */
		"\x01"             /* good */
		"\x00\x0d"
		"a\\x09b\\c\\x0ad"
		"\x04"
		"0102";
	size_t n;
	char *text = written(&n, ROW_BINARY);
	const size_t length = sizeof(first) - 1;

	OK(n == length + 32 + 1 + 32 + 8 + 1 + 8 + 4 + 1 + 1 + 1);
	OK(n > length && memcmp(text, first, length) == 0);
	/* m of the second row */
	OK(n > length &&
	   memcmp(text + length + 73, "\x00\x08\x07\x06", 4) == 0);
	OK(n > 2 && text[n - 2] == 1 && text[n - 1] == 0);
	free(text);
}

/* Lengths of more than seven bits. */
static void test_long(void)
{
	static const struct row_column one[] = { { "t", ROW_TEXT, false } };
	static const struct row_table narrow = { "narrow", one, 1, "t" };
	uint8_t bytes[100] = { 0 };
	char *text = NULL;
	size_t n = 0;
	struct row_writer w;
	FILE *out = open_memstream(&text, &n);

	row_init(&w, out, ROW_BINARY, &narrow);
	row_hex(&w, (struct span){ bytes, 100 });
	OK(row_fini(&w) == ST_OK);
	fclose(out);
	OK(n == 202 && (uint8_t)text[0] == 0xc8 && text[1] == 1);
	free(text);
}

static void test_schema(void)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	row_schema(out, ROW_TSV, &table, "things.tsv");
	row_schema(out, ROW_BINARY, &table, "things.rowbinary");
	fclose(out);
	OK(strstr(text, "\tm bigint,\n"));
	OK(strstr(text, "\traw text NOT NULL\n);\n"));
	OK(strstr(text, "-- \\copy things FROM 'things.tsv'"));
	OK(strstr(text, "\tup Nullable(FixedString(32)),\n"));
	OK(strstr(text, "ORDER BY (id);"));
	free(text);
}

int main(void)
{
	test_tsv();
	test_binary();
	test_long();
	test_schema();
	return tap_end();
}
