/* export_trace - the files that a trace is written to, for other programs. */
#ifndef CLI_EXPORT_TRACE_H
#define CLI_EXPORT_TRACE_H

#include "report/trace_told.h"

struct export_trace { /* paths as given, or NULL */
	const char *graphml, *svg;
	const char *tsv, *rowbinary; /* directories */
};

/* CLI_DONE, or CLI_FAILED after a message. */
int export_trace(const struct export_trace *e, const struct trace_told *t);

#endif /* CLI_EXPORT_TRACE_H */
