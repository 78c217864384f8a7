#include "analysis/hypothesis.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "analysis/hypothesis_private.h"

/* With the chance `discount` the item tells what it seems to; else it tells
 * nothing, and is as likely under every hypothesis: their mean. In logarithms;
 * times is by how much the judgement of this one likelihood may be off. */
static double discounted(double likelihood, double times, double mean,
			 double discount)
{
	return log(discount * likelihood * times + (1 - discount) * mean);
}

/* The weights of one scene: relative to the mean of the logarithms. */
static void weigh_scene(struct hypothesis_weight *weight,
			const struct hypothesis_file *file,
			const struct hypothesis_item *item, const double *l,
			double discount)
{
	const size_t n = file->num_hypotheses;
	double mean = 0, mean_log = 0;

	for (size_t i = 0; i < n; i++)
		mean += l[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		mean_log += discounted(l[i], 1, mean, discount) / (double)n;
	for (size_t i = 0; i < n; i++) {
		const double within = item->under[i].within;

		weight[i].mid = discounted(l[i], 1, mean, discount) - mean_log;
		weight[i].low =
			discounted(l[i], 1 / within, mean, discount) - mean_log;
		weight[i].high =
			discounted(l[i], within, mean, discount) - mean_log;
	}
}

static void weigh_column(struct hypothesis_column *c,
			 const struct hypothesis_file *file,
			 const struct hypothesis_evidence *e)
{
	struct hypothesis_weight end[HYPOTHESIS_MAX];
	double l[HYPOTHESIS_MAX];

	hypothesis_likelihoods(l, file, c->item, e, HYPOTHESIS_SCENE_WHOLE);
	weigh_scene(c->weight, file, c->item, l, c->discount);
	for (int s = HYPOTHESIS_SCENE_LOW; s < HYPOTHESIS_SCENES; s++) {
		hypothesis_likelihoods(l, file, c->item, e,
				       (enum hypothesis_scene)s);
		weigh_scene(end, file, c->item, l, c->discount);
		for (size_t i = 0; i < file->num_hypotheses; i++) {
			c->weight[i].low = fmin(c->weight[i].low, end[i].low);
			c->weight[i].high =
				fmax(c->weight[i].high, end[i].high);
		}
	}
	c->unexpected = true;
	for (size_t i = 0; i < file->num_hypotheses; i++)
		c->unexpected = c->unexpected &&
				hypothesis_outer_portion(&c->item->under[i],
							 c->quantity, e) < 0.01;
}

static void make_column(struct hypothesis_column *c,
			const struct hypothesis_file *file,
			const struct hypothesis_item *item,
			const struct hypothesis_evidence *evidence)
{
	const struct hypothesis_evidence *e;

	*c = (struct hypothesis_column){
		.quantity = hypothesis_quantity_of(item->quantity), .item = item
	};
	assert(c->quantity != HYPOTHESIS_QUANTITIES);
	e = &evidence[c->quantity];
	c->discount = item->reliability
			      ? hypothesis_admiralty_discount(item->reliability,
							      item->credibility)
			      : hypothesis_grade_discount(e->grade);
	c->determined = hypothesis_evidence_holds(e, c->quantity);
	c->counted = c->determined;
	if (c->determined)
		weigh_column(c, file, e);
}

static double spread_of(const struct hypothesis_column *c, size_t n)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < n; i++) {
		low = fmin(low, c->weight[i].mid);
		high = fmax(high, c->weight[i].mid);
	}
	return high - low;
}

static bool is_same_group(const struct hypothesis_column *a,
			  const struct hypothesis_column *b)
{
	return a->item->group && b->item->group &&
	       !strcmp(a->item->group, b->item->group);
}

/* Of each group only the weightiest counts, the first of equals. */
static void count_groups_once(struct hypotheses *h)
{
	for (size_t i = 0; i < h->num_columns; i++) {
		struct hypothesis_column *a = &h->column[i];

		for (size_t k = 0; k < i && a->counted; k++) {
			struct hypothesis_column *b = &h->column[k];

			if (!b->counted || !is_same_group(a, b))
				continue;
			if (spread_of(a, h->num_rows) >
			    spread_of(b, h->num_rows))
				b->counted = false;
			else
				a->counted = false;
		}
	}
}

static void add_up(struct hypotheses *h)
{
	for (size_t i = 0; i < h->num_columns; i++) {
		const struct hypothesis_column *c = &h->column[i];

		for (size_t k = 0; k < h->num_rows && c->counted; k++) {
			h->row[k].sum.low += c->weight[k].low;
			h->row[k].sum.mid += c->weight[k].mid;
			h->row[k].sum.high += c->weight[k].high;
		}
	}
}

enum side {
	SIDE_LOW,
	SIDE_MID,
	SIDE_HIGH
};

/* Prior times likelihood, in logarithms. */
static double log_weight(const struct hypothesis_row *row, enum side side)
{
	const double log_prior = log(row->prior);

	switch (side) {
	case SIDE_LOW:
		return log_prior + row->sum.low;
	case SIDE_MID:
		return log_prior + row->sum.mid;
	case SIDE_HIGH:
		return log_prior + row->sum.high;
	}
	return log_prior;
}

/* Its portion of all, it being at one side of its range and all others at
 * another of theirs. */
static double posterior_of(const struct hypotheses *h, size_t at,
			   enum side mine, enum side theirs)
{
	const double own = log_weight(&h->row[at], mine);
	double sum = 1;

	for (size_t i = 0; i < h->num_rows; i++) {
		if (i != at)
			sum += exp(log_weight(&h->row[i], theirs) - own);
	}
	return 1 / sum;
}

void hypotheses_weigh(struct hypotheses *out,
		      const struct hypothesis_file *file,
		      const struct hypothesis_evidence *evidence)
{
	memset(out, 0, sizeof(*out));
	out->num_rows = file->num_hypotheses;
	out->num_columns = file->num_items;
	for (size_t i = 0; i < out->num_rows; i++)
		out->row[i].prior = file->hypothesis[i].prior;
	for (size_t i = 0; i < out->num_columns; i++)
		make_column(&out->column[i], file, &file->item[i], evidence);
	count_groups_once(out);
	add_up(out);
	for (size_t i = 0; i < out->num_rows; i++) {
		struct hypothesis_row *row = &out->row[i];

		row->posterior = posterior_of(out, i, SIDE_MID, SIDE_MID);
		row->low = posterior_of(out, i, SIDE_LOW, SIDE_HIGH);
		row->high = posterior_of(out, i, SIDE_HIGH, SIDE_LOW);
	}
	hypothesis_judge(out);
}
