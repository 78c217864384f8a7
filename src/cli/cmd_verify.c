#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "analysis/verify.h"
#include "base/buf.h"
#include "cli/cli.h"

#define LINE_MAX_BYTES (8u << 20)

static const char usage[] = "usage: assay verify FILE...\n\n"
			    "Checks proofs (from assay prove; one JSON object "
			    "a line; - is standard\n"
			    "input) and whole cases (from assay scan -o) "
			    "again, from their stored parts.\n"
			    "Exit status: 0 if every proof holds, 1 if not, "
			    "or if any share of a\n"
			    "case is simulated.\n";

static void on_trouble(void *context, const char *where, const char *what)
{
	cli_error(CLI_FAILED, "%s: %s: %s", (const char *)context, where, what);
}

static bool tell(const char *name, const struct verify_counts *n)
{
	printf("%s: %llu proof%s checked, %llu hold, %llu do not\n", name,
	       (unsigned long long)n->checked, n->checked == 1 ? "" : "s",
	       (unsigned long long)n->good, (unsigned long long)n->bad);
	return n->bad == 0 && n->checked > 0;
}

static bool verify_database(const char *name)
{
	struct verify_counts n = { 0 };
	struct why why = { "" };
	struct store *store = store_open(name, STORE_READ, &why);
	char copy[512];

	if (!store)
		return cli_error(CLI_FAILED, "%s", why.text) == CLI_DONE;
	snprintf(copy, sizeof(copy), "%s", name);
	const enum status st = verify_case(&n, store, on_trouble, copy);

	store_close(store, NULL);
	if (st != ST_OK)
		return cli_error(CLI_FAILED, "%s: cannot be read whole",
				 name) == CLI_DONE;
	if (n.simulated == 0 && n.checked == 0)
		return cli_error(CLI_FAILED,
				 "%s: holds no share that was proved: nothing "
				 "to verify",
				 name) == CLI_DONE;
	if (n.simulated == 0)
		return tell(name, &n);
	if (n.checked > 0)
		tell(name, &n);
	return cli_error(CLI_FAILED,
			 "%s: %llu share%s simulated: nothing to verify", name,
			 (unsigned long long)n.simulated,
			 n.simulated == 1 ? " is" : "s are") == CLI_DONE;
}

/* One line into b, without its newline. False at the end. */
static bool read_line(FILE *f, struct buf *b)
{
	int c = EOF;

	buf_clear(b);
	while ((c = getc(f)) != EOF && c != '\n')
		buf_u8(b, (uint8_t)c);
	return c != EOF || b->n > 0 || b->full;
}

static void verify_line(const char *name, unsigned long number,
			const struct buf *b, struct verify_counts *n)
{
	struct why why = { "longer than any proof" };

	n->checked++;
	if (!b->full && verify_proof(buf_span(b), &why)) {
		n->good++;
		return;
	}
	n->bad++;
	cli_error(CLI_FAILED, "%s: line %lu: %s", name, number, why.text);
}

static bool verify_lines(const char *name, FILE *f)
{
	struct verify_counts n = { 0 };
	unsigned long number = 0;
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	while (read_line(f, &line)) {
		number++;
		if (line.n > 0 || line.full)
			verify_line(name, number, &line, &n);
	}
	buf_fini(&line);
	if (ferror(f))
		return cli_error(CLI_FAILED, "%s: %s", name, strerror(errno)) ==
		       CLI_DONE;
	if (n.checked == 0)
		return cli_error(CLI_FAILED, "%s: no proof in it", name) ==
		       CLI_DONE;
	return tell(name, &n);
}

/* The first byte, which stays to be read: a pipe cannot be rewound. */
static int first_byte(FILE *f)
{
	const int c = getc(f);

	return c == EOF ? EOF : ungetc(c, f);
}

static bool is_case(FILE *f)
{
	static const char magic[] = "SQLite format 3";
	char head[sizeof(magic)];
	const bool is = fread(head, 1, sizeof(head), f) == sizeof(head) &&
			memcmp(head, magic, sizeof(head)) == 0;

	rewind(f);
	return is;
}

static bool verify_file(const char *name)
{
	FILE *f;
	int first;
	bool good;

	if (strcmp(name, "-") == 0)
		return verify_lines("standard input", stdin);
	f = fopen(name, "rb");
	if (!f)
		return cli_error(CLI_FAILED, "%s: %s", name, strerror(errno)) ==
		       CLI_DONE;
	first = first_byte(f);
	if (first == EOF || first == '{' || first == '\n')
		good = verify_lines(name, f);
	else if (is_case(f))
		good = verify_database(name);
	else
		good = cli_error(CLI_FAILED,
				 "%s: holds no proofs, and is no case",
				 name) == CLI_DONE;
	fclose(f);
	return good;
}

int cmd_verify(int argc, char **argv)
{
	bool good = true;
	int code;
	const int at = cli_operands(argc, argv, usage, 1, INT_MAX, &code);

	if (at == 0)
		return code;
	for (int i = at; i < argc; i++)
		good = verify_file(argv[i]) && good;
	return good ? CLI_DONE : CLI_FAILED;
}
