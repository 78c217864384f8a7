#include "report/hypothesis_table.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

#define TEXT_MAX (4u << 20)
#define SAMPLES  7
#define CELL     11

struct table {
	struct buf text;
	const struct hypothesis_file *file;
	int id_width;
};

static void put_safe(struct table *t, const char *text, size_t max)
{
	(void)text_safe(&t->text,
			(struct span){ (const uint8_t *)text, strlen(text) },
			max);
}

static void put_id(struct table *t, size_t at)
{
	buf_printf(&t->text, "  %-*s", t->id_width, t->file->hypothesis[at].id);
}

/* How many items count at most: each group for one. */
static size_t independent(const struct hypothesis_file *f)
{
	size_t num = 0;

	for (size_t i = 0; i < f->num_items; i++) {
		bool first = true;

		for (size_t k = 0; k < i && f->item[i].group; k++) {
			if (f->item[k].group &&
			    !strcmp(f->item[k].group, f->item[i].group))
				first = false;
		}
		num += first;
	}
	return num;
}

static void put_head(struct table *t, const char *name)
{
	const struct hypothesis_file *f = t->file;

	put_safe(t, name, 200);
	buf_text(&t->text, ": ");
	put_safe(t, f->title, HYPOTHESIS_NAME_MAX);
	buf_printf(
		&t->text,
		"\n%zu hypotheses; %zu item%s, of which %zu can count: items "
		"of one group count once\n\n",
		f->num_hypotheses, f->num_items, f->num_items == 1 ? "" : "s",
		independent(f));
	buf_printf(&t->text, "  %-*s  %8s  %s\n", t->id_width, "id", "prior",
		   "name");
	for (size_t i = 0; i < f->num_hypotheses; i++) {
		put_id(t, i);
		buf_printf(&t->text, "  %8.4g  ", f->hypothesis[i].prior);
		put_safe(t, f->hypothesis[i].name, HYPOTHESIS_NAME_MAX);
		buf_text(&t->text, "\n");
	}
}

static void put_likelihood(struct table *t,
			   const struct hypothesis_likelihood *l)
{
	buf_printf(&t->text, "  %s", hypothesis_shape_text(l->shape));
	switch (l->shape) {
	case HYPOTHESIS_LOGNORMAL:
		buf_printf(&t->text, ": median %g, factor %g", l->a, l->b);
		break;
	case HYPOTHESIS_NORMAL:
		buf_printf(&t->text, ": mean %g, sd %g, not below 0", l->a,
			   l->b);
		break;
	case HYPOTHESIS_LOGUNIFORM:
	case HYPOTHESIS_UNIFORM:
		buf_printf(&t->text, ": %g to %g", l->a, l->b);
		break;
	case HYPOTHESIS_POISSON:
		buf_printf(&t->text, ": mean %g", l->a);
		break;
	case HYPOTHESIS_TABLE:
		for (size_t i = 0; i < l->num_cells; i++)
			buf_printf(&t->text, "%s %s %g", i ? "," : ":",
				   l->cell[i].word, l->cell[i].probability);
		break;
	case HYPOTHESIS_SHAPES:
		break;
	}
	if (l->within > 1)
		buf_printf(&t->text, "; may be off by a factor %g", l->within);
	buf_text(&t->text, "\n");
}

static bool is_count(enum hypothesis_quantity q)
{
	return q == HYPOTHESIS_MACHINES || q == HYPOTHESIS_CLIENTS ||
	       q == HYPOTHESIS_WORKERS;
}

/* The least and the largest that a quantity can be worth looking at. */
static void clip_range(double range[2], enum hypothesis_quantity q)
{
	if (is_count(q)) {
		range[0] = fmax(range[0], 1);
		range[1] = fmax(range[1], 2);
	}
	if (q == HYPOTHESIS_PORTION || q == HYPOTHESIS_DUTY) {
		range[0] = fmin(range[0], 0.5);
		range[1] = fmin(range[1], 1);
	}
}

/* Values of interest: from where the lowest hypothesis begins to where the
 * highest ends, in even steps of the logarithm. */
static size_t sample_numbers(struct hypothesis_evidence *out,
			     const struct hypothesis_file *f,
			     const struct hypothesis_item *item,
			     enum hypothesis_quantity q)
{
	double range[2] = { INFINITY, 0 };

