/* The section: how it was measured, what grades mean, and what is not known. */
#include <math.h>
#include <string.h>

#include "report/html_format.h"
#include "report/html_hypotheses.h"
#include "report/html_table.h"

static const struct {
	const char *grade, *means, *wrong;
} grades[] = {
	{ "proved",
	  "the work was computed again from captured bytes; the chance of "
	  "passing without it is below 2^-40",
	  "never about the work; who did it may be relayed or replayed" },
	{ "claimed",
	  "shares bring hashes that fit their targets, which were not "
	  "recomputed",
	  "the miner lies and the pool does not check" },
	{ "spoken",
	  "the mining dialogue was read, the work could not be checked or is "
	  "too little",
	  "someone imitates the dialogue" },
	{ "behaved", "nothing was read; the traffic has the shape of mining",
	  "at the false-positive rate that was measured for it" },
	{ "listed", "nothing was read; a name on a list of pools was contacted",
	  "the list is old, or the address was used again" },
	{ "contact", "a pool was spoken to, and nothing was submitted",
	  "it says nothing about mining" },
	{ "simulated", "made by a generator, for teaching and tests",
	  "always" },
};

static void grade_table(struct html *h)
{
	static const char *const head[] = { "Grade", "Means",
					    "May be wrong when" };

	html_put(h, "<h3>Grades of evidence</h3>\n");
	html_table_begin(h, "Grades of evidence", head, 3);
	for (size_t i = 0; i < sizeof(grades) / sizeof(grades[0]); i++) {
		html_row_begin(h);
		html_cell_name(h);
		html_put(h, "<span class=\"grade grade-%s\">%s</span>",
			 grades[i].grade, grades[i].grade);
		html_cell(h);
		html_put(h, "%s", grades[i].means);
		html_cell(h);
		html_put(h, "%s", grades[i].wrong);
		html_row_end(h);
	}
	html_table_end(h);
}

static void methods(struct html *h)
{
	html_put(
		h,
		"<h3>How it was measured</h3>\n<ul>\n"
		"<li><strong>Proof.</strong> Each share&rsquo;s header was "
		"rebuilt from the captured job and submission, hashed, and "
		"held "
		"against the target in force. The same header seen twice "
		"counts "
		"once.</li>\n"
		"<li><strong>Hash rate.</strong> Shares come by chance (a "
		"Poisson process) at a rate that follows from the hash rate "
		"and "
		"the difficulty; the interval is exact for that (Garwood 1936; "
		"Fay and Feuer 1997 where difficulties differ). Only time that "
		"was observed counts. An interval at %g&nbsp;%% holds the "
		"truth "
		"in so many of 100 such reports; it is no limit of what is "
		"possible.</li>\n"
		"<li><strong>Changes.</strong> The stretches are the exact "
		"best "
		"division of the counts (PELT: Killick, Fearnhead and Eckley "
		"2012); each change has the interval of places that fit almost "
		"as well.</li>\n"
		"<li><strong>Machines and power.</strong> From the "
		"rate&rsquo;s "
		"limits and a table of what was on sale by then. What "
		"connections, names and fields show is indicated only.</li>\n"
		"<li><strong>Money.</strong> From the difficulty and the "
		"reward "
		"that the captured jobs themselves carry; before the "
		"pool&rsquo;s fee.</li>\n"
		"<li><strong>Hypotheses.</strong> Likelihoods from a file that "
		"gives its reasons, discounted by the grade of their sources; "
		"words of likelihood are kept apart from confidence.</li>\n"
		"</ul>\n<p>docs/measurement.md of assay %s has every formula."
		"</p>\n",
		h->a->options.confidence * 100, h->about->version);
}

static void missing(struct html *h, bool is, const char *what, const char *why)
{
	if (is)
		html_put(h, "<li><strong>%s</strong>: %s.</li>\n", what, why);
}

static const char *why_no_rate(const struct work *w)
{
	if (w->proved + w->claimed == 0)
		return "no share was proved, and what was submitted may be "
		       "another kind of work";
	if (w->difficulty_sum > 0 || w->rate_shares > 0)
		return "observation is too scattered: one rate over it would "
		       "describe no time at all";
	return "no time with a known difficulty was observed, or shares were "
	       "made by several algorithms, whose tries are not alike";
}

