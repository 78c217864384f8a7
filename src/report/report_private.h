/* report_private - what the files of the JSON output share: one line in hand,
 * and its keys. */
#ifndef REPORT_REPORT_PRIVATE_H
#define REPORT_REPORT_PRIVATE_H

#include "base/json_write.h"
#include "report/report.h"

/* An input that facts may cite. */
struct cited {
	int64_t row;
	char *name;
};

struct writing {
	FILE *out;
	struct cited *input;
	size_t num_inputs;
	const struct report *report;
	struct buf line;
	struct json_writer w;
	enum status st;
};

void report_line_begin(struct writing *x, const char *type);
void report_line_end(struct writing *x);
void report_key_text(struct writing *x, const char *key, const char *text);
void report_key_uint(struct writing *x, const char *key, uint64_t v);
void report_key_double(struct writing *x, const char *key, double v);
/* 0 means "not determined" for these. */
void report_key_count(struct writing *x, const char *key, uint64_t v);
void report_key_positive(struct writing *x, const char *key, double v);
void report_key_span(struct writing *x, const char *key, struct span s);
void report_key_ts(struct writing *x, const char *key, struct ts t);

/* report_json_finding.c: whole lines. */
void report_session_line(struct writing *x, const struct finding *f);
void report_group_line(struct writing *x, const char *type,
		       const struct finding_group *g);

#endif /* REPORT_REPORT_PRIVATE_H */
