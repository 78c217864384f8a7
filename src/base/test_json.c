#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* A Stratum v1 job as slushpool's documentation prints it, shortened. */
static const char job[] =
	"{\"params\": [\"bf\", \"4d16b6f85af6e219\", [], [\"00\",\"01\"], "
	"true],"
	" \"id\": null, \"method\": \"mining.notify\", \"n\": -0.5e+3}\n";

static void test_a_document(void)
{
	struct json doc;
	const struct json_node *root, *params, *e;
	uint32_t n = 0;

	json_init(&doc, 100);
	OK(!json_root(&doc));
	OK(json_parse(&doc, NULL, text(job)));
	root = json_root(&doc);
	OK(root && root->type == JSON_OBJECT && root->n == 4);
	OK(root->raw.n == strlen(job) - 1 && root->raw.p[0] == '{');
	OK(json_is(json_get(&doc, root, "method"), "mining.notify"));
	e = json_get(&doc, root, "id");
	OK(e && e->type == JSON_NULL);
	OK(!json_get(&doc, root, "missing") && !json_get(&doc, NULL, "id"));
	OK(json_get(&doc, root, "n")->type == JSON_NUMBER &&
	   json_get(&doc, root, "n")->raw.n == 7);
	params = json_get(&doc, root, "params");
	OK(params->type == JSON_ARRAY && params->n == 5);
	OK(!json_get(&doc, params, "id") && !json_at(&doc, root, 0));
	for (e = json_at(&doc, params, 0); e; e = json_after(&doc, params, e))
		n++;
	OK(n == 5 && !json_at(&doc, params, 5));
	OK(json_is(json_at(&doc, params, 1), "4d16b6f85af6e219"));
	OK(json_at(&doc, json_at(&doc, params, 2), 0) == NULL);
	OK(json_is(json_at(&doc, json_at(&doc, params, 3), 1), "01"));
	OK(json_at(&doc, params, 4)->type == JSON_TRUE);
	OK(json_at(&doc, params, 3)->raw.n == strlen("[\"00\",\"01\"]"));
	json_fini(&doc);
}

static void test_the_last_of_two_keys(void)
{
	struct json doc;
	const struct json_node *root;

	json_init(&doc, 100);
	OK(json_parse(&doc, NULL,
		      text("{\"a\":{\"b\":1},\"a\":\"x\",\"\\u0062\":\"y\"}")));
	root = json_root(&doc);
	OK(json_is(json_get(&doc, root, "a"), "x"));
	OK(json_is(json_get(&doc, root, "b"), "y"));
	json_fini(&doc);
}

/* Cases of RFC 8259 and of "Parsing JSON is a Minefield" (Nicolas Seriot,
 * 2016), each with the offset of the first byte that cannot be right. */
static const struct {
	const char *text;
	size_t at; /* SIZE_MAX: good */
} vectors[] = {
	{ "{}", SIZE_MAX },
	{ "[]", SIZE_MAX },
	{ " [ 1 , 2 ] \r\n\t", SIZE_MAX },
	{ "\"alone\"", SIZE_MAX },
	{ "0", SIZE_MAX },
	{ "-0", SIZE_MAX },
	{ "1e5", SIZE_MAX },
	{ "1.5E-05", SIZE_MAX },
	{ "[true,false,null]", SIZE_MAX },
	{ "[\"\\u0060\\u012a\\u12AB\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", SIZE_MAX },
	{ "[\"\\uD801\\udc37\"]", SIZE_MAX },
	{ "[\"\\ud800\"]", SIZE_MAX },
	{ "[\"\xe2\x82\xac\xf0\x9f\x98\x80\x7f\"]", SIZE_MAX },
	{ "{\"a\":[{}]}", SIZE_MAX },
	{ "", 0 },
	{ " ", 1 },
	{ "[", 1 },
	{ "]", 0 },
	{ "[}", 1 },
	{ "[1,]", 3 },
	{ "[,1]", 1 },
	{ "[1 2]", 3 },
	{ "[1]]", 3 },
	{ "[1]x", 3 },
	{ "{\"a\"}", 4 },
	{ "{\"a\":}", 5 },
	{ "{\"a\":1,}", 7 },
	{ "{a:1}", 1 },
	{ "{1:1}", 1 },
	{ "{\"a\" 1}", 5 },
	{ "nul", 3 },
	{ "nulx", 3 },
	{ "True", 0 },
	{ "01", 1 },
	{ "-", 1 },
	{ "-a", 1 },
	{ "+1", 0 },
	{ ".5", 0 },
	{ "1.", 2 },
	{ "1.e1", 2 },
	{ "1e", 2 },
	{ "1e+", 3 },
	{ "0x1", 1 },
	{ "NaN", 0 },
	{ "\"", 1 },
	{ "\"a", 2 },
	{ "\"\\", 2 },
	{ "\"\\x\"", 2 },
	{ "\"\\u12g4\"", 5 },
	{ "\"\\u12\"", 5 },
	{ "\"a\tb\"", 2 },
	{ "\"12345678\x01\"", 9 },
	{ "\"\xff\"", 1 },
	{ "\"\xc0\xaf\"", 1 },
	{ "\"\xe0\x80\xaf\"", 2 },
	{ "\"\xed\xa0\x80\"", 2 },
	{ "\"\xf4\x90\x80\x80\"", 2 },
	{ "\"\xe2\x82\"", 3 },
	{ "'a'", 0 },
	{ "\xef\xbb\xbf{}", 0 },
	{ "[1,\x0c]", 3 },
};

