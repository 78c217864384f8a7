#include <math.h>
#include <string.h>

#include "analysis/hypothesis_private.h"

/* Cells of the bell over a measured value, out to 4 sigma (all but 6e-5). */
#define CELLS 400
#define REACH 4.0
/* An interval narrower than this, of its middle, is a point. */
#define POINT 1e-9
/* An interval that begins at 0 may hold what is this small a portion of its
 * end: 0 itself has no place in the logarithm. */
#define NEAR_ZERO 1e-6

static double log_density_poisson(double k, double mean)
{
	int sign;

	return k * log(mean) - mean - lgamma_r(k + 1, &sign);
}

/* P(X < k) or P(X >= k), whole k, added up from the smaller side. */
static double tail_poisson(double mean, double k, bool upper)
{
	const bool rising = k > mean; /* add up from k on, else down from k-1 */
	double i = rising ? k : k - 1;
	double term, sum = 0;

	if (k <= 0)
		return upper ? 1 : 0;
	term = exp(log_density_poisson(i, mean));
	while (i >= 0 && term > sum * 1e-17) {
		sum += term;
		i += rising ? 1 : -1;
		term *= rising ? mean / i : (i + 1) / mean;
	}
	sum = fmin(sum, 1);
	return rising == upper ? sum : 1 - sum;
}

/* Portion of a normal distribution above (or below) z. */
static double tail_normal(double z, bool upper)
{
	return erfc((upper ? z : -z) / M_SQRT2) / 2;
}

static double clip(double v)
{
	return fmin(fmax(v, 0), 1);
}

/* A normal distribution of which only what is not negative is left. */
static double tail_cut_normal(const struct hypothesis_likelihood *l, double x,
			      bool upper)
{
	const double at0 = -l->a / l->b, z = (x - l->a) / l->b;
	const double part =
		upper ? tail_normal(z, true)
		      : tail_normal(z, false) - tail_normal(at0, false);

	return clip(part / tail_normal(at0, true));
}

/* P(X >= x) or P(X < x), exact also where it is small. x >= 0. */
static double tail_of(const struct hypothesis_likelihood *l, double x,
		      bool upper)
{
	double p;

	switch (l->shape) {
	case HYPOTHESIS_LOGNORMAL:
		return tail_normal(log(x / l->a) / log(l->b), upper);
	case HYPOTHESIS_NORMAL:
		return tail_cut_normal(l, x, upper);
	case HYPOTHESIS_LOGUNIFORM:
		p = clip(log(x / l->a) / log(l->b / l->a));
		return upper ? 1 - p : p;
	case HYPOTHESIS_UNIFORM:
		p = clip((x - l->a) / (l->b - l->a));
		return upper ? 1 - p : p;
	case HYPOTHESIS_POISSON:
		return tail_poisson(l->a, ceil(x), upper);
	case HYPOTHESIS_TABLE:
	case HYPOTHESIS_SHAPES:
		break;
	}
	return 0;
}

static double density_normal(double z)
{
	return exp(-z * z / 2) / sqrt(2 * M_PI);
}

static double density_of(const struct hypothesis_likelihood *l, double x)
{
	switch (l->shape) {
	case HYPOTHESIS_LOGNORMAL:
		if (x <= 0)
			return 0;
		return density_normal(log(x / l->a) / log(l->b)) /
		       (x * log(l->b));
	case HYPOTHESIS_NORMAL:
		return density_normal((x - l->a) / l->b) /
		       (l->b * tail_normal(-l->a / l->b, true));
	case HYPOTHESIS_LOGUNIFORM:
		if (x < l->a || x > l->b)
			return 0;
		return 1 / (x * log(l->b / l->a));
	case HYPOTHESIS_UNIFORM:
		return x < l->a || x > l->b ? 0 : 1 / (l->b - l->a);
	case HYPOTHESIS_POISSON:
		return exp(log_density_poisson(x, l->a));
	case HYPOTHESIS_TABLE:
	case HYPOTHESIS_SHAPES:
		break;
	}
	return 0;
}

/* P(from <= X < to), from the tail in which it is the smaller. */
static double mass_of(const struct hypothesis_likelihood *l, double from,
		      double to)
{
	const double below = tail_of(l, from, false);

	if (below > 0.5)
		return fmax(tail_of(l, from, true) - tail_of(l, to, true), 0);
	return fmax(tail_of(l, to, false) - below, 0);
}

/* Where z sigmas from the middle lie. */
static double place(const struct estimate *v, double z_limit, double z,
		    bool in_log)
{
	const double end = z < 0 ? v->low : v->high;
	const double portion = fabs(z) / z_limit;

	if (in_log)
		return v->mid * pow(end / v->mid, portion);
	return fmax(v->mid + (end - v->mid) * portion, 0);
}

/* The integral of exp(-z^2/2) over the hypothesis' values. */
static double averaged(const struct hypothesis_likelihood *l,
		       const struct estimate *v)
{
	const bool usual = v->confidence > 0 && v->confidence < 1;
	const double confidence = usual ? v->confidence : 0.95;
	const double z_limit = sqrt(rate_chi2inv(confidence, 1));
	const bool in_log = v->low > 0;
	double from = place(v, z_limit, -REACH, in_log), sum = 0;

	for (int i = 0; i < CELLS; i++) {
		const double z = REACH * (2.0 * (i + 1) / CELLS - 1);
		const double middle = z - REACH / CELLS;
		const double to = place(v, z_limit, z, in_log);

		if (to > from)
			sum += exp(-middle * middle / 2) * mass_of(l, from, to);
		from = to;
	}
	return sum;
}

