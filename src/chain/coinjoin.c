#include "chain/coinjoin.h"

#include <stdlib.h>

#include "base/mem.h"

#define WORTH 10000 /* satoshi */

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint32_t coinjoin_like(uint64_t *sat, size_t num_outputs, uint64_t num_inputs,
		       size_t scripts)
{
	size_t best = 0, run = 0;

	if (num_outputs < COINJOIN_EQUAL || num_inputs < COINJOIN_EQUAL ||
	    scripts == 1)
		return 0;
	qsort(sat, num_outputs, sizeof(sat[0]), compare);
	for (size_t i = 0; i < num_outputs; i++) {
		run = i > 0 && sat[i] == sat[i - 1] ? run + 1 : 1;
		if (run > best && sat[i] >= WORTH)
			best = run;
	}
	if (best < COINJOIN_EQUAL || num_inputs < best ||
	    num_outputs > 2 * best + 2)
		return 0;
	return (uint32_t)best;
}

void coinjoin_scratch_fini(struct coinjoin_scratch *s)
{
	free(s->sat);
	*s = (struct coinjoin_scratch){ 0 };
}

uint32_t coinjoin_of(struct coinjoin_scratch *s, const struct tx_walk *tx,
		     size_t scripts)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;
	size_t n = 0;

	if (tx->num_outputs < COINJOIN_EQUAL || tx->num_inputs < COINJOIN_EQUAL)
		return 0;
	if (tx->num_outputs > s->room) {
		s->room = (size_t)tx->num_outputs * 2;
		s->sat = mem_resize(s->sat, s->room, sizeof(s->sat[0]));
	}
	while (tx_walk_output(&out, &c))
		s->sat[n++] = out.sat;
	return coinjoin_like(s->sat, n, tx->num_inputs, scripts);
}
