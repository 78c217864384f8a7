/* observed - the time in which shares would have been seen and proved.
 *
 * Made of the periods of one session or of several. Periods that overlap (two
 * taps; several connections of a worker) are united, so that each moment counts
 * once (docs/measurement.md, "Time that was observed"). */
#ifndef ANALYSIS_OBSERVED_H
#define ANALYSIS_OBSERVED_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence/store.h"

/* What the jobs of a session say of its difficulties. */
struct observed_jobs {
	struct map *unannounced; /* positions of jobs without a difficulty */
	bool any_announced;
	bool by_target; /* as targets of headers */
	/* Where no job had a difficulty, the periods' was made from the shares
	 * themselves: it is none to weigh them by. */
	bool weighed;
};

/* ST_IO if the store cannot be read; free in any case. */
must_use enum status observed_jobs_read(struct observed_jobs *out,
					struct store *store,
					const char *session);
void observed_jobs_free(struct observed_jobs *j); /* keeps what is no pointer */

/* Was the difficulty of the job at that position announced? */
bool observed_announced(const struct observed_jobs *j, uint32_t position);

struct observed_stretch {
	struct ts from, to;
	double difficulty; /* 0: not known */
	/* Made from a target while nothing told whether headers were hashed by
	 * SHA-256d or scrypt: it is in the former's unit. */
	bool by_target;
};

/* Expected hashes of a share, where one unit of difficulty stands for `unit`
 * of them; 0: not known. */
double observed_hashes(const struct observed_stretch *s, double unit);

struct observed { /* all 0 to begin with */
	struct observed_stretch *stretch;
	size_t n, room;
};

/* Adds a period of the session that the jobs are of; false at the limit of
 * 2^22 of them. */
bool observed_add(struct observed *o, const struct fact_period *f,
		  const struct observed_jobs *jobs);
bool observed_put(struct observed *o, struct observed_stretch s);

/* Sorts, and leaves each moment in one stretch only: of two that overlap the
 * earlier one holds, unless only the later one has a difficulty. */
void observed_unite(struct observed *o);

/* Of united ones: does t lie in any (its difficulty known, if announced)? */
bool observed_at(const struct observed *o, struct ts t, bool announced);

void observed_free(struct observed *o);

#endif /* ANALYSIS_OBSERVED_H */
