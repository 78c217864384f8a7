/* miner_log - what was done and what came of it, one JSON object a line.
 *
 * It is a truth file for `assay scan`: a share's keys are those of scan's
 * (docs/json.md), so that both can be held against each other. docs/mine.md
 * has all keys. */
#ifndef MINER_MINER_LOG_H
#define MINER_MINER_LOG_H

#include <stdio.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "miner/miner.h"
#include "miner/miner_crew.h"

struct miner_log { /* private */
	FILE *f;
	struct buf text;
	bool failed; /* the file did not take it */
};

struct miner_job_told;

/* f NULL: nothing is written by any call. */
void miner_log_init(struct miner_log *l, FILE *f);
/* ST_IO if not all could be written. */
must_use enum status miner_log_fini(struct miner_log *l, struct why *why);

void miner_log_start(struct miner_log *l, const struct miner_options *o,
		     const char *kernel);
/* event: "opened", "over", "refused" (before it was opened), ... */
void miner_log_connection(struct miner_log *l, const char *event,
			  const char *url, const char *text);
void miner_log_job(struct miner_log *l, const struct miner_work *w,
		   const struct miner_job_told *told);

struct miner_judged {
	bool submitted, answered, accepted, stale;
	struct span reason;
};

void miner_log_share(struct miner_log *l, const char *worker,
		     const struct miner_find *f, const struct miner_judged *j);
/* hashes of n threads in so many seconds. */
void miner_log_rate(struct miner_log *l, const uint64_t *hashes, unsigned n,
		    double seconds);
void miner_log_end(struct miner_log *l, const struct miner_totals *t);

#endif /* MINER_MINER_LOG_H */
