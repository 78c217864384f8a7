#include "analysis/money.h"

#include <math.h>

#include "analysis/hardware.h"
#include "analysis/test_money_sample.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

static struct sample_share share(uint32_t position, double time, uint32_t job,
				 uint8_t hash)
{
	return (struct sample_share){ .session = A,
				      .worker = "w",
				      .position = position,
				      .job = job,
				      .time = time,
				      .difficulty = "1000",
				      .hash = hash,
				      .proof = FACT_PROVED,
				      .verdict = FACT_ACCEPTED,
				      .algorithm = FACT_SHA256D };
}

static void add(struct store *s, struct sample_share x)
{
	sample_share(s, &x);
}

static const struct series no_series = { .n = 0 };

static struct work rate_of(double low, double mid, double high, double seconds)
{
	return (struct work){ .unique = 9,
			      .rate_seconds = seconds,
			      .rate = { low, mid, high, 0.95, "fay-feuer" } };
}

static struct money measure(struct store *s, const struct money_sample *x,
			    const struct series *series,
			    const struct work *work,
			    const struct prices *prices)
{
	struct money m;

	OK(money_of_subject(&m, s, &x->subject, series, work, prices) == ST_OK);
	return m;
}

static struct prices *price_file(const char *text)
{
	return prices_parse(sample_text(text), "prices", NULL);
}

/* Two jobs on either side of a retarget, a fee in the second. */
static struct store *begin(void)
{
	struct store *s = sample_store();

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	OK(store_worker(s, A, sample_text("w")) == ST_OK);
	money_job(s, (struct money_job){ A, 1, 1000, MAY, MAY_HEIGHT,
					 1250000000, false, 0 });
	money_job(s, (struct money_job){ A, 2, 1500, LATER, LATER_HEIGHT,
					 1350000000, false, 0 });
	add(s, share(10, 1010, 1, 1));
	add(s, share(20, 1510, 2, 2));
	return s;
}

static void test_credited(void)
{
	struct store *s = begin();
	struct sample_share x = share(30, 1600, 2, 3);
	struct money_sample sample;
	struct money m;

	x.verdict = FACT_REJECTED;
	add(s, x);
	x = share(40, 1610, 2, 4);
	x.verdict = FACT_UNANSWERED;
	add(s, x);
	add(s, share(50, 1620, 2, 2)); /* the same header again */
	x = share(60, 1630, 99, 5);    /* a job that was not captured */
	add(s, x);
	money_load(&sample, s, NULL);
	m = measure(s, &sample, &no_series, &sample.member[0]->work, NULL);
	OK(m.bitcoin && m.network && strcmp(m.network->name, "main") == 0);
	OK(m.credited_shares == 2 && m.by_subsidy == 0 && m.unvalued == 1);
	OK(m.not_credited == 2);
	OK(near(m.credited, 1000 * 12.5 / MAY_D + 1000 * 13.5 / LATER_D));
	OK(near(m.network_difficulty, LATER_D) && near(m.reward, 13.5));
	OK(near(m.network_rate, LATER_D * TARGET_HASHES / 600));
	OK(!m.currency && isnan(m.credited_value) && !m.expected_value.method);
	finding_free_all(&sample.findings);
	store_close(s, NULL);
}

/* To reproduce: docs/measurement.md. */
static void test_may_2017(void)
{
	struct store *s = sample_store();
	struct money_sample sample;
	struct money m;
	struct ts day;
	size_t n;
	const struct hardware *s9 = NULL, *h = hardware_all(&n);
	const double one_percent = MAY_D * TARGET_HASHES / 600 / 100;
	struct work work = rate_of(0.5e12, 1e12, 2e12, 1000);

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	money_job(s, (struct money_job){ A, 1, 1000, MAY, MAY_HEIGHT,
					 1250000000, false, 0 });
	add(s, share(10, 1010, 1, 1));
	money_load(&sample, s, NULL);
	m = measure(s, &sample, &no_series, &work, NULL);
	printf("# %.5g BTC a day\n", m.per_day.mid);
	OK(fabs(m.per_day.mid - 4.4905e-4) < 5e-9);
	OK(near(m.per_day.low, m.per_day.mid / 2));
	OK(near(m.per_day.high, m.per_day.mid * 2));
	for (size_t i = 0; i < n; i++) {
		if (strcmp(h[i].model, "Antminer S9") == 0)
			s9 = &h[i];
	}
	OK(s9 && ts_parse(&day, sample_text("2017-05-17")) &&
	   s9->release.ns < day.ns);
	printf("# %.4g PH/s, %.1f machines, %.3g MW\n", one_percent / 1e15,
	       one_percent / s9->rate,
	       one_percent / s9->rate * s9->watts / 1e6);
	OK(fabs(one_percent / 1e15 - 40.1) < 0.05);
	OK(floor(one_percent / s9->rate) == 3083);
	OK(fabs(one_percent / s9->rate * s9->watts / 1e6 - 4.0) < 0.05);
	work = rate_of(one_percent, one_percent, one_percent, 1000);
	m = measure(s, &sample, &no_series, &work, NULL);
	OK(near(m.network_portion.mid, 0.01));
	/* A block each 60,000 s; sessions last from 1000 to 2000 s. */
	OK(near(m.blocks_expected.mid, 1000 * 0.01 / 600));
	OK(near(m.chance_of_none.mid, exp(-1000 * 0.01 / 600)));
	OK(m.chance_of_none.low <= m.chance_of_none.high);
	OK(near(m.expected.mid, 12.5 * 1000 * 0.01 / 600));
	OK(m.whole_seconds == 1000 &&
	   near(m.expected_whole.mid, m.expected.mid));
	finding_free_all(&sample.findings);
	store_close(s, NULL);
}

