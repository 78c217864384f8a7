/* chain_verify - blocks held against their own commitments: the merkle root of
 * all txids, the commitment to their witnesses (BIP 141), and, where a rev file
 * has the outputs that were spent, that no transaction gives more than it takes
 * and the coinbase takes no more than subsidy and fees. Signatures are not
 * checked: that is a node's work. */
#ifndef CHAIN_CHAIN_VERIFY_H
#define CHAIN_CHAIN_VERIFY_H

#include "chain/chain.h"

struct chain_verified {
	uint64_t blocks, transactions, bytes;
	uint64_t malformed; /* blocks that cannot be read */
	uint64_t bad_root, bad_witness;
	uint64_t without_undo; /* blocks with spends, whose undo is missing */
	uint64_t bad_undo;     /* an undo record that does not fit its block */
	uint64_t bad_value;    /* blocks that create more than they may */
	uint64_t fees;         /* satoshi, of blocks with undo */
	uint64_t unclaimed; /* satoshi that coinbases left of subsidy and fees;
			     * where the height is known */
	/* The first block with something wrong, in words; "" if there is none.
	 */
	char first[256];
};

/* Called now and then from one thread at a time: blocks done, of all. False
 * stops. */
typedef bool chain_verify_progress(void *context, size_t done, size_t all);

struct chain_verify_options {
	unsigned threads;                /* 0: one for each processor */
	chain_verify_progress *progress; /* or NULL */
	void *context;
};

/* ST_OK also where something is wrong with blocks: look at the counts. ST_END:
 * progress stopped it. */
enum status chain_verify(struct chain_verified *out, const struct chain *c,
			 const struct chain_verify_options *options,
			 struct why *why);

#endif /* CHAIN_CHAIN_VERIFY_H */
