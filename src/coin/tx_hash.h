/* tx_hash - the hashes of many transactions.
 *
 * Kernels that hash several messages at once (sha256d_padded()) want them of
 * one number of blocks of 64 bytes. So each transaction is copied beside
 * others of its number, and waits until a kernel's lanes are full. Hashes come
 * in another order than they were asked for. */
#ifndef COIN_TX_HASH_H
#define COIN_TX_HASH_H

#include "base/buf.h"
#include "coin/tx_walk.h"

#define TX_HASH_BLOCKS 16 /* more of them: hashed at once, alone */
#define TX_HASH_LANES  32

/* A hash is there; ticket: what it was asked for with. */
typedef void tx_hash_done(void *context, uint32_t ticket,
			  const uint8_t hash[32]);

struct tx_hash_class {     /* waiting, of one number of blocks */
	uint8_t *messages; /* padded */
	uint32_t ticket[TX_HASH_LANES];
	size_t n;
};

struct tx_hash { /* private */
	struct tx_hash_class class[TX_HASH_BLOCKS + 1];
	tx_hash_done *done;
	void *context;
	struct buf scratch;
};

/* No transaction is longer than limit bytes. At most 280 kB wait. */
void tx_hash_init(struct tx_hash *h, size_t limit, tx_hash_done *done,
		  void *context);
void tx_hash_fini(struct tx_hash *h);

/* Calls done with the txid, or the hash of the whole, of tx: now, at a later
 * call, or by tx_hash_flush(). The walked bytes are not needed any more. */
void tx_hash_txid(struct tx_hash *h, uint32_t ticket, const struct tx_walk *tx);
void tx_hash_whole(struct tx_hash *h, uint32_t ticket,
		   const struct tx_walk *tx);
/* Of all that wait. */
void tx_hash_flush(struct tx_hash *h);

#endif /* COIN_TX_HASH_H */
