/* websocket - messages of a WebSocket connection (RFC 6455), compressed or not
 * (permessage-deflate, RFC 7692).
 *
 * Fed with what http gives as HTTP_TUNNEL behind a 101 that websocket_opens().
 * A carrier like http: fragments are put together, masks and compression taken
 * off, control frames (also between fragments) counted and passed over.
 *
 * Lost bytes. Where they lie within a frame's payload, reading goes on behind
 * it and only that message is lost. Otherwise the next frame is looked for: one
 * that could be one, is whole, and holds a JSON value (which is what mining
 * says over WebSockets). A compressed message that refers to lost ones cannot
 * be read and is counted. */
#ifndef PROTO_WEBSOCKET_H
#define PROTO_WEBSOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/http.h"
#include "proto/message.h"

#define WEBSOCKET_MESSAGE_MAX (1u << 20) /* bytes, before and after inflate */
#define WEBSOCKET_KEEP        (1u << 14) /* bytes kept for the next message */
#define WEBSOCKET_HUNT_MAX    (1u << 12) /* bytes of a frame looked for */

enum websocket_opcode { /* RFC 6455, 11.8 */
	WEBSOCKET_CONTINUATION = 0,
	WEBSOCKET_TEXT = 1,
	WEBSOCKET_BINARY = 2,
	WEBSOCKET_CLOSE = 8,
	WEBSOCKET_PING = 9,
	WEBSOCKET_PONG = 10,
};

struct websocket_message {
	int from;
	bool binary;
	/* text: borrowed for the call. position: of the first byte of its
	 * first frame. ts, frame, input: of the chunk that completed it. */
	struct message at;
};

typedef void websocket_sink(void *context, const struct websocket_message *m);

struct websocket_counts {
	uint64_t whole;     /* messages given out */
	uint64_t control;   /* frames */
	uint64_t cut;       /* messages with bytes lost */
	uint64_t oversized; /* messages beyond WEBSOCKET_MESSAGE_MAX */
	uint64_t broken;    /* frames that cannot be */
	uint64_t undecodable;
};

struct websocket;

/* Is it the response that opens a WebSocket connection? */
bool websocket_opens(const struct http_message *response);

/* response: one that opens it; says which extensions are in use. */
struct websocket *websocket_new(const struct http_message *response);
void websocket_free(struct websocket *w);

/* Takes chunk.text as the next bytes of direction from; sink may not call w. */
void websocket_feed(struct websocket *w, int from, struct message chunk,
		    websocket_sink *sink, void *context);

/* So many bytes of direction from were lost here. */
void websocket_gap(struct websocket *w, int from, uint64_t lost);

uint64_t websocket_held(const struct websocket *w);
const struct websocket_counts *websocket_counts(const struct websocket *w);

/* A frame to write. */
struct websocket_frame {
	enum websocket_opcode opcode;
	bool unfinished; /* more fragments follow */
	bool compressed; /* payload is (RSV1, in the first fragment) */
	bool masked;     /* as clients must */
	uint8_t mask[4];
	struct span payload;
};

/* Appends it; false, and out as it was, if out would be full. */
bool websocket_write(struct buf *out, const struct websocket_frame *frame);

#endif /* PROTO_WEBSOCKET_H */
