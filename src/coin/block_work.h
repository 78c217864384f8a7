/* block_work - how many hashes a block stands for, exactly: what nodes compare
 * chains by.
 *
 *	work = floor(2^256 / (target + 1))
 *
 * Source: Bitcoin's consensus rules (GetBlockProof(), src/chain.cpp). */
#ifndef COIN_BLOCK_WORK_H
#define COIN_BLOCK_WORK_H

#include "coin/target.h"

/* Little-endian words, as struct target has them. Of target 0 it would be
 * 2^256: 2^256 - 1 is given. */
struct target block_work(const struct target *t);

/* a + b, saturating at 2^256 - 1. */
struct target block_work_add(const struct target *a, const struct target *b);

#endif /* COIN_BLOCK_WORK_H */
