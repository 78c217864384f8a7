/* csv_row - lines of comma-separated values (RFC 4180), one at a time: quoted
 * fields with commas, line ends and doubled quotes in them. */
#ifndef WATCHLIST_CSV_ROW_H
#define WATCHLIST_CSV_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/cur.h"

#define CSV_ROW_FIELDS 64
#define CSV_ROW_BYTES  (1u << 20)

struct csv_row {
	struct span text; /* what is left */
	size_t line;      /* of the row read last, from 1 */
	size_t next_line;
	struct buf bytes; /* of its fields, quotes resolved */
	size_t end[CSV_ROW_FIELDS];
	size_t n; /* fields; further ones are dropped */
	bool bad; /* a quote that does not close, or a row too long */
};

void csv_row_init(struct csv_row *r, struct span text);
void csv_row_fini(struct csv_row *r);

/* False at the end, or (bad) where it cannot be read on. Empty lines are
 * stepped over. */
bool csv_row_next(struct csv_row *r);

/* The i-th field without blanks around it; empty beyond the last. Until the
 * next row. */
struct span csv_row_field(const struct csv_row *r, size_t i);

/* The same with the blanks that quotes keep. */
struct span csv_row_whole(const struct csv_row *r, size_t i);

#endif /* WATCHLIST_CSV_ROW_H */
