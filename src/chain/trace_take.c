#include <stdlib.h>
#include <string.h>

#include "chain/coinjoin.h"
#include "chain/header_tree.h"
#include "chain/trace_grow.h"
#include "chain/trace_private.h"
#include "chain/undo.h"
#include "coin/network.h"
#include "hash/sha256d.h"

#define SAT_UNKNOWN UINT64_MAX
#define OP_RETURN   0x6a
#define AHEAD       16 /* outpoints fetched before their turn */

static struct trace_tx *add_tx(struct trace *t, const struct trace_block *b,
			       size_t position)
{
	const struct block_skim_tx *at = &b->skim->tx[position];

	TRACE_GROW(t->tx, t->num_txs, t->room_txs);
	struct trace_tx *tx = &t->tx[t->num_txs++];

	*tx = (struct trace_tx){ .block = (uint32_t)b->index,
				 .position = (uint32_t)position,
				 .at = at[0].at,
				 .bytes = at[1].at - at[0].at,
				 .first_input = (uint32_t)t->num_inputs,
				 .first_output = (uint32_t)t->num_outputs,
				 .values_known = true };
	return tx;
}

void trace_add_input(struct trace *t, struct trace_input input)
{
	TRACE_GROW(t->input, t->num_inputs, t->room_inputs);
	t->input[t->num_inputs++] = input;
	t->tx[t->num_txs - 1].num_inputs++;
}

static void miss(struct trace *t, const struct tx_input *in)
{
	TRACE_GROW(t->missing, t->num_missing, t->room_missing);
	struct trace_missing *m = &t->missing[t->num_missing++];

	memcpy(m->outpoint.txid, in->txid.p, 32);
	m->outpoint.index = in->index;
	m->input = (uint32_t)t->num_inputs - 1;
	m->tx = (uint32_t)t->num_txs - 1;
}

/* The followed output that it spends. One that was spent before is not spent
 * again: no node takes a block that does. */
static bool find(uint32_t *output, const struct taking *k,
		 const struct tx_input *in)
{
	struct outpoint o = { .index = in->index };
	uint32_t found;

	memcpy(o.txid, in->txid.p, 32);
	if (!outpoint_table_find(&found, &k->table, &o) ||
	    k->t->output[found].spent_by != TRACE_NONE)
		return false;
	*output = found;
	return true;
}

/* Does it spend anything that is followed? */
static bool spends(const struct taking *k, const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->inputs);
	struct tx_input in;
	uint32_t value;

	while (tx_walk_input(&in, &c)) {
		if (find(&value, k, &in))
			return true;
	}
	return false;
}

/* How many different scripts inputs spend from, as far as it matters. */
struct scripts_seen {
	uint64_t first; /* a hash of the first */
	size_t n;       /* 0, 1, or 2 for more */
};

static void see_script(struct scripts_seen *s, struct span script)
{
	uint64_t hash = script.n;

	for (size_t i = 0; i < script.n; i++)
		hash = (hash ^ script.p[i]) * UINT64_C(0x100000001b3);
	if (s->n == 0)
		*s = (struct scripts_seen){ hash, 1 };
	else if (hash != s->first)
		s->n = 2;
}

/* The inputs, with values and what they spend. hops: of the nearest one. */
static enum status take_inputs(struct taking *k, struct trace_block *b,
			       const struct tx_walk *tx, size_t position,
			       struct scripts_seen *scripts, uint32_t *hops,
			       struct why *why)
{
	struct trace *t = k->t;
	struct cur c = cur_over(tx->inputs);
	struct undo_output spent;
	struct tx_input in;
	bool undo;
	const enum status st =
		trace_undo_seek(&undo, b, position, tx->num_inputs, why);

	*hops = UINT32_MAX;
	*scripts = (struct scripts_seen){ 0 };
	if (st != ST_OK)
		return st;
	while (tx_walk_input(&in, &c)) {
		struct trace_input x = { SAT_UNKNOWN, TRACE_NONE, TRACE_NONE };

		undo = undo && undo_output(&spent, &b->undo, false) &&
		       spent.sat <= NETWORK_BTC_SAT_MAX;
		if (undo) {
			x.sat = spent.sat;
			see_script(scripts, spent.script);
		}
		if (find(&x.output, k, &in)) {
			struct trace_output *o = &t->output[x.output];

			x.sat = o->sat;
			o->spent_by = (uint32_t)t->num_txs - 1;
			o->end = TRACE_SPENT;
			*hops = o->hops < *hops ? o->hops : *hops;
		}
		trace_add_input(t, x);
		if (x.sat == SAT_UNKNOWN)
			miss(t, &in);
	}
	if (!undo && b->undo_state == TRACE_UNDO_THERE)
		b->undo_state = TRACE_UNDO_NONE;
	return ST_OK;
}

