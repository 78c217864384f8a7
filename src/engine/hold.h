/* hold - segments of one direction that wait until the other has caught up.
 *
 *	miner  --- submit (seq 100..190) ----------------------->
 *	pool   <-- answer (ack 190) ---
 *
 * An answer says by its acknowledgment what its sender had received. Where the
 * capture shows the answer first (two taps of one link that lag each other, or
 * a lost segment that comes again), it must wait: answers are paired with
 * requests in order. */
#ifndef ENGINE_HOLD_H
#define ENGINE_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "net/decode.h"

#define HOLD_MAX 64 /* segments */

struct hold {                    /* zeroed is empty; read bytes only */
	struct segment *segment; /* payloads are copies */
	uint32_t n;
	uint64_t bytes;
};

/* Copies s to the end. The caller sees to HOLD_MAX. */
void hold_add(struct hold *h, const struct segment *s);

/* The segment that waits longest, or NULL. */
const struct segment *hold_front(const struct hold *h);

/* Takes the front out; the caller frees its payload with hold_free(). */
struct segment hold_take(struct hold *h);
void hold_free(struct segment *s);

void hold_fini(struct hold *h);

#endif /* ENGINE_HOLD_H */
