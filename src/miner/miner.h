/* miner - a miner for the laboratory: it makes ground truth for `assay scan`.
 *
 * A processor mines thousands of times less than the electricity costs. What
 * this is for is traffic whose truth is known: everything that is sent, with
 * its verdict and the hashes that were done for it, stands in a log. It hides
 * nothing: it runs in the foreground, names itself, and takes what it is told.
 *
 *	source (Stratum, HTTP) -> job -> work -> crew -> find -> source
 *	                                                          |
 *	                              log <- totals <- verdict <--+
 *
 * One thread, the caller's, does everything but hash. */
#ifndef MINER_MINER_H
#define MINER_MINER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"
#include "miner/miner_url.h"

#define MINER_URLS_MAX 16
/* What is awaited of the pool after the end. */
#define MINER_FLUSH_MS 5000

struct miner_options {
	const char *version;         /* "0.1.0": the agent is "assay/0.1.0" */
	const struct miner_url *url; /* tried in this order */
	size_t num_urls;             /* 1 to MINER_URLS_MAX */
	const char *user, *password;
	/* Where a block's reward goes: the script, its text; n 0: not given.
	 * Without it there is no getblocktemplate. */
	struct span script;
	const char *address;
	bool getwork, getblocktemplate; /* by HTTP: which are tried */
	unsigned threads;
	bool pin;
	bool insecure; /* any certificate will do */
	bool follow;   /* client.reconnect to other hosts, too */
	bool no_rolling;
	double time_s;    /* end after; 0: do not */
	uint64_t shares;  /* end after so many accepted; 0: do not */
	unsigned retries; /* end after so many rounds in vain; 0: do not */
	FILE *log;        /* NULL: none */
	FILE *out;        /* lines for people; NULL: none */
	bool terminal;    /* out is one */
	const volatile sig_atomic_t *stop; /* becomes not 0: end */
};

struct miner_totals {
	uint64_t hashes;
	double seconds;      /* from start to the end of hashing */
	double work_seconds; /* of these: while there was a job */
	uint64_t found;      /* accepted to discarded add up to it */
	uint64_t accepted, rejected;
	uint64_t unanswered; /* submitted, and the answer never came */
	uint64_t discarded;  /* not submitted: their job was over */
	uint64_t stale;      /* those of rejected that came too late */
	uint64_t blocks;     /* of found: meet their header's own nBits */
	uint64_t faults;     /* nonces that did not hold when recomputed */
	uint64_t connections, jobs;
};

/* Mines until it is told to end. ST_IO with why if it could not begin, or no
 * server gave work; *out (not NULL) is set in any case. */
must_use enum status miner_run(const struct miner_options *o,
			       struct miner_totals *out, struct why *why);

/* Hashes without any network for time_s seconds; of the options only threads,
 * pin, no_rolling, time_s, log, out, terminal, version and stop count. */
must_use enum status miner_benchmark(const struct miner_options *o,
				     struct miner_totals *out, struct why *why);

#endif /* MINER_MINER_H */
