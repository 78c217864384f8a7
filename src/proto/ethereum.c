#include "proto/ethereum.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "proto/rpc.h"

enum kind {
	LOGIN,
	GETWORK,
	SUBMIT,
	RATE,
	NOT_MINING, /* what else a node is asked */
};

struct ethereum {
	struct rpc rpc;
	bool http;
	uint64_t shares;
};

static enum kind kind_of(const struct dialect_input *in)
{
	if (rpc_method_is(in, "eth_getWork"))
		return GETWORK;
	if (rpc_method_is(in, "eth_submitWork"))
		return SUBMIT;
	if (rpc_method_is(in, "eth_submitHashrate"))
		return RATE;
	if (rpc_method_is(in, "eth_submitLogin"))
		return LOGIN;
	return NOT_MINING;
}

/* [header hash, seed hash, boundary, (number of the block)] */
struct work {
	uint8_t header[32], seed[32];
	uint8_t target[32]; /* little-endian */
	uint32_t height;    /* 0: not told */
};

static bool read_work(struct work *out, const struct json *doc,
		      const struct json_node *object)
{
	const struct json_node *result = json_get(doc, object, "result");
	struct work w = { .height = 0 };
	uint64_t height;

	if (!result || result->type != JSON_ARRAY || result->n < 3 ||
	    result->n > 4 ||
	    !rpc_hex_exactly(w.header, 32, json_at(doc, result, 0)) ||
	    !rpc_hex_exactly(w.seed, 32, json_at(doc, result, 1)) ||
	    !rpc_hex_number(w.target, json_at(doc, result, 2)))
		return false;
	if (result->n == 4 && rpc_hex_u64(&height, json_at(doc, result, 3)) &&
	    height <= UINT32_MAX)
		w.height = (uint32_t)height;
	*out = w;
	return true;
}

/* Work that can be nothing else, on a connection of which nothing is known. A
 * node answers other questions with hashes, too (the transactions that a filter
 * found): three of them look like work if the last is below 2^232 by accident.
 * All real boundaries are. */
static bool is_surely_work(const struct dialect_input *in)
{
	const struct json_node *result =
		json_get(in->doc, in->object, "result");
	struct work w;

	if (!read_work(&w, in->doc, in->object) || w.target[31] ||
	    w.target[30] || w.target[29])
		return false;
	for (uint32_t i = 0; i < 3; i++) {
		if (json_at(in->doc, result, i)->raw.n != 66)
			return false;
	}
	return result->n == 3 || w.height > 0;
}

/* Miners say eth_submitHashrate over Stratum as well, so that in lines it does
 * not tell which of the two follows. */
static bool speaks(const struct dialect_input *in)
{
	if (!rpc_has_method(in))
		return is_surely_work(in);
	switch (kind_of(in)) {
	case LOGIN:
	case GETWORK:
	case SUBMIT:
		return true;
	case RATE:
		return in->http;
	case NOT_MINING:
		break;
	}
	return false;
}

static void *open_reader(void)
{
	struct ethereum *s = mem_new(1, sizeof(*s));

	rpc_init(&s->rpc);
	return s;
}

static void close_reader(void *reader)
{
	struct ethereum *s = reader;

	rpc_fini(&s->rpc);
	free(s);
}

/* [wallet(/worker/mail), password] */
static bool read_login(struct ethereum *s, struct event *e,
		       const struct json_node *object)
{
	struct rpc_params p = rpc_params(&s->rpc, object);
	const struct span worker = rpc_take_text(&p);

	if (p.bad)
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .worker = worker };
	return true;
}

static bool read_rate(struct ethereum *s, struct event *e,
		      const struct json_node *object)
{
	struct rpc_params p = rpc_params(&s->rpc, object);
	const struct json_node *node = rpc_take(&p);
	uint64_t rate;

	if (p.bad)
		return false;
	if (!rpc_hex_u64(&rate, node)) {
		rpc_fault(&p, DIALECT_HEX);
		return false;
	}
	e->type = EVENT_RATE;
	e->rate.hashes_per_s = (double)rate;
	return true;
}

/* The digits of a header's hash, which live as long as the message; empty if
 * there is no room. */
static struct span job_id(struct rpc *r, const uint8_t header[32])
{
	uint8_t *text = rpc_keep(r, 65); /* with its NUL */

	if (!text)
		return (struct span){ NULL, 0 };
	hex_text((char *)text, header, 32);
	return (struct span){ text, 64 };
}

