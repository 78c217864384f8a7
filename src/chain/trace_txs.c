#include "chain/trace_txs.h"

#include "chain/block_skim.h"

struct reading {
	const struct trace *t;
	struct chain_reader *reader;
	struct block_skim skim;
	trace_txs_visit *visit;
	void *context;
};

/* The k-th in order of the chain. */
static size_t at(const struct trace *t, size_t k)
{
	return t->backward ? t->num_txs - 1 - k : k;
}

static void show(const struct reading *r, size_t i, struct span raw)
{
	struct cur c = cur_over(raw);
	struct tx_walk tx;

	if (tx_walk(&tx, &c) && cur_done(&c))
		r->visit(r->context, i, &tx);
}

/* One whose place is known. */
static enum status read_one(struct reading *r, size_t i, struct why *why)
{
	const struct trace_tx *tx = &r->t->tx[i];
	struct span raw;
	const enum status st = chain_reader_part(r->reader, tx->block, tx->at,
						 tx->bytes, &raw, why);

	if (st == ST_OK)
		show(r, i, raw);
	return st;
}

/* From the k-th on those of one block. */
static enum status read_block(struct reading *r, size_t k, size_t n,
			      struct why *why)
{
	const struct block_skim *s = &r->skim;
	struct span raw;
	const enum status st = chain_reader_block(
		r->reader, r->t->tx[at(r->t, k)].block, &raw, why);

	if (st != ST_OK || !block_skim(&r->skim, raw, 0, NULL))
		return st;
	for (size_t j = k; j < k + n; j++) {
		const size_t i = at(r->t, j);
		const uint32_t p = r->t->tx[i].position;

		if (p < s->num_txs)
			show(r, i,
			     (struct span){ raw.p + s->tx[p].at,
					    s->tx[p + 1].at - s->tx[p].at });
	}
	return ST_OK;
}

/* How many from the k-th on are of its block; *known: the places of all. */
static size_t of_block(const struct trace *t, size_t k, bool *known)
{
	const uint32_t block = t->tx[at(t, k)].block;
	size_t n = 0;

	*known = true;
	for (; k + n < t->num_txs && t->tx[at(t, k + n)].block == block; n++)
		*known &= t->tx[at(t, k + n)].bytes > 0;
	return n;
}

enum status trace_txs_read(const struct trace *t, const struct chain *c,
			   trace_txs_visit *visit, void *context,
			   struct why *why)
{
	struct reading r = { .t = t,
			     .reader = chain_reader_new(c),
			     .visit = visit,
			     .context = context };
	enum status st = ST_OK;
	bool known;

	for (size_t k = 0, n; k < t->num_txs && st == ST_OK; k += n) {
		n = of_block(t, k, &known);
		if (!known)
			st = read_block(&r, k, n, why);
		for (size_t j = k; known && j < k + n && st == ST_OK; j++)
			st = read_one(&r, at(t, j), why);
	}
	block_skim_fini(&r.skim);
	chain_reader_free(r.reader);
	return st;
}
