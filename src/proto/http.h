/* http - HTTP/1.0 and 1.1 messages out of both directions of a connection.
 *
 * RFC 9112 (messages) and RFC 9110 (what they mean). A carrier: it says what
 * was asked and answered, with transfer and content codings undone; mining
 * dialects over HTTP read the bodies. Requests are numbered from 0 in the
 * order in which their heads came; a response carries the number of the
 * request it answers.
 *
 * Pairing. Responses come in the order of their requests. Where bytes were lost
 * that may have hidden a message it is not known any more which request is
 * answered: responses are HTTP_UNPAIRED until one comes behind exactly one
 * request (counted from the response, or the loss, before), from a client that
 * was never seen to send a request before the one before was answered: no other
 * can be open then. The caller must feed both directions in the order of cause
 * (a response behind its request); where it could not for a while, that is such
 * a doubt, too.
 *
 * Lost bytes. Where they lie wholly within a body of known length, or within a
 * chunk, reading goes on behind them: the message is given out with whole =
 * false and what came before the hole. Otherwise the message in hand is dropped
 * and counted as cut, and reading goes on at the next start line, also in the
 * middle of a line (bodies do not end in a newline).
 *
 * Tolerated: lines that end in LF alone, empty lines between messages, lines of
 * a head without a colon, folded lines, a POST whose body has no length but is
 * a JSON value, a response without length whose body is a JSON value (it ends
 * with that value, not with the connection), a coding that is claimed but not
 * used on a JSON body, deflate without the zlib header. */
#ifndef PROTO_HTTP_H
#define PROTO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/message.h"

#define HTTP_HEAD_MAX   (64u << 10) /* bytes of start line and fields */
#define HTTP_LINE_MAX   (16u << 10) /* bytes of the start line */
#define HTTP_FIELDS_MAX 128
/* A submitblock or an answer to getblocktemplate is up to 8 MiB of text. */
#define HTTP_BODY_MAX (16u << 20) /* bytes, coded and decoded */
/* What a body may become when decoded: this many bytes, and for each of its
 * own this many more. JSON in hexadecimal becomes 2 to 20 times as large. */
#define HTTP_EXPANSION_BASE    (64u << 10)
#define HTTP_EXPANSION_MAX     128
#define HTTP_CODINGS_MAX       4  /* one upon the other */
#define HTTP_OPEN_MAX          64 /* requests that wait for an answer */
#define HTTP_CREDENTIALS_MAX   512
#define HTTP_KEEP              (1u << 14) /* bytes kept for the next message */
#define HTTP_UNPAIRED          UINT64_MAX
#define HTTP_SWITCHING         101
#define HTTP_STATUS_MAX        599
#define HTTP_STATUS_SUCCESSFUL 200 /* to 299 */
#define HTTP_STATUS_REDIRECTED 300

enum http_kind {
	HTTP_REQUEST,
	HTTP_RESPONSE, /* also 1xx, which do not close their request */
	/* Bytes behind a 101, or behind a 2xx to CONNECT: at.text as fed. */
	HTTP_TUNNEL,
};

struct http_field {
	struct span name, value; /* without the space around them */
};

/* Everything in it is borrowed for the length of the call. */
struct http_message {
	enum http_kind kind;
	int from;        /* which end sent it, 0 or 1 */
	uint64_t number; /* of the request; of the one answered; of the one that
			  * opened the tunnel; HTTP_UNPAIRED */
	bool whole;      /* false: at.text is only what could be read of it */
	/* text: the body, codings undone. position: of the message's first
	 * byte. ts, frame, input: of the chunk that completed it. */
	struct message at;
	unsigned minor;                 /* HTTP/1.minor */
	unsigned status;                /* response; else 0 */
	struct span method, target;     /* request; else empty */
	struct span host;               /* request; empty if absent */
	bool has_credentials;           /* Authorization: Basic */
	struct span user, password;     /* decoded; else empty */
	const struct http_field *field; /* see http_header() */
	size_t fields;
};

/* The value of the first field of that name, in any case; NULL if absent. */
const struct span *http_header(const struct http_message *m, const char *name);

typedef void http_sink(void *context, const struct http_message *m);

struct http_counts {
	uint64_t whole;       /* given out, complete */
	uint64_t cut;         /* given out or dropped, with bytes missing */
	uint64_t oversized;   /* head, body or decoded body beyond its limit */
	uint64_t broken;      /* bytes that cannot be what had to stand there */
	uint64_t undecodable; /* bodies whose coding is unknown or damaged */
	uint64_t unpaired;    /* responses given without their request */
};

struct http;

struct http *http_new(void);
void http_free(struct http *h);

/* Does a whole request line up to its version, or a status line up to its
 * code, begin here? */
bool http_likely(struct span bytes);

/* Could they be its first bytes, but too few to be sure? */
bool http_begun(struct span bytes);

/* Takes chunk.text as the next bytes of direction from (0 or 1), whose first
 * has sequence number chunk.position; calls sink for every message completed
 * by them. sink may not call h. */
void http_feed(struct http *h, int from, struct message chunk, http_sink *sink,
	       void *context);

/* So many bytes of direction from were lost here. */
void http_gap(struct http *h, int from, uint64_t lost);

/* For a while the ends spoke something else: as if bytes of both were lost that
 * belong to no message in hand. */
void http_lose(struct http *h);

/* Direction from has ended (FIN): completes a body that lasts until then. What
 * is given has the place of the direction's last chunk. */
void http_end(struct http *h, int from, http_sink *sink, void *context);

int http_client(const struct http *h);     /* 0, 1, or -1: not known yet */
bool http_in_tunnel(const struct http *h); /* from now on all is raw */
/* No message of that end is in hand: it is between two, or never sent one. */
bool http_idle(const struct http *h, int from);
uint64_t http_held(const struct http *h); /* bytes of memory for messages */
const struct http_counts *http_counts(const struct http *h);

/* A message to write. The texts may not hold CR, LF or NUL. */
struct http_writing {
	const char *method, *target, *host; /* request */
	const char *user, *password;        /* request; NULL: none */
	unsigned status;                    /* response */
	const char *reason;                 /* response */
	const char *const *fields; /* "Name: value", NULL behind; or NULL */
	struct span body;
};

/* Append a message in HTTP/1.1. Content-Length is added where there is a body
 * or could be one (not to GET, HEAD and CONNECT, 1xx and 204). False, and out
 * as it was, where a text is not allowed, or out would be full. */
bool http_write_request(struct buf *out, const struct http_writing *w);
bool http_write_response(struct buf *out, const struct http_writing *w);

#endif /* PROTO_HTTP_H */
