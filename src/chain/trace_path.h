/* trace_path - the shortest way in a trace between a source and an output. */
#ifndef CHAIN_TRACE_PATH_H
#define CHAIN_TRACE_PATH_H

#include "chain/trace.h"

/* Outputs of the trace from a source (first) to `output` (last), each made by
 * (backward: spent in) a transaction that spends (makes) the one before: as
 * many as its hops and one. free(*path). */
void trace_path(uint32_t **path, size_t *n, const struct trace *t,
		uint32_t output);

#endif /* CHAIN_TRACE_PATH_H */
