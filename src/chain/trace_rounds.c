#include <stdatomic.h>
#include <threads.h>
#include <unistd.h>

#include "chain/trace_private.h"

#define THREADS_MAX 64

struct sharing {
	trace_work *work;
	void *context;
	size_t n;
	atomic_size_t next;
	atomic_bool failed;
	mtx_t lock; /* of what follows: the failure of the lowest item */
	size_t item;
	enum status st;
	struct why why;
};

struct hand {
	struct sharing *s;
	unsigned number;
	bool running;
	thrd_t thread;
};

unsigned trace_threads(const struct trace_options *options)
{
	const long n = options->threads ? (long)options->threads
					: sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

static int lend(void *argument)
{
	const struct hand *h = argument;
	struct sharing *s = h->s;
	struct why why = { "" };

	while (!atomic_load(&s->failed)) {
		const size_t i = atomic_fetch_add(&s->next, 1);

		if (i >= s->n)
			break;
		const enum status st = s->work(s->context, h->number, i, &why);

		if (st == ST_OK)
			continue;
		atomic_store(&s->failed, true);
		mtx_lock(&s->lock);
		if (s->st == ST_OK || i < s->item) {
			s->st = st;
			s->item = i;
			s->why = why;
		}
		mtx_unlock(&s->lock);
	}
	return 0;
}

enum status trace_share_out(unsigned threads, size_t n, trace_work *work,
			    void *context, struct why *why)
{
	struct sharing s = { .work = work, .context = context, .n = n };
	struct hand hand[THREADS_MAX] = { { .s = &s } };

	mtx_init(&s.lock, mtx_plain);
	for (unsigned i = 0; i < threads; i++) {
		hand[i] = (struct hand){ .s = &s, .number = i };
		/* Where no more threads are to be had, fewer do. */
		if (i > 0 && i < n)
			hand[i].running = thrd_create(&hand[i].thread, lend,
						      &hand[i]) == thrd_success;
	}
	lend(&hand[0]);
	for (unsigned i = 1; i < threads; i++) {
		if (hand[i].running)
			thrd_join(hand[i].thread, NULL);
	}
	mtx_destroy(&s.lock);
	if (s.st != ST_OK)
		status_why(why, s.st, "%s", s.why.text);
	return s.st;
}
