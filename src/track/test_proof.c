#include "track/proof.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hex.h"
#include "pow/test_share_zcash.h"
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

/* What submitted version bits mean for a job that sets one of the mask's. */
static void test_versions(void)
{
	static const struct {
		uint32_t said, version; /* that was hashed */
		bool proved;
	} rows[] = {
		{ 0x10002000, 0x30002000, true }, /* as BIP 310 */
		{ 0x00002000, 0x20002000, true },
		{ 0x00002000, 0x30002000, true }, /* or */
		{ 0x10002000, 0x20002000, true }, /* exclusive or */
		{ 0x10002000, 0x30000000, false },
		{ 0x10002000, 0x20000000, false },
	};
	struct fact_job job = job_fact(TRACK_HARD);
	struct event_job mined_as = track_job("j");
	struct proof room;

	job.version = 0x30000000;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		mined_as.version = rows[i].version;
		struct fact_share f = share_fact(track_mine(
			&mined_as, TRACK_EXTRANONCE1, 0, TRACK_HARD, ""));

		f.has_version_bits = true;
		f.version_bits = rows[i].said;
		proof_make(&room, &f, &job, none, FACT_SHA256D);
		OK(f.proof == (rows[i].proved ? FACT_PROVED : FACT_HIGH));
		/* Bits of the header; unproved, as BIP 310 has them. */
		const uint32_t want = rows[i].proved
					      ? rows[i].version
					      : 0x20000000 | rows[i].said;
		OK(f.version_bits == (want & SHARE_VERSION_MASK));
		OK(f.header.n == 80 && room.header[3] == want >> 24 &&
		   room.header[1] == (uint8_t)(want >> 8));
		OK(fabs(f.difficulty / 1e-7 - 1) < 1e-9);
	}
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

static struct proof_demand target_demand(const uint8_t raw[32])
{
	return (struct proof_demand){ .target = { raw, 32 } };
}

/* Targets in place of difficulties: the job's, then the latest. */
static void test_targets(void)
{
	const uint32_t easy = mined(TRACK_EASY, TRACK_HARD);
	uint8_t low[32], high[32], demanded[32];
	struct fact_share f = share_fact(easy);
	struct fact_job job = job_fact("1"); /* a target goes before it */
	struct target t;
	struct proof room;

	OK(target_from_difficulty(&t, track_difficulty(TRACK_EASY),
				  TARGET_SHA256D));
	target_write(high, &t);
	OK(target_from_difficulty(&t, track_difficulty(TRACK_HARD),
				  TARGET_SHA256D));
	target_write(low, &t);
	job.target = (struct span){ high, 32 };
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_PROVED && fabs(f.difficulty / 1e-8 - 1) < 1e-9);
	OK(memcmp(f.target.p, high, 32) == 0 && !f.at_once);
	OK(proof_demanded(demanded, &job, FACT_NO_ALGORITHM));
	OK(memcmp(demanded, high, 32) == 0);
	job.target.p = low;
	f = share_fact(easy);
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_HIGH && memcmp(f.target.p, low, 32) == 0);
	f = share_fact(easy);
	proof_make(&room, &f, &job, target_demand(high), FACT_NO_ALGORITHM);
	OK(f.proof == FACT_PROVED && f.at_once);
	/* By scrypt it is the same number, in another unit. */
	f = share_fact(easy);
	proof_make(&room, &f, &job, none, FACT_SCRYPT);
	OK(f.algorithm == FACT_SCRYPT &&
	   fabs(f.difficulty / 6553.6e-6 - 1) < 1e-3);
	job.target.n = 0;
	job.difficulty.n = 0;
	OK(!proof_demanded(demanded, &job, FACT_SHA256D));
}

/* The root alone: getwork. */
static void test_root(void)
{
	struct fact_job job = job_fact("0.0000000001");
	struct fact_share f = share_fact(1);
	struct proof room;

	job.coinbase1 = job.coinbase2 = (struct span){ NULL, 0 };
	job.extranonce1 = (struct span){ NULL, 0 };
	job.extranonce1_source = FACT_UNKNOWN; /* it needs none */
	f.extranonce2.n = 0;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.header.n == 80 && f.hash.n == 32);
	OK(memcmp(f.header.p + 36, track_branch, 32) == 0);
	job.branches.n = 0;
	f = share_fact(1);
	f.extranonce2.n = 0;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_MALFORMED && f.header.n == 0);
}

