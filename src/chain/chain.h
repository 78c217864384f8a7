/* chain - the blocks of a node's files, in order of height: the branch with the
 * most work, each header's proof of work checked.
 *
 * Opening reads the beginning of every record; blocks are read when asked for,
 * by a reader of which each thread has its own. */
#ifndef CHAIN_CHAIN_H
#define CHAIN_CHAIN_H

#include "base/cur.h"
#include "base/status.h"
#include "chain/block_files.h"
#include "chain/chain_network.h"
#include "coin/header.h"

struct chain;

struct chain_counts {
	size_t files;
	uint64_t bytes;
	uint64_t records;          /* that look like blocks */
	uint64_t duplicates;       /* the same block again */
	uint64_t easy;             /* headers above their own target */
	uint64_t wrong;            /* headers whose target cannot be */
	uint64_t stale;            /* blocks on branches of less work */
	uint64_t apart;            /* blocks that hang on none of the chain's */
	uint64_t junk, zeros, cut; /* as block_records.h has them */
	uint64_t dropped;          /* headers beyond HEADER_TREE_MAX */
};

struct chain_block {
	uint8_t hash[32]; /* internal order */
	uint32_t height;  /* or HEADER_TREE_UNSURE */
	uint32_t time, nbits;
	size_t file;
	uint64_t offset; /* of its header, in the blk file */
	uint32_t size;
	uint32_t txs; /* as it says itself; 0: more than it has room for */
};

/* path: as block_files_open() has it. NULL with why. progress (may be NULL) is
 * told after each file. */
typedef void chain_progress(void *context, size_t file, size_t files);
must_use struct chain *chain_open(const char *path, chain_progress *progress,
				  void *context, struct why *why);
void chain_close(struct chain *c);

const struct chain_network *chain_network(const struct chain *c);
const struct chain_counts *chain_counts(const struct chain *c);
const struct block_files *chain_files(const struct chain *c);

/* Blocks of the chain, from 0 at its lowest. */
size_t chain_length(const struct chain *c);
void chain_block(struct chain_block *out, const struct chain *c, size_t i);
/* Does it begin at the genesis block? */
bool chain_whole(const struct chain *c);
/* The index in the chain of a block by its hash; false: not in it. */
bool chain_find(size_t *out, const struct chain *c, const uint8_t hash[32]);

/* ST_BAD, saying where the i-th block is and that its transactions are not
 * those of its header. */
enum status chain_damaged(const struct chain *c, size_t i, struct why *why);

struct chain_reader;

struct chain_reader *chain_reader_new(const struct chain *c);
void chain_reader_free(struct chain_reader *r);

/* The i-th block's bytes, from its header to the end of its record (which may
 * hold more than the block); good until the next call of this function, or the
 * one below, on r. */
enum status chain_reader_block(struct chain_reader *r, size_t i,
			       struct span *raw, struct why *why);

/* n of its bytes from `at` on, no more than it has: like that. */
enum status chain_reader_part(struct chain_reader *r, size_t i, uint32_t at,
			      uint32_t n, struct span *raw, struct why *why);

/* What undoes the i-th block (chain/undo.h), found by its checksum, which
 * covers the block before and the record; num_txs is the block's. ST_END: there
 * is none (no rev file, or it is not in it): not an error. Good until the next
 * call of this function on r. */
enum status chain_reader_undo(struct chain_reader *r, size_t i,
			      uint64_t num_txs, struct span *undo,
			      struct why *why);

#endif /* CHAIN_CHAIN_H */
