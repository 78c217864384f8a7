#include "engine/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"

/* Batches under way, and how many a thread takes of a lane at once. */
#define RING  32
#define GROUP 4

/* What is done is under the crew's lock; the lane is its that took it. */
struct post {
	struct lane *lane;
	uint64_t done; /* batches */
	bool taken, ended;
};

/* Batches are numbered from 0, which makes the number its place:
 *
 *	... | told | done by all | done by some | shown | given |
 *	           |<---- at most RING ------------------------>|
 */
struct crew {
	struct post post[BATCH_LANES_MAX];
	unsigned lanes;
	pthread_t thread[BATCH_LANES_MAX];
	unsigned threads;
	struct origins *origins;
	struct batch *ring[RING];
	unsigned size; /* of the ring that is used */
	uint64_t given, told, segments;
	struct batch *last; /* holds what is heard at the end */
	pthread_mutex_t lock;
	pthread_cond_t more, less; /* more was shown; some was done */
	uint64_t shown;            /* under lock, with all below */
	bool over;
	unsigned idle; /* threads that wait */
	bool waits;    /* the reader does */
};

static struct batch *batch_at(const struct crew *c, uint64_t number)
{
	return c->ring[number % c->size];
}

static uint64_t done_by_all(const struct crew *c)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < c->lanes; i++) {
		if (c->post[i].done < least)
			least = c->post[i].done;
	}
	return least;
}

static bool has_work(const struct crew *c, const struct post *p)
{
	return !p->taken && (p->done < c->shown || (c->over && !p->ended));
}

/* Of the lanes that nobody is at, the one that is farthest behind, or NULL.
 * Under lock. */
static struct post *find_work(struct crew *c)
{
	struct post *found = NULL;

	for (unsigned i = 0; i < c->lanes; i++) {
		struct post *p = &c->post[i];

		if (has_work(c, p) && (!found || p->done < found->done))
			found = p;
	}
	return found;
}

/* Under lock, which others get meanwhile. */
static void work_at(struct crew *c, struct post *p)
{
	const uint64_t end =
		c->shown < p->done + GROUP ? c->shown : p->done + GROUP;
	const bool ends = c->over && p->done == c->shown;

	p->taken = true;
	pthread_mutex_unlock(&c->lock);
	for (uint64_t i = p->done; i < end; i++)
		lane_take(p->lane, batch_at(c, i));
	if (ends)
		lane_end(p->lane, c->last);
	pthread_mutex_lock(&c->lock);
	p->done = end;
	p->ended = ends;
	p->taken = false;
	if (c->waits)
		pthread_cond_signal(&c->less);
}

static void *labour(void *arg)
{
	struct crew *c = arg;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		struct post *p = find_work(c);

		if (p) {
			work_at(c, p);
		} else if (c->over) {
			break;
		} else {
			c->idle++;
			pthread_cond_wait(&c->more, &c->lock);
			c->idle--;
		}
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static void start(struct crew *c)
{
	sigset_t all, before;

	/* Signals are for the threads that the program knows of. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 1; i < c->lanes; i++) {
		if (pthread_create(&c->thread[c->threads], NULL, labour, c))
			break;
		c->threads++;
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
	for (unsigned i = 0; i < lanes; i++)
		c->post[i].lane = lane_new(place, i);
	start(c);
	return c;
}

/* Shows all that was given. Under lock. */
static void show(struct crew *c)
{
	c->shown = c->given;
	if (c->idle > 0)
		pthread_cond_broadcast(&c->more);
}

/* Works until all are through so many batches, and waits only for what others
 * are at. Under lock. */
static void work_until(struct crew *c, uint64_t number)
{
	while (done_by_all(c) < number) {
		struct post *p = find_work(c);

		if (p) {
			work_at(c, p);
			continue;
		}
		c->waits = true;
		pthread_cond_wait(&c->less, &c->lock);
		c->waits = false;
	}
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

/* So that no more than that many batches are under way. */
static void get_through(struct crew *c, uint64_t number)
{
	uint64_t done;

	pthread_mutex_lock(&c->lock);
	show(c);
	work_until(c, number);
	done = done_by_all(c);
	pthread_mutex_unlock(&c->lock);
	tell_until(c, done);
}

struct batch *crew_next(struct crew *c)
{
	if (c->given - c->told == c->size)
		get_through(c, c->told + 1);
	batch_at(c, c->given)->first = c->segments;
	return batch_at(c, c->given);
}

void crew_give(struct crew *c)
{
	c->segments += batch_at(c, c->given++)->n;
	if (!crew_keeps(c)) {
		get_through(c, c->given);
	} else if (c->given % GROUP == 0) {
		pthread_mutex_lock(&c->lock);
		show(c);
		pthread_mutex_unlock(&c->lock);
	}
}

void crew_wait(struct crew *c)
{
	get_through(c, c->given);
}

bool crew_keeps(const struct crew *c)
{
	return c->threads > 0;
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
	struct post *p;

	crew_wait(c);
	pthread_mutex_lock(&c->lock);
	c->over = true;
	pthread_cond_broadcast(&c->more);
	while ((p = find_work(c)) != NULL)
		work_at(c, p);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->threads; i++)
		pthread_join(c->thread[i], NULL);
	words_tell(c->last->words, c->lanes, c->origins);
}

void crew_end(struct crew *c, struct scan_counts *counts)
{
	finish(c);
	for (unsigned i = 0; i < c->lanes; i++) {
		add(counts, lane_counts(c->post[i].lane));
		lane_free(c->post[i].lane);
	}
	for (unsigned i = 0; i < c->size; i++)
		batch_free(c->ring[i]);
	batch_free(c->last);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->more);
	pthread_cond_destroy(&c->less);
	free(c);
}
