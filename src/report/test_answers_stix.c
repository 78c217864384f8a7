#include "base/json.h"
#include "report/test_answers_sample.h"

static const struct json_node *objects(struct json *doc, const char *text)
{
	json_init(doc, 1u << 20);
	OK(json_parse(doc, NULL,
		      (struct span){ (const uint8_t *)text, strlen(text) }));
	OK(json_is(json_get(doc, json_root(doc), "type"), "bundle"));
	return json_get(doc, json_root(doc), "objects");
}

/* How many objects have that text under that key. */
static unsigned count(const struct json *doc, const struct json_node *list,
		      const char *key, const char *text)
{
	const struct json_node *o = json_at(doc, list, 0);
	unsigned n = 0;

	for (; o; o = json_after(doc, list, o))
		n += json_is(json_get(doc, o, key), text);
	return n;
}

/* The first object of that type, from the i-th on. */
static const struct json_node *of_type(const struct json *doc,
				       const struct json_node *list,
				       const char *type)
{
	const struct json_node *o = json_at(doc, list, 0);

	while (o && !json_is(json_get(doc, o, "type"), type))
		o = json_after(doc, list, o);
	return o;
}

static void test_small(void)
{
	struct sample *s = sample_make("");
	char *text = sample_written(answers_stix, &s->a, NULL);
	const struct json_node *list, *o;
	struct json doc;

	list = objects(&doc, text);
	/* STIX 2.1's own example of a deterministic id. */
	OK(count(&doc, list, "id",
		 "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4") == 1);
	OK(count(&doc, list, "type", "network-traffic") == 3);
	OK(count(&doc, list, "type", "observed-data") == 3);
	OK(count(&doc, list, "type", "cryptocurrency-wallet") == 3);
	OK(count(&doc, list, "type", "extension-definition") == 1);
	OK(count(&doc, list, "type", "user-account") == 2);
	OK(count(&doc, list, "type", "infrastructure") == 3);
	OK(count(&doc, list, "type", "grouping") == 2);
	OK(count(&doc, list, "type", "opinion") == 2);
	OK(count(&doc, list, "type", "report") == 1);
	OK(count(&doc, list, "type", "marking-definition") == 0);
	OK(count(&doc, list, "name", "Miner at 192.0.2.7") == 1);
	OK(count(&doc, list, "name", "Mining site Alice's shed") == 1);
	OK(count(&doc, list, "relationship_type", "communicates-with") == 1);
	OK(count(&doc, list, "opinion", "disagree") == 1 &&
	   count(&doc, list, "opinion", "agree") == 1);
	o = of_type(&doc, list, "opinion");
	OK(json_get(&doc, o, "confidence")->raw.n == 2);
	o = of_type(&doc, list, "observed-data");
	OK(json_is(json_get(&doc, o, "first_observed"),
		   "2017-05-17T09:01:00.250Z") &&
	   json_is(json_get(&doc, o, "created"), "2017-05-17T10:10:00.000Z"));
	json_fini(&doc);
	free(text);
	sample_free(s);
}

/* A later report is a newer version of the same objects. */
static void test_versions(void)
{
	struct sample *s = sample_make("");
	struct answers_about later = sample_about;
	char *first = sample_written(answers_stix, &s->a, NULL), *second = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&second, &size);
	const struct json_node *a, *b;
	struct json old, new;

	later.generated.ns += 1;
	OK(answers_stix(out, &s->a, &later) == ST_OK);
	fclose(out);
	OK(strcmp(first, second) == 0); /* STIX counts milliseconds */
	free(second);
	second = NULL;
	out = open_memstream(&second, &size);
	later.generated.ns += 86400 * INT64_C(1000000000);
	OK(answers_stix(out, &s->a, &later) == ST_OK);
	fclose(out);
	a = of_type(&old, objects(&old, first), "report");
	b = of_type(&new, objects(&new, second), "report");
	OK(json_get(&old, a, "id")->raw.n == json_get(&new, b, "id")->raw.n &&
	   !memcmp(json_get(&old, a, "id")->raw.p,
		   json_get(&new, b, "id")->raw.p,
		   json_get(&old, a, "id")->raw.n));
	OK(json_is(json_get(&old, a, "modified"), "2025-11-26T01:33:58.000Z"));
	OK(json_is(json_get(&new, b, "modified"), "2025-11-27T01:33:58.000Z"));
	OK(json_is(json_get(&new, b, "created"), "2017-05-17T10:10:00.000Z"));
	json_fini(&old);
	json_fini(&new);
	free(first);
	free(second);
	sample_free(s);
}

/* Everything behind the marking itself carries it. */
static void test_simulated(void)
{
	struct sample *s = sample_make_simulated();
	char *text = sample_written(answers_stix, &s->a, NULL);
	const struct json_node *list, *o;
	unsigned bare = 0;
	struct json doc;

	list = objects(&doc, text);
	OK(count(&doc, list, "type", "marking-definition") == 1);
	for (o = json_at(&doc, list, 0); o; o = json_after(&doc, list, o))
		bare += !json_get(&doc, o, "object_marking_refs");
	/* The marking, who made it, and the definition made by others. */
	OK(bare == 3);
	OK(count(&doc, list, "name",
		 "SIMULATED, of no one: Miner at 192.0.2.7") == 1);
	json_fini(&doc);
	free(text);
	sample_free(s);
}

static void test_empty(void)
{
	struct sample *s = sample_make_empty();
	char *text = sample_written(answers_stix, &s->a, NULL);
	const struct json_node *list;
	struct json doc;

	list = objects(&doc, text);
	OK(list->n == 2 && count(&doc, list, "type", "report") == 1);
	json_fini(&doc);
	free(text);
	sample_free(s);
}

/* What no such thing can be is left out, or made safe. */
static void test_hostile(void)
{
	static const char *const taints[] = { "\"}",    "\\",           "\xff",
					      "\x01\n", "\xe2\x80\xae", "a b" };

	for (size_t i = 0; i < sizeof(taints) / sizeof(taints[0]); i++) {
		struct sample *s = sample_make(taints[i]);
		size_t n;
		char *text = sample_written(answers_stix, &s->a, &n);
		struct json doc;

		OK(strlen(text) == n);
		OK(count(&doc, objects(&doc, text), "type", "domain-name") ==
		   0);
		json_fini(&doc);
		free(text);
		sample_free(s);
	}
}

static void test_neutral(void)
{
	struct sample *s = sample_make("");
	const struct json_node *list;
	struct json doc;
	char *text;

	s->a.hypotheses.row[0].low = 0.3;
	s->a.hypotheses.row[0].posterior = 0.7;
	s->a.hypotheses.row[0].high = 0.9;
	s->a.hypotheses.row[1].posterior = NAN;
	text = sample_written(answers_stix, &s->a, NULL);
	list = objects(&doc, text);
	OK(count(&doc, list, "opinion", "neutral") == 2);
	json_fini(&doc);
	free(text);
	sample_free(s);
}

int main(void)
{
	test_small();
	test_versions();
	test_simulated();
	test_empty();
	test_hostile();
	test_neutral();
	return tap_end();
}
