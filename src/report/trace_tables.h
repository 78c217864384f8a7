/* trace_tables - a trace as three tables for databases: its transactions, the
 * outputs it reached, and the edges between transactions. docs/trace.md has
 * their columns. */
#ifndef REPORT_TRACE_TABLES_H
#define REPORT_TRACE_TABLES_H

#include "report/row.h"
#include "report/trace_told.h"

enum trace_table {
	TRACE_TABLE_TRANSACTIONS,
	TRACE_TABLE_OUTPUTS,
	TRACE_TABLE_EDGES,
	TRACE_TABLES
};

const struct row_table *trace_tables_of(enum trace_table table);
/* t->kinds is needed. */
enum status trace_tables_write(FILE *out, const struct trace_told *t,
			       enum trace_table table, enum row_format format);

#endif /* REPORT_TRACE_TABLES_H */
