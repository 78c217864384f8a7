#include <stdlib.h>
#include <string.h>

#include "chain/trace_checkpoint.h"
#include "chain/trace_grow.h"
#include "chain/trace_private.h"
#include "coin/block.h"

#define SEED  UINT64_C(0x6261636b)
#define SLOTS 8 /* blocks of a round, for each thread */

struct slot { /* one block of a round */
	struct chain_reader *reader;
	struct span raw;
	struct block block;
	struct tx_walk *tx;
	size_t room;
	uint32_t *likely;
	size_t num_likely;
};

struct tracing {
	const struct chain *chain;
	const struct trace_options *options;
	struct trace *t;
	struct outpoint_table txids;  /* transactions that are wanted */
	struct outpoint_table wanted; /* their outputs: index in the trace */
	struct outpoint_table given;
	uint64_t fresh[1024]; /* of this round: a filter of txids */
	size_t room_outpoints;
	struct slot *slot;
	size_t num_slots;
	size_t end; /* slot 0 holds the block below this one */
	struct coinjoin_scratch coinjoin;
};

static uint64_t fresh_bit(const uint8_t txid[32])
{
	return outpoint_key(SEED, txid, TRACE_ANY_OUTPUT) & 0xffff;
}

static bool may_be_source(const struct tracing *x, struct span script)
{
	const struct trace_options *o = x->options;
	uint64_t value;

	return o->scripts && script_set_maybe(o->scripts, script) &&
	       script_set_find(&value, o->scripts, script);
}

static bool is_likely(const struct tracing *x, const struct tx_walk *tx,
		      const uint8_t txid[32])
{
	struct outpoint at = { .index = TRACE_ANY_OUTPUT };
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;
	uint32_t value;

	memcpy(at.txid, txid, 32);
	if (outpoint_table_find(&value, &x->txids, &at))
		return true;
	while (x->options->scripts && tx_walk_output(&out, &c)) {
		if (may_be_source(x, out.script))
			return true;
	}
	return false;
}

static enum status look(void *context, unsigned thread, size_t item,
			struct why *why)
{
	struct tracing *x = context;
	struct slot *s = &x->slot[item];
	const size_t index = x->end - 1 - item;
	enum status st = chain_reader_block(s->reader, index, &s->raw, why);

	(void)thread;
	if (st != ST_OK)
		return st;
	if (!block_parse(&s->block, s->raw) || !s->block.root_matches ||
	    s->block.tree.has_twins)
		return chain_damaged(x->chain, index, why);
	if (s->block.num_txs > s->room) {
		s->room = (size_t)s->block.num_txs * 2;
		s->tx = mem_resize(s->tx, s->room, sizeof(s->tx[0]));
		s->likely =
			mem_resize(s->likely, s->room, sizeof(s->likely[0]));
	}
	struct cur c = cur_over(s->block.txs);

	s->num_likely = 0;
	for (uint32_t i = 0; i < s->block.num_txs; i++) {
		if (!tx_walk(&s->tx[i], &c) || !trace_is_worth(&s->tx[i]))
			return chain_damaged(x->chain, index, why);
		if (is_likely(x, &s->tx[i], s->block.txids[i]))
			s->likely[s->num_likely++] = i;
	}
	return ST_OK;
}

static struct trace_output *add_output(struct tracing *x,
				       const struct outpoint *at)
{
	struct trace *t = x->t;

	TRACE_GROW(t->output, t->num_outputs, t->room_outputs);
	if (t->room_outputs > x->room_outpoints) {
		x->room_outpoints = t->room_outputs;
		t->outpoint = mem_resize(t->outpoint, x->room_outpoints,
					 sizeof(t->outpoint[0]));
	}
	t->outpoint[t->num_outputs] = *at;
	struct trace_output *o = &t->output[t->num_outputs++];

	*o = (struct trace_output){ .tx = TRACE_NONE,
				    .index = at->index,
				    .spent_by = TRACE_NONE,
				    .end = TRACE_NOT_FOUND };
	return o;
}

