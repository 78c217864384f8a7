#include "chain/coinjoin.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WORTH 10000 /* satoshi */

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint32_t coinjoin_like(const uint64_t *sat, size_t num_outputs,
		       size_t num_inputs, size_t scripts)
{
	uint64_t *sorted;
	size_t best = 0, run = 0;

	if (num_outputs < COINJOIN_EQUAL || num_inputs < COINJOIN_EQUAL ||
	    scripts == 1)
		return 0;
	sorted = mem_new(num_outputs, sizeof(sorted[0]));
	memcpy(sorted, sat, num_outputs * sizeof(sorted[0]));
	qsort(sorted, num_outputs, sizeof(sorted[0]), compare);
	for (size_t i = 0; i < num_outputs; i++) {
		run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
		if (run > best && sorted[i] >= WORTH)
			best = run;
	}
	free(sorted);
	if (best < COINJOIN_EQUAL || num_inputs < best ||
	    num_outputs > 2 * best + 2)
		return 0;
	return (uint32_t)best;
}
