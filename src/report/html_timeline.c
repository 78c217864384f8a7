/* The section: when it began, changed and ended, drawn and in numbers. */
#include "report/html_timeline.h"

#include <math.h>

#include "report/html_format.h"
#include "report/html_table.h"

#define BINS_MAX     400
#define SEGMENTS_MAX 64

static const char *const weekday[] = { "Monday",   "Tuesday", "Wednesday",
				       "Thursday", "Friday",  "Saturday",
				       "Sunday" };

static void moment(struct html *h, const struct timing_moment *m,
		   enum html_detail detail)
{
	switch (m->known) {
	case TIMING_UNKNOWN:
		html_unknown(h, NULL);
		return;
	case TIMING_WITHIN:
		if (m->low.ns < m->high.ns)
			detail = html_detail_between(detail, m->low, m->high);
		html_time(h, m->mid, detail);
		if (m->low.ns < m->high.ns) {
			html_put(h, " <span class=\"range\">(between ");
			html_time(h, m->low, detail);
			html_put(h, " and ");
			html_time(h, m->high, detail);
			html_put(h, ")</span>");
		}
		return;
	case TIMING_BEFORE:
		html_put(h, "at or before ");
		html_time(h, m->high, detail);
		html_put(h, " <span class=\"range\">(it was so when the sensor "
			    "began)</span>");
		return;
	case TIMING_AFTER:
		html_put(h, "at or after ");
		html_time(h, m->low, detail);
		html_put(h, " <span class=\"range\">(it was still so when the "
			    "sensor ended)</span>");
		return;
	}
}

static void guard(struct html *h, enum timing_guard g)
{
	html_put(h, "<dt>Was it the sensor?</dt><dd>");
	switch (g) {
	case TIMING_GUARD_UNKNOWN:
		html_unknown(h, "the case holds no other traffic to compare, "
				"or too little");
		break;
	case TIMING_GUARD_GOOD:
		html_put(h, "No: traffic as a whole did not change at the "
			    "onset");
		break;
	case TIMING_GUARD_FAILED:
		html_put(h, "<strong>Perhaps:</strong> traffic as a whole "
			    "changed at the same time, so this may be when the "
			    "sensor was switched on, and not when mining "
			    "began");
		break;
	}
	html_put(h, "</dd>\n");
}

static void peak(struct html *h, const struct timing *t, const char *unit,
		 enum html_detail detail)
{
	const struct timing_segments *g =
		t->by_presence ? &t->presence : &t->work;

	html_put(h, "<dt>Peak</dt><dd>");
	if (t->peak < g->n) {
		const struct timing_segment *s = &g->segment[t->peak];

		html_put(h, "from ");
		moment(h, &s->from, detail);
		html_put(h, " to ");
		html_time(h, s->to, detail);
		html_put(h, ": ");
		html_estimate(h, t->by_presence ? &s->rate : &t->peak_rate,
			      t->by_presence ? HTML_PLAIN : HTML_SI,
			      t->by_presence ? "events a bin" : unit);
	} else {
		html_unknown(h, NULL);
	}
	html_put(h, "</dd>\n");
}

static void moments(struct html *h, const struct subject *s)
{
	const struct timing *t = &s->timing;
	const enum html_detail detail = html_detail_of(s->series.bin_seconds);
	char unit[HTML_FIGURE], text[HTML_FIGURE];

	html_rate_unit(unit, &s->work);
	html_put(h, "<dl class=\"facts\">\n<dt>Onset</dt><dd>");
	moment(h, &t->onset, detail);
	html_put(h, "</dd>\n");
	peak(h, t, unit, detail);
	html_put(h, "<dt>End</dt><dd>");
	moment(h, &t->end, detail);
	html_put(h, "</dd>\n<dt>Found in</dt><dd>%s</dd>\n",
		 t->by_presence ? "presence (sessions and contacts begun): no "
				  "work could be measured"
				: "the work that shares prove");
	guard(h, t->guard);
	html_put(h, "<dt>Worked</dt><dd>");
	if (isfinite(t->duty.portion))
		html_put(
			h, "%s of the observed time; ",
			html_figure(text, t->duty.portion, HTML_PERCENT, NULL));
	else
		html_put(h, "portion of the time not determined; ");
	if (t->duty.outages)
		html_put(h,
			 "%u outage%s too long for chance, the longest of %s",
			 t->duty.outages, html_plural(t->duty.outages, "", "s"),
			 html_duration(text, t->duty.longest_outage));
	else
		html_put(h, "no outage that is too long for chance");
	html_put(h, "</dd>\n</dl>\n");
}

