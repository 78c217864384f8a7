#include <math.h>
#include <stdlib.h>

#include "analysis/timing_private.h"
#include "base/mem.h"

/* So many shares tell how unlike the weights of sessions side by side are. */
#define ALIKE_SHARES 30

struct ts timing_bin_from(const struct series *s, size_t i)
{
	if (i < s->n)
		return s->bin[i].from;
	/* The last bin may reach beyond the last moment there is. */
	return ts_plus(s->n > 0 ? s->bin[s->n - 1].from : s->from,
		       (int64_t)(i - (s->n > 0 ? s->n - 1 : 0)) *
			       llround(s->bin_seconds * 1e9));
}

size_t timing_bin_at(const struct series *s, struct ts t)
{
	const double i = ts_seconds(s->from, t) / s->bin_seconds;
	size_t at = i < 0 ? 0 : (size_t)fmin(i, (double)(s->n - 1));

	/* The division rounds. */
	while (at > 0 && s->bin[at].from.ns > t.ns)
		at--;
	while (at + 1 < s->n && s->bin[at + 1].from.ns <= t.ns)
		at++;
	return at;
}

bool timing_side_by_side(const struct series_bin *b)
{
	return b->session_seconds > b->seconds * (1 + 1e-6);
}

/* Sums over the bins before each. */
struct sums {
	double *shares, *hashes, *squares;
};

static struct sums sum_up(const struct series *s)
{
	struct sums sum = { mem_new(s->n + 1, sizeof(double)),
			    mem_new(s->n + 1, sizeof(double)),
			    mem_new(s->n + 1, sizeof(double)) };

	for (size_t i = 0; i < s->n; i++) {
		const struct series_bin *b = &s->bin[i];

		sum.shares[i + 1] = sum.shares[i] + (double)b->rate_shares;
		sum.hashes[i + 1] = sum.hashes[i] + b->rate_hashes;
		sum.squares[i + 1] = sum.squares[i] + b->rate_squares;
	}
	return sum;
}

/* The weight of one event of the compound Poisson process about bin i: with
 * y / w events in T / w of exposure the rate is y / T, and the count spreads as
 * a Poisson count does. It is taken from the neighbourhood, since the bin's own
 * few shares would weigh themselves. 0: there are no shares. */
static double weight_about(const struct sums *sum, size_t i, size_t n)
{
	size_t low, high;

	for (size_t reach = 1;; reach *= 2) {
		low = i > reach ? i - reach : 0;
		high = i + reach < n ? i + reach + 1 : n;
		if (sum->shares[high] - sum->shares[low] >= ALIKE_SHARES ||
		    (low == 0 && high == n))
			break;
	}
	const double hashes = sum->hashes[high] - sum->hashes[low];

	return hashes > 0 ? (sum->squares[high] - sum->squares[low]) / hashes
			  : 0;
}

static struct change_bin work_bin(const struct series_bin *b,
				  const struct sums *sum, size_t i, size_t n)
{
	double weight;

	if (b->seconds <= 0)
		return (struct change_bin){ 0 };
	if (!timing_side_by_side(b))
		return (struct change_bin){ (double)b->rate_shares,
					    b->exposure };
	weight = weight_about(sum, i, n);
	if (weight <= 0)
		weight = b->heaviest;
	return (struct change_bin){ b->rate_hashes / weight,
				    b->seconds / weight };
}

/* Between its first and its last session the sensor saw that there was none:
 * no shares, in the exposure that the session before would have had. */
static void fill_absence(struct change_bin *bin, const struct series *s)
{
	double per_second = 0; /* exposure */
	bool opened = false;
	size_t end = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->bin[i].sessions > 0)
			end = i;
	}
	for (size_t i = 0; i < end; i++) {
		const struct series_bin *b = &s->bin[i];

		opened = opened || b->sessions > 0;
		if (bin[i].exposure > 0)
			per_second = bin[i].exposure / b->seconds;
		else if (opened && b->sessions == 0 && b->sensor > 0)
			bin[i] = (struct change_bin){ 0,
						      b->sensor * per_second };
	}
}

static double count_of(const struct timing_cut *c, size_t from, size_t to)
{
	double count = 0;

	for (size_t i = from; i < to; i++)
		count += c->bin[i].exposure > 0 ? c->bin[i].count : 0;
	return count;
}

