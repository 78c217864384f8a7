/* dialogue - both directions of a connection, from bytes to mining events.
 *
 * Finds out how the bytes are carried (JSON lines, HTTP, a WebSocket, TLS whose
 * keys are known, a protocol's own frames), which dialect is spoken in them
 * (dialect.h), and from then on gives that dialect's events. A tunnel (TLS,
 * HTTP's CONNECT) holds a dialogue of its own.
 *
 * How bytes are carried shows from the first ones that either end sends, up to
 * 2 KiB of them. What shows nothing is lines. Until work was read (or also
 * then, where the beginning was not captured) the carrier may change by a piece
 * that begins so:
 *
 *	lines to HTTP    a message; a request, if a dialect was recognised
 *	lines to frames  a frame, anywhere in it, if none was
 *	HTTP to lines    a brace, if that end is not in a message
 *	TLS to lines     a brace, if the hellos are not complete
 *	frames to lines  a whole object, if nothing was read of them
 *	frames to HTTP   a message, the same
 *
 * Pools that speak nothing but lines answer HTTP and TLS with them, and miners
 * go on so.
 *
 * Splits. Fed in other pieces a conversation gives the same, but for what is
 * looked for at the beginning of a piece: the change of carrier above; and
 * frames, which may be found in one piece and not in two, and not behind
 * 2 KiB; encrypted ones (proto/noise.h) need their first turn in one. And
 * bytes that wait for the first 2 KiB have the time of the last of them.
 *
 * What the carriers tell of the ends (HTTP's user agent, host and user, the
 * name asked for in TLS) comes as EVENT_LOGIN before the event it belongs to,
 * at its place. Of one end's events no two jobs, and no two shares, have one
 * place: objects of a batch lie one byte behind the other, also where there are
 * more of them than bytes.
 *
 * A connection has one reader, whose shares are numbered: a tunnel is not
 * looked into where a dialect was recognised before it was opened.
 */
#ifndef PROTO_DIALOGUE_H
#define PROTO_DIALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/dialect.h"
#include "proto/message.h"
#include "proto/tls.h"

#define DIALOGUE_NODES_MAX 4096u      /* JSON values of a line */
#define DIALOGUE_BODY_MAX  (1u << 18) /* and of an HTTP body */
#define DIALOGUE_BATCH_MAX 256u       /* objects of an array that are heard */

struct dialogue_counts {
	struct message_counts messages; /* lines */
	uint64_t not_json;
	uint64_t whole;     /* HTTP and WebSocket messages */
	uint64_t cut;       /* the same: begun, then lost */
	uint64_t oversized; /* the same; batches with too many objects, too */
	uint64_t broken;    /* the same; undecodable bodies, too */
	uint64_t changes;   /* of carrier, behind the first */
};

struct dialogue_state {
	struct dialect_state dialect; /* name NULL: none was recognised */
	char carrier[32];             /* "lines", "tls/http", ... */
	struct dialogue_counts counts;
	/* NULL: no TLS. Lives with the dialogue. */
	const struct tls_facts *tls;
	enum tls_status tls_status;
};

struct dialogue;

/* keys may be NULL; borrowed. from_start: the connection's first bytes will be
 * fed. Events are given to sink during feed and end. */
struct dialogue *dialogue_new(const struct tls_keys *keys, bool from_start,
			      event_sink *sink, void *context);
void dialogue_free(struct dialogue *d);

/* Takes chunk.text as the next bytes of end `from`. */
void dialogue_feed(struct dialogue *d, int from, struct message chunk);

/* So many bytes of that end are missing here. */
void dialogue_gap(struct dialogue *d, int from, uint64_t lost);

/* That end has finished. */
void dialogue_end(struct dialogue *d, int from);

/* Cheap: how many messages were heard, JSON or not; and, if the outermost
 * carrier is TLS, the reader of that. */
uint64_t dialogue_heard(const struct dialogue *d);
const struct tls *dialogue_tls(const struct dialogue *d);

/* The end that is the miner: 0, 1, or -1 before the first event; and whether
 * its session shares jobs with others of the same two ends. */
int dialogue_client(const struct dialogue *d);
bool dialogue_by_http(const struct dialogue *d);

void dialogue_state(const struct dialogue *d, struct dialogue_state *out);

/* Bytes of memory for what waits for more. Beside them a dialogue has a few
 * tens of KiB at most. */
uint64_t dialogue_held(const struct dialogue *d);

/* Is it worth beginning a dialogue at a packet with this payload? from_start:
 * it is the connection's first, and may be a part of what shows its carrier.
 * Cheap. Of HTTP it is not for requests that only ask, nor for bodies that are
 * told, or seen, to be no JSON: a dialogue may begin at a packet after. */
bool dialogue_likely(struct span payload, bool from_start);

/* Could these few bytes, the first of a connection's end and too few to show
 * anything, be the beginning of a message, or of frames that need not come in
 * one piece? */
bool dialogue_begun(struct span first);

#endif /* PROTO_DIALOGUE_H */
