/* trace_private - the steps of a trace that have files of their own. */
#ifndef CHAIN_TRACE_PRIVATE_H
#define CHAIN_TRACE_PRIVATE_H

#include "chain/block_skim.h"
#include "chain/coinjoin.h"
#include "chain/trace.h"
#include "coin/tx_walk.h"

#define TRACE_ANY_OUTPUT   UINT32_MAX /* stands for a transaction as a whole */
#define TRACE_SCRIPT_BYTES ((size_t)1 << 36)

struct trace_missing { /* an input whose value a rev file did not have */
	struct outpoint outpoint;
	uint32_t input, tx;
};

/* The block whose transactions are being taken in. */
struct trace_block {
	const struct chain *chain;
	struct chain_reader *reader;
	size_t index;
	struct span raw;
	const struct block_skim *skim;
	/* Of its undo record, read when it is first needed. */
	enum {
		TRACE_UNDO_UNREAD,
		TRACE_UNDO_THERE,
		TRACE_UNDO_NONE
	} undo_state;
	struct span record;
	struct cur undo;  /* over it */
	size_t undo_next; /* transaction that the cursor stands at */
	size_t first_tx;  /* of the trace: the block's first */
	bool any_followed;
};

/* trace_take.c: what of a transaction the trace keeps. */
struct taking {
	struct trace *t;
	const struct trace_options *options;
	struct outpoint_table table; /* followed outputs: index in the trace */
	struct outpoint_table given; /* the outpoints asked for */
	struct outpoint_table given_txids;
	size_t given_left; /* of which none was found yet */
	/* Keys of outputs that were added in this round, as a filter. */
	uint64_t fresh[1024];
	bool any_fresh;
	struct buf scratch;
	struct coinjoin_scratch coinjoin;
};

static inline bool trace_is_fresh(const struct taking *k, uint64_t key)
{
	const uint64_t bit = key >> 16 & 0xffff;

	return k->fresh[bit / 64] >> (bit % 64) & 1;
}

/* Takes the position-th transaction of the block in, if it spends something
 * that is followed or pays a source. A coinbase that fees are followed into
 * comes after all others. */
enum status trace_take(struct taking *k, struct trace_block *b, size_t position,
		       struct why *why);

/* From now on the output of the trace is looked for, as it was when it was
 * taken in. */
void trace_take_up(struct taking *k, uint32_t output);

/* Walks it; false for a form that no node would write. */
bool trace_walk(struct tx_walk *out, const struct trace_block *b,
		size_t position);

/* Are its outputs worth no more than all coins there can be? */
bool trace_is_worth(const struct tx_walk *tx);

void trace_txid(uint8_t txid[32], const struct tx_walk *tx,
		struct buf *scratch);

/* trace_undo.c: the spent outputs of a transaction of the block, one call for
 * each input in order, begun by trace_undo_seek(). False: not known. */
enum status trace_undo_seek(bool *found, struct trace_block *b, size_t position,
			    uint64_t num_inputs, struct why *why);

/* trace_fees.c: the subsidy and the fees of a block as the inputs of its
 * coinbase, the last transaction of the trace. */
enum status trace_fees(struct trace *t, struct trace_block *b, struct why *why);
void trace_add_input(struct trace *t, struct trace_input input);

/* trace_values.c: values that rev files did not have, looked up in the blocks.
 */
enum status trace_values(struct trace *t, const struct chain *c,
			 const struct trace_options *options, struct why *why);

/* trace_rounds.c: a call for each of n items, by all threads; fails as the
 * first of them does, in order of items. */
typedef enum status trace_work(void *context, unsigned thread, size_t item,
			       struct why *why);
unsigned trace_threads(const struct trace_options *options);
enum status trace_share_out(unsigned threads, size_t n, trace_work *work,
			    void *context, struct why *why);

#endif /* CHAIN_TRACE_PRIVATE_H */
