#include "analysis/timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"

#define AT(s)  ((struct ts){ (int64_t)((s)*1e9) })
#define BINS   100
#define LENGTH 60.0
#define WEIGHT 1e12 /* hashes of a share */

/* A sensor that looks throughout, and sees nothing yet. */
static struct series made(void)
{
	struct series s = { .from = AT(0),
			    .bin_seconds = LENGTH,
			    .n = BINS,
			    .opened = TS_NONE,
			    .closed = TS_NONE,
			    .opened_after = TS_NONE,
			    .closed_before = TS_NONE };

	s.bin = mem_new(BINS, sizeof(s.bin[0]));
	for (size_t i = 0; i < BINS; i++) {
		struct series_bin *b = &s.bin[i];

		b->from = AT((double)i * LENGTH);
		b->sensor = LENGTH;
		b->first = b->last = b->gap.from = b->gap.to = TS_NONE;
	}
	return s;
}

/* A session in the bins from `from` up to `to`, with n shares in each, evenly
 * spaced. */
static void mine(struct series *s, size_t from, size_t to, uint64_t n)
{
	for (size_t i = from; i < to; i++) {
		struct series_bin *b = &s->bin[i];
		const double begin = (double)i * LENGTH;

		b->sessions = 1;
		b->seconds = b->session_seconds = LENGTH;
		b->exposure = LENGTH / WEIGHT;
		b->heaviest = WEIGHT;
		b->shares = b->rate_shares = n;
		b->hashes = b->rate_hashes = (double)n * WEIGHT;
		b->hashes_squared = b->rate_squares =
			(double)n * WEIGHT * WEIGHT;
		if (n == 0)
			continue;
		b->first = AT(begin + LENGTH / 2 / (double)n);
		b->last = AT(begin + LENGTH - LENGTH / 2 / (double)n);
	}
}

static struct timing timing_of(const struct series *s)
{
	struct timing t;

	OK(timing_of_series(&t, s, NULL, 0.95) == ST_OK);
	return t;
}

static bool holds(struct timing_moment m, double seconds)
{
	return m.known == TIMING_WITHIN && m.low.ns <= AT(seconds).ns &&
	       AT(seconds).ns <= m.high.ns && m.low.ns <= m.mid.ns &&
	       m.mid.ns <= m.high.ns;
}

static bool rate_holds(struct estimate e, double truth)
{
	return e.method && e.low <= truth && truth <= e.high;
}

/* Mining when the sensor begins and when it ends; a tenfold step between. */
static void test_step(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, 40, 2);
	mine(&s, 40, BINS, 20);
	t = timing_of(&s);
	OK(!t.by_presence && t.work.n == 2 && t.peak == 1);
	OK(t.work.segment[0].from.mid.ns == 0);
	OK(t.work.segment[0].to.ns == AT(2400).ns);
	OK(holds(t.work.segment[1].from, 2400));
	OK(t.work.segment[1].from.low.ns >= AT(2280).ns);
	OK(t.work.segment[1].from.high.ns <= AT(2520).ns);
	OK(t.work.segment[1].to.ns == AT(6000).ns);
	/* One of the bins at the cut counts in neither. */
	OK(t.work.segment[0].shares + t.work.segment[1].shares == 1278 ||
	   t.work.segment[0].shares + t.work.segment[1].shares == 1260);
	OK(rate_holds(t.work.segment[0].rate, 2 * WEIGHT / LENGTH));
	OK(rate_holds(t.work.segment[1].rate, 20 * WEIGHT / LENGTH));
	OK(strcmp(t.work.segment[1].rate.method, "garwood") == 0);
	OK(t.onset.known == TIMING_BEFORE && t.onset.high.ns == AT(15).ns);
	OK(!ts_known(t.onset.low));
	OK(t.end.known == TIMING_AFTER && t.end.low.ns == AT(5998.5).ns);
	OK(!ts_known(t.end.high));
	timing_free(&t);
	free(s.bin);
}

/* A change inside of a bin, which would be a stretch of its own. */
static void test_passage(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, 40, 200);
	mine(&s, 40, 41, 500); /* a third of it */
	mine(&s, 41, BINS, 1100);
	t = timing_of(&s);
	OK(t.work.n == 2 && holds(t.work.segment[1].from, 2440));
	OK(t.work.segment[1].from.low.ns == AT(2400).ns);
	OK(t.work.segment[1].from.high.ns == AT(2460).ns);
	OK(llabs(t.work.segment[1].from.mid.ns - AT(2440).ns) < 1000);
	OK(t.work.segment[0].shares == 8000);
	OK(t.work.segment[1].shares == 59 * 1100);
	timing_free(&t);
	free(s.bin);
}

