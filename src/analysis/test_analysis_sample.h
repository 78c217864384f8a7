/* test_analysis_sample - a store in memory, filled with made-up facts. */
#ifndef ANALYSIS_TEST_ANALYSIS_SAMPLE_H
#define ANALYSIS_TEST_ANALYSIS_SAMPLE_H

#include <stdio.h>
#include <string.h>

#include "coin/target.h"
#include "evidence/store.h"
#include "test/tap.h"

#define AT(s) ((struct ts){ (int64_t)((s)*1e9) })

static inline struct span sample_text(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static inline struct store *sample_store(void)
{
	struct why why;
	struct store *s = store_open(NULL, STORE_CREATE, &why);
	int64_t row;

	OK(s && store_input_begin(s, &row, "made up") == ST_OK && row == 1);
	return s;
}

static inline void sample_session(struct store *s, const char *id,
				  const char *client_ip,
				  enum fact_algorithm algorithm)
{
	struct fact_session f = { .dialect = "stratum-v1",
				  .client_ip = client_ip,
				  .server_ip = "10.0.0.2",
				  .client_port = 50000,
				  .server_port = 3333,
				  .first = AT(1000),
				  .last = AT(2000),
				  .algorithm = algorithm };

	snprintf(f.id, sizeof(f.id), "%s", id);
	OK(store_session(s, &f) == ST_OK);
}

static inline void sample_period(struct store *s, const char *id, double from,
				 double to, double difficulty)
{
	struct fact_period f = { .from = AT(from),
				 .to = AT(to),
				 .difficulty = difficulty };

	snprintf(f.session, sizeof(f.session), "%s", id);
	OK(store_period(s, &f) == ST_OK);
}

static inline void sample_job(struct store *s, const char *id,
			      uint32_t position, const char *difficulty)
{
	struct fact_job f = { .position = position,
			      .time = AT(1000),
			      .input = 1,
			      .difficulty = sample_text(difficulty) };

	snprintf(f.session, sizeof(f.session), "%s", id);
	OK(store_job(s, &f) == ST_OK);
}

/* What of a share matters to sums. */
struct sample_share {
	const char *session, *worker;
	uint32_t position, job;
	double time;
	const char *difficulty; /* "": no target */
	uint8_t hash;           /* which one; 0: none */
	enum fact_proof proof;
	enum fact_verdict verdict;
	enum fact_algorithm algorithm;
};

static inline void sample_share(struct store *s, const struct sample_share *x)
{
	uint8_t hash[32] = { x->hash }, raw[32] = { 0 };
	struct fact_share f = { .position = x->position,
				.time = AT(x->time),
				.input = 1,
				.has_job = true,
				.job_position = x->job,
				.proof = x->proof,
				.algorithm = x->algorithm,
				.verdict = x->verdict };
	const enum target_unit unit =
		x->algorithm == FACT_SCRYPT ? TARGET_SCRYPT : TARGET_SHA256D;
	struct target t;

	snprintf(f.session, sizeof(f.session), "%s", x->session);
	if (x->worker)
		f.worker = sample_text(x->worker);
	if (x->hash)
		f.hash = (struct span){ hash, 32 };
	if (target_from_difficulty(&t, sample_text(x->difficulty), unit)) {
		for (size_t i = 0; i < 32; i++)
			raw[i] = (uint8_t)(t.word[i / 8] >> (i % 8 * 8));
		f.target = (struct span){ raw, 32 };
		f.difficulty = target_difficulty(&t, unit);
	}
	OK(store_share(s, &f) == ST_OK);
}

#endif /* ANALYSIS_TEST_ANALYSIS_SAMPLE_H */
