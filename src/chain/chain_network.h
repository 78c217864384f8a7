/* chain_network - by what a node's block files tell which chain they are of.
 *
 * Source: Bitcoin Core, src/kernel/chainparams.cpp; BIP 94 (testnet4). */
#ifndef CHAIN_CHAIN_NETWORK_H
#define CHAIN_CHAIN_NETWORK_H

#include <stdint.h>

#include "coin/network.h"

struct chain_network {
	const struct network *network; /* whose addresses it writes */
	uint32_t magic;                /* as a little-endian number */
	uint32_t limit_nbits;          /* the easiest target */
	uint8_t genesis[32];           /* internal order */
	uint32_t subsidy_blocks;       /* after so many the subsidy halves */
	bool retargets; /* the shipped table of retargets is its */
};

/* By the magic number before its records, or NULL. */
const struct chain_network *chain_network_by_magic(uint32_t magic);

/* Why a chain with this magic number is not read ("Litecoin: its blocks are
 * hashed by scrypt"), or NULL. */
const char *chain_network_refused(uint32_t magic);

/* What a block of that height may create, in satoshi. */
uint64_t chain_network_subsidy(const struct chain_network *n, uint32_t height);

#endif /* CHAIN_CHAIN_NETWORK_H */
