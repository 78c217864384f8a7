/* assessment_private - the steps of an assessment that have files of their own.
 */
#ifndef ANALYSIS_ASSESSMENT_PRIVATE_H
#define ANALYSIS_ASSESSMENT_PRIVATE_H

#include "analysis/assessment.h"

/* The traffic of all inputs in the bins of the series of a->subject[0]; left
 * NULL where the case holds none. */
enum status assessment_traffic(struct assessment *a, struct store *store);

/* What hypotheses are weighed by, from the measures of a->subject[0]. */
void assessment_evidence(struct assessment *a);

#endif /* ANALYSIS_ASSESSMENT_PRIVATE_H */
