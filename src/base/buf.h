/* buf - bytes that grow up to a limit set at the start.
 *
 * Once an addition would pass the limit the buffer is `full`: it keeps what it
 * had, refuses the whole addition and all later ones, and says so when asked.
 * Nothing is ever cut in the middle. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"

struct buf { /* read p, n and full; change only through buf_*() */
	uint8_t *p;
	size_t n;
	size_t room, limit;
	bool full;
};

void buf_init(struct buf *b, size_t limit);
void buf_fini(struct buf *b);  /* frees; b may be initialised again */
void buf_clear(struct buf *b); /* empty, not full, memory kept */

/* All return false, and leave b as it was but full, if the limit forbids. */
bool buf_add(struct buf *b, const void *p, size_t n);
/* n bytes more, which the caller writes at once: what is in them is anything.
 */
bool buf_extend(struct buf *b, size_t n);
bool buf_u8(struct buf *b, uint8_t v);
bool buf_le32(struct buf *b, uint32_t v);
bool buf_be32(struct buf *b, uint32_t v);
bool buf_text(struct buf *b, const char *s);
bool buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Drops the first n bytes (n <= b->n). */
void buf_drop(struct buf *b, size_t n);

/* Borrowed until the next change of b. */
struct span buf_span(const struct buf *b);

/* b's bytes as a C string (a NUL is kept behind them, outside n). */
const char *buf_str(struct buf *b);

#endif /* BASE_BUF_H */
