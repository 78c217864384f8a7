#include "chain/header_tree.h"
#include "chain/trace_private.h"
#include "chain/undo.h"

#define SAT_UNKNOWN UINT64_MAX

/* Sum of what the position-th transaction takes less what it gives;
 * SAT_UNKNOWN where its inputs are not known. */
static enum status fee_of(uint64_t *out, struct trace_block *b, size_t position,
			  struct why *why)
{
	struct undo_output spent;
	struct tx_output paid;
	struct tx_walk tx;
	uint64_t in = 0, given = 0;
	bool known;

	*out = SAT_UNKNOWN;
	if (!trace_walk(&tx, b, position))
		return ST_OK;
	const enum status st =
		trace_undo_seek(&known, b, position, tx.num_inputs, why);

	if (st != ST_OK || !known)
		return st;
	for (uint64_t i = 0; i < tx.num_inputs && known; i++) {
		known = undo_output(&spent, &b->undo, true);
		in += spent.sat;
	}
	struct cur c = cur_over(tx.outputs);

	while (tx_walk_output(&paid, &c))
		given += paid.sat;
	if (known && in >= given)
		*out = in - given;
	return ST_OK;
}

/* SAT_UNKNOWN where the height is not known. */
static uint64_t subsidy(const struct trace_block *b)
{
	struct chain_block at;

	chain_block(&at, b->chain, b->index);
	return at.height == HEADER_TREE_UNSURE
		       ? SAT_UNKNOWN
		       : chain_network_subsidy(chain_network(b->chain),
					       at.height);
}

enum status trace_fees(struct trace *t, struct trace_block *b, struct why *why)
{
	const size_t coinbase = t->num_txs - 1;
	struct trace_input clean = { subsidy(b), TRACE_NONE, TRACE_NONE };
	size_t next = b->first_tx;
	enum status st = ST_OK;

	for (size_t i = 1; i < b->skim->num_txs && st == ST_OK; i++) {
		const bool ours = next < coinbase && t->tx[next].position == i;
		uint64_t fee;

		st = fee_of(&fee, b, i, why);
		if (fee == SAT_UNKNOWN || clean.sat == SAT_UNKNOWN) {
			t->tx[coinbase].values_known = false;
			clean.sat = SAT_UNKNOWN;
		} else if (ours && t->tx[next].followed) {
			trace_add_input(t, clean);
			clean.sat = 0;
			trace_add_input(t,
					(struct trace_input){ fee, TRACE_NONE,
							      (uint32_t)next });
		} else {
			clean.sat += fee;
		}
		next += ours;
	}
	trace_add_input(t, clean);
	return st;
}
