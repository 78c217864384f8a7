/* words - who told whom of a block, put in order over all lanes.
 *
 * Which node told first (track/origin.h) is asked over all connections, in
 * order of time, and these may be read by several lanes. Each notes what it
 * hears, with the number of the segment that said it; what all have noted of
 * the same segments is then put in one order and told. It does not depend on
 * how many lanes there are. */
#ifndef ENGINE_WORDS_H
#define ENGINE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "track/origin.h"

struct words_note {
	struct origin_word word;
	bool opens; /* it is the first of its connection */
	/* It was said when that segment was read; or, late, when the connection
	 * was let go behind it. */
	uint64_t segment;
	bool late;
};

struct words { /* zeroed is empty */
	struct words_note *note;
	size_t n, room;
};

void words_add(struct words *w, const struct words_note *note);
void words_fini(struct words *w);

/* Tells all notes of n lanes, and forgets them. */
void words_tell(struct words *lane, unsigned n, struct origins *to);

#endif /* ENGINE_WORDS_H */
