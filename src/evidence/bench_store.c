/* How many shares a second go into a case, and out of it again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "evidence/store.h"

#define SESSIONS 100u
#define SHARES   500000u

static char session[SESSIONS][FACT_ID];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Different bytes for each share, cheaply: they are not what is measured. */
static void mix(uint8_t *p, size_t n, uint64_t seed)
{
	for (size_t i = 0; i + 8 <= n; i += 8) {
		seed = (seed + 1) * 6364136223846793005u;
		seed ^= seed >> 31;
		memcpy(p + i, &seed, 8);
	}
}

static void give_share(struct store *s, struct fact_share *f, uint32_t n)
{
	static uint8_t header[80], hash[32], target[32];

	mix(header, 80, n);
	mix(hash, 32, ~n);
	f->position = n * 150;
	f->time.ns = INT64_C(1495012321000000000) + n * INT64_C(1000000);
	f->frame = n;
	f->job_position = n / 16;
	f->extranonce2 = (struct span){ hash, 4 };
	f->header = (struct span){ header, 80 };
	f->hash = (struct span){ hash, 32 };
	f->target = (struct span){ target, 32 };
	if (store_share(s, f) != ST_OK)
		exit(1);
}

static double give_all(struct store *s, int64_t input)
{
	struct fact_share f = {
		.input = input,
		.worker = { (const uint8_t *)"account.worker17", 16 },
		.job_id = { (const uint8_t *)"58ab77cc0000", 12 },
		.has_job = true,
		.proof = FACT_PROVED,
		.algorithm = FACT_SHA256D,
		.difficulty = 1024,
		.verdict = FACT_ACCEPTED,
	};
	const double t0 = now();

	for (uint32_t n = 0; n < SHARES; n++) {
		memcpy(f.session, session[n % SESSIONS], FACT_ID);
		give_share(s, &f, n);
	}
	if (store_flush(s, NULL) != ST_OK)
		exit(1);
	return SHARES / (now() - t0);
}

static bool count(void *ctx, const struct fact_share *f)
{
	*(uint64_t *)ctx += f->frame ? 1 : 0;
	return true;
}

static void bench(const char *what, const char *path)
{
	struct why why = { "" };
	struct store *s = store_open(path, STORE_CREATE, &why);
	uint64_t seen = 0;
	int64_t input;
	double t0, first, again;

	if (!s || store_input_begin(s, &input, "bench") != ST_OK) {
		puts(why.text);
		exit(1);
	}
	for (unsigned i = 0; i < SESSIONS; i++) {
		struct fact_session f = { .first = TS_NONE, .last = TS_NONE };

		snprintf(session[i], FACT_ID, "%016x", i);
		memcpy(f.id, session[i], FACT_ID);
		if (store_session(s, &f) != ST_OK)
			exit(1);
	}
	first = give_all(s, input);
	again = give_all(s, input);
	t0 = now();
	if (store_shares(s, NULL, count, &seen) != ST_OK)
		exit(1);
	printf("%-8s %8.0f shares/s new %8.0f/s again %8.0f/s read\n", what,
	       first, again, (double)seen / (now() - t0));
	if (store_close(s, NULL) != ST_OK)
		exit(1);
}

int main(void)
{
	char folder[] = "/tmp/bench_store_XXXXXX", path[64];

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/case.db", folder);
	bench("memory", NULL);
	bench("file", path);
	unlink(path);
	rmdir(folder);
	return 0;
}
