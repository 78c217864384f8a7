/* The drawing of the timeline, in units of its view box:
 *
 *	labels of onset, peak, end
 *	rate: band, line, stretches      | TOP .. BOTTOM
 *	presence: sessions and contacts  | PRESENCE .. FLOOR
 *	axis of time
 */
#include <math.h>

#include "report/html_chart.h"
#include "report/html_format.h"
#include "report/html_timeline.h"

#define WIDTH    960
#define HEIGHT   430
#define LEFT     84.0
#define RIGHT    944.0
#define TOP      58.0
#define BOTTOM   300.0
#define PRESENCE 330.0
#define FLOOR    392.0
#define LABEL    180.0 /* width of the longest one */

/* From so many times between highest and lowest on, by the logarithm. */
#define LOG_FROM 50.0

struct drawing {
	struct html *h;
	const struct subject *s;
	const struct html_points *p;
	struct html_scale rate;
	struct ts from, to;
	bool rates; /* is any determined? */
};

static double x_of(const struct drawing *d, struct ts t)
{
	const struct html_scale s = { 0, ts_seconds(d->from, d->to), LEFT,
				      RIGHT, false };

	return html_scale_at(&s, ts_seconds(d->from, t));
}

static double y_of(const struct drawing *d, double v)
{
	return html_scale_at(&d->rate, v);
}

static void axis_rate(struct drawing *d)
{
	double tick[HTML_TICKS_MAX];
	const size_t n = html_ticks(tick, &d->rate);
	char text[HTML_FIGURE], unit[HTML_FIGURE];

	html_rate_unit(unit, &d->s->work);
	html_put(d->h, "<g class=\"axis\">\n");
	for (size_t i = 0; i < n; i++)
		html_put(d->h,
			 "<path class=\"grid\" d=\"M%.0f %.1fH%.0f\"/>"
			 "<text class=\"value\" x=\"%.0f\" y=\"%.1f\">%s</text>"
			 "\n",
			 LEFT, y_of(d, tick[i]), RIGHT, LEFT - 8,
			 y_of(d, tick[i]) + 4,
			 html_tick_text(text, tick[i], HTML_SI, unit));
	html_put(d->h, "</g>\n");
}

static void axis_time(struct drawing *d)
{
	struct html_tick tick[HTML_TICKS_MAX];
	const size_t n = html_ticks_time(tick, d->from, d->to, 9);

	html_put(
		d->h,
		"<g class=\"axis\"><path class=\"base\" d=\"M%.0f %.0fH%.0f\"/>"
		"\n",
		LEFT, FLOOR, RIGHT);
	for (size_t i = 0; i < n; i++)
		html_put(d->h,
			 "<path class=\"base\" d=\"M%.1f %.0fv6\"/><text "
			 "class=\"time\" x=\"%.1f\" y=\"%.0f\">%s</text>\n",
			 x_of(d, tick[i].at), FLOOR, x_of(d, tick[i].at),
			 FLOOR + 21, tick[i].text);
	html_put(d->h, "</g>\n");
}

/* Times in which no input was read: nothing is known of them. */
static void unobserved(struct drawing *d)
{
	const struct html_points *p = d->p;

	for (size_t i = 0; i < p->n; i++) {
		const size_t first = i;

		while (i < p->n && !(p->point[i].sensor > 0))
			i++;
		if (i == first)
			continue;

		const double x = x_of(d, p->point[first].from);

		html_put(d->h,
			 "<rect class=\"gap\" x=\"%.1f\" y=\"%.0f\" "
			 "width=\"%.1f\" height=\"%.0f\"/>\n",
			 x, TOP, x_of(d, p->point[i - 1].to) - x, FLOOR - TOP);
	}
}

/* Points i.. that are determined without a hole; returns the one behind. */
static size_t run_end(const struct html_points *p, size_t i)
{
	while (i < p->n && isfinite(p->point[i].mid))
		i++;
	return i;
}

static void band(struct drawing *d, size_t from, size_t to)
{
	const struct html_point *p = d->p->point;

	html_put(d->h, "M%.1f %.1f", x_of(d, p[from].from),
		 y_of(d, p[from].high));
	for (size_t i = from; i < to; i++)
		html_put(d->h, "V%.1fH%.1f", y_of(d, p[i].high),
			 x_of(d, p[i].to));
	for (size_t i = to; i > from; i--)
		html_put(d->h, "V%.1fH%.1f", y_of(d, p[i - 1].low),
			 x_of(d, p[i - 1].from));
	html_put(d->h, "Z");
}

static void line(struct drawing *d, size_t from, size_t to)
{
	const struct html_point *p = d->p->point;

	html_put(d->h, "M%.1f %.1f", x_of(d, p[from].from),
		 y_of(d, p[from].mid));
	for (size_t i = from; i < to; i++)
		html_put(d->h, "V%.1fH%.1f", y_of(d, p[i].mid),
			 x_of(d, p[i].to));
}

