/* html_points - a series made short enough to be drawn.
 *
 * Where there are more bins than points, neighbours are joined: the rate is the
 * work of all over the time of all, and its band reaches from the lowest lower
 * to the highest upper limit of the bins, which is wider than the interval of
 * the joined ones would be, never narrower than any. */
#ifndef REPORT_HTML_POINTS_H
#define REPORT_HTML_POINTS_H

#include "analysis/series.h"

struct html_point {
	struct ts from, to;
	uint64_t sessions; /* the most in one bin */
	uint64_t contacts, shares;
	double sensor;         /* seconds */
	double low, mid, high; /* NAN: not determined */
};

struct html_points {
	struct html_point *point; /* free with html_points_free() */
	size_t n;
	size_t per; /* bins in a point */
};

void html_points_make(struct html_points *out, const struct series *s,
		      size_t max);
void html_points_free(struct html_points *p);

/* Where rates lie; without a determined one above 0 all are 0. */
struct html_extent {
	double lowest;  /* estimate above 0 */
	double highest; /* estimate */
	double top;     /* up to which to draw: bands of bins with hardly any
			 * observation would flatten all others */
};

struct html_extent html_points_extent(const struct html_points *p);

#endif /* REPORT_HTML_POINTS_H */
