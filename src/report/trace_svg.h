/* trace_svg - a trace as a drawing: coins flow from left to right through what
 * they pass to where they came to rest (backward: from where they came), as
 * wide as what is traced of them. */
#ifndef REPORT_TRACE_SVG_H
#define REPORT_TRACE_SVG_H

#include <stdio.h>

#include "report/trace_told.h"

/* One <svg> element with its own style, light and dark, for a page or a file of
 * its own; t->kinds is needed. What is sanctioned, an exchange's or a CoinJoin
 * is told by shape, colour and words. At most TRACE_GRAPH_* nodes. */
enum status trace_svg(FILE *out, const struct trace_told *t);

#endif /* REPORT_TRACE_SVG_H */
