/* progress - one line on standard error while captures are read: share done,
 * speed, time left. Only where standard error is a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdint.h>

#include "ingest/capture.h"

struct progress { /* private */
	double started, search_started;
	bool shown;
};

double progress_now(void); /* seconds of a clock that never goes back */
void progress_begin(struct progress *p);
void progress_show(struct progress *p, const struct capture *c,
		   uint64_t packets);
/* A search among all values of an extranonce1, of which an earlier run had
 * tried the first `from`. */
void progress_search(struct progress *p, uint64_t from, uint64_t tried,
		     uint64_t all);
/* Blocks of a chain, or files of blocks: `what` is the word for them. */
void progress_blocks(struct progress *p, const char *what, uint64_t done,
		     uint64_t all);
void progress_end(struct progress *p); /* wipes the line */

#endif /* CLI_PROGRESS_H */
