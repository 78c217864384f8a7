/* timing_private - what the files of timing share. */
#ifndef ANALYSIS_TIMING_PRIVATE_H
#define ANALYSIS_TIMING_PRIVATE_H

#include "analysis/timing.h"

/* Counts over the bins of a series, cut into stretches of constant rate. */
struct timing_cut {
	const struct series *series;
	struct change_bin *bin; /* one for each of the series */
	double *until;          /* exposure before each bin, and in all */
	struct change change;
	double penalty; /* that it was found with */
	bool presence;
	double confidence;
};

/* -ln(1e-6): so many shares were expected, and none came. */
#define TIMING_TOO_LONG 13.815510557964274

/* Where bin i begins; of i = n where the last one ends. */
struct ts timing_bin_from(const struct series *s, size_t i);
/* The bin that t lies in. */
size_t timing_bin_at(const struct series *s, struct ts t);

/* Is it in bin b one of several sessions side by side, which have no one
 * exposure? */
bool timing_side_by_side(const struct series_bin *b);

/* By the work of shares; by sessions and contacts that begin. */
enum status timing_cut_work(struct timing_cut *out, const struct series *s,
			    double confidence);
enum status timing_cut_presence(struct timing_cut *out, const struct series *s,
				double confidence);
void timing_cut_free(struct timing_cut *c);

/* The segment that bin i lies in. */
size_t timing_cut_segment(const struct timing_cut *c, size_t i);
/* The bin behind segment k. */
size_t timing_cut_end(const struct timing_cut *c, size_t k);

/* What is told of them. */
struct timing_segments timing_segments_of(const struct timing_cut *c);

/* Which of these is the peak (n: none), and the rate of all that are like it.
 */
size_t timing_peak(struct estimate *rate, const struct timing_cut *c,
		   const struct timing_segments *x);

/* Where segment k lies beside one without any event: before it (its end is
 * asked for), or behind it. */
struct timing_moment timing_beside_nothing(const struct timing_cut *c, size_t k,
					   bool end);

struct timing_moment timing_onset(const struct timing_cut *c);
struct timing_moment timing_end(const struct timing_cut *c);

struct timing_duty timing_duty_of(const struct series *s,
				  const struct timing_cut *work);

enum timing_guard timing_guard_of(const struct series *s,
				  const struct timing_traffic *traffic,
				  const struct timing_moment *onset,
				  double confidence);

#endif /* ANALYSIS_TIMING_PRIVATE_H */
