#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/verify.h"
#include "coin/target.h"
#include "pow/share_ethash.h"
#include "track/proof.h"

/* Caches of Ethash that checking one case may cost. */
#define CACHES_MAX 64

struct checking {
	struct share_ethash_checker *ethash;
	struct verify_counts *counts;
	struct store *store;
	verify_trouble *trouble;
	void *context;
};

/* Sums are made from the difficulty, so it must be its target's, or that of
 * the hash itself where the pool rounds. */
static bool difficulty_fits(const struct fact_share *f,
			    const struct target *target)
{
	const enum target_unit unit = proof_unit(f->algorithm);
	const double wanted = f->rounding ? proof_share_difficulty(f)
					  : target_difficulty(target, unit);

	return fabs(f->difficulty - wanted) <= 1e-9 * wanted;
}

static bool same(struct span a, struct span b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Fills in what proof_make() leaves to those who have tables. */
static enum share_ethash_found remake_ethash(
	struct share_ethash_checker *checker, struct proof *room,
	struct fact_share *f, const struct fact_job *job,
	const uint8_t target[32])
{
	/* Held to the share's own target: what is above that is hashed without
	 * a look at the cache, whose cost is the work. */
	const struct share_ethash parts = {
		.header_hash = job->previous,
		.seed = job->branches.p,
		.nonce1 = job->extranonce1,
		.nonce2 = f->extranonce2,
		.mix = f->solution,
		.target = target,
	};
	enum share_ethash_found found;

	if (job->branches.n != 32)
		return SHARE_ETHASH_MALFORMED;
	found = share_ethash_hash(checker, room->hash, &parts);
	if (found != SHARE_ETHASH_DONE)
		return found;
	memcpy(room->header, job->previous, 32);
	f->header = (struct span){ room->header, 32 };
	f->hash = (struct span){ room->hash, 32 };
	return found;
}

/* Is what was stored what its job makes of it? */
static const char *remade(struct checking *c, const struct fact_share *f,
			  const struct fact_job *job)
{
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };
	struct fact_share again = *f;
	struct proof room;

	proof_make(&room, &again, job, none, f->algorithm);
	if (again.algorithm != f->algorithm)
		return "its job asks for another kind of work";
	if (job->algorithm == FACT_ETHASH &&
	    remake_ethash(c->ethash, &room, &again, job, f->target.p) ==
		    SHARE_ETHASH_LIMIT)
		return "not checked: too many epochs of Ethash in the case";
	if (again.header.n == 0)
		return "its header cannot be rebuilt from its job";
	if (!same(again.header, f->header))
		return "the header rebuilt from its job is another one";
	if (!same(again.hash, f->hash))
		return "the header's hash is another one";
	return NULL;
}

/* What is wrong with a share that is marked as proved, or NULL. */
static const char *fault_of(struct checking *c, const struct fact_share *f,
			    const struct fact_job *job)
{
	const char *fault;

	if (f->header.n == 0 || f->hash.n != 32 || f->target.n != 32)
		return "its header, hash or target is missing";
	fault = remade(c, f, job);
	if (fault)
		return fault;
	const struct target target = target_of_hash(f->target.p);

	if (!f->rounding && !target_met(f->hash.p, &target))
		return "the hash is above the target";
	if (f->rounding && !proof_nearly(f))
		return "the hash is too far above the target for rounding";
	if (!difficulty_fits(f, &target))
		return "its difficulty is not that of its target";
	return NULL;
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct checking *c = context;
	struct fact_job job;
	const char *fault = "its job is not in the case";
	char where[64];

	c->counts->simulated += f->proof == FACT_SIMULATED;
	if (f->proof != FACT_PROVED)
		return true;
	c->counts->checked++;
	if (f->has_job &&
	    store_job_at(c->store, &job, f->session, f->job_position))
		fault = fault_of(c, f, &job);
	if (!fault) {
		c->counts->good++;
		return true;
	}
	c->counts->bad++;
	snprintf(where, sizeof(where), "share %s:%u", f->session, f->position);
	c->trouble(c->context, where, fault);
	return true;
}

enum status verify_case(struct verify_counts *counts, struct store *store,
			verify_trouble *trouble, void *context)
{
	struct checking c = { .counts = counts,
			      .store = store,
			      .trouble = trouble,
			      .context = context };

	enum status st;

	*counts = (struct verify_counts){ 0 };
	c.ethash = share_ethash_new(CACHES_MAX);
	st = store_shares(store, NULL, on_share, &c);
	share_ethash_free(c.ethash);
	return st;
}
