#include "chain/chain_index_gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/entry_parts.h"
#include "chain/radix_sort.h"
#include "chain/trace_private.h"
#include "coin/tx_hash.h"
#include "coin/varint.h"

#define OP_RETURN 0x6a

struct hand { /* a thread's own */
	struct chain_reader *reader;
	struct entry_slabs slabs;
	struct entry_parts list[CHAIN_INDEX_LISTS];
	struct tx_hash hash;
	uint32_t number; /* of the transaction in hand, in the segment */
	bool spends;     /* it is no coinbase */
	uint64_t *sorted, *scratch; /* a part */
	size_t room;
};

struct chain_index_gather {
	const struct chain *chain;
	unsigned threads;
	struct hand *hand;
	struct chain_index_block *block;
	size_t first;
	/* Entries of a list before each part, and of the whole list. */
	size_t before[CHAIN_INDEX_LISTS][ENTRY_PARTS + 1];
	const struct chain_index_writing *writing;
};

static void note_txid(void *context, uint32_t number, const uint8_t txid[32])
{
	struct hand *h = context;

	entry_parts_put(&h->list[CHAIN_INDEX_TXS],
			chain_index_entry(chain_index_key_tx(txid), number));
}

struct chain_index_gather *chain_index_gather_new(const struct chain *c,
						  unsigned threads)
{
	const struct trace_options share = { .threads = threads };
	struct chain_index_gather *g = mem_new(1, sizeof(*g));

	g->chain = c;
	g->threads = trace_threads(&share);
	g->hand = mem_new(g->threads, sizeof(g->hand[0]));
	for (unsigned i = 0; i < g->threads; i++) {
		struct hand *h = &g->hand[i];

		h->reader = chain_reader_new(c);
		tx_hash_init(&h->hash, BLOCK_FILES_BLOCK, note_txid, h);
	}
	return g;
}

void chain_index_gather_free(struct chain_index_gather *g)
{
	for (unsigned i = 0; i < g->threads; i++) {
		struct hand *h = &g->hand[i];

		chain_reader_free(h->reader);
		tx_hash_fini(&h->hash);
		entry_slabs_fini(&h->slabs);
		free(h->sorted);
		free(h->scratch);
	}
	free(g->hand);
	free(g->block);
	free(g);
}

static void gather_input(void *context, const struct tx_input *in)
{
	struct hand *h = context;

	if (h->spends)
		entry_parts_put(
			&h->list[CHAIN_INDEX_SPENDS],
			chain_index_entry(
				chain_index_key_spend(in->txid.p, in->index),
				h->number));
}

static void gather_output(void *context, const struct tx_output *out)
{
	struct hand *h = context;

	/* Null data pays nobody. */
	if (out->script.n > 0 && out->script.p[0] == OP_RETURN)
		return;
	entry_parts_put(&h->list[CHAIN_INDEX_SCRIPTS],
			chain_index_entry(chain_index_key_script(out->script),
					  h->number));
}

/* False: not the transactions that were counted. */
static bool gather_txs(struct hand *h, struct span raw, uint32_t txs,
		       uint32_t first_tx)
{
	const struct tx_walk_visitor visitor = { gather_input, gather_output,
						 h };
	struct cur c = cur_over(raw);
	struct tx_walk tx;

	cur_take(&c, HEADER_SIZE);
	if (txs == 0 || varint_read(&c) != txs)
		return false;
	for (uint32_t i = 0; i < txs; i++) {
		h->number = first_tx + i;
		h->spends = i > 0;
		if (!tx_walk_visit(&tx, &c, &visitor))
			return false;
		tx_hash_txid(&h->hash, h->number, &tx);
	}
	return true;
}

static enum status gather_one(void *context, unsigned thread, size_t item,
			      struct why *why)
{
	struct chain_index_gather *g = context;
	struct hand *h = &g->hand[thread];
	struct chain_block b;
	struct span raw;
	const enum status st =
		chain_reader_block(h->reader, g->first + item, &raw, why);

	if (st != ST_OK)
		return st;
	chain_block(&b, g->chain, g->first + item);
	if (gather_txs(h, raw, b.txs, g->block[item].first_tx))
		return ST_OK;
	return status_why(why, ST_BAD,
			  "%s, offset %llu: the block cannot be read; "
			  "fetch it from the network again",
			  block_files_name(chain_files(g->chain), b.file,
					   BLOCK_FILES_BLK),
			  (unsigned long long)b.offset);
}

