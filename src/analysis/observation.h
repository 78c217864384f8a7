/* observation - the time in which shares would have been seen and proved.
 *
 * Made of the periods of one session or of several. Periods that overlap (two
 * taps; several connections of a worker) are united, so that each moment counts
 * once (docs/measurement.md, "Time that was observed"). */
#ifndef ANALYSIS_OBSERVATION_H
#define ANALYSIS_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence/store.h"

/* What the jobs of a session say of its difficulties. */
struct observation_jobs {
	struct map *unannounced; /* positions of jobs without a difficulty */
	bool any_announced;
	bool by_target; /* as targets of headers */
	/* Where no job had a difficulty, the periods' was made from the shares
	 * themselves: it is none to weigh them by. */
	bool weighed;
};

/* ST_IO if the store cannot be read; free in any case. */
must_use enum status observation_jobs_read(struct observation_jobs *out,
					   struct store *store,
					   const char *session);
void observation_jobs_free(
	struct observation_jobs *j); /* keeps what is no pointer */

/* Was the difficulty of the job at that position announced? */
bool observation_announced(const struct observation_jobs *j, uint32_t position);

struct observation_stretch {
	struct ts from, to;
	double difficulty; /* 0: not known */
	/* Made from a target while nothing told whether headers were hashed by
	 * SHA-256d or scrypt: it is in the former's unit. */
	bool by_target;
};

/* Expected hashes of a share, where one unit of difficulty stands for `unit`
 * of them; 0: not known. */
double observation_hashes(const struct observation_stretch *s, double unit);

struct observation { /* all 0 to begin with */
	struct observation_stretch *stretch;
	size_t n, room;
};

/* Adds a period of the session that the jobs are of; false at the limit of
 * 2^22 of them. */
bool observation_add(struct observation *o, const struct fact_period *f,
		     const struct observation_jobs *jobs);
bool observation_put(struct observation *o, struct observation_stretch s);

/* Sorts, and leaves each moment in one stretch only: of two that overlap the
 * earlier one holds, unless only the later one has a difficulty. */
void observation_unite(struct observation *o);

/* Of united ones: does t lie in any (its difficulty known, if announced)? */
bool observation_at(const struct observation *o, struct ts t, bool announced);

void observation_free(struct observation *o);

#endif /* ANALYSIS_OBSERVATION_H */
