#include "proto/stratum1.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/stratum1_private.h"

/* Which side sends a method shows who the miner is. A method that both sides
 * may send, or that other dialects have, too, settles nothing; what its reader
 * reads is the miner's. */
enum sender {
	BY_CLIENT,
	BY_SERVER,
	BY_EITHER
};

typedef bool method_reader(struct stratum1 *s, struct event *e,
			   const struct json_node *message);

struct method {
	const char *name;
	enum sender sender;
	enum stratum1_request_kind kind;
	method_reader *read, *then;        /* one event each, or NULL */
	const struct stratum1_shape *hint; /* whose it is, or NULL */
};

#define OTHER STRATUM1_REQUEST_OTHER

/* clang-format off */
static const struct method methods[] = {
	{ "mining.submit", BY_CLIENT, STRATUM1_REQUEST_SUBMIT, stratum1_read_submit, NULL, NULL },
	{ "mining.notify", BY_SERVER, OTHER, stratum1_read_notify, NULL, NULL },
	{ "mining.set_difficulty", BY_SERVER, OTHER, stratum1_read_difficulty, NULL, NULL },
	{ "mining.subscribe", BY_CLIENT, STRATUM1_REQUEST_SUBSCRIBE, stratum1_read_subscribe, NULL, NULL },
	{ "mining.authorize", BY_CLIENT, OTHER, stratum1_read_authorize, NULL, NULL },
	{ "mining.configure", BY_CLIENT, STRATUM1_REQUEST_CONFIGURE, NULL, NULL, NULL },
	{ "mining.set_extranonce", BY_SERVER, OTHER, stratum1_read_extranonce, NULL, NULL },
	{ "mining.set_version_mask", BY_SERVER, OTHER, stratum1_read_mask, NULL, NULL },
	{ "mining.set_target", BY_SERVER, OTHER, stratum1_read_target, NULL, &stratum1_zcash },
	{ "mining.extranonce.subscribe", BY_CLIENT, OTHER, NULL, NULL, NULL },
	{ "mining.suggest_difficulty", BY_CLIENT, OTHER, NULL, NULL, NULL },
	{ "mining.suggest_target", BY_CLIENT, OTHER, NULL, NULL, NULL },
	{ "mining.get_transactions", BY_CLIENT, OTHER, NULL, NULL, NULL },
	{ "mining.capabilities", BY_CLIENT, OTHER, NULL, NULL, NULL },
	{ "mining.multi_version", BY_EITHER, OTHER, NULL, NULL, NULL },
	{ "mining.ping", BY_EITHER, OTHER, NULL, NULL, NULL },
	{ "client.get_version", BY_SERVER, OTHER, NULL, NULL, NULL },
	{ "client.show_message", BY_SERVER, OTHER, NULL, NULL, NULL },
	{ "client.reconnect", BY_SERVER, OTHER, NULL, NULL, NULL },
	{ "mining.hello", BY_CLIENT, OTHER, stratum1_ethereum_hello, NULL, &stratum1_ethereum2 },
	{ "mining.set", BY_SERVER, OTHER, stratum1_ethereum_target, stratum1_ethereum_extranonce, &stratum1_ethereum2 },
	{ "mining.noop", BY_CLIENT, OTHER, NULL, NULL, &stratum1_ethereum2 },
	{ "mining.reconnect", BY_SERVER, OTHER, NULL, NULL, NULL },
	{ "mining.bye", BY_EITHER, OTHER, NULL, NULL, NULL },
	{ "mining.hashrate", BY_EITHER, OTHER, stratum1_ethereum_rate, NULL, NULL },
	{ "eth_submitHashrate", BY_EITHER, OTHER, stratum1_ethereum_rate, NULL, NULL },
};
/* clang-format on */

static const struct method *method_of(const struct json_node *name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (json_is(name, methods[i].name))
			return &methods[i];
	}
	return NULL;
}

