#include "coin/merkle.h"

#include <assert.h>
#include <string.h>

#include "hash/sha256d.h"

void merkle_fold(uint8_t hash[32], const uint8_t *branches, size_t n)
{
	uint8_t pair[64];

	for (size_t i = 0; i < n; i++) {
		memcpy(pair, hash, 32);
		memcpy(pair + 32, branches + 32 * i, 32);
		sha256d(hash, pair, sizeof(pair));
	}
}

#define BATCH 64 /* fills all kernels' lanes a few times over */

/* The level above n >= 2 nodes, written over its beginning: a batch is hashed
 * aside because its parents lie where its first children are. */
static size_t climb_once(uint8_t (*node)[32], size_t n)
{
	uint8_t parents[BATCH][32], last[64];
	const size_t pairs = n / 2;

	if (n % 2) { /* before its neighbours' parents come near it */
		memcpy(last, node[n - 1], 32);
		memcpy(last + 32, node[n - 1], 32);
	}
	for (size_t i = 0; i < pairs; i += BATCH) {
		const size_t m = pairs - i < BATCH ? pairs - i : BATCH;

		sha256d_many(parents, node[2 * i], 64, 64, m);
		memcpy(node[i], parents[0], m * 32);
	}
	if (n % 2)
		sha256d(node[pairs], last, sizeof(last));
	return pairs + n % 2;
}

static bool has_twins(uint8_t (*node)[32], size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		if (!memcmp(node[i], node[i + 1], 32))
			return true;
	return false;
}

void merkle_climb(struct merkle_tree *out, uint8_t (*leaves)[32], size_t n)
{
	assert(n > 0);
	out->depth = 0;
	out->has_twins = false;
	while (n > 1) {
		memcpy(out->branch[out->depth++], leaves[1], 32);
		out->has_twins |= has_twins(leaves, n);
		n = climb_once(leaves, n);
	}
	memcpy(out->root, leaves[0], 32);
}
