/* row - rows of a table, for databases to take in: tab-separated as
 * PostgreSQL's COPY reads it, or ClickHouse's RowBinary; and the statement that
 * creates the table.
 *
 *	TSV        \t \n \r \\ escaped, \N is NULL, times in RFC 3339, t and f
 *	RowBinary  little-endian, strings behind their length (LEB128), a
 *	           nullable column behind a byte that is 1 for NULL; hashes are
 *32 bytes in the order in which people write them
 *
 * Sources: PostgreSQL's manual, COPY, "Text Format"; ClickHouse's manual,
 * formats, RowBinary. */
#ifndef REPORT_ROW_H
#define REPORT_ROW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/status.h"
#include "base/ts.h"

enum row_format {
	ROW_TSV,
	ROW_BINARY
};

enum row_type {
	ROW_HASH, /* 32 bytes; in TSV 64 digits */
	ROW_UINT, /* 64 bits; in PostgreSQL at most 2^63 - 1 */
	ROW_TIME, /* whole seconds */
	ROW_BOOL,
	ROW_TEXT,
};

struct row_column {
	const char *name;
	enum row_type type;
	bool nullable;
};

struct row_table {
	const char *name;
	const struct row_column *column;
	size_t n;
	const char *key; /* of columns, for sorting; "txid, vout" */
};

struct row_writer { /* private */
	FILE *out;
	enum row_format format;
	const struct row_table *table;
	size_t at; /* column */
	struct buf line;
};

void row_init(struct row_writer *w, FILE *out, enum row_format format,
	      const struct row_table *table);
/* ST_IO if anything could not be written. */
enum status row_fini(struct row_writer *w);

/* The columns of a row, in order, each of its type; after the last one the row
 * is written. */
void row_null(struct row_writer *w);
void row_hash(struct row_writer *w, const uint8_t hash[32]); /* internal */
void row_uint(struct row_writer *w, uint64_t v);
void row_time(struct row_writer *w, uint32_t seconds);
void row_bool(struct row_writer *w, bool v);
void row_text(struct row_writer *w, const char *text); /* NULL: null */
void row_hex(struct row_writer *w, struct span bytes);

/* CREATE TABLE, and in a comment how to fill it from `file`. */
void row_schema(FILE *out, enum row_format format, const struct row_table *t,
		const char *file);

#endif /* REPORT_ROW_H */
