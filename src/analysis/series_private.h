/* series_private - what the files of series share. */
#ifndef ANALYSIS_SERIES_PRIVATE_H
#define ANALYSIS_SERIES_PRIVATE_H

#include "analysis/observation.h"
#include "analysis/series.h"
#include "base/map.h"

/* Stretches of time, one behind the other once they are united. */
struct series_spans {
	struct series_span {
		struct ts from, to;
	} * span;
	size_t n, room;
};

void series_spans_add(struct series_spans *s, struct ts from, struct ts to);
void series_spans_unite(struct series_spans *s);
void series_spans_free(struct series_spans *s);

/* Adds the time of united spans to hours of the week. */
void series_spans_week(double hour[SERIES_WEEK_HOURS],
		       const struct series_spans *s);

/* Of united ones: the last moment up to t that lies in them, with quiet_ns
 * before it; and the first from t on, with as much behind it. TS_NONE: there is
 * none. */
struct ts series_spans_quiet_before(const struct series_spans *s, struct ts t,
				    int64_t quiet_ns);
struct ts series_spans_quiet_behind(const struct series_spans *s, struct ts t,
				    int64_t quiet_ns);

/* Seconds from t to the end of the united one that it lies in; 0: in none. */
double series_spans_left(const struct series_spans *s, struct ts t);

/* What two united ones have in common. */
struct series_spans series_spans_common(const struct series_spans *a,
					const struct series_spans *b);

/* The bins: all subjects have the same. */
struct series_grid {
	struct ts from;
	int64_t bin_ns;
	size_t n;
};

/* The bin that t lies in; of times outside of all the nearest. */
size_t series_grid_at(const struct series_grid *g, struct ts t);
/* Where bin i begins. */
struct ts series_grid_from(const struct series_grid *g, size_t i);

/* Sets of subjects, by number: who a share counts for. */
struct series_sets;

struct series_sets *series_sets_new(void);
void series_sets_free(struct series_sets *s);
/* The set of these members, in rising order; false at a limit. */
bool series_sets_put(struct series_sets *s, uint32_t *set,
		     const uint32_t *member, size_t n);
const uint32_t *series_sets_members(const struct series_sets *s, uint32_t set,
				    size_t *n);
/* A header that counted for `had` is seen again by `set`: who it counts for now
 * (*rest), and who it then has counted for (*had). false at a limit. */
bool series_sets_again(struct series_sets *s, uint32_t *rest, uint32_t *had,
		       uint32_t set);

/* A unique share. */
struct series_item {
	struct ts time;
	double hashes;
	uint32_t set;
	uint32_t client : 31;
	uint32_t announced : 1;
};

/* A subject while it is gathered. */
struct series_gather {
	struct observation time; /* as read; united by series.c */
	/* Observed before each of its stretches: seconds, and exposure. */
	double *seconds, *exposure;
	enum fact_algorithm algorithm;
	bool mixed;
	uint64_t shares;
	struct ts last_share;
	double last_seconds, last_exposure;
};

/* All that was read of the store. */
struct series_read {
	struct series_sets *sets;
	struct series_item *item; /* in order of time */
	size_t num_items, room_items;
	uint64_t dropped;
	/* Of each subject. */
	struct series_gather *gather;
};

enum status series_read_all(struct series_read *out,
			    const struct series_subject *subject, size_t n,
			    struct store *store);
void series_read_free(struct series_read *r, size_t n);

#endif /* ANALYSIS_SERIES_PRIVATE_H */
