#include "proto/monero_daemon.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "base/num.h"
#include "proto/monero.h"

#define TIME_MIN 1397818133u /* Bytecoin's relatives began in 2014 */

struct daemon {
	struct rpc rpc;
	struct buf wallet; /* the last one */
	uint64_t shares;
};

enum request_kind {
	REQUEST_OTHER,
	REQUEST_TEMPLATE,
	REQUEST_SUBMIT
};

static bool is_text(const struct json_node *node)
{
	return node && node->type == JSON_STRING && node->raw.n > 0;
}

static bool is_number(const struct json_node *node)
{
	return node && node->type == JSON_NUMBER;
}

/* CryptoNote's variable length: seven bits a byte, lowest first. */
static uint64_t read_varint(struct cur *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		const uint8_t byte = cur_u8(c);

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	return UINT64_MAX;
}

/* Does it begin as a block of CryptoNote: major and minor version, time,
 * previous block, nonce? In Bitcoin's the third byte belongs to the version,
 * and no version makes a time of it. */
static bool is_block(const struct json_node *node)
{
	uint8_t bytes[64];

	if (!is_text(node) || node->raw.n < 2 * sizeof(bytes) ||
	    node->raw.n % 2 != 0 ||
	    !hex_bytes(bytes, sizeof(bytes),
		       (struct span){ node->raw.p, 2 * sizeof(bytes) }))
		return false;
	struct cur c = cur_over((struct span){ bytes, sizeof(bytes) });
	const uint64_t major = read_varint(&c);
	const uint64_t minor = read_varint(&c);
	const uint64_t time = read_varint(&c);

	return major >= 1 && major < 128 && minor < 128 && time >= TIME_MIN &&
	       time <= UINT32_MAX;
}

static bool asks(const struct dialect_input *in)
{
	return (rpc_method_is(in, "get_block_template") ||
		rpc_method_is(in, "getblocktemplate")) &&
	       is_text(json_get(in->doc,
				json_get(in->doc, in->object, "params"),
				"wallet_address"));
}

static bool submits(const struct dialect_input *in)
{
	const struct json_node *params =
		json_get(in->doc, in->object, "params");

	return (rpc_method_is(in, "submit_block") ||
		rpc_method_is(in, "submitblock")) &&
	       is_block(json_at(in->doc, params, 0));
}

static bool gives(const struct dialect_input *in)
{
	const struct json_node *result =
		json_get(in->doc, in->object, "result");

	return !rpc_has_method(in) &&
	       is_block(json_get(in->doc, result, "blocktemplate_blob")) &&
	       is_number(json_get(in->doc, result, "difficulty")) &&
	       is_number(json_get(in->doc, result, "height"));
}

static bool speaks(const struct dialect_input *in)
{
	return asks(in) || submits(in) || gives(in);
}

static void *open_reader(void)
{
	struct daemon *s = mem_new(1, sizeof(*s));

	rpc_init(&s->rpc);
	buf_init(&s->wallet, MONERO_LOGIN_MAX);
	return s;
}

static void close_reader(void *reader)
{
	struct daemon *s = reader;

	rpc_fini(&s->rpc);
	buf_fini(&s->wallet);
	free(s);
}

/* A wallet is told when it is another than before. */
static bool read_wallet(struct daemon *s, struct event *e,
			const struct dialect_input *in)
{
	const struct span wallet = rpc_text(
		&s->rpc,
		json_get(in->doc, json_get(in->doc, in->object, "params"),
			 "wallet_address"));

	if (wallet.n == s->wallet.n &&
	    (wallet.n == 0 || !memcmp(wallet.p, s->wallet.p, wallet.n)))
		return false;
	if (!monero_login_keep(&s->rpc, &s->wallet, wallet))
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .worker = wallet };
	return true;
}

