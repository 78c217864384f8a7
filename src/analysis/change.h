/* change - when a rate changed: exact segmentation of counts with exposures.
 *
 * Bins hold Poisson counts N_b with exposures E_b. Found is the segmentation
 * that minimises the sum over segments of -2 (N ln(N/E) - N) plus a penalty
 * for each change: the one that PELT finds (Killick, Fearnhead and Eckley,
 * JASA 107, 2012), here by functional pruning (Maidstone, Hocking, Rigaill and
 * Fearnhead, Statistics and Computing 27, 2017), which does not become
 * quadratic where nothing changes. Each change has the interval of places
 * whose profile log-likelihood is within `within` of the best
 * (docs/measurement.md, "Onset, peak, end").
 *
 * Time is in proportion to the bins times the candidates that are not pruned:
 * tens of them in all data we know (CHANGE_BINS_MAX bins in about a second,
 * whether nothing, little or everything changes). No better bound than the
 * square of the bins is proved for data that somebody makes for the purpose. */
#ifndef ANALYSIS_CHANGE_H
#define ANALYSIS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* For 95 %. Wilks' 1.92 does not hold for a change point: it covers 87 to
 * 91 %. */
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

/* CHANGE_WITHIN for another confidence: in proportion to the quantile of the
 * chi-square distribution. */
double change_within(double confidence);

/* -2 (N ln(N/E) - N); of no exposure 0. */
double change_cost(double count, double exposure);

/* ST_LIMIT above CHANGE_BINS_MAX bins, ST_BAD if a count or an exposure is
 * negative or no number, or all of them are not finite; out is then empty. A
 * bin without exposure belongs to the segment before it and decides nothing:
 * its count is left out. Segment 0 begins at bin 0. */
must_use enum status change_find(struct change *out,
				 const struct change_bin *bin, size_t n,
				 double penalty, double within);
void change_free(struct change *c);

#endif /* ANALYSIS_CHANGE_H */
