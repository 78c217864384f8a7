#include "chain/chain_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/chain_index_meta.h"
#include "coin/block.h"
#include "hash/sha256d.h"

struct chain_index {
	struct chain_index_meta meta;
	const struct chain_network *network;
	struct chain_index_segment *segment;
	size_t num_segments;
	struct block_files *files;
	/* The block read last: questions ask for neighbours. */
	uint8_t *raw;
	size_t room;
	struct chain_index_block at;
	struct block block;
	uint32_t *offset; /* of each transaction, in block.txs */
	size_t room_offsets;
	bool any_block;
};

static void forget_block(struct chain_index *x)
{
	if (x->any_block)
		block_fini(&x->block);
	x->any_block = false;
}

void chain_index_close(struct chain_index *x)
{
	if (!x)
		return;
	forget_block(x);
	for (size_t i = 0; i < x->num_segments; i++)
		chain_index_segment_close(&x->segment[i]);
	if (x->files)
		block_files_close(x->files);
	free(x->segment);
	free(x->raw);
	free(x->offset);
	free(x);
}

static enum status open_segments(struct chain_index *x, const char *directory,
				 struct why *why)
{
	char path[CHAIN_INDEX_PATH_ROOM];
	uint64_t next = 0;

	x->segment = mem_new(x->meta.segments + 1, sizeof(x->segment[0]));
	for (size_t i = 0; i < x->meta.segments; i++) {
		struct chain_index_segment *s = &x->segment[i];
		enum status st;

		if (!chain_index_segment_path(path, directory, i, ""))
			return status_why(why, ST_IO,
					  "%s: the name is too long",
					  directory);
		st = chain_index_segment_open(s, path, why);
		if (st != ST_OK)
			return st;
		x->num_segments++;
		if (s->magic != x->meta.magic || s->first != next)
			return status_why(why, ST_BAD,
					  "%s: does not belong to what is "
					  "before it; import again",
					  path);
		next += s->blocks;
	}
	return ST_OK;
}

struct chain_index *chain_index_open(const char *directory, struct why *why)
{
	struct chain_index *x = mem_new(1, sizeof(*x));
	enum status st = chain_index_meta_read(&x->meta, directory, why);

	if (st == ST_OK) {
		x->network = chain_network_by_magic(x->meta.magic);
		if (!x->network)
			st = status_why(why, ST_BAD,
					"%s: an index of no known network",
					directory);
	}
	if (st == ST_OK)
		st = open_segments(x, directory, why);
	if (st == ST_OK)
		x->files = block_files_open(x->meta.path, why);
	if (st == ST_OK && x->files)
		return x;
	chain_index_close(x);
	return NULL;
}

const struct chain_network *chain_index_network(const struct chain_index *x)
{
	return x->network;
}

uint64_t chain_index_blocks(const struct chain_index *x)
{
	const struct chain_index_segment *last =
		x->num_segments ? &x->segment[x->num_segments - 1] : NULL;

	return last ? last->first + last->blocks : 0;
}

static enum status stale(const struct chain_index *x,
			 const struct chain_index_block *at, struct why *why)
{
	return status_why(why, ST_BAD,
			  "%s, file %u, offset %llu: not the block that was "
			  "indexed; `assay chain import` brings the index up "
			  "to date",
			  x->meta.path, at->file,
			  (unsigned long long)at->offset);
}

/* Where each transaction begins, so that one of them can be had again. */
static void find_offsets(struct chain_index *x)
{
	struct cur c = cur_over(x->block.txs);
	struct tx_walk tx;

	if (x->block.num_txs > x->room_offsets) {
		x->room_offsets = (size_t)x->block.num_txs * 2;
		x->offset = mem_resize(x->offset, x->room_offsets,
				       sizeof(x->offset[0]));
	}
	for (uint32_t i = 0; i < x->block.num_txs; i++) {
		x->offset[i] = (uint32_t)cur_where(&c);
		if (!tx_walk(&tx, &c))
			break;
	}
}

/* The block, held against its own header. */
static enum status read_block(struct chain_index *x,
			      const struct chain_index_block *at,
			      struct why *why)
{
	uint8_t hash[32];

	if (x->any_block && memcmp(x->at.hash, at->hash, 32) == 0)
		return ST_OK;
	forget_block(x);
	if (at->size < HEADER_SIZE || at->size > BLOCK_FILES_BLOCK ||
	    at->file >= block_files_count(x->files))
		return stale(x, at, why);
	if (at->size > x->room) {
		x->room = at->size;
		x->raw = mem_resize(x->raw, x->room, 1);
	}
	const enum status st =
		block_files_read(x->files, at->file, BLOCK_FILES_BLK,
				 at->offset, x->raw, at->size, why);

