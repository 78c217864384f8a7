/* block_skim - a block read once, as far as a trace must look at all of them:
 * where its transactions lie, and a key for each output that they spend.
 *
 * The same form as tx_walk() takes it, in one pass; what it finds worth a
 * second look is then walked properly. */
#ifndef CHAIN_BLOCK_SKIM_H
#define CHAIN_BLOCK_SKIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "chain/script_set.h"

struct block_skim_tx {
	uint32_t at;        /* in the block's bytes */
	uint32_t first_key; /* of its inputs; they end where the next begins */
	bool pays;          /* an output to a script that is looked for */
};

struct block_skim { /* grown as needed, reused from block to block */
	struct block_skim_tx *tx; /* num_txs and one more, that ends them */
	size_t num_txs, room_txs;
	uint64_t *key; /* outpoint_key() of each input, in order */
	size_t num_keys, room_keys;
};

void block_skim_fini(struct block_skim *s);

/* False: not a block. wanted may be NULL: no output is looked at. */
bool block_skim(struct block_skim *s, struct span raw, uint64_t seed,
		const struct script_set *wanted);

#endif /* CHAIN_BLOCK_SKIM_H */