/* Work in the first of two bins only: its difficulty holds for what was seen,
 * and in either bin its own for what was not. */
static void test_retarget(void)
{
	struct store *s = begin();
	struct series_bin bin[2] = {
		{ .from = AT(1000), .seconds = 100, .hashes = 5e14 },
		{ .from = AT(1500), .seconds = 300 },
	};
	const struct series series = {
		.from = AT(1000), .bin_seconds = 500, .bin = bin, .n = 2
	};
	const struct work work = rate_of(1e12, 2e12, 3e12, 400);
	const double may = 12.5 / MAY_D / TARGET_HASHES;
	const double later = 13.5 / LATER_D / TARGET_HASHES;
	struct prices *p = price_file("date,BTC/USD\n1970-01-01,1000\n");
	struct prices *other = price_file("date,BTC/USD\n1970-01-02,1000\n");
	struct money_sample sample;
	struct money m;

	money_load(&sample, s, NULL);
	m = measure(s, &sample, &series, &work, p);
	OK(near(m.expected.mid, 2e12 * 400 * may));
	OK(near(m.expected.low, 1e12 * 400 * may));
	/* 400 s of work as seen; 400 and 200 s unseen. */
	OK(near(m.expected_whole.mid, 2e12 * (800 * may + 200 * later)));
	OK(near(m.per_day.high, 3e12 * 86400 * later));
	OK(near(m.expected_value.mid, 1000 * m.expected.mid));
	OK(near(m.credited_value, 1000 * m.credited));
	OK(strcmp(m.currency, "USD") == 0 && m.credited_unpriced == 0);
	m = measure(s, &sample, &series, &work, other);
	OK(!m.expected_value.method && m.credited_unpriced == 2);
	OK(isnan(m.credited_value) && m.credited > 0);
	/* By time where nothing was found. */
	bin[0].hashes = 0;
	m = measure(s, &sample, &series, &work, p);
	OK(near(m.expected.mid, 2e12 * 400 * (may + 3 * later) / 4));
	OK(near(m.expected_whole.mid, 2e12 * 500 * (may + later)));
	prices_free(p);
	prices_free(other);
	finding_free_all(&sample.findings);
	store_close(s, NULL);
}

/* Where outputs were not captured: by the height, if that was. */
static void test_subsidy(void)
{
	struct store *s = sample_store();
	struct money_sample sample;
	struct money m;

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	money_job(s, (struct money_job){ A, 1, 1000, MAY, MAY_HEIGHT, 0, false,
					 0 });
	add(s, share(10, 1010, 1, 1));
	money_load(&sample, s, network_named("main"));
	m = measure(s, &sample, &no_series, &sample.member[0]->work, NULL);
	OK(m.bitcoin && m.credited_shares == 1 && m.by_subsidy == 1);
	OK(near(m.credited, 1000 * 12.5 / MAY_D));
	finding_free_all(&sample.findings);
	store_close(s, NULL);

	s = sample_store();
	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	money_job(s, (struct money_job){ A, 1, 1000, MAY, 0, 0, true, 0 });
	add(s, share(10, 1010, 1, 1));
	money_load(&sample, s, network_named("main"));
	m = measure(s, &sample, &no_series, &sample.member[0]->work, NULL);
	/* D is known, R is not: blocks can be counted, coins cannot. */
	OK(m.credited_shares == 0 && m.unvalued == 1 && isnan(m.credited));
	OK(!m.expected.method && m.blocks_expected.method == NULL);
	const struct work work = rate_of(1e12, 2e12, 3e12, 400);

	m = measure(s, &sample, &no_series, &work, NULL);
	OK(!m.expected.method && !m.per_day.method);
	OK(near(m.blocks_expected.mid, 2e12 * 400 / MAY_D / TARGET_HASHES));
	finding_free_all(&sample.findings);
	store_close(s, NULL);
}