	if (st == ST_CUT)
		return stale(x, at, why);
	if (st != ST_OK)
		return st;
	sha256d(hash, x->raw, HEADER_SIZE);
	if (memcmp(hash, at->hash, 32) != 0 ||
	    !block_parse(&x->block, (struct span){ x->raw, at->size }))
		return stale(x, at, why);
	x->any_block = true;
	if (!x->block.root_matches || x->block.tree.has_twins) {
		forget_block(x);
		return stale(x, at, why);
	}
	x->at = *at;
	find_offsets(x);
	return ST_OK;
}

struct question {
	struct chain_index *x;
	enum chain_index_list list;
	uint64_t key;
	/* Is it what was asked for? May set input. */
	bool (*holds)(struct chain_index_tx *tx, const void *wanted);
	const void *wanted;
	chain_index_visit *visit;
	void *context;
};

/* An entry is a hint: the transaction decides. */
static enum status answer(const struct question *q,
			  const struct chain_index_segment *s, uint32_t number,
			  struct why *why)
{
	struct chain_index *x = q->x;
	struct chain_index_tx tx = { .input = 0 };
	struct chain_index_block at;
	enum status st =
		chain_index_segment_place(&at, &tx.position, s, number, why);

	if (st == ST_OK)
		st = read_block(x, &at, why);
	if (st != ST_OK)
		return st;
	if (tx.position >= x->block.num_txs)
		return stale(x, &at, why);
	struct cur c = cur_over(x->block.txs);

	cur_take(&c, x->offset[tx.position]);
	if (!tx_walk(&tx.tx, &c))
		return stale(x, &at, why);
	memcpy(tx.txid, x->block.txids[tx.position], 32);
	memcpy(tx.block, at.hash, 32);
	tx.height = at.height;
	tx.time = at.time;
	if (q->holds(&tx, q->wanted) && !q->visit(q->context, &tx))
		return ST_END;
	return ST_OK;
}

static enum status ask_segment(const struct question *q,
			       const struct chain_index_segment *s,
			       struct why *why)
{
	const uint64_t from = chain_index_entry(q->key, 0);
	uint64_t entry, before = UINT64_MAX, i;
	enum status st = chain_index_segment_find(&i, s, q->list, from, why);

	for (; st == ST_OK && i < s->n[q->list]; i++) {
		st = chain_index_segment_entry(&entry, s, q->list, i, why);
		if (st != ST_OK ||
		    entry >> CHAIN_INDEX_TX_BITS != from >> CHAIN_INDEX_TX_BITS)
			break;
		/* A transaction that pays a script twice is one answer. */
		if (entry != before)
			st = answer(
				q, s,
				(uint32_t)(entry &
					   ((1u << CHAIN_INDEX_TX_BITS) - 1)),
				why);
		before = entry;
	}
	return st;
}

static enum status ask(const struct question *q, struct why *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < q->x->num_segments && st == ST_OK; i++)
		st = ask_segment(q, &q->x->segment[i], why);
	return st;
}

static bool is_tx(struct chain_index_tx *tx, const void *wanted)
{
	return memcmp(tx->txid, wanted, 32) == 0;
}

enum status chain_index_tx(struct chain_index *x, const uint8_t txid[32],
			   chain_index_visit *visit, void *context,
			   struct why *why)
{
	const struct question q = { .x = x,
				    .list = CHAIN_INDEX_TXS,
				    .key = chain_index_key_tx(txid),
				    .holds = is_tx,
				    .wanted = txid,
				    .visit = visit,
				    .context = context };

	return ask(&q, why);
}

static bool spends(struct chain_index_tx *tx, const void *wanted)
{
	const struct outpoint *o = wanted;
	struct cur c = cur_over(tx->tx.inputs);
	struct tx_input in;

	for (tx->input = 0; tx_walk_input(&in, &c); tx->input++) {
		if (in.index == o->index && !memcmp(in.txid.p, o->txid, 32))
			return true;
	}
	return false;
}

enum status chain_index_spender(struct chain_index *x, const struct outpoint *o,
				chain_index_visit *visit, void *context,
				struct why *why)
{
	const struct question q = { .x = x,
				    .list = CHAIN_INDEX_SPENDS,
				    .key = chain_index_key_spend(o->txid,
								 o->index),
				    .holds = spends,
				    .wanted = o,
				    .visit = visit,
				    .context = context };

	return ask(&q, why);
}

static bool pays(struct chain_index_tx *tx, const void *wanted)
{
	const struct span *script = wanted;
	struct cur c = cur_over(tx->tx.outputs);
	struct tx_output out;

	while (tx_walk_output(&out, &c)) {
		if (out.script.n == script->n &&
		    memcmp(out.script.p, script->p, script->n) == 0)
			return true;
	}
	return false;
}

enum status chain_index_script(struct chain_index *x, struct span script,
			       chain_index_visit *visit, void *context,
			       struct why *why)
{
	const struct question q = { .x = x,
				    .list = CHAIN_INDEX_SCRIPTS,
				    .key = chain_index_key_script(script),
				    .holds = pays,
				    .wanted = &script,
				    .visit = visit,
				    .context = context };

	return ask(&q, why);
}
