/* chain_index_segment - one file of an index: some blocks in a row, and three
 * sorted lists of what is in them.
 *
 *	header  8 "assayidx" | u32 version | u32 magic | u64 first block |
 *	        u32 blocks | u32 transactions | u64 entries of each list (3) |
 *	        8 zeros
 *	blocks  { 32 hash | u64 offset | u32 file | u32 size | u32 height |
 *	        u32 time | u32 first transaction | u32 zero } ...
 *	lists   { u64: 40 bits of key, 24 of transaction } ...
 *
 * all little-endian. A transaction is a number, counted from 0 through the
 * segment's blocks; a key is the upper part of a hash, so that an entry is a
 * hint, which the block then confirms. 16 million entries of 40 bits let one
 * question in 65,000 look at a block in vain. */
#ifndef CHAIN_CHAIN_INDEX_SEGMENT_H
#define CHAIN_CHAIN_INDEX_SEGMENT_H

#include "chain/chain.h"

#define CHAIN_INDEX_HEADER    64
#define CHAIN_INDEX_BLOCK     64
#define CHAIN_INDEX_TX_BITS   24
#define CHAIN_INDEX_BYTES     (768u << 20) /* of blocks in one segment */
#define CHAIN_INDEX_BLOCKS    65536
#define CHAIN_INDEX_PATH_ROOM 4096

enum chain_index_list {
	CHAIN_INDEX_TXS,     /* by txid */
	CHAIN_INDEX_SPENDS,  /* by the outpoints they spend */
	CHAIN_INDEX_SCRIPTS, /* by the scripts they pay */
	CHAIN_INDEX_LISTS
};

/* Keys: the upper 40 bits count. */
uint64_t chain_index_key_tx(const uint8_t txid[32]);
uint64_t chain_index_key_spend(const uint8_t txid[32], uint32_t index);
uint64_t chain_index_key_script(struct span script);
/* How an entry begins. */
static inline uint64_t chain_index_entry(uint64_t key, uint32_t tx)
{
	return key >> CHAIN_INDEX_TX_BITS << CHAIN_INDEX_TX_BITS | tx;
}

struct chain_index_block { /* an entry of the table of blocks */
	uint8_t hash[32];
	uint64_t offset;
	uint32_t file, size, height, time, first_tx;
};

struct chain_index_segment { /* opened */
	int fd;
	uint32_t magic;
	uint64_t first;
	uint32_t blocks, txs;
	uint64_t n[CHAIN_INDEX_LISTS], at[CHAIN_INDEX_LISTS];
	uint64_t bytes;
};

/* A segment to be written, but for its lists. */
struct chain_index_made {
	uint32_t magic;
	uint64_t first;
	const struct chain_index_block *block;
	uint32_t blocks, txs;
	uint64_t n[CHAIN_INDEX_LISTS];
};

struct chain_index_writing { /* private */
	int fd;
	uint64_t at[CHAIN_INDEX_LISTS];
	char path[CHAIN_INDEX_PATH_ROOM], part[CHAIN_INDEX_PATH_ROOM];
};

/* "DIRECTORY/seg-00012", with what is behind it. False: too long. */
bool chain_index_segment_path(char out[CHAIN_INDEX_PATH_ROOM],
			      const char *directory, size_t number,
			      const char *behind);

/* Under another name first: it is there whole, or not. Pieces of the lists are
 * put in any order, by any threads; entries are not kept as they were. What was
 * begun is ended, with the status so far: unless that is ST_OK the file goes.
 */
enum status chain_index_segment_begin(struct chain_index_writing *out,
				      const char *directory, size_t number,
				      const struct chain_index_made *made,
				      struct why *why);
enum status chain_index_segment_put(const struct chain_index_writing *w,
				    enum chain_index_list list, uint64_t first,
				    uint64_t *entries, size_t n,
				    struct why *why);
enum status chain_index_segment_end(struct chain_index_writing *w,
				    enum status st, struct why *why);

/* ST_BAD with why if it is none, or not as long as its header says; ST_IO. */
enum status chain_index_segment_open(struct chain_index_segment *out,
				     const char *path, struct why *why);
void chain_index_segment_close(struct chain_index_segment *s);

/* The i-th block (i < blocks). */
enum status chain_index_segment_block(struct chain_index_block *out,
				      const struct chain_index_segment *s,
				      uint32_t i, struct why *why);
/* The block that a transaction is in, and its place there. ST_BAD where the
 * table does not add up. */
enum status chain_index_segment_place(struct chain_index_block *out,
				      uint32_t *position,
				      const struct chain_index_segment *s,
				      uint32_t tx, struct why *why);
/* The first entry of a list that is not below a value: its place. */
enum status chain_index_segment_find(uint64_t *out,
				     const struct chain_index_segment *s,
				     enum chain_index_list list, uint64_t value,
				     struct why *why);
/* Entry i (i < n[list]). */
enum status chain_index_segment_entry(uint64_t *out,
				      const struct chain_index_segment *s,
				      enum chain_index_list list, uint64_t i,
				      struct why *why);

#endif /* CHAIN_CHAIN_INDEX_SEGMENT_H */
