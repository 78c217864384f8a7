/* report_trace - the coins that coinbases paid to a case's payout addresses,
 * followed through a node's blocks. */
#ifndef CLI_REPORT_TRACE_H
#define CLI_REPORT_TRACE_H

#include "analysis/assessment.h"
#include "report/trace_told.h"

#define REPORT_TRACE_LISTS_MAX 64

struct report_trace {
	/* Given: the node's blocks, and lists of addresses. */
	const char *path;
	const char *list[REPORT_TRACE_LISTS_MAX];
	size_t num_lists;
	/* Made. */
	struct chain *chain;
	struct lists *lists;
	struct script_set scripts;
	struct trace trace;
	struct kinds kinds;
	bool has_trace, has_kinds;
	struct trace_told told;
};

/* CLI_DONE, or an exit status after a message; nothing is done without a path.
 * Free in any case. */
int report_trace_make(struct report_trace *r, const struct assessment *a);
void report_trace_free(struct report_trace *r);

#endif /* CLI_REPORT_TRACE_H */