static void test_vectors(void)
{
	struct json doc;

	json_init(&doc, 100);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const bool good = vectors[i].at == SIZE_MAX;
		size_t at = SIZE_MAX;

		OK(json_parse(&doc, &at, text(vectors[i].text)) == good);
		OK(at == vectors[i].at && (json_root(&doc) != NULL) == good);
	}
	OK(!json_parse(&doc, NULL, (struct span){ NULL, 0 }));
	OK(!json_parse(&doc, NULL,
		       (struct span){ (const uint8_t *)"[\0]", 3 }));
	OK(!json_parse(&doc, NULL,
		       (struct span){ (const uint8_t *)"[]\0", 3 }));
	json_fini(&doc);
}

static void test_every_truncation(void)
{
	struct json doc;

	json_init(&doc, 100);
	for (size_t n = 0; n < strlen(job) - 1; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		size_t at = SIZE_MAX;

		memcpy(copy, job, n);
		OK(!json_parse(&doc, &at, (struct span){ copy, n }) &&
		   at == n && !json_root(&doc));
		free(copy);
	}
	json_fini(&doc);
}

static void test_limits(void)
{
	char deep[2 * JSON_DEPTH_MAX + 2];
	struct json doc;
	struct json_scan scan = { 0 };
	size_t at = 0;
	struct span s = { (const uint8_t *)deep, sizeof(deep) - 2 };

	memset(deep, '[', JSON_DEPTH_MAX);
	memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	json_init(&doc, 2 * JSON_DEPTH_MAX);
	OK(json_parse(&doc, &at, s));
	OK(json_scan(&scan, &at, s) == PARSE_OK && at == s.n);
	s.n += 2;
	memset(deep, '[', JSON_DEPTH_MAX + 1);
	memset(deep + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	OK(!json_parse(&doc, &at, s) && at == JSON_DEPTH_MAX);
	OK(json_scan(&scan, &at, s) == PARSE_BAD && at == JSON_DEPTH_MAX);
	json_fini(&doc);

	json_init(&doc, 3);
	OK(json_parse(&doc, &at, text("[1,2]")));
	OK(!json_parse(&doc, &at, text("[1,2,3]")) && at == 5);
	json_fini(&doc);
	json_init(&doc, 0);
	OK(!json_parse(&doc, &at, text("1")) && at == 0);
	json_fini(&doc);
}

/* More nodes than one allocation holds. */
static void test_many_nodes(void)
{
	char many[2002];
	struct json doc;

	memset(many, '[', 1);
	for (size_t i = 0; i < 1000; i++)
		memcpy(many + 1 + 2 * i, "7,", 2);
	many[2000] = ']';
	many[2001] = '\0';
	json_init(&doc, 1001);
	OK(json_parse(&doc, NULL, text(many)));
	OK(json_root(&doc)->n == 1000 &&
	   json_at(&doc, json_root(&doc), 999)->raw.p[0] == '7');
	json_fini(&doc);
}

static const struct {
	const char *json, *want;
	size_t n;
} strings[] = {
	{ "\"\"", "", 0 },
	{ "\"plain\"", "plain", 5 },
	{ "\"a\\n\\t\\\"\\\\\\/\\b\\f\\r\"", "a\n\t\"\\/\b\f\r", 9 },
	{ "\"\\u20ac\\u00e4\\u0041\"",
	  "\xe2\x82\xac\xc3\xa4"
	  "A",
	  6 },
	{ "\"\\uD83D\\uDE00\"", "\xf0\x9f\x98\x80", 4 },
	{ "\"\\uD83Dx\"", "\xef\xbf\xbdx", 4 },
	{ "\"\\uD83D\\uDBFF\"", "\xef\xbf\xbd\xef\xbf\xbd", 6 },
	{ "\"\\uD83D\\uE000\"", "\xef\xbf\xbd\xee\x80\x80", 6 },
	{ "\"\\uDE00\"", "\xef\xbf\xbd", 3 },
	{ "\"\\uD83D\\u0041\"",
	  "\xef\xbf\xbd"
	  "A",
	  4 },
	{ "\"\\uD83D\\n\"", "\xef\xbf\xbd\n", 4 },
	{ "\"\\uD83D\\uD83D\\uDE00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80", 7 },
	{ "\"a\\u0000b\"", "a\0b", 3 },
	{ "\"\\\\u0041\"", "\\u0041", 6 },
};

static void test_strings(void)
{
	struct json doc;

	json_init(&doc, 100);
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		const size_t want = strings[i].n;
		char *out = malloc(want + 1);
		size_t n = 99;

		printf("# %s\n", strings[i].json);
		OK(json_parse(&doc, NULL, text(strings[i].json)));
		out[0] = '?';
		OK(!json_string(out, &n, want, json_root(&doc)) && n == 99);
		OK(want == 0 || out[0] == '?');
		OK(json_string(out, &n, want + 1, json_root(&doc)));
		OK(n == want && !memcmp(out, strings[i].want, want + 1));
		OK(json_is(json_root(&doc), strings[i].want) ==
		   (strlen(strings[i].want) == want));
		OK(!json_is(json_root(&doc), "something else"));
		free(out);
	}
	OK(json_parse(&doc, NULL, text("12")));
	OK(!json_string(NULL, NULL, 0, json_root(&doc)));
	OK(!json_string(NULL, NULL, 0, NULL) && !json_is(NULL, ""));
	OK(!json_is(json_root(&doc), "12"));
	json_fini(&doc);
}

