#include <math.h>
#include <stdlib.h>

#include "analysis/timing_private.h"
#include "base/mem.h"

static double rate_of(const struct change_segment *x)
{
	return x->exposure > 0 ? x->count / x->exposure : 0;
}

/* Is segment k one bin in which the change from the one before to the one
 * behind it lies? */
static bool is_passage(const struct timing_cut *c, size_t k)
{
	const struct change_segment *x = &c->change.segment[k];
	size_t bins = 0;

	if (k == 0 || k + 1 >= c->change.n)
		return false;
	for (size_t i = x->first; i < x[1].first && bins < 2; i++)
		bins += c->bin[i].exposure > 0;
	return bins == 1 &&
	       (rate_of(x) - rate_of(x - 1)) * (rate_of(x + 1) - rate_of(x)) >
		       0;
}

/* Of a change into segment k that lies inside of the bin that is segment k - 1:
 * there as far as its rate tells. */
static struct timing_moment inside(const struct timing_cut *c, size_t k)
{
	const struct series *s = c->series;
	const struct change_segment *x = &c->change.segment[k];
	const struct ts from = timing_bin_from(s, x[-1].first);
	const struct ts to = timing_bin_from(s, x[-1].first + 1);
	const double part =
		(rate_of(x) - rate_of(x - 1)) / (rate_of(x) - rate_of(x - 2));

	if (x[-2].count <= 0)
		return timing_beside_nothing(c, k - 1, false);
	if (x->count <= 0)
		return timing_beside_nothing(c, k - 1, true);
	return (struct timing_moment){
		.known = TIMING_WITHIN,
		.low = from,
		.mid = { from.ns + llround(part * (double)(to.ns - from.ns)) },
		.high = to,
	};
}

static struct timing_moment begin_of(const struct timing_cut *c, size_t k)
{
	const struct series *s = c->series;
	const struct change_segment *x = &c->change.segment[k];

	if (k == 0)
		return (struct timing_moment){ TIMING_WITHIN, s->from, s->from,
					       s->from };
	if (is_passage(c, k - 1))
		return inside(c, k);
	if (x[-1].count <= 0)
		return timing_beside_nothing(c, k, false);
	if (x->count <= 0)
		return timing_beside_nothing(c, k - 1, true);
	/* Inside of the bins on either side, too. */
	return (struct timing_moment){
		.known = TIMING_WITHIN,
		.low = timing_bin_from(s, x->low - 1),
		.mid = timing_bin_from(s, x->first),
		.high = timing_bin_from(s, x->high + 1),
	};
}

struct sum {
	uint64_t shares;
	double hashes, squares, seconds, exposure, heaviest;
	double absent, absent_exposure;
	bool side_by_side;
};

static struct sum sum_of(const struct timing_cut *c, size_t k)
{
	struct sum sum = { 0 };

	for (size_t i = c->change.segment[k].first; i < timing_cut_end(c, k);
	     i++) {
		const struct series_bin *b = &c->series->bin[i];

		if (c->bin[i].exposure <= 0)
			continue;
		if (b->seconds <= 0) {
			sum.absent += b->sensor;
			sum.absent_exposure += c->bin[i].exposure;
			continue;
		}
		sum.shares += b->rate_shares;
		sum.hashes += b->rate_hashes;
		sum.squares += b->rate_squares;
		sum.seconds += b->seconds;
		sum.exposure += b->exposure;
		sum.heaviest = fmax(sum.heaviest, b->heaviest);
		sum.side_by_side = sum.side_by_side || timing_side_by_side(b);
	}
	return sum;
}

/* The rate is constant in a segment, so that one session after the other has
 * one exposure, whatever its difficulties were. */
static void measure(struct timing_segment *out, const struct timing_cut *c,
		    size_t k)
{
	const struct sum sum = sum_of(c, k);
	const struct change_segment *x = &c->change.segment[k];

	if (c->presence) {
		out->shares = (uint64_t)x->count;
		out->seconds = x->exposure;
		out->rate = rate_constant(out->shares,
					  x->exposure / c->series->bin_seconds,
					  c->confidence);
		return;
	}
	out->shares = sum.shares;
	out->seconds = sum.seconds > 0 ? sum.seconds : sum.absent;
	if (sum.seconds <= 0)
		out->rate =
			rate_constant(0, sum.absent_exposure, c->confidence);
	else if (!sum.side_by_side)
		out->rate =
			rate_constant(sum.shares, sum.exposure, c->confidence);
	else
		out->rate =
			rate_mean_of_sums(sum.hashes, sum.squares, sum.seconds,
					  sum.heaviest, c->confidence);
}

struct timing_segments timing_segments_of(const struct timing_cut *c)
{
	struct timing_segments out = { 0 };

	if (c->change.n == 0)
		return out;
	out.segment = mem_new(c->change.n, sizeof(out.segment[0]));
	for (size_t k = 0; k < c->change.n; k++) {
		struct timing_segment *x = &out.segment[out.n];

		if (is_passage(c, k))
			continue;
		x->from = begin_of(c, k);
		measure(x, c, k);
		if (out.n > 0)
			x[-1].to = x->from.mid;
		out.n++;
	}
	out.segment[out.n - 1].to = timing_bin_from(c->series, c->series->n);
	return out;
}
