#include "analysis/hypothesis_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "test/tap.h"

static const char good[] =
	"title: \"Who?\"\n"
	"sources: |\n"
	"  one\n"
	"  two\n"
	"hypotheses:\n"
	"  - id: a\n"
	"    name: the first\n"
	"    description: of two\n"
	"    prior: 0.25\n"
	"    reason: because\n"
	"  - {id: b, name: the second, prior: 0.75, reason: so}\n"
	"items:\n"
	"  - quantity: hashrate\n"
	"    group: size\n"
	"    grade: B2\n"
	"    source: a book\n"
	"    under:\n"
	"      a:\n"
	"        lognormal: {median: 1.5e13, factor: 3}\n"
	"        within: 2\n"
	"        reason: it is so\n"
	"      b: {uniform: {low: 0, high: 1e15}, reason: no idea}\n"
	"  - quantity: pool\n"
	"    under:\n"
	"      b: {table: {solo: 0.2, \"*\": 0.8}, reason: r}\n"
	"      a: {table: {public: 0.5, private: 0.25, solo: 0.25}, reason: "
	"r}\n";

static const char as_json[] =
	"{\n"
	"\t\"title\": \"Who?\", \"sources\": \"one\\ntwo\",\n"
	"\t\"hypotheses\": [\n"
	"\t\t{\"id\":\"a\",\"name\":\"the first\",\"description\":\"of two\","
	"\"prior\":0.25,\"reason\":\"because\"},\n"
	"\t\t{\"id\":\"b\",\"name\":\"the second\",\"prior\":0.75,"
	"\"reason\":\"so\"}],\n"
	"\t\"items\": [\n"
	"\t\t{\"quantity\":\"hashrate\",\"group\":\"size\",\"grade\":\"B2\","
	"\"source\":\"a book\",\"under\":{\n"
	"\t\t\t\"a\":{\"lognormal\":{\"median\":1.5e13,\"factor\":3},"
	"\"within\":2,\"reason\":\"it is so\"},\n"
	"\t\t\t\"b\":{\"uniform\":{\"low\":0,\"high\":1e15},\"reason\":"
	"\"no idea\"}}},\n"
	"\t\t{\"quantity\":\"pool\",\"under\":{\n"
	"\t\t\t\"b\":{\"table\":{\"solo\":0.2,\"*\":0.8},\"reason\":\"r\"},\n"
	"\t\t\t\"a\":{\"table\":{\"public\":0.5,\"private\":0.25,\"solo\":"
	"0.25},\"reason\":\"r\"}}}]\n"
	"}\n";

/* What was told: "line:column: text", a line each. */
static void remember(void *context, unsigned long line, unsigned long column,
		     const char *what)
{
	buf_printf(context, "%lu:%lu: %s\n", line, column, what);
}

static enum status parse(struct hypothesis_file *f, const char *text, size_t n,
			 struct buf *told, struct why *why)
{
	const struct hypothesis_listener listener = { remember, told };
	/* Of its exact size, so that a byte too far shows. */
	uint8_t *copy = malloc(n ? n : 1);
	enum status st;

	if (!copy)
		abort();
	memcpy(copy, text, n);
	st = hypothesis_file_parse(f, "f.yaml", (struct span){ copy, n },
				   told ? &listener : NULL, why);
	free(copy);
	return st;
}

static void check_good(const struct hypothesis_file *f)
{
	const struct hypothesis_likelihood *l;

	OK(!strcmp(f->title, "Who?") && !strcmp(f->sources, "one\ntwo"));
	OK(f->num_hypotheses == 2 && f->num_items == 2);
	OK(!strcmp(f->hypothesis[0].id, "a"));
	OK(!strcmp(f->hypothesis[0].name, "the first"));
	OK(!strcmp(f->hypothesis[0].description, "of two"));
	OK(!strcmp(f->hypothesis[0].prior_reason, "because"));
	OK(f->hypothesis[0].prior == 0.25 && f->hypothesis[1].prior == 0.75);
	OK(!f->hypothesis[1].description);
	OK(!strcmp(f->item[0].quantity, "hashrate"));
	OK(!strcmp(f->item[0].group, "size") && !f->item[1].group);
	OK(!strcmp(f->item[0].source, "a book") && !f->item[1].source);
	OK(f->item[0].reliability == 'B' && f->item[0].credibility == 2);
	OK(f->item[1].reliability == 0 && f->item[1].credibility == 0);
	l = f->item[0].under;
	OK(l[0].shape == HYPOTHESIS_LOGNORMAL && l[0].a == 1.5e13);
	OK(l[0].b == 3 && l[0].within == 2 && !strcmp(l[0].reason, "it is so"));
	OK(l[1].shape == HYPOTHESIS_UNIFORM && l[1].a == 0 && l[1].b == 1e15);
	OK(l[1].within == 1);
	l = f->item[1].under;
	OK(l[0].shape == HYPOTHESIS_TABLE && l[0].num_cells == 3);
	OK(!strcmp(l[0].cell[2].word, "solo"));
	OK(l[0].cell[2].probability == 0.25);
	OK(l[1].num_cells == 2 && !strcmp(l[1].cell[1].word, "*"));
}