/* Machines are added bin by bin: each is a stretch, and none is taken for the
 * bin in which its neighbours' rates change. */
static void test_ramp(void)
{
	static const unsigned shares[] = { 1000, 2000, 4000, 6000, 9000 };
	struct series s = made();
	struct timing t;

	for (size_t i = 0; i < 5; i++)
		mine(&s, 40 + i, i < 4 ? 41 + i : BINS, shares[i]);
	s.opened = AT(2400);
	s.opened_after = AT(2390);
	t = timing_of(&s);
	OK(t.work.n == 5 && t.peak == 4);
	OK(holds(t.work.segment[0].from, 2400));
	OK(t.work.segment[0].from.low.ns == AT(2390).ns);
	for (size_t i = 0; i < 4 && t.work.n == 5; i++) {
		OK(t.work.segment[i].to.ns == AT(2460 + 60 * (double)i).ns);
		OK(t.work.segment[i].shares == shares[i]);
	}
	timing_free(&t);
	free(s.bin);
}

/* An open session in which nothing is done for a while. */
static void test_idle(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, 30, 0);
	mine(&s, 30, 70, 2);
	mine(&s, 70, BINS, 0);
	t = timing_of(&s);
	OK(t.work.n == 3 && t.peak == 1);
	/* The onset lies not behind the first share, at 1815 s, nor the end
	 * before the last one, at 4185 s; nor far from them: chance makes no
	 * wait of three times the mean in 95 %. */
	OK(holds(t.onset, 1800) && t.onset.high.ns == AT(1815).ns);
	OK(t.onset.low.ns > AT(1815 - 93).ns && t.onset.low.ns < AT(1727).ns);
	OK(holds(t.end, 4200) && t.end.low.ns == AT(4185).ns);
	OK(t.end.high.ns < AT(4185 + 93).ns && t.end.high.ns > AT(4273).ns);
	OK(t.work.segment[1].from.high.ns == AT(1815).ns);
	OK(t.work.segment[2].from.low.ns == AT(4185).ns);
	OK(t.work.segment[0].shares == 0 && t.work.segment[0].rate.low == 0);
	timing_free(&t);
	free(s.bin);
}

/* A session that was seen to begin, and to end. */
static void test_session(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 30, 70, 2);
	s.bin[30].begun = 1;
	s.opened = s.opened_after = AT(1801);
	s.closed = s.closed_before = AT(4199);
	t = timing_of(&s);
	OK(t.work.n == 1 && t.peak == 0);
	OK(holds(t.onset, 1801) && t.onset.low.ns == AT(1801).ns);
	OK(t.onset.high.ns == AT(1815).ns);
	OK(holds(t.end, 4199) && t.end.low.ns == AT(4185).ns);
	OK(rate_holds(t.work.segment[0].rate, 2 * WEIGHT / LENGTH));
	timing_free(&t);
	/* The sensor had been away just before, and was just behind. */
	s.opened_after = AT(1000);
	s.closed_before = AT(5000);
	t = timing_of(&s);
	OK(t.onset.low.ns == AT(1000).ns && t.onset.mid.ns == AT(1801).ns);
	OK(t.end.high.ns == AT(5000).ns && t.end.mid.ns == AT(4199).ns);
	timing_free(&t);
	/* Of the time before and behind nothing is known. */
	s.opened_after = s.closed_before = TS_NONE;
	t = timing_of(&s);
	OK(t.onset.known == TIMING_BEFORE && t.end.known == TIMING_AFTER);
	timing_free(&t);
	/* At two shares a minute, seven minutes without one are too long. */
	s.looked_behind = 400;
	t = timing_of(&s);
	OK(t.end.known == TIMING_AFTER);
	timing_free(&t);
	s.looked_behind = 420;
	t = timing_of(&s);
	OK(holds(t.end, 4190) && t.end.high.ns == AT(4199).ns);
	timing_free(&t);
	free(s.bin);
}

/* On and off: where the sensor saw that there was no session, there was no
 * work; where it did not look nothing is known. */
