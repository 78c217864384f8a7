/* crew - the lanes at work, each on a thread of its own.
 *
 *	reader  --- batches, in a ring ---> lane 0, lane 1, ...
 *	        <-- those that all are through ---
 *
 * Nothing is lost: the reader waits for the slowest lane when the ring is full.
 * One lane alone works on the reader's thread, and so does one to which the
 * system gives no thread. Everything here is called by the reader. */
#ifndef ENGINE_CREW_H
#define ENGINE_CREW_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/batch.h"
#include "engine/lane.h"

struct crew;

/* lanes: 1 to BATCH_LANES_MAX. What they hear of blocks goes to origins, in
 * order. Both are borrowed until crew_end(). */
struct crew *crew_new(const struct lane_place *place, unsigned lanes,
		      struct origins *origins);

/* The next batch to fill: empty, with its first segment's number set. */
struct batch *crew_next(struct crew *c);

/* Hands on the batch that crew_next() gave. */
void crew_give(struct crew *c);

/* Waits until all that was handed on is read. */
void crew_wait(struct crew *c);

/* Do batches lie with other threads after crew_give()? */
bool crew_keeps(const struct crew *c);

/* No lane is at a segment before this one, or will be. */
uint64_t crew_earliest(const struct crew *c);

/* Lets every lane read to its end and end, adds what they counted to counts,
 * and frees all. */
void crew_end(struct crew *c, struct scan_counts *counts);

#endif /* ENGINE_CREW_H */
