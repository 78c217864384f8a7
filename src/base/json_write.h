/* json_write - JSON onto a buffer, one value after the other, commas and
 * escapes taken care of.
 *
 * Text that was captured may hold anything: bytes that are not UTF-8 become
 * U+FFFD, control characters become \u00XX. Numbers that are not finite become
 * null, and so does everything that is not determined. Integers above 2^53 are
 * written as strings, because readers in JavaScript would change them. */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ts.h"

struct json_writer { /* private */
	struct buf *out;
	bool comma;
};

void json_write_init(struct json_writer *w, struct buf *out);

void json_write_begin(struct json_writer *w, char bracket); /* '{' or '[' */
void json_write_end(struct json_writer *w, char bracket);   /* '}' or ']' */
void json_write_key(struct json_writer *w, const char *key);

void json_write_null(struct json_writer *w);
void json_write_bool(struct json_writer *w, bool v);
void json_write_int(struct json_writer *w, int64_t v);
void json_write_uint(struct json_writer *w, uint64_t v);
/* The shortest text that reads back as the same double. */
void json_write_double(struct json_writer *w, double v);
void json_write_span(struct json_writer *w, struct span text);
void json_write_text(struct json_writer *w, const char *text); /* NULL: null */
void json_write_hex(struct json_writer *w, struct span bytes);
void json_write_ts(struct json_writer *w, struct ts t); /* unknown: null */

#endif /* BASE_JSON_WRITE_H */
