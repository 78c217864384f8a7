/* html_bar - an interval drawn on a line: from low to high, a mark at mid. */
#ifndef REPORT_HTML_BAR_H
#define REPORT_HTML_BAR_H

#include "analysis/rate.h"
#include "report/html_chart.h"
#include "report/html_format.h"

/* With ticks below. label: what screen readers say. */
void html_bar(struct html *h, const struct estimate *e, enum html_unit unit,
	      const char *name, const char *label);

/* Of a portion on 0..1, without ticks: for a cell of a table. */
void html_bar_portion(struct html *h, double low, double mid, double high);

#endif /* REPORT_HTML_BAR_H */
