/* seed_story - what happens in the made-up case: the truth before any of it is
 * seen.
 *
 * A sensor is on from 1 April to 31 July 2017. Nothing mines until 17 May; then
 * machines of one kind work behind proxies in one /22, more every day, most of
 * them towards the end of May and fewer after; at times the machines, or the
 * line, have no power. Chain, difficulty and heights are Bitcoin's; the times
 * of blocks between its retargets are made up. */
#ifndef BENCH_SEED_STORY_H
#define BENCH_SEED_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ts.h"
#include "bench/seed_random.h"

#define SEED_DAY_NS        INT64_C(86400000000000)
#define SEED_DAYS          122
#define SEED_BEGIN         (INT64_C(1491004800) * 1000000000) /* 1 April */
#define SEED_END           (SEED_BEGIN + SEED_DAYS * SEED_DAY_NS)
#define SEED_ONSET_DAY     46 /* 17 May, .. */
#define SEED_ONSET         (SEED_BEGIN + SEED_ONSET_DAY * SEED_DAY_NS + SEED_ONSET_IN)
#define SEED_ONSET_IN      (INT64_C(22320) * 1000000000) /* .. 06:12 UTC */
#define SEED_OUTAGES       11
#define SEED_FIRST_HEIGHT  459648 /* of the first retarget that is needed */
#define SEED_HEIGHTS       20160  /* blocks from there on */
#define SEED_BINS          144    /* of traffic, a day */
#define SEED_BIN_S         600
#define SEED_CLIENTS       4
#define SEED_SITE          "175.45.176.0/22"
#define SEED_AGENT         "bmminer/2.0.0"
#define SEED_MODEL         "Antminer S9"
#define SEED_MACHINE_RATE  13e12 /* hash/s */
#define SEED_MACHINE_WATTS 1300.0
#define SEED_POOL_HOST     "stratum.pool.example"
#define SEED_POOL_IP       "203.0.113.10"
#define SEED_POOL_PORT     3333
#define SEED_POOL_TAG      "/Example Pool/"

extern const char *const seed_clients[SEED_CLIENTS];

/* A time without work: without power the machines stand still and their
 * proxies stay connected; without the line nothing is connected. */
struct seed_outage {
	bool line;
	int64_t from, to; /* ns since 1970 */
};

struct seed_day {
	uint32_t machines;    /* that have work */
	uint32_t connections; /* of their proxies, side by side */
	double sessions;      /* expected to begin */
	double difficulty;    /* of shares */
};

struct seed_bin { /* of all traffic */
	uint64_t packets, bytes, connections;
};

struct seed_story {
	struct seed_day day[SEED_DAYS];
	struct seed_outage outage[SEED_OUTAGES]; /* by from; none overlap */
	int64_t found[SEED_HEIGHTS]; /* when SEED_FIRST_HEIGHT + i was */
	struct seed_bin bin[SEED_DAYS][SEED_BINS];
	uint64_t packets[SEED_DAYS]; /* sums of the bins */
};

/* shares: about how many there are to be, which sets their difficulty: a power
 * of two, at least 65536. Free with free(). */
struct seed_story *seed_story_new(uint64_t seed, double shares);

/* Which day a time is in; below 0 or from SEED_DAYS on: outside. */
int seed_story_day(int64_t ns);

/* The height that is worked on at that time. */
uint32_t seed_story_height(const struct seed_story *s, int64_t ns);

/* What its coinbase pays: the subsidy, and fees, in satoshi. */
uint64_t seed_story_reward(uint32_t height);

/* Made-up bytes that belong to a height: the hash of the block before it. */
void seed_story_previous(uint8_t out[32], uint32_t height);

/* The outage at that time, or the next one; NULL: none. */
const struct seed_outage *seed_story_outage(const struct seed_story *s,
					    int64_t ns);

#endif /* BENCH_SEED_STORY_H */
