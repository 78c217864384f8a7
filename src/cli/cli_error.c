#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

int cli_error(int code, const char *format, ...)
{
	char text[1024];
	struct buf out;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_init(&out, 1u << 16);
	/* File names and captured words may hold anything. */
	text_safe(&out, (struct span){ (const uint8_t *)text, strlen(text) },
		  sizeof(text));
	fprintf(stderr, "assay: %s\n", buf_str(&out));
	buf_fini(&out);
	return code;
}

int cli_exit_of(enum status st)
{
	return st == ST_OK ? CLI_DONE : st == ST_USAGE ? CLI_USAGE : CLI_FAILED;
}
