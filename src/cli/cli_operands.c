#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"

int cli_operands(int argc, char **argv, const char *usage, int min, int max,
		 int *code)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const int option = getopt_long(argc, argv, "h", options, NULL);

	if (option == 'h') {
		fputs(usage, stdout);
		*code = CLI_DONE;
		return 0;
	}
	if (option != -1 || argc - optind < min || argc - optind > max) {
		fputs(usage, stderr);
		*code = CLI_USAGE;
		return 0;
	}
	return optind;
}
