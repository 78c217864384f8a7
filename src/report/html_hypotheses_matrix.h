/* html_hypotheses_matrix - the matrix of hypotheses and evidence. */
#ifndef REPORT_HTML_HYPOTHESES_MATRIX_H
#define REPORT_HTML_HYPOTHESES_MATRIX_H

#include "report/html.h"

void html_hypotheses_matrix(struct html *h);

#endif /* REPORT_HTML_HYPOTHESES_MATRIX_H */
