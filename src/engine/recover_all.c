#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "base/buf.h"
#include "engine/recover_private.h"
#include "hash/sha256d.h"

/* Rounds end together, and what was tried is kept after each: on a fast core a
 * second or two. Within a round each thread takes the next chunk, so that one
 * on a busy processor holds no other up. What is found does not depend on who
 * took which. */
#define ROUND       (UINT64_C(1) << 22)
#define CHUNK       (UINT64_C(1) << 15)
#define THREADS_MAX 64
/* A question begins with the number of the rules by which it is answered. */
#define RULES 1

struct round {
	const struct search_share *share;
	size_t n;
	uint32_t length;
	uint64_t first, count;
	atomic_size_t taken; /* chunks */
	struct search_result chunk[ROUND / CHUNK];
};

static size_t num_chunks(const struct round *r)
{
	return (size_t)((r->count + CHUNK - 1) / CHUNK);
}

static void *search_chunks(void *context)
{
	static const uint8_t zeros[SEARCH_LENGTH_MAX];
	struct round *r = context;
	struct search_candidates c = { .base = zeros,
				       .length = r->length,
				       .order = SEARCH_BIG_ENDIAN };

	for (;;) {
		const size_t i = atomic_fetch_add(&r->taken, 1);

		if (i >= num_chunks(r))
			return NULL;
		const uint64_t left = r->count - i * CHUNK;

		c.first = (uint32_t)(r->first + i * CHUNK);
		c.count = left < CHUNK ? left : CHUNK;
		r->chunk[i] = (struct search_result){ 0 };
		search_range(&r->chunk[i], r->share, r->n, &c);
	}
}

/* The processors this process may use. */
static size_t processors(size_t out[THREADS_MAX])
{
	cpu_set_t set;
	size_t n = 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 0;
	for (size_t i = 0; i < CPU_SETSIZE && n < THREADS_MAX; i++) {
		if (CPU_ISSET(i, &set))
			out[n++] = i;
	}
	return n;
}

/* A thread that stays on its processor, where that can be had. */
static bool start_thread(pthread_t *thread, size_t processor, struct round *r)
{
	pthread_attr_t attributes;
	cpu_set_t set;
	bool started;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	pthread_attr_setaffinity_np(&attributes, sizeof(set), &set);
	started = pthread_create(thread, &attributes, search_chunks, r) == 0 ||
		  pthread_create(thread, NULL, search_chunks, r) == 0;
	pthread_attr_destroy(&attributes);
	return started;
}

static void search_round(struct round *r)
{
	size_t processor[THREADS_MAX];
	pthread_t thread[THREADS_MAX];
	const size_t most = processors(processor);
	size_t n = 0;

	atomic_store(&r->taken, 0);
	while (n < most && start_thread(&thread[n], processor[n], r))
		n++;
	if (n == 0)
		search_chunks(r);
	while (n > 0)
		pthread_join(thread[--n], NULL);
}

static void take_better(struct search_result *best,
			const struct search_result *other)
{
	const uint64_t tried = best->tried + other->tried;

	if (other->bits > best->bits)
		*best = *other;
	best->tried = tried;
}

static void add_span(struct buf *b, struct span s)
{
	buf_le32(b, (uint32_t)s.n);
	buf_add(b, s.p, s.n);
}

/* All that what is found depends on. */
static void ask(uint8_t out[32], const struct search_share *share, size_t n,
		uint32_t length)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	buf_le32(&b, RULES);
	buf_le32(&b, length);
	for (size_t i = 0; i < n; i++) {
		const struct share_job *job = &share[i].job;
		const struct share_submit *submit = &share[i].submit;
		uint8_t target[32] = { 0 };

		if (share[i].has_target)
			target_write(target, &share[i].target);
		buf_add(&b, job->previous, sizeof(job->previous));
		add_span(&b, job->coinbase1);
		add_span(&b, job->coinbase2);
		add_span(&b, job->branches);
		buf_le32(&b, job->version);
		buf_le32(&b, job->nbits);
		add_span(&b, submit->extranonce2);
		buf_le32(&b, submit->ntime);
		buf_le32(&b, submit->nonce);
		buf_u8(&b, submit->has_version_bits);
		buf_le32(&b, submit->version_bits);
		buf_le32(&b, submit->version_mask);
		buf_u8(&b, share[i].has_target);
		buf_add(&b, target, sizeof(target));
	}
	sha256d(out, b.p, b.n);
	buf_fini(&b);
}

static uint32_t number_of(struct span value)
{
	uint32_t v = 0;

	for (size_t i = 0; i < value.n; i++)
		v = v << 8 | value.p[i];
	return v;
}

/* What an earlier run kept of the same question. What its best value is worth
 * is found again: a case may come from anyone. */
static struct search_result resume(struct store *store, const struct round *r,
				   const char *session,
				   const uint8_t question[32])
{
	struct search_result found = { 0 };
	struct fact_search f;
	uint8_t value[SEARCH_LENGTH_MAX];

	if (!store_search_at(store, &f, session) ||
	    memcmp(f.question, question, sizeof(f.question)) != 0 ||
	    f.tried > UINT64_C(1) << (8 * r->length))
		return found;
	if (f.value.n == r->length) {
		memcpy(value, f.value.p, f.value.n);
		search_range(&found, r->share, r->n,
			     &(struct search_candidates){
				     .base = value,
				     .length = r->length,
				     .first = number_of(f.value),
				     .count = 1 });
	}
	found.tried = f.tried;
	return found;
}

static enum status keep(struct store *store, const char *session,
			const uint8_t question[32],
			const struct search_result *r)
{
	struct fact_search f = { .tried = r->tried,
				 .value = { r->value, r->length } };
	enum status st;

	memcpy(f.session, session, sizeof(f.session));
	memcpy(f.question, question, sizeof(f.question));
	st = store_search(store, &f);
	return st == ST_OK ? store_flush(store, NULL) : st;
}

static bool is_settled(const struct search_result *before,
		       const struct search_result *all)
{
	struct search_result both = *before;

	take_better(&both, all);
	return search_certainty(&both) >= RECOVER_BITS;
}

enum status recover_all(struct recover *r, const char *session,
			const struct search_share *share, size_t n,
			uint32_t length, struct search_result *result)
{
	const struct recover_options *o = r->options;
	const uint64_t num_values = UINT64_C(1) << (8 * length);
	struct round round = { .share = share, .n = n, .length = length };
	struct search_result all;
	uint8_t question[32];
	enum status st = ST_OK;

	ask(question, share, n, length);
	all = resume(r->store, &round, session, question);
	const uint64_t from = all.tried;

	while (st == ST_OK && all.tried < num_values &&
	       !is_settled(result, &all)) {
		const uint64_t left = num_values - all.tried;

		if (o->progress)
			o->progress(o->context, from, all.tried, num_values);
		round.first = all.tried;
		round.count = left < ROUND ? left : ROUND;
		search_round(&round);
		for (size_t i = 0; i < num_chunks(&round); i++)
			take_better(&all, &round.chunk[i]);
		/* What cannot be searched (a coinbase too long) is tried by
		 * none. */
		if (all.tried != round.first + round.count)
			break;
		st = keep(r->store, session, question, &all);
	}
	take_better(result, &all);
	return st;
}
