#include "base/json.h"
#include "report/test_answers_sample.h"

static const struct json_node *event(struct json *doc, const char *text)
{
	json_init(doc, 1u << 20);
	OK(json_parse(doc, NULL,
		      (struct span){ (const uint8_t *)text, strlen(text) }));
	return json_get(doc, json_root(doc), "Event");
}

static unsigned count(const struct json *doc, const struct json_node *list,
		      const char *key, const char *text)
{
	const struct json_node *o = json_at(doc, list, 0);
	unsigned n = 0;

	for (; o; o = json_after(doc, list, o))
		n += json_is(json_get(doc, o, key), text);
	return n;
}

/* How many attributes, of all objects, too, have that tag. */
static unsigned tagged(const struct json *doc, const struct json_node *e,
		       const char *tag)
{
	const struct json_node *objects = json_get(doc, e, "Object");
	const struct json_node *list = json_get(doc, e, "Attribute"), *a;
	const struct json_node *o = json_at(doc, objects, 0);
	unsigned n = 0;

	while (list) {
		for (a = json_at(doc, list, 0); a; a = json_after(doc, list, a))
			n += count(doc, json_get(doc, a, "Tag"), "name", tag);
		list = o ? json_get(doc, o, "Attribute") : NULL;
		o = o ? json_after(doc, objects, o) : NULL;
	}
	return n;
}

static void test_small(void)
{
	struct sample *s = sample_make("");
	char *text = sample_written(answers_misp, &s->a, NULL);
	const struct json_node *e, *list;
	struct json doc;

	e = event(&doc, text);
	OK(json_is(json_get(&doc, e, "info"), "Report on sample.db"));
	OK(json_is(json_get(&doc, e, "date"), "2017-05-17"));
	OK(json_is(json_get(&doc, e, "timestamp"), "1764120838"));
	list = json_get(&doc, e, "Object");
	OK(count(&doc, list, "name", "network-traffic") == 3);
	OK(count(&doc, list, "name", "coin-address") == 3);
	list = json_get(&doc, e, "Attribute");
	OK(count(&doc, list, "type", "sha256") == 1 &&
	   count(&doc, list, "type", "filename") == 2);
	OK(count(&doc, list, "type", "user-agent") == 2);
	OK(count(&doc, list, "value", "Miner at 192.0.2.7") == 1);
	OK(tagged(&doc, e, "assay:grade=\"proved\"") == 2 + 4);
	OK(tagged(&doc, e, "assay:simulated") == 0);
	OK(tagged(&doc, e,
		  "estimative-language:likelihood-probability="
		  "\"very-likely\"") == 1);
	OK(tagged(&doc, e, "admiralty-scale:source-reliability=\"b\"") == 1 &&
	   tagged(&doc, e, "admiralty-scale:information-credibility=\"2\"") ==
		   1);
	json_fini(&doc);
	free(text);
	sample_free(s);
}

static void test_simulated(void)
{
	struct sample *s = sample_make_simulated();
	char *text = sample_written(answers_misp, &s->a, NULL);
	const struct json_node *e;
	struct json doc;

	e = event(&doc, text);
	OK(json_is(json_get(&doc, e, "info"),
		   "SIMULATED, of no one: Report on sample.db"));
	OK(count(&doc, json_get(&doc, e, "Tag"), "name", "assay:simulated") ==
	   1);
	OK(tagged(&doc, e, "assay:grade=\"simulated\"") == 6 + 4);
	OK(tagged(&doc, e, "assay:simulated") > 20);
	json_fini(&doc);
	free(text);
	sample_free(s);
}

static void test_empty(void)
{
	struct sample *s = sample_make_empty();
	char *text = sample_written(answers_misp, &s->a, NULL);
	const struct json_node *e;
	struct json doc;

	e = event(&doc, text);
	OK(json_get(&doc, e, "Object")->n == 0 &&
	   json_get(&doc, e, "Attribute")->n == 1);
	json_fini(&doc);
	free(text);
	sample_free(s);
}

static void test_hostile(void)
{
	static const char *const taints[] = { "\"}", "\\", "\xff", "\x01\n",
					      "\xe2\x80\xae" };

	for (size_t i = 0; i < sizeof(taints) / sizeof(taints[0]); i++) {
		struct sample *s = sample_make(taints[i]);
		size_t n;
		char *text = sample_written(answers_misp, &s->a, &n);
		struct json doc;

		OK(strlen(text) == n);
		OK(event(&doc, text) != NULL);
		json_fini(&doc);
		free(text);
		sample_free(s);
	}
}

int main(void)
{
	test_small();
	test_simulated();
	test_empty();
	test_hostile();
	return tap_end();
}
