#include "track/proof.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "test/tap.h"
#include "track/test_track_sample.h"

static const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };

#define DEMAND(text) ((struct proof_demand){ text, { NULL, 0 } })

static struct fact_job job_fact(const char *difficulty)
{
	const struct event_job job = track_job("j");
	struct fact_job f = {
		.extranonce1 = TRACK_EXTRANONCE1,
		.extranonce1_source = FACT_SUBSCRIBE,
		.coinbase1 = job.coinbase1,
		.coinbase2 = job.coinbase2,
		.branches = job.branches,
		.version = job.version,
		.nbits = job.nbits,
		.difficulty = track_difficulty(difficulty),
	};

	memcpy(f.previous, job.previous, 32);
	return f;
}

static struct fact_share share_fact(uint32_t nonce)
{
	return (struct fact_share){
		.extranonce2 = TRACK_EXTRANONCE2,
		.ntime = 1495012320,
		.nonce = nonce,
		.version_mask = SHARE_VERSION_MASK,
		.proof = FACT_HIGH,
	};
}

static uint32_t mined(const char *met, const char *missed)
{
	const struct event_job job = track_job("j");

	return track_mine(&job, TRACK_EXTRANONCE1, 0, met, missed);
}

static void test_outcomes(void)
{
	const uint32_t easy = mined(TRACK_EASY, TRACK_HARD);
	const struct fact_job job = job_fact(TRACK_EASY);
	const struct fact_job hard = job_fact(TRACK_HARD);
	const struct fact_job unknown = job_fact(""), one = job_fact("1");
	struct fact_share f = share_fact(easy);
	struct proof room;

	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_PROVED && f.algorithm == FACT_SHA256D);
	OK(f.header.n == 80 && f.hash.n == 32 && f.target.n == 32);
	OK(fabs(f.difficulty / 1e-8 - 1) < 1e-9 && !f.at_once);
	OK(proof_share_difficulty(&f) >= f.difficulty && !proof_nearly(&f));

	f = share_fact(easy);
	proof_make(&room, &f, &hard, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_HIGH && f.algorithm == FACT_NO_ALGORITHM);
	OK(f.hash.n == 32 && fabs(f.difficulty / 1e-7 - 1) < 1e-9);

	/* A difficulty announced after the job, and applied at once. */
	f = share_fact(easy);
	proof_make(&room, &f, &hard, DEMAND(TRACK_SPAN(TRACK_EASY)),
		   FACT_SHA256D);
	OK(f.proof == FACT_PROVED && f.at_once);
	OK(fabs(f.difficulty / 1e-8 - 1) < 1e-9);
	f = share_fact(easy);
	proof_make(&room, &f, &job, DEMAND(TRACK_SPAN(TRACK_HARD)),
		   FACT_SHA256D);
	OK(f.proof == FACT_PROVED && !f.at_once);
	f = share_fact(easy);
	proof_make(&room, &f, &unknown, DEMAND(TRACK_SPAN(TRACK_HARD)),
		   FACT_SHA256D);
	OK(f.proof == FACT_NO_DIFFICULTY && !f.at_once && !f.target.n);
	OK(f.difficulty == 0);
	f = share_fact(easy);
	proof_make(&room, &f, &unknown, DEMAND(TRACK_SPAN(TRACK_EASY)),
		   FACT_SHA256D);
	OK(f.proof == FACT_PROVED && f.at_once && f.target.n == 32);

	f = share_fact(easy);
	proof_make(&room, &f, &unknown, none, FACT_SHA256D);
	OK(f.proof == FACT_NO_DIFFICULTY && f.hash.n == 32 && !f.target.n);
	OK(f.difficulty == 0);

	/* The same bytes hashed otherwise prove nothing. */
	f = share_fact(easy);
	proof_make(&room, &f, &one, none, FACT_SCRYPT);
	OK(f.proof == FACT_HIGH && f.algorithm == FACT_SCRYPT);
}

static void test_refused(void)
{
	struct fact_job job = job_fact(TRACK_EASY);
	struct fact_share f = share_fact(mined(TRACK_EASY, ""));
	struct proof room;

	proof_make(&room, &f, NULL, none, FACT_SHA256D);
	OK(f.proof == FACT_NO_JOB && !f.header.n);
	job.extranonce1_source = FACT_UNKNOWN;
	proof_make(&room, &f, &job, none, FACT_SHA256D);
	OK(f.proof == FACT_NO_EXTRANONCE1 && !f.header.n);
	job.extranonce1_source = FACT_SET;
	proof_make(&room, &f, &job, none, FACT_SHA256D);
	OK(f.proof == FACT_PROVED);

	/* Version bits outside the mask. */
	f.has_version_bits = true;
	f.version_bits = 1;
	proof_make(&room, &f, &job, none, FACT_SHA256D);
	OK(f.proof == FACT_MALFORMED && !f.header.n && !f.hash.n);
	f.version_bits = 0;
	proof_make(&room, &f, &job, none, FACT_SHA256D);
	OK(f.proof == FACT_MALFORMED);
	f.proof = FACT_UNSUPPORTED;
	proof_make(&room, &f, &job, none, FACT_SHA256D);
	OK(f.proof == FACT_UNSUPPORTED && !f.header.n);
}

/* Each bit of every field that is hashed: never proved by chance (at 1 in 430
 * some would be, so the hash is what is looked at). */
static void test_bits(void)
{
	const struct fact_job job = job_fact(TRACK_EASY);
	struct fact_share right = share_fact(mined(TRACK_EASY, ""));
	uint8_t hash[32], extranonce2[4] = { 0, 0, 0, 1 };
	struct proof room;
	size_t same = 0;

	proof_make(&room, &right, &job, none, FACT_SHA256D);
	memcpy(hash, right.hash.p, 32);
	for (unsigned bit = 0; bit < 96; bit++) {
		struct fact_share f = share_fact(right.nonce);
		uint8_t changed[4];

		memcpy(changed, extranonce2, 4);
		if (bit < 32)
			f.nonce ^= 1u << bit;
		else if (bit < 64)
			f.ntime ^= 1u << (bit - 32);
		else
			changed[(bit - 64) / 8] ^= (uint8_t)(1u << bit % 8);
		f.extranonce2.p = changed;
		proof_make(&room, &f, &job, none, FACT_SHA256D);
		same += !memcmp(f.hash.p, hash, 32);
	}
	OK(same == 0);
}

static void test_nearly(void)
{
	const struct fact_job easy = job_fact(TRACK_EASY);
	struct fact_share f = share_fact(mined(TRACK_EASY, ""));
	struct proof room, kept;
	char text[40];

	proof_make(&room, &f, &easy, none, FACT_SHA256D);
	const double own = proof_share_difficulty(&f);

	for (int k = 14; k <= 16; k++) {
		snprintf(text, sizeof(text), "%.17f", own * (1 + ldexp(1, -k)));
		const struct fact_job job = job_fact(text);

		f = share_fact(f.nonce);
		proof_make(&room, &f, &job, none, FACT_SHA256D);
		OK(f.proof == FACT_HIGH && proof_nearly(&f) == (k == 16));
	}
	proof_keep(&kept, &f);
	memset(&room, 0, sizeof(room));
	OK(f.hash.p == kept.hash && f.header.p == kept.header);
	OK(proof_nearly(&f));
	f.hash = (struct span){ NULL, 0 };
	OK(!proof_nearly(&f) && proof_share_difficulty(&f) == 0);
}

int main(void)
{
	test_outcomes();
	test_refused();
	test_bits();
	test_nearly();
	return tap_end();
}
