#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/verify.h"
#include "base/map.h"
#include "base/mem.h"
#include "coin/target.h"
#include "hash/sha256d.h"
#include "pow/share_ethash.h"
#include "track/jobs.h"
#include "track/proof_batch.h"

/* Caches of Ethash that checking one case may cost. */
#define CACHES_MAX 64
/* Shares that wait to be made again together, and the jobs that are kept for
 * those and the next. */
#define BATCH          512
#define JOBS_MAX       4096
#define JOBS_BYTES_MAX (64u << 20)
/* One with a longer extranonce2 does not wait. */
#define EXTRANONCE2_MAX 64

/* A share, and what its job makes of it. */
struct waiting {
	struct fact_share share, again;
	struct proof stored, made;
	uint8_t extranonce2[EXTRANONCE2_MAX];
	const struct fact_job *job;
};

struct checking {
	struct share_ethash_checker *ethash;
	struct verify_counts *counts;
	struct store *store;
	verify_trouble *trouble;
	void *context;
	struct waiting *waiting;
	struct proof_batch_item *item; /* of those that wait */
	size_t num_waiting;
	/* One in each, which does not move; where, by session and position. */
	struct jobs *kept;
	struct map *places; /* plus 1 */
	size_t num_kept, bytes_kept;
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
			  const struct fact_job *job, struct proof *room,
			  struct fact_share *again)
{
	if (again->algorithm != f->algorithm)
		return "its job asks for another kind of work";
	if (job->algorithm == FACT_ETHASH &&
	    remake_ethash(c->ethash, room, again, job, f->target.p) ==
		    SHARE_ETHASH_LIMIT)
		return "not checked: too many epochs of Ethash in the case";
	if (again->header.n == 0)
		return "its header cannot be rebuilt from its job";
	if (!same(again->header, f->header))
		return "the header rebuilt from its job is another one";
	if (!same(again->hash, f->hash))
		return "the header's hash is another one";
	return NULL;
}

/* Nothing to hold what is made again against. */
static bool has_parts(const struct fact_share *f)
{
	return f->header.n > 0 && f->hash.n == 32 && f->target.n == 32;
}

static bool is_hash_of_header(const struct fact_share *f)
{
	uint8_t hash[32];

	if (f->algorithm != FACT_SHA256D || f->proof != FACT_PROVED ||
	    f->header.n != 80)
		return true;
	sha256d(hash, f->header.p, f->header.n);
	return memcmp(hash, f->hash.p, sizeof(hash)) == 0;
}

const char *verify_share(const struct fact_share *f)
{
	const struct target target = target_of_hash(f->target.p);

	if (!is_hash_of_header(f))
		return "the header's hash is another one";
	if (!f->rounding && !target_met(f->hash.p, &target))
		return "the hash is above the target";
	if (f->rounding && !proof_nearly(f))
		return "the hash is too far above the target for rounding";
	if (!difficulty_fits(f, &target))
		return "its difficulty is not that of its target";
	return NULL;
}

static void tell(struct checking *c, const struct fact_share *f,
		 const char *fault)
{
	char where[64];

	if (!fault) {
		c->counts->good++;
		return;
	}
	c->counts->bad++;
	snprintf(where, sizeof(where), "share %s:%u", f->session, f->position);
	c->trouble(c->context, where, fault);
}

static void check(struct checking *c, const struct fact_share *f,
		  const struct fact_job *job, struct proof *room,
		  struct fact_share *again)
{
	const char *fault = remade(c, f, job, room, again);

	tell(c, f, fault ? fault : verify_share(f));
}

static void flush(struct checking *c)
{
	proof_batch_make(c->item, c->num_waiting);
	for (size_t i = 0; i < c->num_waiting; i++) {
		struct waiting *w = &c->waiting[i];

		check(c, &w->share, w->job, &w->made, &w->again);
	}
	c->num_waiting = 0;
}

static void forget_jobs(struct checking *c)
{
	for (size_t i = 0; i < c->num_kept; i++)
		jobs_fini(&c->kept[i]);
	map_free(c->places);
	c->places = map_new(JOBS_MAX, 0);
	c->num_kept = c->bytes_kept = 0;
}

