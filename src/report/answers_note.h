/* answers_note - what is known of a subject in a few plain sentences, for
 * formats that have room for a note only. */
#ifndef REPORT_ANSWERS_NOTE_H
#define REPORT_ANSWERS_NOTE_H

#include "analysis/assessment.h"
#include "base/buf.h"

/* One line for each figure; no captured text in it. separator stands between
 * lines: "\n", or " " where a format has one line. */
void answers_note_subject(struct buf *out, const struct assessment *a,
			  const struct subject *s, const char *separator);

/* What the evidence makes of one hypothesis, a row of a->hypotheses. */
void answers_note_hypothesis(struct buf *out, const struct assessment *a,
			     size_t row, const char *separator);

/* "1.25 TH/s (1.12 TH/s to 1.38 TH/s at 95 %, fay-feuer)", or "not determined".
 */
void answers_note_estimate(struct buf *out, const struct estimate *e,
			   const char *unit);

/* Put before names and sentences of what a generator made; "". */
const char *answers_note_simulated(const struct assessment *a);

#endif /* REPORT_ANSWERS_NOTE_H */