static bool is_source(const struct taking *k, const struct outpoint *o,
		      struct span script, bool coinbase)
{
	const struct trace_options *options = k->options;
	uint64_t value;
	uint32_t given;

	if (k->given.n > 0 && outpoint_table_find(&given, &k->given, o))
		return true;
	return options->scripts && (coinbase || !options->coinbases_only) &&
	       script_set_maybe(options->scripts, script) &&
	       script_set_find(&value, options->scripts, script);
}

static enum trace_end end_of(const struct taking *k, const struct trace_tx *tx,
			     const struct trace_output *o, struct span script)
{
	const struct trace_options *options = k->options;
	const size_t most =
		options->outputs_max ? options->outputs_max : TRACE_OUTPUTS_MAX;

	if (script.n > 0 && script.p[0] == OP_RETURN)
		return TRACE_UNSPENDABLE;
	if (!o->source && options->stop &&
	    options->stop(options->stop_context, script))
		return TRACE_SERVICE;
	if (!o->source && tx->coinjoin && !options->through_coinjoins)
		return TRACE_COINJOIN;
	if (options->hops_max && o->hops >= options->hops_max)
		return TRACE_HOPS;
	if (k->t->num_outputs >= most)
		return TRACE_LIMIT;
	return TRACE_UNSPENT;
}

static void follow(struct taking *k, const struct outpoint *o, uint32_t output)
{
	const uint64_t key = outpoint_key(k->table.seed, o->txid, o->index);
	const uint64_t bit = key >> 16 & 0xffff;

	bool fresh;
	uint32_t *place = outpoint_table_put(&k->table, o, &fresh);

	if (!place) { /* OUTPOINT_TABLE_MAX */
		k->t->output[output].end = TRACE_LIMIT;
		return;
	}
	/* A txid that came before (BIP 30): its outputs are gone. */
	if (!fresh && k->t->output[*place].end == TRACE_UNSPENT)
		k->t->output[*place].end = TRACE_UNSPENDABLE;
	*place = output;
	k->fresh[bit / 64] |= UINT64_C(1) << (bit % 64);
	k->any_fresh = true;
}

/* Once all that was asked for is found, nothing more need be hashed. */
static void find_one(struct taking *k, const struct outpoint *at)
{
	uint32_t found;

	if (outpoint_table_find(&found, &k->given, at) && found == 0) {
		*outpoint_table_put(&k->given, at, &(bool){ false }) = 1;
		k->given_left--;
	}
}

void trace_take_up(struct taking *k, uint32_t output)
{
	const struct trace_output *o = &k->t->output[output];
	const struct outpoint at = trace_outpoint(k->t, o);

	if (o->source && k->given_left > 0)
		find_one(k, &at);
	/* One that was spent is never spent again: it need not be known. */
	if (o->end == TRACE_UNSPENT)
		outpoint_table_add(&k->table, &at, output);
}

static void add_output(struct taking *k, const struct outpoint *at,
		       const struct tx_output *out, struct trace_output o)
{
	struct trace *t = k->t;
	struct trace_tx *tx = &t->tx[t->num_txs - 1];

	o.tx = (uint32_t)t->num_txs - 1;
	o.index = at->index;
	o.sat = out->sat;
	o.spent_by = TRACE_NONE;
	o.script_at = t->script.n;
	o.script_n = (uint32_t)out->script.n;
	o.end = (uint8_t)end_of(k, tx, &o, out->script);
	buf_add(&t->script, out->script.p, out->script.n);
	TRACE_GROW(t->output, t->num_outputs, t->room_outputs);
	t->output[t->num_outputs++] = o;
	tx->num_outputs++;
	if (o.source && k->given_left > 0)
		find_one(k, at);
	t->sources += o.source;
	t->sources_sat += o.source ? o.sat : 0;
	if (o.end == TRACE_UNSPENT)
		follow(k, at, (uint32_t)t->num_outputs - 1);
}

