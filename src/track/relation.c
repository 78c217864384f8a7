#include "track/relation.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define HASH_COST 64 /* bytes that remembering one takes, about */

struct relation *relation_new(struct store *store, size_t max_bytes)
{
	struct relation *r = mem_new(1, sizeof(*r));

	r->store = store;
	r->last = TS_NONE;
	jobs_init(&r->jobs, RELATION_JOBS_MAX, max_bytes);
	r->hashes = map_new(RELATION_HASHES_MAX, 0);
	observed_init(&r->observed);
	return r;
}

static void period_out(void *context, struct ts from, struct ts to,
		       double difficulty)
{
	struct relation *r = context;
	struct fact_period f = { .from = from,
				 .to = to,
				 .difficulty = difficulty };

	memcpy(f.session, r->session, FACT_ID);
	store_period(r->store, &f);
}

void relation_free(struct relation *r, struct ts t)
{
	if (!r)
		return;
	observed_end(&r->observed, t, period_out, r);
	jobs_fini(&r->jobs);
	map_free(r->hashes);
	free(r);
}

/* Where a miner's leaving does not show, silence ends the observation. */
static void heard(struct relation *r, struct ts t)
{
	if (!ts_known(t))
		return;
	if (r->shared && ts_known(r->last) &&
	    ts_seconds(r->last, t) > RELATION_IDLE_S)
		observed_end(&r->observed, r->last, period_out, r);
	if (!ts_known(r->last) || t.ns > r->last.ns)
		r->last = t;
}

void relation_job(struct relation *r, const char *session, struct ts t,
		  double difficulty)
{
	struct ts since;

	heard(r, t);
	since = r->observed.since;
	observed_job(&r->observed, t, difficulty, period_out, r);
	/* A period is told in the session that began it. */
	if (r->observed.since.ns != since.ns)
		memcpy(r->session, session, FACT_ID);
}

void relation_share(struct relation *r, struct ts t, bool job_known)
{
	/* Its work came by a connection that was not seen. */
	if (r->shared && !job_known && ts_known(r->last))
		observed_doubt(&r->observed, r->last);
	heard(r, t);
	observed_share(&r->observed, job_known, period_out, r);
}

void relation_hole(struct relation *r, struct ts from, struct ts to)
{
	/* The silence before a hole was no observation either. */
	heard(r, from);
	observed_hole(&r->observed, from, to, period_out, r);
}

void relation_doubt(struct relation *r, struct ts since)
{
	observed_doubt(&r->observed, since);
}

uint64_t relation_held(const struct relation *r)
{
	return r->jobs.bytes + map_count(r->hashes) * HASH_COST;
}

/* A place in all sessions: positions alone may coincide. */
static uint64_t place_of(const char *session, uint32_t position)
{
	return (map_hash(0, session, FACT_ID - 1) << 32 | position) +
	       UINT64_C(1);
}

bool relation_hash_seen(struct relation *r, struct span hash,
			const char *session, uint32_t position)
{
	const uint64_t place = place_of(session, position);
	bool fresh;
	uint64_t *first;

	if (hash.n != 32)
		return false;
	first = map_put(r->hashes, hash, &fresh);
	if (first && fresh)
		*first = place;
	return first && *first != place;
}
