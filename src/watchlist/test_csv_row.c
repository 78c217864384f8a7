#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"
#include "watchlist/csv_row.h"

static bool is(struct span s, const char *text)
{
	return s.n == strlen(text) && !memcmp(s.p, text, s.n);
}

static struct span of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static void test_rows(void)
{
	struct csv_row r;

	csv_row_init(&r, of("\xef\xbb\xbf"
			    "a,b , c\r\n"
			    "\n"
			    "\"x, \"\"y\"\"\nz \",,\"\" ,last\n"
			    "alone"));
	OK(csv_row_next(&r) && r.line == 1 && r.n == 3);
	OK(is(csv_row_field(&r, 0), "a") && is(csv_row_field(&r, 1), "b") &&
	   is(csv_row_field(&r, 2), "c"));
	OK(csv_row_next(&r) && r.line == 3 && r.n == 4);
	OK(is(csv_row_field(&r, 0), "x, \"y\"\nz"));
	OK(is(csv_row_whole(&r, 0), "x, \"y\"\nz "));
	OK(is(csv_row_field(&r, 1), "") && is(csv_row_field(&r, 2), "") &&
	   is(csv_row_field(&r, 3), "last"));
	OK(is(csv_row_field(&r, 4), "") && is(csv_row_whole(&r, 99), ""));
	OK(csv_row_next(&r) && r.line == 5 && r.n == 1 &&
	   is(csv_row_field(&r, 0), "alone"));
	OK(!csv_row_next(&r) && !r.bad);
	csv_row_fini(&r);
}

static void test_bad(void)
{
	struct csv_row r;

	csv_row_init(&r, of("a\n\"never closed,\nb\n"));
	OK(csv_row_next(&r));
	OK(!csv_row_next(&r) && r.bad && r.line == 2);
	OK(!csv_row_next(&r));
	csv_row_fini(&r);

	/* A row longer than CSV_ROW_BYTES, one with too many fields. */
	char *long_row = mem_new(CSV_ROW_BYTES + 10, 1);

	memset(long_row, 'x', CSV_ROW_BYTES + 5);
	csv_row_init(&r, of(long_row));
	OK(!csv_row_next(&r) && r.bad);
	csv_row_fini(&r);
	memset(long_row, ',', 1000);
	long_row[1000] = '\0';
	csv_row_init(&r, of(long_row));
	OK(csv_row_next(&r) && r.n == CSV_ROW_FIELDS);
	csv_row_fini(&r);
	free(long_row);
}

/* Every truncation ends, in memory of exactly that size. */
static void test_cut(void)
{
	static const char text[] = "a,\"b\"\"c\",d\n\"e\nf\",g\n";

	for (size_t n = 0; n < sizeof(text); n++) {
		uint8_t *exact = mem_new(n + !n, 1);
		struct csv_row r;
		size_t rows = 0;

		memcpy(exact, text, n);
		csv_row_init(&r, (struct span){ exact, n });
		while (csv_row_next(&r))
			rows++;
		OK(rows <= 3 && r.text.n == 0);
		csv_row_fini(&r);
		free(exact);
	}
}

int main(void)
{
	test_rows();
	test_bad();
	test_cut();
	return tap_end();
}
