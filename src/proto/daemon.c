#include "proto/daemon.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/map.h"
#include "base/mem.h"
#include "coin/header.h"
#include "proto/getblocktemplate.h"
#include "proto/getwork.h"

struct daemon *daemon_new(const char *name)
{
	struct daemon *d = mem_new(1, sizeof(*d));

	rpc_init(&d->rpc);
	d->name = name;
	return d;
}

void daemon_close(void *reader)
{
	struct daemon *d = reader;

	rpc_fini(&d->rpc);
	free(d);
}

struct span daemon_key(struct daemon_key *key, const uint8_t *header)
{
	hex_text(key->text, header, DAEMON_KEY);
	return (struct span){ (const uint8_t *)key->text,
			      sizeof(key->text) - 1 };
}

const struct json_node *daemon_result(const struct dialect_input *in)
{
	return rpc_has_method(in) ? NULL
				  : json_get(in->doc, in->object, "result");
}

/* Names are told apart by their hash, as they stand on the wire. */
static void count_call(struct daemon *d, const struct json_node *method)
{
	const uint64_t hash = map_hash(0, method->raw.p, method->raw.n);

	for (uint32_t i = 0; i < d->num_calls; i++) {
		if (d->call[i] == hash)
			return;
	}
	if (d->num_calls < DAEMON_CALLS_MAX)
		d->call[d->num_calls++] = hash;
}

/* Remembered, so that its answer is not taken for another's. */
static void other_call(struct daemon *d, const struct dialect_input *in)
{
	const struct json_node *method =
		json_get(in->doc, in->object, "method");

	if (in->from != d->rpc.client || method->type != JSON_STRING)
		return;
	count_call(d, method);
	rpc_remember(&d->rpc, in, DAEMON_OTHER, 0);
}

static void request(struct daemon *d, const struct daemon_turn *t)
{
	const bool work = rpc_method_is(t->in, "getwork");
	const uint64_t share = d->shares;

	if (!work && !getblocktemplate_is_method(t->in)) {
		other_call(d, t->in);
		return;
	}
	if (!rpc_sender_fits(&d->rpc, t->in->from, true))
		return;
	const enum daemon_request kind =
		work ? getwork_request(d, t) : getblocktemplate_request(d, t);

	rpc_remember(&d->rpc, t->in, (uint8_t)kind, share);
}

/* An answer that hands out work shows by itself what it is. */
static void work(struct daemon *d, const struct daemon_turn *t)
{
	struct rpc_request r;

	if (!rpc_sender_fits(&d->rpc, t->in->from, false))
		return;
	d->unasked += rpc_answer(&d->rpc, &r, t->in) == RPC_NONE;
	if (getwork_is_work(t->in))
		getwork_work(d, t);
	else
		getblocktemplate_work(d, t);
}

static void answer(struct daemon *d, const struct daemon_turn *t)
{
	struct event e = dialect_event(t->in, EVENT_TALK);
	struct rpc_request r;
	const enum rpc_found found = rpc_answer(&d->rpc, &r, t->in);

	if (found == RPC_NONE || r.kind == DAEMON_OTHER)
		return;
	e.verdict.number = r.number;
	if (found == RPC_UNCLEAR || r.kind == DAEMON_ASK ||
	    !rpc_verdict(&d->rpc, &e, t->in->object, r.kind == DAEMON_BLOCK))
		e.type = EVENT_TALK;
	t->sink(t->context, &e);
}

void daemon_read(void *reader, const struct dialect_input *in, event_sink *sink,
		 void *context)
{
	struct daemon *d = reader;
	const struct daemon_turn turn = { in, sink, context };

	rpc_begin(&d->rpc, in);
	if (rpc_has_method(in))
		request(d, &turn);
	else if (getwork_is_work(in) || getblocktemplate_is_work(in))
		work(d, &turn);
	else
		answer(d, &turn);
	rpc_end(&d->rpc, in);
}

void daemon_lost(void *reader, int from)
{
	struct daemon *d = reader;

	rpc_lost(&d->rpc, from);
}

void daemon_state(const void *reader, struct dialect_state *out)
{
	const struct daemon *d = reader;

	rpc_state(&d->rpc, out);
	out->name = d->name;
	out->unmatched -= d->unasked;
	out->other_calls = d->num_calls;
}
