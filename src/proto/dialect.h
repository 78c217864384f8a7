/* dialect - what every mining dialect is to the reader of a connection.
 *
 * A dialect is one file: it tells whether a message is its own, and translates
 * the messages of both directions into events. dialect.c has the table of all
 * of them; a new one is a row there. How the bytes came (lines, HTTP, a
 * WebSocket, TLS) is the dialogue's business (proto/dialogue.h), so that every
 * dialect of JSON objects is read by whichever way it comes.
 *
 *	bytes -> dialogue -> [tls] -> [http -> [websocket]] -> message -> JSON
 *	                                                         |
 *	                       events <- dialect <---------------+
 */
#ifndef PROTO_DIALECT_H
#define PROTO_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "proto/event.h"
#include "proto/message.h"

/* What can be wrong with a message that is a dialect's own. */
#define DIALECT_FAULT_LIST(X)                                                  \
	X(DIALECT_NO_PARAMS, "params missing or not an array")                 \
	X(DIALECT_SHORT, "too few parameters")                                 \
	X(DIALECT_TYPE, "parameter of the wrong type")                         \
	X(DIALECT_HEX, "bad hexadecimal")                                      \
	X(DIALECT_SIZE, "parameter too large")                                 \
	X(DIALECT_BRANCHES, "too many merkle branches")                        \
	X(DIALECT_BLOCK, "a block that cannot be read")                        \
	X(DIALECT_FRAME, "bad frame or checksum")
#define DIALECT_ENUM(name, text) name,
enum dialect_fault {
	DIALECT_FAULT_LIST(DIALECT_ENUM) DIALECT_FAULTS
};
#undef DIALECT_ENUM

const char *dialect_fault_text(enum dialect_fault f);

/* One message, and how it came. */
struct dialect_input {
	int from;                      /* the end that sent it: 0 or 1 */
	const struct message *message; /* its bytes and their place */
	/* Of a dialect of JSON objects: the object, in its document. */
	const struct json *doc;
	const struct json_node *object;
	/* Did it come by HTTP, and in which exchange. */
	bool http;
	uint64_t exchange; /* of HTTP: a request and its answer share it */
	/* DIALECT_BYTES, for speaks: it is the connection's first piece. */
	bool from_start;
};

struct dialect_state {
	const char *name; /* "stratum-v1": what this session speaks */
	int client;       /* the end that is the miner: 0, 1, -1: not known */
	uint64_t faults[DIALECT_FAULTS];
	uint64_t unmatched; /* answers whose request was not seen */
	/* Methods that the client called beside mining's, each counted once,
	 * up to a limit: who runs a node or a wallet calls some. */
	uint64_t other_calls;
};

enum dialect_carrier {
	DIALECT_JSON, /* objects: in lines, WebSocket messages, HTTP bodies */
	DIALECT_BYTES /* its own framing: read() gets the stream piece by piece
		       */
};

struct dialect {
	const char *name; /* of the family; its page is docs/formats/NAME.md */
	enum dialect_carrier carrier;
	/* Is this message, by itself, of this dialect? Strict: nothing else
	 * may be taken for mining. Asked while the connection speaks none yet.
	 * DIALECT_BYTES: message->text are the first bytes of a direction, or
	 * any later piece; so few that it cannot tell is a no. */
	bool (*speaks)(const struct dialect_input *in);
	void *(*open)(void);
	void (*close)(void *reader);
	/* Translates. Every message of the connection comes, from the first
	 * one that it speaks on, also those that are not the dialect's; of
	 * those it gives no event. Spans of an event live for the call. */
	void (*read)(void *reader, const struct dialect_input *in,
		     event_sink *sink, void *context);
	/* Bytes that this end sent were lost: answers may be among them. */
	void (*lost)(void *reader, int from);
	/* This end has finished: what is known of a message that will not be
	 * whole. NULL: nothing ever. */
	void (*end)(void *reader, int from, event_sink *sink, void *context);
	void (*state)(const void *reader, struct dialect_state *out);
	/* Bytes of memory that grow with what is read; NULL: a few KiB. */
	uint64_t (*held)(const void *reader);
};

/* The table, in the order in which they are asked. */
const struct dialect *const *dialect_all(size_t *n);

/* An event's type and place. */
struct event dialect_event(const struct dialect_input *in,
			   enum event_type type);

#endif /* PROTO_DIALECT_H */
