#include <math.h>
#include <string.h>

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
	const struct span none = { NULL, 0 };
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

/* All sessions of one server, from the first of them on. */
static enum status weigh(struct recover *r, size_t first, size_t *tries)
{
	const struct recover_session *server = &r->session[first];
	const size_t limit = *tries + TRIES_MAX;
	enum status st = ST_OK;
	double bits = 0;

	for (size_t i = first; i < r->num_sessions && *tries < limit; i++) {
		struct trial t = { .r = r, .session = &r->session[i] };

		if (!in_question(t.session) || !same_server(t.session, server))
			continue;
		bits += scrypt_bits(&t);
		*tries += t.n;
	}
	for (size_t i = first; i < r->num_sessions && st == ST_OK; i++) {
		struct recover_session *s = &r->session[i];

		if (!in_question(s) || !same_server(s, server))
			continue;
		if (bits >= RECOVER_BITS)
			st = adopt(r, s);
		/* Weighed: not in question again. */
		s->by_proof[FACT_HIGH] = 0;
	}
	return st;
}

enum status recover_algorithm(struct recover *r)
{
	enum status st = ST_OK;
	size_t tries = 0;

	for (size_t i = 0; i < r->num_sessions && st == ST_OK; i++) {
		if (in_question(&r->session[i]) && tries < TRIES_ALL_MAX)
			st = weigh(r, i, &tries);
	}
	return st;
}
