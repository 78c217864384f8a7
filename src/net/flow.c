#include "net/flow.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "base/mem.h"

static_assert(sizeof(struct flow) == 64, "an entry is one cache line");
static_assert(sizeof(struct endpoint) == 18, "no bytes between two endpoints");

/* The index finds an entry's place by its tag; places lie in chunks that never
 * move, so that growing costs a new index and nothing else:
 *
 *	index    [ tag | place + 1 ] [ 0 ] [ tag | place + 1 ] ...
 *	               |
 *	chunk[place / CHUNK] -> [ flow ] [ flow ] [ flow ] ...
 *
 * The index is open addressing. Every packet looks at one slot and one flow out
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
static uint64_t key[8] = {
	0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
	0x082efa98ec4e6c89, 0x452821e638d01377, 0xbe5466cf34e90c6c,
	0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917,
};
static uint64_t key_of_four; /* what the first words of IPv4 come to */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static atomic_bool key_drawn;

static void draw_key(void)
{
	uint64_t drawn[8];
	uint32_t word;

	if (getrandom(drawn, sizeof(drawn), 0) == (ssize_t)sizeof(drawn))
		memcpy(key, drawn, sizeof(key));
	memcpy(&word, (const uint8_t[4]){ [2] = 0xff, [3] = 0xff }, 4);
	key_of_four = key[0] + key[3] * word;
	atomic_store_explicit(&key_drawn, true, memory_order_release);
}

static uint64_t mix(uint64_t h)
{
	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15;
	h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9;
	return h ^ h >> 32;
}

/* Multilinear hashing (Lemire and Kaser 2014): words times secret factors. Two
 * endpoints collide with a chance of about 2^-32, whoever chooses them. Of IPv4
 * the first three words are always the same. */
static uint64_t hash_endpoint(const struct endpoint *e)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint32_t w[4], four[3];
	uint64_t h;

	memcpy(w, e->ip, sizeof(w));
	memcpy(four, mapped, sizeof(four));
	if ((w[0] | w[1]) == 0 && w[2] == four[2])
		h = key_of_four;
	else
		h = key[0] + key[1] * w[0] + key[2] * w[1] + key[3] * w[2];
	h += key[4] * w[3] + key[5] * e->port;
	return (h ^ h >> 32) * 0x9e3779b97f4a7c15;
}

uint64_t flow_hash(const struct segment *s)
{
	if (!atomic_load_explicit(&key_drawn, memory_order_acquire))
		pthread_once(&key_once, draw_key);
	/* A sum is the same both ways round. */
	return mix(hash_endpoint(&s->src) + hash_endpoint(&s->dst) +
		   key[6] * s->protocol);
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

static void put_in_index(uint64_t *index, uint32_t mask, uint64_t slot)
{
	uint32_t i = (uint32_t)(slot >> 32) & mask;

	while (index[i])
		i = (i + 1) & mask;
	index[i] = slot;
}

/* Half full is the most: then the first slot looked at is mostly the one. */
static void grow_index(struct flow_table *t)
{
	const uint32_t mask = t->mask * 2 + 1;

	if (t->count <= t->mask / 2)
		return;
	void *memory;
	uint64_t *index =
		pages_new(&memory, ((size_t)mask + 1) * sizeof(*index));

	for (size_t i = 0; i <= t->mask; i++)
		if (t->index[i])
			put_in_index(index, mask, t->index[i]);
	free(t->index_memory);
	t->index_memory = memory;
	t->index = index;
	t->mask = mask;
}

/* Takes a place out of the index and moves up those behind it that would not
 * be found across the hole. */
static void take_from_index(struct flow_table *t, uint32_t place)
{
	uint32_t hole = at(t, place)->tag & t->mask;

	while ((uint32_t)t->index[hole] != place + 1)
		hole = (hole + 1) & t->mask;
	for (uint32_t i = hole;;) {
		i = (i + 1) & t->mask;
		if (!t->index[i])
			break;
		const uint32_t home = (uint32_t)(t->index[i] >> 32) & t->mask;

		if (((i - home) & t->mask) < ((i - hole) & t->mask))
			continue;
		t->index[hole] = t->index[i];
		hole = i;
	}
	t->index[hole] = 0;
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
		if (is_over(at(t, place), now_s)) {
			take_from_index(t, place);
			return place;
		}
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
	take_from_index(t, chosen);
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
	grow_index(t);
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
	put_in_index(t->index, t->mask, (uint64_t)tag << 32 | (place + 1));
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

/* 0 if equal. Without branches, because which direction a packet has is
 * anyone's guess, the processor's too. */
static uint64_t differ(const struct endpoint *x, const struct endpoint *y)
{
	uint64_t a[2], b[2];

	memcpy(a, x->ip, sizeof(a));
	memcpy(b, y->ip, sizeof(b));
	return (a[0] ^ b[0]) | (a[1] ^ b[1]) | (uint64_t)(x->port ^ y->port);
}

/* Is f the entry of s? *direction is then the way that s goes. */
static bool holds(const struct flow *f, enum flow_direction *direction,
		  const struct segment *s)
{
	const uint64_t there = differ(&s->src, &f->a) | differ(&s->dst, &f->b);
	const uint64_t back = differ(&s->src, &f->b) | differ(&s->dst, &f->a);

	*direction = there ? FLOW_B_TO_A : FLOW_A_TO_B;
	return (!there | !back) && f->protocol == s->protocol;
}

static struct flow *find(const struct flow_table *t,
			 enum flow_direction *direction,
			 const struct segment *s, uint32_t tag)
{
	for (uint32_t i = tag & t->mask; t->index[i]; i = (i + 1) & t->mask) {
		if (t->index[i] >> 32 != tag)
			continue;
		struct flow *f = at(t, (uint32_t)t->index[i] - 1);

		if (holds(f, direction, s))
			return f;
	}
	return NULL;
}

void flow_prefetch(const struct flow_table *t, uint64_t hash)
{
	__builtin_prefetch(&t->index[(uint32_t)(hash >> 32) & t->mask]);
}

uint32_t flow_guess(const struct flow_table *t, uint64_t hash)
{
	const uint32_t tag = (uint32_t)(hash >> 32);
	uint32_t i = tag & t->mask;

	while (t->index[i] && t->index[i] >> 32 != tag)
		i = (i + 1) & t->mask;
	if (t->index[i])
		__builtin_prefetch(at(t, (uint32_t)t->index[i] - 1));
	return (uint32_t)t->index[i];
}

struct flow *flow_of(struct flow_table *t, enum flow_direction *direction,
		     const struct segment *s, uint64_t hash, uint32_t guess,
		     uint32_t now_s)
{
	const uint32_t tag = (uint32_t)(hash >> 32);
	struct flow *f = guess ? at(t, guess - 1) : NULL;

	if (!f || !holds(f, direction, s))
		f = find(t, direction, s, tag);
	if (!f) {
		f = make(t, s, tag, now_s);
		*direction = differ(&s->src, &f->a) ? FLOW_B_TO_A : FLOW_A_TO_B;
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
