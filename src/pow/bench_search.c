/* Candidates for an extranonce1 per second and core (coinbase of 250 bytes),
 * by the number of branches, and what of it the kernel's rate for messages of
 * 64 bytes would allow if all compressions cost the same: median of rounds that
 * the two take in turn, by processor time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hash/extranonces.h"
#include "hash/sha256d.h"
#include "pow/search.h"

#define ROUNDS   21
#define MESSAGES 1024

static const size_t branches[] = { 0, 1, 6, 12, 13 };
#define JOBS (sizeof(branches) / sizeof(branches[0]))

static uint8_t part[8192], message[MESSAGES][64], hash[MESSAGES][32];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct search_share make_share(size_t num_branches)
{
	/* 110 + 4 + 8 + 128 bytes */
	return (struct search_share){
		.job = { .coinbase1 = { part, 110 },
			 .coinbase2 = { part + 200, 128 },
			 .branches = { part + 500, 32 * num_branches },
			 .nbits = 0x1d00ffff },
		.submit = { .extranonce2 = { part + 1000, 8 } },
		.has_target = true, /* a hash of zeros: none meets it */
	};
}

static double candidates_rate(const struct search_share *share)
{
	static const uint8_t base[4];
	static uint32_t first;
	struct search_result r = { 0 };
	struct search_candidates c = {
		.base = base, .length = 4, .first = first, .count = 1u << 15
	};
	const double from = now();

	search_range(&r, share, 1, &c);
	first += 1u << 15;
	return (double)r.tried / (now() - from);
}

static double nodes_rate(void)
{
	const double from = now();

	for (int i = 0; i < 20; i++)
		sha256d_many(hash, message[0], 64, 64, MESSAGES);
	return 20 * MESSAGES / (now() - from);
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double v[ROUNDS])
{
	qsort(v, ROUNDS, sizeof(v[0]), compare);
	return v[ROUNDS / 2];
}

int main(void)
{
	static double rate[JOBS][ROUNDS], nodes[ROUNDS];

	for (size_t i = 0; i < sizeof(part); i++)
		part[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t r = 0; r < ROUNDS; r++) {
		nodes[r] = nodes_rate();
		for (size_t i = 0; i < JOBS; i++) {
			const struct search_share s = make_share(branches[i]);

			rate[i][r] = candidates_rate(&s);
		}
	}

	const double most = median(nodes);

	printf("kernel: %s; 64-byte double hashes: %.2f M/s\n",
	       extranonces_kernel_name(), most / 1e6);
	for (size_t i = 0; i < JOBS; i++) {
		/* Blocks 2 to 4 of the coinbase and its hash, three of a
		 * node, three of the header. */
		const double compressions = 4 + 3 * (double)branches[i] + 3;
		const double limit = most * 3 / compressions;
		const double v = median(rate[i]);

		printf("%2zu branches: %5.2f M/s (%.2f to %.2f), %3.0f %% of "
		       "%.2f; 2^32 in %.1f minutes on a core\n",
		       branches[i], v / 1e6, rate[i][0] / 1e6,
		       rate[i][ROUNDS - 1] / 1e6, 100 * v / limit, limit / 1e6,
		       0x1p32 / v / 60);
	}
	return 0;
}
