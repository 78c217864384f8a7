/* seed_truth - what is true of the made-up case, for those who measure it: kept
 * while it is made, written as one JSON object beside it. */
#ifndef BENCH_SEED_TRUTH_H
#define BENCH_SEED_TRUTH_H

#include <stdio.h>

#include "bench/seed_story.h"
#include "coin/address.h"

struct seed_truth_day {
	uint64_t sessions, shares, accepted;
	double hashes; /* that were made: rate times time, not from shares */
	double work;   /* difficulty of the shares, summed */
	double credited, expected; /* BTC */
};

struct seed_truth {
	uint64_t seed, contacts;
	struct ts first, last; /* share */
	char payout[ADDRESS_TEXT], account[ADDRESS_TEXT];
	struct seed_truth_day day[SEED_DAYS];
};

/* False if out cannot be written. */
bool seed_truth_write(FILE *out, const struct seed_truth *t,
		      const struct seed_story *s);

#endif /* BENCH_SEED_TRUTH_H */
