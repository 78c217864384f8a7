/* answers_csv_private - one CSV field after the other (RFC 4180). A field that
 * is not determined is empty; a text that is empty is "". */
#ifndef REPORT_ANSWERS_CSV_PRIVATE_H
#define REPORT_ANSWERS_CSV_PRIVATE_H

#include "report/answers_private.h"

/* One text as it stands in a field. Spreadsheets take a text that begins with
 * = + - or @ for a formula: it gets an apostrophe in front, and so does one
 * that begins with an apostrophe, so that a reader may take the first one away.
 * Control characters and bytes that are not UTF-8 become \xNN: a record is one
 * line. */
void answers_csv_quote(struct buf *out, const char *text);

void answers_csv_text(struct telling *x, const char *text);
void answers_csv_uint(struct telling *x, uint64_t v);
void answers_csv_double(struct telling *x, double v);
/* 0 means "not determined" for these. */
void answers_csv_positive(struct telling *x, double v);
void answers_csv_bool(struct telling *x, bool v);
void answers_csv_ts(struct telling *x, struct ts t);
void answers_csv_hex(struct telling *x, const uint8_t *p, size_t n);
/* Five fields: ANSWERS_CSV_ESTIMATE(name) is their header. */
void answers_csv_estimate(struct telling *x, const struct estimate *e);
#define ANSWERS_CSV_ESTIMATE(name)                                             \
	name "," name "_low," name "_high," name "_confidence," name "_method"
/* Four fields. */
void answers_csv_moment(struct telling *x, const struct timing_moment *m);
#define ANSWERS_CSV_MOMENT(name)                                               \
	name "_known," name "_low," name "," name "_high"
/* clang-format off */
#define ANSWERS_CSV_WORK                                                       \
	"submitted,proved,claimed,simulated_shares,unique,accepted,rejected,"  \
	"rounding,at_once,"                                                    \
	"blocks,chance_bits,work_bits,difficulty_min,difficulty_max,"          \
	"difficulty_sum,rate_shares,rate_seconds,rate_exposure,rate_unit,"     \
	ANSWERS_CSV_ESTIMATE("hashrate")
/* clang-format on */
/* "simulated", the last field of every record. */
void answers_csv_close(struct telling *x);

/* answers_csv_subject.c: all records of a table, and their headers. */
extern const char answers_csv_subjects_header[];
void answers_csv_subjects(struct telling *x);
extern const char answers_csv_timeline_header[];
void answers_csv_timeline(struct telling *x);
extern const char answers_csv_segments_header[];
void answers_csv_segments(struct telling *x);
extern const char answers_csv_machines_header[];
void answers_csv_machines(struct telling *x);
extern const char answers_csv_money_header[];
void answers_csv_money(struct telling *x);
/* answers_csv_session.c */
extern const char answers_csv_sessions_header[];
void answers_csv_sessions(struct telling *x);
extern const char answers_csv_payouts_header[];
void answers_csv_payouts(struct telling *x);
/* Counts, strength and hash rate of work: the fields of ANSWERS_CSV_WORK.
 * The rate only if it is to be told. */
void answers_csv_work(struct telling *x, const struct work *w, bool tell_rate);

#endif /* REPORT_ANSWERS_CSV_PRIVATE_H */
