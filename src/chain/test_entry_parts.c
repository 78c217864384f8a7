#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "chain/entry_parts.h"
#include "chain/radix_sort.h"
#include "test/tap.h"

#define MOST 300000

static uint64_t state = 11;

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

/* All parts, each sorted, one behind the other: the whole, sorted. */
static bool holds(struct entry_slabs *slabs, size_t n, uint64_t mask)
{
	static uint64_t model[MOST], got[MOST], scratch[MOST];
	static struct entry_parts p;
	size_t all = 0;
	bool good = true;

	entry_parts_init(&p, slabs);
	for (size_t i = 0; i < n; i++) {
		model[i] = draw() & mask;
		entry_parts_put(&p, model[i]);
	}
	entry_parts_deal(&p);
	for (size_t part = 0; part < ENTRY_PARTS; part++) {
		const size_t count = entry_parts_count(&p, part);

		if (count > n - all)
			return false;
		good &= entry_parts_take(got + all, &p, part) == count;
		radix_sort(got + all, scratch, count, 64);
		all += count;
	}
	qsort(model, n, sizeof(model[0]), compare);
	return good && all == n && !memcmp(got, model, n * sizeof(model[0]));
}

int main(void)
{
	struct entry_slabs slabs = { 0 };
	bool good = true;

	for (size_t n = 0; n < 400; n++) { /* all in one part */
		entry_slabs_clear(&slabs);
		good &= holds(&slabs, n, 0xffff);
	}
	OK(good);
	const size_t before = slabs.n;

	OK(before == 1);
	entry_slabs_clear(&slabs);
	OK(holds(&slabs, MOST, UINT64_MAX));
	OK(holds(&slabs, MOST, UINT64_MAX)); /* two users at once */
	OK(holds(&slabs, MOST, UINT64_C(7) << 54));
	OK(holds(&slabs, MOST, 0));
	const size_t most = slabs.n;

	entry_slabs_clear(&slabs);
	OK(holds(&slabs, MOST, UINT64_MAX));
	OK(slabs.n == most); /* they were used again */
	entry_slabs_fini(&slabs);
	return tap_end();
}
