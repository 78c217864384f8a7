/* tx_walk - any transaction: where its parts lie, without the heap.
 *
 *	i32 version | [00 flag] | varint inputs | { 32 txid | u32 index |
 *	varint n | n script | u32 sequence } ... | varint outputs |
 *	{ i64 value | varint n | n script } ... | [witness] | u32 lock time
 *
 * Flag 1 (BIP 144): the witness is, for each input, a count of items and the
 * items, each with its length. Flag 8 (Litecoin, the "HogEx" that closes a
 * block with a MWEB extension): a zero byte stands where the witness would.
 * Its other uses (a MWEB transaction inside) do not occur in blocks and are
 * refused, and so is what no node would send: a count not in its shortest
 * form, no input or no output, a witness without any item.
 *
 * A txid is the hash of what flags do not touch: version, inputs, outputs,
 * lock time. Source: Bitcoin's consensus rules, BIP 144; Litecoin's
 * src/primitives/transaction.h for flag 8. */
#ifndef COIN_TX_WALK_H
#define COIN_TX_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"
#include "coin/tx.h"

#define TX_WALK_MIN 60 /* bytes of the smallest transaction */

struct tx_walk { /* all borrowed from what was walked */
	struct span whole;
	struct span version;   /* 4 bytes */
	struct span body;      /* from the count of inputs to the last output */
	struct span inputs;    /* for tx_walk_input() */
	struct span outputs;   /* for tx_walk_output() */
	struct span witness;   /* for tx_walk_item(); empty without flag 1 */
	struct span lock_time; /* 4 bytes */
	uint64_t num_inputs, num_outputs; /* both at least 1 */
	bool has_witness;
	bool is_hogex;
};

struct tx_input {
	struct span txid; /* 32 bytes, internal order */
	uint32_t index;
	struct span script;
	uint32_t sequence;
};

/* Takes one transaction off c. On false c has failed and *out is as it was. */
bool tx_walk(struct tx_walk *out, struct cur *c);

struct tx_walk_visitor { /* either may be NULL */
	void (*input)(void *context, const struct tx_input *in);
	void (*output)(void *context, const struct tx_output *out);
	void *context;
};

/* tx_walk() that shows every input and output as it passes them, before it is
 * known whether what follows is good. Inline: for few callers, whose visits the
 * compiler can put in place. */
static inline bool tx_walk_visit(struct tx_walk *out, struct cur *c,
				 const struct tx_walk_visitor *visitor);

/* The next of a transaction's inputs or outputs, from a cursor over .inputs or
 * .outputs; false at the end. Every one was checked by tx_walk(). */
bool tx_walk_input(struct tx_input *out, struct cur *inputs);
bool tx_walk_output(struct tx_output *out, struct cur *outputs);

/* The number of items in the next input's stack, from a cursor over .witness;
 * as many tx_walk_item() give them. */
uint64_t tx_walk_stack(struct cur *witness);
struct span tx_walk_item(struct cur *witness);

/* Does it spend nothing, as only a coinbase does: one input, output ffffffff of
 * transaction 0? */
bool tx_walk_is_coinbase(const struct tx_walk *tx);

/* The serialisation that the txid is the hash of: the transaction itself, or,
 * where it has a flag, put together in scratch, whose limit must allow
 * tx->whole.n bytes. Good until scratch or the walked bytes change. */
struct span tx_walk_stripped(const struct tx_walk *tx, struct buf *scratch);

#include "coin/tx_walk_impl.h"

#endif /* COIN_TX_WALK_H */
