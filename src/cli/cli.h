/* cli - what the commands share. Each cmd_*.c is one command: it reads its
 * options, wires the rooms below together, and decides nothing else. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>

#include "base/status.h"
#include "base/ts.h"
#include "coin/network.h"
#include "proto/tls_keys.h"

#define CLI_VERSION "0.1.0"

enum cli_exit {
	CLI_DONE = 0,
	CLI_FAILED = 1, /* the input or the work failed */
	CLI_USAGE = 2,
	CLI_FOUND = 3, /* --fail-on: something of that grade was found */
};

int cmd_report(int argc, char **argv);
int cmd_chain(int argc, char **argv);
int cmd_lists(int argc, char **argv);
int cmd_scan(int argc, char **argv);
int cmd_hypothesis(int argc, char **argv);
int cmd_mine(int argc, char **argv);
int cmd_prove(int argc, char **argv);
int cmd_probe(int argc, char **argv);
int cmd_screen(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_verify(int argc, char **argv);

/* "assay: " and the sentence, on standard error, made safe. Returns code. */
int cli_error(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* For commands without options of their own: the index of the first operand.
 * 0, with *code to return, after --help, an option, or fewer than min or more
 * than max operands. */
int cli_operands(int argc, char **argv, const char *usage, int min, int max,
		 int *code);

/* Adds the secrets of a key log file; *keys is made if it is NULL. False, after
 * a message, if it cannot be read or holds none. */
bool cli_keylog(struct tls_keys **keys, const char *path);

/* Values of options. False after a message. */
bool cli_time(struct ts *out, const char *text);
bool cli_network(const struct network **out, const char *name);
bool cli_confidence(double *out, const char *text);

/* Now, of the clock that people set. */
struct ts cli_now(void);

/* Colour on standard output? Not where it is no terminal, or NO_COLOR is set.
 */
bool cli_colour(void);

/* The exit status for a status. */
int cli_exit_of(enum status st);

#endif /* CLI_CLI_H */