static void take_outputs(struct taking *k, const struct tx_walk *tx,
			 uint32_t hops)
{
	const struct trace_tx *kept = &k->t->tx[k->t->num_txs - 1];
	const bool coinbase = tx_walk_is_coinbase(tx);
	struct cur c = cur_over(tx->outputs);
	struct outpoint at = { .index = 0 };
	struct tx_output out;

	memcpy(at.txid, kept->txid, 32);
	for (; tx_walk_output(&out, &c); at.index++) {
		struct trace_output o = {
			.source = is_source(k, &at, out.script, coinbase),
			.reached = kept->followed,
		};

		if (kept->followed && tx->num_outputs - at.index > AHEAD)
			outpoint_table_fetch(&k->table, at.txid,
					     at.index + AHEAD);
		o.hops = o.source ? 0 : hops + 1;
		/* What neither taint nor question reaches is left out. */
		if (o.source || o.reached)
			add_output(k, &at, &out, o);
		kept = &k->t->tx[k->t->num_txs - 1];
	}
}

/* Does it pay a source? */
static bool pays(const struct taking *k, const struct tx_walk *tx,
		 const uint8_t txid[32])
{
	const bool coinbase = tx_walk_is_coinbase(tx);
	struct cur c = cur_over(tx->outputs);
	struct outpoint at = { .index = 0 };
	struct tx_output out;

	memcpy(at.txid, txid, 32);
	for (; tx_walk_output(&out, &c); at.index++) {
		if (is_source(k, &at, out.script, coinbase))
			return true;
	}
	return false;
}

bool trace_is_worth(const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;
	uint64_t sum = 0;

	while (tx_walk_output(&out, &c)) {
		if (out.sat > NETWORK_BTC_SAT_MAX)
			return false;
		sum += out.sat;
	}
	return sum <= NETWORK_BTC_SAT_MAX;
}

bool trace_walk(struct tx_walk *out, const struct trace_block *b,
		size_t position)
{
	const struct block_skim_tx *at = &b->skim->tx[position];
	struct cur c = cur_over(
		(struct span){ b->raw.p + at[0].at, at[1].at - at[0].at });

	return tx_walk(out, &c);
}

void trace_txid(uint8_t txid[32], const struct tx_walk *tx, struct buf *scratch)
{
	const struct span plain = tx_walk_stripped(tx, scratch);

	sha256d(txid, plain.p, plain.n);
}

/* Its inputs, and what their number and scripts say of it. */
static enum status take_spending(struct taking *k, struct trace_block *b,
				 const struct tx_walk *tx, size_t position,
				 uint32_t *hops, struct why *why)
{
	struct scripts_seen scripts;
	enum status st;

	if (position == 0) {
		*hops = 0;
		return trace_fees(k->t, b, why);
	}
	st = take_inputs(k, b, tx, position, &scripts, hops, why);
	if (st == ST_OK)
		k->t->tx[k->t->num_txs - 1].coinjoin =
			coinjoin_of(&k->coinjoin, tx, scripts.n);
	return st;
}

/* The places of a transaction's first outputs: while its inputs are taken in,
 * they come. */
static void fetch_outputs(const struct taking *k, const struct tx_walk *tx,
			  const uint8_t txid[32])
{
	for (uint32_t i = 0; i < tx->num_outputs && i < AHEAD; i++)
		outpoint_table_fetch(&k->table, txid, i);
}

enum status trace_take(struct taking *k, struct trace_block *b, size_t position,
		       struct why *why)
{
	const bool fees =
		position == 0 && b->any_followed && k->options->through_fees;
	struct tx_walk tx;
	uint8_t txid[32];
	uint32_t hops = 0;
	enum status st = ST_OK;

	if (!trace_walk(&tx, b, position) || !trace_is_worth(&tx))
		return chain_damaged(b->chain, b->index, why);
	const bool followed = position > 0 ? spends(k, &tx) : fees;

	/* Hashing is what costs: only where an output may be a source. */
	if (!followed && !b->skim->tx[position].pays)
		return ST_OK;
	trace_txid(txid, &tx, &k->scratch);
	if (!followed && !pays(k, &tx, txid))
		return ST_OK;
	struct trace_tx *kept = add_tx(k->t, b, position);

	memcpy(kept->txid, txid, 32);
	kept->followed = followed;
	b->any_followed |= followed;
	if (followed)
		fetch_outputs(k, &tx, txid);
	if (followed)
		st = take_spending(k, b, &tx, position, &hops, why);
	take_outputs(k, &tx, hops);
	return st;
}
