#include <math.h>

#include "report/answers_private.h"
#include "report/report_private.h"

/* What the two numbers of a distribution are; a table has none. */
#define PARAMETERS(name, text, a, b) [name] = { a, b },
static const char *const parameters[HYPOTHESIS_SHAPES][2] = {
	HYPOTHESIS_SHAPE_LIST(PARAMETERS)
};

static void weight(struct json_writer *w, const char *key,
		   const struct hypothesis_weight *v)
{
	report_key_begin(w, key, '{');
	report_key_double(w, "low", v->low);
	report_key_double(w, "estimate", v->mid);
	report_key_double(w, "high", v->high);
	json_write_end(w, '}');
}

static void row(struct json_writer *w, const struct hypothesis_text *t,
		const struct hypothesis_row *r)
{
	json_write_begin(w, '{');
	report_key_text(w, "id", t->id);
	report_key_text(w, "name", t->name);
	report_key_text(w, "description", t->description);
	report_key_double(w, "prior", r->prior);
	report_key_text(w, "prior_reason", t->prior_reason);
	weight(w, "log_likelihood", &r->sum);
	weight(w, "posterior",
	       &(struct hypothesis_weight){ r->low, r->posterior, r->high });
	report_key_text(w, "words", r->words);
	json_write_end(w, '}');
}

static void likelihood(struct json_writer *w,
		       const struct hypothesis_likelihood *l)
{
	const char *const *name = parameters[l->shape];

	report_key_begin(w, "likelihood", '{');
	report_key_text(w, "shape", hypothesis_shape_text(l->shape));
	if (name[0])
		report_key_double(w, name[0], l->a);
	if (name[1])
		report_key_double(w, name[1], l->b);
	if (l->shape == HYPOTHESIS_TABLE) {
		report_key_begin(w, "words", '[');
		for (size_t i = 0; i < l->num_cells; i++) {
			json_write_begin(w, '{');
			report_key_text(w, "word", l->cell[i].word);
			report_key_double(w, "probability",
					  l->cell[i].probability);
			json_write_end(w, '}');
		}
		json_write_end(w, ']');
	}
	report_key_double(w, "within_factor", l->within);
	report_key_text(w, "reason", l->reason);
	json_write_end(w, '}');
}

/* By which fault of this item alone another hypothesis would lead. */
static const char *flip_text(enum hypothesis_flip f)
{
	switch (f) {
	case HYPOTHESIS_FLIP_NONE:
		break;
	case HYPOTHESIS_FLIP_REVERSED:
		return "reversed";
	case HYPOTHESIS_FLIP_REMOVED:
		return "removed";
	}
	return NULL;
}

/* The grade of its source, on the Admiralty scale. */
static void source(struct json_writer *w, const struct hypothesis_item *item)
{
	const char letter[2] = { item->reliability, '\0' };

	report_key_text(w, "source", item->source);
	report_key_text(w, "reliability", item->reliability ? letter : NULL);
	report_key_positive(w, "credibility", item->credibility);
}

static void column(struct json_writer *w, const struct assessment *a, size_t i)
{
	const struct hypothesis_column *c = &a->hypotheses.column[i];

	json_write_begin(w, '{');
	report_key_text(w, "quantity", hypothesis_quantity_text(c->quantity));
	report_key_text(w, "group", c->item->group);
	source(w, c->item);
	report_key_bool(w, "determined", c->determined);
	report_key_bool(w, "counted", c->counted);
	report_key_bool(w, "unexpected", c->unexpected);
	report_key_text(w, "flips", flip_text(c->flip));
	report_key_double(w, "discount", c->discount);
	report_key_begin(w, "under", '[');
	for (size_t k = 0; k < a->hypotheses.num_rows; k++) {
		json_write_begin(w, '{');
		report_key_text(w, "hypothesis",
				a->options.hypotheses->hypothesis[k].id);
		weight(w, "weight", &c->weight[k]);
		likelihood(w, &c->item->under[k]);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
	json_write_end(w, '}');
}

static void evidence(struct json_writer *w, const struct assessment *a)
{
	report_key_begin(w, "evidence", '[');
	for (int q = 0; q < HYPOTHESIS_QUANTITIES; q++) {
		const enum hypothesis_quantity quantity =
			(enum hypothesis_quantity)q;
		const struct hypothesis_evidence *e = &a->evidence[q];
		struct estimate value;

		json_write_begin(w, '{');
		report_key_text(w, "quantity",
				hypothesis_quantity_text(quantity));
		report_key_text(w, "unit", hypothesis_quantity_unit(quantity));
		value = e->value;
		if (isinf(value.high)) /* a lower bound only */
			value.mid = NAN;
		answers_json_estimate(w, "value", &value);
		report_key_text(w, "word", e->word);
		report_key_text(w, "grade", e->grade);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

static void rows(struct json_writer *w, const struct assessment *a)
{
	const struct hypotheses *h = &a->hypotheses;
	const struct hypothesis_text *text = a->options.hypotheses->hypothesis;

	report_key_text(w, "leading",
			h->leading < h->num_rows ? text[h->leading].id : NULL);
	report_key_bool(w, "discriminates", h->discriminates);
	report_key_text(w, "confidence", h->confidence);
	report_key_double(w, "prior_to_flip", h->prior_to_flip);
	report_key_begin(w, "rows", '[');
	for (size_t i = 0; i < h->num_rows; i++)
		row(w, &text[i], &h->row[i]);
	json_write_end(w, ']');
}

void answers_json_hypotheses(struct telling *x)
{
	const struct assessment *a = x->a;
	struct json_writer *w = &x->w;

	report_key_begin(w, "hypotheses", '{');
	report_key_text(w, "title", a->options.hypotheses->title);
	report_key_text(w, "sources", a->options.hypotheses->sources);
	rows(w, a);
	evidence(w, a);
	report_key_begin(w, "columns", '[');
	for (size_t i = 0; i < a->hypotheses.num_columns; i++) {
		column(w, a, i);
		answers_pass(x);
	}
	json_write_end(w, ']');
	json_write_end(w, '}');
}
