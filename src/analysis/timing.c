#include "analysis/timing.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/timing_private.h"
#include "base/mem.h"

/* Half of all squares of a standard normal are below. */
#define SQUARE_MEDIAN 0.4549364231195724
/* A sensor that is switched on, or is given more to see, sees at least twice
 * as much. */
#define SWITCHED 2.0

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Packets come in bursts: how many times more their counts spread than
 * Poisson's, from the differences of neighbours (a change of rate is in few of
 * these, and the median does not see it). */
static double dispersion(const struct timing_traffic *t, size_t n)
{
	double *square = mem_new(n + 1, sizeof(*square));
	size_t num = 0;
	double median = 0;

	for (size_t i = 1; i < n; i++) {
		const double a = t->packets[i - 1], b = t->packets[i];
		const double x = t->seconds[i - 1], y = t->seconds[i];
		const double mean = (a + b) / (x + y);

		if (x <= 0 || y <= 0 || a + b <= 0)
			continue;
		square[num++] = (a / x - b / y) * (a / x - b / y) /
				(mean / x + mean / y);
	}
	qsort(square, num, sizeof(*square), compare);
	if (num > 0)
		median = square[num / 2];
	free(square);
	return fmax(1, median / SQUARE_MEDIAN);
}

static double per_exposure(const struct change_segment *x)
{
	return x->exposure > 0 ? x->count / x->exposure : 0;
}

/* Does traffic rise where the onset may lie? */
static bool rises(const struct change *c, const struct series *s,
		  const struct timing_moment *onset)
{
	const size_t from = timing_bin_at(s, onset->low);
	const size_t to = timing_bin_at(s, onset->high);

	for (size_t k = 1; k < c->n; k++) {
		const struct change_segment *x = &c->segment[k];

		if (x->low <= to + 1 && x->high >= from &&
		    per_exposure(x) >= SWITCHED * per_exposure(x - 1))
			return true;
	}
	return false;
}

/* Would a sensor that was switched on at `from` show, with so much traffic? */
static bool would_show(const struct change_bin *bin, size_t n, size_t from,
		       double penalty)
{
	double count = 0, before = 0, behind = 0;

	for (size_t i = 0; i < n; i++) {
		count += bin[i].exposure > 0 ? bin[i].count : 0;
		*(i < from ? &before : &behind) += bin[i].exposure;
	}
	const double rate = count / (before + SWITCHED * behind);

	return change_cost(count, before + behind) -
		       change_cost(rate * before, before) -
		       change_cost(SWITCHED * rate * behind, behind) >
	       penalty;
}

enum timing_guard timing_guard_of(const struct series *s,
				  const struct timing_traffic *traffic,
				  const struct timing_moment *onset,
				  double confidence)
{
	enum timing_guard found = TIMING_GUARD_UNKNOWN;
	struct change_bin *bin;
	struct change change;
	double spread, penalty;
	size_t observed = 0;

	if (!traffic || onset->known != TIMING_WITHIN)
		return TIMING_GUARD_UNKNOWN;
	bin = mem_new(s->n + 1, sizeof(*bin));
	spread = dispersion(traffic, s->n);
	for (size_t i = 0; i < s->n; i++) {
		bin[i].count = traffic->packets[i] / spread;
		bin[i].exposure = traffic->seconds[i];
		observed += bin[i].exposure > 0;
	}
	penalty = change_penalty(observed);
	if (change_find(&change, bin, s->n, penalty,
			change_within(confidence)) == ST_OK) {
		if (rises(&change, s, onset))
			found = TIMING_GUARD_FAILED;
		else if (would_show(bin, s->n, timing_bin_at(s, onset->mid),
				    penalty))
			found = TIMING_GUARD_GOOD;
		change_free(&change);
	}
	free(bin);
	return found;
}

enum status timing_of_series(struct timing *out, const struct series *s,
			     const struct timing_traffic *traffic,
			     double confidence)
{
	struct timing_cut work, presence;
	enum status st;

	*out = (struct timing){ 0 };
	if (s->n > CHANGE_BINS_MAX)
		return ST_LIMIT;
	st = timing_cut_work(&work, s, confidence);
	presence = (struct timing_cut){ 0 };
	if (st == ST_OK)
		st = timing_cut_presence(&presence, s, confidence);
	if (st == ST_OK) {
		const struct timing_cut *of =
			work.change.n > 0 ? &work : &presence;

		out->work = timing_segments_of(&work);
		out->presence = timing_segments_of(&presence);
		out->by_presence = of == &presence;
		out->onset = timing_onset(of);
		out->end = timing_end(of);
		out->peak =
			timing_peak(&out->peak_rate, of,
				    of == &work ? &out->work : &out->presence);
		out->guard =
			timing_guard_of(s, traffic, &out->onset, confidence);
		out->duty = timing_duty_of(s, &work);
	}
	timing_cut_free(&work);
	timing_cut_free(&presence);
	return st;
}

void timing_free(struct timing *t)
{
	free(t->work.segment);
	free(t->presence.segment);
	*t = (struct timing){ 0 };
}
