/* How long a million shares take: money, machines and exhibits of a site of
 * 100 sessions, 10 workers each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/exhibits.h"
#include "analysis/machines.h"
#include "analysis/money.h"
#include "analysis/test_money_sample.h"

#define SESSIONS 100u
#define SHARES   1000000u
#define WORKERS  10u

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fill(struct store *s, unsigned number)
{
	char id[FACT_ID], worker[16];
	uint8_t header[80] = { 1 }, hash[32] = { 0 }, target[32];
	uint8_t extranonce2[4];
	struct fact_share f = { .input = 1,
				.has_job = true,
				.proof = FACT_PROVED,
				.algorithm = FACT_SHA256D,
				.verdict = FACT_ACCEPTED,
				.difficulty = 1000,
				.extranonce2 = { extranonce2, 4 },
				.header = { header, 80 },
				.hash = { hash, 32 },
				.target = { target, 32 } };

	memset(target, 0xff, sizeof(target));
	snprintf(id, sizeof(id), "%016u", number);
	memcpy(f.session, id, sizeof(f.session));
	sample_session(s, id, "10.0.0.1", FACT_SHA256D);
	for (uint32_t i = 0; i < SHARES / SESSIONS; i++) {
		const uint64_t mixed =
			((uint64_t)number << 32 | i) * 0x9e3779b97f4a7c15u;

		if (i % 30 == 0 &&
		    !money_store_job(s, (struct money_job){
						id, i * 10 + 1, 1000 + i * 0.1,
						MAY, MAY_HEIGHT, 1250000000,
						false, 4 }))
			exit(1);
		snprintf(worker, sizeof(worker), "w%u", i % WORKERS);
		f.position = i * 10 + 5;
		f.job_position = i / 30 * 300 + 1;
		f.time = AT(1000 + i * 0.1);
		f.nonce = (uint32_t)mixed;
		f.worker = sample_text(worker);
		memcpy(hash, &mixed, 8);
		memcpy(extranonce2, &i, 4);
		if (store_share(s, &f) != ST_OK)
			exit(1);
	}
}

int main(void)
{
	struct store *s = store_open(NULL, STORE_CREATE, NULL);
	const struct finding_options options = { 0.95, NULL };
	const struct finding *member[SESSIONS];
	struct series_subject subject[WORKERS + 1];
	const struct series none = { .n = 0 };
	const struct series *series[WORKERS + 1];
	const struct work *work[WORKERS + 1];
	static struct money money[WORKERS + 1];
	static struct machines machines[WORKERS + 1];
	char worker[WORKERS][16];
	struct ts at[WORKERS + 1];
	struct exhibits exhibits;
	struct findings f;
	int64_t row;
	double t;

	if (!s || store_input_begin(s, &row, "made up") != ST_OK)
		return 1;
	for (unsigned i = 0; i < SESSIONS; i++)
		fill(s, i);
	if (finding_load_all(&f, s, &options) != ST_OK)
		return 1;
	for (unsigned i = 0; i < SESSIONS; i++)
		member[i] = &f.finding[i];
	for (unsigned i = 0; i <= WORKERS; i++) {
		subject[i] = (struct series_subject){ member, SESSIONS, NULL };
		series[i] = &none;
		work[i] = &f.finding[0].work;
		at[i] = AT(2000);
		if (i > 0) {
			snprintf(worker[i - 1], 16, "w%u", i - 1);
			subject[i].worker = worker[i - 1];
		}
	}
	t = now();
	if (money_of_subjects(money, s, subject, series, work, WORKERS + 1,
			      NULL) != ST_OK)
		return 1;
	printf("# money: %.2f s, %llu credited\n", now() - t,
	       (unsigned long long)money[0].credited_shares);
	t = now();
	if (machines_of_subjects(machines, s, subject, work, at, WORKERS + 1) !=
	    ST_OK)
		return 1;
	printf("# machines: %.2f s\n", now() - t);
	t = now();
	if (exhibits_choose(&exhibits, s, &f) != ST_OK)
		return 1;
	printf("# exhibits: %.2f s, %zu\n", now() - t, exhibits.n);
	exhibits_free(&exhibits);
	finding_free_all(&f);
	store_close(s, NULL);
	return 0;
}