static void test_claimed(void)
{
	static const uint8_t target[32] = { [30] = 0xff, [31] = 0x0f };
	uint8_t hash[32] = { [31] = 0x0f };
	struct fact_job job = { .algorithm = FACT_CRYPTONIGHT,
				.target = { target, 32 } };
	struct fact_share f = { .proof = FACT_HIGH, .hash = { hash, 32 } };
	struct proof room;

	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_CLAIMED && f.algorithm == FACT_CRYPTONIGHT);
	OK(f.header.n == 0 && f.difficulty > 16 && f.difficulty < 16.1);
	OK(memcmp(f.hash.p, hash, 32) == 0 && !proof_solves_block(&f));
	OK(strcmp(proof_tries(f.algorithm), "H") == 0);
	hash[31] = 0x10;
	f.hash.p = hash;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_HIGH);
	f.hash.p = hash;
	job.target.n = 0;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_NO_DIFFICULTY && f.hash.n == 32 && !f.target.n);
	f.hash = (struct span){ hash, 31 };
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_MALFORMED && f.hash.n == 0);
	f.proof = FACT_HIGH;
	f.hash = (struct span){ hash, 32 };
	proof_make(&room, &f, NULL, none, FACT_CRYPTONIGHT);
	OK(f.proof == FACT_NO_JOB && f.hash.n == 0);
	/* Ethash is left to those who have its tables. */
	job.algorithm = FACT_ETHASH;
	f.proof = FACT_HIGH;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_UNSUPPORTED && f.algorithm == FACT_ETHASH);
}

/* Zcash's first block, as a share. */
static void test_equihash(void)
{
	uint8_t header[140], solution[1344], shown[32];
	const uint8_t low[32] = { 1 };
	struct fact_job job = { .algorithm = FACT_EQUIHASH,
				.extranonce1_source = FACT_SUBSCRIBE,
				.version = 4,
				.nbits = 0x1f07ffff };
	struct fact_share f = { .proof = FACT_HIGH, .ntime = 0x58130490 };
	struct fact_share again;
	struct proof room;
	bool same = true;

	OK(hex_bytes(header, 140, track_difficulty(genesis_header)));
	OK(hex_bytes(solution, 1344, track_difficulty(genesis_solution)));
	OK(hex_bytes(shown, 32, track_difficulty(share_zcash_hash)));
	memcpy(job.previous, header + 4, 32);
	job.branches = (struct span){ header + 36, 64 };
	job.extranonce1 = (struct span){ header + 108, 6 };
	job.difficulty = track_difficulty("0.00000001");
	f.extranonce2 = (struct span){ header + 114, 26 };
	f.solution = (struct span){ solution, 1344 };
	again = f;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_PROVED && f.algorithm == FACT_EQUIHASH);
	OK(f.header.n == 140 && memcmp(f.header.p, header, 140) == 0);
	for (size_t i = 0; i < 32; i++)
		same = same && f.hash.p[i] == shown[31 - i];
	OK(same && proof_solves_block(&f));
	OK(strcmp(proof_tries(f.algorithm), "Sol") == 0);
	/* Difficulty is told in tries. */
	OK(fabs(f.difficulty / 42.95 - 1) < 1e-3);
	f = again;
	job.difficulty.n = 0;
	job.target = (struct span){ low, 32 };
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_HIGH);
	f = again;
	f.ntime++;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_NO_SOLUTION && f.header.n == 140 && f.hash.n == 0);
	f = again;
	f.extranonce2.n--;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_MALFORMED && f.header.n == 0);
	f = again;
	job.extranonce1_source = FACT_UNKNOWN;
	proof_make(&room, &f, &job, none, FACT_NO_ALGORITHM);
	OK(f.proof == FACT_NO_EXTRANONCE1 && f.algorithm == FACT_EQUIHASH);
}

int main(void)
{
	test_outcomes();
	test_refused();
	test_versions();
	test_bits();
	test_nearly();
	test_targets();
	test_root();
	test_claimed();
	test_equihash();
	return tap_end();
}
