#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/trace_private.h"
#include "coin/block.h"

struct verifying {
	const struct trace *t;
	const struct chain *chain;
	const struct trace_options *options;
	struct chain_reader **reader; /* one for each thread */
	size_t *first; /* transaction of each block, and one more */
	size_t num_blocks;
};

/* Is every transaction of the trace where the block's header has it? */
static bool holds(const struct verifying *v, const struct block *b, size_t item)
{
	if (!b->root_matches || b->tree.has_twins)
		return false;
	for (size_t i = v->first[item]; i < v->first[item + 1]; i++) {
		const struct trace_tx *tx = &v->t->tx[i];

		if (tx->position >= b->num_txs ||
		    memcmp(tx->txid, b->txids[tx->position], 32) != 0)
			return false;
	}
	return true;
}

static enum status verify(void *context, unsigned thread, size_t item,
			  struct why *why)
{
	const struct verifying *v = context;
	const size_t index = v->t->tx[v->first[item]].block;
	struct span raw;
	struct block b;
	enum status st =
		chain_reader_block(v->reader[thread], index, &raw, why);
	bool good = false;

	if (st != ST_OK)
		return st;
	if (block_parse(&b, raw)) {
		good = holds(v, &b, item);
		block_fini(&b);
	}
	return good ? ST_OK : chain_damaged(v->chain, index, why);
}

/* The trace's transactions lie block by block. */
static void list_blocks(struct verifying *v)
{
	const struct trace *t = v->t;

	v->first = mem_new(t->num_txs + 1, sizeof(v->first[0]));
	for (size_t i = 0; i < t->num_txs; i++) {
		if (i == 0 || t->tx[i].block != t->tx[i - 1].block)
			v->first[v->num_blocks++] = i;
	}
	v->first[v->num_blocks] = t->num_txs;
}

enum status trace_verify(const struct trace *t, const struct chain *c,
			 const struct trace_options *options, struct why *why)
{
	const unsigned threads = trace_threads(options);
	struct verifying v = { .t = t, .chain = c, .options = options };
	enum status st;

	list_blocks(&v);
	v.reader = mem_new(threads, sizeof(v.reader[0]));
	for (unsigned i = 0; i < threads; i++)
		v.reader[i] = chain_reader_new(c);
	st = trace_share_out(threads, v.num_blocks, verify, &v, why);
	for (unsigned i = 0; i < threads; i++)
		chain_reader_free(v.reader[i]);
	free(v.reader);
	free(v.first);
	return st;
}