static void missing_of(struct html *h, const struct subject *s)
{
	const struct timing *t = &s->timing;
	const struct machines *m = &s->machines;

	missing(h, !s->work.rate.method, "One hash rate over all",
		why_no_rate(&s->work));
	missing(h, t->onset.known == TIMING_UNKNOWN, "Onset",
		"no stretch of time differs from what was before by more than "
		"chance allows");
	missing(h, t->onset.known == TIMING_BEFORE, "The real onset",
		"mining went on already when the sensor began");
	missing(h, t->end.known == TIMING_AFTER, "The real end",
		"mining still went on when the sensor ended");
	missing(h, t->guard == TIMING_GUARD_UNKNOWN,
		"Whether the onset is the sensor's",
		"the case holds no other traffic to compare, or too little");
	missing(h, !(m->at_least > 0), "How many machines at least",
		"there is no rate, or no table of machines for that date");
	missing(h, m->num_models == 0, "Which machines",
		"no agent names its machine");
	missing(h, !m->power.method, "Power and energy",
		"there is no rate, it is less than any machine makes whose "
		"power is known, the software is one for processors or cards, "
		"or the table has no machines of that date");
	missing(h, !isfinite(s->money.credited), "Credited value",
		"no accepted share's job was captured, or the work was not "
		"shown to be on Bitcoin's main chain");
	missing(h, !s->money.expected.method, "Expected income",
		"it needs a rate on Bitcoin's main chain");
}

static void unproved(struct html *h, const struct work *w)
{
	char text[HTML_FIGURE];

	for (int p = FACT_CLAIMED + 1; p < FACT_PROOFS; p++) {
		if (w->by_proof[p] > 0)
			html_put(h,
				 "<li><strong>%s share%s not proved</strong>: "
				 "%s.</li>\n",
				 html_count(text, w->by_proof[p]),
				 html_plural(w->by_proof[p], "", "s"),
				 fact_proof_text((enum fact_proof)p));
	}
}

static void no_weight(struct html *h)
{
	const struct hypotheses *y = &h->a->hypotheses;
	bool any = false;

	for (size_t c = 0; c < y->num_columns; c++) {
		if (y->column[c].determined)
			continue;
		html_put(h,
			 any ? ", %s"
			     : "<li><strong>Evidence for the "
			       "hypotheses that has no weight"
			       "</strong>, as it was not "
			       "determined: %s",
			 html_hypotheses_label(y->column[c].quantity));
		any = true;
	}
	if (any)
		html_put(h, ".</li>\n");
}

static void lost(struct html *h)
{
	const struct assessment *a = h->a;
	uint64_t gaps = 0, bytes = 0, broken = 0;
	char text[HTML_FIGURE], other[HTML_FIGURE];

	for (size_t i = 0; i < a->findings.n; i++) {
		gaps += a->findings.finding[i].session.gaps;
		bytes += a->findings.finding[i].session.lost;
	}
	for (size_t i = 0; i < a->num_inputs; i++)
		broken += !a->input[i].status ||
			  strcmp(a->input[i].status, "ok") != 0;
	if (gaps)
		html_put(h,
			 "<li><strong>What was not captured</strong>: %s gap%s "
			 "in the conversations, %s bytes; the time around them "
			 "is cut out.</li>\n",
			 html_count(text, gaps), html_plural(gaps, "", "s"),
			 html_count(other, bytes));
	if (broken)
		html_put(
			h,
			"<li><strong>%s input file%s not read to the end"
			"</strong>: see <a href=\"#evidence\">the evidence</a> "
			"for how reading ended.</li>\n",
			html_count(text, broken),
			html_plural(broken, " was", "s were"));
	if (a->num_subjects > 0 && a->subject[0].series.dropped)
		html_put(h,
			 "<li><strong>%s share%s outside of the timeline"
			 "</strong>: it has no room for such a time.</li>\n",
			 html_count(text, a->subject[0].series.dropped),
			 html_plural(a->subject[0].series.dropped, " lies",
				     "s lie"));
}

static void not_determined(struct html *h)
{
	html_put(h, "<h3>What was not determined, and why</h3>\n<ul>\n");
	if (h->a->num_subjects > 0 && h->a->sessions > 0) {
		missing_of(h, &h->a->subject[0]);
		unproved(h, &h->a->subject[0].work);
	} else {
		missing(h, true, "Everything about mining",
			"none was found in these inputs. That none was found "
			"does not show that there was none: it may run where "
			"nothing was captured, or encrypted");
	}
	no_weight(h);
	lost(h);
	html_put(h, "</ul>\n");
}

static void limits(struct html *h)
{
	html_put(h,
		 "<h3>What no figure here can say</h3>\n<ul>\n"
		 "<li>Who a person is. Addresses, names and accounts are what "
		 "was seen on the wire; they may be shared, passed on or "
		 "false.</li>\n"
		 "<li>What happened where nothing was captured. Sums are of "
		 "what "
		 "was seen, and are lower limits of what there was.</li>\n"
		 "<li>That work was done where its shares came from: a proxy "
		 "may "
		 "pass on the work of others.</li>\n"
		 "<li>What a pool really paid. It knows, and the chain may "
		 "show it.</li>\n</ul>\n");
}

void html_methods(struct html *h)
{
	html_section_begin(h, HTML_METHODS);
	not_determined(h);
	limits(h);
	methods(h);
	grade_table(h);
	html_section_end(h);
}