static void test_good(void)
{
	struct hypothesis_file f = { 0 };
	struct why why = { "" };

	OK(parse(&f, good, strlen(good), NULL, &why) == ST_OK);
	check_good(&f);
	OK(f.item[0].line == 13 && f.item[1].line == 23);
	hypothesis_file_free(&f);
	OK(parse(&f, as_json, strlen(as_json), NULL, &why) == ST_OK);
	check_good(&f);
	OK(why.text[0] == '\0');
	hypothesis_file_free(&f);
}

/* What stands for `old` in the good text makes these mistakes. */
static void test_mistakes(void)
{
	static const struct {
		const char *old, *new, *told;
	} cases[] = {
		{ "title: \"Who?\"\n", "", "1:1: the file lacks \"title\"\n" },
		{ "title: \"Who?\"", "title: ''", "1:8: the title is empty\n" },
		{ "title: \"Who?\"", "titel: x",
		  "1:1: \"titel\" is not known in the file: known are title, "
		  "sources, hypotheses, items\n"
		  "1:1: the file lacks \"title\"\n" },
		{ "title: \"Who?\"", "title: [x]",
		  "1:8: the title is a single value, not a list\n" },
		{ "title: \"Who?\"", "title: x\ntitle: y",
		  "2:1: \"title\" stands twice in the file\n" },
		{ "title: \"Who?\"", "? [x]\n: y\ntitle: x",
		  "1:3: a key of the file is a word, not a list\n" },
		{ "title: \"Who?\"", "title: \"a\\0b\"",
		  "1:8: the title holds a NUL character\n" },
		{ "prior: 0.25", "prior: 0.2",
		  "6:3: priors add up to 0.95: they add up to 1\n" },
		{ "prior: 0.25", "prior: 25 %",
		  "9:12: a prior is \"25 %\", which is no number: write 0.5 or "
		  "1.4e13, without a unit\n" },
		{ "prior: 0.25", "prior: 0",
		  "9:12: a prior is 0: it lies between 1e-09 and 1\n" },
		{ "id: a\n", "id: State\n",
		  "6:9: an id is of lower-case letters, digits, - and _\n"
		  "18:7: \"a\" is not known in \"under\": known are State, b\n"
		  "18:7: \"under\" lacks \"State\"\n"
		  "26:7: \"a\" is not known in \"under\": known are State, b\n"
		  "25:7: \"under\" lacks \"State\"\n" },
		{ "grade: B2", "grade: B7",
		  "15:12: a grade is a letter A to F (the source) and a figure "
		  "1 to 6 (what it says), as B2\n" },
		{ "lognormal: {median: 1.5e13, factor: 3}",
		  "lognormal: {median: -1, factor: 1}",
		  "19:29: median is -1: it lies between 1e-30 and 1e+30\n"
		  "19:41: factor is 1: it lies between 1.001 and 1e+30\n" },
		{ "lognormal: {median: 1.5e13, factor: 3}", "gamma: {a: 1}",
		  "19:9: \"gamma\" is not known in a likelihood: known are "
		  "lognormal, normal, loguniform, uniform, poisson, table, "
		  "within, reason\n"
		  "19:9: a likelihood is one of lognormal, normal, loguniform, "
		  "uniform, poisson, table; here are 0 of them\n" },
		{ "lognormal: {median: 1.5e13, factor: 3}", "table: {much: 1}",
		  "19:16: hashrate is a number: its likelihood is one of "
		  "lognormal, normal, loguniform, uniform, poisson\n" },
		{ "table: {solo: 0.2, \"*\": 0.8}", "poisson: {mean: 1}",
		  "25:20: pool is told in words: its likelihood is a table\n" },
		{ "solo: 0.2, \"*\"", "solo: 0.4, \"*\"",
		  "25:18: probabilities of the table add up to 1.2: they add "
		  "up to at most 1\n" },
		{ "solo: 0.2, \"*\"", "solo: 0.1, \"*\"",
		  "25:18: the table has all words, and adds up to 0.9: that "
		  "is 1 then\n" },
		{ "solo: 0.2, \"*\"", "sole: 0.2, \"*\"",
		  "25:19: \"sole\" is not known in the table: known are "
		  "public, private, solo, *\n" },
		{ "low: 0, high: 1e15", "low: 2, high: 1",
		  "22:20: low is 2 and high 1: low lies below high\n" },
		{ "within: 2", "within: 0.5",
		  "20:17: within is 0.5: it lies between 1 and 1000\n" },
		{ "        reason: it is so\n", "",
		  "19:9: a likelihood lacks \"reason\"\n" },
		{ "quantity: pool", "quantity: colour",
		  "23:15: no such quantity: there are hashrate, "
		  "network_portion, machines, clients, workers, power, income, "
		  "duration, duty, bandwidth, ramp, hardware, pool, proxy, "
		  "hours\n" },
		{ "  - {id: b, name: the second, prior: 0.75, reason: so}\n",
		  "",
		  "6:3: there are 1 hypotheses: at least 2 and at most 16 can "
		  "be weighed\n" },
		{ "id: b, name", "id: a, name",
		  "11:10: two hypotheses have the id a\n" },
		{ "sources: |\n  one\n  two\n", "---\n",
		  "2:1: a second document begins here: one is read\n" },
		{ "sources: |\n  one", "sources: |\n\tone",
		  "3:1: this is no YAML: found a tab character where an "
		  "indentation space is expected while scanning a block "
		  "scalar\n" },
		{ "reason: so}", "reason: so",
		  "12:6: this is no YAML: did not find expected ',' or '}' "
		  "while parsing a flow mapping\n" },
		{ "Who?", "\xff",
		  "1:9: this is no YAML: invalid leading UTF-8 octet\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = strstr(good, cases[i].old);
		struct hypothesis_file f = { .num_items = 77 };
		struct why why = { "" };
		struct buf text, told;

		buf_init(&text, 1u << 16);
		buf_init(&told, 1u << 16);
		OK(at != NULL);
		buf_add(&text, good, (size_t)(at - good));
		buf_text(&text, cases[i].new);
		buf_text(&text, at + strlen(cases[i].old));
		OK(parse(&f, buf_str(&text), text.n, &told, &why) == ST_BAD);
		OK(!strcmp(buf_str(&told), cases[i].told));
		if (strcmp(buf_str(&told), cases[i].told) != 0)
			printf("# %s# not\n# %s", buf_str(&told),
			       cases[i].told);
		OK(!strncmp(why.text, "f.yaml:", 7));
		OK(f.num_items == 77 && !f.item); /* as it was */
		buf_fini(&text);
		buf_fini(&told);
	}
}

static void test_empty(void)
{
	struct hypothesis_file f = { 0 };
	struct why why;

	OK(parse(&f, "", 0, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "it is empty") != NULL);
	OK(parse(&f, "# nothing\n", 10, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "it is empty") != NULL);
	OK(parse(&f, "- 1\n", 4, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "f.yaml:1:1: the file is a mapping") != NULL);
}

/* Two documents: the second is a mistake. */
static void test_second(void)
{
	struct hypothesis_file f = { 0 };
	struct why why;
	struct buf text;

	buf_init(&text, 1u << 16);
	buf_text(&text, good);
	buf_text(&text, "---\nmore: 1\n");
	OK(parse(&f, buf_str(&text), text.n, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "a second document") != NULL);
	buf_fini(&text);
}

/* What refers to itself ends, and so does what is deep or long. */
static void test_hostile(void)
{
	static const char loop[] = "&r {title: *r, hypotheses: [*r, *r], "
				   "items: [*r]}\n";
	struct hypothesis_file f = { 0 };
	struct why why;
	struct buf text;

	OK(parse(&f, loop, strlen(loop), NULL, &why) == ST_BAD);
	buf_init(&text, HYPOTHESIS_FILE_MAX + 16);
	for (int i = 0; i < 500000; i++)
		buf_text(&text, "[");
	OK(parse(&f, buf_str(&text), text.n, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "f.yaml:1:33: lists and mappings lie deeper"));
	buf_clear(&text);
	for (int i = 0; i < 50000; i++)
		buf_printf(&text, "- &a%d x\n", i);
	OK(parse(&f, buf_str(&text), text.n, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "more than 256 anchors"));
	OK(parse(&f, "a: *b\n", 6, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "f.yaml:1:4: this is no YAML: found undefined "
			    "alias"));
	while (text.n <= HYPOTHESIS_FILE_MAX)
		buf_text(&text, " ");
	OK(parse(&f, buf_str(&text), text.n, NULL, &why) == ST_BAD);
	OK(strstr(why.text, "longer than") != NULL);
	buf_fini(&text);
}

static void test_prefixes(void)
{
	bool sound = true;

	for (size_t n = 0; n < strlen(good); n++) {
		struct hypothesis_file f = { 0 };
		struct why why = { "" };
		const enum status st = parse(&f, good, n, NULL, &why);

		sound = sound && (st == ST_OK) == (why.text[0] == '\0');
		if (st == ST_OK)
			hypothesis_file_free(&f);
	}
	OK(sound);
}

/* All mistakes are counted, a hundred told. */
static void test_many(void)
{
	struct hypothesis_file f = { 0 };
	struct why why;
	struct buf text, told;
	size_t lines = 0;

	buf_init(&text, 1u << 16);
	buf_init(&told, 1u << 20);
	buf_text(&text, "title: t\nitems: []\nhypotheses: []\n");
	for (int i = 0; i < 200; i++)
		buf_printf(&text, "k%d: 0\n", i);
	OK(parse(&f, buf_str(&text), text.n, &told, &why) == ST_BAD);
	for (size_t i = 0; i < told.n; i++)
		lines += told.p[i] == '\n';
	OK(lines == HYPOTHESIS_MISTAKES_MAX);
	OK(strstr(why.text, "(and 200 mistakes more)") != NULL);
	buf_fini(&text);
	buf_fini(&told);
}

static size_t warnings_of(const char *text, struct buf *told)
{
	const struct hypothesis_listener listener = { remember, told };
	struct hypothesis_file f = { 0 };
	size_t n;

	buf_clear(told);
	OK(parse(&f, text, strlen(text), NULL, NULL) == ST_OK);
	n = hypothesis_file_warn(&f, &listener);
	hypothesis_file_free(&f);
	return n;
}

#define HEAD                                                                   \
	"title: t\nhypotheses:\n"                                              \
	" - {id: a, name: A, prior: 0.5, reason: r}\n"                         \
	" - {id: b, name: B, prior: 0.5, reason: r}\nitems:\n"
#define POOL(a, b)                                                             \
	" - {quantity: pool, under: {a: {table: {solo: " a "}, reason: r}, "   \
	"b: {table: {solo: " b "}, reason: r}}}\n"
#define OF(quantity, group)                                                    \
	" - {quantity: " quantity group                                        \
	", under: {a: {poisson: {mean: 1}, reason: r}, "                       \
	"b: {poisson: {mean: 2}, reason: r}}}\n"

static void test_warnings(void)
{
	struct buf told;

	buf_init(&told, 1u << 16);
	OK(warnings_of(HEAD POOL("0.5", "0.4"), &told) == 0);
	OK(warnings_of(HEAD POOL("0.5", "0.5"), &told) == 2);
	OK(strstr(buf_str(&told), "6:1: its likelihoods are equal") != NULL);
	OK(strstr(buf_str(&told), "no item tells the hypotheses apart"));
	OK(warnings_of(HEAD POOL("0.5", "0"), &told) == 1);
	OK(strstr(buf_str(&told), "a probability of 0 says never") != NULL);
	OK(warnings_of(HEAD OF("hashrate", "") OF("power", ""), &told) == 1);
	OK(strstr(buf_str(&told), "7:1: hashrate and power depend on each "
				  "other") != NULL);
	OK(warnings_of(HEAD OF("hashrate", ", group: g")
			       OF("power", ", group: g"),
		       &told) == 0);
	buf_fini(&told);
}

static void test_twice(void)
{
	static const char text[] = HEAD OF("power", "") OF("power", "");
	struct hypothesis_file f = { 0 };
	struct why why;

	OK(parse(&f, text, strlen(text), NULL, &why) == ST_BAD);
	OK(strstr(why.text, "power is already at line 6") != NULL);
}

static void test_shipped(void)
{
	struct hypothesis_file f = { 0 };
	struct why why = { "" };
	const struct span text = hypothesis_file_shipped();

	OK(hypothesis_file_read(&f, NULL, &why) == ST_OK);
	if (why.text[0])
		printf("# %s\n", why.text);
	OK(text.n > 1000 && text.p[text.n - 1] == '\n');
	OK(f.num_hypotheses == 2);
	OK(!strcmp(f.hypothesis[0].id, "state"));
	OK(!strcmp(f.hypothesis[1].id, "individual"));
	OK(hypothesis_file_warn(&f, NULL) == 0);
	for (size_t i = 0; i < f.num_items; i++)
		OK(f.item[i].source != NULL);
	hypothesis_file_free(&f);
	OK(hypothesis_file_read(&f, "/nonexistent/x", &why) == ST_IO);
	OK(strstr(why.text, "/nonexistent/x: No such file") != NULL);
}

int main(void)
{
	test_good();
	test_mistakes();
	test_empty();
	test_second();
	test_hostile();
	test_prefixes();
	test_many();
	test_warnings();
	test_twice();
	test_shipped();
	return tap_end();
}
