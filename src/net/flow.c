#include "net/flow.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "base/mem.h"

static_assert(sizeof(struct flow) == 64, "an entry is one cache line");

/* The index finds an entry's place by its tag; places lie in chunks that never
 * move, so that growing costs a new index and nothing else:
 *
 *	index    [ tag | place + 1 ] [ 0 ] [ tag | place + 1 ] ...
 *	               |
 *	chunk[place / CHUNK] -> [ flow ] [ flow ] [ flow ] ...
 *
 * The index is open addressing. Nothing is taken out of it: a slot whose place
 * has another flow by now leads to one that is not the wanted one, and goes
 *when the index is made anew. Every packet looks at one slot and one flow out
 *of many, so both lie in huge pages where the system has them: with small ones
 * finding out where a page is costs more than the look. */
#define TCP         6
#define HUGE_PAGE   (2u << 20)
#define CHUNK_BITS  15 /* one huge page */
#define CHUNK       (1u << CHUNK_BITS)
#define INDEX_START 1024u
#define NOBODY      UINT32_MAX
#define LOOK        4 /* places, for one that is over */
#define SWEEP       64
#define SWEEP_MAX   1024

struct chunk {
	void *memory; /* to be freed; flows begin at its first whole page */
	struct flow *flows;
};

struct flow_table {
	void *index_memory; /* as in struct chunk */
	uint64_t *index;
	uint32_t mask;  /* slots of the index, less one */
	uint32_t used;  /* slots that are not empty */
	uint32_t count; /* places 0 to count - 1 are taken */
	struct chunk *chunk;
	uint32_t hand; /* where the next look or sweep begins */
	size_t limit;
	uint64_t made, dropped;
	flow_leave *leave;
	void *context;
};

/* Written once per process, before it is read: the exception to "no mutable
 * globals", because a hash must be the same for all tables. The digits of pi
 * stand in should the system have no random numbers to give. */
static uint32_t key[8] = {
	0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344,
	0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89,
};
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void draw_key(void)
{
	uint32_t drawn[8];

	if (getrandom(drawn, sizeof(drawn), 0) == (ssize_t)sizeof(drawn))
		memcpy(key, drawn, sizeof(key));
}

/* NH (Black and others 1999), two words of 32 bits a product: two addresses
 * collide with a chance of 2^-32, whoever chooses them. */
static uint64_t hash_endpoint(const struct endpoint *e)
{
	uint32_t w[4];

	memcpy(w, e->ip, sizeof(w));
	const uint64_t h = (uint64_t)(w[0] + key[0]) * (w[1] + key[1]) +
			   (uint64_t)(w[2] + key[2]) * (w[3] + key[3]) +
			   (uint64_t)key[4] * e->port;

	return h ^ h >> 32;
}

uint32_t flow_tag(const struct segment *s)
{
	/* A sum is the same both ways round. */
	const uint64_t h = (hash_endpoint(&s->src) + hash_endpoint(&s->dst)) *
				   0x9e3779b97f4a7c15 +
			   (uint64_t)key[5] * s->protocol;

	return (uint32_t)((h ^ h >> 32) * 0xbf58476d1ce4e5b9 >> 32);
}

/* n zeroed bytes from the start of a huge page on; *memory is to be freed. */
static void *pages_new(void **memory, size_t n)
{
	*memory = mem_new(n + HUGE_PAGE, 1);

	const uintptr_t gap = -(uintptr_t)*memory & (HUGE_PAGE - 1);
	uint8_t *pages = (uint8_t *)*memory + gap;

	/* A wish: without huge pages it is slower and nothing else. */
	(void)madvise(pages, n, MADV_HUGEPAGE);
	return pages;
}

struct flow_table *flow_table_new(size_t limit, flow_leave *leave,
				  void *context)
{
	struct flow_table *t = mem_new(1, sizeof(*t));

	assert(limit > 0 && limit <= (size_t)1 << 31);
	pthread_once(&key_once, draw_key);
	t->limit = limit;
	t->leave = leave;
	t->context = context;
	t->mask = INDEX_START - 1;
	t->index = pages_new(&t->index_memory, INDEX_START * sizeof(*t->index));
	t->chunk =
		mem_new((limit + CHUNK - 1) >> CHUNK_BITS, sizeof(*t->chunk));
	return t;
}

static struct flow *at(const struct flow_table *t, uint32_t place)
{
	return &t->chunk[place >> CHUNK_BITS].flows[place & (CHUNK - 1)];
}

void flow_table_free(struct flow_table *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->count; i += CHUNK)
		free(t->chunk[i >> CHUNK_BITS].memory);
	free(t->chunk);
	free(t->index_memory);
	free(t);
}

static void put_in_index(struct flow_table *t, uint32_t tag, uint32_t place)
{
	uint32_t i = tag & t->mask;

	while (t->index[i])
		i = (i + 1) & t->mask;
	t->index[i] = (uint64_t)tag << 32 | (place + 1);
	t->used++;
}

/* Half full is the most: then the first slot looked at is mostly the one. An
 * index of the same size is made where that gives back enough of it. */
