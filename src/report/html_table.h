/* html_table - tables of the page: caption, heads with their scope, cells, and
 * a last row that says what was left out. */
#ifndef REPORT_HTML_TABLE_H
#define REPORT_HTML_TABLE_H

#include "report/html_format.h"

/* Heads that begin with # stand over numbers. */
void html_table_begin(struct html *h, const char *caption,
		      const char *const *head, size_t n);
void html_table_end(struct html *h);

void html_row_begin(struct html *h);
void html_row_end(struct html *h);
/* The cell that names the row; what is in it follows. */
void html_cell_name(struct html *h);
/* Any other one; each is closed by the next, or by the row's end. */
void html_cell(struct html *h);
void html_cell_number(struct html *h);
/* A time, whole in itself; the head says that it is UTC. */
void html_cell_time(struct html *h, struct ts t, enum html_detail detail);

/* "and 12 more: the CSV table "sessions" has all"; nothing if shown is all.
 * columns: of the table. table: NULL if no CSV holds them. */
void html_table_more(struct html *h, uint64_t all, uint64_t shown,
		     size_t columns, const char *table);

#endif /* REPORT_HTML_TABLE_H */
