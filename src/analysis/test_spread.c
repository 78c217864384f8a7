#include "analysis/spread.h"

#include <stdio.h>
#include <string.h>

#include "test/tap.h"

static uint64_t state = 7;

static uint32_t number(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 32);
}

/* n values: random ones under `keep`, the rest as in `fixed`. */
static enum machines_pattern of(unsigned n, uint32_t keep, uint32_t fixed,
				unsigned width)
{
	struct spread s = { 0 };

	for (unsigned i = 0; i < n; i++)
		spread_add(&s, (number() & keep) | fixed, width);
	return spread_pattern(&s);
}

static void test_patterns(void)
{
	OK(of(SPREAD_MIN - 1, ~0u, 0, 32) == MACHINES_PATTERN_UNKNOWN);
	OK(of(0, ~0u, 0, 32) == MACHINES_PATTERN_UNKNOWN);
	OK(of(SPREAD_MIN, ~0u, 0, 32) == MACHINES_PATTERN_UNIFORM);
	OK(of(100, 0, 5, 32) == MACHINES_PATTERN_FIXED);
	OK(of(100, 0x0effffff, 0, 32) == MACHINES_PATTERN_LOW);
	/* A bit that stands still, and parts of the range. */
	OK(of(1000, ~4u, 0, 32) == MACHINES_PATTERN_STEPPED);
	OK(of(100, 0xc00fffff, 0, 32) == MACHINES_PATTERN_STEPPED);
	/* 16 bits of version, 13 of them in use: only they count. */
	OK(of(1000, 0xfff80000, 0, 13) == MACHINES_PATTERN_UNIFORM);
	OK(of(1000, 0xff080000, 0, 13) == MACHINES_PATTERN_STEPPED);
	OK(of(1000, 0x80000000, 0, 1) == MACHINES_PATTERN_UNIFORM);
}

/* Chance alone is not taken for a pattern. */
static void test_false_alarms(void)
{
	static const unsigned sizes[] = { 32, 64, 100, 300, 1000, 10000 };
	unsigned wrong = 0;

	for (unsigned i = 0; i < 6; i++) {
		for (unsigned k = 0; k < 300; k++)
			wrong += of(sizes[i], ~0u, 0, 32) !=
				 MACHINES_PATTERN_UNIFORM;
	}
	printf("# %u of 1800\n", wrong);
	OK(wrong == 0);
}

/* Bytes that take few values while each bit is even. */
static void test_bytes(void)
{
	struct spread s = { 0 };

	for (unsigned i = 0; i < 400; i++)
		spread_add(&s, number() & 1 ? 0x5aaaaaaau : 0xa5555555u, 32);
	OK(spread_pattern(&s) == MACHINES_PATTERN_STEPPED);
}

int main(void)
{
	test_patterns();
	test_false_alarms();
	test_bytes();
	return tap_end();
}
