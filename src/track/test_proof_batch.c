/* Many at a time: to the same results as one by one. */
#include "track/proof_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/tap.h"
#include "track/test_track_sample.h"

#define SHARES 700
#define JOBS   9

static uint32_t random_state = 20170517;

static uint32_t roll(uint32_t below)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % below;
}

/* Jobs of every kind of work, and such as nothing can be made of. */
static void make_jobs(struct fact_job job[JOBS])
{
	static const uint8_t target[32] = { [31] = 0x3f };
	const struct event_job sample = track_job("j");

	for (size_t i = 0; i < JOBS; i++) {
		job[i] = (struct fact_job){
			.extranonce1 = TRACK_EXTRANONCE1,
			.extranonce1_source = FACT_SUBSCRIBE,
			.coinbase1 = sample.coinbase1,
			.coinbase2 = sample.coinbase2,
			.branches = sample.branches,
			.version = sample.version,
			.nbits = sample.nbits,
			.target = { target, sizeof(target) },
		};
		memcpy(job[i].previous, sample.previous, 32);
	}
	job[1].target.n = 0; /* no difficulty */
	job[2].difficulty = TRACK_SPAN(TRACK_EASY);
	job[2].target.n = 0;
	job[3].extranonce1_source = FACT_UNKNOWN;
	job[4].coinbase1.n = job[4].coinbase2.n = 0; /* getwork */
	job[4].extranonce1.n = 0;
	job[5].branches.n = 31;
	job[6].algorithm = FACT_CRYPTONIGHT;
	job[7].algorithm = FACT_ETHASH;
	job[8].algorithm = FACT_EQUIHASH;
}

static struct fact_share make_share(uint32_t i)
{
	static const uint8_t claimed[32];
	struct fact_share f = {
		.extranonce2 = TRACK_EXTRANONCE2,
		.ntime = 1495012320,
		.nonce = i,
		.version_mask = SHARE_VERSION_MASK,
		.proof = FACT_HIGH,
	};

	f.extranonce2.n = roll(5);
	f.has_version_bits = roll(3) == 0;
	f.version_bits = roll(40) == 0 ? 1 : 0x2000;
	if (roll(30) == 0)
		f.proof = roll(2) ? FACT_MALFORMED : FACT_UNSUPPORTED;
	if (roll(2))
		f.hash = (struct span){ claimed, sizeof(claimed) };
	return f;
}

static bool same_span(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static bool same(const struct fact_share *a, const struct fact_share *b)
{
	return a->proof == b->proof && a->algorithm == b->algorithm &&
	       same_span(a->header, b->header) && same_span(a->hash, b->hash) &&
	       same_span(a->target, b->target) &&
	       a->difficulty <= b->difficulty &&
	       a->difficulty >= b->difficulty && a->at_once == b->at_once;
}

static void test_mixed(size_t n)
{
	static const enum fact_algorithm algorithms[] = {
		FACT_NO_ALGORITHM, FACT_SHA256D, FACT_SHA256D, FACT_SHA256D,
		FACT_SCRYPT
	};
	static struct fact_share many[SHARES], one[SHARES];
	static struct proof rooms[SHARES];
	static struct proof_batch_item item[SHARES];
	struct fact_job job[JOBS];
	size_t by_proof[FACT_PROOFS] = { 0 };
	bool all_same = true;

	make_jobs(job);
	for (size_t i = 0; i < n; i++) {
		/* Most of them of one kind, as they are. */
		const uint32_t kind = roll(4) ? 0 : roll(JOBS + 1);

		one[i] = many[i] = make_share((uint32_t)i);
		item[i] = (struct proof_batch_item){
			.room = &rooms[i],
			.share = &many[i],
			.job = kind < JOBS ? &job[kind] : NULL,
			.algorithm = algorithms[roll(roll(10) ? 4 : 5)],
		};
		if (roll(3) == 0)
			item[i].latest.difficulty = TRACK_SPAN(TRACK_HARD);
	}
	proof_batch_make(item, n);
	for (size_t i = 0; i < n; i++) {
		struct proof room;

		proof_make(&room, &one[i], item[i].job, item[i].latest,
			   item[i].algorithm);
		all_same = all_same && same(&one[i], &many[i]);
		by_proof[one[i].proof]++;
	}
	OK(all_same);
	for (size_t p = 0; n == SHARES && p < FACT_PROOFS; p++)
		printf("# %s: %zu\n", fact_proof_text((enum fact_proof)p),
		       by_proof[p]);
}

int main(void)
{
	for (size_t n = 0; n <= 3; n++)
		test_mixed(n);
	test_mixed(255);
	test_mixed(256);
	test_mixed(257);
	test_mixed(SHARES);
	return tap_end();
}