static void make_index(struct flow_table *t)
{
	if (t->used <= t->mask / 2)
		return;
	free(t->index_memory);
	if (t->count > t->mask / 4)
		t->mask = t->mask * 2 + 1;
	t->index = pages_new(&t->index_memory,
			     ((size_t)t->mask + 1) * sizeof(*t->index));
	t->used = 0;
	for (uint32_t i = 0; i < t->count; i++)
		put_in_index(t, at(t, i)->tag, i);
}

static bool goes_before(const struct flow *f, const struct flow *than)
{
	if ((f->state & FLOW_HELD) != (than->state & FLOW_HELD))
		return (f->state & FLOW_HELD) == 0;
	return f->last_s < than->last_s;
}

static void step(struct flow_table *t)
{
	t->hand = t->hand + 1 < t->count ? t->hand + 1 : 0;
}

static bool is_over(const struct flow *f, uint32_t now_s)
{
	const uint32_t most =
		f->protocol == TCP ? FLOW_IDLE_TCP_S : FLOW_IDLE_S;

	return !(f->state & FLOW_HELD) && now_s - f->last_s > most;
}

/* The place of one that is over, taken out; NOBODY if none is near. */
static uint32_t reuse_one(struct flow_table *t, uint32_t now_s)
{
	for (uint32_t i = 0; i < LOOK && i < t->count; i++) {
		const uint32_t place = t->hand;

		step(t);
		if (is_over(at(t, place), now_s))
			return place;
	}
	return NOBODY;
}

/* The table is full: chooses who goes, and returns the place. */
static uint32_t drop_one(struct flow_table *t)
{
	uint32_t chosen = t->hand;

	for (uint32_t i = 0; i < SWEEP_MAX && i < t->count; i++) {
		if (i >= SWEEP && !(at(t, chosen)->state & FLOW_HELD))
			break;
		if (goes_before(at(t, t->hand), at(t, chosen)))
			chosen = t->hand;
		step(t);
	}
	struct flow *f = at(t, chosen);

	if (t->leave)
		t->leave(t->context, f);
	t->dropped++;
	return chosen;
}

static uint32_t new_place(struct flow_table *t, uint32_t now_s)
{
	struct chunk *c = &t->chunk[t->count >> CHUNK_BITS];
	const uint32_t old = reuse_one(t, now_s);

	if (old != NOBODY)
		return old;
	if (t->count == t->limit)
		return drop_one(t);
	if (!c->memory)
		c->flows = pages_new(&c->memory, CHUNK * sizeof(struct flow));
	return t->count++;
}

static bool lower(const struct endpoint *x, const struct endpoint *y)
{
	const int c = memcmp(x->ip, y->ip, sizeof(x->ip));

	return c ? c < 0 : x->port < y->port;
}

static struct flow *make(struct flow_table *t, const struct segment *s,
			 uint32_t tag, uint32_t now_s)
{
	const uint32_t place = new_place(t, now_s);
	struct flow *f = at(t, place);
	const bool swap = lower(&s->dst, &s->src);

	*f = (struct flow){
		.a = swap ? s->dst : s->src,
		.b = swap ? s->src : s->dst,
		.protocol = s->protocol,
		.tag = tag,
	};
	t->made++;
	put_in_index(t, tag, place);
	make_index(t);
	return f;
}

/* Another flow on the same five-tuple. */
static void make_again(struct flow_table *t, struct flow *f)
{
	f->state = 0;
	f->budget = 0;
	f->isn[0] = f->isn[1] = 0;
	t->made++;
}

static struct flow *find(const struct flow_table *t,
			 enum flow_direction *direction,
			 const struct segment *s, uint32_t tag)
{
	for (uint32_t i = tag & t->mask; t->index[i]; i = (i + 1) & t->mask) {
		if (t->index[i] >> 32 != tag)
			continue;
		struct flow *f = at(t, (uint32_t)t->index[i] - 1);

		if (flow_holds(f, direction, s))
			return f;
	}
	return NULL;
}

struct flow *flow_guess(const struct flow_table *t, uint32_t tag)
{
	uint32_t i = tag & t->mask;

	while (t->index[i] && t->index[i] >> 32 != tag)
		i = (i + 1) & t->mask;
	return t->index[i] ? at(t, (uint32_t)t->index[i] - 1) : NULL;
}

void flow_look(const struct flow_table *t, struct flow_hint *hint,
	       const struct segment *segment, const uint16_t *which, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		hint[i].tag = flow_tag(&segment[which[i]]);
		__builtin_prefetch(&t->index[hint[i].tag & t->mask]);
	}
	for (size_t i = 0; i < n; i++) {
		hint[i].guess = flow_guess(t, hint[i].tag);
		__builtin_prefetch(hint[i].guess);
	}
}

struct flow *flow_seek(struct flow_table *t, enum flow_direction *direction,
		       const struct segment *s, uint32_t tag, uint32_t now_s)
{
	struct flow *f = find(t, direction, s, tag);

	if (!f) {
		f = make(t, s, tag, now_s);
		flow_holds(f, direction, s);
	} else if (is_over(f, now_s)) {
		make_again(t, f);
	}
	f->last_s = now_s;
	return f;
}

size_t flow_count(const struct flow_table *t)
{
	return t->count;
}

uint64_t flow_made(const struct flow_table *t)
{
	return t->made;
}

uint64_t flow_dropped(const struct flow_table *t)
{
	return t->dropped;
}
