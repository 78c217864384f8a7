#include "ingest/fingerprint.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "hash/digest.h"

#define JOBS 64

struct job {
	struct digest_sha256 *digest;
	const void *p;
	size_t n;
};

/* Jobs are numbered from 1, which makes the number a ticket:
 *
 *	... done | done + 1 ... posted |
 *	read     | wait, at jobs[number % JOBS]
 */
struct fingerprint_worker {
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock;      /* of all that follows */
	pthread_cond_t work, rest; /* more to do; something was done */
	bool quit;
	uint64_t posted, done;
	struct job jobs[JOBS];
};

struct fingerprint {
	struct fingerprint_worker *worker;
	struct digest_sha256 *digest;
	uint64_t last;
};

static void *labour(void *arg)
{
	struct fingerprint_worker *w = arg;

	pthread_mutex_lock(&w->lock);
	for (;;) {
		while (w->done == w->posted && !w->quit)
			pthread_cond_wait(&w->work, &w->lock);
		if (w->done == w->posted)
			break;
		const struct job job = w->jobs[(w->done + 1) % JOBS];

		pthread_mutex_unlock(&w->lock);
		digest_sha256_add(job.digest, job.p, job.n);
		pthread_mutex_lock(&w->lock);
		w->done++;
		pthread_cond_signal(&w->rest);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* On one processor a second thread only costs the changes between the two. */
static bool one_processor(void)
{
	cpu_set_t set;

	return !sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) == 1;
}

struct fingerprint_worker *fingerprint_worker_new(void)
{
	struct fingerprint_worker *w = mem_new(1, sizeof(*w));
	sigset_t all, before;

	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	pthread_cond_init(&w->rest, NULL);
	/* Signals are for the threads that the program knows of. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	w->threaded = !one_processor() &&
		      !pthread_create(&w->thread, NULL, labour, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return w;
}

void fingerprint_worker_free(struct fingerprint_worker *w)
{
	if (!w)
		return;
	if (w->threaded) {
		pthread_mutex_lock(&w->lock);
		w->quit = true;
		pthread_cond_signal(&w->work);
		pthread_mutex_unlock(&w->lock);
		pthread_join(w->thread, NULL);
	}
	pthread_cond_destroy(&w->rest);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

struct fingerprint *fingerprint_new(struct fingerprint_worker *w)
{
	struct fingerprint *f = mem_new(1, sizeof(*f));

	f->worker = w;
	f->digest = digest_sha256_new();
	return f;
}

uint64_t fingerprint_add(struct fingerprint *f, const void *p, size_t n)
{
	struct fingerprint_worker *w = f->worker;

	if (!w->threaded) {
		digest_sha256_add(f->digest, p, n);
		return 0;
	}
	pthread_mutex_lock(&w->lock);
	while (w->posted - w->done == JOBS)
		pthread_cond_wait(&w->rest, &w->lock);
	f->last = ++w->posted;
	w->jobs[f->last % JOBS] = (struct job){ f->digest, p, n };
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	return f->last;
}

void fingerprint_wait(struct fingerprint *f, uint64_t ticket)
{
	struct fingerprint_worker *w = f->worker;

	if (!ticket)
		return;
	pthread_mutex_lock(&w->lock);
	while (w->done < ticket)
		pthread_cond_wait(&w->rest, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

void fingerprint_end(struct fingerprint *f, uint8_t out[32])
{
	fingerprint_wait(f, f->last);
	digest_sha256_end(f->digest, out);
	free(f);
}
