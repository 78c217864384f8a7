/* block - a whole block, and whether its parts belong together.
 *
 *	80 header | varint transactions | transaction ... | [MWEB extension]
 *
 * Legacy and witness form (BIP 144). Litecoin's extension behind a closing
 * HogEx (tx_walk.h) is handed out unread. A block's proof of work is not
 * judged here: compare the hash of the header with its target. A header with
 * something of its own behind the nonce (merged mining's, Zcash's) is refused,
 * except where chance makes a block of it; then the root is wrong. */
#ifndef COIN_BLOCK_H
#define COIN_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"
#include "coin/header.h"
#include "coin/merkle.h"

#define BLOCK_TXS_MAX (1u << 20)

/* The commitment to all witnesses in the coinbase (BIP 141). */
enum block_witness {
	BLOCK_WITNESS_NONE,     /* no witness, no commitment: none needed */
	BLOCK_WITNESS_MISSING,  /* witnesses, but no commitment */
	BLOCK_WITNESS_STRIPPED, /* a commitment, but no witness in the whole
				 * block: made before the rule held, or sent
				 * without; cannot be checked */
	BLOCK_WITNESS_GOOD,
	BLOCK_WITNESS_FILLED, /* good once the coinbase's missing witness is
			       * 32 zeros, as a node fills it in where a miner
			       * hands in a block (submitblock) */
	BLOCK_WITNESS_BAD,
};

struct block { /* spans are borrowed from the block's bytes unless it says so */
	struct header header;
	struct span raw_header; /* HEADER_SIZE bytes */
	uint32_t num_txs;       /* at least 1 */
	struct span txs;        /* for tx_walk() */
	uint8_t (*txids)[32];   /* of all; the block's */
	struct span extension;  /* behind a HogEx; else empty */

	struct merkle_tree tree; /* its branch is the coinbase's */
	bool root_matches;       /* tree.root is the header's */

	/* Without witness, as its txid is made of; the block's where the bytes
	 * have a witness. */
	struct span coinbase;
	struct span coinbase_script; /* of its input */
	uint64_t coinbase_sat;       /* sum of its outputs */
	bool has_height;             /* BIP 34, in blocks of version 2 and up */
	uint32_t height;
	enum block_witness witness;

	struct buf own; /* private: the coinbase, if put together */
};

/* Reads raw as one block that ends at its end. True: the caller calls
 * block_fini(). False: *out is as it was. Memory stays below 200 kB and three
 * times raw.n. Rules of consensus beyond the form are not asked (values,
 * scripts, whether a later transaction is a coinbase too); a sum of outputs
 * beyond 64 bits is refused. */
bool block_parse(struct block *out, struct span raw);
void block_fini(struct block *b);

/* The coinbase's branch in a block of it and n other transactions, whose txids
 * (32 bytes each) are given in their order, as a template lists them. out has
 * room for MERKLE_DEPTH_MAX. Returns the depth: 0 for n 0, and, with nothing
 * written, for n beyond BLOCK_TXS_MAX - 1. */
size_t block_merkle_branch(uint8_t (*out)[32], const uint8_t *txids, size_t n);

#endif /* COIN_BLOCK_H */