/* The share's job, which stays until the next that is asked for; those that
 * wait then have theirs still, or wait no longer. */
static const struct fact_job *job_of(struct checking *c,
				     const struct fact_share *f)
{
	uint8_t key[FACT_ID + sizeof(f->job_position)];
	const struct span name = { key, sizeof(key) };
	struct fact_job job;
	uint64_t *place;

	memcpy(key, f->session, FACT_ID);
	memcpy(key + FACT_ID, &f->job_position, sizeof(f->job_position));
	place = map_find(c->places, name);
	if (place)
		return jobs_newest(&c->kept[*place - 1]);
	if (!f->has_job ||
	    !store_job_at(c->store, &job, f->session, f->job_position))
		return NULL;
	if (c->num_kept == JOBS_MAX || c->bytes_kept > JOBS_BYTES_MAX) {
		flush(c);
		forget_jobs(c);
	}
	place = map_put(c->places, name, NULL);
	assert(place);
	struct jobs *one = &c->kept[c->num_kept++];

	jobs_init(one, 1, SIZE_MAX / 2);
	jobs_add(one, &job);
	c->bytes_kept += one->bytes;
	*place = c->num_kept;
	return jobs_newest(one);
}

/* Only what is hashed side by side is worth waiting. */
static bool may_wait(const struct fact_share *f, const struct fact_job *job)
{
	switch (job->algorithm) {
	case FACT_NO_ALGORITHM:
	case FACT_SHA256D:
	case FACT_SCRYPT:
		return f->extranonce2.n <= EXTRANONCE2_MAX &&
		       f->header.n <= PROOF_HEADER_MAX;
	case FACT_EQUIHASH:
	case FACT_ETHASH:
	case FACT_CRYPTONIGHT:
	case FACT_ALGORITHMS:
		break;
	}
	return false;
}

static void add(struct checking *c, const struct fact_share *f,
		const struct fact_job *job)
{
	const struct span none = { NULL, 0 };
	struct waiting *w = &c->waiting[c->num_waiting];

	w->share = *f;
	w->job = job;
	w->share.worker = w->share.job_id = w->share.reason = none;
	w->share.solution = none; /* of other work than waits */
	if (f->extranonce2.n)
		memcpy(w->extranonce2, f->extranonce2.p, f->extranonce2.n);
	w->share.extranonce2.p = w->extranonce2;
	proof_keep(&w->stored, &w->share);
	w->again = w->share;
	c->item[c->num_waiting++] = (struct proof_batch_item){
		.room = &w->made,
		.share = &w->again,
		.job = job,
		.algorithm = f->algorithm,
	};
	if (c->num_waiting == BATCH)
		flush(c);
}

static bool on_share(void *context, const struct fact_share *f)
{
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };
	struct checking *c = context;
	const struct fact_job *job;
	struct fact_share again = *f;
	struct proof room;

	c->counts->simulated += f->proof == FACT_SIMULATED;
	if (f->proof != FACT_PROVED)
		return true;
	c->counts->checked++;
	job = job_of(c, f);
	if (job && has_parts(f) && may_wait(f, job)) {
		add(c, f, job);
		return true;
	}
	flush(c); /* what is wrong is told in order */
	if (!job || !has_parts(f)) {
		tell(c, f,
		     job ? "its header, hash or target is missing"
			 : "its job is not in the case");
		return true;
	}
	proof_make(&room, &again, job, none, f->algorithm);
	check(c, f, job, &room, &again);
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
	c.waiting = mem_new(BATCH, sizeof(c.waiting[0]));
	c.item = mem_new(BATCH, sizeof(c.item[0]));
	c.kept = mem_new(JOBS_MAX, sizeof(c.kept[0]));
	c.places = map_new(JOBS_MAX, 0);
	st = store_shares(store, NULL, on_share, &c);
	flush(&c);
	forget_jobs(&c);
	map_free(c.places);
	free(c.kept);
	free(c.item);
	free(c.waiting);
	share_ethash_free(c.ethash);
	return st;
}
