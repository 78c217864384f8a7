#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "chain/radix_sort.h"
#include "test/tap.h"

#define MOST 5000

static uint64_t state = 7;

static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Against qsort(), for numbers that differ in the bits of a mask. */
static bool sorts(size_t n, uint64_t mask, uint64_t high, unsigned bits)
{
	static uint64_t v[MOST], model[MOST], scratch[MOST];

	for (size_t i = 0; i < n; i++)
		v[i] = model[i] = (draw() & mask) | high;
	radix_sort(v, scratch, n, bits);
	qsort(model, n, sizeof(model[0]), compare);
	return memcmp(v, model, n * sizeof(v[0])) == 0;
}

int main(void)
{
	bool good = true;

	for (size_t n = 0; n < 200; n++)
		good &= sorts(n, UINT64_MAX, 0, 64);
	OK(good);
	OK(sorts(MOST, UINT64_MAX, 0, 64));
	OK(sorts(MOST, 0, 5, 64)); /* all alike */
	OK(sorts(MOST, 3, 0, 64));
	OK(sorts(MOST, UINT64_MAX >> 11, UINT64_C(5) << 53, 53));
	OK(sorts(MOST, 0x1f, UINT64_C(0xabc) << 5, 5));
	OK(sorts(MOST, UINT64_C(0xff) << 56, 0, 64));
	return tap_end();
}