static void test_absence(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 10, 30, 3);
	mine(&s, 60, 90, 3);
	t = timing_of(&s);
	OK(t.work.n == 3 && t.work.segment[1].shares == 0);
	OK(t.work.segment[1].seconds == 30 * LENGTH);
	OK(t.work.segment[2].seconds == 30 * LENGTH);
	OK(t.work.segment[0].seconds == 20 * LENGTH);
	timing_free(&t);
	for (size_t i = 30; i < 60; i++)
		s.bin[i].sensor = 0;
	t = timing_of(&s);
	OK(t.work.n == 1 && t.work.segment[0].shares == 150);
	OK(t.work.segment[0].seconds == 50 * LENGTH);
	timing_free(&t);
	free(s.bin);
}

/* Four bursts of the same rate, with nothing between them: the peak is the rate
 * of all, not that of the one that chance favoured. */
static void test_peak(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, BINS, 0);
	for (size_t i = 0; i < 4; i++)
		mine(&s, 10 + 20 * i, 20 + 20 * i, i == 2 ? 12 : 10);
	t = timing_of(&s);
	OK(t.work.n == 9 && t.peak == 5);
	OK(fabs(t.peak_rate.mid / (10.5 * WEIGHT / LENGTH) - 1) < 1e-9);
	OK(t.peak_rate.confidence == 0.95);
	OK(t.work.segment[5].rate.high > t.peak_rate.high);
	timing_free(&t);
	free(s.bin);
}

/* What a pool announced is no number that can be counted with. */
static void test_absurd(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, BINS, 2);
	for (size_t i = 0; i < BINS; i++)
		s.bin[i].exposure = 1e307;
	t = timing_of(&s);
	OK(t.work.n == 0 && t.onset.known == TIMING_UNKNOWN);
	timing_free(&t);
	for (size_t i = 0; i < BINS; i++) {
		s.bin[i].session_seconds *= 2;
		s.bin[i].rate_hashes = s.bin[i].rate_squares = INFINITY;
	}
	t = timing_of(&s);
	OK(t.work.n == 0);
	timing_free(&t);
	free(s.bin);
}

/* Two sessions at once, of weights that differ a hundred times. */
static void test_side_by_side(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, BINS, 5);
	for (size_t i = 50; i < BINS; i++) {
		struct series_bin *b = &s.bin[i];

		b->session_seconds *= 2;
		b->heaviest = 100 * WEIGHT;
		b->rate_shares += 1;
		b->rate_hashes += 100 * WEIGHT;
		b->rate_squares += 1e4 * WEIGHT * WEIGHT;
	}
	t = timing_of(&s);
	OK(t.work.n == 2 && t.peak == 1);
	OK(holds(t.work.segment[1].from, 3000));
	OK(rate_holds(t.work.segment[1].rate, 105 * WEIGHT / LENGTH));
	OK(strcmp(t.work.segment[1].rate.method, "fay-feuer") == 0);
	/* 50 heavy shares: known to about 30 %. */
	OK(t.work.segment[1].rate.high < 1.5 * t.work.segment[1].rate.mid);
	timing_free(&t);
	free(s.bin);
}

/* Contacts alone. */
static void test_presence(void)
{
	struct series s = made();
	struct timing t;

	for (size_t i = 60; i < 90; i++)
		s.bin[i].contacts = 4;
	t = timing_of(&s);
	OK(t.by_presence && t.work.n == 0 && t.presence.n == 3);
	OK(t.peak == 1 && t.presence.segment[1].shares == 120);
	OK(rate_holds(t.presence.segment[1].rate, 4));
	OK(holds(t.onset, 3600) && holds(t.end, 5400));
	OK(t.onset.low.ns >= AT(3480).ns && t.onset.high.ns <= AT(3660).ns);
	timing_free(&t);
	/* A session without proved shares, which outlasts its beginning. */
	s.bin[30].begun = 1;
	s.opened = s.opened_after = AT(1801);
	s.closed = AT(5999);
	t = timing_of(&s);
	OK(t.by_presence && t.onset.known == TIMING_WITHIN);
	OK(t.onset.high.ns == AT(1801).ns && t.end.known == TIMING_AFTER);
	OK(t.end.low.ns == AT(5999).ns && !ts_known(t.end.high));
	timing_free(&t);
	free(s.bin);
	s = made();
	t = timing_of(&s);
	OK(t.work.n == 0 && t.presence.n == 0 && t.peak == 0);
	OK(t.onset.known == TIMING_UNKNOWN && t.end.known == TIMING_UNKNOWN);
	timing_free(&t);
	s.n = 0;
	t = timing_of(&s);
	OK(t.work.n == 0 && t.onset.known == TIMING_UNKNOWN);
	timing_free(&t);
	free(s.bin);
}

