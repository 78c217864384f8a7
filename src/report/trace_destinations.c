#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "report/trace_told.h"

#define SEED  0x64657374
#define AHEAD 16 /* outputs whose slots are fetched before their turn */

/* The list, and a table of it by script and end:
 *
 *	slot[name & mask] --> list[index], whose script decides
 */
struct slot {
	uint32_t entry; /* index + 1; 0: empty */
	uint32_t tag;   /* upper half of the name: saves most look-ups */
};

struct collecting {
	const struct trace_told *t;
	struct trace_destination *list;
	size_t n, room;
	struct slot *slot;
	size_t mask;
};

static uint64_t name_of(const struct trace *t, const struct trace_output *o)
{
	const struct span script = trace_script(t, o);

	return map_hash(SEED + o->end, script.p, script.n);
}

static bool is_same(const struct trace_destination *d,
		    const struct trace_output *o, struct span script)
{
	return d->end == (enum trace_end)o->end && d->script.n == script.n &&
	       (script.n == 0 || !memcmp(d->script.p, script.p, script.n));
}

static struct trace_destination *add_new(struct collecting *c,
					 const struct trace_output *o,
					 struct span script)
{
	if (c->n == c->room) {
		c->room = c->room ? c->room + c->room / 2 : 64;
		c->list = mem_resize(c->list, c->room, sizeof(c->list[0]));
	}
	c->list[c->n] = (struct trace_destination){
		.script = script,
		.end = (enum trace_end)o->end,
		.hops = UINT32_MAX,
		.first = UINT32_MAX,
	};
	return &c->list[c->n++];
}

static struct trace_destination *place(struct collecting *c,
				       const struct trace_output *o,
				       uint64_t name)
{
	const struct span script = trace_script(c->t->trace, o);
	const uint32_t tag = (uint32_t)(name >> 32);
	size_t i = name & c->mask;

	for (; c->slot[i].entry; i = (i + 1) & c->mask) {
		struct trace_destination *d = &c->list[c->slot[i].entry - 1];

		if (c->slot[i].tag == tag && is_same(d, o, script))
			return d;
	}
	c->slot[i] = (struct slot){ (uint32_t)c->n + 1, tag };
	return add_new(c, o, script);
}

static void add(struct collecting *c, size_t i, uint64_t name)
{
	const struct trace *t = c->t->trace;
	const struct trace_output *o = &t->output[i];
	/* Where it was made: backward that is known of what was found. */
	const uint32_t tx = t->backward ? o->spent_by : o->tx;
	const uint32_t block = tx == TRACE_NONE ? UINT32_MAX : t->tx[tx].block;
	struct trace_destination *d = place(c, o, name);

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

/* As many as there are, or more: outputs of one script are one. */
static size_t ends_of(const struct trace *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->num_outputs; i++)
		n += t->output[i].end != TRACE_SPENT;
	return n;
}

/* At most two of three slots are in use. */
static void make_slots(struct collecting *c)
{
	const size_t ends = ends_of(c->t->trace);
	size_t slots = 64;

	while (slots / 3 * 2 < ends)
		slots *= 2;
	c->mask = slots - 1;
	c->slot = mem_new(slots, sizeof(c->slot[0]));
}

/* Names are made ahead, so that what they lead to is there when it is asked. */
static void collect(struct collecting *c)
{
	const struct trace *t = c->t->trace;
	uint64_t name[AHEAD];

	for (size_t i = 0; i < t->num_outputs + AHEAD; i++) {
		if (i >= AHEAD && t->output[i - AHEAD].end != TRACE_SPENT)
			add(c, i - AHEAD, name[i % AHEAD]);
		if (i < t->num_outputs && t->output[i].end != TRACE_SPENT) {
			name[i % AHEAD] = name_of(t, &t->output[i]);
			__builtin_prefetch(&c->slot[name[i % AHEAD] & c->mask]);
		}
	}
}

/* The first ones of c's list in the order of a sorted one: their indices. A row
 * of the best so far, which few get into. */
static size_t find_first(size_t *first, size_t most, const struct collecting *c,
			 enum taint_policy p)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		size_t at = n;

		while (at > 0 &&
		       compare(&c->list[i], &c->list[first[at - 1]], &p) < 0)
			at--;
		if (at == most)
			continue;
		n += n < most;
		memmove(first + at + 1, first + at,
			(n - 1 - at) * sizeof(first[0]));
		first[at] = i;
	}
	return n;
}

static void sort(struct collecting *c, size_t most, enum taint_policy p)
{
	struct trace_destination *list;
	size_t *first;
	size_t n;

	if (most == 0 || most >= c->n) {
		if (c->n > 0)
			qsort_r(c->list, c->n, sizeof(c->list[0]), compare, &p);
		return;
	}
	first = mem_new(most, sizeof(first[0]));
	list = mem_new(most, sizeof(list[0]));
	n = find_first(first, most, c, p);
	for (size_t i = 0; i < n; i++)
		list[i] = c->list[first[i]];
	free(first);
	free(c->list);
	c->list = list;
}

struct trace_destination *trace_destinations(size_t *n,
					     const struct trace_told *t,
					     size_t most)
{
	struct collecting c = { .t = t };
	enum taint_policy p = first_policy(t);

	make_slots(&c);
	collect(&c);
	free(c.slot);
	sort(&c, most, p);
	*n = c.n;
	return c.list;
}
