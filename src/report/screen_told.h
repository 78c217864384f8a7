/* screen_told - what screening found, for people and as lines of JSON. */
#ifndef REPORT_SCREEN_TOLD_H
#define REPORT_SCREEN_TOLD_H

#include <stdio.h>

#include "analysis/screen.h"

struct screen_told {
	const struct lists *lists;
	const struct chain *chain; /* NULL: only the lists were asked */
	struct ts
		now; /* by which the age of lists is told; TS_NONE: not told */
};

/* Which lists were asked, with their dates: before the first address. */
void screen_told_lists(FILE *out, const struct screen_told *t, bool json);
void screen_told_address(FILE *out, const struct screen_told *t,
			 const struct screened *s, bool json);
/* An entry of a list on its own: what an entity's addresses are. */
void screen_told_entry(FILE *out, const struct screen_told *t, size_t entry,
		       bool json);

#endif /* REPORT_SCREEN_TOLD_H */
