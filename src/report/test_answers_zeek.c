#include "report/answers_zeek_private.h"
#include "report/test_answers_sample.h"
#include "report/test_answers_zeek_read.h"

#define COLUMNS_MAX 64

/* Cuts line at its tabs; returns how many fields there are. */
static size_t cut(char *field[COLUMNS_MAX], char *line)
{
	size_t n = 0;

	while (line && n < COLUMNS_MAX) {
		char *tab = strchr(line, '\t');

		field[n++] = line;
		if (tab)
			*tab++ = '\0';
		line = tab;
	}
	return n;
}

/* What zeek-cut does: the value of a named field in the i-th line. The log is
 * copied, since it is cut. NULL if there is none. */
static char *value(const char *log, size_t i, const char *name)
{
	char *copy = sample_copy(log), *line, *rest = copy, *found = NULL;
	char *field[COLUMNS_MAX], *cell[COLUMNS_MAX];
	size_t fields = 0, column = COLUMNS_MAX;

	while ((line = strsep(&rest, "\n")) && !found) {
		if (strncmp(line, "#fields\t", 8) == 0) {
			fields = cut(field, line + 8);
			for (size_t k = 0; k < fields; k++) {
				if (strcmp(field[k], name) == 0)
					column = k;
			}
		}
		if (!*line || *line == '#' || i-- > 0)
			continue;
		if (cut(cell, line) == fields && column < fields)
			found = sample_copy(cell[column]);
		break;
	}
	free(copy);
	return found;
}

static bool value_is(const char *log, size_t i, const char *name,
		     const char *want)
{
	char *got = value(log, i, name);
	const bool good = got && strcmp(got, want) == 0;

	if (!good)
		printf("# %s: %s\n", name, got ? got : "none");
	free(got);
	return good;
}

static void test_small(void)
{
	struct sample *s = sample_make("");
	char *log = sample_written(answers_zeek, &s->a, NULL);

	OK(strncmp(log, "#separator \\x09\n#set_separator\t,\n", 33) == 0);
	OK(strstr(log, "\n#path\tassay_mining\n#open\t2025-11-26-01-33-58\n"));
	OK(strstr(log, "\n#close\t2025-11-26-01-33-58\n"));
	OK(value_is(log, 0, "ts", "1495011660.250000"));
	OK(value_is(log, 0, "duration", "3539.875000"));
	OK(value_is(log, 0, "uid", "00112233445566aa"));
	OK(value_is(log, 0, "id.orig_h", "192.0.2.7"));
	OK(value_is(log, 0, "id.resp_p", "3333"));
	OK(value_is(log, 0, "workers", "alice.rig1,bob"));
	OK(value_is(log, 0, "shares_proved", "12"));
	OK(value_is(log, 0, "rate", "1250000000000"));
	OK(value_is(log, 0, "rate_seconds", "3600.000000"));
	OK(value_is(log, 0, "grade", "proved"));
	OK(value_is(log, 0, "simulated", "F"));
	OK(value_is(log, 1, "kind", "contact"));
	OK(value_is(log, 1, "id.orig_h", "2001:db8:1::9"));
	OK(value_is(log, 1, "workers", "(empty)"));
	OK(value_is(log, 1, "agent", "-") && value_is(log, 1, "rate", "-"));
	OK(value_is(log, 2, "kind", "node"));
	OK(!value(log, 3, "kind"));
	free(log);
	sample_free(s);
}

static void test_simulated(void)
{
	struct sample *s = sample_make_simulated();
	char *log = sample_written(answers_zeek, &s->a, NULL);

	OK(strstr(log, "\n#path\tassay_simulated\n"));
	OK(value_is(log, 0, "simulated", "T"));
	OK(value_is(log, 0, "grade", "simulated"));
	free(log);
	sample_free(s);
}

static void test_empty(void)
{
	struct sample *s = sample_make_empty();
	char *log = sample_written(answers_zeek, &s->a, NULL);

	OK(strstr(log, "\n#types\ttime\tstring\taddr\tport\t"));
	OK(!value(log, 0, "kind"));
	free(log);
	sample_free(s);
}

static void test_hostile(void)
{
	static const char *const taints[] = { "\t",   "\n", ",", "\\x09",
					      "\xff", "#",  "-" };

	for (size_t i = 0; i < sizeof(taints) / sizeof(taints[0]); i++) {
		struct sample *s = sample_make(taints[i]);
		char *log = sample_written(answers_zeek, &s->a, NULL);
		char *agent = value(log, 0, "agent");

		OK(agent && zeek_read_text(agent) &&
		   !strcmp(agent, s->a.findings.finding[0].session.user_agent));
		OK(value_is(log, 2, "kind", "node"));
		OK(!value(log, 3, "kind"));
		free(agent);
		free(log);
		sample_free(s);
	}
}

static bool quoted_is(const char *text, bool in_set, const char *want)
{
	struct buf b;
	bool good;

	buf_init(&b, 1024);
	answers_zeek_quote(&b, text, in_set);
	good = strcmp(buf_str(&b), want) == 0;
	buf_fini(&b);
	return good;
}

static void test_quote(void)
{
	OK(quoted_is("", false, "(empty)"));
	OK(quoted_is("-", false, "\\x2d"));
	OK(quoted_is("(empty)", true, "\\x28empty)"));
	OK(quoted_is("a\tb\\", false, "a\\x09b\\x5c"));
	OK(quoted_is("a,b", false, "a,b") && quoted_is("a,b", true, "a\\x2cb"));
	OK(quoted_is("\xc3\xa9\xc3", false, "\xc3\xa9\\xc3"));
}

int main(void)
{
	test_small();
	test_simulated();
	test_empty();
	test_hostile();
	test_quote();
	return tap_end();
}