static bool speaks(const struct dialect_input *in)
{
	const struct method *m =
		method_of(json_get(in->doc, in->object, "method"));

	return m && m->sender != BY_EITHER;
}

static void *open_reader(void)
{
	struct stratum1 *s = mem_new(1, sizeof(*s));

	rpc_init(&s->rpc);
	s->shape = &stratum1_bitcoin;
	return s;
}

static void close_reader(void *reader)
{
	struct stratum1 *s = reader;

	rpc_fini(&s->rpc);
	free(s);
}

/* The first message that only one side sends shows which end is the miner;
 * false if this one came from the wrong end, or before such a message. */
static bool sender_fits(struct stratum1 *s, int from, enum sender sender)
{
	if (sender == BY_EITHER)
		return s->rpc.client >= 0;
	return rpc_sender_fits(&s->rpc, from, sender == BY_CLIENT);
}

static bool tell(struct stratum1 *s, const struct dialect_input *in,
		 method_reader *read, event_sink *sink, void *context)
{
	struct event e = dialect_event(in, EVENT_TALK);

	if (!read || !read(s, &e, in->object))
		return false;
	sink(context, &e);
	return true;
}

static void request(struct stratum1 *s, const struct dialect_input *in,
		    const struct method *method, event_sink *sink,
		    void *context)
{
	const struct event talk = dialect_event(in, EVENT_TALK);
	const uint64_t share = s->shares;
	bool told = false;

	if (!sender_fits(s, in->from, method->sender))
		return;
	if (method->hint)
		stratum1_shape_hint(s, method->hint);
	if (in->from == s->rpc.client)
		rpc_remember(&s->rpc, in, (uint8_t)method->kind, share);
	if (method->sender != BY_EITHER || in->from == s->rpc.client) {
		told = tell(s, in, method->read, sink, context);
		told |= tell(s, in, method->then, sink, context);
	}
	if (!told)
		sink(context, &talk);
	s->rpc.bare = s->shape == &stratum1_ethereum2;
}

static bool read_answer(struct stratum1 *s, struct event *e,
			const struct rpc_request *r,
			const struct json_node *object)
{
	switch ((enum stratum1_request_kind)r->kind) {
	case STRATUM1_REQUEST_SUBSCRIBE:
		return stratum1_read_subscribed(s, e, object);
	case STRATUM1_REQUEST_CONFIGURE:
		return stratum1_read_configured(s, e, object);
	case STRATUM1_REQUEST_SUBMIT:
		e->verdict.number = r->number;
		return stratum1_read_verdict(s, e, object);
	case STRATUM1_REQUEST_OTHER:
		break;
	}
	return false;
}

static void answer(struct stratum1 *s, const struct dialect_input *in,
		   event_sink *sink, void *context)
{
	struct event e = dialect_event(in, EVENT_TALK);
	struct rpc_request r;
	const enum rpc_found found = rpc_answer(&s->rpc, &r, in);

	if (found == RPC_NONE)
		return;
	if (found == RPC_UNCLEAR || !read_answer(s, &e, &r, in->object))
		e.type = EVENT_TALK;
	sink(context, &e);
}

static void read_message(void *reader, const struct dialect_input *in,
			 event_sink *sink, void *context)
{
	struct stratum1 *s = reader;
	const struct method *method =
		method_of(json_get(in->doc, in->object, "method"));

	rpc_begin(&s->rpc, in);
	if (method)
		request(s, in, method, sink, context);
	else
		answer(s, in, sink, context);
	rpc_end(&s->rpc, in);
}

static void lose(void *reader, int from)
{
	struct stratum1 *s = reader;

	rpc_lost(&s->rpc, from);
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct stratum1 *s = reader;

	out->name = s->shape->dialect;
	rpc_state(&s->rpc, out);
}

const struct dialect stratum1_dialect = {
	.name = "stratum1",
	.carrier = DIALECT_JSON,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_message,
	.lost = lose,
	.state = tell_state,
};
