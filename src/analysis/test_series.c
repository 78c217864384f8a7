#include "analysis/series.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/test_analysis_sample.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"
#define C "cccccccccccccccc"
#define D "dddddddddddddddd"

static const struct finding_options options = { .confidence = 0.95 };

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

static void session(struct store *s, const char *id, const char *client_ip,
		    double first, double last)
{
	struct fact_session f = { .dialect = "stratum-v1",
				  .client_ip = client_ip,
				  .server_ip = "10.0.0.2",
				  .client_port = 50000,
				  .server_port = 3333,
				  .first = AT(first),
				  .last = AT(last),
				  .algorithm = FACT_SHA256D };

	snprintf(f.id, sizeof(f.id), "%s", id);
	OK(store_session(s, &f) == ST_OK);
}

static void input(struct store *s, uint8_t which, double first, double last)
{
	struct fact_input f = { .name = "made up",
				.sha256 = { which },
				.first = AT(first),
				.last = AT(last),
				.status = "ok" };
	int64_t row;

	OK(store_input_begin(s, &row, "made up") == ST_OK);
	OK(store_input_end(s, row, &f) == ST_OK);
}

static void share(struct store *s, const char *id, const char *worker,
		  double time, const char *difficulty, uint8_t hash)
{
	static uint32_t position;
	const struct sample_share x = { .session = id,
					.worker = worker,
					.position = ++position,
					.job = 1,
					.time = time,
					.difficulty = difficulty,
					.hash = hash,
					.proof = FACT_PROVED,
					.algorithm = FACT_SHA256D };

	sample_share(s, &x);
}

/* Two sessions side by side, of which the second repeats a header of the first,
 * a third one later on, and a contact. */
static struct store *filled(void)
{
	struct store *s = sample_store();

	input(s, 1, 950, 1250);
	input(s, 2, 1240, 1300);
	input(s, 3, 1500, 1599);
	session(s, A, "10.0.0.1", 1000, 1190);
	session(s, B, "10.0.0.3", 1050, 1150);
	session(s, C, "10.0.0.1", 1510, 1590);
	session(s, D, "10.0.0.9", 1210, 1220);
	sample_job(s, A, 1, "1");
	sample_job(s, B, 1, "8");
	sample_job(s, C, 1, "1");
	sample_job(s, D, 1, "1");
	sample_period(s, A, 1000, 1050, 1);
	sample_period(s, A, 1050, 1150, 4);
	sample_period(s, B, 1060, 1120, 8);
	sample_period(s, C, 1510, 1590, 1);
	sample_period(s, D, 1210, 1220, 1);
	share(s, A, "rig1", 1010, "1", 1);
	share(s, A, "rig2", 1080, "4", 2);
	share(s, A, "rig1", 1180, "4", 3); /* behind the period */
	share(s, B, "rig2", 1081, "8", 2); /* the same header again */
	share(s, B, "rig2", 1110, "8", 4);
	share(s, C, "rig1", 1520, "1", 5);
	return s;
}

enum {
	ALL,
	FIRST,  /* client 10.0.0.1 */
	SECOND, /* 10.0.0.3 */
	RIG2,
	SUBJECTS
};

static void load(struct series out[SUBJECTS], struct store *s,
		 struct findings *f, double bin_seconds)
{
	const struct finding *all[4], *first[2], *both[2];

	OK(finding_load_all(f, s, &options) == ST_OK && f->n == 4);
	for (size_t i = 0; i < 4; i++)
		all[i] = &f->finding[i];
	first[0] = &f->finding[0];
	first[1] = &f->finding[3];
	both[0] = &f->finding[0];
	both[1] = &f->finding[1];
	OK(strcmp(f->finding[3].session.id, C) == 0);
	const struct series_subject subject[SUBJECTS] = {
		[ALL] = { all, 4, NULL },
		[FIRST] = { first, 2, NULL },
		[SECOND] = { all + 1, 1, NULL },
		[RIG2] = { both, 2, "rig2" },
	};

	OK(series_load(out, subject, SUBJECTS, s, bin_seconds, 0.95) == ST_OK);
}

