#include "base/num.h"
#include "proto/stratum1.h"

static bool is_type(const struct json_node *node, enum json_type type)
{
	return node && node->type == type;
}

static const struct json_node *text_or_null(const struct json_node *node)
{
	return is_type(node, JSON_STRING) ? node : NULL;
}

/* A number, or a string of one: both are in use. */
static bool read_number(uint64_t *out, const struct json_node *node,
			uint64_t max)
{
	uint64_t v;

	if (!is_type(node, JSON_NUMBER) && !is_type(node, JSON_STRING))
		return false;
	if (!num_u64(&v, node->raw) || v > max)
		return false;
	*out = v;
	return true;
}

static void read_extranonce2(struct stratum1_told *t,
			     const struct json_node *size)
{
	uint64_t n;

	if (!is_type(size, JSON_NUMBER) ||
	    !read_number(&n, size, EVENT_EXTRANONCE1_MAX))
		return;
	t->has_extranonce2 = true;
	t->extranonce2_n = (uint32_t)n;
}

/* Subscriptions are a list of [what, id], or one such pair. The id of
 * mining.notify is the session's. */
static const struct json_node *session_of(const struct json *doc,
					  const struct json_node *list)
{
	if (json_is(json_at(doc, list, 0), "mining.notify"))
		return text_or_null(json_at(doc, list, 1));
	if (!is_type(list, JSON_ARRAY))
		return NULL;
	for (const struct json_node *e = json_at(doc, list, 0); e;
	     e = json_after(doc, list, e)) {
		if (json_is(json_at(doc, e, 0), "mining.notify"))
			return text_or_null(json_at(doc, e, 1));
	}
	return NULL;
}

/* [code, words, traceback], or an object, or the words alone. */
static void read_error(struct stratum1_told *t, const struct json *doc,
		       const struct json_node *error)
{
	const bool list = is_type(error, JSON_ARRAY);
	const struct json_node *code =
		list ? json_at(doc, error, 0) : json_get(doc, error, "code");
	const struct json_node *words =
		list ? json_at(doc, error, 1) : json_get(doc, error, "message");

	if (is_type(code, JSON_NUMBER) && !num_i64(&t->error, code->raw))
		t->error = 0;
	t->words = text_or_null(words ? words : error);
}

static void read_answer(struct stratum1_told *t, const struct json *doc,
			const struct json_node *object)
{
	const struct json_node *result = json_get(doc, object, "result");
	const struct json_node *error = json_get(doc, object, "error");

	if (!result && !error)
		return;
	t->kind = STRATUM1_TOLD_ANSWER;
	t->good = (!error || error->type == JSON_NULL) && result &&
		  result->type != JSON_NULL && result->type != JSON_FALSE;
	read_error(t, doc, error);
	if (is_type(result, JSON_ARRAY)) {
		t->session = session_of(doc, json_at(doc, result, 0));
		read_extranonce2(t, json_at(doc, result, 2));
	}
}

static void read_reconnect(struct stratum1_told *t, const struct json *doc,
			   const struct json_node *params)
{
	uint64_t v;

	t->kind = STRATUM1_TOLD_RECONNECT;
	t->host = text_or_null(json_at(doc, params, 0));
	if (t->host && t->host->raw.n == 0)
		t->host = NULL;
	if (read_number(&v, json_at(doc, params, 1), UINT16_MAX))
		t->port = (uint16_t)v;
	if (read_number(&v, json_at(doc, params, 2), UINT32_MAX))
		t->wait_s = (uint32_t)v;
}

struct stratum1_told stratum1_told(const struct json *doc,
				   const struct json_node *object)
{
	struct stratum1_told t = { .kind = STRATUM1_TOLD_OTHER,
				   .id = json_get(doc, object, "id"),
				   .number = UINT64_MAX };
	const struct json_node *method = json_get(doc, object, "method");
	const struct json_node *params = json_get(doc, object, "params");

	if (!method || method->type == JSON_NULL) {
		if (!read_number(&t.number, t.id, UINT64_MAX - 1))
			t.number = UINT64_MAX;
		read_answer(&t, doc, object);
	} else if (json_is(method, "mining.set_extranonce")) {
		t.kind = STRATUM1_TOLD_EXTRANONCE;
		read_extranonce2(&t, json_at(doc, params, 1));
	} else if (json_is(method, "client.get_version")) {
		t.kind = STRATUM1_TOLD_VERSION;
	} else if (json_is(method, "mining.ping")) {
		t.kind = STRATUM1_TOLD_PING;
	} else if (json_is(method, "client.show_message")) {
		t.kind = STRATUM1_TOLD_MESSAGE;
		t.words = text_or_null(json_at(doc, params, 0));
	} else if (json_is(method, "client.reconnect")) {
		read_reconnect(&t, doc, params);
	}
	return t;
}