static void all_runs(struct drawing *d, const char *class,
		     void (*draw)(struct drawing *, size_t, size_t))
{
	const struct html_points *p = d->p;

	html_put(d->h, "<path class=\"%s\" d=\"", class);
	for (size_t i = 0; i < p->n; i++) {
		const size_t end = run_end(p, i);

		if (end > i) {
			draw(d, i, end);
			i = end;
		}
	}
	html_put(d->h, "\"/>\n");
}

static void stretches(struct drawing *d)
{
	const struct timing_segments *g = &d->s->timing.work;

	if (g->n < 2)
		return;
	html_put(d->h, "<path class=\"stretch\" d=\"");
	for (size_t i = 0; i < g->n; i++) {
		const struct timing_segment *t = &g->segment[i];

		if (!t->rate.method || !ts_known(t->from.mid))
			continue;
		html_put(d->h, "M%.1f %.1fH%.1f", x_of(d, t->from.mid),
			 y_of(d, t->rate.mid), x_of(d, t->to));
	}
	html_put(d->h, "\"/>\n");
}

static struct ts moment_at(const struct timing_moment *m)
{
	switch (m->known) {
	case TIMING_UNKNOWN:
		return TS_NONE;
	case TIMING_WITHIN:
		return m->mid;
	case TIMING_BEFORE:
		return m->high;
	case TIMING_AFTER:
		return m->low;
	}
	return TS_NONE;
}

/* The interval of one, as a stripe that lies behind all else. */
static void stripe(struct drawing *d, const struct timing_moment *m)
{
	if (m->known == TIMING_WITHIN && m->high.ns > m->low.ns)
		html_put(d->h,
			 "<rect class=\"within\" x=\"%.1f\" y=\"%.0f\" "
			 "width=\"%.1f\" height=\"%.0f\"/>\n",
			 x_of(d, m->low), TOP,
			 x_of(d, m->high) - x_of(d, m->low), FLOOR - TOP);
}

/* Itself as a line, and its name. */
static void moment(struct drawing *d, const struct timing_moment *m,
		   const char *name, bool to_the_left)
{
	const struct ts at = moment_at(m);
	const double x = x_of(d, at);
	const char *arrow = m->known == TIMING_BEFORE  ? "\u2190 "
			    : m->known == TIMING_AFTER ? "\u2192 "
						       : "";
	char text[HTML_FIGURE];

	if (!ts_known(at))
		return;
	html_put(d->h,
		 "<path class=\"moment\" d=\"M%.1f %.0fV%.0f\"/><text "
		 "class=\"moment%s\" x=\"%.1f\" y=\"%.0f\">%s%s %s</text>\n",
		 x, TOP - 8, FLOOR, to_the_left ? " left" : "",
		 to_the_left ? x - 5 : x + 5, TOP - 12, arrow, name,
		 html_moment_text(text, at,
				  html_detail_of(d->s->series.bin_seconds)));
}

/* Labels face each other where there is room for both, else away. */
static void moments(struct drawing *d)
{
	const struct timing *t = &d->s->timing;
	const double onset = x_of(d, moment_at(&t->onset));
	const double end = x_of(d, moment_at(&t->end));
	const bool room = end - onset > 2 * LABEL;

	moment(d, &t->onset, "onset",
	       onset > RIGHT - LABEL || (!room && onset > LEFT + LABEL));
	moment(d, &t->end, "end",
	       end > LEFT + LABEL && (room || end > RIGHT - LABEL));
}

/* The segment of the highest rate, as a bracket above it. */
static void peak(struct drawing *d)
{
	const struct timing *t = &d->s->timing;
	const struct timing_segments *g =
		t->by_presence ? &t->presence : &t->work;

	char rate[HTML_FIGURE], unit[HTML_FIGURE];

	if (t->peak >= g->n || g->n < 2)
		return;

	const struct timing_segment *top = &g->segment[t->peak];
	const double from =
		ts_known(top->from.mid) ? x_of(d, top->from.mid) : LEFT;
	const double to = x_of(d, top->to);
	char label[2 * HTML_FIGURE] = "peak";

	if (!t->by_presence && t->peak_rate.method)
		snprintf(label, sizeof(label), "peak %s",
			 html_si(rate, t->peak_rate.mid,
				 html_rate_unit(unit, &d->s->work)));
	html_put(d->h,
		 "<path class=\"moment\" d=\"M%.1f %.0fv-6H%.1fv6\"/><text "
		 "class=\"moment mid\" x=\"%.1f\" y=\"18\">%s</text>\n",
		 from, TOP - 26, to, (from + to) / 2, label);
}

