#include "active/probe_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/num.h"
#include "proto/http.h"

#define NODES_MAX 4096
/* A template with all its transactions. */
#define BODY_NODES_MAX (1u << 18)
#define IDS_MAX        8
#define UNAUTHORIZED   401

struct probe_answer {
	enum probe_kind kind;
	struct message_reader line;
	struct http *http;
	struct json doc;
	bool took[IDS_MAX];
	bool refused, final;
	char words[PROBE_WORDS_MAX];
};

struct probe_answer *probe_answer_new(enum probe_kind kind)
{
	struct probe_answer *a = mem_new(1, sizeof(*a));
	const bool http = PROBE_BIT(kind) & PROBE_HTTP;

	a->kind = kind;
	message_init(&a->line);
	json_init(&a->doc, http ? BODY_NODES_MAX : NODES_MAX);
	if (http)
		a->http = http_new();
	return a;
}

void probe_answer_free(struct probe_answer *a)
{
	message_fini(&a->line);
	http_free(a->http);
	json_fini(&a->doc);
	free(a);
}

static void keep_words(struct probe_answer *a, struct span text)
{
	const size_t n =
		text.n < sizeof(a->words) - 1 ? text.n : sizeof(a->words) - 1;

	memcpy(a->words, text.p, n);
	a->words[n] = '\0';
}

/* What of an error is for people: its message, its text, or all of it. */
static void keep_error(struct probe_answer *a, const struct json_node *error)
{
	const struct json_node *text =
		error->type == JSON_ARRAY ? json_at(&a->doc, error, 1)
					  : json_get(&a->doc, error, "message");

	if (!text || text->type != JSON_STRING)
		text = error;
	if (!json_string(a->words, NULL, sizeof(a->words), text))
		keep_words(a, text->raw);
}

/* JSON-RPC 2.0, section 5.1: the codes that are the protocol's own. The -3 is
 * Stratum's "method not found". */
static bool is_protocols(struct probe_answer *a, const struct json_node *error)
{
	const struct json_node *code =
		error->type == JSON_ARRAY ? json_at(&a->doc, error, 0)
					  : json_get(&a->doc, error, "code");
	int64_t v;

	if (!code || code->type != JSON_NUMBER || !num_i64(&v, code->raw))
		return false;
	return (v >= -32768 && v <= -32000) || v == -3;
}

/* Has the error the shape that this dialect's have? */
static bool is_dialects(struct probe_answer *a, const struct json_node *error)
{
	bool shaped = false;

	switch (a->kind) {
	case PROBE_STRATUM:
		shaped = error->type == JSON_ARRAY && error->n >= 2;
		break;
	case PROBE_MONERO:
	case PROBE_GETBLOCKTEMPLATE:
	case PROBE_GETWORK:
		shaped = error->type == JSON_OBJECT &&
			 json_get(&a->doc, error, "message") != NULL;
		break;
	case PROBE_KINDS:
		break;
	}
	return shaped || a->took[1];
}

static bool is_some(const struct json_node *node)
{
	return node && node->type != JSON_NULL;
}

static bool read_id(uint64_t *id, const struct json_node *node)
{
	return node &&
	       (node->type == JSON_NUMBER || node->type == JSON_STRING) &&
	       num_u64(id, node->raw) && *id < IDS_MAX;
}

static void read_object(struct probe_answer *a, const struct json_node *root)
{
	const struct json_node *error = json_get(&a->doc, root, "error");
	const struct json_node *result = json_get(&a->doc, root, "result");
	const bool good = is_some(result) && result->type != JSON_FALSE &&
			  !is_some(error);
	uint64_t id = 0;

	if (json_get(&a->doc, root, "method") || a->final ||
	    !(is_some(error) || result))
		return;
	/* Who could not read the request does not know its id. */
	if (!read_id(&id, json_get(&a->doc, root, "id")) && !is_some(error))
		return;
	a->took[id] = a->took[id] || good;
	if (good)
		return;
	a->final = true;
	if (is_some(error))
		keep_error(a, error);
	else
		snprintf(a->words, sizeof(a->words), "the answer is %s",
			 result->type == JSON_FALSE ? "false" : "null");
	a->refused = is_some(error)
			     ? !is_protocols(a, error) && is_dialects(a, error)
			     : a->took[1];
}

static void read_text(struct probe_answer *a, struct span text)
{
	if (!json_parse(&a->doc, NULL, text))
		return;
	const struct json_node *root = json_root(&a->doc);

	if (root->type == JSON_OBJECT)
		read_object(a, root);
}

static void on_line(void *context, const struct message *m)
{
	read_text(context, m->text);
}

static void on_http(void *context, const struct http_message *m)
{
	static const char realm[] = "realm=\"jsonrpc\"";
	struct probe_answer *a = context;
	const struct span *asks = http_header(m, "www-authenticate");

	if (m->kind != HTTP_RESPONSE || a->final ||
	    m->status < HTTP_STATUS_SUCCESSFUL)
		return;
	read_text(a, m->at.text);
	if (!a->words[0] && m->status >= HTTP_STATUS_REDIRECTED)
		snprintf(a->words, sizeof(a->words), "HTTP status %u",
			 m->status);
	/* Of a server like any other that is no sign. */
	if (m->status == UNAUTHORIZED && asks &&
	    memmem(asks->p, asks->n, realm, strlen(realm))) {
		a->refused = true;
		snprintf(a->words, sizeof(a->words),
			 "HTTP status 401 of a node's JSON-RPC");
	}
	a->final = true;
}

void probe_answer_feed(struct probe_answer *a, int from,
		       const struct message *piece)
{
	if (a->http)
		http_feed(a->http, from, *piece, on_http, a);
	else if (from == 1)
		message_feed(&a->line, *piece, on_line, a);
}

void probe_answer_end(struct probe_answer *a)
{
	if (a->http)
		http_end(a->http, 1, on_http, a);
}

bool probe_answer_took(const struct probe_answer *a, uint64_t id)
{
	return id < IDS_MAX && a->took[id];
}

bool probe_answer_refused(const struct probe_answer *a)
{
	return a->refused;
}

bool probe_answer_final(const struct probe_answer *a)
{
	return a->final;
}

void probe_answer_words(char out[PROBE_WORDS_MAX], const struct probe_answer *a)
{
	memcpy(out, a->words, PROBE_WORDS_MAX);
}
