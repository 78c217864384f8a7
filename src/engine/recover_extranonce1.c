#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/target.h"
#include "engine/recover_private.h"
#include "pow/search.h"

#define NEIGHBOURS     4096u  /* on either side of a value that was seen */
#define COUNTED        65536u /* from where pools are known to begin */
#define COUNTED_FIRST  1024u  /* of those, tried before all others */
#define OTHERS_MAX     64     /* values seen elsewhere that are tried */
#define CANDIDATES_MAX (UINT64_C(1) << 26) /* of all sessions, unless full */

/* The shares a candidate is held against, and the jobs they point to. */
struct evidence {
	struct jobs jobs;
	struct recover_share share[SEARCH_SHARES_MAX];
	struct search_share search[SEARCH_SHARES_MAX];
	size_t n, num_accepted;
};

/* A share sent twice would count twice, and show nothing new. */
static bool known(const struct evidence *e, const struct fact_share *f)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct fact_share *x = &e->share[i].fact;

		if (x->job_position == f->job_position &&
		    x->ntime == f->ntime && x->nonce == f->nonce &&
		    x->version_bits == f->version_bits &&
		    x->extranonce2.n == f->extranonce2.n &&
		    memcmp(x->extranonce2.p, f->extranonce2.p,
			   f->extranonce2.n) == 0)
			return true;
	}
	return false;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct evidence *e = context;
	size_t at = e->n;

	if (f->proof != FACT_NO_EXTRANONCE1 || known(e, f))
		return true;
	/* A share that the pool accepted tells more than one it did not. */
	if (f->verdict == FACT_ACCEPTED && e->num_accepted < e->n)
		at = e->num_accepted;
	else if (e->n == SEARCH_SHARES_MAX)
		return true;
	if (e->n < SEARCH_SHARES_MAX && at < e->n) {
		e->share[e->n] = e->share[at];
		e->share[e->n].fact.extranonce2.p = e->share[e->n].extranonce2;
	}
	if (!recover_keep(&e->share[at], f))
		return true;
	if (e->n < SEARCH_SHARES_MAX)
		e->n++;
	e->num_accepted += f->verdict == FACT_ACCEPTED;
	return e->num_accepted < SEARCH_SHARES_MAX;
}

static void attach(struct evidence *e, struct store *store, const char *session)
{
	size_t n = 0, num_accepted = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct fact_share *f = &e->share[i].fact;
		struct fact_job job;

		if (!jobs_at(&e->jobs, f->job_position) &&
		    store_job_at(store, &job, session, f->job_position))
			jobs_add(&e->jobs, &job);
	}
	for (size_t i = 0; i < e->n; i++) {
		const struct fact_share *f = &e->share[i].fact;
		const struct fact_job *job = jobs_at(&e->jobs, f->job_position);
		struct search_share *s = &e->search[n];

		if (!job)
			continue;
		*s = (struct search_share){ 0 };
		memcpy(s->job.previous, job->previous, 32);
		s->job.coinbase1 = job->coinbase1;
		s->job.coinbase2 = job->coinbase2;
		s->job.branches = job->branches;
		s->job.version = job->version;
		s->job.nbits = job->nbits;
		s->submit.extranonce2 = f->extranonce2;
		s->submit.ntime = f->ntime;
		s->submit.nonce = f->nonce;
		s->submit.has_version_bits = f->has_version_bits;
		s->submit.version_bits = f->version_bits;
		s->submit.version_mask = f->version_mask;
		s->has_target =
			job->difficulty.n > 0 &&
			target_from_difficulty(&s->target, job->difficulty,
					       TARGET_SHA256D);
		n++;
		num_accepted += f->verdict == FACT_ACCEPTED;
	}
	e->n = n;
	/* One that the pool did not accept may never have met its target: it
	 * rules nothing out if there are others. */
	search_cheapest_first(e->search, num_accepted ? num_accepted : n);
}

struct trying {
	struct recover *r;
	const struct evidence *e;
	struct search_result result;
	uint32_t length;
	bool done;
};

static bool over(const struct trying *t)
{
	return t->done ||
	       (!t->r->options->full && t->r->candidates > CANDIDATES_MAX);
}

static void try_range(struct trying *t, const uint8_t *base,
		      enum search_order order, uint32_t first, uint64_t count)
{
	const uint64_t before = t->result.tried;
	const struct search_candidates candidates = { .base = base,
						      .length = t->length,
						      .order = order,
						      .first = first,
						      .count = count };