/* Begins an entry of the legend. */
static void key(struct html *h, const char *class)
{
	html_put(h, " <span><span class=\"key %s\"></span>", class);
}

static void legend(struct html *h, const struct html_points *p,
		   const struct subject *s)
{
	char text[HTML_FIGURE];

	html_put(h, "<figcaption><p class=\"keys\">");
	key(h, "rate");
	html_put(h, "hash rate, one value for each bin of %s</span>",
		 html_duration(text, s->series.bin_seconds));
	key(h, "band");
	html_put(h, "the interval that holds the truth at %g&nbsp;%%</span>",
		 h->a->options.confidence * 100);
	key(h, "stretch");
	html_put(h, "stretches between changes too large for chance</span>");
	key(h, "within");
	html_put(h, "the intervals of onset and end</span>");
	key(h, "gap");
	html_put(h, "no input covers the time</span>");
	key(h, "sessions");
	html_put(h, "sessions active</span>");
	key(h, "contacts");
	html_put(h,
		 "contacts that began</span></p>\nWhere the line is missing, "
		 "no rate was determined.");
	if (p->per > 1)
		html_put(h,
			 " Each point joins %zu bins, and its band is the "
			 "widest of theirs.",
			 p->per);
	html_put(h, " Times are UTC.");
	html_simulated(h);
	html_put(h, "</figcaption>\n");
}

static void drawing(struct html *h, const struct subject *s)
{
	struct html_points p;

	html_points_make(&p, &s->series, HTML_POINTS_MAX);
	html_put(h, "<figure class=\"timeline\">\n"
		    "<div class=\"scroll\" id=\"chart-still\" role=\"region\" "
		    "tabindex=\"0\" aria-label=\"Timeline\">");
	html_timeline_svg(h, s, &p);
	/* The script shows this one in its place. */
	html_put(h,
		 "</div>\n<div id=\"chart-live\" hidden>\n"
		 "<div class=\"tools\">"
		 "<button type=\"button\" id=\"chart-scale\" "
		 "aria-pressed=\"false\">Logarithmic</button>\n"
		 "<button type=\"button\" id=\"chart-in\">Zoom in</button>\n"
		 "<button type=\"button\" id=\"chart-out\">Zoom out</button>\n"
		 "<button type=\"button\" id=\"chart-all\">Whole time</button>"
		 "</div>\n"
		 "<p id=\"chart-help\" class=\"hint\">Drag to zoom, with shift "
		 "to move, double-click for the whole time. With keys: left "
		 "and right step through the bins, + and &minus; zoom, 0 shows "
		 "all.</p>\n"
		 "<div id=\"chart-keys\" tabindex=\"0\" role=\"application\" "
		 "aria-label=\"Timeline that can be stepped through\" "
		 "aria-describedby=\"chart-help chart-said\">"
		 "<div id=\"chart-rate\" data-unit=\"%s/s\"></div>"
		 "<div id=\"chart-presence\"></div></div>\n"
		 "<p id=\"chart-said\" class=\"readout\" role=\"status\">"
		 "&nbsp;</p></div>\n",
		 s->work.tries ? s->work.tries : "H");
	legend(h, &p, s);
	html_put(h, "</figure>\n");
	html_timeline_data(h, s, &p);
	html_points_free(&p);
}

static void segments(struct html *h, const struct subject *s)
{
	static const char *const head[] = { "From", "To", "#Shares",
					    "Observed for", "Rate" };
	const struct timing *t = &s->timing;
	const struct timing_segments *g =
		t->by_presence ? &t->presence : &t->work;
	const enum html_detail detail = html_detail_of(s->series.bin_seconds);
	char text[HTML_FIGURE], unit[HTML_FIGURE];

	if (g->n == 0)
		return;
	html_rate_unit(unit, &s->work);
	html_put(h, "<h3>Stretches of constant rate</h3>\n");
	html_table_begin(h, "Stretches between changes", head, 5);
	for (size_t i = 0; i < g->n && i < SEGMENTS_MAX; i++) {
		const struct timing_segment *q = &g->segment[i];

		html_row_begin(h);
		html_cell_name(h);
		if (i == 0)
			html_time(h, s->series.from, detail);
		else
			moment(h, &q->from, detail);
		html_cell(h);
		html_time(h, q->to, detail);
		html_cell_number(h);
		html_put(h, "%s", html_count(text, q->shares));
		html_cell(h);
		html_put(h, "%s", html_duration(text, q->seconds));
		html_cell(h);
		html_estimate(h, &q->rate,
			      t->by_presence ? HTML_PLAIN : HTML_SI,
			      t->by_presence ? "events a bin" : unit);
		html_row_end(h);
	}
	html_table_more(h, g->n, SEGMENTS_MAX, 5, "segments");
	html_table_end(h);
}

