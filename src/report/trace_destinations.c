#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "report/trace_told.h"

struct collecting {
	const struct trace_told *t;
	struct trace_destination *list;
	size_t n;
	struct map *by_script; /* script and end: index */
	struct buf key;
};

static struct trace_destination *place(struct collecting *c,
				       const struct trace_output *o)
{
	const struct span script = trace_script(c->t->trace, o);
	bool fresh;

	buf_clear(&c->key);
	buf_u8(&c->key, o->end);
	buf_add(&c->key, script.p, script.n);
	uint64_t *index = map_put(c->by_script, buf_span(&c->key), &fresh);

	if (!index)
		return NULL;
	if (fresh) {
		*index = c->n;
		if ((c->n & (c->n - 1)) == 0)
			c->list = mem_resize(c->list, c->n ? c->n * 2 : 1,
					     sizeof(c->list[0]));
		c->list[c->n++] = (struct trace_destination){
			.script = script,
			.end = (enum trace_end)o->end,
			.hops = UINT32_MAX,
			.first = UINT32_MAX,
		};
	}
	return &c->list[*index];
}

static void add(struct collecting *c, size_t i)
{
	const struct trace *t = c->t->trace;
	const struct trace_output *o = &t->output[i];
	/* Where it was made: backward that is known of what was found. */
	const uint32_t tx = t->backward ? o->spent_by : o->tx;
	const uint32_t block = tx == TRACE_NONE ? UINT32_MAX : t->tx[tx].block;
	struct trace_destination *d = place(c, o);

	if (!d)
		return;
	d->outputs++;
	d->sat += o->sat;
	for (int p = 0; p < TAINT_POLICIES; p++)
		d->tainted[p] += c->t->tainted[p] ? c->t->tainted[p][i] : 0;
	d->first = block < d->first ? block : d->first;
	d->last = block != UINT32_MAX && block > d->last ? block : d->last;
	if (o->hops < d->hops) {
		d->hops = o->hops;
		d->tx = tx;
	}
}

static enum taint_policy first_policy(const struct trace_told *t)
{
	if (t->tainted[TAINT_HAIRCUT])
		return TAINT_HAIRCUT;
	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (t->tainted[p])
			return (enum taint_policy)p;
	}
	return TAINT_POLICIES;
}

static int compare(const void *a, const void *b, void *context)
{
	const enum taint_policy p = *(const enum taint_policy *)context;
	const struct trace_destination *x = a, *y = b;
	const uint64_t wx = p < TAINT_POLICIES ? x->tainted[p] : x->sat;
	const uint64_t wy = p < TAINT_POLICIES ? y->tainted[p] : y->sat;

	if (wx != wy)
		return wx < wy ? 1 : -1;
	/* In order of the chain, so that the same trace gives the same list. */
	if (x->tx != y->tx)
		return x->tx < y->tx ? -1 : 1;
	const size_t n = x->script.n < y->script.n ? x->script.n : y->script.n;
	const int by_bytes = memcmp(x->script.p, y->script.p, n);

	return by_bytes ? by_bytes
			: (x->script.n > y->script.n) -
				  (x->script.n < y->script.n);
}

struct trace_destination *trace_destinations(size_t *n,
					     const struct trace_told *t)
{
	struct collecting c = { .t = t,
				.by_script = map_new(1u << 26, 0x64657374) };
	enum taint_policy p = first_policy(t);

	buf_init(&c.key, 1u << 24);
	for (size_t i = 0; i < t->trace->num_outputs; i++) {
		if (t->trace->output[i].end != TRACE_SPENT)
			add(&c, i);
	}
	if (c.n > 0)
		qsort_r(c.list, c.n, sizeof(c.list[0]), compare, &p);
	buf_fini(&c.key);
	map_free(c.by_script);
	*n = c.n;
	return c.list;
}
