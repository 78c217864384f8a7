#include "base/json.h"
#include "report/test_answers_sample.h"

static bool parse(struct json *doc, const char *text)
{
	json_init(doc, 1u << 20);
	return json_parse(doc, NULL,
			  (struct span){ (const uint8_t *)text, strlen(text) });
}

static const struct json_node *get(const struct json *doc, const char *key)
{
	return json_get(doc, json_root(doc), key);
}

static const struct json_node *subject(const struct json *doc, uint32_t i)
{
	return json_at(doc, get(doc, "subjects"), i);
}

static bool number_is(const struct json_node *node, const char *text)
{
	return node && node->type == JSON_NUMBER &&
	       node->raw.n == strlen(text) &&
	       memcmp(node->raw.p, text, node->raw.n) == 0;
}

static bool is_null(const struct json_node *node)
{
	return node && node->type == JSON_NULL;
}

static void test_small(void)
{
	struct sample *s = sample_make("");
	char *text = sample_written(answers_json, &s->a, NULL);
	const struct json_node *x, *bins;
	struct json doc;

	OK(parse(&doc, text));
	OK(json_is(get(&doc, "type"), "report"));
	OK(number_is(get(&doc, "schema"), "1"));
	OK(get(&doc, "simulated")->type == JSON_FALSE);
	OK(json_is(get(&doc, "generated"), "2025-11-26T01:33:58.000Z"));
	OK(get(&doc, "inputs")->n == 2 && get(&doc, "findings")->n == 3 &&
	   get(&doc, "subjects")->n == 4 && get(&doc, "exhibits")->n == 2);
	x = json_at(&doc, get(&doc, "findings"), 0);
	OK(json_is(json_get(&doc, x, "type"), "session") &&
	   json_is(json_get(&doc, x, "grade"), "proved"));
	x = json_at(&doc, get(&doc, "inputs"), 1);
	OK(is_null(json_get(&doc, x, "sha256")) &&
	   is_null(json_get(&doc, x, "first")));

	/* Everything's bins leave out the one in which nobody looked. */
	x = subject(&doc, 0);
	bins = json_get(&doc, json_get(&doc, x, "timeline"), "bins");
	OK(bins && bins->n == 3);
	x = json_get(&doc, subject(&doc, 0), "timing");
	OK(json_is(json_get(&doc, json_get(&doc, x, "onset"), "known"),
		   "before"));
	OK(is_null(json_get(&doc, json_get(&doc, x, "onset"), "low")) &&
	   json_is(json_get(&doc, json_get(&doc, x, "onset"), "high"),
		   "2017-05-17T09:40:00.000Z"));
	OK(json_is(json_get(&doc, json_get(&doc, x, "end"), "low"),
		   "2017-05-17T10:10:00.000Z"));
	OK(number_is(json_get(&doc, x, "peak"), "1"));
	OK(get(&doc, "traffic")->n == 3);
	x = json_get(&doc, subject(&doc, 3), "machines");
	OK(json_get(&doc, x, "models")->n == 1 &&
	   is_null(json_get(&doc, x, "energy_whole_j")));
	x = json_get(&doc, get(&doc, "hypotheses"), "columns");
	OK(x && x->n == 2);
	OK(json_is(json_get(&doc, json_at(&doc, x, 0), "flips"), "removed") &&
	   is_null(json_get(&doc, json_at(&doc, x, 1), "flips")));
	OK(json_is(json_get(&doc, get(&doc, "hypotheses"), "leading"),
		   "individual"));
	json_fini(&doc);
	free(text);
	sample_free(s);
}

/* A figure that is torn out says it, too. */
static void test_simulated(void)
{
	struct sample *s = sample_make_simulated();
	char *text = sample_written(answers_json, &s->a, NULL);
	struct json doc;

	OK(parse(&doc, text));
	OK(get(&doc, "simulated")->type == JSON_TRUE);
	for (uint32_t i = 0; i < 4; i++)
		OK(json_is(json_get(&doc, subject(&doc, i), "grade"),
			   "simulated"));
	OK(json_is(json_get(&doc, json_at(&doc, get(&doc, "findings"), 0),
			    "grade"),
		   "simulated"));
	OK(json_is(json_get(&doc, json_at(&doc, get(&doc, "exhibits"), 0),
			    "grade"),
		   "simulated"));
	json_fini(&doc);
	free(text);
	sample_free(s);
}

static void test_empty(void)
{
	struct sample *s = sample_make_empty();
	char *text = sample_written(answers_json, &s->a, NULL);
	const struct json_node *x;
	struct json doc;

	OK(parse(&doc, text));
	OK(is_null(get(&doc, "first")) && get(&doc, "findings")->n == 0);
	OK(is_null(get(&doc, "traffic")));
	x = json_get(&doc, subject(&doc, 0), "money");
	OK(is_null(json_get(&doc, x, "credited")) &&
	   is_null(json_get(&doc, x, "expected")));
	x = json_get(&doc, subject(&doc, 0), "timing");
	OK(is_null(json_get(&doc, x, "onset")) &&
	   is_null(json_get(&doc, x, "peak")));
	x = get(&doc, "hypotheses");
	OK(is_null(json_get(&doc, x, "leading")) &&
	   json_get(&doc, x, "rows")->n == 0);
	json_fini(&doc);
	free(text);
	sample_free(s);
}

/* Whatever was captured, it is one JSON value of UTF-8, and the same again. */
static void test_hostile(void)
{
	static const char *const taints[] = {
		"\"}],\"x\":[{\"", "\\",     "\x01\x1f\x7f", "\xff\xc0\x80",
		"\xed\xa0\x80",    "\n\r\t", "</script>",    "\xe2\x80\xae",
	};

	for (size_t i = 0; i < sizeof(taints) / sizeof(taints[0]); i++) {
		struct sample *s = sample_make(taints[i]);
		size_t n, m;
		char *text = sample_written(answers_json, &s->a, &n);
		char *again = sample_written(answers_json, &s->a, &m);
		struct json doc;

		OK(strlen(text) == n && parse(&doc, text));
		OK(get(&doc, "subjects")->n == 4);
		OK(n == m && !memcmp(text, again, n));
		json_fini(&doc);
		free(text);
		free(again);
		sample_free(s);
	}
}

/* One rate over it would describe no time at all. */
static void test_scattered(void)
{
	struct sample *s = sample_make("");
	const struct json_node *rate;
	struct json doc;
	char *text;

	s->a.subject[0].scattered = true;
	text = sample_written(answers_json, &s->a, NULL);
	OK(parse(&doc, text));
	rate = json_get(&doc, subject(&doc, 0), "hashrate");
	OK(is_null(json_get(&doc, rate, "estimate")));
	rate = json_get(&doc, subject(&doc, 1), "hashrate");
	OK(number_is(json_get(&doc, rate, "estimate"), "1250000000000"));
	json_fini(&doc);
	free(text);
	sample_free(s);
}

static void test_full(void)
{
	struct sample *s = sample_make("");
	FILE *full = fopen("/dev/full", "w");

	OK(full && answers_json(full, &s->a, &sample_about) == ST_IO);
	if (full)
		fclose(full);
	sample_free(s);
}

int main(void)
{
	test_small();
	test_simulated();
	test_empty();
	test_hostile();
	test_scattered();
	test_full();
	return tap_end();
}
