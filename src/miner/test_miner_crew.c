/* Threads find what there is to find, all of it, and stop. */
#include <poll.h>
#include <string.h>

#include "base/map.h"
#include "miner/miner_crew.h"
#include "test/tap.h"

#define FINDS 600

static struct miner_work *easy_work(uint32_t extranonce2_n, int zero_bits)
{
	static const uint8_t root[32] = { 7 };
	struct miner_work_parts p = { .extranonce2_n = extranonce2_n,
				      .has_mask = extranonce2_n > 0,
				      .mask = 0x6000 };

	if (extranonce2_n > 0)
		p.job.coinbase1 = (struct span){ root, sizeof(root) };
	else
		p.job.branches = (struct span){ root, sizeof(root) };
	memset(&p.target, 0xff, sizeof(p.target));
	p.target.word[3] >>= zero_bits;
	return miner_work_new(&p);
}

static bool take(struct miner_crew *c, struct miner_find *f)
{
	struct pollfd p = { .fd = miner_crew_fd(c), .events = POLLIN };

	while (!miner_crew_take(c, f)) {
		if (poll(&p, 1, 60000) <= 0)
			return false;
		miner_crew_calm(c);
	}
	return true;
}

/* Each is another header, of the work that was given, and meets the target. */
static void finds(unsigned threads, bool pin)
{
	struct why why;
	struct miner_crew *c = miner_crew_new(threads, pin, &why);
	struct miner_work *w = easy_work(4, 12);
	struct map *seen = map_new(FINDS, 1);
	uint64_t wrong = 0, hashes = 0;
	struct miner_find f;
	bool fresh;

	OK(c != NULL && !miner_crew_take(c, &f));
	miner_crew_give(c, w);
	for (int i = 0; i < FINDS && take(c, &f); i++) {
		uint8_t header[HEADER_SIZE], hash[32];

		miner_work_header(header, f.work, &f.choice);
		share_hash(hash, header, TARGET_SHA256D);
		map_put(seen, (struct span){ f.header, HEADER_SIZE }, &fresh);
		wrong += !fresh || f.work != w ||
			 memcmp(header, f.header, sizeof(header)) != 0 ||
			 memcmp(hash, f.hash, sizeof(hash)) != 0 ||
			 !target_met(hash, &w->parts.target);
		miner_work_put(f.work);
	}
	OK(wrong == 0 && map_count(seen) == FINDS);
	miner_crew_stop(c);
	for (unsigned i = 0; i < threads; i++)
		hashes += miner_crew_hashes(c, i);
	OK(hashes >= FINDS && miner_crew_faults(c) == 0);
	miner_crew_free(c);
	miner_work_put(w);
	map_free(seen);
}

/* Of several works in turn, finds are of the last one sooner or later; one that
 * is rested from gives no more than what was found. */
static void turns(void)
{
	struct miner_crew *c = miner_crew_new(3, false, NULL);
	struct miner_work *w[8];
	struct miner_find f;

	for (size_t i = 0; i < 8; i++) {
		w[i] = easy_work(4, 10);
		miner_crew_give(c, w[i]);
	}
	do {
		if (!take(c, &f))
			break;
		miner_work_put(f.work);
	} while (f.work != w[7]);
	OK(f.work == w[7]);
	miner_crew_give(c, NULL);
	miner_crew_stop(c);
	while (miner_crew_take(c, &f))
		miner_work_put(f.work);
	OK(atomic_load(&w[0]->references) == 1 &&
	   atomic_load(&w[7]->references) == 1);
	miner_crew_free(c);
	for (size_t i = 0; i < 8; i++)
		miner_work_put(w[i]);
	miner_crew_free(NULL);
}

/* A flood: a full room makes the threads wait, and stops them all the same. */
static void flood(void)
{
	struct miner_crew *c = miner_crew_new(2, false, NULL);
	struct miner_work *w = easy_work(4, 0);
	struct miner_find f;
	int n = 0;

	miner_crew_give(c, w);
	for (; n < 1000 && take(c, &f); n++)
		miner_work_put(f.work);
	miner_crew_stop(c);
	for (; miner_crew_take(c, &f); n++)
		miner_work_put(f.work);
	/* What was counted as hashed in whole searches is what was found. */
	OK((uint64_t)n == miner_crew_hashes(c, 0) + miner_crew_hashes(c, 1));
	miner_crew_free(c);
	OK(atomic_load(&w->references) == 1);
	miner_work_put(w);
}

int main(void)
{
	finds(1, false);
	finds(3, true);
	turns();
	flood();
	return tap_end();
}
