/* spread - how values that a miner chooses freely lie in their range.
 *
 * Values of up to 32 bits, aligned to the top. Kept are counts of bits and of
 * bytes only, so that any number of values takes the same memory. The tests are
 * a normal one for each bit and a chi-square one for each byte, six standard
 * deviations off. */
#ifndef ANALYSIS_SPREAD_H
#define ANALYSIS_SPREAD_H

#include <stdint.h>

#include "analysis/machines.h"

#define SPREAD_MIN 32 /* values below which nothing is said */

struct spread {
	uint64_t n;
	uint32_t first, largest;
	bool several;     /* not all are the first one */
	unsigned width;   /* bits; of the narrowest value */
	uint32_t bit[32]; /* from the top: how often it is set */
	uint32_t byte[4][256];
};

/* value's top `width` bits (1 to 32) count; the others are 0. */
void spread_add(struct spread *s, uint32_t value, unsigned width);
enum machines_pattern spread_pattern(const struct spread *s);

#endif /* ANALYSIS_SPREAD_H */
