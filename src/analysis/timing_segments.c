#include <math.h>
#include <stdlib.h>

#include "analysis/timing_private.h"
#include "base/mem.h"

/* Of what may go wrong, the part that a rate has for itself where the place of
 * a change may be wrong, too (docs/coverage.md). */
#define KEPT 0.85

static double rate_of(const struct change_segment *x)
{
	return x->exposure > 0 ? x->count / x->exposure : 0;
}

/* Is segment k one bin whose rate lies between its neighbours'? */
static bool is_step(const struct timing_cut *c, size_t k)
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

/* Is it the bin in which the change from the one before to the one behind it
 * lies? Several of them in a row are a ramp: a rate each. */
static bool is_passage(const struct timing_cut *c, size_t k)
{
	return is_step(c, k) && !(k > 0 && is_step(c, k - 1)) &&
	       !is_step(c, k + 1);
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

	if (k == 0) {
		const struct timing_moment onset = timing_onset(c);

		if (x->count > 0 && onset.known == TIMING_WITHIN)
			return onset;
		return (struct timing_moment){ TIMING_WITHIN, s->from, s->from,
					       s->from };
	}
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
	bool unsure; /* where it begins, or where it ends */
};

/* May the change into segment k lie inside of the bins on either side of it?
 * Not where one is a bin for that, nor where there was nothing on one side,
 * from where it would take nothing along. */
static bool is_blurred(const struct timing_cut *c, size_t k)
{
	const struct change_segment *x = &c->change.segment[k];

	return k > 0 && k < c->change.n && x->count > 0 && x[-1].count > 0 &&
	       !is_passage(c, k) && !is_passage(c, k - 1);
}

/* How much bin i is unlike the rest of segment x. */
static double unlike(const struct timing_cut *c, const struct change_segment *x,
		     size_t i)
{
	const struct change_bin *b = &c->bin[i];

	return change_cost(x->count, x->exposure) -
	       change_cost(x->count - b->count, x->exposure - b->exposure) -
	       change_cost(b->count, b->exposure);
}

/* The last observed bin before segment k. */
static size_t bin_before(const struct timing_cut *c, size_t k)
{
	size_t i = c->change.segment[k].first - 1;

	while (i > 0 && c->bin[i].exposure <= 0)
		i--;
	return i;
}

/* Does the change into segment k, if it lies inside of a bin, lie in the bin
 * before the cut? Else in that behind it. */
static bool lies_before(const struct timing_cut *c, size_t k)
{
	const struct change_segment *x = &c->change.segment[k];

	return unlike(c, x - 1, bin_before(c, k)) > unlike(c, x, x->first);
}

/* The bins of segment k that are its own: a bin's exposure may be ten times the
 * next one's, where a pool steers, so that one of two rates counts. All, if
 * none is left. */
static void own_bins(const struct timing_cut *c, size_t k, size_t *from,
		     size_t *to)
{
	const size_t first = c->change.segment[k].first;
	const size_t end = timing_cut_end(c, k);

	*from = first;
	*to = end;
	if (is_blurred(c, k) && !lies_before(c, k))
		++*from;
	if (is_blurred(c, k + 1) && lies_before(c, k + 1))
		*to = bin_before(c, k + 1);
	if (*from < *to && c->until[*to] > c->until[*from])
		return;
	*from = first;
	*to = end;
}

/* Is it not known to the bin where segment k begins? */
static bool is_unsure(const struct timing_cut *c, size_t k)
{
	return is_blurred(c, k) &&
	       c->change.segment[k].low < c->change.segment[k].high;
}

static void add_segment(struct sum *sum, const struct timing_cut *c, size_t k)
{
	size_t from, to;

	own_bins(c, k, &from, &to);
	sum->unsure = sum->unsure || is_unsure(c, k) || is_unsure(c, k + 1);
	for (size_t i = from; i < to; i++) {
		const struct series_bin *b = &c->series->bin[i];

		if (c->bin[i].exposure <= 0)
			continue;
		if (c->presence) {
			sum->shares += b->begun + b->contacts;
			sum->seconds += b->sensor;
			continue;
		}
		if (b->seconds <= 0) {
			sum->absent += b->sensor;
			sum->absent_exposure += c->bin[i].exposure;
			continue;
		}
		sum->shares += b->rate_shares;
		sum->hashes += b->rate_hashes;
		sum->squares += b->rate_squares;
		sum->seconds += b->seconds;
		sum->exposure += b->exposure;
		sum->heaviest = fmax(sum->heaviest, b->heaviest);
		sum->side_by_side = sum->side_by_side || timing_side_by_side(b);
	}
}

