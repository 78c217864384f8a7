#include "analysis/lines.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLOCK 65536

enum status lines_read(struct buf *out, const char *path, struct why *why)
{
	static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };
	FILE *f = fopen(path, "rb");
	uint8_t block[BLOCK];
	enum status st = ST_OK;
	size_t n;

	if (!f)
		return status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	while (!out->full && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(out, block, n);
	if (out->full)
		st = status_why(why, ST_LIMIT,
				"%s: larger than the %zu bytes that are read",
				path, out->limit);
	else if (ferror(f))
		st = status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	fclose(f);
	if (out->n >= sizeof(mark) && memcmp(out->p, mark, sizeof(mark)) == 0)
		buf_drop(out, sizeof(mark));
	return st;
}

struct lines lines_over(struct span text)
{
	return (struct lines){ .rest = text };
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span strip(struct span s)
{
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

bool lines_next(struct span *line, struct lines *l)
{
	while (l->rest.n > 0) {
		const uint8_t *end = memchr(l->rest.p, '\n', l->rest.n);
		const size_t n = end ? (size_t)(end - l->rest.p) : l->rest.n;
		const size_t step = end ? n + 1 : n;
		const struct span found = strip((struct span){ l->rest.p, n });

		l->rest.p += step;
		l->rest.n -= step;
		l->number++;
		if (found.n > 0 && found.p[0] != '#') {
			*line = found;
			return true;
		}
	}
	return false;
}

bool lines_field(struct span *field, struct span *line, char separator)
{
	const bool blanks = is_blank((uint8_t)separator);
	size_t n = 0;

	if (line->n == 0)
		return false;
	while (n < line->n && (blanks ? !is_blank(line->p[n])
				      : line->p[n] != (uint8_t)separator))
		n++;
	*field = strip((struct span){ line->p, n });
	n += n < line->n;
	*line = strip((struct span){ line->p + n, line->n - n });
	return true;
}