	for (size_t i = 0; i < f->num_hypotheses; i++) {
		const struct hypothesis_likelihood *l = &item->under[i];

		range[0] = fmin(range[0], hypothesis_quantile(l, 0.05));
		range[1] = fmax(range[1], hypothesis_quantile(l, 0.95));
	}
	clip_range(range, q);
	for (size_t i = 0; i < SAMPLES; i++) {
		const double step = (double)i / (SAMPLES - 1);
		const double at = range[0] * pow(range[1] / range[0], step);
		const double v = is_count(q) ? round(at) : at;

		out[i].value = (struct estimate){ v, v, v, 0.95, "sample" };
	}
	return SAMPLES;
}

static void put_number(struct table *t, double v)
{
	char text[TEXT_SI];

	/* What is told with a prefix does not end in a space. */
	if (v >= 1e-3 && v < 999.5)
		snprintf(text, sizeof(text), "%.3g", v);
	else
		text_si(text, v);
	buf_printf(&t->text, "%*s", CELL, text);
}

static size_t sample_words(struct hypothesis_evidence *out,
			   enum hypothesis_quantity q)
{
	const char *const *words = hypothesis_quantity_words(q);
	size_t n = 0;

	while (n < SAMPLES && words[n]) {
		out[n].word = words[n];
		n++;
	}
	return n;
}

static void put_sampled(struct table *t, const struct hypothesis_item *item,
			enum hypothesis_quantity q)
{
	struct hypothesis_evidence sample[SAMPLES] = { 0 };
	double portion[SAMPLES][HYPOTHESIS_MAX];
	const bool words = hypothesis_quantity_is_word(q);
	const size_t n = words ? sample_words(sample, q)
			       : sample_numbers(sample, t->file, item, q);

	buf_printf(&t->text, "  %-*s", t->id_width, "at");
	for (size_t i = 0; i < n; i++) {
		if (!hypothesis_portions(portion[i], t->file, item, &sample[i]))
			memset(portion[i], 0, sizeof(portion[i]));
		if (words)
			buf_printf(&t->text, "%*s", CELL, sample[i].word);
		else
			put_number(t, sample[i].value.mid);
	}
	buf_text(&t->text, "\n");
	for (size_t k = 0; k < t->file->num_hypotheses; k++) {
		put_id(t, k);
		for (size_t i = 0; i < n; i++)
			buf_printf(&t->text, "%*.1f %%", CELL - 2,
				   portion[i][k] * 100);
		buf_text(&t->text, "\n");
	}
}

static void put_item(struct table *t, const struct hypothesis_item *item)
{
	const enum hypothesis_quantity q =
		hypothesis_quantity_of(item->quantity);

	buf_printf(&t->text, "\nline %lu: %s (%s), ", item->line,
		   item->quantity, hypothesis_quantity_unit(q));
	if (item->group) {
		buf_text(&t->text, "group ");
		put_safe(t, item->group, HYPOTHESIS_NAME_MAX);
	} else
		buf_text(&t->text, "on its own");
	if (item->reliability)
		buf_printf(&t->text, "; grade %c%u counts for %.2f",
			   item->reliability, item->credibility,
			   hypothesis_admiralty_discount(item->reliability,
							 item->credibility));
	buf_text(&t->text, "\n");
	for (size_t i = 0; i < t->file->num_hypotheses; i++) {
		put_id(t, i);
		put_likelihood(t, &item->under[i]);
	}
	put_sampled(t, item, q);
}

enum status hypothesis_table_write(FILE *out, const char *name,
				   const struct hypothesis_file *f)
{
	struct table t = { .file = f };
	bool good;

	buf_init(&t.text, TEXT_MAX);
	for (size_t i = 0; i < f->num_hypotheses; i++) {
		const int n = (int)strlen(f->hypothesis[i].id);

		t.id_width = n > t.id_width ? n : t.id_width;
	}
	put_head(&t, name);
	for (size_t i = 0; i < f->num_items; i++)
		put_item(&t, &f->item[i]);
	good = fwrite(t.text.p, 1, t.text.n, out) == t.text.n &&
	       fflush(out) == 0;
	buf_fini(&t.text);
	return good ? ST_OK : ST_IO;
}
