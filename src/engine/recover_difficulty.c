#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "coin/target.h"
#include "engine/recover_private.h"

#define SHARES_MAX (1u << 20)

/* Which of the shares lie below the unknown target is chosen after the fact:
 * the more there are, the more choices. One bit a share covers them all. */
#define CHOICE_BITS_PER_SHARE 1.0

struct low {
	uint32_t position;
	struct target hash;
	double bits;
};

struct lows {
	struct low *low;
	size_t n;
	enum fact_algorithm algorithm; /* of the first */
};

/* A claimed hash may be any number: there is nothing to infer from. What was
 * hashed by SHA-256d for want of knowledge is proved by it. */
static enum fact_algorithm inferable(const struct fact_share *f)
{
	switch (f->algorithm) {
	case FACT_NO_ALGORITHM:
	case FACT_SHA256D:
		return FACT_SHA256D;
	case FACT_SCRYPT:
	case FACT_EQUIHASH:
	case FACT_ETHASH:
		return f->algorithm;
	case FACT_CRYPTONIGHT:
	case FACT_ALGORITHMS:
		break;
	}
	return FACT_NO_ALGORITHM;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct lows *l = context;
	const enum fact_algorithm algorithm = inferable(f);

	if (f->proof != FACT_NO_DIFFICULTY || f->hash.n != 32 || f->duplicate ||
	    l->n == SHARES_MAX || algorithm == FACT_NO_ALGORITHM ||
	    (l->n > 0 && algorithm != l->algorithm))
		return true;
	l->algorithm = algorithm;
	if ((l->n & (l->n - 1)) == 0)
		l->low = mem_resize(l->low, l->n ? l->n * 2 : 1,
				    sizeof(l->low[0]));
	l->low[l->n].position = f->position;
	l->low[l->n].hash = target_of_hash(f->hash.p);
	l->low[l->n].bits = target_bits(&l->low[l->n].hash);
	l->n++;
	return true;
}

static int compare_lows(const void *a, const void *b)
{
	const struct low *x = a, *y = b;

	return target_compare(&x->hash, &y->hash);
}

/* How many of the lowest hashes are, together, least likely by chance. */
static size_t choose(struct lows *l, double *bits)
{
	size_t best = 0;

	*bits = 0;
	qsort(l->low, l->n, sizeof(l->low[0]), compare_lows);
	for (size_t k = 1; k <= l->n; k++) {
		const double b = (double)k * l->low[k - 1].bits;

		if (b > *bits) {
			*bits = b;
			best = k;
		}
	}
	*bits -= CHOICE_BITS_PER_SHARE * (double)l->n;
	return best;
}

static enum status settle(struct recover *r, const struct recover_session *s,
			  uint32_t position, const struct target *t,
			  enum fact_algorithm algorithm)
{
	struct recover_share share;
	struct fact_share f;
	uint8_t raw[32];

	if (!store_share_at(r->store, &f, s->fact.id, position) ||
	    !recover_keep(&share, &f) || share.fact.hash.n != 32 ||
	    inferable(&share.fact) != algorithm)
		return ST_OK;
	target_write(raw, t);
	share.fact.target = (struct span){ raw, 32 };
	share.fact.difficulty = target_difficulty(t, proof_unit(algorithm));
	share.fact.proof =
		target_met(share.fact.hash.p, t) ? FACT_PROVED : FACT_HIGH;
	share.fact.algorithm = algorithm;
	return store_share_proof(r->store, &share.fact);
}

/* Duplicates are left out of the estimate, and held to its outcome. */
struct positions {
	uint32_t *position;
	size_t n;
};

static bool on_position(void *context, const struct fact_share *f)
{
	struct positions *p = context;

	if (f->proof != FACT_NO_DIFFICULTY)
		return true;
	if ((p->n & (p->n - 1)) == 0)
		p->position = mem_resize(p->position, p->n ? p->n * 2 : 1,
					 sizeof(p->position[0]));
	p->position[p->n++] = f->position;
	return true;
}

enum status recover_difficulty(struct recover *r,
			       const struct recover_session *s)
{
	struct positions p = { 0 };
	struct lows l = { 0 };
	double bits = 0;
	size_t k = 0;
	enum status st = store_shares(r->store, s->fact.id, on_share, &l);

	if (st == ST_OK && l.n > 0)
		k = choose(&l, &bits);
	if (k == 0 || bits < RECOVER_BITS)
		goto out;
	/* The maximum of k uniform values lies at k / (k + 1) of their bound.
	 */
	const uint32_t n = k > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)k;
	const struct target t = target_scale(&l.low[k - 1].hash, n + 1, n);

	st = store_shares(r->store, s->fact.id, on_position, &p);
	for (size_t i = 0; i < p.n && st == ST_OK; i++)
		st = settle(r, s, p.position[i], &t, l.algorithm);
	if (st == ST_OK)
		st = store_period_difficulty(
			r->store, s->fact.id,
			target_difficulty(&t, proof_unit(l.algorithm)));
	if (st == ST_OK) {
		struct fact_session f = s->fact;

		f.algorithm = l.algorithm;
		f.extranonce1_source = FACT_UNKNOWN;
		f.extranonce1.n = 0;
		f.clock_offset = NAN;
		st = store_session(r->store, &f);
	}
out:
	free(p.position);
	free(l.low);
	return st;
}
