/* crew - threads that take lanes through the batches.
 *
 *	reader  --- batches, in a ring ---> lane 0, lane 1, ...
 *	        <-- those that all are through ---
 *
 * Any thread takes the lane that is farthest behind and that nobody else is at;
 * so does the reader when the ring is full. There is one thread less than there
 * are lanes, which makes it one for each with the reader's. Nothing is lost. If
 * the system gives no threads, the reader does all. Everything here is called
 * by the reader. */
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
