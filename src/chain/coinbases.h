/* coinbases - the first transaction of every block, and nothing else of it:
 * what miners were paid, read from a few kilobytes a block. */
#ifndef CHAIN_COINBASES_H
#define CHAIN_COINBASES_H

#include <stdbool.h>

#include "chain/chain.h"
#include "coin/tx_walk.h"

struct coinbase {     /* spans are good during the visit */
	size_t block; /* index in the chain */
	struct tx_walk tx;
	uint8_t txid[32];
	struct span script; /* of its input: height, tags */
};

/* False stops. */
typedef bool coinbase_visit(void *context, const struct coinbase *c);

/* Blocks from first on, up to but without end, in order of height. One whose
 * first transaction is no coinbase is passed over and counted in *unread. They
 * are not held against their headers: trace_verify() and chain_verify() do
 * that. ST_IO, ST_CUT with why; ST_END: stopped. */
enum status coinbases_read(const struct chain *c, size_t first, size_t end,
			   coinbase_visit *visit, void *context,
			   uint64_t *unread, struct why *why);

#endif /* CHAIN_COINBASES_H */
