/* Input: one JSON value, as a pool may send it.
 *
 * The properties: what is told lies in the document; an answer is a message
 * without a method, and only it is good, has an error or a session; a yes has
 * no error; sizes and ports are in their bounds; told again it is the same. And
 * whatever id a question has, the answer to it is one whole line of JSON with
 * an id of the same kind. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proto/stratum1.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void is_inside(const struct json_node *node, struct span text,
		      bool is_text)
{
	if (!node)
		return;
	must(node->raw.p >= text.p &&
	     node->raw.p + node->raw.n <= text.p + text.n);
	must(!is_text || node->type == JSON_STRING);
}

static void check(const struct stratum1_told *t, const struct json *doc,
		  struct span text)
{
	const bool answer = t->kind == STRATUM1_TOLD_ANSWER;
	const struct json_node *root = json_root(doc);
	const struct json_node *method = json_get(doc, root, "method");
	const struct json_node *error = json_get(doc, root, "error");

	is_inside(t->id, text, false);
	is_inside(t->words, text, true);
	is_inside(t->session, text, true);
	is_inside(t->host, text, true);
	must(!answer || !method || method->type == JSON_NULL);
	must(answer || (!t->good && !t->error && !t->session));
	must(!t->good || !error || error->type == JSON_NULL);
	must(!t->has_extranonce2 || t->extranonce2_n <= EVENT_EXTRANONCE1_MAX);
	must(t->kind == STRATUM1_TOLD_RECONNECT ||
	     (!t->host && !t->port && !t->wait_s));
}

static void answer_version(const struct json_node *id)
{
	struct json doc;
	struct buf out;

	json_init(&doc, 16);
	buf_init(&out, 1u << 20);
	if (stratum1_write_answer(&out, id, "x")) {
		must(out.p[out.n - 1] == '\n' &&
		     memchr(out.p, '\n', out.n) == out.p + out.n - 1);
		must(json_parse(&doc, NULL, buf_span(&out)));
		const struct json_node *back =
			json_get(&doc, json_root(&doc), "id");

		must(back &&
		     (back->type == JSON_NULL ||
		      (back->type == id->type && back->raw.n == id->raw.n &&
		       !memcmp(back->raw.p, id->raw.p, id->raw.n))));
	}
	buf_fini(&out);
	json_fini(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = { data, size };
	struct json doc;

	json_init(&doc, 4096);
	if (size > 0 && json_parse(&doc, NULL, text)) {
		const struct stratum1_told t =
			stratum1_told(&doc, json_root(&doc));
		const struct stratum1_told again =
			stratum1_told(&doc, json_root(&doc));

		check(&t, &doc, text);
		must(t.kind == again.kind && t.number == again.number &&
		     t.good == again.good && t.words == again.words);
		answer_version(t.id);
	}
	json_fini(&doc);
	return 0;
}
