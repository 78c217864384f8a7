/* What the files of http share. */
#ifndef PROTO_HTTP_PRIVATE_H
#define PROTO_HTTP_PRIVATE_H

#include "base/json.h"
#include "proto/http.h"

/* http_head: the head of a message. */

struct http_head {
	bool response;
	unsigned minor, status;
	struct span method, target;
	struct http_field field[HTTP_FIELDS_MAX];
	size_t fields;
};

enum http_may { /* what may begin here, as bits */
	HTTP_MAY_REQUEST = 1,
	HTTP_MAY_RESPONSE = 2,
};

/* Where in a line that ends in LF a start line of an allowed kind begins that
 * lasts to its end; false if none does. */
bool http_head_find(size_t *at, bool *response, struct span line, unsigned may);

/* Reads a head: start line to empty line. Folded lines are joined in place.
 * What it gives is borrowed from text. */
bool http_head_parse(struct http_head *head, struct buf *text);

bool http_head_is(struct span text, const char *word); /* in any case */

bool http_head_space(uint8_t c); /* SP, HTAB, CR or LF */

/* The next word of a list with commas, stepped over; false at its end. */
bool http_head_listed(struct span *word, struct span *list);

/* How long is the body? How says so; *length only with HTTP_BODY_LENGTH. */
enum http_body {
	HTTP_BODY_ABSENT, /* no field speaks of it */
	HTTP_BODY_LENGTH,
	HTTP_BODY_CHUNKED,
	HTTP_BODY_UNTIL_CLOSE, /* coded for transfer without chunks */
	HTTP_BODY_BROKEN,
};
enum http_body http_head_body(uint64_t *length, const struct http_head *head);

/* http_basic: RFC 7617. */

/* Decodes the value of Authorization into room (HTTP_CREDENTIALS_MAX bytes).
 * False, and nothing written but room, if it is not Basic. */
bool http_basic_parse(struct span *user, struct span *password, uint8_t *room,
		      struct span value);
bool http_basic_write(struct buf *out, const char *user, const char *password);

/* http_coding: what was done to a body, undone. */

enum http_undone {
	HTTP_UNDONE_WHOLE,
	HTTP_UNDONE_CUT,   /* the coded bytes end too early */
	HTTP_UNDONE_LARGE, /* beyond the limit */
	HTTP_UNDONE_BAD,   /* damaged, or not a coding we know */
};

/* Undoes all codings of body, which may point to body itself on return or into
 * room, which the caller finishes. But for HTTP_UNDONE_WHOLE, *body is what
 * came out before. */
enum http_undone http_coding_undo(struct span *body, struct buf *room,
				  const struct http_head *head);

/* http_pair: which request does a response answer? */

enum http_asked {
	HTTP_ASKED,
	HTTP_ASKED_HEAD,
	HTTP_ASKED_CONNECT,
};

struct http_open {
	uint64_t number;
	enum http_asked asked;
};

struct http_pair {
	struct http_open open[HTTP_OPEN_MAX]; /* answered next, in order */
	size_t n;
	bool doubt;              /* others may be open behind them */
	struct http_open newest; /* in doubt: the last request */
	uint64_t since;          /* requests since a response or a loss */
	bool pipelined;          /* one was sent before the last was answered */
	uint64_t requests;
};

uint64_t http_pair_request(struct http_pair *p, enum http_asked asked);
/* The request answered; it stays open if the response is interim. */
struct http_open http_pair_response(struct http_pair *p, bool interim);
/* Messages of the client, or of the server, may have been lost. */
void http_pair_lost(struct http_pair *p, bool client);

/* http: the readers. */

enum http_state {
	HTTP_AT_START,  /* a start line is expected, or looked for */
	HTTP_AT_FIELD,  /* within a head */
	HTTP_AT_LENGTH, /* within a body: so many bytes are left */
	HTTP_AT_SIZE,   /* the line with a chunk's size */
	HTTP_AT_CHUNK,  /* so many bytes of it are left */
	HTTP_AT_CHUNK_END,
	HTTP_AT_TRAILER,
	HTTP_AT_UNSTATED, /* a body of unstated length may follow */
	HTTP_AT_JSON,     /* it ends with its value */
	HTTP_AT_CLOSE,    /* it ends with the connection */
	HTTP_AT_TUNNEL,
};

struct http_side {
	enum http_state state;
	struct buf head; /* from start line on; kept until the body is whole */
	size_t line;     /* where the last line in head begins */
	struct buf size; /* the line of a chunk's size, or of a trailer */
	size_t trailers; /* bytes of them */
	struct buf body; /* coded */
	uint64_t left;
	struct json_scan scan;
	uint32_t at;         /* sequence number of the next byte */
	struct message last; /* place of the last chunk, without its text */
	uint32_t position;   /* of the message's first byte */
	uint64_t number;
	bool in_step;  /* the next line should be a start line */
	bool spoke;    /* a start line was read */
	bool response; /* the message in hand is one */
	bool interim;
	bool opens;     /* a tunnel, once it is whole */
	bool holed;     /* bytes of its body were lost */
	bool oversized; /* its body is not kept */
};

struct http {
	struct http_side side[2];
	int client;
	bool tunnel;
	uint64_t tunnel_number;
	struct http_pair pair;
	struct http_counts counts;
};

/* One direction being read. */
struct http_reading {
	struct http *h;
	struct http_side *side;
	int from;
	http_sink *sink;
	void *context;
};

/* http_give: what was read goes out. */

struct http_reading http_give_other(const struct http_reading *r);

/* Gives the message in hand, which is as complete as it will be, and makes the
 * side ready for the next, or opens the tunnel. */
void http_give(struct http_reading *r);
void http_give_raw(struct http_reading *r, struct span text, uint32_t position);

/* Drops what is in hand. */
void http_give_rest(struct http_side *s);

#endif /* PROTO_HTTP_PRIVATE_H */
