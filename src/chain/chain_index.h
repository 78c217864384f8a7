/* chain_index - flat files for questions that are asked again and again: which
 * transactions pay a script, what spends an output, where a transaction is.
 *
 * The index only says where to look. Every answer is read from the block files
 * and held against them: the header must have the hash that was indexed, the
 * transactions its merkle root, and the transaction what was asked for. A wrong
 * index can hide something, but not invent it. docs/chain-index.md has the
 * format.
 *
 * Segments of a few hundred megabytes of blocks are written one after the other
 * and never changed; what is not full, or lies above a fork, is made again. A
 * crash loses the segment that was being made. */
#ifndef CHAIN_CHAIN_INDEX_H
#define CHAIN_CHAIN_INDEX_H

#include "chain/chain.h"
#include "chain/outpoint_table.h"
#include "coin/tx_walk.h"

#define CHAIN_INDEX_SEGMENTS_MAX 100000

struct chain_index_imported {
	size_t segments, kept, dropped; /* of the index; of what was there */
	uint64_t blocks, transactions, inputs, outputs; /* newly indexed */
	uint64_t bytes;                                 /* of all segments */
};

struct chain_index_options {
	const char *path; /* that c was opened with; kept for the questions */
	unsigned threads; /* 0: one for each processor */
	/* Of blocks in a segment; 0: CHAIN_INDEX_BYTES. What was made with
	 * another number is made again. */
	uint64_t segment_bytes;
	bool (*progress)(void *context, const char *what, size_t done,
			 size_t all); /* NULL, or: false stops */
	void *progress_context;
};

/* Makes the index in a directory, or brings it up to date. ST_END: stopped;
 * what is finished stays. ST_BAD: a block cannot be read, or what is there is
 * no index, or another network's. */
enum status chain_index_import(struct chain_index_imported *out,
			       const char *directory, const struct chain *c,
			       const struct chain_index_options *options,
			       struct why *why);

struct chain_index;

/* NULL with why. The block files are opened where they were at the import. */
must_use struct chain_index *chain_index_open(const char *directory,
					      struct why *why);
void chain_index_close(struct chain_index *x);

const struct chain_network *chain_index_network(const struct chain_index *x);
uint64_t chain_index_blocks(const struct chain_index *x);

struct chain_index_tx {              /* spans are good during the visit */
	uint8_t txid[32], block[32]; /* internal order */
	uint32_t height;             /* or HEADER_TREE_UNSURE */
	uint32_t time, position;
	struct tx_walk tx;
	uint32_t input; /* of chain_index_spender(): which one spends */
};

/* False stops. A visit may ask the index on; what tx borrows is then gone. */
typedef bool chain_index_visit(void *context, const struct chain_index_tx *tx);

/* Calls visit for what was found, in order of the chain, and returns ST_OK also
 * where there is nothing. ST_BAD with why: a block is not what was indexed
 * (`assay chain import` brings it up to date). ST_END: visit stopped it. */
enum status chain_index_tx(struct chain_index *x, const uint8_t txid[32],
			   chain_index_visit *visit, void *context,
			   struct why *why);
enum status chain_index_spender(struct chain_index *x, const struct outpoint *o,
				chain_index_visit *visit, void *context,
				struct why *why);
/* Transactions with an output to the script. */
enum status chain_index_script(struct chain_index *x, struct span script,
			       chain_index_visit *visit, void *context,
			       struct why *why);

#endif /* CHAIN_CHAIN_INDEX_H */
