/* block_hash - the hashes of a block's transactions, many at a time.
 *
 * Kernels that hash several messages at once (sha256d_many()) want them of one
 * length. Most transactions of a block have one of few lengths, so each waits
 * until enough of its length have come. Private to block.c. */
#ifndef COIN_BLOCK_HASH_H
#define COIN_BLOCK_HASH_H

#include "base/buf.h"
#include "coin/tx_walk.h"

#define BLOCK_HASH_SHORT   1024 /* bytes; longer ones do not wait */
#define BLOCK_HASH_LANES   16
#define BLOCK_HASH_WAITING 4096 /* at most, of all lengths */

struct block_hash_waiting {
	struct span head, body, tail; /* the message, in up to three parts */
	uint8_t *out;
	uint16_t next; /* of its length: its index + 1 */
};

struct block_hash { /* private */
	struct block_hash_waiting *waiting;
	size_t n, room;
	uint16_t first[BLOCK_HASH_SHORT + 1]; /* by length: index + 1, or 0 */
	uint8_t count[BLOCK_HASH_SHORT + 1];
	struct buf scratch;
};

/* For blocks of num_txs transactions, none longer than limit bytes. */
void block_hash_init(struct block_hash *h, uint32_t num_txs, size_t limit);
void block_hash_fini(struct block_hash *h);

/* out = the txid, or the hash of the whole, of tx: by block_hash_flush() at
 * the latest. The walked bytes and out must last until then. */
void block_hash_txid(struct block_hash *h, uint8_t out[32],
		     const struct tx_walk *tx);
void block_hash_whole(struct block_hash *h, uint8_t out[32],
		      const struct tx_walk *tx);
void block_hash_flush(struct block_hash *h);

#endif /* COIN_BLOCK_HASH_H */
