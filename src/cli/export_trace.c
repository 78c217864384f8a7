#include "cli/export_trace.h"

#include "cli/cli.h"
#include "cli/export_table.h"
#include "cli/output.h"
#include "report/trace_svg.h"
#include "report/trace_tables.h"

typedef enum status write_file(FILE *out, const struct trace_told *t);

static int export_file(const char *path, const struct trace_told *t,
		       write_file *write)
{
	struct output_file f;
	const int code = output_begin(&f, path);

	return code == CLI_DONE ? output_end(&f, write(f.out, t)) : code;
}

struct told_table {
	const struct trace_told *t;
	enum trace_table table;
};

static enum status write_table(FILE *out, const void *context,
			       enum row_format format)
{
	const struct told_table *x = context;

	return trace_tables_write(out, x->t, x->table, format);
}

static int export_tables(const char *directory, enum row_format format,
			 const struct trace_told *t)
{
	struct told_table told[TRACE_TABLES];
	struct export_table table[TRACE_TABLES];

	for (int i = 0; i < TRACE_TABLES; i++) {
		told[i] = (struct told_table){ t, (enum trace_table)i };
		table[i] = (struct export_table){ trace_tables_of(
							  (enum trace_table)i),
						  write_table, &told[i] };
	}
	return export_table_all(directory, format, table, TRACE_TABLES);
}

int export_trace(const struct export_trace *e, const struct trace_told *t)
{
	int code = CLI_DONE;

	if (e->graphml)
		code = export_file(e->graphml, t, trace_told_graphml);
	if (e->svg && code == CLI_DONE)
		code = export_file(e->svg, t, trace_svg);
	if (e->tsv && code == CLI_DONE)
		code = export_tables(e->tsv, ROW_TSV, t);
	if (e->rowbinary && code == CLI_DONE)
		code = export_tables(e->rowbinary, ROW_BINARY, t);
	return code;
}
