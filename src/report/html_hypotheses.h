/* html_hypotheses - words for what the hypotheses are weighed by. */
#ifndef REPORT_HTML_HYPOTHESES_H
#define REPORT_HTML_HYPOTHESES_H

#include "report/html.h"

/* What a quantity is called: "Hash rate", .. */
const char *html_hypotheses_label(enum hypothesis_quantity q);

/* What was measured of it: figure and interval, the word, or "not determined".
 */
void html_hypotheses_measured(struct html *h, enum hypothesis_quantity q);

#endif /* REPORT_HTML_HYPOTHESES_H */
