/* undo - what a block took away, as a node keeps it: values and scripts of the
 * outputs that its transactions spent, in the order of their inputs.
 *
 *	block: compact size n | n transactions (all but the coinbase)
 *	transaction: compact size inputs | { output } ...
 *	output: varint 2 * height + coinbase | [varint version, if height > 0] |
 *	        varint value, compressed | script, compressed
 *
 * varint: base 128, most significant digit first, one added for each further
 * byte. Scripts of the usual kinds are a byte and 20 or 32 others. Source:
 * Bitcoin Core, src/undo.h, src/compressor.cpp, src/serialize.h. */
#ifndef CHAIN_UNDO_H
#define CHAIN_UNDO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

#define UNDO_SCRIPT_MAX 67 /* what a compressed one unfolds to */

struct undo_output {
	uint64_t sat;
	uint32_t height; /* of the block that made it */
	bool coinbase;
	/* Unfolded into `own`, or borrowed from the record: good as long as
	 * both. Empty for a compressed key that is on no curve: such an output
	 * can be spent by nobody. */
	struct span script;
	uint8_t own[UNDO_SCRIPT_MAX];
};

/* Transactions in a block's record (one less than the block has); fails c if
 * they cannot fit. */
uint64_t undo_begin(struct cur *c);
/* Inputs of the next transaction. */
uint64_t undo_tx(struct cur *c);
/* The output that the next input spends. The script's unfolding of an
 * uncompressed key costs 10 us; with out->own unused it is left out if
 * `values_only`. */
bool undo_output(struct undo_output *out, struct cur *c, bool values_only);

/* Steps over so many transactions, faster than reading them: that a number of
 * an output has more than 64 bits goes unnoticed. */
bool undo_pass(struct cur *c, uint64_t txs);

/* The value that a compressed one stands for (DecompressAmount()), and back.
 * Values above 21e14 satoshi come out as they are. */
uint64_t undo_value(uint64_t compressed);
uint64_t undo_value_compress(uint64_t sat);

#endif /* CHAIN_UNDO_H */
