/* report_private - what the JSON outputs share: keys with their values, the
 * members of a finding and of a group, and one line in hand. */
#ifndef REPORT_REPORT_PRIVATE_H
#define REPORT_REPORT_PRIVATE_H

#include "base/json_write.h"
#include "report/report.h"

/* report_key.c: a key and its value. */
void report_key_text(struct json_writer *w, const char *key, const char *text);
void report_key_uint(struct json_writer *w, const char *key, uint64_t v);
void report_key_bool(struct json_writer *w, const char *key, bool v);
void report_key_double(struct json_writer *w, const char *key, double v);
/* 0 means "not determined" for these. */
void report_key_positive(struct json_writer *w, const char *key, double v);
void report_key_count(struct json_writer *w, const char *key, uint64_t v);
void report_key_span(struct json_writer *w, const char *key, struct span s);
void report_key_ts(struct json_writer *w, const char *key, struct ts t);
/* A key and the bracket of what it names. */
void report_key_begin(struct json_writer *w, const char *key, char bracket);

/* "H/s"; of Equihash "Sol/s". */
const char *report_rate_unit(const struct work *work);

/* report_json_finding.c: "type" and all other members of a session, contact
 * or node, and those of a miner or worker (docs/json.md). grade: as it is to
 * be told. */
void report_finding_members(struct json_writer *w, const struct finding *f,
			    const char *grade);
void report_group_members(struct json_writer *w, const char *type,
			  const struct finding_group *g, const char *grade);
/* "sessions": the ids of all connections of n findings. */
void report_sessions_member(struct json_writer *w,
			    const struct finding *const *member, size_t n);
/* "grade", "chance_bits", "work_bits", "shares", "difficulty", "hashrate"; the
 * last one null if it is not to be told. */
void report_work_members(struct json_writer *w, const struct work *work,
			 const char *grade, bool tell_rate);

#endif /* REPORT_REPORT_PRIVATE_H */
