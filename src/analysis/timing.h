/* timing - onset, changes, peak, end and duty cycle of a series
 * (docs/measurement.md, "Onset, peak, end"). */
#ifndef ANALYSIS_TIMING_H
#define ANALYSIS_TIMING_H

#include <stdbool.h>

#include "analysis/change.h"
#include "analysis/series.h"

#define TIMING_CHANGES_MAX 256

/* A moment with the interval that holds it. What is not known of it (low where
 * it is before, high where it is after) is TS_NONE. */
enum timing_known {
	TIMING_UNKNOWN, /* not determined */
	TIMING_WITHIN,  /* between low and high, most likely mid */
	TIMING_BEFORE,  /* at or before high: it was so when the sensor began */
	TIMING_AFTER,   /* at or after low: it was still so when it ended */
};

struct timing_moment {
	enum timing_known known;
	struct ts low, mid, high;
};

/* A stretch of constant rate. Bins in which a change lies, or may lie (on
 * either side of it), count in neither of the two. */
struct timing_segment {
	struct timing_moment from; /* of the first: the onset, if that is in it,
				    * or the series' beginning */
	struct ts to;              /* the next one's mid, or the series' end */
	uint64_t shares;           /* of presence: events */
	/* Observed: in which shares would have been seen; or, where there are
	 * none of these, in which the sensor saw that there was no session. */
	double seconds;
	struct estimate rate; /* hash/s; of presence: events a bin */
};

struct timing_segments {
	struct timing_segment *segment;
	size_t n;
};

/* Hours (UTC) of the day and days of the week (0: Monday) in which it worked,
 * as portions 0..1 of the observed time of each, NAN where none was observed.
 * Worked: a session was open. */
struct timing_duty {
	double hour[24], weekday[7];
	double portion; /* of all observed time */
	/* Stretches without a share, between two of them, that are too long for
	 * chance (below 1e-6 at the lower of the rates of the segments that
	 * they begin and end in), of observed time only; in each bin the
	 * longest that ends there. */
	uint32_t outages;
	double longest_outage; /* seconds */
};

struct timing {
	struct timing_segments work;     /* by proved shares; n 0: none */
	struct timing_segments presence; /* by sessions and contacts begun */
	/* From work where there is any, else from presence. */
	bool by_presence;
	struct timing_moment onset, end;
	size_t peak; /* index of the segment of highest rate; n: none */
	/* Of all segments that cannot be told from that one: the highest of
	 * several that are alike would be too high by chance. */
	struct estimate peak_rate;
	/* The guard against a sensor that was switched on: */
	enum timing_guard {
		TIMING_GUARD_UNKNOWN, /* the case holds no traffic to compare,
				       * or too little to show a change */
		TIMING_GUARD_GOOD,    /* all traffic did not change there */
		TIMING_GUARD_FAILED, /* it did: the onset may be the sensor's */
	} guard;
	struct timing_duty duty;
};

/* All traffic per bin of the series, for the guard: packets seen, without those
 * of the subject's own sessions, and the seconds the sensor was on. */
struct timing_traffic {
	double *packets, *seconds; /* as many as the series has bins */
};

/* traffic may be NULL. ST_LIMIT if the series has more bins than
 * CHANGE_BINS_MAX; out is then empty. */
enum status timing_of_series(struct timing *out, const struct series *s,
			     const struct timing_traffic *traffic,
			     double confidence);
void timing_free(struct timing *t);

#endif /* ANALYSIS_TIMING_H */
