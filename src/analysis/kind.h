/* kind - what the transactions of a trace seem to be: a pool paying its
 * members, a consolidation, a peel.
 *
 * Recognised by form and by whose coins go in, never proved: every kind is
 * `indicated`, and comes with the numbers it rests on. First that fits:
 *
 * - coinbase: makes coins, for at most KIND_COINBASE_PAYEES scripts;
 * - coinbase payout: a coinbase that pays more scripts than that, as P2Pool and
 *   OCEAN pay their members;
 * - coinjoin-like: chain/coinjoin.h;
 * - pool payout batch: more than half of its inputs are one pool's coins, and
 *   it pays KIND_POOL_PAYEES scripts or more;
 * - sweep into exchange: all it pays is on a list as an exchange's;
 * - dust: all its outputs but one are of KIND_DUST_SAT or less, and there are
 *   some: sent to be spent along with other coins, or to carry a message;
 * - consolidation: two inputs or more, one output;
 * - move: one input, one output;
 * - peel: one input, two outputs, none back to where the input was; the larger
 *   output goes into another of that form; KIND_PEELS of them or more in a row;
 * - batch payment: KIND_BATCH_PAYEES scripts or more;
 * - funding: an output of it goes into what looks like a CoinJoin, as far as
 *   the trace has that;
 * - payment: anything else.
 *
 * A pool's coins are outputs of coinbases that name it by tag or payout address
 * (watchlist/pools.h), or that pay one script; and of its own transactions what
 * comes back to a script it spent from, a batch's largest output where
 * it pays KIND_BATCH_LARGE scripts or more, and what it consolidates. */
#ifndef ANALYSIS_KIND_H
#define ANALYSIS_KIND_H

#include "chain/trace.h"
#include "watchlist/lists.h"

#define KIND_COINBASE_PAYEES 3
#define KIND_POOL_PAYEES     3
#define KIND_BATCH_PAYEES    4
#define KIND_BATCH_LARGE     10
#define KIND_PEELS           3
#define KIND_DUST_SAT        1000
#define KIND_POOLS_MAX       65536
#define KIND_TAG             64

#define KIND_LIST(X)                                                           \
	X(KIND_PAYMENT, "payment")                                             \
	X(KIND_COINBASE, "coinbase")                                           \
	X(KIND_COINBASE_PAYOUT, "coinbase payout")                             \
	X(KIND_COINJOIN, "coinjoin-like")                                      \
	X(KIND_POOL_PAYOUT, "pool payout batch")                               \
	X(KIND_SWEEP, "sweep into exchange")                                   \
	X(KIND_CONSOLIDATION, "consolidation")                                 \
	X(KIND_MOVE, "move")                                                   \
	X(KIND_PEEL, "peel")                                                   \
	X(KIND_BATCH, "batch payment")                                         \
	X(KIND_DUST, "dust")                                                   \
	X(KIND_FUNDING, "funding")                                             \
	X(KIND_UNREAD, "not determined")
#define KIND_ENUM(name, text) name,
enum kind {
	KIND_LIST(KIND_ENUM) KINDS
};
#undef KIND_ENUM
const char *kind_text(enum kind k);

#define KIND_NONE UINT32_MAX

/* Who takes coins of coinbases: a pool, or a miner on its own. */
struct kind_pool {
	const char *name;   /* on the list of pools, or NULL: not listed */
	bool by_tag;        /* listed by tag; else by address */
	char tag[KIND_TAG]; /* text in its coinbase; "" for none */
	uint8_t *script;    /* that its coinbase pays first; ours */
	size_t script_n;
};

struct kind_tx {
	enum kind kind;
	uint32_t inputs, outputs; /* of the transaction, not of the trace */
	uint32_t payees;          /* scripts it pays and did not spend from */
	uint32_t dust;            /* outputs of KIND_DUST_SAT or less */
	uint32_t pool;        /* index, or KIND_NONE: of most of its coins */
	uint32_t pool_inputs; /* that are that pool's coins */
	size_t entry;         /* sweep: of the lists; else SIZE_MAX */
	uint32_t chain; /* peel: the first transaction of its row, or KIND_NONE
			 */
	uint32_t place, peels; /* peel: which of how many */
};

struct kinds {
	struct kind_tx *tx; /* one for each of the trace */
	size_t n;
	struct kind_pool *pool;
	size_t num_pools;
	uint64_t unread;  /* coinbases that could not be read */
	uint64_t dropped; /* pools beyond KIND_POOLS_MAX: their coins are not
			   * told apart */
};

/* Reads the trace's transactions once more, and the coinbases of all blocks up
 * to its last. lists may be NULL. On failure out is empty. */
enum status kind_of_trace(struct kinds *out, const struct trace *t,
			  const struct chain *c, const struct lists *lists,
			  struct why *why);
void kind_free(struct kinds *k);

/* In words: "pool payout batch of ckpool (listed, by its coinbase tag): 9 of 9
 * inputs are its coins; it pays 4 scripts, one of which may be its change".
 * Names are as lists and coinbases have them: hostile text, not made safe.
 * Returns out. */
#define KIND_WORDS 320
char *kind_words(char out[KIND_WORDS], const struct kinds *k, size_t tx,
		 const struct lists *lists, const struct network *net);

#endif /* ANALYSIS_KIND_H */
