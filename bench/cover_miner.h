/* cover_miner - simulated miners whose truth is known.
 *
 * Hashes are found as a Poisson process; what a sensor would keep of it is put
 * into the bins of a series. Hash rates are in units of our own, the weight of
 * a share is in the same hashes. */
#ifndef BENCH_COVER_MINER_H
#define BENCH_COVER_MINER_H

#include "analysis/series.h"

#define COVER_MACHINES 8
#define COVER_LEVELS   3
#define COVER_BIN_S    60.0
#define COVER_BINS     100

struct cover_scenario {
	const char *name;
	/* Of the whole operation: the rate from the beginning, and from the
	 * middle of each change on; a change lies up to `jitter` seconds around
	 * it, evenly. */
	double rate[COVER_LEVELS];
	double change[COVER_LEVELS - 1]; /* s; 0: there is none */
	double jitter;
	double weight; /* hashes of a share, to begin with */
	/* A pool that steers: seconds it wants between shares; 0: it does not.
	 */
	double pace;
	/* Connections side by side, each with half the rate of the one before
	 * it and a weight of `unlike` times its own; 0: one. */
	size_t machines;
	double unlike;
	/* A session lasts `on` seconds, and the next one begins `off` later; 0:
	 * one session throughout. */
	double on, off;
	double begin;   /* of the first session */
	double lost;    /* portion of minutes that the sensor lost */
	double sampled; /* seconds of each minute that it looked; 0: all */
};

/* What was simulated, with its truth. */
struct cover_run {
	const struct cover_scenario *scenario;
	struct series series;            /* its bins are the run's */
	double change[COVER_LEVELS - 1]; /* when, truly */
	/* Of the observed time: */
	double seconds, exposure, hashes_true; /* integral of the rate */
	double sum, squares, heaviest, last_weight;
	uint64_t shares;
	bool one_weight;
	/* The same of the time at the highest rate alone. */
	double top, top_seconds, top_exposure, top_sum;
	uint64_t top_shares;
};

void cover_run_init(struct cover_run *r, const struct cover_scenario *s);
/* Makes the run of that number: the same number, the same run. */
void cover_run_make(struct cover_run *r, uint64_t number);
void cover_run_fini(struct cover_run *r);

#endif /* BENCH_COVER_MINER_H */