static void add_input(struct trace *t, uint64_t sat, uint32_t output)
{
	TRACE_GROW(t->input, t->num_inputs, t->room_inputs);
	t->input[t->num_inputs++] =
		(struct trace_input){ sat, output, TRACE_NONE };
	t->tx[t->num_txs - 1].num_inputs++;
}

static bool is_source(const struct tracing *x, const struct outpoint *at,
		      struct span script, bool coinbase)
{
	uint32_t given;

	return outpoint_table_find(&given, &x->given, at) ||
	       ((coinbase || !x->options->coinbases_only) &&
		may_be_source(x, script));
}

/* The output, if it is wanted: found by its outpoint, or a source. Of a txid
 * that came twice (BIP 30) the later one counts, which is met first. */
static uint32_t wanted_output(struct tracing *x, const struct outpoint *at,
			      struct span script, bool coinbase)
{
	const bool source = is_source(x, at, script, coinbase);
	struct trace_output *o;
	uint32_t index;

	if (outpoint_table_find(&index, &x->wanted, at)) {
		o = &x->t->output[index];
		if (o->end != TRACE_NOT_FOUND)
			return TRACE_NONE;
	} else if (source) {
		o = add_output(x, at);
		index = (uint32_t)(o - x->t->output);
		outpoint_table_add(&x->wanted, at, index);
	} else {
		return TRACE_NONE;
	}
	if (source) {
		o->source = true;
		o->hops = 0;
	}
	return index;
}

static enum trace_end end_of(const struct tracing *x, const struct trace_tx *tx,
			     const struct trace_output *o, struct span script,
			     bool coinbase)
{
	const struct trace_options *options = x->options;
	const size_t most =
		options->outputs_max ? options->outputs_max : TRACE_OUTPUTS_MAX;

	if (coinbase)
		return TRACE_COINBASE;
	if (!o->source && options->stop &&
	    options->stop(options->stop_context, script))
		return TRACE_SERVICE;
	if (!o->source && tx->coinjoin && !options->through_coinjoins)
		return TRACE_COINJOIN;
	if (options->hops_max && o->hops >= options->hops_max)
		return TRACE_HOPS;
	return x->t->num_outputs >= most ? TRACE_LIMIT : TRACE_SPENT;
}

static void find_output(struct tracing *x, uint32_t index,
			const struct tx_output *out, bool coinbase)
{
	struct trace *t = x->t;
	struct trace_output *o = &t->output[index];
	struct trace_tx *tx = &t->tx[t->num_txs - 1];

	o->sat = out->sat;
	o->script_at = t->script.n;
	o->script_n = (uint32_t)out->script.n;
	o->spent_by = (uint32_t)t->num_txs - 1;
	o->end = (uint8_t)end_of(x, tx, o, out->script, coinbase);
	buf_add(&t->script, out->script.p, out->script.n);
	t->sources += o->source;
	t->sources_sat += o->source ? o->sat : 0;
	tx->followed |= o->end == TRACE_SPENT;
}

/* All outputs: those that are wanted, the others, and room for the fee.
 * hops: of the nearest that is followed on. */
static bool take_outputs(struct tracing *x, const struct tx_walk *walk,
			 const uint8_t txid[32], bool coinbase, uint32_t *hops)
{
	struct cur c = cur_over(walk->outputs);
	struct outpoint at = { .index = 0 };
	struct tx_output out;
	bool any = false;

	*hops = UINT32_MAX;
	memcpy(at.txid, txid, 32);
	for (; tx_walk_output(&out, &c); at.index++) {
		uint32_t index = wanted_output(x, &at, out.script, coinbase);

		if (index != TRACE_NONE) {
			const struct trace_output *o;

			find_output(x, index, &out, coinbase);
			any = true;
			o = &x->t->output[index];
			if (o->end != TRACE_SPENT)
				index = TRACE_NONE; /* it ends here */
			else if (o->hops < *hops)
				*hops = o->hops;
		}
		add_input(x->t, out.sat, index);
	}
	add_input(x->t, 0, TRACE_NONE);
	return any;
}

