#include <math.h>
#include <stdlib.h>

#include "analysis/timing_private.h"
#include "base/mem.h"

static double portion(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

static void tell_clock(struct timing_duty *d, const struct series *s)
{
	double sensor = 0, open = 0;

	for (size_t h = 0; h < 24; h++) {
		double looked = 0, worked = 0;

		for (size_t i = h; i < SERIES_WEEK_HOURS; i += 24) {
			looked += s->sensor[i];
			worked += s->open[i];
		}
		d->hour[h] = portion(worked, looked);
		sensor += looked;
		open += worked;
	}
	for (size_t day = 0; day < 7; day++) {
		double looked = 0, worked = 0;

		for (size_t i = day * 24; i < day * 24 + 24; i++) {
			looked += s->sensor[i];
			worked += s->open[i];
		}
		d->weekday[day] = portion(worked, looked);
	}
	d->portion = portion(open, sensor);
}

/* Of a segment, what shares in a gap are expected by. */
struct pace {
	double per_second, per_exposure; /* shares */
	bool side_by_side;
};

static struct pace pace_of(const struct timing_cut *c, size_t k)
{
	double shares = 0, seconds = 0, exposure = 0;
	struct pace p = { 0 };

	for (size_t i = c->change.segment[k].first; i < timing_cut_end(c, k);
	     i++) {
		const struct series_bin *b = &c->series->bin[i];

		shares += (double)b->rate_shares;
		seconds += b->seconds;
		exposure += b->exposure;
		p.side_by_side = p.side_by_side || timing_side_by_side(b);
	}
	p.per_second = seconds > 0 ? shares / seconds : 0;
	p.per_exposure = exposure > 0 ? shares / exposure : 0;
	return p;
}

static double expected(const struct pace *p, const struct series_gap *gap)
{
	return p->side_by_side ? p->per_second * gap->seconds
			       : p->per_exposure * gap->exposure;
}

static void find_outages(struct timing_duty *d, const struct timing_cut *c,
			 const struct pace *pace)
{
	const struct series *s = c->series;

	for (size_t b = 0; b < s->n; b++) {
		const struct series_gap *gap = &s->bin[b].gap;
		size_t from, to;

		if (!ts_known(gap->to))
			continue;
		from = timing_cut_segment(c, timing_bin_at(s, gap->from));
		to = timing_cut_segment(c, b);
		if (fmin(expected(&pace[from], gap), expected(&pace[to], gap)) <
		    TIMING_TOO_LONG)
			continue;
		d->outages++;
		d->longest_outage = fmax(d->longest_outage, gap->seconds);
	}
}

struct timing_duty timing_duty_of(const struct series *s,
				  const struct timing_cut *work)
{
	struct timing_duty d = { 0 };
	struct pace *pace = mem_new(work->change.n + 1, sizeof(*pace));

	tell_clock(&d, s);
	for (size_t k = 0; k < work->change.n; k++)
		pace[k] = pace_of(work, k);
	if (work->change.n > 0)
		find_outages(&d, work, pace);
	free(pace);
	return d;
}
