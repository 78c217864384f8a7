/* trace_told - a trace in words, as lines of JSON, and as tables and graphs for
 * other programs. */
#ifndef REPORT_TRACE_TOLD_H
#define REPORT_TRACE_TOLD_H

#include <stdio.h>

#include "analysis/kind.h"
#include "chain/trace.h"
#include "watchlist/lists.h"

/* Everything that one trace leads to. */
struct trace_told {
	const struct trace *trace;
	const struct chain *chain;
	const struct lists *lists;   /* NULL: none */
	const struct kinds *kinds;   /* of its transactions; NULL: not asked */
	bool policy[TAINT_POLICIES]; /* which were asked for */
	/* What each output inherits, for each policy asked for, or NULL. */
	uint64_t *tainted[TAINT_POLICIES];
	struct trace_taint_sums sums[TAINT_POLICIES];
	bool stopped; /* before the chain's end, by the user */
	bool verified;
	double seconds;
};

/* Where coins came to rest, one for each script and end; free() the list. */
struct trace_destination {
	struct span script; /* the trace's */
	enum trace_end end;
	uint64_t outputs, sat;
	uint64_t tainted[TAINT_POLICIES];
	uint32_t hops;        /* the fewest */
	uint32_t first, last; /* blocks of the chain, of its outputs */
	uint32_t tx; /* of the trace: of the output with the fewest hops */
};

/* Ends but not spent ones, the weightiest by haircut (or what was asked for
 * first) first. *n: how many there are; the list has `most` of them, or all if
 * most is 0. */
struct trace_destination *trace_destinations(size_t *n,
					     const struct trace_told *t,
					     size_t most);

enum status trace_told_text(FILE *out, const struct trace_told *t);
/* docs/trace.md */
enum status trace_told_json(FILE *out, const struct trace_told *t);
/* A graph of transactions and outputs for Gephi, yEd and others. */
enum status trace_told_graphml(FILE *out, const struct trace_told *t);

#endif /* REPORT_TRACE_TOLD_H */
