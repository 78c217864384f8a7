/* series - what was seen bin by bin over time: presence, work, hash rate.
 *
 * A bin is told as it was observed: shares and the work they prove, the time
 * in which they would have been seen, and the time in which the sensor looked
 * at all. Gaps are gaps: nothing is filled in. */
#ifndef ANALYSIS_SERIES_H
#define ANALYSIS_SERIES_H

#include <stdint.h>

#include "analysis/finding.h"
#include "analysis/rate.h"

#define SERIES_BINS_MAX 100000
/* Of all subjects together. */
#define SERIES_CELLS_MAX (1u << 20)

#define SERIES_WEEK_HOURS 168
/* So long must the sensor have looked and seen no session, before the first
 * one, and behind the last one, until absence is more than a pause: between two
 * connections; between two messages. */
#define SERIES_QUIET_BEFORE 60
#define SERIES_QUIET_BEHIND 300

/* Time without a share, between two of them: of observed time only. */
struct series_gap {
	struct ts from, to; /* the two shares; TS_NONE: no gap */
	double seconds;     /* observed */
	double exposure;    /* the same in 1/(hash/s) */
};

struct series_bin {
	struct ts from; /* to: the next one's */
	/* Presence. */
	uint64_t sessions; /* findings of kind session active in it */
	uint64_t begun;    /* of these: that began in it */
	uint64_t contacts; /* contacts that began in it */
	double sensor;     /* seconds in which an input was read */
	/* Work: unique proved (or, where that is all there is, claimed or
	 * simulated) shares, each header once. Of several algorithms hashes
	 * are no common number, and 0. */
	uint64_t shares;
	double hashes;         /* expected for them: W * sum of d_i */
	double hashes_squared; /* sum of (W d_i)^2 */
	struct ts first, last; /* of them; TS_NONE: there are none */
	/* The time observed with a known difficulty, united; and the shares in
	 * it: what rates are made of. */
	double seconds;
	double session_seconds; /* more than `seconds` where sessions ran side
				 * by side: the sum of each one's own */
	double exposure; /* integral of dt / (d W), over `seconds`; side by
			  * side it is that of one of the sessions */
	double heaviest; /* largest W d in force; 0: none known */
	uint64_t rate_shares;
	double rate_hashes, rate_squares;
	/* The longest of the gaps that end in it, by exposure. */
	struct series_gap gap;
	uint64_t clients;     /* different client addresses that submitted */
	struct estimate rate; /* mean over `seconds` */
};

struct series {
	struct ts from; /* aligned to the bin's length in UTC */
	double bin_seconds;
	struct series_bin *bin; /* free with series_free() */
	size_t n;
	uint64_t dropped; /* shares that a limit on memory left out */
	/* First and last packet of its sessions; TS_NONE: it has none. */
	struct ts opened, closed;
	/* The last moment up to `opened` at which it is known that no session
	 * was open: `opened` itself, or where the sensor had stopped before.
	 * And the first from `closed` on. TS_NONE: it is not known. */
	struct ts opened_after, closed_before;
	double looked_behind; /* seconds that the sensor went on, from `closed`
			       */
	/* Seconds, by hour of the week (UTC; 0: Monday, 0:00): in which the
	 * sensor looked from `opened` to `closed`, and of these in which a
	 * session was open. */
	double sensor[SERIES_WEEK_HOURS], open[SERIES_WEEK_HOURS];
};

/* Whose shares: the findings (with all their connections) of a subject, and of
 * these, if worker is not NULL, those under that name. Time counts in the
 * findings of kind session in which the subject has a share. */
struct series_subject {
	const struct finding *const *member;
	size_t n;
	const char *worker;
};

/* The length of bins that suits a time of so many seconds: a day from a week
 * on, an hour above a day, else the shortest of 1, 2, 5, 10, 15, 30, 60
 * seconds, 2, 5, 10 minutes that gives at most 240 bins. */
double series_bin_seconds(double span_seconds);

/* out[i] of subject[i]; all have the same bins, which reach over all inputs and
 * sessions of the store. bin_seconds 0: as series_bin_seconds() has it; not
 * below a millisecond; doubled as long as there would be more than
 * SERIES_BINS_MAX, or with all subjects more than SERIES_CELLS_MAX of them. The
 * store's shares are read once, whatever n is. ST_IO if the store cannot be
 * read; out is then empty. */
enum status series_load(struct series *out,
			const struct series_subject *subject, size_t n,
			struct store *store, double bin_seconds,
			double confidence);
void series_free(struct series *s, size_t n);

#endif /* ANALYSIS_SERIES_H */
