#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/recover_private.h"
#include "track/proof_batch.h"

#define HASHES_MAX (1u << 20)
#define BATCH      256

bool recover_keep(struct recover_share *out, const struct fact_share *f)
{
	const struct span none = { NULL, 0 };

	if (!f->has_job || f->extranonce2.n > sizeof(out->extranonce2) ||
	    f->solution.n > sizeof(out->solution))
		return false;
	out->fact = *f;
	if (f->extranonce2.n)
		memcpy(out->extranonce2, f->extranonce2.p, f->extranonce2.n);
	out->fact.extranonce2.p = out->extranonce2;
	if (f->solution.n)
		memcpy(out->solution, f->solution.p, f->solution.n);
	out->fact.solution.p = out->solution;
	proof_keep(&out->proof, &out->fact);
	out->fact.worker = out->fact.job_id = out->fact.reason = none;
	return true;
}

/* Which shares to prove again, by their positions; and every hash. */
struct listing {
	unsigned which;
	uint32_t *position;
	size_t n;
	struct map *hashes;
};

/* What was a duplicate stays one: it may be another connection's. */
static void remember(struct map *hashes, struct span hash, uint32_t position,
		     bool *again)
{
	bool fresh = true;
	uint64_t *first = map_put(hashes, hash, &fresh);

	if (first && fresh)
		*first = position;
	*again = *again || (first && !fresh && *first != position);
}

static bool on_listed(void *context, const struct fact_share *f)
{
	struct listing *l = context;
	bool again = false;

	if (f->hash.n == 32 && !(l->which >> f->proof & 1))
		remember(l->hashes, f->hash, f->position, &again);
	if (!(l->which >> f->proof & 1))
		return true;
	if ((l->n & (l->n - 1)) == 0)
		l->position = mem_resize(l->position, l->n ? l->n * 2 : 1,
					 sizeof(l->position[0]));
	l->position[l->n++] = f->position;
	return true;
}

/* Shares that are proved together, and the jobs they point to. */
struct batch {
	struct jobs jobs;
	struct recover_share share[BATCH];
	struct proof_batch_item item[BATCH];
	size_t n;
};

static void add(struct batch *b, struct store *store, const char *session,
		uint32_t position)
{
	struct recover_share *share = &b->share[b->n];
	struct fact_share f;
	struct fact_job job;

	if (!store_share_at(store, &f, session, position) ||
	    !recover_keep(share, &f))
		return;
	if (!jobs_at(&b->jobs, share->fact.job_position)) {
		if (!store_job_at(store, &job, session,
				  share->fact.job_position))
			return;
		jobs_add(&b->jobs, &job);
	}
	b->n++;
}

static enum status prove(struct batch *b, struct recover *r, struct listing *l,
			 enum fact_algorithm algorithm)
{
	enum status st = ST_OK;

	/* Now that all jobs are where they stay. */
	for (size_t i = 0; i < b->n; i++) {
		struct recover_share *share = &b->share[i];

		b->item[i] = (struct proof_batch_item){
			.room = &share->proof,
			.share = &share->fact,
			.job = jobs_at(&b->jobs, share->fact.job_position),
			.algorithm = algorithm,
		};
	}
	proof_batch_make(b->item, b->n);
	for (size_t i = 0; i < b->n && st == ST_OK; i++) {
		struct fact_share *f = &b->share[i].fact;

		if (f->hash.n == 32)
			remember(l->hashes, f->hash, f->position,
				 &f->duplicate);
		st = store_share_proof(r->store, f);
	}
	return st;
}

enum status recover_prove(struct recover *r, const struct recover_session *s,
			  unsigned which, enum fact_algorithm algorithm)
{
	struct listing l = { .which = which };
	struct batch *b = mem_new(1, sizeof(*b));
	enum status st;

	l.hashes = map_new(HASHES_MAX, 0);
	st = store_shares(r->store, s->fact.id, on_listed, &l);
	for (size_t i = 0; i < l.n && st == ST_OK;) {
		jobs_init(&b->jobs, BATCH, SIZE_MAX / 2);
		for (b->n = 0; i < l.n && b->n < BATCH; i++)
			add(b, r->store, s->fact.id, l.position[i]);
		st = prove(b, r, &l, algorithm);
		jobs_fini(&b->jobs);
	}
	free(b);
	free(l.position);
	map_free(l.hashes);
	return st;
}
