#include "track/proof.h"

#include <string.h>

#include "coin/header.h"
#include "pow/share_equihash.h"
#include "track/proof_private.h"

enum target_unit proof_unit(enum fact_algorithm a)
{
	switch (a) {
	case FACT_NO_ALGORITHM:
	case FACT_SHA256D:
		break;
	case FACT_SCRYPT:
		return TARGET_SCRYPT;
	case FACT_EQUIHASH:
	case FACT_ETHASH:
	case FACT_CRYPTONIGHT:
		return TARGET_TRIES;
	case FACT_ALGORITHMS:
		break;
	}
	return TARGET_SHA256D;
}

const char *proof_tries(enum fact_algorithm a)
{
	return a == FACT_EQUIHASH ? "Sol" : "H";
}

static struct target target_of_share(const struct fact_share *share)
{
	return target_of_hash(share->target.p);
}

/* getwork's jobs, and blocks, have no part that is the session's. */
static bool is_whole(const struct fact_job *job)
{
	return job->coinbase2.n == 0;
}

void proof_parts(struct share_job *j, struct share_submit *submit,
		 const struct fact_share *share, const struct fact_job *job)
{
	*j = (struct share_job){
		.coinbase1 = job->coinbase1,
		.coinbase2 = job->coinbase2,
		.branches = job->branches,
		.version = job->version,
		.nbits = job->nbits,
	};
	*submit = (struct share_submit){
		.extranonce1 = job->extranonce1,
		.extranonce2 = share->extranonce2,
		.ntime = share->ntime,
		.nonce = share->nonce,
		.has_version_bits = share->has_version_bits,
		.version_bits = share->version_bits,
		.version_mask = share->version_mask,
	};
	memcpy(j->previous, job->previous, 32);
}

static bool known(const struct proof_demand *d)
{
	return d->target.n == 32 || d->difficulty.n > 0;
}

/* Announced difficulties of coins that count tries are in Bitcoin's unit. */
static bool demanded(struct target *out, const struct proof_demand *d,
		     enum target_unit unit)
{
	if (d->target.n == 32) {
		*out = target_of_hash(d->target.p);
		return true;
	}
	return target_from_difficulty(out, d->difficulty,
				      unit == TARGET_SCRYPT ? TARGET_SCRYPT
							    : TARGET_SHA256D);
}

bool proof_demanded(uint8_t out[32], const struct fact_job *job,
		    enum fact_algorithm algorithm)
{
	const struct proof_demand d = { job->difficulty, job->target };
	struct target t;

	if (!known(&d) || !demanded(&t, &d, proof_unit(algorithm)))
		return false;
	target_write(out, &t);
	return true;
}

/* Does the hash meet this demand? Then, or if it is the first one asked, the
 * share is held to it. */
static bool meets(struct proof *room, struct fact_share *share,
		  const struct proof_demand *demand)
{
	const enum target_unit unit = proof_unit(share->algorithm);
	struct target t;

	if (!known(demand) || !demanded(&t, demand, unit))
		return false;
	const bool met = target_met(room->hash, &t);

	if (met || share->target.n == 0) {
		target_write(room->target, &t);
		share->target = (struct span){ room->target, 32 };
		share->difficulty = target_difficulty(&t, unit);
	}
	return met;
}

/* Of the job, then of what was demanded since. */
static bool held(struct proof *room, struct fact_share *share,
		 const struct fact_job *job, const struct proof_demand *latest)
{
	const struct proof_demand own = { job->difficulty, job->target };

	share->target.n = 0;
	share->difficulty = 0;
	share->at_once = false;
	share->hash = (struct span){ room->hash, 32 };
	if (meets(room, share, &own))
		return true;
	const bool has_own = share->target.n > 0;

	share->at_once = meets(room, share, latest);
	if (share->at_once || has_own)
		return share->at_once;
	/* What was announced behind the job is not what it was given. */
	share->target.n = 0;
	share->difficulty = 0;
	return false;
}

void proof_hold(struct proof *room, struct fact_share *share,
		const struct fact_job *job, struct proof_demand latest)
{
	const bool met = held(room, share, job, &latest);

	share->proof = met                    ? FACT_PROVED
		       : share->target.n == 0 ? FACT_NO_DIFFICULTY
					      : FACT_HIGH;
}

/* Can its header be rebuilt? */
static bool has_header(struct fact_share *share, const struct fact_job *job)
{
	if (job->extranonce1_source != FACT_UNKNOWN || is_whole(job))
		return true;
	share->proof = FACT_NO_EXTRANONCE1;
	return false;
}

/* BIP 310 lets the submitted bits stand for those of the job; ckpool and DATUM
 * or them into its version, public-pool and ESP-Miner exclusive or. All mean
 * the same where the job leaves the mask's bits 0. What was meant shows from
 * the hash; the share then has the bits as they stood in the header. */
static bool meets_otherwise(struct proof *room, struct fact_share *share,
			    const struct fact_job *job,
			    struct proof_demand latest,
			    enum fact_algorithm algorithm)
{
	const uint32_t own = job->version & share->version_mask;
	const uint32_t said = share->version_bits;
	const uint32_t readings[] = { own | said, own ^ said };
	struct header h;

	header_read(&h, room->header);
	for (size_t i = 0; i < 2; i++) {
		h.version = (job->version & ~share->version_mask) | readings[i];
		header_write(room->header, &h);
		share_hash(room->hash, room->header, proof_unit(algorithm));
		proof_hold(room, share, job, latest);
		if (share->proof == FACT_PROVED) {
			share->version_bits = readings[i];
			return true;
		}
	}
	return false;
}

static void hold_versions(struct proof *room, struct fact_share *share,
			  const struct fact_job *job,
			  struct proof_demand latest,
			  enum fact_algorithm algorithm)
{
	const struct proof as_specified = *room;

