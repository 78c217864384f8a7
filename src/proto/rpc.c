#include "proto/rpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "proto/message.h"

void rpc_init(struct rpc *r)
{
	*r = (struct rpc){ .client = -1 };
	buf_init(&r->scratch, MESSAGE_MAX);
}

void rpc_fini(struct rpc *r)
{
	buf_fini(&r->scratch);
	free(r->request);
	*r = (struct rpc){ .client = -1 };
}

/* Decoded bytes are never longer than the message, so with this much room
 * scratch does not move while spans into it are alive. */
void rpc_begin(struct rpc *r, const struct dialect_input *in)
{
	const struct span text = in->message->text;

	r->doc = in->doc;
	if (r->scratch.limit < text.n + 1) {
		buf_fini(&r->scratch);
		buf_init(&r->scratch, text.n + 1);
	}
	buf_clear(&r->scratch);
	if (r->scratch.room <= text.n && buf_add(&r->scratch, text.p, text.n))
		buf_clear(&r->scratch);
}

/* What a large message took is not kept: there may be many readers. */
void rpc_end(struct rpc *r, const struct dialect_input *in)
{
	r->doc = NULL;
	if (in->message->text.n <= MESSAGE_KEEP)
		return;
	buf_fini(&r->scratch);
	buf_init(&r->scratch, MESSAGE_MAX);
}

bool rpc_sender_fits(struct rpc *r, int from, bool by_client)
{
	if (r->client < 0)
		r->client = by_client ? from : !from;
	return by_client == (from == r->client);
}

bool rpc_has_method(const struct dialect_input *in)
{
	const struct json_node *name = json_get(in->doc, in->object, "method");

	return name && name->type != JSON_NULL;
}

bool rpc_method_is(const struct dialect_input *in, const char *name)
{
	return json_is(json_get(in->doc, in->object, "method"), name);
}

static void request_drop(struct rpc *r, uint32_t i)
{
	memmove(r->request + i, r->request + i + 1,
		(r->num_requests - i - 1) * sizeof(r->request[0]));
	r->num_requests--;
}

/* The id as it is compared. Over HTTP an answer comes in the exchange of its
 * request, so that ids of different exchanges differ. */
static void read_id(struct rpc_request *out, const struct dialect_input *in)
{
	const struct json_node *id = json_get(in->doc, in->object, "id");
	size_t n = 0;

	memset(out->id, 0, sizeof(out->id));
	if (in->http) {
		const int used = snprintf(out->id, sizeof(out->id), "%llu/",
					  (unsigned long long)in->exchange);

		n = used > 0 ? (size_t)used : 0;
	}
	if (id) {
		const size_t room = sizeof(out->id) - n;
		const size_t part = id->raw.n < room ? id->raw.n : room;

		memcpy(out->id + n, id->raw.p, part);
		n += part;
	}
	out->id_n = (uint8_t)n;
}

static bool same_id(const struct rpc_request *a, const struct rpc_request *b)
{
	return a->id_n == b->id_n && memcmp(a->id, b->id, a->id_n) == 0;
}

/* A newer request takes the id over from one whose answer was probably lost:
 * otherwise every later answer would be off by one. */
static void forget_doubtful(struct rpc *r, const struct rpc_request *id)
{
	for (uint32_t i = 0; i < r->num_requests;) {
		if (r->request[i].doubtful && same_id(&r->request[i], id))
			request_drop(r, i);
		else
			i++;
	}
}

void rpc_remember(struct rpc *r, const struct dialect_input *in, uint8_t kind,
		  uint64_t number)
{
	struct rpc_request q = { .kind = kind, .number = number };

	read_id(&q, in);
	forget_doubtful(r, &q);
	if (r->num_requests == RPC_REQUESTS_MAX)
		request_drop(r, 0);
	if (r->num_requests == r->room_requests) {
		r->room_requests = r->room_requests ? r->room_requests * 2 : 4;
		r->request = mem_resize(r->request, r->room_requests,
					sizeof(r->request[0]));
	}
	r->request[r->num_requests++] = q;
}

void rpc_forget(struct rpc *r, uint8_t kind)
{
	for (uint32_t i = 0; i < r->num_requests; i++) {
		if (r->request[i].kind == kind) {
			request_drop(r, i);
			return;
		}
	}
}

static bool is_answer(const struct rpc *r, const struct dialect_input *in)
{
	return !rpc_has_method(in) &&
	       (json_get(in->doc, in->object, "result") ||
		json_get(in->doc, in->object, "error") ||
		(r->bare && json_get(in->doc, in->object, "id")));
}

/* May the answer be another request's? In a gap answers may have been lost,
 * and of several requests with one id no one can tell whose. */
