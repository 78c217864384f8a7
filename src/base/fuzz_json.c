/* The properties: json_scan and json_parse agree where a value ends; a scan
 * cut in two gives the same result; every node lies inside its parent; every
 * string can be read into exactly its length and, written again, means the
 * same. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_write.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool truth)
{
	if (!truth)
		abort();
}

static void check_splits(struct span text, enum parse whole, size_t used)
{
	/* All cuts of short inputs, some of long ones. */
	const size_t step = 1 + text.n / 64;

	for (size_t cut = 0; cut <= text.n; cut += step) {
		struct json_scan scan = { 0 };
		const struct span head = { text.p, cut };
		const struct span tail = { text.p + cut, text.n - cut };
		size_t got = 0;
		enum parse found = json_scan(&scan, &got, head);

		if (found == PARSE_MORE) {
			check(got == cut);
			found = json_scan(&scan, &got, tail);
			got += cut;
		}
		check(found == whole && got == used);
	}
}

static void check_string(const struct json_node *node)
{
	char *out = malloc(node->raw.n + 1);
	size_t n = 0;
	struct buf b;
	struct json_writer w;
	struct json again;

	check(json_string(out, &n, node->raw.n + 1, node));
	check(n <= node->raw.n && out[n] == '\0');
	check(json_is(node, out) == (strlen(out) == n));

	char *exact = malloc(n + 1);

	check(json_string(exact, NULL, n + 1, node) && !memcmp(exact, out, n));
	check(!json_string(exact, NULL, n, node));

	buf_init(&b, SIZE_MAX);
	json_write_init(&w, &b);
	json_write_span(&w, (struct span){ (const uint8_t *)out, n });
	json_init(&again, 1);
	check(json_parse(&again, NULL, buf_span(&b)));
	check(json_string(exact, &n, n + 1, json_root(&again)) &&
	      !memcmp(exact, out, n));
	json_fini(&again);
	buf_fini(&b);
	free(exact);
	free(out);
}

static uint32_t check_node(const struct json *doc, const struct json_node *node,
			   struct span within)
{
	const struct json_node *e = node->n ? node + 1 : NULL;
	uint32_t children = 0, all = 1;

	check(node->raw.p >= within.p &&
	      node->raw.p + node->raw.n <= within.p + within.n);
	if (node->type == JSON_STRING)
		check_string(node);
	for (; e; e = json_after(doc, node, e)) {
		all += check_node(doc, e, node->raw);
		children++;
	}
	check(children == (node->type == JSON_OBJECT ? 2 * node->n : node->n));
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = { data, size };
	struct json_scan scan = { 0 };
	struct json doc;
	size_t used = 0, at = 0;
	const enum parse found = json_scan(&scan, &used, text);

	check(used <= size && (found != PARSE_MORE || used == size));
	check_splits(text, found, used);

	json_init(&doc, 1000);
	if (json_parse(&doc, &at, text)) {
		const struct json_node *root = json_root(&doc);

		check(check_node(&doc, root, text) == root->next);
		if (root->type >= JSON_ARRAY && root->raw.p == data)
			check(found == PARSE_OK && used == root->raw.n);
	} else {
		check(at <= size && !json_root(&doc));
		/* What comes before the bad byte was not the problem. */
		check(json_parse(&doc, &used, (struct span){ data, at }) ||
		      used == at);
	}
	json_fini(&doc);
	return 0;
}
