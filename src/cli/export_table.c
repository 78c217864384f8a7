#include "cli/export_table.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/output.h"

#define PATH_ROOM 3072

static const char *ending(enum row_format format)
{
	return format == ROW_TSV ? "tsv" : "rowbinary";
}

static int begin(struct output_file *f, char path[PATH_ROOM],
		 const char *directory, const char *name, const char *end)
{
	if ((size_t)snprintf(path, PATH_ROOM, "%s/%s.%s", directory, name,
			     end) >= PATH_ROOM)
		return cli_error(CLI_FAILED, "%s: the name is too long",
				 directory);
	return output_begin(f, path);
}

static int export_one(const char *directory, enum row_format format,
		      const struct export_table *t)
{
	char path[PATH_ROOM];
	struct output_file f = { .out = NULL };
	const int code =
		begin(&f, path, directory, t->table->name, ending(format));

	return code == CLI_DONE
		       ? output_end(&f, t->write(f.out, t->context, format))
		       : code;
}

static int export_schema(const char *directory, enum row_format format,
			 const struct export_table *table, size_t n)
{
	char path[PATH_ROOM], file[128];
	struct output_file f = { .out = NULL };
	const int code = begin(&f, path, directory, "schema", "sql");

	if (code != CLI_DONE)
		return code;
	for (size_t i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s.%s", table[i].table->name,
			 ending(format));
		row_schema(f.out, format, table[i].table, file);
	}
	return output_end(&f, fflush(f.out) == 0 ? ST_OK : ST_IO);
}

int export_table_all(const char *directory, enum row_format format,
		     const struct export_table *table, size_t n)
{
	int code = CLI_DONE;

	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		return cli_error(CLI_FAILED, "%s: %s", directory,
				 strerror(errno));
	for (size_t i = 0; i < n && code == CLI_DONE; i++)
		code = export_one(directory, format, &table[i]);
	return code == CLI_DONE ? export_schema(directory, format, table, n)
				: code;
}
