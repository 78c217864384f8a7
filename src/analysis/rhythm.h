/* rhythm - the coefficient of variation of the times between submits.
 *
 * Work that is found by chance comes as a Poisson process: 1. A timer gives 0.
 * Intervals are compared within one connection and one period of observation,
 * in which the difficulty is one. */
#ifndef ANALYSIS_RHYTHM_H
#define ANALYSIS_RHYTHM_H

#include <stdint.h>

#include "base/ts.h"

#define RHYTHM_GROUP_MIN 4  /* intervals that make a mean of their own */
#define RHYTHM_MIN       20 /* and that make a figure, over all groups */

struct rhythm { /* private; begins as zeros */
	/* The group that is read: one connection, one period. */
	uint64_t group;
	struct ts last;
	uint64_t n;
	double mean, squares; /* Welford: sum of (x - mean)^2 */
	/* Over the groups that are closed: of x / mean. */
	uint64_t total, groups;
	double sum;
};

/* A submit; group: any number that is another one for each connection and
 * period, never 0, and does not come back. In order of time within a group. */
void rhythm_add(struct rhythm *r, uint64_t group, struct ts t);

/* After all: NAN if there are too few. */
double rhythm_variation(struct rhythm *r);

#endif /* ANALYSIS_RHYTHM_H */
