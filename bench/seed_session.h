/* seed_session - one connection of the made-up case, told to the store as the
 * scan would have told it, but for its grade. */
#ifndef BENCH_SEED_SESSION_H
#define BENCH_SEED_SESSION_H

#include "base/status.h"
#include "bench/seed_story.h"
#include "bench/seed_truth.h"
#include "evidence/store.h"

#define SEED_SCRIPT 25 /* bytes of one that pays to a key's hash */

struct seed_place {
	const struct seed_story *story;
	struct seed_truth *truth;
	struct store *store;
	struct seed_random random;
	int64_t row[SEED_DAYS];      /* of the store, of each day's input */
	uint8_t script[SEED_SCRIPT]; /* to which the pool pays */
};

/* A connection of one of the proxies with that many machines behind it, from
 * and to in ns; connection is its place among those side by side. ST_IO if the
 * store cannot be written. */
enum status seed_session_make(struct seed_place *p, uint32_t connection,
			      uint32_t machines, int64_t from, int64_t to);

#endif /* BENCH_SEED_SESSION_H */
