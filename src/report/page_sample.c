/* Prints the page of a sample assessment: page_sample empty|small|big
 * [redacted]. For the browser's test, and to look at. */
#include <stdio.h>

#include "report/test_report_sample_big.h"

int main(int argc, char **argv)
{
	const char *which = argc > 1 ? argv[1] : "";
	struct sample *s = strcmp(which, "small") == 0   ? sample_small()
			   : strcmp(which, "big") == 0   ? sample_big()
			   : strcmp(which, "empty") == 0 ? sample_empty()
							 : NULL;

	if (!s) {
		fputs("usage: page_sample empty|small|big [redacted]\n",
		      stderr);
		return 2;
	}
	s->about.redacted = argc > 2 && strcmp(argv[2], "redacted") == 0;

	const enum status st = answers_html(stdout, &s->a, &s->about);

	sample_free(s);
	return st != ST_OK;
}
