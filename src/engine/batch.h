/* batch - packets as segments, on their way to the lanes.
 *
 *	packets -> decode -> segment[0 .. n) -> dealt: order[], by lane
 *
 * All segments between two addresses go to one lane, whatever their ports and
 * direction: a connection has one owner, and so have all connections of one
 * client with one server, which by HTTP share jobs (track/relation.h). */
#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/names.h"
#include "engine/traffic.h"
#include "engine/words.h"
#include "ingest/capture.h"
#include "net/decode.h"

#define BATCH_LANES_MAX 64

struct batch {
	/* Segments of all batches are numbered on: segment[i] is first + i. */
	uint64_t first;
	uint32_t n;
	bool sweep; /* behind these, look for what is over */
	/* Indices of segments, those of the first lane first: those of lane i
	 * are order[from[i]] to order[from[i + 1] - 1]. */
	uint16_t from[BATCH_LANES_MAX + 1];
	uint16_t order[PACKET_BATCH];
	struct segment segment[PACKET_BATCH];
	/* The latest second that was read of before each: it never goes back,
	 * whatever the packets' times do. */
	uint32_t clock_s[PACKET_BATCH];
	struct ts now;             /* of the last packet */
	struct capture_hold *hold; /* of the packets' data; NULL: none */
	void **copy;               /* of data that lie nowhere else; owned */
	size_t num_copies, room_copies;
	struct words words[BATCH_LANES_MAX]; /* what each lane heard */
};

/* What was read, and came to nothing. */
struct batch_counts {
	uint64_t packets, bytes; /* bytes as on the wire */
	uint64_t decoded[DECODE_RESULTS];
	uint32_t clock_s;    /* of the latest; 0 before 1970 */
	int64_t clock_until; /* the last nanosecond of that second */
};

/* All at rest, zeroed. */
struct batch *batch_new(void);
void batch_free(struct batch *b);

/* Decodes packets into an empty batch, which borrows their data, and deals it
 * to so many lanes. What DNS says in them is noted at once. first: the number
 * of the first segment. */
struct batch_work {
	struct decode *decode;
	struct names *names;
	struct traffic *traffic;
	struct batch_counts *counts;
	unsigned lanes; /* at most BATCH_LANES_MAX */
};
void batch_fill(struct batch *b, const struct batch_work *work,
		const struct packet *packet, size_t n);

/* Gives back what it holds and owns, but for the words; it is empty then. */
void batch_clear(struct batch *b);

#endif /* ENGINE_BATCH_H */
