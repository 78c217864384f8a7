/* html_who - what the summary and the section on who and where both tell. */
#ifndef REPORT_HTML_WHO_H
#define REPORT_HTML_WHO_H

#include "report/html.h"

size_t html_who_count(const struct assessment *a, enum subject_kind kind);

/* Those of one kind, most work first. Free the array with free(). */
const struct subject **html_who_ranked(size_t *n, const struct assessment *a,
				       enum subject_kind kind);

#endif /* REPORT_HTML_WHO_H */
