/* worth - what work was worth: the difficulty and the reward that jobs show,
 * one by one and over time.
 *
 * Work of share difficulty d on a job with network difficulty D, whose block
 * pays R coins, is worth d / D * R. D is nBits', R the sum of the coinbase's
 * outputs, or the subsidy of the job's height where they were not captured. */
#ifndef ANALYSIS_WORTH_H
#define ANALYSIS_WORTH_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/finding.h"

/* Of one job. */
struct worth_job {
	double difficulty; /* D */
	double reward;     /* R, coins; 0: not known */
	bool by_subsidy;
};

/* Mean over the jobs of a stretch of time. */
struct worth_bin {
	double per_difficulty; /* R / D; 0: not known */
	double inverse;        /* 1 / D; 0: not known */
};

struct worth;

/* Time is divided into n bins of so many seconds from `from` on; n 0: one. */
struct worth *worth_new(struct ts from, double bin_seconds, size_t n);
void worth_free(struct worth *w);

/* Chains whose coins are counted: Bitcoin's main one and its test networks. */
bool worth_has_coins(const struct network *n);

/* Reads the jobs of a connection of f. Those of the one before are forgotten,
 * but for what they tell of their chain. */
enum status worth_read(struct worth *w, struct store *store, const char *id,
		       const struct finding *f);

/* The job of the connection read last whose shares name this position; false:
 * there is none, or its chain has no coins that are counted. */
bool worth_of_job(struct worth_job *out, const struct worth *w,
		  uint32_t position);

/* After all connections: of a chain, by time; where a bin has no job as in the
 * nearest earlier one, before the first as in that. NULL: no job was of it. */
const struct worth_bin *worth_bins(struct worth *w, const struct network *n);

/* The chain's last difficulty and, of the last job that shows outputs (else, a
 * subsidy), reward; false: there is no job. */
bool worth_last(struct worth_job *out, const struct worth *w,
		const struct network *n);

#endif /* ANALYSIS_WORTH_H */
