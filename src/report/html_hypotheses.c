/* The section: how the hypotheses stand, why, and what would change it. */
#include "report/html_hypotheses.h"

#include <math.h>

#include "report/html_bar.h"
#include "report/html_format.h"
#include "report/html_hypotheses_matrix.h"
#include "report/html_table.h"

static const struct quantity {
	const char *label;
	enum html_unit unit;
	const char *name;
} quantities[HYPOTHESIS_QUANTITIES] = {
	[HYPOTHESIS_HASHRATE] = { "Hash rate", HTML_SI, "H/s" },
	[HYPOTHESIS_PORTION] = { "Part of the network", HTML_PERCENT, NULL },
	[HYPOTHESIS_MACHINES] = { "Machines, at least", HTML_PLAIN, NULL },
	[HYPOTHESIS_CLIENTS] = { "Client addresses", HTML_PLAIN, NULL },
	[HYPOTHESIS_WORKERS] = { "Worker names", HTML_PLAIN, NULL },
	[HYPOTHESIS_POWER] = { "Power", HTML_SI, "W" },
	[HYPOTHESIS_INCOME] = { "Income a day", HTML_COINS, "BTC" },
	[HYPOTHESIS_DURATION] = { "Onset to end", HTML_PLAIN, "days" },
	[HYPOTHESIS_DUTY] = { "Portion of time at work", HTML_PERCENT, NULL },
	[HYPOTHESIS_BANDWIDTH] = { "Bandwidth", HTML_SI, "B/s" },
	[HYPOTHESIS_RAMP] = { "Onset to peak", HTML_PLAIN, "days" },
	[HYPOTHESIS_HARDWARE] = { "Hardware", HTML_PLAIN, NULL },
	[HYPOTHESIS_POOL] = { "Kind of pool", HTML_PLAIN, NULL },
	[HYPOTHESIS_PROXY] = { "Behind a proxy", HTML_PLAIN, NULL },
	[HYPOTHESIS_HOURS] = { "Hours of work", HTML_PLAIN, NULL },
};

const char *html_hypotheses_label(enum hypothesis_quantity q)
{
	return quantities[q].label;
}

void html_hypotheses_measured(struct html *h, enum hypothesis_quantity q)
{
	const struct hypothesis_evidence *e = &h->a->evidence[q];

	if (e->word)
		html_put(h, "%s", e->word);
	else
		html_estimate(h, &e->value, quantities[q].unit,
			      quantities[q].name);
}

static void row(struct html *h, size_t i)
{
	const struct hypothesis_text *t =
		&h->a->options.hypotheses->hypothesis[i];
	const struct hypothesis_row *r = &h->a->hypotheses.row[i];
	char mid[HTML_FIGURE], text[HTML_FIGURE];

	html_row_begin(h);
	html_cell_name(h);
	html_put(h, "%s", t->name);
	html_cell_number(h);
	html_put(h, "%s", html_figure(mid, r->prior, HTML_PERCENT, NULL));
	html_cell(h);
	html_put(h, "<span class=\"figure\">%s</span>",
		 html_belief(text, r->low, r->high));
	html_cell(h);
	html_bar_portion(h, r->low, r->posterior, r->high);
	html_cell(h);
	html_put(h, "%s",
		 r->words ? r->words
			  : "no one word: the range spans "
			    "several");
	html_row_end(h);
}

static void standing(struct html *h)
{
	static const char *const head[] = { "Hypothesis", "#Before", "After",
					    "From 0 to 100 %", "In words" };
	const struct hypotheses *y = &h->a->hypotheses;
	const struct hypothesis_file *f = h->a->options.hypotheses;

	html_put(h, "<p>");
	if (y->discriminates)
		html_put(h,
			 "&ldquo;%s&rdquo; leads: its range lies above all "
			 "others&rsquo;.",
			 f->hypothesis[y->leading].name);
	else
		html_put(h, "<strong>The evidence cannot discriminate</strong> "
			    "between these hypotheses: their ranges overlap.");
	if (y->confidence)
		html_put(h,
			 " Confidence in the assessment itself: "
			 "<strong>%s</strong>.",
			 y->confidence);
	html_put(h, " Nothing here is stated as a fact.</p>\n");
	html_table_begin(h, "How the hypotheses stand", head, 5);
	for (size_t i = 0; i < y->num_rows; i++)
		row(h, i);
	html_table_end(h);
}

static void flips(struct html *h)
{
	const struct hypotheses *y = &h->a->hypotheses;
	char text[HTML_FIGURE];

	html_put(h, "<h3>What would change this</h3>\n<ul>\n");
	for (size_t i = 0; i < y->num_flips; i++) {
		const size_t c = y->flips[i];

		html_put(
			h,
			"<li>If <a href=\"#item-%zu\">%s</a> alone were wrong, "
			"another hypothesis would lead.</li>\n",
			c + 1, html_hypotheses_label(y->column[c].quantity));
	}
	if (y->num_flips == 0)
		html_put(h,
			 "<li>No single item, if it were wrong, would change "
			 "which hypothesis leads.</li>\n");
	if (isfinite(y->prior_to_flip))
		html_put(h,
			 "<li>The leading one&rsquo;s prior would have to fall "
			 "to %s for another to lead.</li>\n",
			 html_figure(text, y->prior_to_flip, HTML_PERCENT,
				     NULL));
	html_put(h, "</ul>\n");
}

