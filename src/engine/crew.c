#include "engine/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"

/* Batches under way; a lane that waits is woken once for several. */
#define RING  64
#define GROUP 8

struct hand {
	struct crew *crew;
	struct lane *lane;
	pthread_t thread;
	bool threaded;
	uint64_t done; /* batches; under the crew's lock */
};

/* Batches are numbered from 0, which makes the number its place:
 *
 *	... | told | done by all | done by some | shown | given |
 *	           |<---- at most RING ------------------------>|
 */
struct crew {
	struct hand hand[BATCH_LANES_MAX];
	unsigned lanes;
	bool keeps; /* some lane has a thread */
	struct origins *origins;
	struct batch *ring[RING];
	unsigned size; /* of the ring that is used */
	uint64_t given, told, segments;
	struct batch *last; /* holds what is heard at the end */
	pthread_mutex_t lock;
	pthread_cond_t more, less; /* more was shown; some was done */
	uint64_t shown;            /* under lock, with all below */
	bool over;
	unsigned idle;         /* lanes that wait */
	bool waits;            /* the reader does */
	uint64_t wanted_above; /* done by all, for which it waits */
};

static struct batch *batch_at(const struct crew *c, uint64_t number)
{
	return c->ring[number % c->size];
}

/* What is shown beyond `done`, once there is any; the same as done at the
 * end. */
static uint64_t wait_for_more(struct crew *c, uint64_t done)
{
	pthread_mutex_lock(&c->lock);
	c->idle++;
	while (c->shown == done && !c->over)
		pthread_cond_wait(&c->more, &c->lock);
	c->idle--;
	const uint64_t shown = c->shown;

	pthread_mutex_unlock(&c->lock);
	return shown;
}

static uint64_t done_by_all(const struct crew *c)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < c->lanes; i++) {
		if (c->hand[i].done < least)
			least = c->hand[i].done;
	}
	return least;
}

static void say_done(struct hand *h, uint64_t done)
{
	struct crew *c = h->crew;

	pthread_mutex_lock(&c->lock);
	h->done = done;
	if (c->waits && done_by_all(c) >= c->wanted_above)
		pthread_cond_signal(&c->less);
	pthread_mutex_unlock(&c->lock);
}

static void *labour(void *arg)
{
	struct hand *h = arg;
	uint64_t done = 0, shown;

	while ((shown = wait_for_more(h->crew, done)) > done) {
		const uint64_t end =
			shown < done + GROUP ? shown : done + GROUP;

		while (done < end)
			lane_take(h->lane, batch_at(h->crew, done++));
		say_done(h, done);
	}
	lane_end(h->lane, h->crew->last);
	return NULL;
}

static void start(struct crew *c)
{
	sigset_t all, before;

	/* Signals are for the threads that the program knows of. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i < c->lanes; i++) {
		struct hand *h = &c->hand[i];

		h->threaded = !pthread_create(&h->thread, NULL, labour, h);
		c->keeps = c->keeps || h->threaded;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct crew *crew_new(const struct lane_place *place, unsigned lanes,
		      struct origins *origins)
{
	struct crew *c = mem_new(1, sizeof(*c));

	c->lanes = lanes;
	c->origins = origins;
	c->size = lanes > 1 ? RING : 1;
	c->last = batch_new();
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->more, NULL);
	pthread_cond_init(&c->less, NULL);
	for (unsigned i = 0; i < c->size; i++)
		c->ring[i] = batch_new();
	for (unsigned i = 0; i < lanes; i++) {
		c->hand[i].crew = c;
		c->hand[i].lane = lane_new(place, i);
	}
	if (lanes > 1)
		start(c);
	return c;
}

/* Shows all that was given. */
static void show(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	c->shown = c->given;
	if (c->idle > 0)
		pthread_cond_broadcast(&c->more);
	pthread_mutex_unlock(&c->lock);
}

/* Waits until all are through so many batches. */
static void wait_for_done(struct crew *c, uint64_t number)
{
	pthread_mutex_lock(&c->lock);
	c->waits = true;
	c->wanted_above = number;
	while (done_by_all(c) < number)
		pthread_cond_wait(&c->less, &c->lock);
	c->waits = false;
	pthread_mutex_unlock(&c->lock);
}

/* Those that all are through are cleared in their order. */
static void tell_until(struct crew *c, uint64_t number)
{
	for (; c->told < number; c->told++) {
		struct batch *b = batch_at(c, c->told);

		words_tell(b->words, c->lanes, c->origins);
		batch_clear(b);
	}
}

struct batch *crew_next(struct crew *c)
{
	if (c->given - c->told == c->size) {
		const uint64_t number = c->told + (c->size + 3) / 4;

		show(c);
		wait_for_done(c, number);
		tell_until(c, number);
	}
	batch_at(c, c->given)->first = c->segments;
	return batch_at(c, c->given);
}

void crew_give(struct crew *c)
{
	struct batch *b = batch_at(c, c->given++);

	c->segments += b->n;
	for (unsigned i = 0; i < c->lanes; i++) {
		struct hand *h = &c->hand[i];

		if (h->threaded)
			continue;
		lane_take(h->lane, b);
		say_done(h, c->given);
	}
	if (c->keeps && c->given % GROUP == 0)
		show(c);
}

void crew_wait(struct crew *c)
{
	show(c);
	wait_for_done(c, c->given);
	tell_until(c, c->given);
}

bool crew_keeps(const struct crew *c)
{
	return c->keeps;
}

uint64_t crew_earliest(const struct crew *c)
{
	return c->told < c->given ? batch_at(c, c->told)->first : c->segments;
}

static void add(struct scan_counts *to, const struct scan_counts *n)
{
	to->flows += n->flows;
	to->flows_dropped += n->flows_dropped;
	to->conversations += n->conversations;
	to->conversations_dropped += n->conversations_dropped;
	to->sessions += n->sessions;
	to->gaps += n->gaps;
	to->lost += n->lost;
	to->retransmitted += n->retransmitted;
	to->conflicts += n->conflicts;
	to->out_of_order += n->out_of_order;
	to->jobs_dropped += n->jobs_dropped;
	to->messages.whole += n->messages.whole;
	to->messages.cut += n->messages.cut;
	to->messages.oversized += n->messages.oversized;
	to->messages.broken += n->messages.broken;
	to->messages.junk += n->messages.junk;
	to->not_json += n->not_json;
	for (int f = 0; f < DIALECT_FAULTS; f++)
		to->faults[f] += n->faults[f];
	to->replies_unmatched += n->replies_unmatched;
}

static void finish(struct crew *c)
{
	crew_wait(c);
	pthread_mutex_lock(&c->lock);
	c->over = true;
	pthread_cond_broadcast(&c->more);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->lanes; i++) {
		struct hand *h = &c->hand[i];

		if (h->threaded)
			pthread_join(h->thread, NULL);
		else
			lane_end(h->lane, c->last);
	}
	words_tell(c->last->words, c->lanes, c->origins);
}

void crew_end(struct crew *c, struct scan_counts *counts)
{
	finish(c);
	for (unsigned i = 0; i < c->lanes; i++) {
		add(counts, lane_counts(c->hand[i].lane));
		lane_free(c->hand[i].lane);
	}
	for (unsigned i = 0; i < c->size; i++)
		batch_free(c->ring[i]);
	batch_free(c->last);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->more);
	pthread_cond_destroy(&c->less);
	free(c);
}
