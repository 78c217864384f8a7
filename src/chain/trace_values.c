#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/trace_private.h"
#include "coin/block.h"

struct looking {
	struct trace *t;
	const struct chain *chain;
	const struct trace_options *options;
	struct outpoint_table txids;  /* wanted */
	struct outpoint_table wanted; /* the outputs: index of the missing */
	struct chain_reader **reader; /* one for each thread */
	atomic_size_t done;
};

static void give(struct looking *l, const struct tx_walk *tx,
		 struct outpoint at)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;
	uint32_t missing;

	for (at.index = 0; tx_walk_output(&out, &c); at.index++) {
		/* Each output is asked for once: threads do not meet. */
		if (outpoint_table_find(&missing, &l->wanted, &at))
			l->t->input[l->t->missing[missing].input].sat = out.sat;
	}
}

static enum status look(void *context, unsigned thread, size_t item,
			struct why *why)
{
	struct looking *l = context;
	struct outpoint at = { .index = TRACE_ANY_OUTPUT };
	struct span raw;
	struct block b;
	uint32_t unused;
	enum status st = chain_reader_block(l->reader[thread], item, &raw, why);

	if (st != ST_OK || !block_parse(&b, raw))
		return st;
	struct cur c = cur_over(b.txs);
	struct tx_walk tx;

	for (uint32_t i = 0; i < b.num_txs && tx_walk(&tx, &c); i++) {
		memcpy(at.txid, b.txids[i], 32);
		if (outpoint_table_find(&unused, &l->txids, &at))
			give(l, &tx, at);
		at.index = TRACE_ANY_OUTPUT;
	}
	block_fini(&b);
	const size_t done = atomic_fetch_add(&l->done, 1) + 1;

	if (thread == 0 && l->options->progress && done % 256 == 0 &&
	    !l->options->progress(l->options->progress_context,
				  "blocks looked through for values", done,
				  chain_length(l->chain)))
		return ST_END;
	return ST_OK;
}

/* Transactions some of whose inputs were found nowhere. */
static void judge(struct trace *t)
{
	for (size_t i = 0; i < t->num_missing; i++) {
		struct trace_tx *tx = &t->tx[t->missing[i].tx];

		if (t->input[t->missing[i].input].sat == UINT64_MAX)
			tx->values_known = false;
	}
	for (size_t i = 0; i < t->num_txs; i++)
		t->without_values += !t->tx[i].values_known;
}

enum status trace_values(struct trace *t, const struct chain *c,
			 const struct trace_options *options, struct why *why)
{
	const unsigned threads = trace_threads(options);
	struct looking l = { .t = t, .chain = c, .options = options };
	enum status st = ST_OK;

	outpoint_table_init(&l.txids, 1);
	outpoint_table_init(&l.wanted, 2);
	for (size_t i = 0; i < t->num_missing; i++) {
		struct outpoint o = t->missing[i].outpoint;

		outpoint_table_add(&l.wanted, &o, (uint32_t)i);
		o.index = TRACE_ANY_OUTPUT;
		outpoint_table_add(&l.txids, &o, 0);
	}
	if (t->num_missing > 0) {
		l.reader = mem_new(threads, sizeof(l.reader[0]));
		for (unsigned i = 0; i < threads; i++)
			l.reader[i] = chain_reader_new(c);
		st = trace_share_out(threads, chain_length(c), look, &l, why);
		for (unsigned i = 0; i < threads; i++)
			chain_reader_free(l.reader[i]);
		free(l.reader);
	}
	outpoint_table_fini(&l.txids);
	outpoint_table_fini(&l.wanted);
	judge(t);
	return st;
}
