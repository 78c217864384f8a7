#include "miner/miner_crew.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "hash/nonces.h"

#define FINDS_MAX 256
/* Hashes between two looks at the counter: some milliseconds. */
#define AT_ONCE (UINT64_C(1) << 16)

struct worker {
	atomic_uint_fast64_t hashes;
	struct miner_crew *crew;
	pthread_t thread;
	bool started;
	uint8_t apart[64]; /* so that no two share a cache line */
};

struct miner_crew {
	struct worker *worker;
	unsigned n;
	int fd;
	atomic_uint_fast64_t generation; /* changes with work and stop */
	atomic_uint_fast64_t faults;
	atomic_bool done;

	pthread_mutex_t lock; /* over all that follows */
	pthread_cond_t changed;
	struct miner_work *work;
	bool stop;
	struct miner_find *find; /* a ring, of more than FINDS_MAX: at the end
				  * every thread still tells its last */
	size_t room, first, num_finds;
};

static void wake(struct miner_crew *c)
{
	const uint64_t one = 1;

	/* A full counter is as readable as can be. */
	if (write(c->fd, &one, sizeof(one)) < 0)
		return;
}

static void tell(struct miner_crew *c, const struct miner_find *f)
{
	pthread_mutex_lock(&c->lock);
	while (c->num_finds >= FINDS_MAX && !c->stop)
		pthread_cond_wait(&c->changed, &c->lock);
	assert(c->num_finds < c->room);
	c->find[(c->first + c->num_finds) % c->room] = *f;
	c->num_finds++;
	miner_work_get(f->work);
	pthread_mutex_unlock(&c->lock);
	wake(c);
}

/* In full, by the code that proves what others submit. */
static void check(struct miner_crew *c, struct miner_work *w,
		  const struct miner_choice *choice, uint32_t top)
{
	struct miner_find f = { .work = w, .choice = *choice };
	struct timespec now;

	miner_work_header(f.header, w, choice);
	share_hash(f.hash, f.header, TARGET_SHA256D);
	const struct target value = target_of_hash(f.hash);

	if (value.word[3] >> 32 > top) {
		atomic_fetch_add(&c->faults, 1);
		return;
	}
	if (!target_met(f.hash, &w->parts.target))
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	f.time.ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	tell(c, &f);
}

static bool is_new(const struct miner_crew *c, uint64_t generation)
{
	return atomic_load_explicit(&c->generation, memory_order_acquire) !=
	       generation;
}

static void check_all(struct miner_crew *c, struct miner_work *w,
		      const struct miner_unit *u,
		      const struct nonces_found *found, uint32_t top)
{
	struct miner_choice choice = u->first;

	for (size_t i = 0; i < found->n; i++) {
		choice.version_bits =
			w->parts.has_mask
				? found->hit[i].version & w->parts.mask
				: 0;
		choice.nonce = found->hit[i].nonce;
		check(c, w, &choice, top);
	}
}

static void mine_unit(struct worker *me, struct miner_work *w,
		      const struct miner_unit *u, uint64_t generation)
{
	const uint32_t top = (uint32_t)(w->parts.target.word[3] >> 32);
	const uint64_t most = AT_ONCE / u->num_versions;
	uint8_t header[HEADER_SIZE];
	struct nonces_found found;
	struct nonces_job job;
	uint64_t at = 0;

	miner_work_header(header, w, &u->first);
	nonces_prepare_versions(&job, header, u->version, u->num_versions);
	while (at < MINER_UNIT_NONCES && !is_new(me->crew, generation)) {
		const uint64_t left = MINER_UNIT_NONCES - at;
		const uint64_t n = nonces_search(
			&found, &job, u->first.nonce + (uint32_t)at,
			left < most ? left : most, top);

		at += n;
		atomic_fetch_add_explicit(&me->hashes, n * u->num_versions,
					  memory_order_relaxed);
		check_all(me->crew, w, u, &found, top);
	}
}

static void finish(struct miner_crew *c, uint64_t generation)
{
	pthread_mutex_lock(&c->lock);
	if (!is_new(c, generation))
		atomic_store(&c->done, true);
	pthread_mutex_unlock(&c->lock);
	wake(c);
}

static void mine(struct worker *me, struct miner_work *w, uint64_t generation)
{
	struct miner_unit u;

	while (!is_new(me->crew, generation)) {
		if (!miner_work_draw(&u, w)) {
			finish(me->crew, generation);
			return;
		}
		mine_unit(me, w, &u, generation);
	}
}

