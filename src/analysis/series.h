/* series - what was seen bin by bin over time: presence, work, hash rate.
 *
 * A bin is told as it was observed: shares and the work they prove, the time
 * in which they would have been seen, and the time in which the sensor looked
 * at all. Gaps are gaps: nothing is filled in. */
#ifndef ANALYSIS_SERIES_H
#define ANALYSIS_SERIES_H

#include <stdint.h>

#include "analysis/finding.h"
#include "analysis/rate.h"

#define SERIES_BINS_MAX 100000

struct series_bin {
	struct ts from; /* to: the next one's */
	/* Presence. */
	uint64_t sessions; /* findings of kind session active in it */
	uint64_t contacts; /* contacts that began in it */
	double sensor;     /* seconds in which an input was read */
	/* Work: unique proved (or, where that is all there is, claimed or
	 * simulated) shares, each header once. */
	uint64_t shares;
	double hashes;         /* expected for them: W * sum of d_i */
	double hashes_squared; /* sum of (W d_i)^2 */
	double heaviest;       /* largest W d in force; 0: none known */
	double seconds;        /* observed with a known difficulty, united */
	double exposure;       /* integral of dt / (d W), over that time */
	uint64_t clients;      /* different client addresses that submitted */
	struct estimate rate;  /* mean over `seconds` */
};

struct series {
	struct ts from; /* aligned to the bin's length in UTC */
	double bin_seconds;
	struct series_bin *bin; /* free with series_free() */
	size_t n;
	uint64_t dropped; /* shares outside of what SERIES_BINS_MAX bins hold */
};

/* Whose shares: the findings (with all their connections) of a subject, and of
 * these, if worker is not NULL, those under that name. */
struct series_subject {
	const struct finding *const *member;
	size_t n;
	const char *worker;
};

/* The length of bins that suits a time of so many seconds: a day from a week
 * on, an hour above two hours, else the shortest of 1, 2, 5, 10, 15, 30, 60
 * seconds, 2, 5 minutes that gives at most 240 bins. */
double series_bin_seconds(double span_seconds);

/* out[i] of subject[i]; all have the same bins, which reach over all inputs and
 * sessions of the store. bin_seconds 0: as series_bin_seconds() has it. One
 * pass over the store's shares, whatever n is. ST_IO if the store cannot be
 * read. */
enum status series_load(struct series *out,
			const struct series_subject *subject, size_t n,
			struct store *store, double bin_seconds,
			double confidence);
void series_free(struct series *s, size_t n);

#endif /* ANALYSIS_SERIES_H */
