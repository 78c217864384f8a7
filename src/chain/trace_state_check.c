/* What always holds of a trace's graph, so that everything that walks over it
 * stays inside and ends, whatever the bytes were that it came from. */
#include <stdlib.h>

#include "base/mem.h"
#include "chain/block_files.h"
#include "chain/trace_private.h"
#include "chain/trace_state.h"
#include "coin/network.h"

#define SAT_UNKNOWN UINT64_MAX

/* Where it stands among all transactions. A coinbase that takes fees comes
 * after the others of its block. */
static uint64_t rank_of(const struct trace_state *s, const struct trace_tx *tx)
{
	const bool last = tx->position == 0 && (s->flags & TRACE_STATE_FEES) &&
			  !(s->flags & TRACE_STATE_BACKWARD);
	const uint64_t in_block = last ? UINT64_C(1) << 32 : tx->position;

	return (uint64_t)tx->block << 33 | in_block;
}

/* In order of the chain, or against it, of the blocks that were looked at; and
 * their outputs in order. */
static bool txs_hold(const struct trace_state *s, const struct trace *t)
{
	const uint64_t first = t->backward ? s->at : s->first_block;
	const uint64_t end = t->backward ? s->chain_blocks : s->at;
	uint64_t outputs = 0;

	for (size_t i = 0; i < t->num_txs; i++) {
		const struct trace_tx *tx = &t->tx[i];

		if (tx->block < first || tx->block >= end ||
		    tx->first_output < outputs)
			return false;
		outputs = (uint64_t)tx->first_output + tx->num_outputs;
		if (outputs > t->num_outputs)
			return false;
		if (i == 0)
			continue;
		const uint64_t a = rank_of(s, &t->tx[i - 1]),
			       b = rank_of(s, tx);

		if (t->backward ? a <= b : a >= b)
			return false;
	}
	return t->backward || outputs == t->num_outputs;
}

/* Forward: outputs are those of the transaction that makes them, one behind the
 * other. */
static bool made(const struct trace *t, size_t i)
{
	const struct trace_tx *tx = &t->tx[i];

	if (tx->num_outputs == 0 || (tx->num_inputs > 0) != tx->followed ||
	    tx->first_output !=
		    (i ? tx[-1].first_output + tx[-1].num_outputs : 0))
		return false;
	for (uint32_t k = 0; k < tx->num_outputs; k++) {
		const struct trace_output *o = &t->output[tx->first_output + k];

		if (o->tx != i || o->reached != tx->followed ||
		    (!o->source && !o->reached) || (o->source && o->hops) ||
		    o->end == TRACE_NOT_FOUND || o->end == TRACE_COINBASE ||
		    (k > 0 && o->index <= o[-1].index))
			return false;
	}
	return true;
}

/* Backward: outputs are those that it spends; what they were paid by is found
 * later. Those of none are sources, found in the transaction that made them. */
static bool spent(const struct trace *t, size_t i)
{
	const struct trace_tx *tx = &t->tx[i];

	if (tx->num_inputs == 0 || (tx->num_outputs > 0) != tx->followed)
		return false;
	for (uint32_t k = 0; k < tx->num_outputs; k++) {
		const struct trace_output *o = &t->output[tx->first_output + k];

		if (o->tx != i || !o->reached ||
		    (o->spent_by != TRACE_NONE && o->spent_by <= i))
			return false;
	}
	return true;
}

/* What was reached, and by which transaction, agrees on both sides: an output
 * is spent (backward: was made) once, by a later one. */
static bool spends_once(const struct trace *t, size_t tx,
			const struct trace_input *in, bool *seen)
{
	if (in->output >= t->num_outputs || seen[in->output])
		return false;
	const struct trace_output *o = &t->output[in->output];

	seen[in->output] = true;
	return o->end == TRACE_SPENT && o->sat == in->sat &&
	       o->spent_by == tx &&
	       (o->tx < tx || (t->backward && o->tx == TRACE_NONE));
}

