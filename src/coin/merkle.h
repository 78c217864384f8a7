/* merkle - from a coinbase's hash to the merkle root of its block. */
#ifndef COIN_MERKLE_H
#define COIN_MERKLE_H

#include <stddef.h>
#include <stdint.h>

/* hash = fold of SHA256d(hash || branch[i]) over n branches of 32 bytes, all
 * in internal order, in place. */
void merkle_fold(uint8_t hash[32], const uint8_t *branches, size_t n);

#endif /* COIN_MERKLE_H */
