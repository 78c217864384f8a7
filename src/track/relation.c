#include "track/relation.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct relation *relation_new(struct store *store)
{
	struct relation *r = mem_new(1, sizeof(*r));

	r->store = store;
	r->last = TS_NONE;
	jobs_init(&r->jobs, RELATION_JOBS_MAX, RELATION_BYTES_MAX);
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
	heard(r, t);
	observed_share(&r->observed, job_known, period_out, r);
}

void relation_hole(struct relation *r, struct ts from, struct ts to)
{
	observed_hole(&r->observed, from, to, period_out, r);
}

void relation_doubt(struct relation *r, struct ts since)
{
	observed_doubt(&r->observed, since);
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

struct relations {
	struct store *store;
	struct map *by_pair; /* index + 1 */
	struct relation **relation;
	uint8_t (*key)[34]; /* of each */
	size_t n, room;
};

struct relations *relations_new(struct store *store)
{
	struct relations *all = mem_new(1, sizeof(*all));

	all->store = store;
	all->by_pair = map_new(RELATIONS_MAX, 0);
	return all;
}

void relations_free(struct relations *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n; i++)
		relation_free(all->relation[i], all->relation[i]->last);
	map_free(all->by_pair);
	free(all->relation);
	free(all->key);
	free(all);
}

static void make_key(uint8_t key[34], const struct endpoint *client,
		     const struct endpoint *server)
{
	memcpy(key, client->ip, 16);
	memcpy(key + 16, server->ip, 16);
	key[32] = (uint8_t)(server->port >> 8);
	key[33] = (uint8_t)server->port;
}

static struct span key_span(const uint8_t key[34])
{
	return (struct span){ key, 34 };
}

/* The one that was idle longest gives its place; all->n if all are in use. */
static size_t make_room(struct relations *all)
{
	size_t oldest = all->n;

	for (size_t i = 0; i < all->n; i++) {
		const struct relation *r = all->relation[i];

		if (r->sessions == 0 &&
		    (oldest == all->n ||
		     r->last.ns < all->relation[oldest]->last.ns))
			oldest = i;
	}
	if (oldest == all->n)
		return oldest;
	map_drop(all->by_pair, key_span(all->key[oldest]));
	relation_free(all->relation[oldest], all->relation[oldest]->last);
	return oldest;
}

static bool place_for(struct relations *all, size_t *at)
{
	if (all->n == RELATIONS_MAX) {
		*at = make_room(all);
		return *at < all->n;
	}
	if (all->n == all->room) {
		all->room = all->room ? all->room * 2 : 16;
		all->relation = mem_resize(all->relation, all->room,
					   sizeof(all->relation[0]));
		all->key = mem_resize(all->key, all->room, sizeof(all->key[0]));
	}
	*at = all->n++;
	return true;
}

struct relation *relations_get(struct relations *all,
			       const struct endpoint *client,
			       const struct endpoint *server)
{
	uint8_t key[34];
	size_t at;

	make_key(key, client, server);
	const uint64_t *known = map_find(all->by_pair, key_span(key));

	if (known) {
		all->relation[*known - 1]->sessions++;
		return all->relation[*known - 1];
	}
	if (!place_for(all, &at))
		return NULL;
	memcpy(all->key[at], key, sizeof(key));
	all->relation[at] = relation_new(all->store);
	all->relation[at]->shared = true;
	all->relation[at]->sessions = 1;
	*map_put(all->by_pair, key_span(key), NULL) = at + 1;
	return all->relation[at];
}

void relations_put(struct relation *r)
{
	r->sessions--;
}

uint64_t relations_held(const struct relations *all)
{
	uint64_t held = 0;

	for (size_t i = 0; i < all->n; i++)
		held += all->relation[i]->jobs.bytes;
	return held;
}
