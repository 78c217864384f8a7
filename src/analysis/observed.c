#include "analysis/observed.h"

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
	struct observed_jobs *j = context;

	if (f->difficulty.n == 0 && f->target.n == 0)
		map_put(j->unannounced, key_of(&f->position), NULL);
	else
		j->any_announced = true;
	if (f->target.n > 0 && f->algorithm == FACT_NO_ALGORITHM)
		j->by_target = true;
	return true;
}

enum status observed_jobs_read(struct observed_jobs *out, struct store *store,
			       const char *session)
{
	enum status st;

	*out = (struct observed_jobs){ .unannounced = map_new(JOBS_MAX, 0) };
	st = store_jobs(store, session, on_job, out);
	out->weighed = out->any_announced || map_count(out->unannounced) == 0;
	return st;
}

void observed_jobs_free(struct observed_jobs *j)
{
	map_free(j->unannounced);
	j->unannounced = NULL;
}

bool observed_announced(const struct observed_jobs *j, uint32_t position)
{
	return !map_find(j->unannounced, key_of(&position));
}

double observed_hashes(const struct observed_stretch *s, double unit)
{
	return s->difficulty *
	       (s->by_target ? target_hashes(TARGET_SHA256D) : unit);
}

bool observed_put(struct observed *o, struct observed_stretch s)
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

bool observed_add(struct observed *o, const struct fact_period *f,
		  const struct observed_jobs *jobs)
{
	return observed_put(
		o, (struct observed_stretch){
			   .from = f->from,
			   .to = f->to,
			   .difficulty = jobs->weighed ? f->difficulty : 0,
			   .by_target = jobs->by_target,
		   });
}

static int compare(const void *a, const void *b)
{
	const struct observed_stretch *x = a, *y = b;

	return (x->from.ns > y->from.ns) - (x->from.ns < y->from.ns);
}

/* A second tap may have missed what was announced. Gives how many of the first
 * n are left. */
static size_t give_way(struct observed_stretch *stretch, size_t n,
		       struct observed_stretch *s)
{
	while (n > 0 && s->from.ns < stretch[n - 1].to.ns) {
		struct observed_stretch *last = &stretch[n - 1];

		if (last->difficulty > 0 || s->difficulty <= 0) {
			s->from = last->to;
			break;
		}
		last->to = s->from;
		n -= last->from.ns >= last->to.ns;
	}
	return n;
}

void observed_unite(struct observed *o)
{
	size_t n = 0;

	if (o->n > 1)
		qsort(o->stretch, o->n, sizeof(o->stretch[0]), compare);
	for (size_t i = 0; i < o->n; i++) {
		struct observed_stretch s = o->stretch[i];

		n = give_way(o->stretch, n, &s);
		if (s.from.ns < s.to.ns)
			o->stretch[n++] = s;
	}
	o->n = n;
}

bool observed_at(const struct observed *o, struct ts t, bool announced)
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

void observed_free(struct observed *o)
{
	free(o->stretch);
	*o = (struct observed){ 0 };
}
