#include "chain/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/trace_checkpoint.h"
#include "chain/trace_private.h"

#define SEED  UINT64_C(0x7472616365)
#define SLOTS 8  /* blocks of a round, for each thread */
#define AHEAD 24 /* keys that are fetched before they are asked for */
#define HITS  64 /* keys of a block whose outputs are fetched all at once */

#define TRACE_TEXT(name, text) [name] = text,
static const char *const ends[] = { TRACE_END_LIST(TRACE_TEXT) };
#undef TRACE_TEXT

const char *trace_end_text(enum trace_end e)
{
	return ends[e];
}

struct slot { /* one block of a round */
	struct chain_reader *reader;
	struct span raw;
	struct block_skim skim;
	uint32_t *likely; /* transactions to look at, in order */
	size_t num_likely, room_likely;
	uint64_t hit[HITS]; /* the first keys for whose sake they are likely */
	size_t num_hits;
	struct buf scratch;
};

struct tracing {
	const struct chain *chain;
	const struct trace_options *options;
	struct taking taking;
	struct slot *slot;
	size_t num_slots;
	size_t first; /* block of slot 0 */
};

static void add_likely(struct slot *s, size_t tx)
{
	if (s->num_likely > 0 && s->likely[s->num_likely - 1] == tx)
		return;
	if (s->num_likely == s->room_likely) {
		s->room_likely = s->room_likely ? s->room_likely * 2 : 64;
		s->likely = mem_resize(s->likely, s->room_likely,
				       sizeof(s->likely[0]));
	}
	s->likely[s->num_likely++] = (uint32_t)tx;
}

/* Of those before the end those that pay a source; *tx is the first to ask. */
static void add_payers(struct slot *s, size_t *tx, size_t end)
{
	for (; *tx < end; ++*tx) {
		if (s->skim.tx[*tx].pays)
			add_likely(s, *tx);
	}
}

/* Which transactions may spend something that is followed, or pay a source.
 * Keys are asked without a look at whose they are: hardly one is a hit. */
static void ask(struct slot *s, const struct outpoint_table *t, bool payers)
{
	const struct block_skim *skim = &s->skim;
	size_t tx = 0, asked = 0;

	s->num_likely = s->num_hits = 0;
	for (size_t i = 0; i < skim->num_keys; i++) {
		if (i + AHEAD < skim->num_keys)
			__builtin_prefetch(
				outpoint_line(t, skim->key[i + AHEAD]));
		if (!outpoint_maybe(t, skim->key[i]))
			continue;
		if (s->num_hits < HITS)
			s->hit[s->num_hits++] = skim->key[i];
		while (i >= skim->tx[tx + 1].first_key)
			tx++;
		if (payers)
			add_payers(s, &asked, tx);
		add_likely(s, tx);
	}
	if (payers)
		add_payers(s, &asked, skim->num_txs);
}

/* Transactions whose outputs were asked for: only hashing tells. */
static void find_given(struct slot *s, const struct outpoint_table *txids)
{
	struct outpoint at = { .index = TRACE_ANY_OUTPUT };
	const struct trace_block b = { .raw = s->raw, .skim = &s->skim };
	struct tx_walk tx;
	uint32_t unused;

	for (size_t i = 0; i < s->skim.num_txs; i++) {
		if (s->skim.tx[i].pays || !trace_walk(&tx, &b, i))
			continue;
		trace_txid(at.txid, &tx, &s->scratch);
		s->skim.tx[i].pays = outpoint_table_find(&unused, txids, &at);
	}
}

static enum status look(void *context, unsigned thread, size_t item,
			struct why *why)
{
	struct tracing *x = context;
	struct slot *s = &x->slot[item];
	enum status st;

	(void)thread;
	st = chain_reader_block(s->reader, x->first + item, &s->raw, why);
	if (st != ST_OK)
		return st;
	if (!block_skim(&s->skim, s->raw, SEED, x->options->scripts))
		return chain_damaged(x->chain, x->first + item, why);
	if (x->taking.given_left > 0)
		find_given(s, &x->taking.given_txids);
	ask(s, &x->taking.table,
	    x->options->scripts || x->taking.given_left > 0);
	return ST_OK;
}

/* The first transaction, of those from tx up to `end`, that may spend what was
 * added in this round; else end. Their keys lie in a row. */
static size_t next_fresh(const struct tracing *x, const struct slot *s,
			 size_t tx, size_t end)
{
	const struct block_skim_tx *at = s->skim.tx;
	const size_t last = at[end].first_key;

	if (!x->taking.any_fresh)
		return end;
	for (size_t i = at[tx].first_key; i < last; i++) {
		if (!trace_is_fresh(&x->taking, s->skim.key[i]))
			continue;
		while (i >= at[tx + 1].first_key)
			tx++;
		return tx;
	}
	return end;
}

/* What the block spends of the trace, on its way into the cache. */
static void fetch_hits(const struct taking *k, const struct slot *s)
{
	uint32_t output[HITS];

	outpoint_table_fetch_all(output, &k->table, s->hit, s->num_hits);
	for (size_t i = 0; i < s->num_hits; i++) {
		if (output[i] < k->t->num_outputs)
			__builtin_prefetch(&k->t->output[output[i]]);
	}
}

/* What all threads looked for, and what was added since they did. */
static enum status take_block(struct tracing *x, size_t item, struct why *why)
{
	struct slot *s = &x->slot[item];
	struct trace_block b = { .chain = x->chain,
				 .reader = s->reader,
				 .index = x->first + item,
				 .raw = s->raw,
				 .skim = &s->skim,
				 .first_tx = x->taking.t->num_txs };
	enum status st = ST_OK;
	size_t next = 0;

