/* trace_txs - the transactions of a trace, read once more.
 *
 * Where each of them lies was kept when the trace took it in: no more than its
 * own bytes is read. Of those that came out of a checkpoint it is not known;
 * their blocks are read and looked through. */
#ifndef CHAIN_TRACE_TXS_H
#define CHAIN_TRACE_TXS_H

#include "chain/trace.h"
#include "coin/tx_walk.h"

/* The trace's i-th transaction; tx is good during the call. */
typedef void trace_txs_visit(void *context, size_t i, const struct tx_walk *tx);

/* All of them in order of the chain (a trace backward has them the other way
 * round). Not called for one that is not there any more. They are not held
 * against their blocks' headers: trace_verify() does that. */
enum status trace_txs_read(const struct trace *t, const struct chain *c,
			   trace_txs_visit *visit, void *context,
			   struct why *why);

#endif /* CHAIN_TRACE_TXS_H */
