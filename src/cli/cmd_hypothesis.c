#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "report/hypothesis_table.h"

static const char usage[] =
	"usage: assay hypothesis check [FILE...]\n"
	"       assay hypothesis show\n\n"
	"check reads files of hypotheses (YAML or JSON, docs/hypotheses.md), "
	"tells every\n"
	"mistake in them and what would be right, and of a good file what was "
	"understood:\n"
	"what each hypothesis expects, and what some values would say. Without "
	"FILE, of\n"
	"the shipped one.\n"
	"show prints the shipped file, to begin one's own from.\n"
	"Exit status: 0 if every file is good, 1 if not.\n";

struct listener {
	const char *file;
	const char *kind; /* "" or "warning: " */
	size_t told;
};

static void tell(void *context, unsigned long line, unsigned long column,
		 const char *what)
{
	struct listener *l = context;

	l->told++;
	cli_error(CLI_FAILED, "%s:%lu:%lu: %s%s", l->file, line, column,
		  l->kind, what);
}

static bool tell_good(const char *name, const struct hypothesis_file *f)
{
	struct listener l = { name, "warning: ", 0 };
	const struct hypothesis_listener listener = { tell, &l };
	const enum status st = hypothesis_table_write(stdout, name, f);

	(void)hypothesis_file_warn(f, &listener);
	return st == ST_OK || cli_error(CLI_FAILED, "standard output: %s",
					strerror(errno)) == CLI_DONE;
}

/* path NULL: the shipped one. */
static bool check_file(const char *path)
{
	const char *name = path ? path : "data/hypotheses.yaml";
	struct listener l = { name, "", 0 };
	const struct hypothesis_listener listener = { tell, &l };
	struct hypothesis_file f = { 0 };
	struct why why = { "" };
	const enum status st =
		hypothesis_file_read_all(&f, path, &listener, &why);
	bool good;

	if (st != ST_OK) {
		if (l.told == 0 || l.told == HYPOTHESIS_MISTAKES_MAX)
			cli_error(CLI_FAILED, "%s", why.text);
		return false;
	}
	good = tell_good(name, &f);
	hypothesis_file_free(&f);
	return good;
}

static int check(int argc, char **argv, int at)
{
	bool good = true;

	if (at == argc)
		good = check_file(NULL);
	for (int i = at; i < argc; i++) {
		if (i > at)
			putchar('\n');
		good = check_file(argv[i]) && good;
	}
	return good ? CLI_DONE : CLI_FAILED;
}

static int show(void)
{
	const struct span text = hypothesis_file_shipped();

	if (fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0)
		return CLI_DONE;
	return cli_error(CLI_FAILED, "standard output: %s", strerror(errno));
}

int cmd_hypothesis(int argc, char **argv)
{
	int code;
	const int at = cli_operands(argc, argv, usage, 1, INT_MAX, &code);

	if (at == 0)
		return code;
	if (!strcmp(argv[at], "check"))
		return check(argc, argv, at + 1);
	if (!strcmp(argv[at], "show") && at + 1 == argc)
		return show();
	fputs(usage, stderr);
	return CLI_USAGE;
}
