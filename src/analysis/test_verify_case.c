/* A case of many shares: all are checked, and what is wrong is told in their
 * order, however many are made again at a time. */
#include <stdio.h>
#include <string.h>

#include "analysis/test_analysis_sample.h"
#include "analysis/verify.h"
#include "coin/target.h"
#include "hash/sha256d.h"
#include "test/tap.h"
#include "track/proof.h"
#include "track/test_track_sample.h"

#define SESSIONS   3u
#define DIFFICULTY "0.0000000001" /* any hash meets it */

static const char *const ids[SESSIONS] = { "aaaaaaaaaaaaaaaa",
					   "bbbbbbbbbbbbbbbb",
					   "cccccccccccccccc" };

enum spoiled {
	SOUND,
	WRONG_NONCE,
	NO_JOB,
	NO_TARGET,
	LONG_EXTRANONCE2, /* which is right */
	SPOILED
};

static const char *const faults[SPOILED] = {
	[WRONG_NONCE] = "the header rebuilt from its job is another one",
	[NO_JOB] = "its job is not in the case",
	[NO_TARGET] = "its header, hash or target is missing",
};

static enum spoiled spoiled(uint32_t n)
{
	return n % 97 == 50 ? (enum spoiled)(n / 97 % SPOILED) : SOUND;
}

static struct fact_job make_job(uint32_t n, uint32_t shares_per_job)
{
	const struct event_job job = track_job("a");
	struct fact_job f = {
		.position = 1u << 31 | n / SESSIONS / shares_per_job,
		.time = AT(1000),
		.input = 1,
		.extranonce1 = TRACK_EXTRANONCE1,
		.extranonce1_source = FACT_SUBSCRIBE,
		.coinbase1 = job.coinbase1,
		.coinbase2 = job.coinbase2,
		.branches = job.branches,
		.version = n / shares_per_job,
		.nbits = job.nbits,
		.difficulty = track_difficulty(DIFFICULTY),
	};

	memcpy(f.session, ids[n % SESSIONS], FACT_ID);
	memcpy(f.previous, job.previous, 32);
	return f;
}

static bool give_share(struct store *s, uint32_t n, uint32_t shares_per_job)
{
	static const uint8_t zeros[100];
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };
	const struct fact_job job = make_job(
		n - n / SESSIONS % shares_per_job * SESSIONS, shares_per_job);
	struct proof room;
	struct fact_share f = { .position = n,
				.time = AT(1000 + n),
				.input = 1,
				.has_job = true,
				.job_position = job.position,
				.extranonce2 = TRACK_EXTRANONCE2,
				.ntime = n,
				.proof = FACT_HIGH };

	if (spoiled(n) == LONG_EXTRANONCE2)
		f.extranonce2 = (struct span){ zeros, sizeof(zeros) };
	memcpy(f.session, job.session, FACT_ID);
	proof_make(&room, &f, &job, none, FACT_SHA256D);
	if (spoiled(n) == WRONG_NONCE)
		f.nonce++;
	if (spoiled(n) == NO_JOB)
		f.job_position = 1;
	if (spoiled(n) == NO_TARGET)
		f.target.n = 0;
	return f.proof == FACT_PROVED && store_job(s, &job) == ST_OK &&
	       store_share(s, &f) == ST_OK;
}

struct told {
	uint32_t next, num_shares; /* to be told next: at least this one */
	size_t wrong, n;
};

static void on_trouble(void *context, const char *where, const char *what)
{
	struct told *t = context;
	char wanted[64];

	const char *fault = NULL;

	for (; t->next < t->num_shares; t->next++) {
		fault = faults[spoiled(t->next)];
		if (fault)
			break;
	}
	snprintf(wanted, sizeof(wanted), "share %s:%u", ids[t->next % SESSIONS],
		 t->next);
	t->n++;
	t->wrong += strcmp(where, wanted) != 0 || !fault ||
		    strcmp(what, fault) != 0;
	t->next++;
}

static void test_case(uint32_t num_shares, uint32_t shares_per_job)
{
	struct store *s = sample_store();
	struct told t = { .num_shares = num_shares };
	struct verify_counts n = { 0 };
	uint32_t bad = 0;
	bool given = true;

	printf("# %u shares, %u of a job\n", num_shares, shares_per_job);
	for (uint32_t i = 0; i < SESSIONS; i++)
		sample_session(s, ids[i], "10.0.0.1", FACT_SHA256D);
	for (uint32_t i = 0; i < num_shares; i++) {
		given = given && give_share(s, i, shares_per_job);
		bad += faults[spoiled(i)] != NULL;
	}
	OK(given && verify_case(&n, s, on_trouble, &t) == ST_OK);
	OK(n.checked == num_shares && n.bad == bad &&
	   n.good + bad == n.checked);
	OK(t.n == bad && t.wrong == 0);
	OK(store_close(s, NULL) == ST_OK);
}

static bool says(const struct fact_share *f, const char *what)
{
	const char *fault = verify_share(f);

	return fault && strcmp(fault, what) == 0;
}

/* What can be held against itself without its job. */
static void test_share(void)
{
	uint8_t header[80] = { 7 }, hash[32], target[32];
	struct fact_share f = {
		.proof = FACT_PROVED,
		.algorithm = FACT_SHA256D,
		.header = { header, sizeof(header) },
		.hash = { hash, sizeof(hash) },
		.target = { target, sizeof(target) },
	};

	sha256d(hash, header, sizeof(header));
	memset(target, 0xff, sizeof(target));
	const struct target all = target_of_hash(target);

	f.difficulty = target_difficulty(&all, proof_unit(f.algorithm));
	OK(!verify_share(&f));
	f.difficulty *= 1.001;
	OK(says(&f, "its difficulty is not that of its target"));
	target[31] = 0;
	OK(says(&f, "the hash is above the target"));
	header[0]++;
	OK(says(&f, "the header's hash is another one"));
	/* What brings its hash along has no other to be held against. */
	f.proof = FACT_CLAIMED;
	OK(says(&f, "the hash is above the target"));
}

int main(void)
{
	test_share();
	test_case(0, 1);
	test_case(1, 1);
	test_case(511, 7);
	test_case(512, 7);
	test_case(513, 7);
	test_case(3000, 40);
	test_case(9000, 1); /* more jobs than are kept */
	return tap_end();
}
