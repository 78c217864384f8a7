/* chain_balance - what is unspent at the end of a chain, block by block from
 * its genesis block, with a table of all unspent outputs in memory: for chains
 * without rev files, and to count coins. Signatures are not checked. */
#ifndef CHAIN_CHAIN_BALANCE_H
#define CHAIN_CHAIN_BALANCE_H

#include "chain/chain.h"

struct chain_balance {
	uint64_t unspent, unspent_sat; /* outputs; those that nobody can spend
					* (OP_RETURN) are left out, the genesis
					* block's is not: no node counts it */
	uint64_t overwritten_sat;      /* of txids that came twice (BIP 30) */
	uint64_t addresses; /* that were ever paid: a key's two scripts (P2PK,
			     * P2PKH) are one, one without an address is its
			     * own */
	uint64_t fees;
	uint64_t missing; /* inputs that spend nothing there is */
	uint64_t excess;  /* transactions that give more than they take */
	char first[256];  /* the first block with one of those two, in words */
};

/* Called for each block; false stops. */
typedef bool chain_balance_progress(void *context, size_t done, size_t all);

/* The chain must be whole (chain_whole()). ST_BAD: a damaged block; ST_LIMIT:
 * UNSPENT_MAX; ST_END: progress (may be NULL) stopped it. */
enum status chain_balance(struct chain_balance *out, const struct chain *c,
			  chain_balance_progress *progress, void *context,
			  struct why *why);

#endif /* CHAIN_CHAIN_BALANCE_H */
