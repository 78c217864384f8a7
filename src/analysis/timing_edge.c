#include <math.h>

#include "analysis/timing_private.h"

/* When it began and when it ended. Both are one question, asked in either
 * direction of time. */

/* First share of the bins from `from` up to `to`, or (last) their last one; of
 * presence the bin's edge. */
static struct ts event(const struct timing_cut *c, size_t from, size_t to,
		       bool last)
{
	for (size_t n = 0; n < to - from; n++) {
		const size_t i = last ? to - 1 - n : from + n;
		const struct series_bin *b = &c->series->bin[i];

		if (c->presence && c->bin[i].count > 0)
			return timing_bin_from(c->series, last ? i : i + 1);
		if (!c->presence && b->shares > 0)
			return last ? b->last : b->first;
	}
	return TS_NONE;
}

/* Exposure up to t, as if it were even inside of a bin. */
static double exposure_until(const struct timing_cut *c, struct ts t)
{
	const struct series *s = c->series;
	const size_t i = timing_bin_at(s, t);
	const double part =
		ts_seconds(timing_bin_from(s, i), t) / s->bin_seconds;

	return c->until[i] + fmin(fmax(part, 0), 1) * c->bin[i].exposure;
}

/* The moment at which so much exposure had been. */
static struct ts moment_of(const struct timing_cut *c, double exposure)
{
	const struct series *s = c->series;
	size_t low = 0, high = s->n;

	while (low < high) { /* the first bin that ends with as much */
		const size_t mid = low + (high - low) / 2;

		if (c->until[mid + 1] < exposure)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == s->n)
		return timing_bin_from(s, s->n);
	const double part =
		c->bin[low].exposure > 0
			? (exposure - c->until[low]) / c->bin[low].exposure
			: 0;

	return ts_plus(timing_bin_from(s, low),
		       llround(fmax(part, 0) * s->bin_seconds * 1e9));
}

/* How far before its first event a process of constant rate may have begun, if
 * there was nothing before: with n events, the first and the last of them
 * `exposure` apart, (what went before) / exposure is above x with chance
 * (1 + x)^-(n - 1). */
static double wait_before(double n, double exposure, double confidence)
{
	return exposure * (pow(1 - confidence, -1 / (n - 1)) - 1);
}

struct timing_moment timing_beside_nothing(const struct timing_cut *c, size_t k,
					   bool end)
{
	const struct series *s = c->series;
	const struct change_segment *seg = &c->change.segment[end ? k + 1 : k];
	const size_t from = c->change.segment[k].first;
	const size_t to = timing_cut_end(c, k);
	const struct ts first = event(c, from, to, false);
	const struct ts last = event(c, from, to, true);
	const double n = c->change.segment[k].count;
	struct timing_moment m = { TIMING_WITHIN, first, first, first };
	double wait;

	if (end)
		m.low = m.mid = m.high = last;
	if (n < 2 || c->presence) { /* as the change was found in bins */
		if (end)
			m.high = timing_bin_from(s, seg->high + 1);
		else
			m.low = timing_bin_from(s, seg->low - 1);
		return m;
	}
	wait = wait_before(n,
			   exposure_until(c, last) - exposure_until(c, first),
			   c->confidence);
	if (end)
		m.high = moment_of(c, exposure_until(c, last) + wait);
	else
		m.low = moment_of(c, exposure_until(c, first) - wait);
	return m;
}

static struct ts later(struct ts a, struct ts b)
{
	return a.ns > b.ns ? a : b; /* TS_NONE is the least */
}

static struct ts earlier(struct ts a, struct ts b)
{
	return !ts_known(b) || (ts_known(a) && a.ns < b.ns) ? a : b;
}

static struct timing_moment unknown(void)
{
	return (struct timing_moment){ TIMING_UNKNOWN, TS_NONE, TS_NONE,
				       TS_NONE };
}

/* The first (or last) event of all, and the segment that it lies in. */
static struct ts outermost(const struct timing_cut *c, bool last, size_t *k)
{
	const struct ts t = event(c, 0, c->series->n, last);
	struct ts in = t;

	*k = 0;
	if (!ts_known(t) || c->change.n == 0)
		return TS_NONE;
	if (c->presence && !last)
		in.ns--; /* it is the end of its bin */
	*k = timing_cut_segment(c, timing_bin_at(c->series, in));
	return t;
}

/* Sessions without proved shares: as they were seen to be open. */
static struct timing_moment by_sessions(const struct series *s, bool end)
{
	if (end)
		return (struct timing_moment){
			.known = ts_known(s->closed_before) ? TIMING_WITHIN
							    : TIMING_AFTER,
			.low = s->closed,
			.mid = ts_known(s->closed_before) ? s->closed : TS_NONE,
			.high = s->closed_before,
		};
	return (struct timing_moment){
		.known = ts_known(s->opened_after) ? TIMING_WITHIN
						   : TIMING_BEFORE,
		.low = s->opened_after,
		.mid = ts_known(s->opened_after) ? s->opened : TS_NONE,
		.high = s->opened,
	};
}

/* Segments on that side of the first (or last) event have none. */
struct timing_moment timing_onset(const struct timing_cut *c)
{
	const struct series *s = c->series;
	struct timing_moment m = unknown();
	size_t k;
	const struct ts first = outermost(c, false, &k);

	if (c->presence && ts_known(s->opened))
		return by_sessions(s, false);
	if (!ts_known(first))
		return unknown();
	if (k > 0) {
		m = timing_beside_nothing(c, k, false);
		m.low = earlier(later(m.low, s->opened_after), m.high);
		m.mid = later(m.mid, m.low);
		return m;
	}
	m.known = TIMING_BEFORE;
	m.high = first;
	if (ts_known(s->opened_after)) {
		m.known = TIMING_WITHIN;
		m.high = later(first, s->opened);
		m.mid = s->opened;
		m.low = s->opened_after;
	}
	return m;
}

/* Is it known that the last session, in whose last segment k there were shares,
 * had ended when the sensor did? */
static bool was_closed(const struct timing_cut *c, size_t k)
{
	const struct series *s = c->series;
	double shares = 0, seconds = 0;

	if (ts_known(s->closed_before))
		return true;
	for (size_t i = c->change.segment[k].first; i < s->n; i++) {
		shares += (double)s->bin[i].rate_shares;
		seconds += s->bin[i].seconds;
	}
	return !c->presence && seconds > 0 &&
	       shares / seconds * s->looked_behind > TIMING_TOO_LONG;
}

struct timing_moment timing_end(const struct timing_cut *c)
{
	const struct series *s = c->series;
	struct timing_moment m = unknown();
	size_t k;
	const struct ts last = outermost(c, true, &k);

	if (c->presence && ts_known(s->closed))
		return by_sessions(s, true);
	if (!ts_known(last))
		return unknown();
	if (k + 1 < c->change.n) {
		m = timing_beside_nothing(c, k, true);
		m.high = later(earlier(m.high, s->closed_before), m.low);
		m.mid = earlier(m.mid, m.high);
		return m;
	}
	m.known = TIMING_AFTER;
	m.low = last;
	if (was_closed(c, k)) {
		m.known = TIMING_WITHIN;
		m.low = earlier(last, s->closed);
		m.mid = s->closed;
		m.high = later(s->closed, s->closed_before);
	}
	return m;
}
