/* The section: three figures that are never mixed, and who is paid. */
#include <math.h>
#include <stdlib.h>

#include "report/html_bar.h"
#include "report/html_format.h"
#include "report/html_table.h"
#include "report/html_tally.h"
#include "report/html_trace.h"
#include "report/html_who.h"

#define PAYOUTS_MAX  60
#define SUBJECTS_MAX 60

static const char why_not[] = "not mined on Bitcoin's main chain, or which "
			      "chain is not known";

static void value(struct html *h, const struct money *m, double v)
{
	char text[HTML_FIGURE];

	if (m->currency && isfinite(v))
		html_put(h, " = %s",
			 html_figure(text, v, HTML_PLAIN, m->currency));
}

static void credited(struct html *h, const struct money *m)
{
	char text[HTML_FIGURE], other[HTML_FIGURE];

	html_put(h, "<div class=\"card\"><h3>Credited</h3>\n<p>");
	if (isfinite(m->credited))
		html_put(h, "<span class=\"figure\">%s</span>",
			 html_coins_exact(text, m->credited, html_coin(m)));
	else
		html_unknown(h, m->bitcoin ? NULL : why_not);
	value(h, m, m->credited_value);
	html_simulated(h);
	html_put(h,
		 "</p>\n<p class=\"hint\">What the accepted shares that were "
		 "seen are worth before the pool&rsquo;s fee: exact for "
		 "these, and nothing is assumed of others.</p>\n"
		 "<dl class=\"facts\"><dt>Accepted, job captured</dt>"
		 "<dd>%s shares",
		 html_count(text, m->credited_shares));
	if (m->by_subsidy)
		html_put(h,
			 ", %s of them valued at the subsidy alone (their "
			 "fees were not captured)",
			 html_count(other, m->by_subsidy));
	html_put(h,
		 "</dd>\n<dt>Proved, not credited</dt><dd>%s share%s, refused "
		 "or unanswered",
		 html_count(text, m->not_credited),
		 html_plural(m->not_credited, "", "s"));
	html_simulated(h);
	html_put(h, "</dd>\n");
	if (m->currency && m->credited_unpriced)
		html_put(h,
			 "<dt>Without a price</dt><dd>%s shares, on days "
			 "that the price file lacks</dd>\n",
			 html_count(text, m->credited_unpriced));
	html_put(h, "</dl></div>\n");
}

static void expected(struct html *h, const struct money *m)
{
	char text[HTML_FIGURE], other[HTML_FIGURE];

	html_put(h, "<div class=\"card\"><h3>Expected</h3>\n<p>");
	html_estimate(h, &m->expected, HTML_COINS, html_coin(m));
	html_simulated(h);
	html_put(h,
		 "</p>\n<p class=\"hint\">What so much work brings on average "
		 "in the observed time of %s, at the difficulty and reward "
		 "then.</p>\n<dl class=\"facts\"><dt>From first to last</dt>"
		 "<dd>",
		 html_duration(text, m->observed_seconds));
	html_estimate(h, &m->expected_whole, HTML_COINS, html_coin(m));
	html_put(h,
		 " <span class=\"range\">over %s, as if the unseen time were "
		 "like the seen</span></dd>\n",
		 html_duration(other, m->whole_seconds));
	if (m->bitcoin) {
		html_put(h, "<dt>A day</dt><dd>");
		html_estimate(h, &m->per_day, HTML_COINS, html_coin(m));
		html_put(h, "</dd>\n");
	}
	if (m->currency) {
		html_put(h, "<dt>In %s</dt><dd>", m->currency);
		html_estimate(h, &m->expected_value, HTML_PLAIN, m->currency);
		html_put(h, "</dd>\n");
	}
	html_put(h, "</dl></div>\n");
}

static void payout(struct html *h, const struct money *m)
{
	char text[HTML_FIGURE];

	html_put(h,
		 "<div class=\"card\"><h3>Paid by blocks</h3>\n<p>"
		 "<span class=\"figure\">%s block%s found</span>",
		 html_count(text, m->blocks_found),
		 html_plural(m->blocks_found, "", "s"));
	html_simulated(h);
	html_put(h, "</p>\n<p class=\"hint\">Who mines alone, or is paid when "
		    "the pool finds a block, is paid by chance.</p>\n"
		    "<dl class=\"facts\"><dt>Blocks expected</dt><dd>");
	html_estimate(h, &m->blocks_expected, HTML_PLAIN, NULL);
	html_put(h, "</dd>\n<dt>Chance of none at all</dt><dd>");
	html_estimate(h, &m->chance_of_none, HTML_PERCENT, NULL);
	html_put(h, "</dd>\n");
	if (m->bitcoin) {
		html_put(h, "<dt>Part of the network</dt><dd>");
		html_estimate(h, &m->network_portion, HTML_PERCENT, NULL);
		if (isfinite(m->network_rate))
			html_put(h, " <span class=\"range\">of %s</span>",
				 html_si(text, m->network_rate, "H/s"));
		html_put(h, "</dd>\n");
	}
	html_put(h, "</dl></div>\n");
}

