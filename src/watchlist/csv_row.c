#include "watchlist/csv_row.h"

void csv_row_init(struct csv_row *r, struct span text)
{
	*r = (struct csv_row){ .text = text, .next_line = 1 };
	buf_init(&r->bytes, CSV_ROW_BYTES);
	if (text.n >= 3 && text.p[0] == 0xef && text.p[1] == 0xbb &&
	    text.p[2] == 0xbf) { /* a byte order mark */
		r->text.p += 3;
		r->text.n -= 3;
	}
}

void csv_row_fini(struct csv_row *r)
{
	buf_fini(&r->bytes);
}

static int next(struct csv_row *r)
{
	if (r->text.n == 0)
		return -1;
	const uint8_t c = r->text.p[0];

	r->text.p++;
	r->text.n--;
	r->next_line += c == '\n';
	return c;
}

/* Behind the opening quote, to behind the closing one. */
static void quoted(struct csv_row *r)
{
	for (;;) {
		const int c = next(r);

		if (c < 0) {
			r->bad = true;
			return;
		}
		if (c == '"') {
			if (r->text.n == 0 || r->text.p[0] != '"')
				return;
			next(r);
		}
		r->bad |= !buf_u8(&r->bytes, (uint8_t)c);
	}
}

/* True: another field follows. */
static bool field(struct csv_row *r)
{
	size_t from = r->bytes.n;

	for (;;) {
		const int c = next(r);

		if (c == '"' && r->bytes.n == from)
			quoted(r);
		else if (c < 0 || c == ',' || c == '\n') {
			if (r->n < CSV_ROW_FIELDS)
				r->end[r->n++] = r->bytes.n;
			return c == ',';
		} else if (c == ' ' && r->bytes.n == from) {
			continue;
		} else if (c != '\r') {
			r->bad |= !buf_u8(&r->bytes, (uint8_t)c);
		}
		if (r->bad)
			return false;
	}
}

bool csv_row_next(struct csv_row *r)
{
	while (r->text.n > 0 && !r->bad) {
		r->line = r->next_line;
		r->n = 0;
		buf_clear(&r->bytes);
		while (field(r))
			;
		if (!r->bad && (r->n > 1 || r->bytes.n > 0))
			return true;
	}
	return false;
}

struct span csv_row_whole(const struct csv_row *r, size_t i)
{
	const size_t from = i > 0 && i < r->n ? r->end[i - 1] : 0;

	if (i >= r->n || r->end[i] == from)
		return cur_over((struct span){ NULL, 0 }).all;
	return (struct span){ r->bytes.p + from, r->end[i] - from };
}

struct span csv_row_field(const struct csv_row *r, size_t i)
{
	struct span s = csv_row_whole(r, i);

	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}
