/* html_timeline - what the files of the timeline share. */
#ifndef REPORT_HTML_TIMELINE_H
#define REPORT_HTML_TIMELINE_H

#include "report/html.h"
#include "report/html_points.h"

/* Points of the large drawing, and of the small one of a row. */
#define HTML_POINTS_MAX 1500
#define HTML_SPARK_MAX  96

/* The drawing that needs no script: rate with its band, stretches of constant
 * rate, onset, peak and end with their intervals, presence below. */
void html_timeline_svg(struct html *h, const struct subject *s,
		       const struct html_points *p);

/* A small one for a row of a table: the same time, its own scale. */
void html_timeline_spark(struct html *h, const struct subject *s);

/* The same as numbers for the script: nothing captured is in them. */
void html_timeline_data(struct html *h, const struct subject *s,
			const struct html_points *p);

#endif /* REPORT_HTML_TIMELINE_H */