/* The rate is constant in a segment, so that one session after the other has
 * one exposure, whatever its difficulties were. */
static struct estimate measure(const struct timing_cut *c,
			       const struct sum *sum)
{
	const double confidence =
		sum->unsure ? 1 - KEPT * (1 - c->confidence) : c->confidence;
	struct estimate e;

	if (c->presence)
		e = rate_constant(sum->shares,
				  sum->seconds / c->series->bin_seconds,
				  confidence);
	else if (sum->seconds <= 0)
		e = rate_constant(0, sum->absent_exposure, confidence);
	else if (!sum->side_by_side)
		e = rate_constant(sum->shares, sum->exposure, confidence);
	else
		e = rate_mean_of_sums(sum->hashes, sum->squares, sum->seconds,
				      sum->heaviest, confidence);
	e.confidence = c->confidence;
	return e;
}

static struct sum sum_of(const struct timing_cut *c, size_t k)
{
	struct sum sum = { 0 };

	add_segment(&sum, c, k);
	return sum;
}

/* Where the last segment ends. */
static struct ts end_of(const struct timing_cut *c)
{
	const struct timing_moment end = timing_end(c);

	if (c->change.segment[c->change.n - 1].count > 0 &&
	    end.known == TIMING_WITHIN)
		return end.mid;
	return timing_bin_from(c->series, c->series->n);
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
		const struct sum sum = sum_of(c, k);

		x->from = begin_of(c, k);
		x->shares = sum.shares;
		x->seconds = sum.seconds > 0 ? sum.seconds : sum.absent;
		x->rate = measure(c, &sum);
		if (out.n > 0)
			x[-1].to = x->from.mid;
		out.n++;
	}
	out.segment[out.n - 1].to = end_of(c);
	return out;
}

/* Would one rate for both do nearly as well as two? What was cut apart at the
 * price of a change, and is then the highest of all, is so by chance more often
 * than others: it has to be clearer by half. */
static bool alike(const struct timing_cut *c, const struct change_segment *a,
		  const struct change_segment *b)
{
	return change_cost(a->count + b->count, a->exposure + b->exposure) <=
	       change_cost(a->count, a->exposure) +
		       change_cost(b->count, b->exposure) + 1.5 * c->penalty;
}

/* Of the segments that are no passages, and not taken yet, the fastest. */
static size_t fastest(const struct timing_cut *c, const bool *taken)
{
	size_t best = c->change.n;

	for (size_t k = 0; k < c->change.n; k++) {
		const struct change_segment *x = &c->change.segment[k];

		if (!taken[k] && !is_passage(c, k) && x->count > 0 &&
		    (best == c->change.n ||
		     rate_of(x) > rate_of(&c->change.segment[best])))
			best = k;
	}
	return best;
}

size_t timing_peak(struct estimate *rate, const struct timing_cut *c,
		   const struct timing_segments *x)
{
	bool *taken = mem_new(c->change.n + 1, sizeof(*taken));
	const size_t top = fastest(c, taken);
	struct change_segment all = { 0 };
	struct sum sum = { 0 };
	size_t peak = 0;

	*rate = (struct estimate){ NAN, NAN, NAN, c->confidence, NULL };
	for (size_t k = top; k < c->change.n; k = fastest(c, taken)) {
		const struct change_segment *next = &c->change.segment[k];

		if (k != top && !alike(c, &all, next))
			break;
		all.count += next->count;
		all.exposure += next->exposure;
		add_segment(&sum, c, k);
		taken[k] = true;
	}
	free(taken);
	if (top == c->change.n)
		return x->n;
	*rate = measure(c, &sum);
	for (size_t k = 0; k < top; k++)
		peak += !is_passage(c, k);
	return peak;
}
