/* traffic - all that the inputs saw, mining or not, in bins of time.
 *
 * A case that holds it can tell an operation that began from a sensor that was
 * switched on. Bins begin as seconds; where an input would need more of them
 * than it may have, they become longer, each time a multiple, so that captures
 * of minutes and of months are both told as finely as fits. Costs a comparison
 * and two additions a packet. Single-threaded. */
#ifndef ENGINE_TRAFFIC_H
#define ENGINE_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/store.h"
#include "net/packet.h"

#define TRAFFIC_BINS_MAX 4096  /* of one input */
#define TRAFFIC_ROOM     65536 /* of all, which share it; but at least .. */
#define TRAFFIC_BINS_MIN 64    /* .. so many of each */

struct traffic;

struct traffic *traffic_new(size_t num_inputs);
void traffic_free(struct traffic *t);

/* n packets of inputs below num_inputs; connection[i]: packet[i] begins one.
 * Those without a time are not counted. */
void traffic_add(struct traffic *t, const struct packet *packet,
		 const bool *connection, size_t n);

/* Gives what was seen of one input to the store, whose row for it is given. */
enum status traffic_write(const struct traffic *t, struct store *store,
			  size_t input, int64_t row);

#endif /* ENGINE_TRAFFIC_H */
