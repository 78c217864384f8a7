#include <string.h>

#include "coin/block_work.h"
#include "test/tap.h"

static struct target words(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	return (struct target){ { a, b, c, d } };
}

static bool same(struct target a, struct target b)
{
	return target_compare(&a, &b) == 0;
}

/* By hand and from nodes: difficulty 1 is 4295032833 hashes (a node's
 * chainwork of block 0: ..0100010001), regtest's 207fffff is 2. */
static void test_known(void)
{
	static const struct {
		uint32_t nbits;
		uint64_t low, high;
	} known[] = {
		{ 0x1d00ffff, UINT64_C(0x100010001), 0 },
		{ 0x207fffff, 2, 0 },
		/* Of April 2024, by Python's integers. */
		{ 0x17034219, UINT64_C(0x35f043634662e0cb), 0x4e92 },
	};

	for (size_t i = 0; i < 3; i++) {
		struct target t;

		OK(target_from_nbits(&t, known[i].nbits));
		OK(same(block_work(&t),
			words(known[i].low, known[i].high, 0, 0)));
	}
}

static void test_edges(void)
{
	const struct target zero = words(0, 0, 0, 0);
	const struct target all =
		words(UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX);
	const struct target half =
		words(UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX >> 1);
	const struct target one = words(1, 0, 0, 0);

	OK(same(block_work(&zero), all));
	OK(same(block_work(&all), one));
	OK(same(block_work(&half), words(2, 0, 0, 0)));
	OK(same(block_work(&one), words(0, 0, 0, UINT64_C(1) << 63)));
	/* 2^256 / 3, whose bits are 0101.. */
	const uint64_t third = UINT64_C(0x5555555555555555);
	const struct target two = words(2, 0, 0, 0);

	OK(same(block_work(&two), words(third, third, third, third)));
}

static void test_add(void)
{
	const struct target a = words(UINT64_MAX, UINT64_MAX, 0, 7);
	const struct target one = words(1, 0, 0, 0);
	const struct target most =
		words(UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX);

	OK(same(block_work_add(&a, &one), words(0, 0, 1, 7)));
	OK(same(block_work_add(&most, &one), most));
	OK(same(block_work_add(&most, &most), most));
	OK(same(block_work_add(&a, &a),
		words(UINT64_MAX - 1, UINT64_MAX, 1, 14)));
}

int main(void)
{
	test_known();
	test_edges();
	test_add();
	return tap_end();
}
