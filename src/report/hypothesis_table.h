/* hypothesis_table - a file of hypotheses, as it was understood, for people.
 *
 * The hypotheses with their priors; then for each item what each of them
 * expects, and what some values would say: the portion of the likelihood that
 * each has there, in per cent, which is what that value alone would make of
 * even priors, before the source's grade discounts it. */
#ifndef REPORT_HYPOTHESIS_TABLE_H
#define REPORT_HYPOTHESIS_TABLE_H

#include <stdio.h>

#include "analysis/hypothesis.h"

/* name: what the file is called. ST_IO if out cannot be written. */
must_use enum status hypothesis_table_write(FILE *out, const char *name,
					    const struct hypothesis_file *f);

#endif /* REPORT_HYPOTHESIS_TABLE_H */