static enum timing_guard guard(const struct series *s, double *packets,
			       double *seconds)
{
	const struct timing_traffic traffic = { packets, seconds };
	enum timing_guard found;
	struct timing t;

	OK(timing_of_series(&t, s, &traffic, 0.95) == ST_OK);
	found = t.guard;
	timing_free(&t);
	return found;
}

static void test_guard(void)
{
	struct series s = made();
	double packets[BINS], seconds[BINS];
	struct timing t;

	mine(&s, 30, BINS, 5);
	s.opened = s.opened_after = AT(1800);
	/* Bursts: with 50 in one minute and 150 in the next, twice as many may
	 * come by chance. */
	for (size_t i = 0; i < BINS; i++) {
		packets[i] = i % 2 ? 50 : 150;
		seconds[i] = LENGTH;
	}
	OK(guard(&s, packets, seconds) == TIMING_GUARD_UNKNOWN);
	for (size_t i = 0; i < BINS; i++)
		packets[i] = i % 2 ? 80 : 120;
	OK(guard(&s, packets, seconds) == TIMING_GUARD_GOOD);
	for (size_t i = 30; i < BINS; i++)
		packets[i] *= 20;
	OK(guard(&s, packets, seconds) == TIMING_GUARD_FAILED);
	for (size_t i = 30; i < 70; i++)
		packets[i] /= 20; /* it rises later */
	OK(guard(&s, packets, seconds) == TIMING_GUARD_GOOD);
	t = timing_of(&s);
	OK(t.guard == TIMING_GUARD_UNKNOWN);
	timing_free(&t);
	for (size_t i = 0; i < BINS; i++) /* too little to show anything */
		packets[i] = i % 25 == 0;
	OK(guard(&s, packets, seconds) == TIMING_GUARD_UNKNOWN);
	s.opened_after = TS_NONE; /* there is no onset to guard */
	OK(guard(&s, packets, seconds) == TIMING_GUARD_UNKNOWN);
	free(s.bin);
}

static void test_duty(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, BINS, 3);
	for (size_t i = 0; i < SERIES_WEEK_HOURS; i++) {
		s.sensor[i] = i < 48 ? 3600 : 0; /* Monday and Tuesday */
		s.open[i] = i % 24 < 6 && i < 48 ? 1800 : 0;
	}
	/* At three shares a minute a wait of a minute is nothing, one of five
	 * minutes is too much, whether it ends where it began or not. */
	s.bin[20].gap =
		(struct series_gap){ AT(1140), AT(1200), 60, 60 / WEIGHT };
	s.bin[50].gap =
		(struct series_gap){ AT(2700), AT(3000), 300, 300 / WEIGHT };
	s.bin[80].gap =
		(struct series_gap){ AT(4000), AT(4800), 200, 200 / WEIGHT };
	t = timing_of(&s);
	OK(t.duty.hour[0] == 0.5 && t.duty.hour[5] == 0.5);
	OK(t.duty.hour[6] == 0 && t.duty.weekday[0] == 0.125);
	OK(t.duty.weekday[1] == 0.125 && isnan(t.duty.weekday[2]));
	OK(t.duty.portion == 0.125);
	OK(t.duty.outages == 1 && t.duty.longest_outage == 300);
	timing_free(&t);
	free(s.bin);
}

/* A slow stretch that ends where a fast one begins is no outage. */
static void test_outage_at_change(void)
{
	struct series s = made();
	struct timing t;

	mine(&s, 0, 50, 1);
	mine(&s, 50, BINS, 60);
	s.bin[50].gap =
		(struct series_gap){ AT(2880), AT(3000), 120, 120 / WEIGHT };
	t = timing_of(&s);
	OK(t.work.n == 2 && t.duty.outages == 0);
	timing_free(&t);
	free(s.bin);
}

int main(void)
{
	test_step();
	test_passage();
	test_ramp();
	test_idle();
	test_session();
	test_absence();
	test_peak();
	test_absurd();
	test_side_by_side();
	test_presence();
	test_guard();
	test_duty();
	test_outage_at_change();
	return tap_end();
}
