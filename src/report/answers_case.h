/* answers_case - which case it is, as a namespace for names of its objects: the
 * same inputs give the same UUIDs, in every report. */
#ifndef REPORT_ANSWERS_CASE_H
#define REPORT_ANSWERS_CASE_H

#include "analysis/assessment.h"
#include "report/uuid.h"

struct uuid answers_case_space(const struct assessment *a);
/* Of what is the same in all cases: assay itself. */
struct uuid answers_case_common(const char *name);

/* When the case ends: its last packet, else the time of the report. Objects are
 * "created" then, so that a later report is a newer version of the same ones.
 */
struct ts answers_case_created(const struct assessment *a, struct ts generated);

#endif /* REPORT_ANSWERS_CASE_H */
