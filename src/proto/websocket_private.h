/* What the files of websocket share. */
#ifndef PROTO_WEBSOCKET_PRIVATE_H
#define PROTO_WEBSOCKET_PRIVATE_H

#define ZLIB_CONST
#include <zlib.h>

#include "base/status.h"
#include "proto/websocket.h"

#define WEBSOCKET_HEAD_MAX 14

/* The head of a frame, read or to be written. */
struct websocket_head {
	enum websocket_opcode opcode;
	bool fin, compressed, masked;
	uint8_t mask[4];
	uint64_t length; /* of the payload */
	size_t bytes;    /* of the head itself */
};

/* Reads a head at the start of bytes. deflate: RSV1 may be set. */
enum parse websocket_frame_parse(struct websocket_head *head, struct span bytes,
				 bool deflate);

/* Could a message in a single frame, masked or not, begin with these bytes (at
 * least one)? */
bool websocket_frame_wanted(struct span bytes, bool masked);

/* Masks, or unmasks, n bytes; at: how many of the frame's came before. */
void websocket_frame_mask(uint8_t *p, size_t n, const uint8_t mask[4],
			  uint64_t at);

/* websocket_inflate: one direction's decompression. */
struct websocket_inflate {
	z_stream z;
	bool ready; /* z holds memory */
	bool fresh; /* forget what came before at each message */
};

void websocket_inflate_fini(struct websocket_inflate *i);

/* Some of what came before is lost: what refers to it will not be read. */
void websocket_inflate_forget(struct websocket_inflate *i);

/* Appends a message's payload to out; false if it is damaged or cut, or refers
 * to what was lost; *large (else as it was) if out is too small. */
bool websocket_inflate_message(struct websocket_inflate *i, struct buf *out,
			       bool *large, struct span payload);

enum websocket_state {
	WEBSOCKET_AT_HEAD,
	WEBSOCKET_AT_PAYLOAD,
	WEBSOCKET_HUNTING,
};

struct websocket_side {
	enum websocket_state state;
	struct buf wait; /* of a head; or of the frame looked for */
	/* What was looked through and is to be read before what is fed. */
	struct buf again;
	size_t again_at;
	bool unseen; /* what waits was not looked through yet */
	struct websocket_head head;
	uint64_t left; /* of the payload */
	struct buf body;
	uint32_t at;       /* sequence number of the next byte */
	uint32_t position; /* of the message */
	struct message last;
	enum websocket_opcode opcode; /* of the message */
	bool inside;                  /* a message has begun */
	bool compressed, holed, oversized;
	struct websocket_inflate inflate;
};

struct websocket {
	struct websocket_side side[2];
	int client;
	bool deflate;
	struct websocket_counts counts;
};

#endif /* PROTO_WEBSOCKET_PRIVATE_H */
