#include <arpa/inet.h>
#include <math.h>
#include <string.h>

#include "report/answers_private.h"

/* Any one value is smaller; what is in hand goes out long before. */
#define BUF_MAX    (64u << 20)
#define BUF_ENOUGH (64u << 10)

void answers_begin(struct telling *x, FILE *out, const struct assessment *a,
		   const struct answers_about *about)
{
	*x = (struct telling){
		.out = out, .a = a, .about = about, .st = ST_OK
	};
	buf_init(&x->buf, BUF_MAX);
	json_write_init(&x->w, &x->buf);
}

static void give(struct telling *x)
{
	/* Half a value would be no document. */
	if (x->buf.full)
		x->st = ST_LIMIT;
	if (x->st == ST_OK && x->buf.n &&
	    fwrite(x->buf.p, 1, x->buf.n, x->out) != x->buf.n)
		x->st = ST_IO;
	buf_clear(&x->buf);
}

void answers_pass(struct telling *x)
{
	if (x->buf.n >= BUF_ENOUGH || x->buf.full)
		give(x);
}

enum status answers_end(struct telling *x)
{
	give(x);
	buf_fini(&x->buf);
	if (fflush(x->out) != 0 && x->st == ST_OK)
		x->st = ST_IO;
	return x->st;
}

void answers_separate(struct telling *x, char separator)
{
	if (x->begun)
		buf_u8(&x->buf, (uint8_t)separator);
	x->begun = true;
}

void answers_line_end(struct telling *x, const char *ending)
{
	buf_text(&x->buf, ending);
	x->begun = false;
	answers_pass(x);
}

bool answers_double(struct buf *out, double v)
{
	struct json_writer w;

	if (!isfinite(v))
		return false;
	json_write_init(&w, out);
	json_write_double(&w, v);
	return true;
}

const char *answers_grade(const struct assessment *a, const char *grade)
{
	return a->simulated ? "simulated" : grade;
}

const struct assessment_input *answers_input(const struct assessment *a,
					     int64_t row)
{
	for (size_t i = 0; i < a->num_inputs; i++) {
		if (a->input[i].row == row)
			return &a->input[i];
	}
	return NULL;
}

bool answers_is_address(const char *text)
{
	struct in6_addr room;

	return text && (inet_pton(AF_INET, text, &room) == 1 ||
			inet_pton(AF_INET6, text, &room) == 1);
}

/* RFC 1123's letters, and the underscore that is seen in practice; an address
 * is no name. */
bool answers_is_domain(const char *name)
{
	static const char digits[] = "0123456789.";
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";
	const size_t n = name ? strlen(name) : 0;

	return n > 0 && n <= 253 && name[0] != '.' && name[0] != '-' &&
	       !strstr(name, "..") && strspn(name, letters) == n &&
	       strspn(name, digits) < n;
}

const char *answers_algorithm(enum fact_algorithm algorithm)
{
	return algorithm == FACT_NO_ALGORITHM ? NULL
					      : fact_algorithm_text(algorithm);
}

const char *answers_verdict(enum fact_verdict v)
{
	return v == FACT_UNANSWERED ? NULL : fact_verdict_text(v);
}

const char *answers_pattern(enum machines_pattern p)
{
	return p == MACHINES_PATTERN_UNKNOWN ? NULL : machines_pattern_text(p);
}

const char *answers_known(enum timing_known k)
{
	switch (k) {
	case TIMING_UNKNOWN:
		break;
	case TIMING_WITHIN:
		return "within";
	case TIMING_BEFORE:
		return "before";
	case TIMING_AFTER:
		return "after";
	}
	return NULL;
}

const char *answers_guard(enum timing_guard g)
{
	switch (g) {
	case TIMING_GUARD_UNKNOWN:
		break;
	case TIMING_GUARD_GOOD:
		return "good";
	case TIMING_GUARD_FAILED:
		return "failed";
	}
	return NULL;
}

bool answers_exhibit_bare(const struct exhibit *e)
{
	static const uint8_t none[80];

	return memcmp(e->header, none, sizeof(none)) == 0;
}

bool answers_bin_shown(const struct subject *s, const struct series_bin *b)
{
	if (s->kind == SUBJECT_ALL && b->sensor > 0)
		return true;
	return b->sessions || b->contacts || b->shares || b->seconds > 0;
}
