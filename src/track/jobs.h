/* jobs - the jobs of one session that shares may still refer to.
 *
 * Newest first when looked up: pools use ids again. Holds copies, within
 * limits of number and bytes; the oldest goes first. */
#ifndef TRACK_JOBS_H
#define TRACK_JOBS_H

#include <stdint.h>

#include "evidence/fact.h"

/* A job that is older than the newest one by this is forgotten without regret:
 * pools refuse what comes so late. */
#define JOBS_LIVE_S 600

/* A job, and the one block that holds all it points to. */
struct jobs_kept {
	struct fact_job job;
	uint8_t *block;
};

struct jobs {                   /* private */
	struct jobs_kept *kept; /* a ring would save moves; there are dozens */
	uint32_t n, room, max;
	size_t bytes, max_bytes;
	uint64_t dropped;
};

void jobs_init(struct jobs *j, uint32_t max, size_t max_bytes);
void jobs_fini(struct jobs *j);

/* Keeps a copy of f and all it points to. A job at the same position replaces
 * the one that is there. */
void jobs_add(struct jobs *j, const struct fact_job *f);

/* The oldest job, the newest; or NULL. Good until the next jobs_add(). */
const struct fact_job *jobs_oldest(const struct jobs *j);
const struct fact_job *jobs_newest(const struct jobs *j);

/* The newest job with this id, or NULL. Good until the next jobs_add(). */
const struct fact_job *jobs_find(const struct jobs *j, struct span id);

/* The newest job with the id of this one (a job of j's) that is older than it,
 * or NULL. Good until the next jobs_add(). */
const struct fact_job *jobs_older(const struct jobs *j,
				  const struct fact_job *job);

/* The newest job on top of this block whose target is known, or NULL. Good
 * until the next jobs_add(). */
const struct fact_job *jobs_on_block(const struct jobs *j,
				     const uint8_t previous[32]);

/* The job at this position, or NULL. Good until the next jobs_add(). */
const struct fact_job *jobs_at(const struct jobs *j, uint32_t position);

#endif /* TRACK_JOBS_H */
