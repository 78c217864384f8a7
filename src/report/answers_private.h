/* answers_private - what the outputs of an assessment share: bytes in hand that
 * go out piece by piece, and a few words. */
#ifndef REPORT_ANSWERS_PRIVATE_H
#define REPORT_ANSWERS_PRIVATE_H

#include "base/json_write.h"
#include "report/answers.h"

struct telling {
	FILE *out;
	const struct assessment *a;
	const struct answers_about *about; /* NULL: CSV has no need of it */
	struct buf buf;
	struct json_writer w; /* onto buf */
	bool begun; /* a line, of outputs that have lines: fields follow */
	enum status st;
};

void answers_begin(struct telling *x, FILE *out, const struct assessment *a,
		   const struct answers_about *about);
/* What is in hand goes out, once there is much of it: to be called between
 * values, often enough. */
void answers_pass(struct telling *x);
/* The rest goes out. How all of it went. */
enum status answers_end(struct telling *x);

/* Between fields of a line; answers_line_end() ends it. */
void answers_separate(struct telling *x, char separator);
void answers_line_end(struct telling *x, const char *ending);

/* "simulated" where the assessment is; else grade. */
const char *answers_grade(const struct assessment *a, const char *grade);
/* NULL if there is no such input. */
const struct assessment_input *answers_input(const struct assessment *a,
					     int64_t row);
/* Can it be an IP address; a name of DNS? NULL is neither. */
bool answers_is_address(const char *text);
bool answers_is_domain(const char *name);
/* NULL for what is not determined. */
const char *answers_algorithm(enum fact_algorithm algorithm);
const char *answers_verdict(enum fact_verdict v);
const char *answers_pattern(enum machines_pattern p);
/* "within", "before", "after"; NULL */
const char *answers_known(enum timing_known k);
const char *answers_guard(enum timing_guard g); /* "good", "failed"; NULL */
/* Were its parts left out by redact_assessment()? */
bool answers_exhibit_bare(const struct exhibit *e);

/* Does it have anything in it that is the subject's own? The first subject's
 * bins do as soon as a sensor looked. */
bool answers_bin_shown(const struct subject *s, const struct series_bin *b);

/* The shortest text that reads back as the same double; false, and nothing, if
 * v is not finite. */
bool answers_double(struct buf *out, double v);

/* answers_json_subject.c, answers_json_hypotheses.c: the value of a key. */
void answers_json_estimate(struct json_writer *w, const char *key,
			   const struct estimate *e);
void answers_json_subject(struct telling *x, const struct subject *s);
void answers_json_hypotheses(struct telling *x);

#endif /* REPORT_ANSWERS_PRIVATE_H */
