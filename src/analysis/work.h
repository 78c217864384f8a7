/* work - what the shares of a session, or of several, add up to.
 *
 * Three counts are kept apart: work that is valid (proved), valid and not seen
 * before (unique), and credited by the pool (accepted). Sums are over unique
 * shares, proved or (of work that is not recomputed) claimed, or (made up by a
 * generator, for teaching and tests) simulated. The hash rate is
 * over the time that was observed, from the unique shares in it, by the
 * estimator that fits (analysis/rate.h): "garwood" where one difficulty was in
 * force, "fay-feuer" where several were, "unknown-target" where none was ever
 * announced. Without any proved share it is not determined: what was submitted
 * may be another kind of work; and neither is it where shares were made by
 * several algorithms, whose tries are not alike. */
#ifndef ANALYSIS_WORK_H
#define ANALYSIS_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/rate.h"
#include "evidence/store.h"

struct work {
	uint64_t submitted, proved, claimed, simulated;
	uint64_t unique, accepted, rejected;
	uint64_t by_proof[FACT_PROOFS];
	uint64_t rounding, at_once;
	uint64_t blocks; /* unique proved shares that meet the network's target
			  */
	/* -log2 of the chance that as many of the headers would pass without
	 * any work; those that did not pass are allowed for. */
	double chance_bits;
	/* Of shares by several algorithms these are no common number, and 0: */
	double work_bits; /* log2 of the expected hashes; 0: none */
	double difficulty_min, difficulty_max; /* of targets; 0: none known */
	double difficulty_sum;                 /* of unique proved shares */
	/* What the rate was computed from. */
	uint64_t rate_shares;
	double rate_seconds, rate_exposure; /* exposure: 1/(hash/s) */
	struct estimate rate; /* tries/s; method NULL: not determined */
	const char *tries;    /* what is tried: "H", "Sol" (track/proof.h) */
};

/* Do shares with that outcome add to sums? */
bool work_counts(enum fact_proof p);

/* Of one session. ST_IO if the store cannot be read. */
enum status work_of_session(struct work *out, struct store *store,
			    const char *session, double confidence);

/* Of the connections of one client to one server that share their jobs (HTTP):
 * one miner's dialogue in pieces, whose periods lie one behind the other. */
enum status work_of_connections(struct work *out, struct store *store,
				const char *const *sessions, size_t n,
				double confidence);

/* Of several sessions of one miner: every header counted once, times united. */
enum status work_of_sessions(struct work *out, struct store *store,
			     const char *const *sessions, size_t n,
			     double confidence);

/* The sessions that are one dialogue: one, or the connections of one client to
 * one server over HTTP. */
struct work_dialogue {
	const char *const *session;
	size_t n;
};

/* Of num_names different workers over several dialogues, in one pass: out[i] is
 * of the shares under names[i], over the time of the dialogues in which that
 * name submitted. */
enum status work_of_workers(struct work *out, const char *const *names,
			    size_t num_names, struct store *store,
			    const struct work_dialogue *dialogue, size_t n,
			    double confidence);

#endif /* ANALYSIS_WORK_H */
