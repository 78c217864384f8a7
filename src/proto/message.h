/* message - JSON objects out of one direction of a byte stream.
 *
 * Mining dialects over TCP send one JSON object a line; some send several in a
 * segment, some one over many, some without a newline between. A message is a
 * top-level object. Whatever else lies between newlines is passed over: after
 * a gap, or at bytes that begin no object, reading goes on behind the next
 * newline (or at once, if what follows the gap begins an object and turns out
 * to be whole). */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/ts.h"

#define MESSAGE_MAX       (1u << 20) /* bytes; a larger one is passed over */
#define MESSAGE_NODES_MAX 4096
#define MESSAGE_KEEP      (1u << 14) /* bytes kept for the next message */

struct message {
	struct span text;
	uint32_t position; /* sequence number of its first byte */
	/* Of the chunk that completed it. */
	struct ts ts;
	uint64_t frame;
	uint32_t input;
};

struct message_counts {
	uint64_t whole;     /* objects given out */
	uint64_t cut;       /* begun, then lost in a gap or at the end */
	uint64_t oversized; /* larger than MESSAGE_MAX */
	uint64_t broken;    /* cannot be JSON */
	uint64_t junk;      /* lines that begin no object */
};

typedef void message_sink(void *context, const struct message *m);

struct message_reader { /* private */
	struct buf pending;
	struct json_scan scan;
	enum {
		MESSAGE_BETWEEN,
		MESSAGE_INSIDE,
		MESSAGE_SKIPPING
	} state;
	uint32_t position;
	struct message_counts counts;
};

void message_init(struct message_reader *r);
void message_fini(struct message_reader *r);

/* Bytes were lost here. */
void message_gap(struct message_reader *r);

/* Takes where.text as the next bytes of the stream, whose first has sequence
 * number where.position; calls sink for every object completed by them. The
 * objects' text is borrowed for the call. */
void message_feed(struct message_reader *r, struct message where,
		  message_sink *sink, void *context);

/* Is it worth reading a stream that has these bytes: do they begin as text, and
 * does an object begin at their start or behind one of their newlines? */
bool message_likely(struct span bytes);

#endif /* PROTO_MESSAGE_H */