void monero_daemon_target(uint8_t out[32], uint64_t difficulty)
{
	const uint64_t divisor = difficulty ? difficulty : 1;
	uint64_t left = 0;

	/* Long division of 256 ones, the highest first. */
	memset(out, 0, 32);
	for (size_t bit = 256; bit-- > 0;) {
		const bool over = left >> 63;

		left = left << 1 | 1;
		if (!over && left < divisor)
			continue;
		left -= divisor;
		out[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

static uint64_t number_of(const struct json_node *node)
{
	uint64_t v;

	return is_number(node) && num_u64(&v, node->raw) ? v : 0;
}

static bool read_template(struct daemon *s, struct event *e,
			  const struct dialect_input *in)
{
	const struct json_node *result =
		json_get(in->doc, in->object, "result");
	const struct json_node *blob =
		json_get(in->doc, result, "blockhashing_blob");
	const uint64_t height = number_of(json_get(in->doc, result, "height"));
	const uint64_t difficulty =
		number_of(json_get(in->doc, result, "difficulty"));
	struct event_job job = { .readable = true, .work = EVENT_CLAIMED };

	if (is_text(blob)) {
		const size_t n = blob->raw.n / 2;
		uint8_t *room =
			n <= MONERO_BLOB_MAX ? rpc_keep(&s->rpc, n) : NULL;

		if (!room || !hex_bytes(room, n, blob->raw)) {
			s->rpc.faults[DIALECT_HEX]++;
			return false;
		}
		job.coinbase1 = (struct span){ room, n };
	}
	job.height = height <= UINT32_MAX ? (uint32_t)height : 0;
	job.has_target = difficulty > 0;
	if (job.has_target)
		monero_daemon_target(job.target, difficulty);
	e->type = EVENT_JOB;
	e->job = job;
	return true;
}

static void request(struct daemon *s, const struct dialect_input *in,
		    event_sink *sink, void *context)
{
	struct event e = dialect_event(in, EVENT_TALK);
	enum request_kind kind = REQUEST_OTHER;
	const uint64_t share = s->shares;

	if ((!asks(in) && !submits(in)) ||
	    !rpc_sender_fits(&s->rpc, in->from, true))
		return;
	if (submits(in)) {
		kind = REQUEST_SUBMIT;
		e.type = EVENT_SHARE;
		e.share = (struct event_share){
			.number = s->shares++,
			.worker = buf_span(&s->wallet),
			.foreign = true,
		};
	} else {
		kind = REQUEST_TEMPLATE;
		if (!read_wallet(s, &e, in))
			e.type = EVENT_TALK;
	}
	rpc_remember(&s->rpc, in, (uint8_t)kind, share);
	sink(context, &e);
}

static bool read_answer(struct daemon *s, struct event *e,
			const struct rpc_request *r,
			const struct dialect_input *in)
{
	switch ((enum request_kind)r->kind) {
	case REQUEST_SUBMIT:
		e->verdict.number = r->number;
		return rpc_verdict(&s->rpc, e, in->object, false);
	case REQUEST_TEMPLATE:
	case REQUEST_OTHER:
		break;
	}
	return gives(in) && read_template(s, e, in);
}

static void answer(struct daemon *s, const struct dialect_input *in,
		   event_sink *sink, void *context)
{
	const bool own = gives(in);
	struct event e = dialect_event(in, EVENT_TALK);
	struct rpc_request r = { .kind = REQUEST_OTHER };

	if (own && !rpc_sender_fits(&s->rpc, in->from, false))
		return;
	const enum rpc_found found = rpc_answer(&s->rpc, &r, in);

	if (found == RPC_NONE && !own)
		return;
	if (found == RPC_UNCLEAR)
		r.kind = REQUEST_OTHER;
	if (!read_answer(s, &e, &r, in))
		e.type = EVENT_TALK;
	sink(context, &e);
}

static void read_message(void *reader, const struct dialect_input *in,
			 event_sink *sink, void *context)
{
	struct daemon *s = reader;

	rpc_begin(&s->rpc, in);
	if (rpc_has_method(in))
		request(s, in, sink, context);
	else
		answer(s, in, sink, context);
	rpc_end(&s->rpc, in);
}

static void lose(void *reader, int from)
{
	struct daemon *s = reader;

	rpc_lost(&s->rpc, from);
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct daemon *s = reader;

	out->name = "monero-daemon";
	rpc_state(&s->rpc, out);
}

const struct dialect monero_daemon_dialect = {
	.name = "monero_daemon",
	.carrier = DIALECT_JSON,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_message,
	.lost = lose,
	.state = tell_state,
};
