#include "analysis/work.h"

#include <math.h>

#include "analysis/test_analysis_sample.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

static struct sample_share proved(uint32_t position, double time,
				  const char *difficulty, uint8_t hash)
{
	return (struct sample_share){ .session = A,
				      .worker = "w",
				      .position = position,
				      .job = 1,
				      .time = time,
				      .difficulty = difficulty,
				      .hash = hash,
				      .proof = FACT_PROVED,
				      .algorithm = FACT_SHA256D };
}

static void add(struct store *s, struct sample_share x)
{
	sample_share(s, &x);
}

static struct work work_of(struct store *s, const char *session)
{
	struct work w;

	OK(work_of_session(&w, s, session, 0.95) == ST_OK);
	return w;
}

/* Submitted, proved, unique, accepted and rejected are five numbers. */
static void test_counts(void)
{
	struct store *s = sample_store();
	struct sample_share x;

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	add(s, proved(10, 1010, "2", 1));
	x = proved(20, 1020, "2", 1); /* the same header again */
	x.verdict = FACT_ACCEPTED;
	add(s, x);
	x = proved(30, 1030, "2", 2);
	x.verdict = FACT_REJECTED;
	add(s, x);
	x = proved(40, 1040, "2", 3);
	x.proof = FACT_HIGH;
	x.verdict = FACT_REJECTED;
	add(s, x);
	x = proved(50, 1050, "", 0);
	x.proof = FACT_NO_JOB;
	add(s, x);
	const struct work w = work_of(s, A);

	OK(w.submitted == 5 && w.proved == 3 && w.unique == 2);
	OK(w.accepted == 1 && w.rejected == 2);
	OK(w.by_proof[FACT_HIGH] == 1 && w.by_proof[FACT_NO_JOB] == 1);
	OK(near(w.difficulty_sum, 4) && near(w.difficulty_min, 2));
	OK(near(w.difficulty_max, 2));
	OK(near(w.work_bits, log2(4 * TARGET_HASHES)));
	/* Which two of three passed is a choice of three. */
	OK(near(w.chance_bits, 2 * log2(2 * TARGET_HASHES) - log2(3)));
	/* N / E, with E = 100 s / (2 W). */
	OK(w.rate_shares == 2 && near(w.rate_seconds, 100));
	OK(near(w.rate.mid, 2 * 2 * TARGET_HASHES / 100));
	OK(strcmp(w.rate.method, "garwood") == 0);
	OK(w.rate.low < w.rate.mid && w.rate.mid < w.rate.high);
	store_close(s, NULL);
}

/* Targets that a pool in league chose for its hashes show nothing. */
static void test_chosen(void)
{
	struct store *s = sample_store();
	char text[32];

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	for (uint32_t i = 1; i <= 2; i++) {
		snprintf(text, sizeof(text), "%u", i);
		sample_job(s, A, i, text);
		add(s, proved(10 * i, 1000 + i, text, (uint8_t)i));
	}
	const struct work two = work_of(s, A);
	const double bits = 2 * log2(TARGET_HASHES) + 1;

	/* Which of two has which target: two ways; and 1 + x for the sum. */
	OK(near(two.chance_bits, bits - 1 - log2(1 + bits * log(2))));
	store_close(s, NULL);
}

/* A second tap that missed the difficulty takes no time from the first. */
static void test_half_known(void)
{
	struct store *s = sample_store();

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	sample_period(s, A, 1090, 1195, 0);
	sample_period(s, A, 1150, 1200, 2);
	sample_period(s, A, 995, 1095, 0);
	add(s, proved(10, 1010, "2", 1));
	const struct work w = work_of(s, A);

	OK(w.rate_shares == 1 && near(w.rate_seconds, 150));
	store_close(s, NULL);
}