static void test_presence(void)
{
	struct store *s = filled();
	struct series x[SUBJECTS];
	struct findings f;

	load(x, s, &f, 100);
	const struct series *all = &x[ALL];
	const struct series_bin *b = all->bin;

	OK(all->n == 7 && all->from.ns == AT(900).ns && all->dropped == 0);
	OK(all->bin_seconds == 100 && b[6].from.ns == AT(1500).ns);
	OK(b[0].sessions == 0 && b[1].sessions == 2 && b[2].sessions == 2);
	OK(b[3].sessions == 0 && b[6].sessions == 1);
	OK(b[1].begun == 2 && b[2].begun == 0 && b[6].begun == 1);
	OK(b[3].contacts == 1 && b[1].contacts == 0);
	/* Inputs that overlap look once. */
	OK(near(b[0].sensor, 50) && near(b[1].sensor, 100));
	OK(near(b[2].sensor, 100) && near(b[3].sensor, 100));
	OK(b[4].sensor == 0 && b[5].sensor == 0 && near(b[6].sensor, 99));
	OK(x[SECOND].bin[1].sessions == 1 && x[SECOND].bin[6].sessions == 0);
	/* The sensor had not looked for long before the first session. */
	OK(all->opened.ns == AT(1000).ns && !ts_known(all->opened_after));
	OK(x[SECOND].opened_after.ns == AT(1050).ns);
	OK(all->closed.ns == AT(1590).ns && !ts_known(all->closed_before));
	OK(near(all->looked_behind, 9));
	OK(near(x[SECOND].looked_behind, 150));
	series_free(x, SUBJECTS);
	finding_free_all(&f);
	store_close(s, NULL);
}

static void test_shares(void)
{
	struct store *s = filled();
	struct series x[SUBJECTS];
	struct findings f;

	load(x, s, &f, 100);
	const struct series_bin *all = x[ALL].bin, *second = x[SECOND].bin;
	const struct series_bin *rig = x[RIG2].bin, *first = x[FIRST].bin;
	const double w = TARGET_HASHES;

	/* A header counts once in each sum: for all as the first time it was
	 * seen, for the second client as its own. */
	OK(all[1].shares == 2 && all[2].shares == 2 && all[6].shares == 1);
	OK(near(all[1].hashes, 5 * w) && near(all[2].hashes, 12 * w));
	OK(near(all[1].hashes_squared, 17 * w * w));
	OK(first[1].shares == 2 && first[2].shares == 1);
	OK(second[1].shares == 1 && second[2].shares == 1);
	OK(near(second[1].hashes, 8 * w));
	OK(rig[1].shares == 1 && near(rig[1].hashes, 4 * w));
	OK(rig[2].shares == 1 && near(rig[2].hashes, 8 * w));
	OK(all[1].first.ns == AT(1010).ns && all[1].last.ns == AT(1080).ns);
	OK(!ts_known(all[3].first) && !ts_known(all[3].last));
	/* One client gave the header first; the other one nothing new yet. */
	OK(all[1].clients == 1 && all[2].clients == 2 && all[6].clients == 1);
	/* The share behind the period is work, but not of the rate. */
	OK(first[2].rate_shares == 0 && first[2].rate_hashes == 0);
	OK(all[2].rate_shares == 1 && near(all[2].rate_hashes, 8 * w));
	series_free(x, SUBJECTS);
	finding_free_all(&f);
	store_close(s, NULL);
}

static void test_time(void)
{
	struct store *s = filled();
	struct series x[SUBJECTS];
	struct findings f;

	load(x, s, &f, 100);
	const struct series_bin *all = x[ALL].bin, *first = x[FIRST].bin;
	const double w = TARGET_HASHES;

	/* The difficulty changed inside of the bin. */
	OK(near(first[1].seconds, 100) && near(first[2].seconds, 50));
	OK(near(first[1].exposure, 50 / w + 50 / (4 * w)));
	OK(near(first[1].heaviest, 4 * w));
	OK(near(first[1].session_seconds, 100));
	OK(near(all[1].seconds, 100) && near(all[1].session_seconds, 140));
	OK(near(all[2].seconds, 50) && near(all[2].session_seconds, 70));
	/* The contact's time is not the miners'. */
	OK(all[3].seconds == 0 && !all[3].rate.method);
	OK(near(first[1].rate.mid, 5 * w / 100));
	OK(first[1].rate.low < first[1].rate.mid &&
	   first[1].rate.mid < first[1].rate.high);
	OK(first[2].rate.mid == 0 && first[2].rate.low == 0);
	OK(near(first[2].rate.high, -log(0.025) * 4 * w / 50));
	OK(first[1].gap.from.ns == AT(1010).ns);
	OK(first[1].gap.to.ns == AT(1080).ns);
	OK(near(first[1].gap.seconds, 70));
	OK(near(first[1].gap.exposure, 40 / w + 30 / (4 * w)));
	/* Of the gap to the last share only what was observed counts. */
	OK(near(first[6].gap.seconds, 10) && first[3].gap.seconds == 0);
	series_free(x, SUBJECTS);
	finding_free_all(&f);
	store_close(s, NULL);
}

