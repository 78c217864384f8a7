#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "engine/recover_private.h"
#include "pow/share_ethash.h"

/* What a run may cost without being asked for more: a cache takes seconds, a
 * share milliseconds. */
#define CACHES_MAX     8
#define CACHES_FULL    1024
#define SHARES_MAX     4096
#define SHARES_ALL_MAX (1u << 20)

struct waiting { /* a share, and what it is sorted by */
	const struct recover_session *session;
	struct ts time;
	uint32_t position, epoch;
};

struct gathering {
	struct recover *r;
	const struct recover_session *session;
	struct waiting *share;
	size_t n, max;
	struct map *seeds; /* of jobs, by position: epoch + 1 */
};

static bool on_job(void *context, const struct fact_job *f)
{
	struct gathering *g = context;
	const struct span key = { (const uint8_t *)&f->position,
				  sizeof(f->position) };
	uint64_t *place;

	if (f->algorithm != FACT_ETHASH || f->branches.n != 32)
		return true;
	place = map_put(g->seeds, key, NULL);
	if (place)
		*place = share_ethash_epoch(f->branches.p) + UINT64_C(1);
	return true;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct gathering *g = context;
	const struct span key = { (const uint8_t *)&f->job_position,
				  sizeof(f->job_position) };
	const uint64_t *epoch;

	if (f->proof != FACT_UNSUPPORTED || !f->has_job || g->n == g->max)
		return true;
	epoch = map_find(g->seeds, key);
	if (!epoch)
		return true;
	if ((g->n & (g->n - 1)) == 0)
		g->share = mem_resize(g->share, g->n ? g->n * 2 : 1,
				      sizeof(g->share[0]));
	g->share[g->n++] = (struct waiting){
		.session = g->session,
		.time = f->time,
		.position = f->position,
		.epoch = (uint32_t)(*epoch - 1),
	};
	return true;
}

static int by_epoch(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	if (x->epoch != y->epoch)
		return x->epoch < y->epoch ? -1 : 1;
	if (x->time.ns != y->time.ns)
		return x->time.ns < y->time.ns ? -1 : 1;
	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static bool hash_share(struct share_ethash_checker *checker,
		       struct recover_share *s, const struct fact_job *job)
{
	uint8_t target[32];
	const struct share_ethash parts = {
		.header_hash = job->previous,
		.seed = job->branches.p,
		.nonce1 = job->extranonce1,
		.nonce2 = s->fact.extranonce2,
		.mix = s->fact.solution,
		.target = proof_demanded(target, job, FACT_ETHASH) ? target
								   : NULL,
	};
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };

	s->fact.algorithm = FACT_ETHASH;
	switch (share_ethash_hash(checker, s->proof.hash, &parts)) {
	case SHARE_ETHASH_DONE:
		memcpy(s->proof.header, job->previous, 32);
		s->fact.header = (struct span){ s->proof.header, 32 };
		proof_hold(&s->proof, &s->fact, job, none);
		return true;
	case SHARE_ETHASH_WRONG_MIX:
		s->fact.proof = FACT_NO_SOLUTION;
		return true;
	case SHARE_ETHASH_MALFORMED:
		s->fact.proof = FACT_MALFORMED;
		return true;
	case SHARE_ETHASH_LIMIT:
		break;
	}
	return false;
}

/* Was it seen before in its session, or its ends' if that is over HTTP? */
static bool seen(struct map *hashes, const struct recover_session *s,
		 const struct fact_share *f)
{
	bool fresh = true;
	struct buf key;

	if (f->hash.n != 32)
		return false;
	buf_init(&key, 256);
	buf_add(&key, f->hash.p, f->hash.n);
	if (s->by_http)
		buf_printf(&key, "%s %s %u", s->fact.client_ip,
			   s->fact.server_ip, s->fact.server_port);
	else
		buf_printf(&key, "%s", s->fact.id);
	map_put(hashes, buf_span(&key), &fresh);
	buf_fini(&key);
	return !fresh;
}

static enum status prove(struct recover *r, const struct waiting *w,
			 struct share_ethash_checker *checker,
			 struct map *hashes)
{
	const char *session = w->session->fact.id;
	struct recover_share share;
	struct fact_share f;
	struct fact_job job;

	if (!store_share_at(r->store, &f, session, w->position) ||
	    !recover_keep(&share, &f) ||
	    !store_job_at(r->store, &job, session, share.fact.job_position))
		return ST_OK;
	if (!hash_share(checker, &share, &job))
		return ST_OK;
	if (seen(hashes, w->session, &share.fact))
		share.fact.duplicate = true;
	return store_share_proof(r->store, &share.fact);
}

enum status recover_ethash(struct recover *r)
{
	const bool full = r->options->full;
	struct gathering g = { .r = r,
			       .max = full ? SHARES_ALL_MAX : SHARES_MAX };
	struct share_ethash_checker *checker =
		share_ethash_new(full ? CACHES_FULL : CACHES_MAX);
	struct map *hashes = map_new(g.max, 0);
	enum status st = ST_OK;

	for (size_t i = 0; i < r->num_sessions && st == ST_OK; i++) {
		g.session = &r->session[i];
		if (g.session->by_proof[FACT_UNSUPPORTED] == 0)
			continue;
		g.seeds = map_new(SHARES_ALL_MAX, 0);
		st = store_jobs(r->store, g.session->fact.id, on_job, &g);
		if (st == ST_OK)
			st = store_shares(r->store, g.session->fact.id,
					  on_share, &g);
		map_free(g.seeds);
	}
	if (g.n > 0)
		qsort(g.share, g.n, sizeof(g.share[0]), by_epoch);
	for (size_t i = 0; i < g.n && st == ST_OK; i++)
		st = prove(r, &g.share[i], checker, hashes);
	map_free(hashes);
	share_ethash_free(checker);
	free(g.share);
	return st;
}