static bool fee_holds(const struct trace_state *s, const struct trace *t,
		      size_t tx, const struct trace_input *in, uint32_t *fee)
{
	if (in->fee_of == TRACE_NONE)
		return true;
	/* Fees of its own block, each once. */
	const bool good = (s->flags & TRACE_STATE_FEES) && !t->backward &&
			  t->tx[tx].position == 0 && in->output == TRACE_NONE &&
			  in->fee_of < tx && in->fee_of >= *fee &&
			  t->tx[in->fee_of].followed &&
			  t->tx[in->fee_of].block == t->tx[tx].block;

	*fee = in->fee_of + 1;
	return good;
}

/* Values that are not known are looked up later, but for those of fees. */
static bool missing_holds(const struct trace *t, size_t *next, size_t tx,
			  size_t input)
{
	if (t->input[input].sat != SAT_UNKNOWN)
		return true;
	if (t->backward || t->input[input].output != TRACE_NONE)
		return false;
	if (t->tx[tx].position == 0)
		return !t->tx[tx].values_known;
	if (*next == t->num_missing || t->missing[*next].input != input ||
	    t->missing[*next].tx != tx)
		return false;
	++*next;
	return true;
}

static bool inputs_of(const struct trace_state *s, const struct trace *t,
		      size_t tx, size_t *missing, bool *seen)
{
	const size_t first = t->tx[tx].first_input;
	uint32_t fee = 0;

	for (size_t i = first; i < first + t->tx[tx].num_inputs; i++) {
		const struct trace_input *in = &t->input[i];

		if (!fee_holds(s, t, tx, in, &fee) ||
		    !missing_holds(t, missing, tx, i) ||
		    (in->output != TRACE_NONE && !spends_once(t, tx, in, seen)))
			return false;
	}
	return true;
}

static bool inputs_hold(const struct trace_state *s, const struct trace *t)
{
	bool *seen = mem_new(t->num_outputs + 1, sizeof(seen[0]));
	size_t missing = 0;
	bool good = true;

	for (size_t i = 0; i < t->num_txs && good; i++)
		good = (t->backward ? spent(t, i) : made(t, i)) &&
		       inputs_of(s, t, i, &missing, seen);
	for (size_t i = 0; i < t->num_outputs && good; i++)
		good = seen[i] == (t->output[i].end == TRACE_SPENT);
	free(seen);
	return good && missing == t->num_missing;
}

static bool output_holds(const struct trace *t, const struct trace_output *o)
{
	const bool known =
		t->backward ? o->end != TRACE_NOT_FOUND : o->end == TRACE_SPENT;

	if (o->sat > NETWORK_BTC_SAT_MAX || o->script_n > BLOCK_FILES_BLOCK ||
	    known != (o->spent_by != TRACE_NONE) ||
	    (known && o->spent_by >= t->num_txs))
		return false;
	if (!t->backward)
		return true;
	if (o->end == TRACE_UNSPENT || o->end == TRACE_UNSPENDABLE)
		return false;
	if (o->tx == TRACE_NONE)
		return o->source && known;
	return o->tx < t->num_txs &&
	       o >= &t->output[t->tx[o->tx].first_output] &&
	       o < &t->output[t->tx[o->tx].first_output +
			      t->tx[o->tx].num_outputs] &&
	       (known || (!o->source && o->script_n == 0 && o->sat == 0));
}

bool trace_state_check(const struct trace_state *s, struct trace *t)
{
	if (s->at > s->chain_blocks || s->first_block > s->at ||
	    s->chain_blocks > UINT32_MAX || !txs_hold(s, t))
		return false;
	t->sources = t->sources_sat = 0;
	for (size_t i = 0; i < t->num_outputs; i++) {
		const struct trace_output *o = &t->output[i];

		if (!output_holds(t, o))
			return false;
		t->sources += o->source;
		t->sources_sat += o->source ? o->sat : 0;
	}
	return inputs_hold(s, t);
}