static void take_inputs(struct tracing *x, const struct tx_walk *walk,
			uint32_t hops)
{
	const uint32_t tx = (uint32_t)x->t->num_txs - 1;
	struct cur c = cur_over(walk->inputs);
	struct outpoint at;
	struct tx_input in;

	while (tx_walk_input(&in, &c)) {
		memcpy(at.txid, in.txid.p, 32);
		at.index = in.index;
		struct trace_output *o = add_output(x, &at);

		o->tx = tx;
		o->hops = hops + 1;
		o->reached = true;
		x->t->tx[tx].num_outputs++;
		outpoint_table_add(&x->wanted, &at,
				   (uint32_t)(o - x->t->output));
		const uint64_t bit = fresh_bit(at.txid);

		x->fresh[bit / 64] |= UINT64_C(1) << (bit % 64);
		at.index = TRACE_ANY_OUTPUT;
		outpoint_table_add(&x->txids, &at, 0);
	}
}

static void take(struct tracing *x, size_t block, const struct slot *s,
		 uint32_t position)
{
	const struct tx_walk *walk = &s->tx[position];
	struct trace *t = x->t;
	const size_t inputs = t->num_inputs;
	uint32_t hops;

	TRACE_GROW(t->tx, t->num_txs, t->room_txs);
	struct trace_tx *tx = &t->tx[t->num_txs++];

	*tx = (struct trace_tx){ .block = (uint32_t)block,
				 .position = position,
				 .at = (uint32_t)(walk->whole.p - s->raw.p),
				 .bytes = (uint32_t)walk->whole.n,
				 .first_input = (uint32_t)t->num_inputs,
				 .values_known = true };
	memcpy(tx->txid, s->block.txids[position], 32);
	tx->coinjoin = coinjoin_of(&x->coinjoin, walk, 0);
	if (!take_outputs(x, walk, s->block.txids[position], position == 0,
			  &hops)) {
		t->num_txs--; /* wanted under a number that it has not */
		t->num_inputs = inputs;
		return;
	}
	tx = &t->tx[t->num_txs - 1];
	/* Sources that it pays lie among the outputs: its own come behind. */
	tx->first_output = (uint32_t)t->num_outputs;
	if (tx->followed)
		take_inputs(x, walk, hops);
}

static bool is_fresh(const struct tracing *x, const uint8_t txid[32])
{
	const uint64_t bit = fresh_bit(txid);

	return x->fresh[bit / 64] >> (bit % 64) & 1;
}

static void take_block(struct tracing *x, size_t item)
{
	struct slot *s = &x->slot[item];
	size_t left = s->num_likely;

	for (uint32_t i = s->block.num_txs; i-- > 0;) {
		const bool wanted = left > 0 && s->likely[left - 1] == i;

		left -= wanted;
		if (wanted || is_fresh(x, s->block.txids[i]))
			take(x, x->end - 1 - item, s, i);
	}
	block_fini(&s->block);
	s->block = (struct block){ 0 };
}

static enum status trace_round(struct tracing *x, size_t n, struct why *why)
{
	enum status st;

	memset(x->fresh, 0, sizeof(x->fresh));
	st = trace_share_out(trace_threads(x->options), n, look, x, why);
	for (size_t i = 0; i < n; i++) {
		if (st == ST_OK)
			take_block(x, i);
		block_fini(&x->slot[i].block);
		x->slot[i].block = (struct block){ 0 };
	}
	return st;
}

static enum status trace_all(struct tracing *x, struct why *why)
{
	const struct trace_options *options = x->options;
	const size_t all = x->t->chain_blocks;
	enum status st = ST_OK;

	while (x->end > options->first_block && st == ST_OK) {
		const size_t left = x->end - options->first_block;
		const size_t n = left < x->num_slots ? left : x->num_slots;

		st = trace_round(x, n, why);
		x->end -= n;
		x->t->blocks = all - x->end;
		if (st == ST_OK && options->checkpoint)
			st = trace_checkpoint_write(
				x->t, x->end, x->end == options->first_block,
				x->chain, options, why);
		if (st == ST_OK && options->progress &&
		    !options->progress(options->progress_context, "blocks",
				       x->t->blocks, all))
			st = ST_END;
	}
	return st;
}