static void presence(struct drawing *d)
{
	const struct html_points *p = d->p;
	uint64_t most = 1;
	char text[HTML_FIGURE];

	for (size_t i = 0; i < p->n; i++) {
		if (p->point[i].sessions > most)
			most = p->point[i].sessions;
		if (p->point[i].contacts > most)
			most = p->point[i].contacts;
	}

	const struct html_scale s = { 0, (double)most, FLOOR, PRESENCE, false };

	for (int contacts = 0; contacts < 2; contacts++) {
		html_put(d->h, "<path class=\"%s\" d=\"",
			 contacts ? "contacts" : "sessions");
		for (size_t i = 0; i < p->n; i++) {
			const struct html_point *q = &p->point[i];
			const uint64_t v = contacts ? q->contacts : q->sessions;

			if (v > 0)
				html_put(d->h, "M%.1f %.0fV%.1fH%.1fV%.0fZ",
					 x_of(d, q->from), FLOOR,
					 html_scale_at(&s, (double)v),
					 x_of(d, q->to), FLOOR);
		}
		html_put(d->h, "\"/>\n");
	}
	html_put(d->h,
		 "<text class=\"value\" x=\"%.0f\" y=\"%.0f\">%s</text><text "
		 "class=\"value\" x=\"%.0f\" y=\"%.0f\">0</text><text "
		 "class=\"title\" x=\"%.0f\" y=\"%.0f\">Presence: sessions and "
		 "contacts</text>\n",
		 LEFT - 8, PRESENCE + 8, html_count(text, most), LEFT - 8,
		 FLOOR + 4, LEFT, PRESENCE - 9);
}

static void describe(struct drawing *d)
{
	const struct html_extent e = html_points_extent(d->p);
	char from[HTML_FIGURE], to[HTML_FIGURE], top[HTML_FIGURE],
		unit[HTML_FIGURE];

	html_rate_unit(unit, &d->s->work);
	html_put(d->h,
		 "<title id=\"chart-title\">Hash rate and presence over time"
		 "</title>\n<desc id=\"chart-desc\">From %s to %s UTC. ",
		 html_moment_text(from, d->from, HTML_MINUTE),
		 html_moment_text(to, d->to, HTML_MINUTE));
	if (d->rates)
		html_put(d->h, "The highest estimate is %s. ",
			 html_si(top, e.highest, unit));
	html_put(d->h, "The table below it holds the same numbers.</desc>\n");
}

static void rates(struct drawing *d)
{
	axis_rate(d);
	html_put(d->h,
		 "<clipPath id=\"plot\"><rect x=\"%.0f\" y=\"%.0f\" "
		 "width=\"%.0f\" height=\"%.0f\"/></clipPath>\n"
		 "<g clip-path=\"url(#plot)\">\n",
		 LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
	all_runs(d, "band", band);
	all_runs(d, "rate", line);
	stretches(d);
	html_put(d->h, "</g>\n");
}

void html_timeline_svg(struct html *h, const struct subject *s,
		       const struct html_points *p)
{
	const struct html_extent e = html_points_extent(p);
	struct drawing d = { .h = h, .s = s, .p = p, .rates = e.highest > 0 };

	d.from = p->point[0].from;
	d.to = p->point[p->n - 1].to;
	if (d.rates)
		d.rate = html_scale_over(e.lowest, e.top,
					 e.highest > LOG_FROM * e.lowest);
	d.rate.at_from = BOTTOM;
	d.rate.at_to = TOP;
	html_put(h,
		 "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
		 "aria-labelledby=\"chart-title chart-desc\">\n",
		 WIDTH, HEIGHT);
	describe(&d);
	html_put(h, "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" "
		    "patternUnits=\"userSpaceOnUse\" "
		    "patternTransform=\"rotate(45)\"><path class=\"hatch\" "
		    "d=\"M0 0V7\"/></pattern></defs>\n");
	unobserved(&d);
	stripe(&d, &s->timing.onset);
	stripe(&d, &s->timing.end);
	if (h->a->simulated)
		html_put(h,
			 "<text class=\"watermark\" x=\"%.0f\" y=\"%.0f\">"
			 "SIMULATED</text>\n",
			 (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2 + 24);
	if (d.rates)
		rates(&d);
	else
		html_put(h,
			 "<text class=\"none\" x=\"%.0f\" y=\"%.0f\">No hash "
			 "rate was determined</text>\n",
			 (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2);
	presence(&d);
	axis_time(&d);
	moments(&d);
	peak(&d);
	html_put(h, "</svg>\n");
}

void html_timeline_spark(struct html *h, const struct subject *s)
{
	struct html_points p;
	struct html_extent e;
	struct drawing d = { .h = h, .s = s, .p = &p };

	html_points_make(&p, &s->series, HTML_SPARK_MAX);
	e = html_points_extent(&p);
	if (p.n > 0 && e.highest > 0) {
		/* The scales of the large one, drawn into a small view. */
		d.from = p.point[0].from;
		d.to = p.point[p.n - 1].to;
		d.rate =
			(struct html_scale){ 0, e.highest, BOTTOM, TOP, false };
		html_put(h,
			 "<svg class=\"spark\" viewBox=\"%.0f %.0f %.0f %.0f\" "
			 "preserveAspectRatio=\"none\" aria-hidden=\"true\">",
			 LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
		all_runs(&d, "spark", line);
		html_put(h, "</svg>");
	}
	html_points_free(&p);
}
