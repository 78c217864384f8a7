#include <stdio.h>

#include "cli/cli.h"
#include "report/report.h"

static const char usage[] =
	"usage: assay prove CASE SHARE\n\n"
	"Writes one share of a case (from assay scan -o CASE) as a "
	"self-contained\n"
	"proof: JSON that anyone can check without the case, the capture, or "
	"assay\n"
	"(docs/proof.md). SHARE is its hash, at least the last 8 digits of "
	"that, or\n"
	"session:position as assay scan --json --shares tells them.\n";

int cmd_prove(int argc, char **argv)
{
	struct why why;
	struct store *store;
	enum status st;
	int at, code;

	at = cli_operands(argc, argv, usage, 2, 2, &code);
	if (at == 0)
		return code;
	store = store_open(argv[at], STORE_READ, &why);
	if (!store)
		return cli_error(CLI_FAILED, "%s", why.text);
	st = report_proof(stdout, store, argv[at + 1], &why);
	if (st != ST_OK)
		cli_error(CLI_FAILED, "%s", why.text);
	store_close(store, NULL);
	return cli_exit_of(st);
}
