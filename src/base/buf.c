#include "base/buf.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ROOM_MIN 64

static const uint8_t nothing[1];

void buf_init(struct buf *b, size_t limit)
{
	/* Half of the address space, so that doubling cannot wrap. */
	*b = (struct buf){ .limit = limit < SIZE_MAX / 2 ? limit
							 : SIZE_MAX / 2 };
}

void buf_fini(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .limit = b->limit };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->full = false;
}

/* Room for n more bytes and the NUL that buf_str() puts behind them. */
static bool reserve(struct buf *b, size_t n)
{
	if (b->full || n > b->limit - b->n) {
		b->full = true;
		return false;
	}
	if (b->p && n <= b->room - b->n)
		return true;

	size_t room = b->room ? b->room * 2 : ROOM_MIN;

	if (room < b->n + n)
		room = b->n + n;
	if (room > b->limit)
		room = b->limit;
	b->p = mem_resize(b->p, room + 1, 1);
	b->room = room;
	return true;
}

bool buf_add(struct buf *b, const void *p, size_t n)
{
	if (!reserve(b, n))
		return false;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	return true;
}

bool buf_extend(struct buf *b, size_t n)
{
	if (!reserve(b, n))
		return false;
	b->n += n;
	return true;
}

bool buf_u8(struct buf *b, uint8_t v)
{
	return buf_add(b, &v, 1);
}

bool buf_le32(struct buf *b, uint32_t v)
{
	const uint32_t wire = htole32(v);

	return buf_add(b, &wire, sizeof(wire));
}

bool buf_be32(struct buf *b, uint32_t v)
{
	const uint32_t wire = htobe32(v);

	return buf_add(b, &wire, sizeof(wire));
}

bool buf_text(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

bool buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);

	const int n = vsnprintf(NULL, 0, format, args);
	const bool fits = n >= 0 && reserve(b, (size_t)n);

	if (fits) {
		(void)vsnprintf((char *)b->p + b->n, (size_t)n + 1, format,
				again);
		b->n += (size_t)n;
	}
	va_end(again);
	va_end(args);
	return fits;
}

void buf_drop(struct buf *b, size_t n)
{
	assert(n <= b->n);
	if (n && n < b->n)
		memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

struct span buf_span(const struct buf *b)
{
	return (struct span){ b->p ? b->p : nothing, b->n };
}

const char *buf_str(struct buf *b)
{
	if (!b->p)
		return "";
	b->p[b->n] = '\0';
	return (const char *)b->p;
}
