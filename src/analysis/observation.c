#include "analysis/observation.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "coin/target.h"

#define JOBS_MAX    (1u << 24)
#define PERIODS_MAX (1u << 22)

static struct span key_of(const uint32_t *position)
{
	return (struct span){ (const uint8_t *)position, sizeof(*position) };
}

static bool on_job(void *context, const struct fact_job *f)
{
	struct observation_jobs *j = context;

	if (f->difficulty.n == 0 && f->target.n == 0)
		map_put(j->unannounced, key_of(&f->position), NULL);
	else
		j->any_announced = true;
	if (f->target.n > 0 && f->algorithm == FACT_NO_ALGORITHM)
		j->by_target = true;
	return true;
}

enum status observation_jobs_read(struct observation_jobs *out,
				  struct store *store, const char *session)
{
	enum status st;

	*out = (struct observation_jobs){ .unannounced = map_new(JOBS_MAX, 0) };
	st = store_demands(store, session, on_job, out);
	out->weighed = out->any_announced || map_count(out->unannounced) == 0;
	return st;
}

void observation_jobs_free(struct observation_jobs *j)
{
	map_free(j->unannounced);
	j->unannounced = NULL;
}

bool observation_announced(const struct observation_jobs *j, uint32_t position)
{
	return !map_find(j->unannounced, key_of(&position));
}

double observation_hashes(const struct observation_stretch *s, double unit)
{
	return s->difficulty *
	       (s->by_target ? target_hashes(TARGET_SHA256D) : unit);
}

bool observation_put(struct observation *o, struct observation_stretch s)
{
	if (o->n == PERIODS_MAX)
		return false;
	if (o->n == o->room) {
		o->room = o->room ? o->room * 2 : 16;
		o->stretch =
			mem_resize(o->stretch, o->room, sizeof(o->stretch[0]));
	}
	o->stretch[o->n++] = s;
	return true;
}

bool observation_add(struct observation *o, const struct fact_period *f,
		     const struct observation_jobs *jobs)
{
	return observation_put(
		o, (struct observation_stretch){
			   .from = f->from,
			   .to = f->to,
			   .difficulty = jobs->weighed ? f->difficulty : 0,
			   .by_target = jobs->by_target,
		   });
}

static int compare(const void *a, const void *b)
{
	const struct observation_stretch *x = a, *y = b;

	return (x->from.ns > y->from.ns) - (x->from.ns < y->from.ns);
}

/* A second tap may have missed what was announced. Gives how many of the first
 * n are left. */
static size_t give_way(struct observation_stretch *stretch, size_t n,
		       struct observation_stretch *s)
{
	while (n > 0 && s->from.ns < stretch[n - 1].to.ns) {
		struct observation_stretch *last = &stretch[n - 1];

		if (last->difficulty > 0 || s->difficulty <= 0) {
			s->from = last->to;
			break;
		}
		last->to = s->from;
		n -= last->from.ns >= last->to.ns;
	}
	return n;
}

void observation_unite(struct observation *o)
{
	size_t n = 0;

	if (o->n > 1)
		qsort(o->stretch, o->n, sizeof(o->stretch[0]), compare);
	for (size_t i = 0; i < o->n; i++) {
		struct observation_stretch s = o->stretch[i];

		n = give_way(o->stretch, n, &s);
		if (s.from.ns < s.to.ns)
			o->stretch[n++] = s;
	}
	o->n = n;
}

bool observation_at(const struct observation *o, struct ts t, bool announced)
{
	size_t low = 0, high = o->n;

	while (low < high) { /* the first that ends at t or later */
		const size_t mid = low + (high - low) / 2;

		if (o->stretch[mid].to.ns < t.ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low < o->n && o->stretch[low].from.ns <= t.ns &&
	       (o->stretch[low].difficulty > 0 || !announced);
}

void observation_free(struct observation *o)
{
	free(o->stretch);
	*o = (struct observation){ 0 };
}
