/* dialogue_private - what the files of dialogue share. */
#ifndef PROTO_DIALOGUE_PRIVATE_H
#define PROTO_DIALOGUE_PRIVATE_H

#include "base/buf.h"
#include "proto/dialogue.h"
#include "proto/http.h"
#include "proto/websocket.h"

/* What of a direction is kept until it shows how it is carried. */
#define DIALOGUE_START_MAX  2048
#define DIALOGUE_PIECE_MAX  (1u << 17) /* one more piece beside that */
#define DIALOGUE_DEPTH_MAX  3
#define DIALOGUE_NAME_MAX   512
#define DIALOGUE_NODES_KEEP 256 /* JSON values whose memory is kept */
/* Within TLS no one can tell: more than any message has. */
#define DIALOGUE_LOST_UNKNOWN (UINT64_MAX / 2)

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
	bool over;            /* nothing waits any more */
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
	bool spoke; /* a byte was fed, or lost */
	enum dialogue_carrier carrier;
	struct dialogue_start start[2];
	struct message_reader line[2];
	struct http *http;
	struct websocket *websocket;
	struct tls *tls;
	struct dialogue *inside; /* of TLS or a tunnel */
	const struct dialect *dialect;
	void *reader;
	int client;      /* of the first event; -1: there was none */
	bool recognised; /* an event was given */
	bool worked;     /* a job or a share was read: the dialect stays */
	bool astray; /* it began as something else: another dialect may come */
	/* The place behind the last object of an end that was heard. */
	uint32_t behind[2];
	bool heard_from[2];
	struct json doc;
	struct dialogue_names names;
	uint64_t not_json, oversized, heard, changes;
	/* The message in hand. */
	struct dialect_input in;
};

/* dialogue_hear.c */

/* One JSON object, or (over HTTP) an array of them, or nothing of use. */
void dialogue_hear(struct dialogue *d, int from, const struct message *m,
		   bool http, uint64_t exchange);
/* Bytes of a dialect with frames of its own. */
void dialogue_hear_frames(struct dialogue *d, int from,
			  const struct message *piece);
/* There are no more of that end. */
void dialogue_hear_end(struct dialogue *d, int from);
/* From now on it is read as that dialect; NULL: as none. */
void dialogue_speak(struct dialogue *d, const struct dialect *dialect);
/* Which dialect with frames of its own do these bytes begin; or NULL. */
const struct dialect *dialogue_frames(const struct dialect_input *in);
/* A name of an end, from the carrier; an empty one changes nothing. */
void dialogue_name(struct dialogue *d, struct buf *which, struct span text);
/* Tells the names that were not told yet, at the place of that event. */
void dialogue_tell_names(struct dialogue *d, const struct event *e);

#endif /* PROTO_DIALOGUE_PRIVATE_H */
