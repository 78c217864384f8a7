#include "analysis/change.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "analysis/rate.h"
#include "base/mem.h"

#define STEPS_MAX 60
#define STEP_END  1e-13

/* The rates from `low` to `high` (in logarithms) for which the best
 * segmentation so far has its last change at `at`. With these rates fixed its
 * cost is
 *
 *	before[at] + penalty + 2 ((E - E_at) e^x - (N - N_at) x)
 *
 * which is convex in x = ln(rate). What is above the cost of a change now, at
 * whatever rate, can never be best again: that is the pruning. */
struct piece {
	double low, high;
	uint32_t at;
};

struct finder {
	double penalty, within;
	size_t n;                 /* observed bins */
	double *count, *exposure; /* sums of the first i, i from 0 to n */
	size_t *bin;              /* where each lies in the caller's */
	double *best;             /* cost of the first i */
	uint32_t *last; /* last change of the best segmentation of these */
	struct piece *piece, *next;
	size_t num_pieces, room;
};

double change_penalty(size_t bins)
{
	return bins > 1 ? 3 * log((double)bins) : 0;
}

double change_within(double confidence)
{
	return CHANGE_WITHIN * rate_chi2inv(confidence, 1) /
	       rate_chi2inv(0.95, 1);
}

double change_cost(double count, double exposure)
{
	if (count <= 0 || exposure <= 0)
		return 0;
	return -2 * (count * log(count / exposure) - count);
}

static double cost(const struct finder *f, size_t from, size_t to)
{
	return change_cost(f->count[to] - f->count[from],
			   f->exposure[to] - f->exposure[from]);
}

/* Newton's steps toward where E e^x - N x = level, from a side on which it is
 * more: on a convex function they stay on that side. */
static double crossing(double count, double exposure, double level, double x)
{
	for (int i = 0; i < STEPS_MAX; i++) {
		const double grown = exposure * exp(x);
		const double step =
			(level - (grown - count * x)) / (grown - count);

		if (!isfinite(step))
			break;
		x += step;
		if (fabs(step) <= STEP_END * (1 + fabs(x)))
			break;
	}
	return x;
}

/* The rates at which a candidate costs at most `level`. */
static struct piece affordable(double count, double exposure, double level,
			       struct piece p)
{
	const double middle = count > 0 ? log(count / exposure) : -INFINITY;

	if (p.high > middle &&
	    exposure * exp(p.high) - (count > 0 ? count * p.high : 0) > level)
		p.high = count > 0 ? crossing(count, exposure, level, p.high)
				   : log(level / exposure);
	if (count <= 0 || p.low >= middle)
		return p;
	/* Where the first term alone is left out, it already is too much. */
	p.low = fmax(p.low, -level / count);
	if (exposure * exp(p.low) - count * p.low > level)
		p.low = crossing(count, exposure, level, p.low);
	return p;
}

static void put(struct finder *f, size_t *n, struct piece p)
{
	if (!(p.low < p.high))
		return;
	if (*n > 0 && f->next[*n - 1].at == p.at &&
	    f->next[*n - 1].high >= p.low) {
		f->next[*n - 1].high = p.high;
		return;
	}
	if (*n == f->room) {
		f->room *= 2;
		f->piece = mem_resize(f->piece, f->room, sizeof(*f->piece));
		f->next = mem_resize(f->next, f->room, sizeof(*f->next));
	}
	f->next[(*n)++] = p;
}

/* Gives to a change at `now` what the others cannot afford. */
static void prune(struct finder *f, size_t now)
{
	const double limit = f->best[now] + f->penalty;
	size_t n = 0;

	for (size_t i = 0; i < f->num_pieces; i++) {
		const struct piece p = f->piece[i];
		const double count = f->count[now] - f->count[p.at];
		const double exposure = f->exposure[now] - f->exposure[p.at];
		const double level =
			(limit - f->best[p.at] - (p.at ? f->penalty : 0)) / 2;
		struct piece keep = { p.high, p.high, p.at };

		if (level >= change_cost(count, exposure) / 2)
			keep = affordable(count, exposure, level, p);
		keep.low = fmin(fmax(keep.low, p.low), p.high);
		keep.high = fmin(fmax(keep.high, keep.low), p.high);
		put(f, &n, (struct piece){ p.low, keep.low, (uint32_t)now });
		put(f, &n, keep);
		put(f, &n, (struct piece){ keep.high, p.high, (uint32_t)now });
	}
	struct piece *spare = f->piece;

	f->piece = f->next;
	f->next = spare;
	f->num_pieces = n;
}

static void choose(struct finder *f, size_t now)
{
	f->best[now] = INFINITY;
	for (size_t i = 0; i < f->num_pieces; i++) {
		const uint32_t at = f->piece[i].at;
		const double c =
			f->best[at] + (at ? f->penalty : 0) + cost(f, at, now);

		/* Of equals the earlier one: fewer bins behind a change. */
		if (c < f->best[now] ||
		    (c <= f->best[now] && at < f->last[now])) {
			f->best[now] = c;
			f->last[now] = at;
		}
	}
}

/* Observed bins, in units in which the mean rate is 1: logarithms of rates are
 * then small numbers. */