/* Several difficulties: the mean of the work over the time. */
static void test_weights(void)
{
	struct store *s = sample_store();

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	sample_period(s, A, 1100, 1200, 8);
	add(s, proved(10, 1010, "2", 1));
	add(s, proved(20, 1110, "8", 2));
	add(s, proved(30, 1300, "8", 3)); /* not in observed time */
	const struct work w = work_of(s, A);

	OK(w.unique == 3 && w.rate_shares == 2);
	OK(near(w.difficulty_sum, 18) && near(w.difficulty_min, 2));
	OK(near(w.rate.mid, 10 * TARGET_HASHES / 200));
	OK(strcmp(w.rate.method, "fay-feuer") == 0);
	OK(near(w.rate_exposure,
		100 / (2 * TARGET_HASHES) + 100 / (8 * TARGET_HASHES)));
	store_close(s, NULL);
}

/* Each moment of several sessions counts once, and each header. */
static void test_united(void)
{
	static const char *const both[] = { A, B };
	struct store *s = sample_store();
	static const char *const names[] = { "nobody", "other", "w" };
	const struct work_dialogue apart[] = { { both, 1 }, { both + 1, 1 } };
	const struct work_dialogue together = { both, 2 };
	struct sample_share x;
	struct work w, of[3];

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_session(s, B, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "2");
	sample_job(s, B, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	sample_period(s, A, 1200, 1300, 2);
	sample_period(s, B, 1050, 1080, 2); /* within */
	sample_period(s, B, 1090, 1210, 2); /* over both ends */
	add(s, proved(10, 1010, "2", 1));
	x = proved(10, 1060, "2", 1); /* the same at another tap */
	x.session = B;
	add(s, x);
	x = proved(20, 1150, "2", 2);
	x.session = B;
	x.worker = "other";
	add(s, x);
	OK(work_of_sessions(&w, s, both, 2, 0.95) == ST_OK);
	OK(w.submitted == 3 && w.proved == 3 && w.unique == 2);
	OK(near(w.rate_seconds, 300) && w.rate_shares == 2);
	OK(near(w.rate.mid, 4 * TARGET_HASHES / 300));
	OK(work_of_workers(of, names, 3, s, apart, 2, 0.95) == ST_OK);
	OK(of[0].submitted == 0 && !of[0].rate.method);
	OK(of[1].submitted == 1 && of[1].unique == 1);
	/* The time of the sessions it was in only. */
	OK(of[1].rate_shares == 1 && near(of[1].rate_seconds, 150));
	OK(of[2].submitted == 2 && of[2].unique == 1);
	OK(of[2].rate_shares == 1 && near(of[2].rate_seconds, 300));
	OK(work_of_workers(of, names, 0, s, apart, 2, 0.95) == ST_OK);
	/* Connections of one dialogue: the time of all of them is everybody's
	 * who submitted by any. */
	OK(work_of_workers(of, names, 3, s, &together, 1, 0.95) == ST_OK);
	OK(!of[0].rate.method && of[1].rate_shares == 1);
	OK(near(of[1].rate_seconds, 300) && near(of[2].rate_seconds, 300));
	OK(work_of_sessions(&w, s, both, 0, 0.95) == ST_OK);
	OK(w.submitted == 0 && !w.rate.method);
	store_close(s, NULL);
}

/* No difficulty was ever announced. */
static void test_unknown_target(void)
{
	struct store *s = sample_store();
	struct work w;

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "");
	sample_period(s, A, 1000, 1100, 0);
	for (uint8_t i = 1; i <= 10; i++)
		add(s, proved(i * 10u, 1000 + i, "1", i));
	w = work_of(s, A);
	OK(w.unique == 10 && strcmp(w.rate.method, "unknown-target") == 0);
	OK(w.rate_shares == 10 && near(w.rate_seconds, 100));
	OK(w.rate.low > 0 && w.rate.low < w.rate.high);

	/* Once one is, what came under it counts. */
	sample_job(s, A, 2, "4");
	sample_period(s, A, 1100, 1200, 4);
	struct sample_share x = proved(500, 1150, "4", 99);

	x.job = 2;
	add(s, x);
	w = work_of(s, A);
	OK(w.unique == 11 && w.rate_shares == 1);
	OK(near(w.rate.mid, 4 * TARGET_HASHES / 100));
	store_close(s, NULL);
}

