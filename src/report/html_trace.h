/* html_trace - where the coins went on the chain: the end of the page's chapter
 * on money. */
#ifndef REPORT_HTML_TRACE_H
#define REPORT_HTML_TRACE_H

#include "report/html.h"

/* Nothing where no trace was asked for. */
void html_trace(struct html *h);

#endif /* REPORT_HTML_TRACE_H */
