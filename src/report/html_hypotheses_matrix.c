/* Rows are hypotheses and columns evidence, in blocks of a few columns so that
 * they fit on paper. */
#include "report/html_hypotheses_matrix.h"

#include <math.h>

#include "report/html_format.h"
#include "report/html_hypotheses.h"

#define COLUMNS 6

/* Steps of a shade: one ban (ln 10) and more is the darkest. */
static int shade_of(double weight)
{
	const double size = fabs(weight);

	return size < 0.1 ? 0 : size < 0.7 ? 1 : size < 1.6 ? 2 : 3;
}

/* "+1.2", with a sign that reads as one: colour alone says nothing. */
static void signed_number(struct html *h, double v)
{
	if (!isfinite(v))
		html_put(h, "%s",
			 v > 0   ? "+\u221e"
			 : v < 0 ? "\u2212\u221e"
				 : "?");
	else if (fabs(v) < 0.05)
		html_put(h, "0.0");
	else
		html_put(h, "%s%.1f", v > 0 ? "+" : "\u2212", fabs(v));
}

static void cell(struct html *h, const struct hypothesis_column *c, size_t row)
{
	const struct hypothesis_weight *w = &c->weight[row];

	if (!c->determined) {
		html_put(h, "<td class=\"weight none\">no weight");
		return;
	}
	html_put(h, "<td class=\"weight %s%d%s\"><strong>",
		 w->mid < 0 ? "against" : "for", shade_of(w->mid),
		 c->counted ? "" : " aside");
	signed_number(h, w->mid);
	html_put(h, "</strong> <span class=\"range\">");
	signed_number(h, w->low);
	html_put(h, " to ");
	signed_number(h, w->high);
	html_put(h, "%s</span>", c->counted ? "" : "; not counted");
}

static void column_head(struct html *h, const struct hypothesis_column *c,
			size_t index)
{
	html_put(h,
		 "<th scope=\"col\"><a href=\"#item-%zu\">%s</a> "
		 "<span class=\"measured\">",
		 index + 1, html_hypotheses_label(c->quantity));
	html_hypotheses_measured(h, c->quantity);
	html_put(h, "</span></th>");
}

static void block(struct html *h, size_t from, size_t to)
{
	const struct hypotheses *y = &h->a->hypotheses;
	const struct hypothesis_file *f = h->a->options.hypotheses;

	html_put(h,
		 "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		 "aria-label=\"Matrix, evidence %zu to %zu\">"
		 "<table class=\"matrix\">\n<caption>What each measurement "
		 "says: "
		 "evidence %zu to %zu of %zu",
		 from + 1, to, from + 1, to, y->num_columns);
	html_simulated(h);
	html_put(h, "</caption>\n<thead><tr><th scope=\"col\">Hypothesis</th>");
	for (size_t c = from; c < to; c++)
		column_head(h, &y->column[c], c);
	html_put(h, "</tr></thead>\n<tbody>\n");
	for (size_t r = 0; r < y->num_rows; r++) {
		html_put(h, "<tr><th scope=\"row\">%s</th>",
			 f->hypothesis[r].name);
		for (size_t c = from; c < to; c++)
			cell(h, &y->column[c], r);
		html_put(h, "\n");
	}
	html_put(h, "</tbody></table></div>\n");
}

void html_hypotheses_matrix(struct html *h)
{
	const size_t n = h->a->hypotheses.num_columns;

	for (size_t from = 0; from < n; from += COLUMNS)
		block(h, from, from + COLUMNS < n ? from + COLUMNS : n);
	if (n > 0)
		html_put(h,
			 "<p class=\"hint\">Weights are natural logarithms of "
			 "likelihoods against the mean over the hypotheses: "
			 "above 0 (+) speaks for a hypothesis, below 0 "
			 "(&minus;) against it; each with its range, and "
			 "discounted by the grade of its source. Of evidence "
			 "that depends on other evidence the weightiest counts "
			 "and the rest is marked &ldquo;not counted&rdquo;.</p>"
			 "\n");
}
