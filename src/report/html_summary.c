/* The section: five sentences, each with its bounds and a way to its evidence;
 * below them the figures by themselves. */
#include <math.h>
#include <string.h>

#include "report/html_format.h"
#include "report/html_tally.h"
#include "report/html_who.h"

/* A name is said where there is one, and else their number. */
static void some(struct html *h, enum subject_kind kind, const char *one,
		 const char *many)
{
	const struct assessment *a = h->a;
	const size_t n = html_who_count(a, kind);
	char text[HTML_FIGURE];

	if (n != 1) {
		html_put(h, "<strong>%s %s</strong>", html_count(text, n),
			 many);
		return;
	}
	for (size_t i = 0; i < a->num_subjects; i++) {
		if (a->subject[i].kind != kind)
			continue;
		html_put(h, "%s <strong>", one);
		html_captured(h, a->subject[i].name);
		html_put(h, "</strong>");
	}
}

static void who(struct html *h)
{
	const struct assessment *a = h->a;
	struct html_tally t;
	char text[HTML_FIGURE];

	some(h, SUBJECT_MINER, "The client", "client addresses");
	if (html_who_count(a, SUBJECT_SITE) > 0) {
		html_put(h, " at ");
		some(h, SUBJECT_SITE, "the site", "sites");
	}
	html_put(h, " mined");
	if (html_who_count(a, SUBJECT_WORKER) > 0) {
		html_put(h, " under ");
		some(h, SUBJECT_WORKER, "the worker name", "worker names");
	}
	html_tally_pools(&t, &a->findings);
	if (t.n > 0) {
		html_put(h, t.n == 1 ? ", for " : ", most of it for ");
		html_put(h, "<strong>");
		html_captured(h, t.group[0].key);
		html_put(h, "</strong>");
		if (!t.group[0].label)
			html_put(h, " (on no list of pools)");
		if (t.n > 1)
			html_put(h, ", the first of %s pools or servers",
				 html_count(text, t.n));
	}
	html_tally_free(&t);
	html_put(h, ".");
}

static void when_within(struct html *h, const struct timing_moment *m,
			enum html_detail detail)
{
	const bool interval = m->low.ns < m->high.ns;

	if (interval)
		detail = html_detail_between(detail, m->low, m->high);
	html_put(h, "<strong>");
	html_time(h, m->mid, detail);
	html_put(h, "</strong>");
	if (interval) {
		html_put(h, " (between ");
		html_time(h, m->low, detail);
		html_put(h, " and ");
		html_time(h, m->high, detail);
		html_put(h, ")");
	}
}

static void when_onset(struct html *h, const struct timing *t,
		       enum html_detail detail)
{
	switch (t->onset.known) {
	case TIMING_UNKNOWN:
		html_put(h, "When it began is not determined");
		return;
	case TIMING_WITHIN:
		html_put(h, "It began on ");
		when_within(h, &t->onset, detail);
		return;
	case TIMING_BEFORE:
	case TIMING_AFTER:
		html_put(h, "It went on <strong>already when the sensor began"
			    "</strong>, at ");
		html_time(h, t->onset.high, detail);
		return;
	}
}

static void when_end(struct html *h, const struct timing *t,
		     enum html_detail detail)
{
	switch (t->end.known) {
	case TIMING_UNKNOWN:
		html_put(h, "; when it ended is not determined");
		return;
	case TIMING_WITHIN:
		html_put(h, " and ended on ");
		when_within(h, &t->end, detail);
		return;
	case TIMING_BEFORE:
	case TIMING_AFTER:
		html_put(h, ", and <strong>still went on when the sensor ended"
			    "</strong>, at ");
		html_time(h, t->end.low, detail);
		return;
	}
}

static void since_when(struct html *h, const struct subject *s)
{
	const enum html_detail detail = html_detail_of(s->series.bin_seconds);

	when_onset(h, &s->timing, detail);
	when_end(h, &s->timing, detail);
	if (s->timing.by_presence)
		html_put(h, ", by when sessions and contacts were seen");
	if (s->timing.guard == TIMING_GUARD_FAILED)
		html_put(h, "; but all traffic changed at the onset, so that "
			    "may be <strong>the sensor&rsquo;s</strong>");
	html_put(h, ".");
}

static void peak_rate(struct html *h, const struct subject *s, const char *unit)
{
	const struct timing *t = &s->timing;

	if (t->by_presence || t->peak >= t->work.n || t->work.n < 2)
		return;
	html_put(h, "; at its peak it was ");
	html_estimate(h, &t->peak_rate, HTML_SI, unit);
}

static void how_much(struct html *h, const struct subject *s)
{
	const struct machines *m = &s->machines;
	char text[HTML_FIGURE], time[HTML_FIGURE], unit[HTML_FIGURE];

	html_rate_unit(unit, &s->work);
	if (s->work.rate.method) {
		html_put(h,
			 "Over the %s in which work was observed the hash rate "
			 "was ",
			 html_duration(time, s->work.rate_seconds));
		html_estimate(h, &s->work.rate, HTML_SI, unit);
	} else {
		html_put(h, "One hash rate over the whole time is not "
			    "determined");
	}
	peak_rate(h, s, unit);
	if (m->at_least > 0)
		html_put(h,
			 ", which takes at least <strong>%s machine%s"
			 "</strong>",
			 html_figure(text, ceil(m->at_least), HTML_PLAIN, NULL),
			 m->at_least > 1 ? "s" : "");
	if (m->power.method) {
		html_put(h, "; on average it took a power of ");
		html_estimate(h, &m->power, HTML_SI, "W");
	}
	html_put(h, ".");
}

