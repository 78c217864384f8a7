#include "track/proof.h"

#include <string.h>

#include "coin/target.h"
#include "pow/share.h"

static enum target_unit unit_of(enum fact_algorithm a)
{
	return a == FACT_SCRYPT ? TARGET_SCRYPT : TARGET_SHA256D;
}

static struct target target_of_share(const struct fact_share *share)
{
	return target_of_hash(share->target.p);
}

static bool rebuild(struct proof *room, const struct fact_share *share,
		    const struct fact_job *job)
{
	struct share_job j = {
		.coinbase1 = job->coinbase1,
		.coinbase2 = job->coinbase2,
		.branches = job->branches,
		.version = job->version,
		.nbits = job->nbits,
	};
	const struct share_submit submit = {
		.extranonce1 = job->extranonce1,
		.extranonce2 = share->extranonce2,
		.ntime = share->ntime,
		.nonce = share->nonce,
		.has_version_bits = share->has_version_bits,
		.version_bits = share->version_bits,
		.version_mask = share->version_mask,
	};

	memcpy(j.previous, job->previous, 32);
	return share_header(room->header, &j, &submit);
}

/* Does the hash meet this difficulty? Then, or if it is the first one asked,
 * the share is held to it. */
static bool meets(struct proof *room, struct fact_share *share,
		  struct span difficulty)
{
	const enum target_unit unit = unit_of(share->algorithm);
	struct target t;

	if (!target_from_difficulty(&t, difficulty, unit))
		return false;
	const bool met = target_met(room->hash, &t);

	if (met || share->target.n == 0) {
		target_write(room->target, &t);
		share->target = (struct span){ room->target, 32 };
		share->difficulty = target_difficulty(&t, unit);
	}
	return met;
}

static bool hold(struct proof *room, struct fact_share *share,
		 const struct fact_job *job, struct span latest,
		 enum fact_algorithm algorithm)
{
	share->algorithm = algorithm;
	share->target.n = 0;
	share_hash(room->hash, room->header, unit_of(algorithm));
	share->hash = (struct span){ room->hash, 32 };
	share->at_once = false;
	if (meets(room, share, job->difficulty))
		return true;
	const bool known = share->target.n > 0;

	share->at_once = latest.n > 0 && meets(room, share, latest);
	if (share->at_once || known)
		return share->at_once;
	/* What was announced behind the job is not what it was given. */
	share->target.n = 0;
	share->difficulty = 0;
	return false;
}

void proof_make(struct proof *room, struct fact_share *share,
		const struct fact_job *job, struct span latest,
		enum fact_algorithm algorithm)
{
	share->header.n = share->hash.n = share->target.n = 0;
	share->difficulty = 0;
	share->algorithm = algorithm;
	if (share->proof == FACT_MALFORMED || share->proof == FACT_UNSUPPORTED)
		return;
	if (!job) {
		share->proof = FACT_NO_JOB;
		return;
	}
	if (job->extranonce1_source == FACT_UNKNOWN) {
		share->proof = FACT_NO_EXTRANONCE1;
		return;
	}
	if (!rebuild(room, share, job)) {
		share->proof = FACT_MALFORMED;
		return;
	}
	share->header = (struct span){ room->header, HEADER_SIZE };
	const bool met =
		hold(room, share, job, latest,
		     algorithm == FACT_SCRYPT ? FACT_SCRYPT : FACT_SHA256D);

	share->proof = met                    ? FACT_PROVED
		       : share->target.n == 0 ? FACT_NO_DIFFICULTY
					      : FACT_HIGH;
	/* Without a proof nothing says which hash the miner computed. */
	if (!met && algorithm == FACT_NO_ALGORITHM)
		share->algorithm = FACT_NO_ALGORITHM;
}

static void keep(uint8_t *room, size_t size, struct span *s)
{
	if (s->n == size) {
		memcpy(room, s->p, size);
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

	if (share->header.n != HEADER_SIZE || share->hash.n != 32)
		return false;
	header_read(&header, share->header.p);
	return target_from_nbits(&t, header.nbits) &&
	       target_met(share->hash.p, &t);
}

double proof_share_difficulty(const struct fact_share *share)
{
	if (share->hash.n != 32)
		return 0;
	const struct target value = target_of_hash(share->hash.p);

	return target_difficulty(&value, unit_of(share->algorithm));
}