	proof_hold(room, share, job, latest);
	if (share->proof != FACT_HIGH || !share->has_version_bits ||
	    !(job->version & share->version_mask) ||
	    meets_otherwise(room, share, job, latest, algorithm))
		return;
	*room = as_specified;
	proof_hold(room, share, job, latest);
}

void proof_end(struct proof *room, struct fact_share *share,
	       const struct fact_job *job, struct proof_demand latest,
	       enum fact_algorithm algorithm)
{
	share->header = (struct span){ room->header, HEADER_SIZE };
	share->algorithm =
		algorithm == FACT_SCRYPT ? FACT_SCRYPT : FACT_SHA256D;
	hold_versions(room, share, job, latest, share->algorithm);
	/* Without a proof nothing says which hash the miner computed. */
	if (share->proof != FACT_PROVED && algorithm == FACT_NO_ALGORITHM)
		share->algorithm = FACT_NO_ALGORITHM;
}

static void prove_equihash(struct proof *room, struct fact_share *share,
			   const struct fact_job *job,
			   struct proof_demand latest)
{
	const struct share_equihash parts = {
		.version = job->version,
		.nbits = job->nbits,
		.ntime = share->ntime,
		.previous = job->previous,
		.roots = job->branches,
		.nonce1 = job->extranonce1,
		.nonce2 = share->extranonce2,
	};

	share->algorithm = FACT_EQUIHASH;
	if (job->extranonce1_source == FACT_UNKNOWN) {
		share->proof = FACT_NO_EXTRANONCE1;
		return;
	}
	if (!share_equihash_header(room->header, &parts) ||
	    share->solution.n != SHARE_EQUIHASH_SOLUTION) {
		share->proof = FACT_MALFORMED;
		return;
	}
	share->header = (struct span){ room->header, SHARE_EQUIHASH_HEADER };
	if (!share_equihash_hash(room->hash, room->header, share->solution)) {
		share->proof = FACT_NO_SOLUTION;
		return;
	}
	proof_hold(room, share, job, latest);
}

static void hold_claim(struct proof *room, struct fact_share *share,
		       const struct fact_job *job, struct proof_demand latest,
		       struct span claimed)
{
	share->algorithm = FACT_CRYPTONIGHT;
	if (claimed.n != 32) {
		share->proof = FACT_MALFORMED;
		return;
	}
	memmove(room->hash, claimed.p, 32);
	proof_hold(room, share, job, latest);
	if (share->proof == FACT_PROVED)
		share->proof = FACT_CLAIMED;
}

bool proof_begin(struct proof *room, struct fact_share *share,
		 const struct fact_job *job, struct proof_demand latest,
		 enum fact_algorithm algorithm)
{
	const struct span claimed = share->hash;

	share->header.n = share->hash.n = share->target.n = 0;
	share->difficulty = 0;
	share->algorithm = algorithm;
	if (share->proof == FACT_MALFORMED || share->proof == FACT_UNSUPPORTED)
		return false;
	if (!job) {
		share->proof = FACT_NO_JOB;
		return false;
	}
	switch (job->algorithm) {
	case FACT_NO_ALGORITHM:
	case FACT_SHA256D:
	case FACT_SCRYPT:
		return has_header(share, job);
	case FACT_EQUIHASH:
		prove_equihash(room, share, job, latest);
		break;
	case FACT_ETHASH:
		share->algorithm = FACT_ETHASH;
		share->proof = FACT_UNSUPPORTED;
		break;
	case FACT_CRYPTONIGHT:
		hold_claim(room, share, job, latest, claimed);
		break;
	case FACT_ALGORITHMS:
		break;
	}
	return false;
}

void proof_make(struct proof *room, struct fact_share *share,
		const struct fact_job *job, struct proof_demand latest,
		enum fact_algorithm algorithm)
{
	struct share_submit submit;
	struct share_job j;

	if (!proof_begin(room, share, job, latest, algorithm))
		return;
	proof_parts(&j, &submit, share, job);
	if (!share_header(room->header, &j, &submit)) {
		share->proof = FACT_MALFORMED;
		return;
	}
	share_hash(room->hash, room->header,
		   algorithm == FACT_SCRYPT ? TARGET_SCRYPT : TARGET_SHA256D);
	proof_end(room, share, job, latest, algorithm);
}

static void keep(uint8_t *room, size_t size, struct span *s)
{
	if (s->n > 0 && s->n <= size) {
		memmove(room, s->p, s->n);
		s->p = room;
	}
}

void proof_keep(struct proof *room, struct fact_share *share)
{
	keep(room->header, sizeof(room->header), &share->header);
	keep(room->hash, sizeof(room->hash), &share->hash);
	keep(room->target, sizeof(room->target), &share->target);
}

bool proof_nearly(const struct fact_share *share)
{
	if (share->hash.n != 32 || share->target.n != 32)
		return false;
	const struct target t = target_of_share(share);
	const struct target value = target_of_hash(share->hash.p);

	return target_nearly(&value, &t);
}

bool proof_solves_block(const struct fact_share *share)
{
	struct header header;
	struct target t;

	if (share->hash.n != 32)
		return false;
	if (share->header.n == SHARE_EQUIHASH_HEADER)
		header.nbits = share_equihash_nbits(share->header.p);
	else if (share->header.n == HEADER_SIZE)
		header_read(&header, share->header.p);
	else
		return false;
	return target_from_nbits(&t, header.nbits) &&
	       target_met(share->hash.p, &t);
}

double proof_share_difficulty(const struct fact_share *share)
{
	if (share->hash.n != 32)
		return 0;
	const struct target value = target_of_hash(share->hash.p);

	return target_difficulty(&value, proof_unit(share->algorithm));
}
