#include "report/report_private.h"

#include <math.h>

void report_key_text(struct json_writer *w, const char *key, const char *text)
{
	json_write_key(w, key);
	json_write_text(w, text);
}

void report_key_uint(struct json_writer *w, const char *key, uint64_t v)
{
	json_write_key(w, key);
	json_write_uint(w, v);
}

void report_key_bool(struct json_writer *w, const char *key, bool v)
{
	json_write_key(w, key);
	json_write_bool(w, v);
}

void report_key_double(struct json_writer *w, const char *key, double v)
{
	json_write_key(w, key);
	json_write_double(w, v);
}

void report_key_positive(struct json_writer *w, const char *key, double v)
{
	report_key_double(w, key, v > 0 ? v : NAN);
}

void report_key_count(struct json_writer *w, const char *key, uint64_t v)
{
	json_write_key(w, key);
	if (v > 0)
		json_write_uint(w, v);
	else
		json_write_null(w);
}

void report_key_span(struct json_writer *w, const char *key, struct span s)
{
	json_write_key(w, key);
	if (s.n)
		json_write_span(w, s);
	else
		json_write_null(w);
}

void report_key_ts(struct json_writer *w, const char *key, struct ts t)
{
	json_write_key(w, key);
	json_write_ts(w, t);
}

void report_key_begin(struct json_writer *w, const char *key, char bracket)
{
	json_write_key(w, key);
	json_write_begin(w, bracket);
}
