#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "report/answers_csv_private.h"

/* Of captured text that a row repeats: of a field, and with its escapes. */
#define FIELD_MAX 1024
#define TEXT_MAX  (1u << 16)

/* May a spreadsheet take it for a formula? Japanese ones take the wide forms
 * of the signs, too. */
static bool formula(struct span text)
{
	static const uint32_t signs[] = { '=',    '+',    '-',    '@',   '\'',
					  0xff1d, 0xff0b, 0xff0d, 0xff20 };
	uint32_t code;
	size_t n;

	if (!text.n || !utf8_read(&code, &n, text))
		return false;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (code == signs[i])
			return true;
	}
	return false;
}

static bool needs_quotes(struct span text)
{
	return text.n == 0 || memchr(text.p, ',', text.n) ||
	       memchr(text.p, '"', text.n) || text.p[0] == ' ' ||
	       text.p[text.n - 1] == ' ';
}

void answers_csv_quote(struct buf *out, const char *text)
{
	struct buf safe;
	struct span s;
	bool quotes;

	buf_init(&safe, TEXT_MAX);
	text_safe(&safe, (struct span){ (const uint8_t *)text, strlen(text) },
		  FIELD_MAX);
	s = buf_span(&safe);
	quotes = needs_quotes(s);
	if (quotes)
		buf_u8(out, '"');
	if (formula(s))
		buf_u8(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_u8(out, '"');
		buf_u8(out, s.p[i]);
	}
	if (quotes)
		buf_u8(out, '"');
	buf_fini(&safe);
}

void answers_csv_text(struct telling *x, const char *text)
{
	answers_separate(x, ',');
	if (text)
		answers_csv_quote(&x->buf, text);
}

void answers_csv_uint(struct telling *x, uint64_t v)
{
	answers_separate(x, ',');
	buf_printf(&x->buf, "%ju", (uintmax_t)v);
}

void answers_csv_double(struct telling *x, double v)
{
	answers_separate(x, ',');
	(void)answers_double(&x->buf, v);
}

void answers_csv_positive(struct telling *x, double v)
{
	answers_csv_double(x, v > 0 ? v : NAN);
}

void answers_csv_bool(struct telling *x, bool v)
{
	answers_csv_text(x, v ? "true" : "false");
}

void answers_csv_ts(struct telling *x, struct ts t)
{
	char text[TS_TEXT];

	answers_csv_text(x, ts_known(t) ? ts_text(t, text) : NULL);
}

void answers_csv_hex(struct telling *x, const uint8_t *p, size_t n)
{
	answers_separate(x, ',');
	for (size_t i = 0; i < n; i++)
		buf_printf(&x->buf, "%02x", p[i]);
}

void answers_csv_estimate(struct telling *x, const struct estimate *e)
{
	const bool known = e->method != NULL;

	answers_csv_double(x, known ? e->mid : NAN);
	answers_csv_double(x, known ? e->low : NAN);
	answers_csv_double(x, known ? e->high : NAN);
	answers_csv_double(x, known ? e->confidence : NAN);
	answers_csv_text(x, e->method);
}

/* Of an open interval only the end that is known is told. */
void answers_csv_moment(struct telling *x, const struct timing_moment *m)
{
	const bool known = m->known != TIMING_UNKNOWN;
	const bool low = known && m->known != TIMING_BEFORE;
	const bool high = known && m->known != TIMING_AFTER;

	answers_csv_text(x, answers_known(m->known));
	answers_csv_ts(x, low ? m->low : TS_NONE);
	answers_csv_ts(x, low && high ? m->mid : TS_NONE);
	answers_csv_ts(x, high ? m->high : TS_NONE);
}

void answers_csv_close(struct telling *x)
{
	answers_csv_bool(x, x->a->simulated);
	answers_line_end(x, "\r\n");
}
