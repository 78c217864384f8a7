#include <math.h>
#include <string.h>

#include "analysis/hypothesis_private.h"

/* A lead smaller than this, in logarithms, is rounding. */
#define EVEN 1e-9

/* What confidence takes: the portion of a file's independent items that was
 * determined, and the mean discount of those that count. docs/hypotheses.md. */
#define MODERATE_COVERAGE 0.5
#define MODERATE_SOURCES  0.5
#define MODERATE_ITEMS    2
#define HIGH_COVERAGE     0.75
#define HIGH_SOURCES      0.8
#define HIGH_ITEMS        4

/* Intelligence Community Directive 203, Analytic Standards, 2 January 2015,
 * D.6.e.(2)(a): each word up to this, and the last from there on. */
static const struct {
	double up_to;
	const char *words;
} scale[] = { { 0.05, "almost no chance" }, { 0.20, "very unlikely" },
	      { 0.45, "unlikely" },         { 0.55, "roughly even chance" },
	      { 0.80, "likely" },           { 0.95, "very likely" },
	      { 1, "almost certain" } };

const char *hypothesis_words(double p)
{
	const size_t last = sizeof(scale) / sizeof(scale[0]) - 1;
	size_t i = 0;

	while (i < last && p >= scale[i].up_to)
		i++;
	return scale[i].words;
}

/* How far each grade counts, and why: docs/hypotheses.md. */
double hypothesis_admiralty_discount(char reliability, unsigned credibility)
{
	static const double letter[] = { 1, 0.8, 0.6, 0.3, 0, 0.5 };
	static const double figure[] = { 1, 0.8, 0.6, 0.3, 0, 0.5 };

	if (reliability < 'A' || reliability > 'F' || credibility < 1 ||
	    credibility > 6)
		return 0;
	return letter[reliability - 'A'] * figure[credibility - 1];
}

double hypothesis_grade_discount(const char *grade)
{
	/* What was recomputed or counted, and what teaches as if it had been;
	 * what miner or pool say; what follows by a list or a pattern; what was
	 * only seen from outside. */
	static const struct {
		const char *grade;
		char reliability;
		unsigned credibility;
	} grades[] = {
		{ "proved", 'A', 1 },    { "counted", 'A', 1 },
		{ "simulated", 'A', 1 }, { "claimed", 'B', 2 },
		{ "spoken", 'B', 2 },    { "indicated", 'B', 3 },
		{ "listed", 'B', 3 },    { "behaved", 'C', 3 },
		{ "contact", 'D', 3 },
	};
	const size_t last = sizeof(grades) / sizeof(grades[0]) - 1;
	size_t i = 0;

	while (i < last && (!grade || strcmp(grade, grades[i].grade) != 0))
		i++;
	return hypothesis_admiralty_discount(grades[i].reliability,
					     grades[i].credibility);
}

static double score_of(const struct hypotheses *h, size_t row)
{
	return log(h->row[row].prior) + h->row[row].sum.mid;
}

/* Does another lead once `times` of column c is taken off all sums? */
static bool is_overtaken(const struct hypotheses *h,
			 const struct hypothesis_column *c, double times)
{
	const double first =
		score_of(h, h->leading) - times * c->weight[h->leading].mid;

	for (size_t i = 0; i < h->num_rows; i++) {
		if (score_of(h, i) - times * c->weight[i].mid > first + EVEN)
			return true;
	}
	return false;
}

static void find_leading(struct hypotheses *h)
{
	for (size_t i = 1; i < h->num_rows; i++) {
		if (score_of(h, i) > score_of(h, h->leading) + EVEN)
			h->leading = i;
	}
	h->discriminates = h->num_rows > 1;
	for (size_t i = 0; i < h->num_rows; i++) {
		if (i != h->leading && h->row[i].high >= h->row[h->leading].low)
			h->discriminates = false;
	}
}

static void find_flips(struct hypotheses *h)
{
	for (size_t i = 0; i < h->num_columns; i++) {
		struct hypothesis_column *c = &h->column[i];

		if (!c->counted)
			continue;
		if (is_overtaken(h, c, 1))
			c->flip = HYPOTHESIS_FLIP_REMOVED;
		else if (is_overtaken(h, c, 2))
			c->flip = HYPOTHESIS_FLIP_REVERSED;
		if (c->flip != HYPOTHESIS_FLIP_NONE)
			h->flips[h->num_flips++] = i;
	}
}

/* p exp(S) = max over others of (1 - p) q exp(S'), q their parts of what the
 * leading one leaves. */
static double prior_to_flip(const struct hypotheses *h)
{
	const struct hypothesis_row *first = &h->row[h->leading];
	double best = 0;

	for (size_t i = 0; i < h->num_rows; i++) {
		const double part = h->row[i].prior / (1 - first->prior);

		if (i != h->leading)
			best = fmax(best, part * exp(h->row[i].sum.mid -
						     first->sum.mid));
	}
	return h->num_rows > 1 ? best / (best + 1) : NAN;
}

/* Is column i the first of its group (or on its own) among those for which
 * `determined` holds, or among all? */
static bool is_first_of_group(const struct hypotheses *h, size_t i,
			      bool determined)
{
	const char *group = h->column[i].item->group;

	if (determined && !h->column[i].determined)
		return false;
	for (size_t k = 0; k < i && group; k++) {
		const char *other = h->column[k].item->group;

		if (other && !strcmp(other, group) &&
		    (!determined || h->column[k].determined))
			return false;
	}
	return true;
}

static const char *confidence_of(const struct hypotheses *h)
{
	double all = 0, determined = 0, counted = 0, discounts = 0;

	for (size_t i = 0; i < h->num_columns; i++) {
		all += is_first_of_group(h, i, false);
		determined += is_first_of_group(h, i, true);
		counted += h->column[i].counted;
		if (h->column[i].counted)
			discounts += h->column[i].discount;
	}
	if (counted < MODERATE_ITEMS || determined < MODERATE_COVERAGE * all ||
	    discounts < MODERATE_SOURCES * counted)
		return "low";
	if (counted < HIGH_ITEMS || determined < HIGH_COVERAGE * all ||
	    discounts < HIGH_SOURCES * counted || h->num_flips > 0)
		return "moderate";
	return "high";
}

void hypothesis_judge(struct hypotheses *h)
{
	find_leading(h);
	find_flips(h);
	h->prior_to_flip = prior_to_flip(h);
	h->confidence = confidence_of(h);
	for (size_t i = 0; i < h->num_rows; i++) {
		struct hypothesis_row *row = &h->row[i];
		const char *low = hypothesis_words(row->low);
		const char *high = hypothesis_words(row->high);

		row->words = low == high ? low : NULL;
	}
}
