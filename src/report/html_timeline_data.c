#include <math.h>

#include "report/html_timeline.h"

static void number(struct html *h, double v)
{
	if (isfinite(v))
		html_put(h, "%.5g", v);
	else
		html_put(h, "null");
}

static void moment(struct html *h, const char *name,
		   const struct timing_moment *m)
{
	html_put(h, "\"%s\":", name);
	switch (m->known) {
	case TIMING_UNKNOWN:
		html_put(h, "null");
		return;
	case TIMING_WITHIN:
		html_put(h, "[%.0f,%.0f,%.0f]", (double)m->low.ns / 1e6,
			 (double)m->mid.ns / 1e6, (double)m->high.ns / 1e6);
		return;
	case TIMING_BEFORE:
		html_put(h, "[null,%.0f,null]", (double)m->high.ns / 1e6);
		return;
	case TIMING_AFTER:
		html_put(h, "[null,%.0f,null]", (double)m->low.ns / 1e6);
		return;
	}
}

/* One array for each column; times in ms since 1970. */
enum column {
	COLUMN_FROM,
	COLUMN_LOW,
	COLUMN_MID,
	COLUMN_HIGH,
	COLUMN_SESSIONS,
	COLUMN_CONTACTS,
	COLUMN_SHARES,
	COLUMN_SENSOR,
};

static double value_of(const struct html_point *p, enum column c)
{
	switch (c) {
	case COLUMN_FROM:
		return (double)p->from.ns / 1e6;
	case COLUMN_LOW:
		return p->low;
	case COLUMN_MID:
		return p->mid;
	case COLUMN_HIGH:
		return p->high;
	case COLUMN_SESSIONS:
		return (double)p->sessions;
	case COLUMN_CONTACTS:
		return (double)p->contacts;
	case COLUMN_SHARES:
		return (double)p->shares;
	case COLUMN_SENSOR:
		return p->sensor > 0;
	}
	return NAN;
}

static void column(struct html *h, const struct html_points *p, enum column c,
		   const char *name)
{
	html_put(h, ",\n\"%s\":[", name);
	for (size_t i = 0; i < p->n; i++) {
		const double v = value_of(&p->point[i], c);

		if (i > 0)
			html_put(h, ",");
		/* Times and counts are whole. */
		if (c == COLUMN_LOW || c == COLUMN_MID || c == COLUMN_HIGH)
			number(h, v);
		else
			html_put(h, "%.0f", v);
	}
	html_put(h, "]");
}

/* From, to, rate of each. */
static void stretches(struct html *h, const struct timing_segments *g)
{
	bool any = false;

	html_put(h, ",\n\"stretches\":[");
	for (size_t i = 0; i < g->n && g->n > 1; i++) {
		const struct timing_segment *t = &g->segment[i];

		if (!t->rate.method || !ts_known(t->from.mid))
			continue;
		html_put(h, any ? ",[%.0f,%.0f," : "[%.0f,%.0f,",
			 (double)t->from.mid.ns / 1e6, (double)t->to.ns / 1e6);
		number(h, t->rate.mid);
		html_put(h, "]");
		any = true;
	}
	html_put(h, "]");
}

void html_timeline_data(struct html *h, const struct subject *s,
			const struct html_points *p)
{
	html_put(h,
		 "<script type=\"application/json\" id=\"timeline-data\">"
		 "{\"seconds\":%g,\"per\":%zu,\"simulated\":%s,\n",
		 s->series.bin_seconds, p->per,
		 h->a->simulated ? "true" : "false");
	moment(h, "onset", &s->timing.onset);
	html_put(h, ",");
	moment(h, "end", &s->timing.end);
	column(h, p, COLUMN_FROM, "from");
	column(h, p, COLUMN_LOW, "low");
	column(h, p, COLUMN_MID, "mid");
	column(h, p, COLUMN_HIGH, "high");
	column(h, p, COLUMN_SESSIONS, "sessions");
	column(h, p, COLUMN_CONTACTS, "contacts");
	column(h, p, COLUMN_SHARES, "shares");
	column(h, p, COLUMN_SENSOR, "sensor");
	stretches(h, &s->timing.work);
	html_put(h, "}</script>\n");
}