static double of_number(const struct hypothesis_likelihood *l,
			const struct estimate *v, enum hypothesis_scene scene)
{
	if (isinf(v->high))
		return tail_of(l, v->low, true);
	if (scene == HYPOTHESIS_SCENE_LOW)
		return density_of(l, fmax(v->low, NEAR_ZERO * v->high));
	if (scene == HYPOTHESIS_SCENE_HIGH)
		return density_of(l, v->high);
	if (v->high - v->low <= POINT * v->mid)
		return density_of(l, v->mid);
	return averaged(l, v);
}

/* Words that the table does not name share what is left, evenly. */
static double of_word(const struct hypothesis_likelihood *l,
		      const char *const *words, const char *word)
{
	double named = 0;
	size_t num_words = 0, num_named = 0;

	while (words[num_words])
		num_words++;
	for (size_t i = 0; i < l->num_cells; i++) {
		const struct hypothesis_cell *c = &l->cell[i];

		if (!strcmp(c->word, word))
			return c->probability;
		if (!strcmp(c->word, "*"))
			continue;
		named += c->probability;
		num_named++;
	}
	if (num_words <= num_named)
		return 0;
	return fmax(1 - named, 0) / (double)(num_words - num_named);
}

bool hypothesis_evidence_holds(const struct hypothesis_evidence *e,
			       enum hypothesis_quantity q)
{
	const struct estimate *v = &e->value;
	const char *const *words = hypothesis_quantity_words(q);

	if (words) {
		while (e->word && *words && strcmp(*words, e->word) != 0)
			words++;
		return e->word && *words;
	}
	if (!v->method || !isfinite(v->low) || v->low < 0 || isnan(v->high))
		return false;
	return isinf(v->high) || (v->mid >= v->low && v->high >= v->mid);
}

double hypothesis_likelihood_of(const struct hypothesis_likelihood *l,
				enum hypothesis_quantity q,
				const struct hypothesis_evidence *e,
				enum hypothesis_scene scene)
{
	const char *const *words = hypothesis_quantity_words(q);
	const double v = words ? of_word(l, words, e->word)
			       : of_number(l, &e->value, scene);

	return isfinite(v) ? v : 0;
}

void hypothesis_likelihoods(double out[HYPOTHESIS_MAX],
			    const struct hypothesis_file *file,
			    const struct hypothesis_item *item,
			    const struct hypothesis_evidence *e,
			    enum hypothesis_scene scene)
{
	const enum hypothesis_quantity q =
		hypothesis_quantity_of(item->quantity);
	double largest = 0;

	for (size_t i = 0; i < file->num_hypotheses; i++) {
		out[i] = hypothesis_likelihood_of(&item->under[i], q, e, scene);
		largest = fmax(largest, out[i]);
	}
	/* So that the largest is 1: only ratios count. */
	for (size_t i = 0; i < file->num_hypotheses; i++)
		out[i] = largest > 0 ? fmax(out[i] / largest, HYPOTHESIS_FLOOR)
				     : 1;
}

double hypothesis_outer_portion(const struct hypothesis_likelihood *l,
				enum hypothesis_quantity q,
				const struct hypothesis_evidence *e)
{
	if (hypothesis_quantity_is_word(q))
		return hypothesis_likelihood_of(l, q, e,
						HYPOTHESIS_SCENE_WHOLE);
	if (isinf(e->value.high))
		return tail_of(l, e->value.low, true);
	/* The nearer end: an interval that reaches into what is expected is
	 * expected. */
	return clip(2 * fmin(tail_of(l, e->value.low, true),
			     tail_of(l, e->value.high, false)));
}

bool hypothesis_portions(double portion[HYPOTHESIS_MAX],
			 const struct hypothesis_file *file,
			 const struct hypothesis_item *item,
			 const struct hypothesis_evidence *evidence)
{
	double sum = 0;

	if (!hypothesis_evidence_holds(evidence,
				       hypothesis_quantity_of(item->quantity)))
		return false;
	hypothesis_likelihoods(portion, file, item, evidence,
			       HYPOTHESIS_SCENE_WHOLE);
	for (size_t i = 0; i < file->num_hypotheses; i++)
		sum += portion[i];
	for (size_t i = 0; i < file->num_hypotheses; i++)
		portion[i] /= sum;
	return true;
}

double hypothesis_quantile(const struct hypothesis_likelihood *l, double p)
{
	double low = 0, high = 1;

	if (l->shape == HYPOTHESIS_TABLE)
		return NAN;
	while (tail_of(l, high, false) < p && high < 1e300)
		high *= 2;
	/* In halves: the logarithm's, once the lower end is above 0. */
	for (int i = 0; i < 200; i++) {
		const double middle =
			low > 0 ? sqrt(low) * sqrt(high) : high / 16;

		if (tail_of(l, middle, false) < p)
			low = middle;
		else
			high = middle;
	}
	return high;
}
