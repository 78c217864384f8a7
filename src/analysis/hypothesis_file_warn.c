#include <string.h>

#include "analysis/hypothesis.h"
#include "base/buf.h"

/* Quantities that follow from one measurement, the work; and those that count
 * who did it. */
static const enum hypothesis_quantity by_work[] = {
	HYPOTHESIS_HASHRATE, HYPOTHESIS_PORTION, HYPOTHESIS_MACHINES,
	HYPOTHESIS_POWER,    HYPOTHESIS_INCOME,
};
static const enum hypothesis_quantity by_time[] = {
	HYPOTHESIS_DUTY,
	HYPOTHESIS_HOURS,
};
static const enum hypothesis_quantity by_connection[] = {
	HYPOTHESIS_CLIENTS,
	HYPOTHESIS_WORKERS,
	HYPOTHESIS_BANDWIDTH,
};

struct warning {
	const struct hypothesis_listener *listener;
	size_t num;
};

static void warn(struct warning *w, unsigned long line, const char *what)
{
	w->num++;
	if (w->listener)
		w->listener->tell(w->listener->context, line, 1, what);
}

static bool is_equal_cell(const struct hypothesis_likelihood *a,
			  const struct hypothesis_likelihood *b)
{
	if (a->num_cells != b->num_cells)
		return false;
	for (size_t i = 0; i < a->num_cells; i++) {
		if (strcmp(a->cell[i].word, b->cell[i].word) != 0 ||
		    a->cell[i].probability != b->cell[i].probability)
			return false;
	}
	return true;
}

static bool is_equal(const struct hypothesis_file *f,
		     const struct hypothesis_item *item)
{
	const struct hypothesis_likelihood *a = &item->under[0];

	for (size_t i = 1; i < f->num_hypotheses; i++) {
		const struct hypothesis_likelihood *b = &item->under[i];

		if (a->shape != b->shape || a->a != b->a || a->b != b->b ||
		    !is_equal_cell(a, b))
			return false;
	}
	return true;
}

static void warn_of_equals(struct warning *w, const struct hypothesis_file *f)
{
	size_t num = 0;

	for (size_t i = 0; i < f->num_items; i++) {
		if (!is_equal(f, &f->item[i]))
			continue;
		num++;
		warn(w, f->item[i].line,
		     "its likelihoods are equal: whatever is measured, this "
		     "item tells nothing");
	}
	if (num == f->num_items)
		warn(w, f->item[0].line,
		     "no item tells the hypotheses apart: the priors will "
		     "come out as they went in");
}

static void warn_of_zero(struct warning *w, const struct hypothesis_file *f,
			 const struct hypothesis_item *item)
{
	for (size_t i = 0; i < f->num_hypotheses; i++) {
		const struct hypothesis_likelihood *l = &item->under[i];

		for (size_t k = 0; k < l->num_cells; k++) {
			if (l->cell[k].probability > 0)
				continue;
			warn(w, item->line,
			     "a probability of 0 says never: it will count "
			     "for 1/1000 of the largest");
			return;
		}
	}
}

static const struct hypothesis_item *item_of(const struct hypothesis_file *f,
					     enum hypothesis_quantity q)
{
	for (size_t i = 0; i < f->num_items; i++) {
		if (hypothesis_quantity_of(f->item[i].quantity) == q)
			return &f->item[i];
	}
	return NULL;
}

static bool is_together(const struct hypothesis_item *a,
			const struct hypothesis_item *b)
{
	return a->group && b->group && !strcmp(a->group, b->group);
}

static void warn_of_apart(struct warning *w, const struct hypothesis_file *f,
			  const enum hypothesis_quantity *q, size_t n)
{
	const struct hypothesis_item *first = NULL;
	struct buf text;

	buf_init(&text, 1024);
	for (size_t i = 0; i < n; i++) {
		const struct hypothesis_item *item = item_of(f, q[i]);

		if (!item)
			continue;
		if (!first) {
			first = item;
			continue;
		}
		if (is_together(first, item))
			continue;
		buf_clear(&text);
		buf_printf(&text,
			   "%s and %s depend on each other: in no common "
			   "group, they count twice",
			   first->quantity, item->quantity);
		warn(w, item->line, buf_str(&text));
	}
	buf_fini(&text);
}

size_t hypothesis_file_warn(const struct hypothesis_file *f,
			    const struct hypothesis_listener *listener)
{
	struct warning w = { .listener = listener };

	warn_of_equals(&w, f);
	for (size_t i = 0; i < f->num_items; i++)
		warn_of_zero(&w, f, &f->item[i]);
	warn_of_apart(&w, f, by_work, sizeof(by_work) / sizeof(by_work[0]));
	warn_of_apart(&w, f, by_time, sizeof(by_time) / sizeof(by_time[0]));
	warn_of_apart(&w, f, by_connection,
		      sizeof(by_connection) / sizeof(by_connection[0]));
	return w.num;
}