/* [nonce, header hash, mix hash]. One that cannot be read is still a share. */
static bool read_share(struct ethereum *s, struct event *e,
		       const struct json_node *object)
{
	struct rpc_params p = rpc_params(&s->rpc, object);
	struct event_share share = { .number = s->shares++ };
	uint8_t header[32];
	uint8_t *own = rpc_keep(&s->rpc, 8 + 32);

	share.worker =
		rpc_text(&s->rpc, json_get(s->rpc.doc, object, "worker"));
	if (!own)
		rpc_fault(&p, DIALECT_SIZE);
	if (!p.bad) {
		rpc_take_exactly(&p, own, 8);
		rpc_take_exactly(&p, header, 32);
		rpc_take_exactly(&p, own + 8, 32);
	}
	share.readable = !p.bad;
	if (share.readable) {
		share.job_id = job_id(&s->rpc, header);
		share.extranonce2 = (struct span){ own, 8 };
		share.solution = (struct span){ own + 8, 32 };
	}
	e->type = EVENT_SHARE;
	e->share = share;
	return true;
}

static bool read_request(struct ethereum *s, struct event *e, enum kind kind,
			 const struct json_node *object)
{
	switch (kind) {
	case LOGIN:
		return read_login(s, e, object);
	case SUBMIT:
		return read_share(s, e, object);
	case RATE:
		return read_rate(s, e, object);
	case GETWORK:
	case NOT_MINING:
		break;
	}
	return false;
}

/* What is not mining is remembered all the same: its answer is not work. */
static void request(struct ethereum *s, const struct dialect_input *in,
		    event_sink *sink, void *context)
{
	struct event e = dialect_event(in, EVENT_TALK);
	const enum kind kind = kind_of(in);
	const uint64_t share = s->shares;

	if (kind == NOT_MINING) {
		if (in->from == s->rpc.client)
			rpc_remember(&s->rpc, in, NOT_MINING, share);
		return;
	}
	if (!rpc_sender_fits(&s->rpc, in->from, true))
		return;
	rpc_remember(&s->rpc, in, (uint8_t)kind, share);
	if (!read_request(s, &e, kind, in->object))
		e.type = EVENT_TALK;
	sink(context, &e);
}

static void job(struct ethereum *s, const struct dialect_input *in,
		const struct work *w, event_sink *sink, void *context)
{
	struct event e = dialect_event(in, EVENT_JOB);
	uint8_t *seed = rpc_keep(&s->rpc, 32);

	if (!seed)
		return;
	memcpy(seed, w->seed, 32);
	e.job = (struct event_job){
		.id = job_id(&s->rpc, w->header),
		.readable = true,
		.work = EVENT_ETHASH,
		.branches = { seed, 32 },
		.has_target = true,
		.height = w->height,
	};
	memcpy(e.job.previous, w->header, 32);
	memcpy(e.job.target, w->target, 32);
	sink(context, &e);
}

static bool read_verdict(struct ethereum *s, struct event *e,
			 const struct rpc_request *r,
			 const struct json_node *object)
{
	const struct json_node *result = json_get(s->rpc.doc, object, "result");

	switch ((enum kind)r->kind) {
	case SUBMIT:
		e->verdict.number = r->number;
		return rpc_verdict(&s->rpc, e, object, false);
	case GETWORK:
		if (result && result->type == JSON_ARRAY)
			s->rpc.faults[DIALECT_HEX]++;
		break;
	case LOGIN:
	case RATE:
	case NOT_MINING:
		break;
	}
	return false;
}

/* Pools push work, with the id 0 whatever the request's was. By HTTP work comes
 * in answer to a request only; where that was not seen, the work must be so
 * beyond doubt. */
static void answer(struct ethereum *s, const struct dialect_input *in,
		   event_sink *sink, void *context)
{
	struct event e = dialect_event(in, EVENT_TALK);
	struct rpc_request r = { .kind = NOT_MINING };
	struct work w;
	const bool is_work = read_work(&w, in->doc, in->object);

	if (is_work && !rpc_sender_fits(&s->rpc, in->from, false))
		return;
	if (is_work && !in->http) {
		rpc_forget(&s->rpc, GETWORK);
		job(s, in, &w, sink, context);
		return;
	}
	const enum rpc_found found = rpc_answer(&s->rpc, &r, in);

	if (is_work &&
	    (found == RPC_NONE ? is_surely_work(in) : r.kind == GETWORK)) {
		job(s, in, &w, sink, context);
		return;
	}
	if (r.kind == NOT_MINING)
		return;
	if (found == RPC_UNCLEAR || !read_verdict(s, &e, &r, in->object))
		e.type = EVENT_TALK;
	sink(context, &e);
}

static void read_message(void *reader, const struct dialect_input *in,
			 event_sink *sink, void *context)
{
	struct ethereum *s = reader;

	s->http = in->http;
	rpc_begin(&s->rpc, in);
	if (rpc_has_method(in))
		request(s, in, sink, context);
	else
		answer(s, in, sink, context);
	rpc_end(&s->rpc, in);
}

static void lose(void *reader, int from)
{
	struct ethereum *s = reader;

	rpc_lost(&s->rpc, from);
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct ethereum *s = reader;

	out->name = s->http ? "eth-getwork" : "eth-proxy";
	rpc_state(&s->rpc, out);
}

const struct dialect ethereum_dialect = {
	.name = "ethereum",
	.carrier = DIALECT_JSON,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_message,
	.lost = lose,
	.state = tell_state,
};