/* The newest work that is not `seen` yet. NULL: the end. */
static struct miner_work *next_work(struct miner_crew *c, uint64_t *seen)
{
	struct miner_work *w = NULL;

	pthread_mutex_lock(&c->lock);
	while (!c->stop && (atomic_load(&c->generation) == *seen || !c->work))
		pthread_cond_wait(&c->changed, &c->lock);
	if (!c->stop)
		w = miner_work_get(c->work);
	*seen = atomic_load(&c->generation);
	pthread_mutex_unlock(&c->lock);
	return w;
}

static void *run(void *context)
{
	struct worker *me = context;
	struct miner_work *w;
	uint64_t seen = 0;

	while ((w = next_work(me->crew, &seen)) != NULL) {
		mine(me, w, seen);
		miner_work_put(w);
	}
	return NULL;
}

/* The nth processor of those that may be used, over and over. */
static void pin_to(pthread_t thread, unsigned nth)
{
	cpu_set_t all, one;

	if (sched_getaffinity(0, sizeof(all), &all) != 0)
		return;
	nth %= (unsigned)CPU_COUNT(&all);
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all) || nth-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		pthread_setaffinity_np(thread, sizeof(one), &one);
		return;
	}
}

/* Signals are for the thread that owns the crew. */
static int start(struct miner_crew *c, bool pin)
{
	sigset_t all, before;
	int error = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i < c->n && !error; i++) {
		struct worker *w = &c->worker[i];

		w->crew = c;
		error = pthread_create(&w->thread, NULL, run, w);
		w->started = error == 0;
		if (pin && w->started)
			pin_to(w->thread, i);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

struct miner_crew *miner_crew_new(unsigned n, bool pin, struct why *why)
{
	struct miner_crew *c = mem_new(1, sizeof(*c));
	int error;

	c->n = n;
	c->room = FINDS_MAX + (size_t)n * NONCES_FOUND_MAX;
	c->find = mem_new(c->room, sizeof(c->find[0]));
	c->worker = mem_new(n, sizeof(*c->worker));
	c->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	error = c->fd < 0 ? errno : start(c, pin);
	if (!error)
		return c;
	status_why(why, ST_IO, "threads: %s", strerror(error));
	miner_crew_free(c);
	return NULL;
}

void miner_crew_stop(struct miner_crew *c)
{
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	atomic_fetch_add_explicit(&c->generation, 1, memory_order_release);
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->n; i++) {
		if (c->worker[i].started)
			pthread_join(c->worker[i].thread, NULL);
		c->worker[i].started = false;
	}
}

void miner_crew_free(struct miner_crew *c)
{
	struct miner_find f;

	if (!c)
		return;
	miner_crew_stop(c);
	while (miner_crew_take(c, &f))
		miner_work_put(f.work);
	miner_work_put(c->work);
	if (c->fd >= 0)
		close(c->fd);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	free(c->worker);
	free(c->find);
	free(c);
}

void miner_crew_give(struct miner_crew *c, struct miner_work *w)
{
	pthread_mutex_lock(&c->lock);
	struct miner_work *old = c->work;

	c->work = w ? miner_work_get(w) : NULL;
	atomic_store(&c->done, false);
	atomic_fetch_add_explicit(&c->generation, 1, memory_order_release);
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	miner_work_put(old);
}

bool miner_crew_take(struct miner_crew *c, struct miner_find *out)
{
	bool some;

	pthread_mutex_lock(&c->lock);
	some = c->num_finds > 0;
	if (some) {
		*out = c->find[c->first];
		c->first = (c->first + 1) % c->room;
		c->num_finds--;
		pthread_cond_broadcast(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
	return some;
}

int miner_crew_fd(const struct miner_crew *c)
{
	return c->fd;
}

void miner_crew_calm(struct miner_crew *c)
{
	uint64_t count;

	if (read(c->fd, &count, sizeof(count)) < 0)
		return;
}

bool miner_crew_is_done(const struct miner_crew *c)
{
	return atomic_load(&c->done);
}

uint64_t miner_crew_hashes(const struct miner_crew *c, unsigned thread)
{
	return atomic_load_explicit(&c->worker[thread].hashes,
				    memory_order_relaxed);
}

uint64_t miner_crew_faults(const struct miner_crew *c)
{
	return atomic_load(&c->faults);
}
