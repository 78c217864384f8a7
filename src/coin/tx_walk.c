#include "coin/tx_walk.h"

#include <assert.h>
#include <string.h>

#include "coin/varint.h"

#define INPUT_MIN  41 /* outpoint, an empty script, sequence */
#define OUTPUT_MIN 9  /* value, an empty script */

enum flag {
	FLAG_NONE = 0,
	FLAG_WITNESS = 1,
	FLAG_MWEB = 8
};

static void fail(struct cur *c)
{
	cur_fits(c, UINT64_MAX, 1);
}

static struct span since(const struct cur *c, struct span all, size_t from)
{
	return (struct span){ all.p + from, cur_where(c) - from };
}

static void input(struct tx_input *out, struct cur *c)
{
	out->txid = cur_take(c, 32);
	out->index = cur_le32(c);
	out->script = varint_bytes(c);
	out->sequence = cur_le32(c);
}

static void output(struct tx_output *out, struct cur *c)
{
	out->sat = cur_le64(c);
	out->script = varint_bytes(c);
}

/* How many follow: at least one, and no more than there are bytes for. */
static uint64_t count(struct cur *c, size_t least)
{
	const uint64_t n = varint_read(c);

	if (n == 0)
		fail(c);
	return cur_fits(c, n, least) ? n : 0;
}

static void skip_witness(struct cur *c, uint64_t num_inputs)
{
	uint64_t all = 0;

	for (uint64_t i = 0; i < num_inputs && cur_ok(c); i++) {
		const uint64_t n = tx_walk_stack(c);

		for (uint64_t k = 0; k < n && cur_ok(c); k++)
			varint_bytes(c);
		all += n;
	}
	if (all == 0)
		fail(c);
}

/* An empty list of inputs cannot be, so a zero there is the marker. */
static enum flag read_flag(struct cur *c)
{
	struct cur ahead = *c;

	if (cur_u8(&ahead) != 0 || !cur_ok(&ahead))
		return FLAG_NONE;
	const uint8_t flag = cur_u8(&ahead);

	*c = ahead;
	if (flag != FLAG_WITNESS && flag != FLAG_MWEB)
		fail(c);
	return flag == FLAG_MWEB ? FLAG_MWEB : FLAG_WITNESS;
}

static void read_body(struct tx_walk *tx, struct cur *c, struct span all)
{
	const size_t body = cur_where(c);
	struct tx_input in;
	struct tx_output out;

	tx->num_inputs = count(c, INPUT_MIN);
	const size_t inputs = cur_where(c);

	for (uint64_t i = 0; i < tx->num_inputs && cur_ok(c); i++)
		input(&in, c);
	tx->inputs = since(c, all, inputs);
	tx->num_outputs = count(c, OUTPUT_MIN);
	const size_t outputs = cur_where(c);

	for (uint64_t i = 0; i < tx->num_outputs && cur_ok(c); i++)
		output(&out, c);
	tx->outputs = since(c, all, outputs);
	tx->body = since(c, all, body);
}

bool tx_walk(struct tx_walk *out, struct cur *c)
{
	struct cur whole = *c; /* so that places count from its first byte */
	const struct span all = cur_take(&whole, cur_left(c));
	struct cur at = cur_over(all);
	struct tx_walk tx = { .version = cur_take(&at, 4) };
	const enum flag flag = read_flag(&at);

	read_body(&tx, &at, all);
	const size_t witness = cur_where(&at);

	tx.has_witness = flag == FLAG_WITNESS;
	tx.is_hogex = flag == FLAG_MWEB;
	if (tx.has_witness)
		skip_witness(&at, tx.num_inputs);
	tx.witness = since(&at, all, witness);
	if (tx.is_hogex && cur_u8(&at) != 0)
		fail(&at);
	tx.lock_time = cur_take(&at, 4);
	if (!cur_ok(&at) || !cur_ok(c)) {
		fail(c);
		return false;
	}
	tx.whole = cur_take(c, cur_where(&at));
	*out = tx;
	return true;
}

bool tx_walk_input(struct tx_input *out, struct cur *inputs)
{
	if (cur_left(inputs) == 0)
		return false;
	input(out, inputs);
	return true;
}

bool tx_walk_output(struct tx_output *out, struct cur *outputs)
{
	if (cur_left(outputs) == 0)
		return false;
	output(out, outputs);
	return true;
}

uint64_t tx_walk_stack(struct cur *witness)
{
	const uint64_t n = varint_read(witness);

	return cur_fits(witness, n, 1) ? n : 0;
}

struct span tx_walk_item(struct cur *witness)
{
	return varint_bytes(witness);
}

bool tx_walk_is_coinbase(const struct tx_walk *tx)
{
	static const uint8_t nothing[32];
	struct cur c = cur_over(tx->inputs);
	struct tx_input in;

	return tx->num_inputs == 1 && tx_walk_input(&in, &c) &&
	       in.index == UINT32_MAX &&
	       !memcmp(in.txid.p, nothing, sizeof(nothing));
}

struct span tx_walk_stripped(const struct tx_walk *tx, struct buf *scratch)
{
	if (!tx->has_witness && !tx->is_hogex)
		return tx->whole;
	buf_clear(scratch);
	buf_add(scratch, tx->version.p, tx->version.n);
	buf_add(scratch, tx->body.p, tx->body.n);
	buf_add(scratch, tx->lock_time.p, tx->lock_time.n);
	assert(!scratch->full);
	return buf_span(scratch);
}
