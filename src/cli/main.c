/* main - assay's commands. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "scan", cmd_scan,
	  "FILE...           captures -> who mines, how much, since when" },
	{ "report", cmd_report,
	  "CASE              since when, how much, with what, by whom" },
	{ "prove", cmd_prove,
	  "CASE SHARE        one share as a self-contained proof" },
	{ "verify", cmd_verify,
	  "FILE...           check proofs or whole cases" },
	{ "hypothesis", cmd_hypothesis,
	  "check FILE...     what hypotheses expect to be measured" },
	{ "chain", cmd_chain,
	  "info PATH         a node's block files: what is there, does it "
	  "hold" },
	{ "trace", cmd_trace,
	  "ADDRESS...        where its coins went, through a node's blocks" },
	{ "screen", cmd_screen,
	  "ADDRESS...        held against lists, by cluster and by exposure" },
	{ "lists", cmd_lists,
	  "update DIR URL... lists of addresses, kept in a directory" },
	{ "probe", cmd_probe,
	  "HOST:PORT...      ask a server, openly, whether it is a pool" },
	{ "mine", cmd_mine,
	  "URL...            mine in the open, to make traffic to test with" },
};

static void help(FILE *out)
{
	fputs("assay finds Bitcoin miners in network traffic and proves it.\n\n"
	      "usage: assay COMMAND [OPTION...] ...\n\n",
	      out);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(out, "  assay %-11s%s\n", commands[i].name,
			commands[i].what);
	fputs("\nassay COMMAND --help tells a command's options; the manual is "
	      "assay(1).\n",
	      out);
}

/* What was printed has to be there: a full disk is told here at the latest. */
static int told(int code)
{
	if ((fflush(stdout) != 0 || ferror(stdout)) && code != CLI_FAILED)
		return cli_error(CLI_FAILED,
				 "standard output cannot be written");
	return code;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	output_command(argc, argv);

	if (!strcmp(name, "--help") || !strcmp(name, "-h") ||
	    !strcmp(name, "help")) {
		help(stdout);
		return told(CLI_DONE);
	}
	if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
		puts("assay " CLI_VERSION);
		return told(CLI_DONE);
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(name, commands[i].name) != 0)
			continue;
		/* What getopt's complaints begin with. */
		argv[1] = argv[0];
		return told(commands[i].run(argc - 1, argv + 1));
	}
	if (*name)
		cli_error(CLI_USAGE, "%s: no such command", name);
	help(stderr);
	return CLI_USAGE;
}
