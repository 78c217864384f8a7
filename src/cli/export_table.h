/* export_table - tables for databases, in a directory of their own: a file for
 * each, whole or not at all, and schema.sql that creates and fills them. */
#ifndef CLI_EXPORT_TABLE_H
#define CLI_EXPORT_TABLE_H

#include "report/row.h"

struct export_table {
	const struct row_table *table;
	enum status (*write)(FILE *out, const void *context,
			     enum row_format format);
	const void *context;
};

/* Makes the directory if it is not there. CLI_DONE, or CLI_FAILED after a
 * message. */
int export_table_all(const char *directory, enum row_format format,
		     const struct export_table *table, size_t n);

#endif /* CLI_EXPORT_TABLE_H */