/* The table of blocks, with the numbers of their transactions: known before
 * they are read, each thread can write entries as they will be. */
static uint32_t list_blocks(struct chain_index_gather *g, size_t n)
{
	uint32_t txs = 0;

	g->block = mem_resize(g->block, n, sizeof(g->block[0]));
	for (size_t i = 0; i < n; i++) {
		struct chain_block b;

		chain_block(&b, g->chain, g->first + i);
		g->block[i] =
			(struct chain_index_block){ .offset = b.offset,
						    .file = (uint32_t)b.file,
						    .size = b.size,
						    .height = b.height,
						    .time = b.time,
						    .first_tx = txs };
		memcpy(g->block[i].hash, b.hash, 32);
		txs += b.txs;
	}
	return txs;
}

/* Where each part of each list will lie. */
static void count_parts(struct chain_index_made *made,
			struct chain_index_gather *g)
{
	for (int list = 0; list < CHAIN_INDEX_LISTS; list++) {
		size_t *before = g->before[list];

		before[0] = 0;
		for (size_t p = 0; p < ENTRY_PARTS; p++) {
			before[p + 1] = before[p];
			for (unsigned i = 0; i < g->threads; i++)
				before[p + 1] += entry_parts_count(
					&g->hand[i].list[list], p);
		}
		made->n[list] = before[ENTRY_PARTS];
	}
}

enum status chain_index_gather_blocks(struct chain_index_made *made,
				      struct chain_index_gather *g,
				      size_t first, size_t behind,
				      struct why *why)
{
	const size_t n = behind - first;
	enum status st;

	g->first = first;
	for (unsigned i = 0; i < g->threads; i++) {
		struct hand *h = &g->hand[i];

		entry_slabs_clear(&h->slabs);
		for (int list = 0; list < CHAIN_INDEX_LISTS; list++)
			entry_parts_init(&h->list[list], &h->slabs);
	}
	const uint32_t txs = list_blocks(g, n);

	*made = (struct chain_index_made){
		.magic = chain_network(g->chain)->magic,
		.first = first,
		.blocks = (uint32_t)n,
		.txs = txs,
		.block = g->block,
	};
	st = trace_share_out(g->threads, n, gather_one, g, why);
	for (unsigned i = 0; i < g->threads; i++) {
		tx_hash_flush(&g->hand[i].hash);
		for (int list = 0; list < CHAIN_INDEX_LISTS; list++)
			entry_parts_deal(&g->hand[i].list[list]);
	}
	count_parts(made, g);
	return st;
}

static void make_room(struct hand *h, size_t n)
{
	if (n <= h->room)
		return;
	h->room = n + n / 4;
	h->sorted = mem_resize(h->sorted, h->room, sizeof(h->sorted[0]));
	h->scratch = mem_resize(h->scratch, h->room, sizeof(h->scratch[0]));
}

static enum status write_part(void *context, unsigned thread, size_t item,
			      struct why *why)
{
	struct chain_index_gather *g = context;
	struct hand *h = &g->hand[thread];
	const enum chain_index_list list =
		(enum chain_index_list)(item / ENTRY_PARTS);
	const size_t part = item % ENTRY_PARTS;
	const size_t *before = &g->before[list][part];
	const size_t n = before[1] - before[0];
	size_t at = 0;

	if (n == 0)
		return ST_OK;
	make_room(h, n);
	for (unsigned i = 0; i < g->threads; i++)
		at += entry_parts_take(h->sorted + at, &g->hand[i].list[list],
				       part);
	radix_sort(h->sorted, h->scratch, n, 64 - ENTRY_PARTS_BITS);
	return chain_index_segment_put(g->writing, list, before[0], h->sorted,
				       n, why);
}

enum status chain_index_gather_write(struct chain_index_gather *g,
				     const struct chain_index_writing *w,
				     struct why *why)
{
	g->writing = w;
	return trace_share_out(g->threads,
			       (size_t)CHAIN_INDEX_LISTS * ENTRY_PARTS,
			       write_part, g, why);
}
