/* tx - a coinbase transaction, as far as a miner's job shows it.
 *
 * Stratum hands out the legacy serialisation without witness:
 *
 *	i32 version | [u32 time] | varint inputs (1) | 32 zeros | u32 ffffffff |
 *	varint n | n script | u32 sequence | varint outputs |
 *	{ i64 value | varint n | n script } ... | u32 lock time
 *
 * A few coins (Peercoin's family) have a time behind the version. What Dash and
 * its family put behind the lock time (DIP 2) is refused: their work (X11)
 * cannot be checked here, and a form with a loose end would fit wrong bytes
 * too. Source: Bitcoin's consensus rules; the witness form of BIP 144 is
 * accepted, counts only in their shortest form. */
#ifndef COIN_TX_H
#define COIN_TX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

#define TX_OUTPUTS_MAX 4096

enum tx_form {
	TX_PLAIN,
	TX_WITH_TIME
};

struct tx_output {
	uint64_t sat;
	struct span script; /* borrowed from the parsed bytes */
};

struct tx_coinbase {
	enum tx_form form;
	uint32_t version;
	struct span script;       /* of the single input; borrowed */
	struct tx_output *output; /* the caller's array */
	uint32_t num_outputs;
};

/* Reads raw as a coinbase that ends exactly at its end, trying TX_PLAIN first.
 * room is the caller's array of num_room entries and becomes out->output; on
 * false *out is as it was, and room's content is not defined. Values above
 * 21e14 satoshi are accepted (other coins). */
bool tx_coinbase_parse(struct tx_coinbase *out, struct tx_output *room,
		       uint32_t num_room, struct span raw);

/* Block height by BIP 34: the first push of the script, when it is a minimal
 * push of a positive number of at most 4 bytes (or OP_1..OP_16). The caller
 * knows whether the block's version (>= 2) makes that binding. */
bool tx_height(uint32_t *out, struct span script);

#endif /* COIN_TX_H */