/* A number of a distribution, in the quantity's own unit. */
static void parameter(struct html *h, const char *what, double v,
		      enum hypothesis_quantity q)
{
	char text[HTML_FIGURE];

	html_put(h, "%s %s", what,
		 html_figure(text, v, quantities[q].unit, quantities[q].name));
}

static void likelihood(struct html *h, const struct hypothesis_likelihood *l,
		       enum hypothesis_quantity q)
{
	switch (l->shape) {
	case HYPOTHESIS_LOGNORMAL:
		parameter(h, "log-normal, median", l->a, q);
		html_put(h, ", factor %.4g", l->b);
		break;
	case HYPOTHESIS_NORMAL:
		parameter(h, "normal, mean", l->a, q);
		parameter(h, ", deviation", l->b, q);
		break;
	case HYPOTHESIS_LOGUNIFORM:
		parameter(h, "log-uniform, from", l->a, q);
		parameter(h, " to", l->b, q);
		break;
	case HYPOTHESIS_UNIFORM:
		parameter(h, "uniform, from", l->a, q);
		parameter(h, " to", l->b, q);
		break;
	case HYPOTHESIS_POISSON:
		parameter(h, "Poisson, mean", l->a, q);
		break;
	case HYPOTHESIS_TABLE:
		for (size_t i = 0; i < l->num_cells; i++)
			html_put(h, "%s%s %.3g", i > 0 ? ", " : "",
				 l->cell[i].word, l->cell[i].probability);
		break;
	case HYPOTHESIS_SHAPES:
		break;
	}
	if (l->within > 1)
		html_put(h, " (may be off by a factor of %.3g)", l->within);
}

static void source(struct html *h, const struct hypothesis_column *c)
{
	const struct hypothesis_item *i = c->item;
	const struct hypothesis_evidence *e = &h->a->evidence[c->quantity];

	html_put(h, "<p>Source: %s", i->source ? i->source : "this case");
	if (i->reliability)
		html_put(h, ", graded %s%u",
			 (const char[]){ i->reliability, '\0' },
			 i->credibility);
	if (e->grade)
		html_put(h, "; the measurement is %s", e->grade);
	html_put(h, "; its weight is taken at %.0f %%", c->discount * 100);
	if (i->group)
		html_put(h,
			 "; depends on others of the group "
			 "&ldquo;%s&rdquo;%s",
			 i->group, c->counted ? ", of which it counts" : "");
	html_put(h, ".</p>\n");
}

static void reasons(struct html *h, const struct hypothesis_column *c)
{
	const struct hypothesis_file *f = h->a->options.hypotheses;

	html_put(h, "<ul>\n");
	for (size_t r = 0; r < h->a->hypotheses.num_rows; r++) {
		const struct hypothesis_likelihood *l = &c->item->under[r];

		html_put(h,
			 "<li>Under &ldquo;%s&rdquo;: ", f->hypothesis[r].name);
		likelihood(h, l, c->quantity);
		html_put(h, ". ");
		html_prose(h, l->reason);
		html_put(h, "</li>\n");
	}
	html_put(h, "</ul>");
}

static void notes(struct html *h)
{
	const struct hypotheses *y = &h->a->hypotheses;
	const struct hypothesis_file *f = h->a->options.hypotheses;

	html_put(h, "<details><summary>Reasons and sources, item by item"
		    "</summary>\n<ol class=\"notes\">\n");
	for (size_t c = 0; c < y->num_columns; c++) {
		const struct hypothesis_column *k = &y->column[c];

		html_put(h, "<li id=\"item-%zu\"><strong>%s</strong>: ", c + 1,
			 html_hypotheses_label(k->quantity));
		html_hypotheses_measured(h, k->quantity);
		source(h, k);
		reasons(h, k);
		html_put(h, "</li>\n");
	}
	html_put(h, "</ol>\n<h3>The hypotheses and their priors</h3>\n<dl>\n");
	for (size_t r = 0; r < y->num_rows; r++) {
		const struct hypothesis_text *t = &f->hypothesis[r];

		html_put(h, "<dt>%s</dt><dd>", t->name);
		html_prose(h, t->description);
		html_put(h, " Prior %.3g: ", t->prior);
		html_prose(h, t->prior_reason);
		html_put(h, "</dd>\n");
	}
	html_put(h, "</dl>\n<p>");
	html_prose(h, f->sources);
	html_put(h, "</p>\n</details>\n");
}

void html_hypotheses(struct html *h)
{
	html_section_begin(h, HTML_HYPOTHESES);
	if (h->a->hypotheses.num_rows == 0) {
		html_put(h, "<p>");
		html_unknown(h, "no hypotheses were weighed");
		html_put(h, "</p>\n");
	} else {
		html_put(h,
			 "<p class=\"hint\">From the file &ldquo;%s&rdquo;."
			 "</p>\n",
			 h->a->options.hypotheses->title);
		standing(h);
		html_hypotheses_matrix(h);
		flips(h);
		notes(h);
	}
	html_section_end(h);
}
