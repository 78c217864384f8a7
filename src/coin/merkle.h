/* merkle - the tree over a block's transactions.
 *
 * Nodes are 32 bytes in internal order; two make SHA256d(left || right). A
 * level with an odd number of nodes uses its last one twice. That makes lists
 * of different length with the same root possible (CVE-2012-2459): what gives
 * the other list away is a pair of equal nodes. */
#ifndef COIN_MERKLE_H
#define COIN_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* hash = fold of SHA256d(hash || branch[i]) over n branches of 32 bytes, all
 * in internal order, in place. */
void merkle_fold(uint8_t hash[32], const uint8_t *branches, size_t n);

/* Levels of the largest tree that could lie in memory. */
#define MERKLE_DEPTH_MAX 64

struct merkle_tree {
	uint8_t root[32];
	/* What merkle_fold() takes the first leaf to the root with; it does
	 * not depend on the first leaf. */
	uint8_t branch[MERKLE_DEPTH_MAX][32];
	size_t depth; /* of branch: 0 for one leaf, which is the root */
	bool has_twins;
};

/* Climbs from n >= 1 leaves, which it overwrites. */
void merkle_climb(struct merkle_tree *out, uint8_t (*leaves)[32], size_t n);

#endif /* COIN_MERKLE_H */