static void bin_row(struct html *h, const struct series_bin *b,
		    const char *unit, enum html_detail detail)
{
	char text[HTML_FIGURE];

	html_row_begin(h);
	html_cell_name(h);
	html_time(h, b->from, detail);
	html_cell_number(h);
	html_put(h, "%s", html_count(text, b->sessions));
	html_cell_number(h);
	html_put(h, "%s", html_count(text, b->contacts));
	html_cell_number(h);
	html_put(h, "%s", html_count(text, b->shares));
	html_cell(h);
	html_put(h, "%s", html_duration(text, b->seconds));
	html_cell(h);
	if (b->sensor > 0 || b->rate.method)
		html_estimate(h, &b->rate, HTML_SI, unit);
	else
		html_unknown(h, "no input");
	html_row_end(h);
}

static void bins(struct html *h, const struct subject *s)
{
	static const char *const head[] = { "Bin from",  "#Sessions",
					    "#Contacts", "#Shares",
					    "Observed",  "Hash rate" };
	const struct series *r = &s->series;
	const enum html_detail detail = html_detail_of(r->bin_seconds);
	char text[HTML_FIGURE];

	html_rate_unit(text, &s->work);
	html_put(h, "<details><summary>The timeline as numbers</summary>\n");
	html_table_begin(h, "Timeline, bin by bin", head, 6);
	for (size_t i = 0; i < r->n && i < BINS_MAX; i++)
		bin_row(h, &r->bin[i], text, detail);
	html_table_more(h, r->n, BINS_MAX, 6, "timeline");
	html_table_end(h);
	html_put(h, "</details>\n");
}

static void duty_cell(struct html *h, double v)
{
	char text[HTML_FIGURE];

	/* Shaded in steps of a tenth, so that it reads at a glance. */
	if (isfinite(v))
		html_put(h, "<td class=\"number duty%d\">%s", (int)(v * 10),
			 html_figure(text, v, HTML_PERCENT, NULL));
	else
		html_put(h, "<td class=\"number unknown\">&ndash;");
}

static bool any_known(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (isfinite(v[i]))
			return true;
	}
	return false;
}

static void duty(struct html *h, const struct timing_duty *d)
{
	static const char *const head[] = { "Hours (UTC)", "#+0", "#+1", "#+2",
					    "#+3",         "#+4", "#+5" };
	static const char *const week_head[] = { "Day of the week", "#Worked" };

	if (!any_known(d->hour, 24) && !any_known(d->weekday, 7))
		return;
	html_put(h, "<details><summary>Hours of the day and days of the week "
		    "in which it worked</summary>\n<div class=\"pair\">\n");
	html_table_begin(h, "Portion of the observed time, by hour", head, 7);
	for (size_t i = 0; i < 24; i++) {
		if (i % 6 == 0) {
			html_row_begin(h);
			html_cell_name(h);
			html_put(h, "from %d:00", (int)i);
		}
		duty_cell(h, d->hour[i]);
	}
	html_table_end(h);
	html_table_begin(h, "Portion of the observed time, by day", week_head,
			 2);
	for (size_t i = 0; i < 7; i++) {
		html_row_begin(h);
		html_cell_name(h);
		html_put(h, "%s", weekday[i]);
		duty_cell(h, d->weekday[i]);
		html_row_end(h);
	}
	html_table_end(h);
	html_put(h, "</div></details>\n");
}

void html_timeline(struct html *h)
{
	const struct assessment *a = h->a;

	html_section_begin(h, HTML_TIMELINE);
	if (a->num_subjects == 0 || a->subject[0].series.n == 0) {
		html_put(h, "<p>");
		html_unknown(h, "nothing with a time was found");
		html_put(h, "</p>\n");
	} else {
		const struct subject *s = &a->subject[0];

		drawing(h, s);
		moments(h, s);
		segments(h, s);
		duty(h, &s->timing.duty);
		bins(h, s);
	}
	html_section_end(h);
}