/* From a graph that was read, what is looked for in the blocks that follow. */
static void go_on(struct tracing *x)
{
	struct outpoint at;

	x->room_outpoints = x->t->room_outputs;
	for (size_t i = 0; i < x->t->num_outputs; i++) {
		at = x->t->outpoint[i];
		outpoint_table_add(&x->wanted, &at, (uint32_t)i);
		at.index = TRACE_ANY_OUTPUT;
		if (x->t->output[i].tx != TRACE_NONE)
			outpoint_table_add(&x->txids, &at, 0);
	}
}

/* Now that all values are known: the fee, which is what is left. */
static void close_values(struct trace *t)
{
	for (size_t i = 0; i < t->num_txs; i++) {
		struct trace_tx *tx = &t->tx[i];
		uint64_t in = 0, out = 0;

		for (uint32_t k = 0; k < tx->num_outputs; k++) {
			const struct trace_output *o =
				&t->output[tx->first_output + k];

			in += o->sat;
			tx->values_known &= o->end != TRACE_NOT_FOUND;
		}
		for (uint32_t k = 0; k + 1 < tx->num_inputs; k++)
			out += t->input[tx->first_input + k].sat;
		if (tx->followed && tx->values_known && in >= out)
			t->input[tx->first_input + tx->num_inputs - 1].sat =
				in - out;
		t->without_values += tx->followed && !tx->values_known;
	}
	for (size_t i = 0; i < t->num_outputs; i++)
		t->stopped[t->output[i].end]++;
}

static void begin(struct tracing *x, struct trace *out, const struct chain *c,
		  const struct trace_options *options)
{
	*x = (struct tracing){ .chain = c,
			       .options = options,
			       .t = out,
			       .end = out->chain_blocks,
			       .num_slots =
				       (size_t)SLOTS * trace_threads(options) };
	outpoint_table_init(&x->txids, SEED);
	outpoint_table_init(&x->wanted, SEED);
	outpoint_table_init(&x->given, SEED);
	for (size_t i = 0; i < options->num_outpoints; i++) {
		struct outpoint o = options->outpoint[i];

		outpoint_table_add(&x->given, &o, 0);
		o.index = TRACE_ANY_OUTPUT;
		outpoint_table_add(&x->txids, &o, 0);
	}
	x->slot = mem_new(x->num_slots, sizeof(x->slot[0]));
	for (size_t i = 0; i < x->num_slots; i++)
		x->slot[i].reader = chain_reader_new(c);
}

static void end(struct tracing *x)
{
	for (size_t i = 0; i < x->num_slots; i++) {
		chain_reader_free(x->slot[i].reader);
		free(x->slot[i].tx);
		free(x->slot[i].likely);
	}
	free(x->slot);
	coinjoin_scratch_fini(&x->coinjoin);
	outpoint_table_fini(&x->txids);
	outpoint_table_fini(&x->wanted);
	outpoint_table_fini(&x->given);
}

enum status trace_backward(struct trace *out, const struct chain *c,
			   const struct trace_options *options, struct why *why)
{
	struct tracing x;
	enum status st = ST_END;

	*out = (struct trace){ .backward = true,
			       .chain_blocks = chain_length(c) };
	buf_init(&out->script, TRACE_SCRIPT_BYTES);
	begin(&x, out, c, options);
	if (options->checkpoint)
		st = trace_checkpoint_read(out, &x.end, c, options, why);
	if (st == ST_OK)
		go_on(&x);
	if (st == ST_OK || st == ST_END)
		st = trace_all(&x, why);
	end(&x);
	close_values(out);
	if (st != ST_OK && st != ST_END) {
		trace_free(out);
		*out = (struct trace){ 0 };
	}
	return st;
}