/* A template has no outputs yet, or ever: those of the jobs beside it tell. */
static void test_templates(void)
{
	struct store *s = sample_store();
	const struct work work = rate_of(1e12, 2e12, 3e12, 400);
	struct money_sample sample;
	struct money m;

	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	money_job(s, (struct money_job){ A, 1, 1000, MAY, MAY_HEIGHT, 0, false,
					 0 });
	money_job(s, (struct money_job){ A, 2, 1100, MAY, MAY_HEIGHT,
					 1350000000, false, 0 });
	money_job(s, (struct money_job){ A, 3, 1200, MAY, MAY_HEIGHT, 0, false,
					 0 });
	add(s, share(10, 1110, 2, 1));
	money_load(&sample, s, NULL);
	m = measure(s, &sample, &no_series, &work, NULL);
	OK(m.by_subsidy == 0 && near(m.credited, 1000 * 13.5 / MAY_D));
	OK(near(m.reward, 13.5));
	OK(near(m.per_day.mid, 2e12 * 86400 * 13.5 / MAY_D / TARGET_HASHES));
	OK(near(m.expected.mid, 2e12 * 400 * 13.5 / MAY_D / TARGET_HASHES));
	finding_free_all(&sample.findings);
	store_close(s, NULL);
}

static void test_other_chains(void)
{
	struct store *s = sample_store();
	struct prices *p = price_file("date,BTC/USD\n1970-01-01,1000\n");
	struct money_sample sample;
	struct money m;

	/* A test network's coins are counted, and worth nothing. */
	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	money_job(s, (struct money_job){ A, 1, 1000, REGTEST, 200, 5000000000,
					 false, 0 });
	add(s, share(10, 1010, 1, 1));
	money_load(&sample, s, NULL);
	m = measure(s, &sample, &no_series, &sample.member[0]->work, p);
	OK(!m.bitcoin && m.network && strcmp(m.network->name, "regtest") == 0);
	OK(m.credited_shares == 1 && m.credited > 0);
	OK(isnan(m.credited_value) && !m.expected_value.method);
	OK(m.credited_unpriced == 0);
	finding_free_all(&sample.findings);

	/* Together with the main chain there is no common coin. */
	sample_session(s, B, "10.0.0.1", FACT_SHA256D);
	money_job(s, (struct money_job){ B, 1, 1000, MAY, MAY_HEIGHT,
					 1250000000, false, 0 });
	struct sample_share x = share(10, 1010, 1, 2);

	x.session = B;
	add(s, x);
	money_load(&sample, s, NULL);
	m = measure(s, &sample, &no_series, &sample.member[0]->work, p);
	OK(!m.bitcoin && !m.network && isnan(m.credited));
	OK(m.unvalued == 2 && !m.expected.method && !m.network_portion.method);
	finding_free_all(&sample.findings);
	store_close(s, NULL);

	/* Another coin with Bitcoin's format. */
	s = sample_store();
	sample_session(s, A, "10.0.0.1", FACT_SHA256D);
	money_job(s, (struct money_job){ A, 1, 1000, 0x18012345, MAY_HEIGHT,
					 1250000000, false, 0 });
	add(s, share(10, 1010, 1, 1));
	money_load(&sample, s, NULL);
	m = measure(s, &sample, &no_series, &sample.member[0]->work, p);
	OK(!m.network && m.unvalued == 1 && isnan(m.credited));
	OK(isnan(m.network_rate) && !m.per_day.method);
	finding_free_all(&sample.findings);
	prices_free(p);
	store_close(s, NULL);
}

/* Several subjects in one pass: all, and one worker's. */
static void test_subjects(void)
{
	struct store *s = begin();
	struct sample_share x = share(30, 1520, 2, 7);
	struct money_sample sample;
	struct money m[3];
	const struct series *series[3] = { &no_series, &no_series, &no_series };
	const struct work *work[3];
	struct series_subject subject[3];

	x.worker = "other";
	add(s, x);
	money_load(&sample, s, NULL);
	for (unsigned i = 0; i < 3; i++) {
		subject[i] = sample.subject;
		work[i] = &sample.member[0]->work;
	}
	subject[1].worker = "other";
	subject[2].worker = "nobody";
	OK(money_of_subjects(m, s, subject, series, work, 3, NULL) == ST_OK);
	OK(m[0].credited_shares == 3 && m[1].credited_shares == 1);
	OK(m[2].credited_shares == 0 && m[2].credited == 0);
	OK(near(m[1].credited, 1000 * 13.5 / LATER_D));
	OK(money_of_subjects(m, s, subject, series, work, 0, NULL) == ST_OK);
	finding_free_all(&sample.findings);
	store_close(s, NULL);
}

int main(void)
{
	test_credited();
	test_may_2017();
	test_retarget();
	test_subsidy();
	test_templates();
	test_other_chains();
	test_subjects();
	return tap_end();
}
