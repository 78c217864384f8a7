/* Threads find what there is to find, all of it, and stop. */
#include <poll.h>
#include <string.h>

#include "base/map.h"
#include "miner/miner_crew.h"
#include "miner/miner_search.h"
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

/* The search tells all, and says where it stopped. */
static void search(size_t num_versions)
{
	static const uint32_t versions[] = { 7, 1u << 31, 3 };
	struct miner_range range = { .version = versions,
				     .num_versions = num_versions };
	uint8_t header[HEADER_SIZE] = { 3 };
	struct miner_found found;
	uint64_t at = 0, n = 0;
	bool seen[3][5000] = { { false } };

	while (at < 5000) {
		range.first = (uint32_t)at - 2500;
		range.count = 5000 - at;
		const uint64_t done =
			miner_search(&found, header, &range, UINT32_MAX);

		for (size_t i = 0; i < found.n; i++) {
			size_t v = 0;

			while (versions[v] != found.hit[i].version)
				v++;
			bool *s = &seen[v][found.hit[i].nonce + 2500];

			n += !*s;
			*s = true;
		}
		if (done == 0 || done > range.count)
			break;
		at += done;
	}
	OK(at == 5000 && n == 5000 * num_versions);
	range.count = 1000;
	OK(miner_search(&found, header, &range, 0) == 1000 && found.n == 0);
	OK(strlen(miner_search_kernel()) > 0);
}

int main(void)
{
	search(1);
	search(3);
	finds(1, false);
	finds(3, true);
	turns();
	flood();
	return tap_end();
}
