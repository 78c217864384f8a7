#include "chain/chain_index_gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/radix_sort.h"
#include "chain/trace_private.h"
#include "coin/varint.h"
#include "hash/sha256d.h"

#define HIGH_BITS 11 /* by which a list is cut for the threads to sort */
#define PARTS     (1u << HIGH_BITS)
#define OP_RETURN 0x6a
#define TXS_MAX   (1u << 20) /* of a block: more cannot be numbered */

struct column { /* entries as a thread finds them */
	uint64_t *v;
	size_t n, room;
};

struct hand { /* a thread's own */
	struct chain_reader *reader;
	struct column list[CHAIN_INDEX_LISTS];
	struct buf scratch;
};

struct slot { /* of a block: where its entries lie */
	unsigned hand;
	size_t at[CHAIN_INDEX_LISTS], n[CHAIN_INDEX_LISTS];
	uint32_t txs;
};

struct gathering {
	const struct chain *chain;
	size_t first, blocks;
	struct hand *hand;
	struct slot *slot;
	struct chain_index_block *block;
};

static void put(struct column *c, uint64_t entry)
{
	if (c->n == c->room) {
		c->room = c->room ? c->room * 2 : 65536;
		c->v = mem_resize(c->v, c->room, sizeof(c->v[0]));
	}
	c->v[c->n++] = entry;
}

/* position: of the transaction in its block, until all blocks are counted. */
static void gather_tx(struct hand *h, const struct tx_walk *tx,
		      uint32_t position)
{
	struct cur inputs = cur_over(tx->inputs);
	struct cur outputs = cur_over(tx->outputs);
	struct tx_output out;
	struct tx_input in;
	uint8_t txid[32];

	buf_clear(&h->scratch);
	const struct span plain = tx_walk_stripped(tx, &h->scratch);

	sha256d(txid, plain.p, plain.n);
	put(&h->list[CHAIN_INDEX_TXS],
	    chain_index_entry(chain_index_key_tx(txid), position));
	while (position > 0 && tx_walk_input(&in, &inputs))
		put(&h->list[CHAIN_INDEX_SPENDS],
		    chain_index_entry(
			    chain_index_key_spend(in.txid.p, in.index),
			    position));
	while (tx_walk_output(&out, &outputs)) {
		/* Null data pays nobody. */
		if (out.script.n > 0 && out.script.p[0] == OP_RETURN)
			continue;
		put(&h->list[CHAIN_INDEX_SCRIPTS],
		    chain_index_entry(chain_index_key_script(out.script),
				      position));
	}
}

static bool gather_block(struct hand *h, uint32_t *txs, struct span raw)
{
	struct cur c = cur_over(raw);
	struct tx_walk tx;

	cur_take(&c, HEADER_SIZE);
	const uint64_t n = varint_read(&c);

	if (n == 0 || n > TXS_MAX || !cur_fits(&c, n, TX_WALK_MIN))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!tx_walk(&tx, &c))
			return false;
		gather_tx(h, &tx, i);
	}
	*txs = (uint32_t)n;
	return true;
}

static void note_block(struct chain_index_block *out,
		       const struct chain_block *b)
{
	*out = (struct chain_index_block){ .offset = b->offset,
					   .file = (uint32_t)b->file,
					   .size = b->size,
					   .height = b->height,
					   .time = b->time };
	memcpy(out->hash, b->hash, 32);
}

static enum status gather_one(void *context, unsigned thread, size_t item,
			      struct why *why)
{
	struct gathering *g = context;
	struct hand *h = &g->hand[thread];
	struct slot *s = &g->slot[item];
	struct chain_block b;
	struct span raw;
	const enum status st =
		chain_reader_block(h->reader, g->first + item, &raw, why);

	if (st != ST_OK)
		return st;
	s->hand = thread;
	for (int i = 0; i < CHAIN_INDEX_LISTS; i++)
		s->at[i] = h->list[i].n;
	chain_block(&b, g->chain, g->first + item);
	if (!gather_block(h, &s->txs, raw))
		return status_why(why, ST_BAD,
				  "%s, offset %llu: the block cannot be read; "
				  "fetch it from the network again",
				  block_files_name(chain_files(g->chain),
						   b.file, BLOCK_FILES_BLK),
				  (unsigned long long)b.offset);
	for (int i = 0; i < CHAIN_INDEX_LISTS; i++)
		s->n[i] = h->list[i].n - s->at[i];
	note_block(&g->block[item], &b);
	return ST_OK;
}

struct sorting {
	uint64_t *v, *scratch;
	size_t end[PARTS];
};

