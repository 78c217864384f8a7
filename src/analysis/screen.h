/* screen - an address held against lists: directly, by cluster, and by
 * exposure, which is what coins it took and gave have to do with listed
 * addresses.
 *
 * A cluster is an inference (chain/cluster.h) and told as one. Exposure stops
 * at the first listed service, because behind it coins are others'; amounts
 * are ranges over policies (chain/taint.h). */
#ifndef ANALYSIS_SCREEN_H
#define ANALYSIS_SCREEN_H

#include "chain/cluster.h"
#include "chain/trace.h"
#include "watchlist/lists.h"

#define SCREEN_HITS_MAX 256

/* Before or after the day of listing? */
enum screen_when {
	SCREEN_UNDATED, /* the list gives no day */
	SCREEN_BEFORE,  /* all of it */
	SCREEN_AFTER,   /* all of it */
	SCREEN_ACROSS,
};
const char *screen_when_text(enum screen_when w);

struct screen_exposure {
	size_t entry;      /* of the lists */
	uint32_t hops;     /* transactions between */
	uint32_t entities; /* clusters between, the two ends left out;
			    * UINT32_MAX: no clusters were made */
	uint64_t outputs, sat;
	uint64_t low, high;               /* satoshi of it, over the policies */
	double portion_low, portion_high; /* of all that was traced */
	struct ts first, last;
	enum screen_when when;
	uint8_t (*path)[32]; /* txids of the shortest way, internal order */
	size_t num_path;
};

struct screen_side { /* coins taken (from) or given (to) */
	bool done;
	struct screen_exposure *exposure; /* the weightiest first */
	size_t n;
	uint64_t traced_sat;       /* from how much */
	uint64_t ends[TRACE_ENDS]; /* outputs, by why the trace stopped */
	uint64_t ended_low[TRACE_ENDS], ended_high[TRACE_ENDS]; /* satoshi */
};

struct screened {
	const char *address; /* the caller's */
	uint8_t script[42];
	size_t script_n;   /* 0: no Bitcoin address */
	const char *asset; /* of which it is an address, or NULL */
	size_t direct[SCREEN_HITS_MAX];
	size_t num_direct;
	/* Entries of other addresses of its cluster. */
	uint32_t cluster_size; /* 0: no clusters, or never paid */
	size_t clustered[SCREEN_HITS_MAX];
	size_t num_clustered;
	struct screen_side from, to;
};

struct screen_options {
	const struct chain *chain; /* NULL: only the lists */
	struct clusters *clusters; /* NULL: none */
	uint32_t hops_max;         /* 0: no limit */
	size_t outputs_max;        /* 0: TRACE_OUTPUTS_MAX */
	bool through_services;
	unsigned threads;
	bool (*progress)(void *context, const char *what, size_t done,
			 size_t all);
	void *progress_context;
};

enum status screen_address(struct screened *out, const char *address,
			   const struct lists *lists,
			   const struct screen_options *options,
			   struct why *why);
void screen_free(struct screened *s);

#endif /* ANALYSIS_SCREEN_H */
