/* Stratum shares rebuilt per second (coinbase of 250 bytes, 12 branches), one
 * at a time and in batches: median of rounds that the two take in turn, by
 * processor time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pow/share_batch.h"

#define SHARES 1024
#define ROUNDS 41

static uint8_t part[8192];
static struct share_job job;
static struct share_submit submit[SHARES];
static struct share_batch_item item[SHARES];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void one_by_one(void)
{
	for (size_t i = 0; i < SHARES; i++) {
		if (share_header(item[i].header, item[i].job, item[i].submit))
			share_hash(item[i].hash, item[i].header,
				   TARGET_SHA256D);
	}
}

static void all_at_once(void)
{
	share_batch_hash(item, SHARES);
}

static void fours(void)
{
	for (size_t i = 0; i < SHARES; i += 4)
		share_batch_hash(item + i, 4);
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} ways[] = { { "one by one", one_by_one },
		     { "four at a time", fours },
		     { "1024 at a time", all_at_once } };
	static double rate[3][ROUNDS];

	for (size_t i = 0; i < sizeof(part); i++)
		part[i] = (uint8_t)(i * 7 + i / 256);
	job.coinbase1 = (struct span){ part, 110 };
	job.coinbase2 = (struct span){ part + 200, 128 };
	job.branches = (struct span){ part + 500, 12 * 32UL };
	for (size_t i = 0; i < SHARES; i++) {
		submit[i].extranonce1 = (struct span){ part + 1000, 4 };
		submit[i].extranonce2 = (struct span){ part + 1100 + i, 8 };
		item[i].job = &job;
		item[i].submit = &submit[i];
	}
	for (size_t r = 0; r < ROUNDS; r++) {
		for (size_t w = 0; w < 3; w++) {
			const double from = now();

			for (int i = 0; i < 10; i++)
				ways[w].run();
			rate[w][r] = 10 * SHARES / (now() - from);
		}
	}
	for (size_t w = 0; w < 3; w++)
		qsort(rate[w], ROUNDS, sizeof(double), compare);
	for (size_t w = 0; w < 3; w++)
		printf("%-15s %8.0f shares/s (%.0f to %.0f) %5.2fx\n",
		       ways[w].name, rate[w][ROUNDS / 2], rate[w][0],
		       rate[w][ROUNDS - 1],
		       rate[w][ROUNDS / 2] / rate[0][ROUNDS / 2]);
	return 0;
}
