#include <stdlib.h>

#include "base/mem.h"
#include "coin/merkle.h"
#include "coin/test_block_sample.h"
#include "hash/sha256d.h"
#include "test/tap.h"

#define LEAVES_MAX 300

/* Block 100,000 of Bitcoin's chain. */
static void test_block_100000(void)
{
	static const char *const txids[4] = {
		"8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d"
		"87",
		"fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702"
		"c4",
		"6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236e"
		"c4",
		"e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c"
		"1d",
	};
	uint8_t leaves[4][32], turned[32];
	struct merkle_tree t;

	for (size_t i = 0; i < 4; i++) {
		OK(hex_bytes(turned, 32, sample_text(txids[i])));
		for (size_t k = 0; k < 32; k++)
			leaves[i][k] = turned[31 - k];
	}
	memcpy(turned, leaves[0], 32);
	merkle_climb(&t, leaves, 4);
	OK(sample_is(t.root, "f3e94742aca4b5ef85488dc37c06c328"
			     "2295ffec960994b2c0d5ac2a25a95766"));
	OK(t.depth == 2 && !t.has_twins);
	OK(sample_is(t.branch[0], txids[1]));
	merkle_fold(turned, t.branch[0], t.depth);
	OK(!memcmp(turned, t.root, 32));
}

static void leaf(uint8_t out[32], size_t i)
{
	const uint8_t number[2] = { (uint8_t)i, (uint8_t)(i >> 8) };

	sha256d(out, number, sizeof(number));
}

/* The model: the node at a place of a level, by the definition, from the
 * numbers of its leaves. */
static void node(uint8_t out[32], size_t level, size_t at, size_t num_leaves)
{
	const size_t below = (num_leaves - 1) >> (level ? level - 1 : 0);
	uint8_t pair[64];

	if (level == 0) {
		leaf(out, at);
		return;
	}
	node(pair, level - 1, 2 * at, num_leaves);
	node(pair + 32, level - 1, 2 * at + 1 <= below ? 2 * at + 1 : 2 * at,
	     num_leaves);
	sha256d(out, pair, sizeof(pair));
}

static void test_model(void)
{
	uint8_t(*leaves)[32] = mem_new(LEAVES_MAX, 32), want[32], first[32];
	struct merkle_tree t;

	for (size_t n = 1; n <= LEAVES_MAX; n += n < 40 ? 1 : 13) {
		size_t depth = 0;

		for (size_t i = 0; i < n; i++)
			leaf(leaves[i], i);
		memcpy(first, leaves[0], 32);
		while ((n - 1) >> depth)
			depth++;
		merkle_climb(&t, leaves, n);
		node(want, depth, 0, n);
		OK(!memcmp(t.root, want, 32));
		OK(t.depth == depth && !t.has_twins);
		merkle_fold(first, t.branch[0], t.depth);
		OK(!memcmp(t.root, first, 32));
	}
	free(leaves);
}

/* CVE-2012-2459: the tail that an odd level repeats, written out. */
static void test_twins(void)
{
	static const struct {
		size_t n, tail;
	} lists[] = { { 1, 1 }, { 3, 1 },  { 5, 1 },
		      { 6, 2 }, { 12, 4 }, { 297, 1 } };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const size_t n = lists[i].n, tail = lists[i].tail;
		uint8_t(*leaves)[32] = mem_new(n + tail, 32);
		struct merkle_tree once, twice;

		for (size_t k = 0; k < n + tail; k++)
			leaf(leaves[k], k < n ? k : k - tail);
		merkle_climb(&twice, leaves, n + tail);
		for (size_t k = 0; k < n; k++)
			leaf(leaves[k], k);
		merkle_climb(&once, leaves, n);
		printf("# %zu leaves, the last %zu again\n", n, tail);
		OK(!once.has_twins && twice.has_twins);
		/* One leaf is its own root: there the lists differ. */
		OK(n == 1 || !memcmp(once.root, twice.root, 32));
		free(leaves);
	}
}

int main(void)
{
	test_block_100000();
	test_model();
	test_twins();
	return tap_end();
}
