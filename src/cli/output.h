/* output - a file that is there whole or not at all.
 *
 * It is written beside its place and takes it at the end: a full disk or a
 * crash leaves what was there before. "-" is standard output. Devices and pipes
 * are written to directly. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdio.h>

#include "base/status.h"

struct output_file {
	FILE *out;
	const char *path;  /* borrowed */
	char beside[4096]; /* "": written in place */
};

/* The words of the command, borrowed: no file is written that another of them
 * names, too. */
void output_command(int argc, char *const *argv);

/* CLI_DONE, or an exit status after a message. */
int output_begin(struct output_file *f, const char *path);
/* written: how writing went. Always closes. */
int output_end(struct output_file *f, enum status written);

#endif /* CLI_OUTPUT_H */
