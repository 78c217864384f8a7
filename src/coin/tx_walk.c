#include "coin/tx_walk.h"

#include <assert.h>
#include <string.h>

#include "coin/varint.h"

bool tx_walk(struct tx_walk *out, struct cur *c)
{
	static const struct tx_walk_visitor nobody;

	return tx_walk_visit(out, c, &nobody);
}

bool tx_walk_input(struct tx_input *out, struct cur *inputs)
{
	if (cur_left(inputs) == 0)
		return false;
	*out = tx_walk_read_input(inputs);
	return true;
}

bool tx_walk_output(struct tx_output *out, struct cur *outputs)
{
	if (cur_left(outputs) == 0)
		return false;
	*out = tx_walk_read_output(outputs);
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
