#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/recover_private.h"

#define HASHES_MAX (1u << 20)

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

static enum status prove_one(struct recover *r, const struct recover_session *s,
			     struct listing *l, uint32_t position,
			     enum fact_algorithm algorithm)
{
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };
	struct recover_share share;
	struct fact_share f;
	struct fact_job job;

	if (!store_share_at(r->store, &f, s->fact.id, position) ||
	    !recover_keep(&share, &f) ||
	    !store_job_at(r->store, &job, s->fact.id, share.fact.job_position))
		return ST_OK;
	proof_make(&share.proof, &share.fact, &job, none, algorithm);
	if (share.fact.hash.n == 32)
		remember(l->hashes, share.fact.hash, position,
			 &share.fact.duplicate);
	return store_share_proof(r->store, &share.fact);
}

enum status recover_prove(struct recover *r, const struct recover_session *s,
			  unsigned which, enum fact_algorithm algorithm)
{
	struct listing l = { .which = which };
	enum status st;

	l.hashes = map_new(HASHES_MAX, 0);
	st = store_shares(r->store, s->fact.id, on_listed, &l);
	for (size_t i = 0; i < l.n && st == ST_OK; i++)
		st = prove_one(r, s, &l, l.position[i], algorithm);
	free(l.position);
	map_free(l.hashes);
	return st;
}
