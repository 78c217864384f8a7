/* cluster_table - every script with its cluster, as a table for databases. That
 * a cluster has one owner is an inference (chain/cluster.h). */
#ifndef REPORT_CLUSTER_TABLE_H
#define REPORT_CLUSTER_TABLE_H

#include "chain/cluster.h"
#include "report/row.h"

extern const struct row_table cluster_table;

/* Reads the chain once more. */
enum status cluster_table_write(FILE *out, struct clusters *c,
				const struct chain *chain,
				enum row_format format);

#endif /* REPORT_CLUSTER_TABLE_H */