/* Moves the bins from `from` up to `to` out of a segment into another. */
static void hand_over(const struct timing_cut *c, struct change_segment *out_of,
		      struct change_segment *into, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct change_bin *b = &c->bin[i];

		if (b->exposure <= 0)
			continue;
		out_of->count -= b->count;
		out_of->exposure -= b->exposure;
		into->count += b->count;
		into->exposure += b->exposure;
	}
}

/* Where a change may as well lie before the first event, or behind the last
 * one, of what would then be a segment without any, it does: a share or two are
 * of the mining beside them, not of another that goes on slowly. The first of
 * the two, for the change into segment k: */
static void settle_begin(const struct timing_cut *c, size_t k)
{
	struct change_segment *x = &c->change.segment[k];
	size_t i = x->low;

	if (x[-1].count <= 0 || x->low <= x[-1].first ||
	    count_of(c, x[-1].first, x->low) > 0)
		return;
	while (i < x->first && count_of(c, i, i + 1) <= 0)
		i++;
	hand_over(c, x - 1, x, i, x->first);
	x[-1].count = 0;
	x->first = i;
}

static void settle_end(const struct timing_cut *c, size_t k)
{
	struct change_segment *x = &c->change.segment[k];
	size_t i = x->high;

	if (x->count <= 0 || x->high >= timing_cut_end(c, k) ||
	    count_of(c, x->high, timing_cut_end(c, k)) > 0)
		return;
	while (i > x->first && count_of(c, i - 1, i) <= 0)
		i--;
	hand_over(c, x, x - 1, x->first, i);
	x->count = 0;
	x->first = i;
}

/* More changes than anyone can read, or than are told, are too small. */
static enum status cut(struct timing_cut *c)
{
	const double within = change_within(c->confidence);
	size_t observed = 0;
	double penalty;
	enum status st;

	for (size_t i = 0; i < c->series->n; i++)
		observed += c->bin[i].exposure > 0;
	penalty = change_penalty(observed);
	st = change_find(&c->change, c->bin, c->series->n, penalty, within);
	while (st == ST_OK && c->change.n > TIMING_CHANGES_MAX) {
		change_free(&c->change);
		penalty *= 2;
		st = change_find(&c->change, c->bin, c->series->n, penalty,
				 within);
	}
	c->penalty = penalty;
	if (st == ST_BAD) /* a pool announced what is no difficulty */
		st = ST_OK;
	for (size_t k = 1; k < c->change.n; k++) {
		settle_begin(c, k);
		settle_end(c, k);
	}
	c->until = mem_new(c->series->n + 1, sizeof(double));
	for (size_t i = 0; i < c->series->n; i++)
		c->until[i + 1] = c->until[i] + c->bin[i].exposure;
	return st;
}

enum status timing_cut_work(struct timing_cut *out, const struct series *s,
			    double confidence)
{
	const struct sums sum = sum_up(s);
	const bool any = sum.shares[s->n] > 0;

	*out = (struct timing_cut){
		.series = s,
		.bin = mem_new(s->n + 1, sizeof(*out->bin)),
		.confidence = confidence,
	};
	for (size_t i = 0; any && i < s->n; i++)
		out->bin[i] = work_bin(&s->bin[i], &sum, i, s->n);
	fill_absence(out->bin, s);
	free(sum.shares);
	free(sum.hashes);
	free(sum.squares);
	return cut(out);
}

enum status timing_cut_presence(struct timing_cut *out, const struct series *s,
				double confidence)
{
	uint64_t any = 0;

	*out = (struct timing_cut){
		.series = s,
		.bin = mem_new(s->n + 1, sizeof(*out->bin)),
		.presence = true,
		.confidence = confidence,
	};
	for (size_t i = 0; i < s->n; i++) {
		const struct series_bin *b = &s->bin[i];

		out->bin[i].count = (double)(b->begun + b->contacts);
		out->bin[i].exposure = b->sensor;
		any += b->begun + b->contacts;
	}
	for (size_t i = 0; any == 0 && i < s->n; i++)
		out->bin[i].exposure = 0;
	return cut(out);
}

void timing_cut_free(struct timing_cut *c)
{
	change_free(&c->change);
	free(c->bin);
	free(c->until);
}

size_t timing_cut_end(const struct timing_cut *c, size_t k)
{
	return k + 1 < c->change.n ? c->change.segment[k + 1].first
				   : c->series->n;
}

size_t timing_cut_segment(const struct timing_cut *c, size_t i)
{
	size_t k = 0;

	while (k + 1 < c->change.n && c->change.segment[k + 1].first <= i)
		k++;
	return k;
}