static enum parse scan_split(size_t *used, struct span s, size_t cut)
{
	struct json_scan scan = { 0 };
	struct span head = { s.p, cut }, tail = { s.p + cut, s.n - cut };
	enum parse found = json_scan(&scan, used, head);

	if (found != PARSE_MORE)
		return found;
	found = json_scan(&scan, used, tail);
	*used += cut;
	return found;
}

static const struct {
	const char *text;
	enum parse want;
	size_t used;
} scans[] = {
	{ "{}", PARSE_OK, 2 },
	{ "{}{}", PARSE_OK, 2 },
	{ "[\"]\\\"]\"]x", PARSE_OK, 8 },
	{ "{\"a\":\"}}}}}}}}}}\\\\\"}\n{", PARSE_OK, 20 },
	{ "[[[{}]", PARSE_MORE, 6 },
	{ "{\"abcdefghijkl", PARSE_MORE, 14 },
	{ "{\"abcdefghijk\n\"}", PARSE_BAD, 13 },
	{ "{\"abc\\\n\"}", PARSE_BAD, 6 },
	{ "{\"abc\\\x1f\"}", PARSE_BAD, 6 },
	{ "{\"abc\x1f\"}", PARSE_BAD, 5 },
	{ "{\"\\ \\\x7f\"}", PARSE_OK, 8 },
	{ "{\"\xff\xfe\xfd\"}", PARSE_OK, 7 },
	{ "x", PARSE_BAD, 0 },
	{ " {}", PARSE_BAD, 0 },
	{ "}", PARSE_BAD, 0 },
	{ "\"\"", PARSE_BAD, 0 },
	{ "", PARSE_MORE, 0 },
};

static void test_scan_with_every_split(void)
{
	for (size_t i = 0; i < sizeof(scans) / sizeof(scans[0]); i++) {
		const struct span s = text(scans[i].text);

		printf("# case %zu\n", i);
		for (size_t cut = 0; cut <= s.n; cut++) {
			size_t used = SIZE_MAX;

			OK(scan_split(&used, s, cut) == scans[i].want);
			OK(used == scans[i].used);
		}
	}
}

static void test_scan_byte_by_byte_and_again(void)
{
	struct json_scan scan = { 0 };
	size_t used = 0, ends = 0;
	const struct span s = text("{\"a\":\"\\\"]\"}[[1],2]");

	for (size_t i = 0; i < s.n; i++) {
		const struct span one = { s.p + i, 1 };

		if (json_scan(&scan, &used, one) == PARSE_OK)
			ends = ends * 100 + i;
		OK(used == 1);
	}
	OK(ends == 1017);
}

int main(void)
{
	test_a_document();
	test_the_last_of_two_keys();
	test_vectors();
	test_every_truncation();
	test_limits();
	test_many_nodes();
	test_strings();
	test_scan_with_every_split();
	test_scan_byte_by_byte_and_again();
	return tap_end();
}