	fetch_hits(&x->taking, s);
	for (size_t tx = 0; st == ST_OK; tx++) {
		const size_t wanted = next < s->num_likely ? s->likely[next]
							   : s->skim.num_txs;

		tx = next_fresh(x, s, tx, wanted);
		if (tx == s->skim.num_txs)
			break;
		next += tx == wanted;
		if (tx > 0 || !x->options->through_fees)
			st = trace_take(&x->taking, &b, tx, why);
	}
	if (st == ST_OK && x->options->through_fees &&
	    (b.any_followed || s->skim.tx[0].pays))
		st = trace_take(&x->taking, &b, 0, why);
	return st;
}

static enum status trace_round(struct tracing *x, size_t n, struct why *why)
{
	enum status st;

	memset(x->taking.fresh, 0, sizeof(x->taking.fresh));
	x->taking.any_fresh = false;
	st = trace_share_out(trace_threads(x->options), n, look, x, why);
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = take_block(x, i, why);
	return st;
}

static enum status trace_all(struct tracing *x, struct why *why)
{
	const struct trace_options *options = x->options;
	const size_t all = chain_length(x->chain);
	enum status st = ST_OK;

	while (x->first < all && st == ST_OK) {
		const size_t left = all - x->first;
		const size_t n = left < x->num_slots ? left : x->num_slots;

		st = trace_round(x, n, why);
		x->first += n;
		x->taking.t->blocks = x->first;
		if (st == ST_OK && options->checkpoint)
			st = trace_checkpoint_write(x->taking.t, x->first,
						    x->first == all, x->chain,
						    options, why);
		if (st == ST_OK && options->progress &&
		    !options->progress(options->progress_context, "blocks",
				       x->first, all))
			st = ST_END;
	}
	return st;
}

/* From a graph that was read, what is looked for in the blocks that follow. */
static void go_on(struct tracing *x)
{
	const struct trace *t = x->taking.t;

	for (size_t i = 0; i < t->num_outputs; i++)
		trace_take_up(&x->taking, (uint32_t)i);
}

static void begin(struct tracing *x, struct trace *out, const struct chain *c,
		  const struct trace_options *options)
{
	*x = (struct tracing){ .chain = c,
			       .options = options,
			       .first = options->first_block,
			       .num_slots =
				       (size_t)SLOTS * trace_threads(options) };
	x->taking.t = out;
	x->taking.options = options;
	outpoint_table_init(&x->taking.table, SEED);
	outpoint_table_init(&x->taking.given, SEED);
	outpoint_table_init(&x->taking.given_txids, SEED);
	for (size_t i = 0; i < options->num_outpoints; i++) {
		struct outpoint o = options->outpoint[i];

		outpoint_table_add(&x->taking.given, &o, 0);
		o.index = TRACE_ANY_OUTPUT;
		outpoint_table_add(&x->taking.given_txids, &o, 0);
	}
	x->taking.given_left = x->taking.given.n;
	buf_init(&x->taking.scratch, BLOCK_FILES_BLOCK);
	x->slot = mem_new(x->num_slots, sizeof(x->slot[0]));
	for (size_t i = 0; i < x->num_slots; i++) {
		x->slot[i].reader = chain_reader_new(c);
		buf_init(&x->slot[i].scratch, BLOCK_FILES_BLOCK);
	}
}

static void end(struct tracing *x)
{
	for (size_t i = 0; i < x->num_slots; i++) {
		chain_reader_free(x->slot[i].reader);
		block_skim_fini(&x->slot[i].skim);
		free(x->slot[i].likely);
		buf_fini(&x->slot[i].scratch);
	}
	free(x->slot);
	coinjoin_scratch_fini(&x->taking.coinjoin);
	buf_fini(&x->taking.scratch);
	outpoint_table_fini(&x->taking.table);
	outpoint_table_fini(&x->taking.given);
	outpoint_table_fini(&x->taking.given_txids);
}

static void count_ends(struct trace *t)
{
	for (size_t i = 0; i < t->num_outputs; i++)
		t->stopped[t->output[i].end]++;
}

enum status trace_forward(struct trace *out, const struct chain *c,
			  const struct trace_options *options, struct why *why)
{
	struct tracing x;
	enum status st = ST_END;

	*out = (struct trace){ .chain_blocks = chain_length(c) };
	buf_init(&out->script, TRACE_SCRIPT_BYTES);
	begin(&x, out, c, options);
	if (options->checkpoint)
		st = trace_checkpoint_read(out, &x.first, c, options, why);
	if (st == ST_OK)
		go_on(&x);
	if (st == ST_OK || st == ST_END)
		st = trace_all(&x, why);
	end(&x);
	count_ends(out);
	if (st == ST_OK || st == ST_END) {
		const enum status values = trace_values(out, c, options, why);

		st = st == ST_OK ? values : st;
	}
	if (st != ST_OK && st != ST_END) {
		trace_free(out);
		*out = (struct trace){ 0 };
	}
	return st;
}

void trace_free(struct trace *t)
{
	free(t->tx);
	free(t->input);
	free(t->output);
	free(t->missing);
	free(t->outpoint);
	buf_fini(&t->script);
}

struct span trace_script(const struct trace *t, const struct trace_output *o)
{
	return (struct span){ t->script.p + o->script_at, o->script_n };
}

struct outpoint trace_outpoint(const struct trace *t,
			       const struct trace_output *o)
{
	struct outpoint at = { .index = o->index };

	if (t->outpoint)
		return t->outpoint[o - t->output];
	memcpy(at.txid, t->tx[o->tx].txid, 32);
	return at;
}