static void leading(struct html *h)
{
	const struct hypotheses *y = &h->a->hypotheses;
	const struct hypothesis_file *f = h->a->options.hypotheses;
	const struct hypothesis_row *r = &y->row[y->leading];
	char text[HTML_FIGURE];

	if (y->num_rows == 0)
		return;
	if (!y->discriminates) {
		html_put(h, " Between the hypotheses the evidence <strong>"
			    "cannot discriminate</strong>.");
		return;
	}
	html_put(h, " Of the hypotheses &ldquo;%s&rdquo; leads with %s%s%s",
		 f->hypothesis[y->leading].name,
		 html_belief(text, r->low, r->high), r->words ? ": " : "",
		 r->words ? r->words : "");
	if (y->confidence)
		html_put(h, ", at %s confidence", y->confidence);
	html_put(h, ".");
}

static void how_sure(struct html *h, const struct subject *s)
{
	const struct work *w = &s->work;
	char text[HTML_FIGURE], other[HTML_FIGURE];

	if (h->a->simulated)
		html_put(h, "Not at all: all of this is <strong>simulated"
			    "</strong>, and shows only how a report reads.");
	else if (w->proved > 0)
		html_put(
			h,
			"The mining itself is <strong>%s</strong>: the work of "
			"%s of %s shares was computed again, and that it could "
			"pass without hashing has a chance below "
			"2<sup>&minus;%.0f</sup>.",
			s->grade, html_count(text, w->proved),
			html_count(other, w->submitted), floor(w->chance_bits));
	else if (w->claimed > 0)
		html_put(h,
			 "The mining is <strong>claimed</strong>: %s shares "
			 "bring hashes that fit their targets and were not "
			 "recomputed.",
			 html_count(text, w->claimed));
	else
		html_put(h,
			 "The mining is <strong>%s</strong>: the dialogue was "
			 "read, and no share&rsquo;s work could be computed "
			 "again.",
			 s->grade);
	leading(h);
}

static void paid(struct html *h)
{
	struct html_tally t;
	char text[HTML_FIGURE], portion[HTML_FIGURE];

	html_tally_payouts(&t, &h->a->findings);
	if (t.n == 0) {
		html_put(h, "no address that is paid was read.");
	} else {
		html_put(h, "the blocks it works on would pay <strong>");
		html_captured(h, t.group[0].key);
		html_put(h, "</strong> (%s of the reward)",
			 html_figure(portion, t.group[0].portion_high,
				     HTML_PERCENT, NULL));
		if (t.n > 1)
			html_put(h, " and %s other address%s",
				 html_count(text, t.n - 1),
				 html_plural(t.n - 1, "", "es"));
		html_put(h, ".");
	}
	html_tally_free(&t);
}

static void money(struct html *h, const struct subject *s)
{
	const struct money *m = &s->money;
	char text[HTML_FIGURE];

	if (m->network && !m->network->coin)
		html_put(h,
			 "The coins are those of a test network (%s) and "
			 "worth nothing",
			 m->network->name);
	else if (isfinite(m->credited))
		html_put(h,
			 "The accepted shares are worth <strong>%s</strong> "
			 "before the pool&rsquo;s fee",
			 html_coins_exact(text, m->credited, html_coin(m)));
	else
		html_put(h, "What the shares are worth is not determined");
	if (m->bitcoin && m->per_day.method) {
		html_put(h, ", and so much work is expected to bring ");
		html_estimate(h, &m->per_day, HTML_COINS, html_coin(m));
		html_put(h, " a day");
	}
	html_put(h, "; ");
	paid(h);
}

static void sentence_begin(struct html *h, const char *label)
{
	html_put(h, "<li><span class=\"label\">%s</span><p>", label);
}

static void sentence_end(struct html *h, const char *section, const char *what)
{
	html_simulated(h);
	html_put(h, " <a class=\"to\" href=\"#%s\">%s</a></p></li>\n", section,
		 what);
}

static void sentences(struct html *h, const struct subject *s)
{
	html_put(h, "<ol class=\"sentences\">\n");
	sentence_begin(h, "Who");
	who(h);
	sentence_end(h, "who", "Who and where");
	sentence_begin(h, "Since when");
	since_when(h, s);
	sentence_end(h, "timeline", "Timeline");
	sentence_begin(h, "How much");
	how_much(h, s);
	sentence_end(h, "machines", "Machines and energy");
	sentence_begin(h, "How sure");
	how_sure(h, s);
	sentence_end(h, h->a->hypotheses.num_rows ? "hypotheses" : "evidence",
		     h->a->hypotheses.num_rows ? "Hypotheses" : "Evidence");
	sentence_begin(h, "Where the money goes");
	money(h, s);
	sentence_end(h, "money", "Money");
	html_put(h, "</ol>\n");
}

static void nothing(struct html *h)
{
	const struct assessment *a = h->a;
	char text[HTML_FIGURE];

	html_put(h, "<p class=\"lead\"><strong>No mining was found</strong> in "
		    "these inputs.");
	if (a->contacts)
		html_put(h,
			 " %s contact%s with a pool %s seen, in which nothing "
			 "was submitted: that is no evidence of mining.",
			 html_count(text, a->contacts),
			 html_plural(a->contacts, "", "s"),
			 html_plural(a->contacts, "was", "were"));
	html_put(h, " That none was found does not show that there was none: "
		    "see <a href=\"#methods\">the limits</a>.</p>\n");
}

void html_summary(struct html *h)
{
	html_section_begin(h, HTML_SUMMARY);
	if (h->a->num_subjects == 0 || h->a->sessions == 0)
		nothing(h);
	else
		sentences(h, &h->a->subject[0]);
	html_section_end(h);
}
