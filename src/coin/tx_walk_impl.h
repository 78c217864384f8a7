/* Bodies for tx_walk.h, inline because every input and output of a chain passes
 * here. */
#ifndef COIN_TX_WALK_IMPL_H
#define COIN_TX_WALK_IMPL_H

#include "coin/varint.h"

#define TX_WALK_INPUT  41 /* bytes: outpoint, an empty script, sequence */
#define TX_WALK_OUTPUT 9  /* value, an empty script */

static inline void tx_walk_fail(struct cur *c)
{
	cur_fits(c, UINT64_MAX, 1);
}

static inline struct tx_input tx_walk_read_input(struct cur *c)
{
	struct tx_input in = { .txid = cur_take(c, 32) };

	in.index = cur_le32(c);
	in.script = varint_bytes(c);
	in.sequence = cur_le32(c);
	return in;
}

static inline struct tx_output tx_walk_read_output(struct cur *c)
{
	struct tx_output out = { .sat = cur_le64(c) };

	out.script = varint_bytes(c);
	return out;
}

/* How many follow: at least one, and no more than there are bytes for. */
static inline uint64_t tx_walk_count(struct cur *c, size_t least)
{
	const uint64_t n = varint_read(c);

	if (n == 0)
		tx_walk_fail(c);
	return cur_fits(c, n, least) ? n : 0;
}

static inline struct span tx_walk_since(const struct cur *c, struct span all,
					size_t from)
{
	return (struct span){ all.p + from, cur_where(c) - from };
}

static inline void tx_walk_body(struct tx_walk *tx, struct cur *c,
				struct span all,
				const struct tx_walk_visitor *visitor)
{
	const size_t body = cur_where(c);

	tx->num_inputs = tx_walk_count(c, TX_WALK_INPUT);
	const size_t inputs = cur_where(c);

	for (uint64_t i = 0; i < tx->num_inputs && cur_ok(c); i++) {
		const struct tx_input in = tx_walk_read_input(c);

		if (visitor->input && cur_ok(c))
			visitor->input(visitor->context, &in);
	}
	tx->inputs = tx_walk_since(c, all, inputs);
	tx->num_outputs = tx_walk_count(c, TX_WALK_OUTPUT);
	const size_t outputs = cur_where(c);

	for (uint64_t i = 0; i < tx->num_outputs && cur_ok(c); i++) {
		const struct tx_output out = tx_walk_read_output(c);

		if (visitor->output && cur_ok(c))
			visitor->output(visitor->context, &out);
	}
	tx->outputs = tx_walk_since(c, all, outputs);
	tx->body = tx_walk_since(c, all, body);
}

static inline void tx_walk_skip_witness(struct cur *c, uint64_t num_inputs)
{
	uint64_t all = 0;

	for (uint64_t i = 0; i < num_inputs && cur_ok(c); i++) {
		const uint64_t items = varint_read(c);
		const uint64_t n = cur_fits(c, items, 1) ? items : 0;

		for (uint64_t k = 0; k < n && cur_ok(c); k++)
			varint_bytes(c);
		all += n;
	}
	if (all == 0)
		tx_walk_fail(c);
}

enum tx_walk_flag {
	TX_WALK_NONE = 0,
	TX_WALK_WITNESS = 1,
	TX_WALK_MWEB = 8
};

/* An empty list of inputs cannot be, so a zero there is the marker. */
static inline enum tx_walk_flag tx_walk_read_flag(struct cur *c)
{
	struct cur ahead = *c;

	if (cur_u8(&ahead) != 0 || !cur_ok(&ahead))
		return TX_WALK_NONE;
	const uint8_t flag = cur_u8(&ahead);

	*c = ahead;
	if (flag != TX_WALK_WITNESS && flag != TX_WALK_MWEB)
		tx_walk_fail(c);
	return flag == TX_WALK_MWEB ? TX_WALK_MWEB : TX_WALK_WITNESS;
}

static inline bool tx_walk_visit(struct tx_walk *out, struct cur *c,
				 const struct tx_walk_visitor *visitor)
{
	struct cur whole = *c; /* so that places count from its first byte */
	const struct span all = cur_take(&whole, cur_left(c));
	struct cur at = cur_over(all);
	struct tx_walk tx = { .version = cur_take(&at, 4) };
	const enum tx_walk_flag flag = tx_walk_read_flag(&at);

	tx_walk_body(&tx, &at, all, visitor);
	const size_t witness = cur_where(&at);

	tx.has_witness = flag == TX_WALK_WITNESS;
	tx.is_hogex = flag == TX_WALK_MWEB;
	if (tx.has_witness)
		tx_walk_skip_witness(&at, tx.num_inputs);
	tx.witness = tx_walk_since(&at, all, witness);
	if (tx.is_hogex && cur_u8(&at) != 0)
		tx_walk_fail(&at);
	tx.lock_time = cur_take(&at, 4);
	if (!cur_ok(&at) || !cur_ok(c)) {
		tx_walk_fail(c);
		return false;
	}
	tx.whole = cur_take(c, cur_where(&at));
	*out = tx;
	return true;
}

#endif /* COIN_TX_WALK_IMPL_H */