static enum status sort_part(void *context, unsigned thread, size_t item,
			     struct why *why)
{
	const struct sorting *s = context;
	const size_t from = item ? s->end[item - 1] : 0;

	(void)thread;
	(void)why;
	radix_sort(s->v + from, s->scratch + from, s->end[item] - from,
		   64 - HIGH_BITS);
	return ST_OK;
}

/* From the blocks' entries, numbered as the segment has it, into parts by their
 * highest bits. */
static void spread(struct sorting *s, const struct gathering *g, int list)
{
	size_t at = 0;

	for (size_t b = 0; b < g->blocks; b++) {
		const struct slot *slot = &g->slot[b];
		const uint64_t *v =
			g->hand[slot->hand].list[list].v + slot->at[list];

		for (size_t i = 0; i < slot->n[list]; i++)
			s->end[v[i] >> (64 - HIGH_BITS)]++;
	}
	for (size_t p = 0; p < PARTS; p++) {
		const size_t n = s->end[p];

		s->end[p] = at;
		at += n;
	}
	for (size_t b = 0; b < g->blocks; b++) {
		const struct slot *slot = &g->slot[b];
		const uint64_t *v =
			g->hand[slot->hand].list[list].v + slot->at[list];

		for (size_t i = 0; i < slot->n[list]; i++)
			s->v[s->end[v[i] >> (64 - HIGH_BITS)]++] =
				v[i] + g->block[b].first_tx;
	}
}

static void sort_list(struct chain_index_made *made, const struct gathering *g,
		      int list, unsigned threads)
{
	struct sorting s = { .v = NULL };
	size_t n = 0;

	for (size_t b = 0; b < g->blocks; b++)
		n += g->slot[b].n[list];
	s.v = mem_new(n + 1, sizeof(s.v[0]));
	s.scratch = mem_new(n + 1, sizeof(s.scratch[0]));
	spread(&s, g, list);
	trace_share_out(threads, PARTS, sort_part, &s, NULL);
	free(s.scratch);
	made->list[list] = s.v;
	made->n[list] = n;
}

/* Numbers of transactions through all blocks. */
static uint32_t number(struct gathering *g)
{
	uint32_t txs = 0;

	for (size_t b = 0; b < g->blocks; b++) {
		g->block[b].first_tx = txs;
		txs += g->slot[b].txs;
	}
	return txs;
}

static void free_column(struct gathering *g, int list, unsigned threads)
{
	for (unsigned i = 0; i < threads; i++) {
		struct column *c = &g->hand[i].list[list];

		free(c->v);
		c->v = NULL;
		c->n = c->room = 0;
	}
}

static void end(struct gathering *g, unsigned threads)
{
	for (unsigned i = 0; i < threads; i++) {
		chain_reader_free(g->hand[i].reader);
		buf_fini(&g->hand[i].scratch);
	}
	for (int i = 0; i < CHAIN_INDEX_LISTS; i++)
		free_column(g, i, threads);
	free(g->hand);
	free(g->slot);
}

enum status chain_index_gather(struct chain_index_made *made,
			       const struct chain *c, size_t first,
			       size_t behind,
			       const struct chain_index_options *options,
			       struct why *why)
{
	const struct trace_options share = { .threads = options->threads };
	const unsigned threads = trace_threads(&share);
	struct gathering g = { .chain = c,
			       .first = first,
			       .blocks = behind - first };
	enum status st;

	g.hand = mem_new(threads, sizeof(g.hand[0]));
	g.slot = mem_new(g.blocks, sizeof(g.slot[0]));
	g.block = mem_new(g.blocks, sizeof(g.block[0]));
	for (unsigned i = 0; i < threads; i++) {
		g.hand[i].reader = chain_reader_new(c);
		buf_init(&g.hand[i].scratch, BLOCK_FILES_BLOCK);
	}
	st = trace_share_out(threads, g.blocks, gather_one, &g, why);
	if (st == ST_OK) {
		*made = (struct chain_index_made){
			.magic = chain_network(c)->magic,
			.first = first,
			.block = g.block,
			.blocks = (uint32_t)g.blocks,
			.txs = number(&g)
		};
		for (int i = 0; i < CHAIN_INDEX_LISTS; i++) {
			sort_list(made, &g, i, threads);
			free_column(&g, i, threads);
		}
	} else {
		free(g.block);
	}
	end(&g, threads);
	return st;
}

void chain_index_gather_free(struct chain_index_made *made)
{
	for (int i = 0; i < CHAIN_INDEX_LISTS; i++)
		free(made->list[i]);
	free((void *)(uintptr_t)made->block);
	*made = (struct chain_index_made){ .block = NULL };
}
