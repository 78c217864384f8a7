#include "base/json_write.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "base/utf8.h"

/* The largest integer up to which a double holds every one. */
#define EXACT_MAX (UINT64_C(1) << 53)

void json_write_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){ .out = out };
}

/* Before a value or key: a comma, if something stands before it. */
static void separate(struct json_writer *w)
{
	if (w->comma)
		buf_u8(w->out, ',');
	w->comma = true;
}

void json_write_begin(struct json_writer *w, char bracket)
{
	separate(w);
	buf_u8(w->out, (uint8_t)bracket);
	w->comma = false;
}

void json_write_end(struct json_writer *w, char bracket)
{
	buf_u8(w->out, (uint8_t)bracket);
	w->comma = true;
}

void json_write_key(struct json_writer *w, const char *key)
{
	json_write_text(w, key);
	buf_u8(w->out, ':');
	w->comma = false;
}

static void write_word(struct json_writer *w, const char *word)
{
	separate(w);
	buf_text(w->out, word);
}

void json_write_null(struct json_writer *w)
{
	write_word(w, "null");
}

void json_write_bool(struct json_writer *w, bool v)
{
	write_word(w, v ? "true" : "false");
}

/* By hand: printf() took a third of the time of large outputs. */
static void write_whole(struct json_writer *w, bool negative, uint64_t v)
{
	const bool quoted = v > EXACT_MAX;
	char text[24]; /* quotes, a sign, 20 digits */
	size_t at = sizeof(text);

	if (quoted)
		text[--at] = '"';
	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	if (negative)
		text[--at] = '-';
	if (quoted)
		text[--at] = '"';
	separate(w);
	buf_add(w->out, text + at, sizeof(text) - at);
}

void json_write_int(struct json_writer *w, int64_t v)
{
	write_whole(w, v < 0, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void json_write_uint(struct json_writer *w, uint64_t v)
{
	write_whole(w, false, v);
}

/* v with so many digits. printf() takes the decimal point from the locale,
 * where it may be several bytes: whatever stands there becomes one dot. */
static size_t double_text(char out[40], double v, int digits)
{
	char text[64];
	size_t n = 0;
	bool point = false;

	(void)snprintf(text, sizeof(text), "%.*g", digits, v);
	for (const char *p = text; *p && n < 39; p++) {
		if (strchr("0123456789+-e", *p))
			out[n++] = *p;
		else if (!point)
			out[n++] = '.';
		point = point || (n && out[n - 1] == '.');
	}
	out[n] = '\0';
	return n;
}

void json_write_double(struct json_writer *w, double v)
{
	/* 15 digits are always kept by a normal double, 17 always suffice. */
	int digits = isnormal(v) ? 15 : 1;
	double again;
	char text[40];

	if (!isfinite(v)) {
		json_write_null(w);
		return;
	}
	for (;; digits++) {
		const size_t n = double_text(text, v, digits);
		const struct span s = { (const uint8_t *)text, n };

		if (digits == 17 || (num_double(&again, s) && again == v))
			break;
	}
	write_word(w, text);
}

static bool plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Writes what text begins with, which is not plain; returns its length. */
static size_t write_special(struct buf *out, struct span text)
{
	uint32_t code;
	size_t n;

	if (!utf8_read(&code, &n, text)) {
		buf_text(out, "\xef\xbf\xbd"); /* U+FFFD */
		return n ? n : 1;
	}
	if (code == '"' || code == '\\')
		buf_printf(out, "\\%c", (int)code);
	else if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		buf_printf(out, "\\u%04x", (unsigned)code);
	else
		buf_add(out, text.p, n);
	return n;
}

void json_write_span(struct json_writer *w, struct span text)
{
	size_t i = 0;

	separate(w);
	buf_u8(w->out, '"');
	while (i < text.n) {
		size_t end = i;

		while (end < text.n && plain(text.p[end]))
			end++;
		buf_add(w->out, text.p + i, end - i);
		i = end;
		if (i < text.n)
			i += write_special(w->out, (struct span){ text.p + i,
								  text.n - i });
	}
	buf_u8(w->out, '"');
}

void json_write_text(struct json_writer *w, const char *text)
{
	if (!text) {
		json_write_null(w);
		return;
	}
	json_write_span(w,
			(struct span){ (const uint8_t *)text, strlen(text) });
}

void json_write_hex(struct json_writer *w, struct span bytes)
{
	struct cur c = cur_over(bytes);
	char text[2 * 64 + 1];

	separate(w);
	buf_u8(w->out, '"');
	while (cur_left(&c)) {
		const size_t left = cur_left(&c);
		const struct span s = cur_take(&c, left < 64 ? left : 64);

		buf_text(w->out, hex_text(text, s.p, s.n));
	}
	buf_u8(w->out, '"');
}

void json_write_ts(struct json_writer *w, struct ts t)
{
	char text[TS_TEXT];

	json_write_text(w, ts_known(t) ? ts_text(t, text) : NULL);
}