	if (over(t))
		return;
	search_range(&t->result, t->e->search, t->e->n, &candidates);
	t->r->candidates += t->result.tried - before;
	t->done = search_certainty(&t->result) >= RECOVER_BITS;
}

static uint32_t counter_of(const uint8_t *value, uint32_t length,
			   enum search_order order)
{
	const uint32_t n = length < 4 ? length : 4;
	uint32_t v = 0;

	for (uint32_t i = 0; i < n; i++)
		v |= (uint32_t)(order == SEARCH_BIG_ENDIAN
					? value[length - 1 - i]
					: value[i])
		     << (8 * i);
	return v;
}

static void try_neighbours(struct trying *t, const uint8_t *value)
{
	for (int o = SEARCH_BIG_ENDIAN; o <= SEARCH_LITTLE_ENDIAN; o++) {
		const enum search_order order = (enum search_order)o;
		const uint32_t at = counter_of(value, t->length, order);

		try_range(t, value, order, at - NEIGHBOURS, 2 * NEIGHBOURS + 1);
	}
}

/* Values of other sessions, first of the same server. */
static void try_seen(struct trying *t, const struct recover_session *s,
		     bool same_server)
{
	size_t tried = 0;

	for (size_t i = 0; i < t->r->num_sessions && tried < OTHERS_MAX; i++) {
		if (over(t))
			return;
		const struct fact_session *f = &t->r->session[i].fact;
		const bool same =
			strcmp(f->server_ip, s->fact.server_ip) == 0 &&
			f->server_port == s->fact.server_port;

		if (f->extranonce1_source == FACT_UNKNOWN ||
		    f->extranonce1.n != t->length || same != same_server)
			continue;
		tried++;
		try_neighbours(t, f->extranonce1.p);
	}
}

/* Where pools are known to count from: count values from the first-th on.
 * ckpool counts little-endian upwards, eloipool from 00000000, and
 * node-stratum-pool downwards from 7fffffff. */
static void try_counters(struct trying *t, uint32_t first, uint32_t count)
{
	static const uint8_t zeros[SEARCH_LENGTH_MAX];

	try_range(t, zeros, SEARCH_BIG_ENDIAN, first, count);
	try_range(t, zeros, SEARCH_LITTLE_ENDIAN, first, count);
	if (t->length == 4)
		try_range(t, zeros, SEARCH_BIG_ENDIAN,
			  0x80000000u - first - count, count);
}

static enum status search(struct trying *t, const struct recover_session *s)
{
	static const uint8_t nothing[SEARCH_LENGTH_MAX];
	enum status st;

	if (t->length == 0) {
		try_range(t, nothing, SEARCH_BIG_ENDIAN, 0, 1);
		return ST_OK;
	}
	try_counters(t, 0, COUNTED_FIRST);
	try_seen(t, s, true);
	try_counters(t, COUNTED_FIRST, COUNTED - COUNTED_FIRST);
	try_seen(t, s, false);
	if (t->done || !t->r->options->full || t->length > 4)
		return ST_OK;
	st = recover_all(t->r, s->fact.id, t->e->search, t->e->n, t->length,
			 &t->result);
	t->done = search_certainty(&t->result) >= RECOVER_BITS;
	return st;
}

/* Stores what was found, and what it is worth, found or not. */
static bool settle(const struct trying *t, struct recover_session *s)
{
	const struct span value = { t->result.value, t->result.length };
	struct store *store = t->r->store;
	struct fact_session f = s->fact;

	f.search_tried = t->result.tried;
	f.search_bits = search_certainty(&t->result);
	f.clock_offset = NAN;
	if (store_session(store, &f) != ST_OK || !t->done ||
	    store_recovered(store, s->fact.id, value) != ST_OK)
		return false;
	/* The next sessions' values may be near this one's. */
	recover_know(s, value);
	return true;
}

bool recover_extranonce1(struct recover *r, struct recover_session *s)
{
	struct evidence *e = mem_new(1, sizeof(*e));
	struct trying t = { .r = r, .e = e };
	bool settled = false;

	jobs_init(&e->jobs, SEARCH_SHARES_MAX, SIZE_MAX / 2);
	if (store_shares(r->store, s->fact.id, on_share, e) != ST_OK)
		goto out;
	attach(e, r->store, s->fact.id);
	if (e->n == 0 ||
	    share_extranonce1_length(
		    &t.length, &e->search[0].job,
		    (uint32_t)e->search[0].submit.extranonce2.n) == 0)
		goto out;
	if (search(&t, s) == ST_OK)
		settled = settle(&t, s);
out:
	jobs_fini(&e->jobs);
	free(e);
	return settled;
}