static void portion(struct html *h, const struct html_tally_group *g)
{
	char low[HTML_FIGURE], high[HTML_FIGURE];

	html_cell_number(h);
	html_put(h, "%s", html_figure(low, g->portion_low, HTML_PERCENT, NULL));
	if (g->portion_high > g->portion_low)
		html_put(
			h, " to %s",
			html_figure(high, g->portion_high, HTML_PERCENT, NULL));
}

static void destinations(struct html *h)
{
	static const char *const head[] = {
		"Address",   "Pool",       "#Portion of the reward",
		"#Sessions", "First, UTC", "Last, UTC"
	};
	struct html_tally t;
	char text[HTML_FIGURE];

	html_tally_payouts(&t, &h->a->findings);
	html_put(h, "<h3>Where the coins go</h3>\n");
	if (t.n == 0)
		html_put(h, "<p>No address that a coinbase pays was read.</p>"
			    "\n");
	else
		html_table_begin(h,
				 "Addresses that the blocks in work would pay",
				 head, 6);
	for (size_t i = 0; i < t.n && i < PAYOUTS_MAX; i++) {
		const struct html_tally_group *g = &t.group[i];

		html_row_begin(h);
		html_cell_name(h);
		html_captured(h, g->key);
		html_cell(h);
		html_put(h, "%s", g->label ? g->label : "on no list");
		portion(h, g);
		html_cell_number(h);
		html_put(h, "%s", html_count(text, g->sessions));
		html_cell_time(h, g->first, HTML_MINUTE);
		html_cell_time(h, g->last, HTML_MINUTE);
		html_row_end(h);
	}
	if (t.n > 0) {
		html_table_more(h, t.n, PAYOUTS_MAX, 6, "payouts");
		html_table_end(h);
		html_put(h,
			 "<p class=\"hint\">A pool&rsquo;s coinbase pays the "
			 "pool, which pays its miners later and elsewhere; "
			 "one that pays several addresses may pay miners "
			 "at once.</p>\n");
	}
	html_tally_free(&t);
}

static void subject_row(struct html *h, const struct subject *s)
{
	const struct money *m = &s->money;
	char text[HTML_FIGURE];

	html_row_begin(h);
	html_cell_name(h);
	html_captured(h, s->name);
	html_cell_number(h);
	if (isfinite(m->credited))
		html_put(h, "%s",
			 html_coins_exact(text, m->credited, html_coin(m)));
	else
		html_unknown(h, NULL);
	html_cell(h);
	html_estimate(h, &m->expected, HTML_COINS, html_coin(m));
	html_cell(h);
	html_estimate(h, &m->per_day, HTML_COINS, html_coin(m));
	html_row_end(h);
}

static void by_subject(struct html *h, enum subject_kind kind,
		       const char *title)
{
	static const char *const head[] = { "Name", "#Credited",
					    "Expected, observed time",
					    "A day" };
	const struct subject **subject;
	size_t all;

	subject = html_who_ranked(&all, h->a, kind);
	if (all > 1) {
		html_put(h, "<details><summary>%s</summary>\n", title);
		html_table_begin(h, title, head, 4);
		for (size_t i = 0; i < all && i < SUBJECTS_MAX; i++)
			subject_row(h, subject[i]);
		html_table_more(h, all, SUBJECTS_MAX, 4, "money");
		html_table_end(h);
		html_put(h, "</details>\n");
	}
	free(subject);
}

void html_money(struct html *h)
{
	html_section_begin(h, HTML_MONEY);
	if (h->a->num_subjects == 0 || h->a->sessions == 0) {
		html_put(h, "<p>");
		html_unknown(h, "nothing that mined was found");
		html_put(h, "</p>\n");
	} else {
		const struct money *m = &h->a->subject[0].money;

		if (!m->bitcoin)
			html_put(
				h,
				"<p class=\"note\">The work was not shown to "
				"be on Bitcoin&rsquo;s main chain%s%s%s: what "
				"it is worth is not determined%s.</p>\n",
				m->network ? " (it is on " : "",
				m->network ? m->network->name : "",
				m->network ? ")" : "",
				m->network && !m->network->coin
					? "; coins of a test network are worth "
					  "nothing"
					: "");
		html_put(h, "<div class=\"cards\">\n");
		credited(h, m);
		expected(h, m);
		payout(h, m);
		html_put(h,
			 "</div>\n<p class=\"hint\">Three figures, never to be "
			 "added or compared: what was earned by what was "
			 "seen; what such work brings on average; what "
			 "chance paid.</p>\n");
		destinations(h);
		html_trace(h);
		by_subject(h, SUBJECT_SITE, "By site");
		by_subject(h, SUBJECT_MINER, "By miner");
		by_subject(h, SUBJECT_WORKER, "By worker");
	}
	html_section_end(h);
}
