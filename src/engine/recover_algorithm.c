#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/target.h"
#include "engine/recover_private.h"

#define TRIES_MAX     256 /* scrypt hashes a server is worth before it is left */
#define TRIES_ALL_MAX 16384 /* and all servers together: some seconds */

struct trial {
	struct recover *r;
	const struct recover_session *session;
	uint32_t position[TRIES_MAX];
	size_t n;
};

/* Nothing proved with SHA-256d, yet hashes above their targets. */
static bool in_question(const struct recover_session *s)
{
	return s->by_proof[FACT_PROVED] == 0 && s->by_proof[FACT_HIGH] > 0 &&
	       s->fact.algorithm == FACT_NO_ALGORITHM;
}

/* By server, and within one as they are in the store. */
static int by_server(const void *a, const void *b)
{
	const struct recover_session *x = *(struct recover_session *const *)a;
	const struct recover_session *y = *(struct recover_session *const *)b;
	const int ip = strcmp(x->fact.server_ip, y->fact.server_ip);

	if (ip || x->fact.server_port == y->fact.server_port)
		return ip ? ip : (x > y) - (x < y);
	return x->fact.server_port < y->fact.server_port ? -1 : 1;
}

static bool same_server(const struct recover_session *a,
			const struct recover_session *b)
{
	return a->fact.server_port == b->fact.server_port &&
	       strcmp(a->fact.server_ip, b->fact.server_ip) == 0;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct trial *t = context;

	if (f->proof == FACT_HIGH && f->has_job && !f->duplicate &&
	    t->n < TRIES_MAX)
		t->position[t->n++] = f->position;
	return t->n < TRIES_MAX;
}

/* Bits that the session's shares show as scrypt proofs, less one for every
 * one that shows none. */
static double scrypt_bits(struct trial *t)
{
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };
	const char *id = t->session->fact.id;
	double bits = 0;

	t->n = 0;
	if (store_shares(t->r->store, id, on_share, t) != ST_OK)
		return 0;
	for (size_t i = 0; i < t->n; i++) {
		struct recover_share share;
		struct fact_share f;
		struct fact_job job;

		if (!store_share_at(t->r->store, &f, id, t->position[i]) ||
		    !recover_keep(&share, &f) ||
		    !store_job_at(t->r->store, &job, id,
				  share.fact.job_position))
			continue;
		proof_make(&share.proof, &share.fact, &job, none, FACT_SCRYPT);
		if (share.fact.proof == FACT_PROVED) {
			const struct target target =
				target_of_hash(share.fact.target.p);

			bits += target_bits(&target);
		} else {
			bits -= 1;
		}
	}
	return bits;
}

static enum status adopt(struct recover *r, const struct recover_session *s)
{
	struct fact_session f = s->fact;
	enum status st;

	st = recover_prove(r, s, 1u << FACT_HIGH, FACT_SCRYPT);
	f.algorithm = FACT_SCRYPT;
	f.clock_offset = NAN;
	return st == ST_OK ? store_session(r->store, &f) : st;
}

/* The n sessions of one server that are in question. */
static enum status weigh(struct recover *r,
			 struct recover_session *const *session, size_t n,
			 size_t *tries)
{
	const size_t limit = *tries + TRIES_MAX;
	enum status st = ST_OK;
	double bits = 0;

	for (size_t i = 0; i < n && *tries < limit; i++) {
		struct trial t = { .r = r, .session = session[i] };

		bits += scrypt_bits(&t);
		*tries += t.n;
	}
	for (size_t i = 0; i < n && st == ST_OK && bits >= RECOVER_BITS; i++)
		st = adopt(r, session[i]);
	return st;
}

enum status recover_algorithm(struct recover *r)
{
	struct recover_session **asked =
		mem_new(r->num_sessions, sizeof(struct recover_session *));
	enum status st = ST_OK;
	size_t n = 0, tries = 0, end;

	for (size_t i = 0; i < r->num_sessions; i++) {
		if (in_question(&r->session[i]))
			asked[n++] = &r->session[i];
	}
	qsort(asked, n, sizeof(struct recover_session *), by_server);
	for (size_t i = 0; i < n && st == ST_OK && tries < TRIES_ALL_MAX;
	     i = end) {
		for (end = i + 1; end < n && same_server(asked[i], asked[end]);)
			end++;
		st = weigh(r, asked + i, end - i, &tries);
	}
	free(asked);
	return st;
}
