/* stream - one direction of a TCP connection put back together (RFC 9293).
 *
 * Segments go in as captured: late, early, twice, overlapping, or not at all.
 * Bytes come out in order, each once, as chunks that say in which frame they
 * were. The first copy of a byte wins; a later one that differs is counted as
 * a conflict as long as the first waits (what was given out is not kept). A
 * hole that will not be filled becomes one gap: the consumer resynchronises
 * behind it. What the capture cut off a packet is a hole like any other.
 *
 * When is a hole given up? When the other side has acknowledged data behind it
 * and either STREAM_PATIENCE more segments of this direction or
 * STREAM_PATIENCE_S seconds have passed since; when what waits behind it
 * passes the limit; when the connection or the capture ends. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ts.h"
#include "net/decode.h"

#define STREAM_PATIENCE   16
#define STREAM_PATIENCE_S 3

struct stream_chunk {
	struct span bytes; /* borrowed for the length of the call */
	/* When these bytes became readable: never earlier than an earlier
	 * chunk's. Behind a gap that is when the other side acknowledged some
	 * of them, if it did, and not when patience ended. */
	struct ts ts;
	uint64_t frame; /* that holds these bytes */
	uint32_t input;
	uint32_t seq;  /* sequence number of the first byte */
	uint32_t lost; /* bytes missing just before this chunk: a gap */
};

/* A chunk with empty bytes and lost > 0 is a gap at the end. */
typedef void stream_sink(void *context, const struct stream_chunk *chunk);

struct stream_counts {
	uint64_t bytes;         /* given out */
	uint64_t gaps, lost;    /* holes given up, and their bytes */
	uint64_t retransmitted; /* bytes seen again, or given up before */
	uint64_t conflicts;     /* bytes seen again with another value */
	uint64_t out_of_order;  /* segments that had to wait */
};

struct stream;

/* limit: bytes that may wait behind a hole (and one piece for every 64). */
struct stream *stream_new(uint32_t limit);
void stream_free(struct stream *s);

/* Takes one segment of this direction (SYN, data, FIN, anything). A stream
 * whose SYN was not seen starts at the first segment with data. Calls sink
 * zero or more times; sink may not call the stream. Sequence numbers wrap. A
 * segment far outside the window (more than 2^30 away) is ignored and counted
 * as a conflict, and so is, near or far, a SYN with another number than the
 * stream's own: it opens another connection, which the caller can tell with
 * stream_isn() beforehand. What an RST carries is not data. One byte just
 * before the end of all that was sent is a keep-alive probe: its value is
 * nobody's, so it neither fills a hole nor makes a conflict. */
void stream_feed(struct stream *s, const struct segment *seg, stream_sink *sink,
		 void *context);

/* The other direction acknowledged everything before ack at time ts. */
void stream_acked(struct stream *s, uint32_t ack, struct ts ts,
		  stream_sink *sink, void *context);

/* Gives out all that waits, holes as gaps. */
void stream_flush(struct stream *s, stream_sink *sink, void *context);

/* The sequence number that is expected next; false before the first segment. */
bool stream_next(const struct stream *s, uint32_t *seq);

/* The initial sequence number, when the SYN was seen. */
bool stream_isn(const struct stream *s, uint32_t *isn);

/* Bytes that wait behind a hole. */
uint64_t stream_waiting(const struct stream *s);

const struct stream_counts *stream_counts(const struct stream *s);

#endif /* NET_STREAM_H */
