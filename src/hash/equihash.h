/* equihash - verification of Equihash solutions, the proof of work of Zcash.
 *
 * Biryukov and Khovratovich, "Equihash: asymmetric proof-of-work based on the
 * generalized birthday problem" (2016), with what the Zcash protocol
 * specification changed ("Equihash", section 7.7.1, and "Equihash Generator"):
 * n bits of hash, 2^k indices of n / (k + 1) + 1 bits each. Index i stands for
 * n bits of a BLAKE2b of input and i. A solution is a binary tree over its
 * indices. Under every node of height r the hashes xor to at least
 * r * n / (k + 1) zero bits in front, under the root to zeros only; of two
 * siblings the one with the smaller first index is left; no index comes twice.
 *
 * A valid solution alone proves little work: miners find about two per nonce.
 * What the pool demands is a small hash of header and solution beside it. */
#ifndef HASH_EQUIHASH_H
#define HASH_EQUIHASH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cur.h"

#define EQUIHASH_K_MAX 9

/* n is a multiple of 8 and of k + 1, at most 512; k from 3 to EQUIHASH_K_MAX;
 * n / (k + 1) is at most 24. */
struct equihash {
	unsigned n, k;
	char personal[8]; /* before n and k in BLAKE2b's personalisation */
};

/* (200, 9) "ZcashPoW": Zcash and those that kept its parameters. input is the
 * header of 140 bytes up to and with the nonce; solutions have 1344 bytes. */
extern const struct equihash equihash_zcash;
#define EQUIHASH_ZCASH_HEADER   140
#define EQUIHASH_ZCASH_SOLUTION 1344

/* Bytes of a solution: its indices one after the other, each most significant
 * bit first, nothing between. Not counted is the length (fd4005) that stands
 * before a solution in Zcash's blocks and in mining.submit. */
size_t equihash_solution_size(const struct equihash *e);

/* Whether solution solves the problem that input poses, whatever hash comes of
 * both. One of the wrong size does not. Takes no memory from the heap and well
 * under a millisecond. */
bool equihash_valid(const struct equihash *e, struct span input,
		    struct span solution);

#endif /* HASH_EQUIHASH_H */
