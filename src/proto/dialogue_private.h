/* dialogue_private - what the files of dialogue share. */
#ifndef PROTO_DIALOGUE_PRIVATE_H
#define PROTO_DIALOGUE_PRIVATE_H

#include "base/buf.h"
#include "proto/dialogue.h"
#include "proto/http.h"
#include "proto/websocket.h"

/* What of a direction is kept until it shows how it is carried. */
#define DIALOGUE_START_MAX 2048
#define DIALOGUE_DEPTH_MAX 3
#define DIALOGUE_NAME_MAX  512

enum dialogue_carrier {
	DIALOGUE_UNSETTLED,
	DIALOGUE_LINES,
	DIALOGUE_HTTP, /* and a WebSocket or tunnel opened by it */
	DIALOGUE_TLS,
	DIALOGUE_FRAMES, /* a dialect's own */
};

/* The first bytes of a direction, and the place of the first of them. */
struct dialogue_start {
	struct buf bytes;
	struct message where; /* of the last piece but for the position */
	bool over;
};

/* What the carrier says of the ends: told once, and again when it changes. */
struct dialogue_names {
	struct buf agent, host, user;
	const char *host_source;
	bool untold;
};

struct dialogue {
	const struct tls_keys *keys;
	event_sink *sink;
	void *context;
	unsigned depth;
	bool from_start;
	enum dialogue_carrier carrier;
	struct dialogue_start start[2];
	struct message_reader line[2];
	struct http *http;
	struct websocket *websocket;
	struct tls *tls;
	struct dialogue *inside; /* of TLS or a tunnel */
	const struct dialect *dialect;
	void *reader;
	bool recognised; /* an event was given */
	bool worked;     /* a job or a share was read: it stays as it is */
	bool astray; /* it began as something else: another dialect may come */
	struct json doc;
	struct dialogue_names names;
	uint64_t not_json, heard;
	/* The message in hand. */
	struct dialect_input in;
};

/* dialogue.c: bytes of the outermost carrier, its start settled or not. */
void dialogue_settle(struct dialogue *d, int from);

/* dialogue_hear.c */

/* One JSON object, or (over HTTP) an array of them, or nothing of use. */
void dialogue_hear(struct dialogue *d, int from, const struct message *m,
		   bool http, uint64_t exchange);
/* Bytes of a dialect with frames of its own. */
void dialogue_hear_frames(struct dialogue *d, int from,
			  const struct message *piece);
/* There are no more of that end. */
void dialogue_hear_end(struct dialogue *d, int from);
/* Which dialect with frames of its own do these bytes begin; or NULL. */
const struct dialect *dialogue_frames(const struct dialect_input *in);
/* A name of an end, from the carrier; an empty one changes nothing. */
void dialogue_name(struct dialogue *d, struct buf *which, struct span text);

#endif /* PROTO_DIALOGUE_PRIVATE_H */
