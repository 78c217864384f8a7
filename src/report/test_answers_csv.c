#include "report/answers_csv_private.h"
#include "report/test_answers_csv_read.h"
#include "report/test_answers_sample.h"

static char *written(const struct assessment *a, const char *table)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	OK(answers_csv(out, a, table) == ST_OK);
	fclose(out);
	OK(strlen(text) == size);
	return text;
}

/* Fields of the record at *p; 0 if it is none. */
static size_t record(const char **p)
{
	char field[CSV_READ_MAX];
	size_t n = 0;
	char end;

	do {
		end = csv_read_field(field, p);
		n++;
	} while (end == ',');
	return end ? n : 0;
}

/* How many records there are; SIZE_MAX if they are not all of one length. */
static size_t records(const char *text)
{
	const char *p = text;
	const size_t width = record(&p);
	size_t n = 0;

	while (*p && width > 0) {
		if (record(&p) != width)
			return SIZE_MAX;
		n++;
	}
	return width > 1 ? n : SIZE_MAX;
}

/* The field of a name in the first record. */
static void first_of(char out[CSV_READ_MAX], const char *text, const char *name)
{
	const char *p = text;
	size_t column = 0, width = 0;
	char end;

	do {
		end = csv_read_field(out, &p);
		if (strcmp(out, name) == 0)
			column = width;
		width++;
	} while (end == ',');
	for (size_t i = 0; i <= column; i++)
		(void)csv_read_field(out, &p);
}

static bool first_is(const char *text, const char *name, const char *want)
{
	char got[CSV_READ_MAX];

	first_of(got, text, name);
	if (strcmp(got, want) != 0)
		printf("# %s: %s\n", name, got);
	return strcmp(got, want) == 0;
}

static void test_tables(void)
{
	static const size_t want[] = { 2, 3, 4, 9 + 3, 8, 4, 4, 3, 2, 2 };
	struct sample *s = sample_make(""), *none = sample_make_empty();
	size_t i;

	for (i = 0; answers_tables[i]; i++) {
		char *text = written(&s->a, answers_tables[i]);
		char *empty = written(&none->a, answers_tables[i]);

		OK(i < sizeof(want) / sizeof(want[0]) &&
		   records(text) == want[i]);
		OK(first_is(text, "simulated", "false"));
		OK(records(empty) <= 1);
		free(text);
		free(empty);
	}
	OK(i == sizeof(want) / sizeof(want[0]));
	OK(answers_csv(stdout, &s->a, "nothing") == ST_USAGE);
	sample_free(s);
	sample_free(none);
}

static void test_values(void)
{
	struct sample *s = sample_make("");
	char *text = written(&s->a, "sessions");

	OK(first_is(text, "session", "00112233445566aa"));
	OK(first_is(text, "workers", "alice.rig1; bob"));
	OK(first_is(text, "first", "2017-05-17T09:01:00.250Z"));
	OK(first_is(text, "hashrate", "1250000000000"));
	OK(first_is(text, "variant", ""));
	free(text);
	text = written(&s->a, "subjects");
	OK(first_is(text, "onset_known", "before"));
	OK(first_is(text, "onset_low", "") &&
	   first_is(text, "onset_high", "2017-05-17T09:40:00.000Z"));
	free(text);
	text = written(&s->a, "exhibits");
	OK(first_is(text, "job_frame", "") && first_is(text, "frame", "42"));
	OK(first_is(text, "file", "/home/alice/monday.pcap"));
	free(text);
	sample_free(s);
}

static void test_simulated(void)
{
	struct sample *s = sample_make_simulated();

	for (size_t i = 0; answers_tables[i]; i++) {
		char *text = written(&s->a, answers_tables[i]);

		OK(first_is(text, "simulated", "true"));
		free(text);
	}
	sample_free(s);
}

static bool quoted_is(const char *text, const char *want)
{
	struct buf b;
	bool good;

	buf_init(&b, 1024);
	answers_csv_quote(&b, text);
	good = strcmp(buf_str(&b), want) == 0;
	if (!good)
		printf("# %s\n", buf_str(&b));
	buf_fini(&b);
	return good;
}

static void test_quote(void)
{
	OK(quoted_is("plain", "plain"));
	OK(quoted_is("", "\"\""));
	OK(quoted_is("a,b", "\"a,b\""));
	OK(quoted_is("say \"x\"", "\"say \"\"x\"\"\""));
	OK(quoted_is(" a", "\" a\""));
	OK(quoted_is("=1+1", "'=1+1"));
	OK(quoted_is("=cmd|' /C calc'!A0,", "\"'=cmd|' /C calc'!A0,\""));
	OK(quoted_is("+1", "'+1") && quoted_is("-1", "'-1") &&
	   quoted_is("@SUM(A1)", "'@SUM(A1)"));
	OK(quoted_is("\xef\xbc\x9d"
		     "1",
		     "'\xef\xbc\x9d"
		     "1"));
	OK(quoted_is("'x", "''x"));
	OK(quoted_is("\t=1", "\\x09=1") && quoted_is("\r\n=1", "\\x0d\\x0a=1"));
	OK(quoted_is("\xff\x01", "\\xff\\x01"));
	OK(quoted_is("\xe2\x80\xae", "\\xe2\\x80\\xae"));
	OK(quoted_is("\xc3\xa9", "\xc3\xa9"));
}

static void test_hostile(void)
{
	static const char *const taints[] = { "=",    "\"",    ",", "\r\n",
					      "\xff", "\",\"", "'", "\t@" };

	for (size_t i = 0; i < sizeof(taints) / sizeof(taints[0]); i++) {
		struct sample *s = sample_make(taints[i]);

		for (size_t k = 0; answers_tables[k]; k++) {
			char *text = written(&s->a, answers_tables[k]);

			OK(records(text) < SIZE_MAX);
			free(text);
		}
		sample_free(s);
	}
}

int main(void)
{
	test_tables();
	test_values();
	test_simulated();
	test_quote();
	test_hostile();
	return tap_end();
}
