/* timing - onset, changes, peak, end and duty cycle of a series. */
#ifndef ANALYSIS_TIMING_H
#define ANALYSIS_TIMING_H

#include <stdbool.h>

#include "analysis/change.h"
#include "analysis/series.h"

#define TIMING_CHANGES_MAX 256

/* A moment with the interval that holds it. */
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

/* A stretch of constant rate. */
struct timing_segment {
	struct timing_moment from; /* of the first: the series' beginning */
	struct ts to;              /* the next one's mid, or the series' end */
	uint64_t shares;
	double seconds;       /* observed */
	struct estimate rate; /* hash/s; of presence: events a bin */
};

struct timing_segments {
	struct timing_segment *segment;
	size_t n;
};

/* Hours (UTC) of the day and days of the week (0: Monday) in which it worked,
 * as portions 0..1 of the observed time of each, NAN where none was observed.
 * Worked: a minute, or the bin if it is longer, in which a session had a
 * share or was open. */
struct timing_duty {
	double hour[24], weekday[7];
	double portion; /* of all observed time */
	/* Stretches without a share that are too long for chance (below 1e-6 at
	 * the rate of the segment they lie in), of observed time only. */
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
	/* The guard against a sensor that was switched on: */
	enum timing_guard {
		TIMING_GUARD_UNKNOWN, /* the case holds no traffic to compare */
		TIMING_GUARD_GOOD,    /* all traffic did not change there */
		TIMING_GUARD_FAILED, /* it did: the onset may be the sensor's */
	} guard;
	struct timing_duty duty;
};

/* All traffic per bin of the series, for the guard: packets seen, and the
 * seconds the sensor was on. */
struct timing_traffic {
	double *packets, *seconds; /* as many as the series has bins */
};

/* traffic may be NULL. */
enum status timing_of_series(struct timing *out, const struct series *s,
			     const struct timing_traffic *traffic,
			     double confidence);
void timing_free(struct timing *t);

#endif /* ANALYSIS_TIMING_H */
