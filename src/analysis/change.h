/* change - when a rate changed: exact segmentation of counts with exposures.
 *
 * PELT (Killick, Fearnhead and Eckley, JASA 107, 2012) over bins of Poisson
 * counts N_b with exposures E_b: the segmentation that minimises the sum over
 * segments of -2 (N ln(N/E) - N) plus a penalty for each change, exactly.
 * Each change has the interval of places whose profile log-likelihood is
 * within CHANGE_WITHIN of the best (docs/measurement.md, "Onset, peak, end").
 */
#ifndef ANALYSIS_CHANGE_H
#define ANALYSIS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Wilks' 1.92 does not hold for a change point: it covers 87 to 91 %. */
#define CHANGE_WITHIN   3.68
#define CHANGE_BINS_MAX (1u << 17)

struct change_bin {
	double count;    /* N_b, at least 0; may be an effective count */
	double exposure; /* E_b, at least 0; 0: nothing was observed */
};

/* Bins from `first` up to, not with, the next segment's first. */
struct change_segment {
	size_t first;
	double count, exposure;
	/* The change into this segment lies at a bin from low to high (both
	 * inclusive, as the first bin behind it); of segment 0 all are 0. */
	size_t low, high;
};

struct change {
	struct change_segment *segment; /* free with change_free() */
	size_t n;                       /* 0: no bin was observed */
};

/* The usual penalty: 3 ln(number of observed bins). */
double change_penalty(size_t bins);

/* ST_LIMIT above CHANGE_BINS_MAX bins; out is then empty. A bin without
 * exposure belongs to the segment before it and decides nothing. */
enum status change_find(struct change *out, const struct change_bin *bin,
			size_t n, double penalty);
void change_free(struct change *c);

#endif /* ANALYSIS_CHANGE_H */