static bool ambiguous(const struct rpc *r, uint32_t i)
{
	const struct rpc_request *q = &r->request[i];
	bool other = false;

	if (!q->doubtful)
		return false;
	while (!other && ++i < r->num_requests)
		other = same_id(&r->request[i], q);
	return other;
}

enum rpc_found rpc_match(struct rpc *r, struct rpc_request *request,
			 const struct dialect_input *in)
{
	struct rpc_request id = { .number = 0 };

	read_id(&id, in);
	for (uint32_t i = 0; i < r->num_requests; i++) {
		if (!same_id(&r->request[i], &id))
			continue;
		const bool unclear = ambiguous(r, i);

		*request = r->request[i];
		request_drop(r, i);
		return unclear ? RPC_UNCLEAR : RPC_ANSWER;
	}
	r->unmatched++;
	return RPC_NONE;
}

enum rpc_found rpc_answer(struct rpc *r, struct rpc_request *request,
			  const struct dialect_input *in)
{
	if (r->client < 0 || in->from == r->client || !is_answer(r, in))
		return RPC_NONE;
	return rpc_match(r, request, in);
}

void rpc_lost(struct rpc *r, int from)
{
	if (r->client < 0 || from == r->client)
		return;
	for (uint32_t i = 0; i < r->num_requests; i++)
		r->request[i].doubtful = true;
}

void rpc_state(const struct rpc *r, struct dialect_state *out)
{
	out->client = r->client;
	memcpy(out->faults, r->faults, sizeof(out->faults));
	out->unmatched = r->unmatched;
	out->other_calls = 0;
}

/* The words of an error: [code, "words", trace], {"message": "words"}, or
 * "words". */
static struct span words(struct rpc *r, const struct json_node *error)
{
	const struct json_node *text = error;

	if (error && error->type == JSON_ARRAY)
		text = json_at(r->doc, error, 1);
	else if (error && error->type == JSON_OBJECT)
		text = json_get(r->doc, error, "message");
	return rpc_text(r, text);
}

static bool says_yes(const struct rpc *r, const struct json_node *result)
{
	return result && (result->type == JSON_TRUE ||
			  json_is(json_get(r->doc, result, "status"), "OK"));
}

bool rpc_verdict(struct rpc *r, struct event *e, const struct json_node *object,
		 bool null_accepts)
{
	const struct json_node *result = json_get(r->doc, object, "result");
	const struct json_node *error = json_get(r->doc, object, "error");
	const struct json_node *why = json_get(r->doc, object, "reject-reason");
	const bool failed = error && error->type != JSON_NULL;
	const bool null = !result || result->type == JSON_NULL;

	/* Neither an error nor a result says nothing. */
	if (!failed && null && !(null_accepts && result))
		return false;
	e->type = EVENT_VERDICT;
	e->verdict.accepted = !failed && (null || says_yes(r, result));
	e->verdict.reason = (struct span){ NULL, 0 };
	if (e->verdict.accepted)
		return true;
	if (why)
		e->verdict.reason = rpc_text(r, why);
	else if (failed)
		e->verdict.reason = words(r, error);
	else if (null_accepts)
		e->verdict.reason = rpc_text(r, result);
	return true;
}

/* A string's digits, without "0x". */
static struct span digits(const struct json_node *node)
{
	struct span text = { NULL, 0 };

	if (!node || node->type != JSON_STRING)
		return text;
	text = node->raw;
	if (text.n >= 2 && text.p[0] == '0' && text.p[1] == 'x') {
		text.p += 2;
		text.n -= 2;
	}
	return text;
}

bool rpc_hex_exactly(uint8_t *out, size_t size, const struct json_node *node)
{
	const struct span text = digits(node);

	return text.n > 0 && hex_bytes(out, size, text);
}

bool rpc_hex_number(uint8_t out[32], const struct json_node *node)
{
	const struct span text = digits(node);
	uint8_t padded[64], bytes[32];

	if (text.n == 0 || text.n > sizeof(padded))
		return false;
	memset(padded, '0', sizeof(padded));
	memcpy(padded + sizeof(padded) - text.n, text.p, text.n);
	if (!hex_bytes(bytes, 32, (struct span){ padded, sizeof(padded) }))
		return false;
	for (size_t i = 0; i < 32; i++)
		out[i] = bytes[31 - i];
	return true;
}

bool rpc_hex_u64(uint64_t *out, const struct json_node *node)
{
	static const uint8_t zeros[24];
	uint8_t number[32];
	uint64_t v = 0;

	if (!rpc_hex_number(number, node) || memcmp(number + 8, zeros, 24) != 0)
		return false;
	for (size_t i = 8; i-- > 0;)
		v = v << 8 | number[i];
	*out = v;
	return true;
}
