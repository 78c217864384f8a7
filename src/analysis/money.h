/* money - income in three figures that are never mixed, in BTC.
 *
 * - credited: sum over accepted shares of d_i / D_i * R_i: exact for what was
 *   seen; D from the job's nBits, R the sum of its coinbase's outputs, or the
 *   subsidy of its height where they were not captured;
 * - expected: the rate's interval times the time, at the D and R then;
 * - payout: blocks are rare: Poisson, with the chance of none at all.
 *
 * Before the pool's fee. docs/measurement.md, "Money". */
#ifndef ANALYSIS_MONEY_H
#define ANALYSIS_MONEY_H

#include "analysis/prices.h"
#include "analysis/series.h"
#include "analysis/worth.h"

struct money {
	/* The chain of every member that proved work; NULL: not determined, or
	 * not one. On another chain than Bitcoin's main one and its test
	 * networks all is not determined but the counts. */
	const struct network *network;
	bool bitcoin; /* main chain. False with a network: coins of a test
		       * network, which are worth nothing, in its unit */

	double credited;          /* coins; NAN: not determined */
	uint64_t credited_shares; /* accepted, and their worth is known */
	uint64_t by_subsidy;   /* of these: R taken from the height's subsidy */
	uint64_t unvalued;     /* accepted; chain, D or R not known */
	uint64_t not_credited; /* proved, and refused or unanswered */
	/* Accepted shares of the case that were not looked at: there were more
	 * than DEAL_SHARES_MAX before them. */
	uint64_t passed_over;

	struct estimate expected;       /* coins in observed time */
	struct estimate expected_whole; /* coins from first to last, as if the
					 * unseen time were like the seen */
	double observed_seconds, whole_seconds;
	struct estimate per_day; /* coins a day at the last D and R */

	/* Blocks expected at the rate in the observed time, and the chance that
	 * there was none; blocks found, as their shares show. */
	struct estimate blocks_expected;
	struct estimate chance_of_none;
	uint64_t blocks_found;

	/* The operation's part of the network's hash rate, as D had it in the
	 * observed time; and that rate at the last D, D * W / 600 s. */
	struct estimate network_portion;
	double network_rate;       /* hash/s; NAN */
	double network_difficulty; /* the last D; NAN */
	double reward;             /* the last R, coins; NAN */

	/* In the price file's currency; all NAN without one, and on test
	 * networks. */
	const char *currency; /* NULL without one */
	double credited_value;
	uint64_t credited_unpriced;     /* shares on days without a price */
	struct estimate expected_value; /* method NULL if a day has none */
};

/* Coins that a rate brings in so many seconds in the mean, by what a hash was
 * worth in each bin of the series, weighed by the work in it, or without any by
 * the observed time; s->n 0: of all bins of `worth`, which has as many. */
struct estimate money_expected(const struct estimate *rate, double seconds,
			       const struct series *s,
			       const struct worth_bin *worth, size_t bins);

enum status money_of_subject(struct money *out, struct store *store,
			     const struct series_subject *subject,
			     const struct series *series,
			     const struct work *work,
			     const struct prices *prices);

/* Of n subjects in one pass over the store: out[i] of subject[i], series[i],
 * work[i]. All series have the same bins, or none; prices may be NULL. ST_IO if
 * the store cannot be read. */
enum status money_of_subjects(struct money *out, struct store *store,
			      const struct series_subject *subject,
			      const struct series *const *series,
			      const struct work *const *work, size_t n,
			      const struct prices *prices);

#endif /* ANALYSIS_MONEY_H */