static double sum(const double hour[SERIES_WEEK_HOURS])
{
	double all = 0;

	for (size_t i = 0; i < SERIES_WEEK_HOURS; i++)
		all += hour[i];
	return all;
}

static void test_week(void)
{
	struct store *s = filled();
	struct series x[SUBJECTS];
	struct findings f;

	load(x, s, &f, 0);
	OK(x[ALL].bin_seconds == 5);
	/* 1970 began on a Thursday. */
	/* From 1000 to 1590 s, without the 200 in which no input was read. */
	OK(near(x[ALL].sensor[72], 390) && near(sum(x[ALL].sensor), 390));
	OK(near(x[ALL].open[72], 190 + 80) && near(sum(x[ALL].open), 270));
	OK(near(x[SECOND].open[72], 100) && near(x[SECOND].sensor[72], 100));
	series_free(x, SUBJECTS);
	finding_free_all(&f);
	store_close(s, NULL);
}

/* Years of looking are whole weeks, and what is over. */
static void test_years(void)
{
	struct store *s = sample_store();
	const double hour = 3600, week = 168 * hour;
	const double begin = 96 * hour + 100 * week;
	const double end = begin + 200 * week + 90 * 60;
	struct findings f;
	struct series x;

	input(s, 1, begin, end);
	OK(series_load(&x, &(struct series_subject){ 0 }, 1, s, 0, 0.95) ==
	   ST_OK);
	OK(x.bin_seconds == 86400 && x.n == 1401);
	OK(sum(x.sensor) == 0 && sum(x.open) == 0);
	OK(!ts_known(x.opened) && !ts_known(x.closed));
	series_free(&x, 1);
	session(s, A, "10.0.0.1", begin, end);
	sample_job(s, A, 1, "1");
	share(s, A, "rig1", begin + 1, "1", 1);
	OK(finding_load_all(&f, s, &options) == ST_OK);
	OK(series_load(
		   &x,
		   &(struct series_subject){
			   (const struct finding *[]){ f.finding }, 1, NULL },
		   1, s, 0, 0.95) == ST_OK);
	OK(near(x.sensor[0], 201 * hour) && near(x.sensor[1], 200.5 * hour));
	OK(near(x.sensor[167], 200 * hour) && near(x.open[0], x.sensor[0]));
	finding_free_all(&f);
	series_free(&x, 1);
	/* Bins are doubled until they fit. */
	OK(series_load(&x, &(struct series_subject){ 0 }, 1, s, 1, 0.95) ==
	   ST_OK);
	OK(x.n <= SERIES_BINS_MAX && x.n > SERIES_BINS_MAX / 2);
	OK(x.bin_seconds == 2048 && x.from.ns % AT(2048).ns == 0);
	series_free(&x, 1);
	store_close(s, NULL);
}

static void test_nothing(void)
{
	struct store *s = sample_store();
	struct series x;

	OK(series_load(&x, &(struct series_subject){ 0 }, 1, s, 0, 0.95) ==
	   ST_OK);
	OK(x.n == 0);
	series_free(&x, 1);
	OK(series_load(&x, NULL, 0, s, 0, 0.95) == ST_OK);
	store_close(s, NULL);
}

static void test_lengths(void)
{
	OK(series_bin_seconds(0) == 1 && series_bin_seconds(240) == 1);
	OK(series_bin_seconds(241) == 2 && series_bin_seconds(1200) == 5);
	OK(series_bin_seconds(7200) == 30);
	OK(series_bin_seconds(20 * 3600) == 300);
	OK(series_bin_seconds(24 * 3600) == 600);
	OK(series_bin_seconds(25 * 3600) == 3600);
	OK(series_bin_seconds(7 * 86400) == 86400);
}

int main(void)
{
	test_presence();
	test_shares();
	test_time();
	test_week();
	test_years();
	test_nothing();
	test_lengths();
	return tap_end();
}
