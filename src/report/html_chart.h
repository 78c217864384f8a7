/* html_chart - scales and ticks of the drawings: functions of numbers. */
#ifndef REPORT_HTML_CHART_H
#define REPORT_HTML_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ts.h"

#define HTML_TICKS_MAX 16
#define HTML_TICK_TEXT 24

/* Values from..to (from < to; above 0 if log) lie at at_from..at_to. */
struct html_scale {
	double from, to;
	double at_from, at_to;
	bool log;
};

/* Values outside of the scale lie at its nearer end; NAN at its beginning. */
double html_scale_at(const struct html_scale *s, double v);

/* At most HTML_TICKS_MAX values on the scale, ascending: steps of 1, 2 or 5
 * times a power of ten; on a logarithmic scale powers of ten, and 2 and 5 times
 * them where there are few. Returns how many. */
size_t html_ticks(double out[HTML_TICKS_MAX], const struct html_scale *s);

/* A scale of 0..high, or if the values spread far one of low..high by its
 * logarithm, that ends at round numbers. low: the smallest above 0; high > 0 */
struct html_scale html_scale_over(double low, double high, bool log);

/* A moment with its label: "09:12", "17 May", "Jun", "2018". */
struct html_tick {
	struct ts at;
	char text[HTML_TICK_TEXT];
};

/* At most max (up to HTML_TICKS_MAX) moments of UTC from..to, at steps that
 * people count in, from a second to 50 years. The first one of days or months
 * says its year too. None for times before 1970 or behind 2199. */
size_t html_ticks_time(struct html_tick out[HTML_TICKS_MAX], struct ts from,
		       struct ts to, size_t max);

#endif /* REPORT_HTML_CHART_H */