/* A session whose difficulty was made from its own shares beside one that was
 * told: neither its shares nor its time count into their rate. */
static void test_recovered_beside_announced(void)
{
	struct store *s = sample_store();
	const char *const both[] = { A, B };
	struct work w;

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "");
	sample_period(s, A, 1000, 1100, 1); /* as recovered */
	sample_session(s, B, "10.0.0.1", FACT_SHA256D);
	sample_job(s, B, 1, "2");
	sample_period(s, B, 1200, 1250, 2);
	for (uint8_t i = 1; i <= 10; i++) {
		struct sample_share x = proved(i * 10u, 1200 + i, "2", 50 + i);

		add(s, proved(i * 10u, 1000 + i, "1", i));
		x.session = B;
		add(s, x);
	}
	OK(work_of_sessions(&w, s, both, 2, 0.95) == ST_OK);
	OK(w.unique == 20 && w.rate_shares == 10);
	OK(near(w.rate_seconds, 50));
	OK(near(w.rate.mid, 10 * 2 * TARGET_HASHES / 50));
	store_close(s, NULL);
}

/* What cannot be told is not told. */
static void test_undetermined(void)
{
	struct store *s = sample_store();
	struct sample_share x = proved(10, 1010, "2", 1);
	struct work w;

	sample_session(s, A, "10.0.0.1", FACT_NO_ALGORITHM);
	w = work_of(s, A);
	OK(w.submitted == 0 && !w.rate.method && w.work_bits == 0);
	sample_job(s, A, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	x.proof = FACT_HIGH;
	x.algorithm = FACT_NO_ALGORITHM;
	add(s, x);
	/* Submitted and not proved: perhaps another kind of work. */
	w = work_of(s, A);
	OK(w.submitted == 1 && w.unique == 0 && !w.rate.method);
	OK(w.chance_bits == 0 && w.difficulty_sum == 0);
	/* One share, before the time that was observed. */
	add(s, proved(20, 990, "2", 2));
	w = work_of(s, A);
	OK(w.unique == 1 && w.rate_shares == 0);
	OK(w.rate.method && w.rate.mid == 0 && w.rate.low == 0);
	OK(near(w.rate.high, 3.6888794541139363 * 2 * TARGET_HASHES / 100));
	store_close(s, NULL);
}

static void test_scrypt(void)
{
	struct store *s = sample_store();
	struct sample_share x = proved(10, 1010, "2", 1);

	x.algorithm = FACT_SCRYPT;
	sample_session(s, A, "10.0.0.1", FACT_SCRYPT);
	sample_job(s, A, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	add(s, x);
	const struct work w = work_of(s, A);

	OK(near(w.rate.mid, 2 * TARGET_HASHES_SCRYPT / 100));
	OK(fabs(w.chance_bits - 17) < 1e-3);
	store_close(s, NULL);
}

/* A claim adds up as a proof does, and is none. */
static void test_claimed(void)
{
	struct store *s = sample_store();
	struct work w;

	sample_session(s, A, "10.0.0.1", FACT_CRYPTONIGHT);
	sample_job(s, A, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	for (uint8_t i = 1; i <= 40; i++) {
		struct sample_share x = proved(i, 1000 + i, "2", i);

		x.proof = FACT_CLAIMED;
		add(s, x);
		x.position = 100u + i; /* the same again */
		add(s, x);
	}
	w = work_of(s, A);
	OK(w.submitted == 80 && w.claimed == 80 && w.proved == 0);
	OK(w.unique == 40 && near(w.difficulty_sum, 80));
	OK(w.chance_bits == 0 && strcmp(w.tries, "H") == 0);
	OK(near(w.rate.mid, 80 * TARGET_HASHES / 100) && w.rate_shares == 40);
	store_close(s, NULL);
}

/* Shares by several algorithms have neither tries nor difficulties in common.
 */
static void test_mixed(void)
{
	struct store *s = sample_store();
	struct sample_share x = proved(10, 1010, "2", 1);
	struct work w;

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "2");
	sample_period(s, A, 1000, 1100, 2);
	add(s, x);
	w = work_of(s, A);
	OK(w.rate.method && w.work_bits > 0 && w.difficulty_max > 0);
	x = proved(20, 1020, "2", 2);
	x.proof = FACT_CLAIMED;
	x.algorithm = FACT_CRYPTONIGHT;
	add(s, x);
	w = work_of(s, A);
	OK(w.unique == 2 && w.proved == 1 && w.claimed == 1);
	OK(!w.rate.method && w.work_bits <= 0 && w.difficulty_sum <= 0);
	OK(w.difficulty_min <= 0 && w.difficulty_max <= 0);
	OK(w.chance_bits > 30); /* what is proved is proved */
	store_close(s, NULL);
}

/* The same target before and after it is known that scrypt hashes for it: the
 * period of getwork is in the unit of SHA-256d. */
static void test_scrypt_target(void)
{
	static const uint8_t raw[32] = { [26] = 0xff, [27] = 0xff };
	const struct target t = target_of_hash(raw);
	struct store *s = sample_store();
	struct fact_job job = { .session = A,
				.position = 1,
				.time = AT(1000),
				.input = 1,
				.target = { raw, 32 } };
	struct fact_share f = { .session = A,
				.input = 1,
				.has_job = true,
				.job_position = 1,
				.target = { raw, 32 },
				.proof = FACT_PROVED,
				.algorithm = FACT_SCRYPT };
	uint8_t hash[32] = { 0 };
	struct work w;

	f.difficulty = target_difficulty(&t, TARGET_SCRYPT);
	f.hash = (struct span){ hash, 32 };
	sample_session(s, A, "10.0.0.1", FACT_SCRYPT);
	OK(store_job(s, &job) == ST_OK);
	sample_period(s, A, 1000, 1100, target_difficulty(&t, TARGET_SHA256D));
	for (uint32_t i = 1; i <= 10; i++) {
		f.position = i;
		f.time = AT(1000 + i);
		hash[0] = (uint8_t)i;
		OK(store_share(s, &f) == ST_OK);
	}
	w = work_of(s, A);
	const double tries = f.difficulty * target_hashes(TARGET_SCRYPT);

	OK(w.rate.method && strcmp(w.rate.method, "garwood") == 0);
	OK(near(w.rate.mid, 10 * tries / 100));
	OK(w.rate.low < w.rate.mid && w.rate.mid < w.rate.high);
	OK(near(w.rate_exposure, 100 / tries));
	store_close(s, NULL);
}

/* Weighed like work, once a hash, and worth no certainty, whatever it says. */
static void test_simulated(void)
{
	struct store *s = sample_store();
	struct sample_share x;

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	sample_job(s, A, 1, "4");
	sample_period(s, A, 1000, 1100, 4);
	for (uint8_t i = 1; i <= 10; i++) {
		x = proved(i * 10u, 1000 + i, "4", i);
		x.proof = FACT_SIMULATED;
		x.verdict = i > 1 ? FACT_ACCEPTED : FACT_REJECTED;
		add(s, x);
	}
	x.position = 500; /* the last one again */
	add(s, x);
	const struct work w = work_of(s, A);

	OK(w.submitted == 11 && w.simulated == 11 && w.unique == 10);
	OK(w.by_proof[FACT_SIMULATED] == 11);
	OK(w.proved == 0 && w.claimed == 0 && w.blocks == 0);
	OK(w.accepted == 10 && w.rejected == 1);
	OK(w.chance_bits < 1e-9 && near(w.difficulty_sum, 40));
	OK(near(w.rate.mid, 10 * 4 * TARGET_HASHES / 100));
	store_close(s, NULL);
}

int main(void)
{
	test_counts();
	test_chosen();
	test_half_known();
	test_weights();
	test_united();
	test_unknown_target();
	test_recovered_beside_announced();
	test_undetermined();
	test_scrypt();
	test_claimed();
	test_simulated();
	test_mixed();
	test_scrypt_target();
	return tap_end();
}
