#include "analysis/subranges.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define PREFIX_MAX  8
#define RETURNS_MIN 3 /* in a job: threads that overlap make two */
#define JOBS_MIN    2
#define KEYS_MAX    (1u << 20)

struct taken { /* what is needed of a share */
	uint32_t job;
	uint8_t n; /* bytes of its extranonce2 */
	uint8_t prefix[PREFIX_MAX];
};

struct gathering {
	struct taken *share;
	size_t n;
};

static bool on_share(void *context, const struct fact_share *f)
{
	struct gathering *g = context;
	struct taken *t;

	if (!f->has_job || f->extranonce2.n < 2 || f->extranonce2.n > 32 ||
	    f->duplicate)
		return true;
	if (g->n == SUBRANGES_SHARES_MAX)
		return false;
	if ((g->n & (g->n - 1)) == 0)
		g->share = mem_resize(g->share, g->n ? g->n * 2 : 1,
				      sizeof(g->share[0]));
	t = &g->share[g->n++];
	*t = (struct taken){ .job = f->job_position,
			     .n = (uint8_t)f->extranonce2.n };
	memcpy(t->prefix, f->extranonce2.p,
	       t->n < PREFIX_MAX ? t->n : PREFIX_MAX);
	return true;
}

/* Of one prefix in one job: the turn at which it was last seen, and how often
 * it came back after another one. */
struct turn {
	uint32_t last, returns;
};

static struct turn turn_of(uint64_t value)
{
	return (struct turn){ (uint32_t)(value >> 32), (uint32_t)value };
}

static uint64_t value_of(struct turn t)
{
	return (uint64_t)t.last << 32 | t.returns;
}

struct counting {
	struct map *jobs;   /* job -> shares of it so far */
	struct map *turns;  /* job, prefix -> struct turn */
	struct map *proved; /* prefix -> jobs in which it came back enough */
	uint32_t machines;
};

/* Another prefix that came back often enough in this job. */
static void came_back(struct counting *c, struct span prefix)
{
	uint64_t *jobs = map_put(c->proved, prefix, NULL);

	if (jobs && ++*jobs == JOBS_MIN)
		c->machines++;
}

static void count(struct counting *c, const struct taken *t, size_t length)
{
	uint8_t key[4 + PREFIX_MAX];
	bool fresh;

	memcpy(key, &t->job, 4);
	memcpy(key + 4, t->prefix, length);
	uint64_t *number = map_put(c->jobs, (struct span){ key, 4 }, NULL);
	uint64_t *place =
		map_put(c->turns, (struct span){ key, 4 + length }, &fresh);

	if (!number || !place)
		return;
	struct turn turn = turn_of(*place);
	const uint32_t now = (uint32_t)++ * number;

	if (!fresh && turn.last + 1 < now && ++turn.returns == RETURNS_MIN)
		came_back(c, (struct span){ key + 4, length });
	turn.last = now;
	*place = value_of(turn);
}

static uint32_t machines_at(const struct gathering *g, size_t length)
{
	struct counting c = { .jobs = map_new(KEYS_MAX, 0),
			      .turns = map_new(KEYS_MAX, 0),
			      .proved = map_new(KEYS_MAX, 0) };

	for (size_t i = 0; i < g->n; i++) {
		if (length < g->share[i].n)
			count(&c, &g->share[i], length);
	}
	map_free(c.jobs);
	map_free(c.turns);
	map_free(c.proved);
	return c.machines;
}

enum status subranges_of_connections(struct subranges *out, struct store *store,
				     const char *const *ids, size_t n)
{
	struct gathering g = { .n = 0 };
	enum status st = ST_OK;

	*out = (struct subranges){ 0 };
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = store_shares(store, ids[i], on_share, &g);
	for (uint32_t length = 1; st == ST_OK && length <= PREFIX_MAX;
	     length++) {
		const uint32_t machines = machines_at(&g, length);

		if (machines < 2)
			continue;
		*out = (struct subranges){ machines, length };
		break;
	}
	free(g.share);
	return st;
}