static void gather(struct finder *f, const struct change_bin *bin, size_t n)
{
	double count = 0, exposure = 0;

	for (size_t i = 0; i < n; i++) {
		if (bin[i].exposure <= 0)
			continue;
		count += bin[i].count;
		exposure += bin[i].exposure;
	}
	const double unit = count > 0 ? exposure / count : exposure;

	for (size_t i = 0; i < n; i++) {
		if (bin[i].exposure <= 0)
			continue;
		f->bin[f->n++] = i;
		f->count[f->n] = f->count[f->n - 1] + bin[i].count;
		f->exposure[f->n] =
			f->exposure[f->n - 1] + bin[i].exposure / unit;
	}
	f->bin[f->n] = n;
}

/* The rates that a bin can ask for. */
static struct piece all_rates(const struct finder *f)
{
	struct piece all = { INFINITY, -INFINITY, 0 };

	for (size_t i = 0; i < f->n; i++) {
		const double count = f->count[i + 1] - f->count[i];
		const double exposure = f->exposure[i + 1] - f->exposure[i];
		const double x = count > 0 ? log(count / exposure) : -INFINITY;

		all.low = fmin(all.low, x);
		all.high = fmax(all.high, x);
	}
	return all;
}

static void find(struct finder *f)
{
	const struct piece all = all_rates(f);

	f->best[0] = 0;
	f->last[0] = 0;
	if (!(all.low < all.high)) { /* one rate throughout */
		f->last[f->n] = 0;
		return;
	}
	f->piece[f->num_pieces++] = all;
	for (size_t now = 1; now <= f->n; now++) {
		choose(f, now);
		prune(f, now);
	}
}

/* The places, as numbers of observed bins, at which a change between `from`
 * and `to` is about as likely as at `at`. */
static void bound(const struct finder *f, struct change_segment *s, size_t from,
		  size_t at, size_t to)
{
	const double most = cost(f, from, at) + cost(f, at, to) + 2 * f->within;
	size_t low = at, high = at;

	for (size_t i = from + 1; i < to; i++) {
		if (cost(f, from, i) + cost(f, i, to) > most)
			continue;
		low = i < low ? i : low;
		high = i > high ? i : high;
	}
	/* Behind the bin before it, whatever was not observed since. */
	s->low = f->bin[low - 1] + 1;
	s->high = f->bin[high];
}

static void tell(struct change *out, const struct finder *f)
{
	size_t n = 1;

	for (size_t i = f->last[f->n]; i > 0; i = f->last[i])
		n++;
	size_t *at = mem_new(n + 1, sizeof(*at));

	at[n] = f->n;
	for (size_t k = n; k > 0; k--)
		at[k - 1] = f->last[at[k]];
	out->segment = mem_new(n, sizeof(*out->segment));
	out->n = n;
	for (size_t k = 0; k < n; k++) {
		struct change_segment *s = &out->segment[k];

		s->first = k ? f->bin[at[k]] : 0;
		if (k)
			bound(f, s, at[k - 1], at[k], at[k + 1]);
	}
	free(at);
}

/* The sums in the caller's units. */
static void sum_up(struct change *c, const struct change_bin *bin, size_t n)
{
	for (size_t k = 0; k < c->n; k++) {
		struct change_segment *s = &c->segment[k];
		const size_t end = k + 1 < c->n ? s[1].first : n;

		for (size_t i = s->first; i < end; i++) {
			if (bin[i].exposure <= 0)
				continue;
			s->count += bin[i].count;
			s->exposure += bin[i].exposure;
		}
	}
}

static bool sound(const struct change_bin *bin, size_t n)
{
	double count = 0, exposure = 0;

	for (size_t i = 0; i < n; i++) {
		if (!(bin[i].count >= 0) || !(bin[i].exposure >= 0))
			return false;
		count += bin[i].count;
		exposure += bin[i].exposure;
	}
	return isfinite(count) && isfinite(exposure);
}

enum status change_find(struct change *out, const struct change_bin *bin,
			size_t n, double penalty, double within)
{
	struct finder f = { .penalty = penalty, .within = within, .room = 64 };

	assert(penalty >= 0 && within >= 0);
	*out = (struct change){ 0 };
	if (n > CHANGE_BINS_MAX)
		return ST_LIMIT;
	if (!sound(bin, n))
		return ST_BAD;
	f.count = mem_new(n + 1, sizeof(*f.count));
	f.exposure = mem_new(n + 1, sizeof(*f.exposure));
	f.bin = mem_new(n + 1, sizeof(*f.bin));
	f.best = mem_new(n + 1, sizeof(*f.best));
	f.last = mem_new(n + 1, sizeof(*f.last));
	f.piece = mem_new(f.room, sizeof(*f.piece));
	f.next = mem_new(f.room, sizeof(*f.next));
	gather(&f, bin, n);
	if (f.n > 0) {
		find(&f);
		tell(out, &f);
		sum_up(out, bin, n);
	}
	free(f.count);
	free(f.exposure);
	free(f.bin);
	free(f.best);
	free(f.last);
	free(f.piece);
	free(f.next);
	return ST_OK;
}

void change_free(struct change *c)
{
	free(c->segment);
	*c = (struct change){ 0 };
}
