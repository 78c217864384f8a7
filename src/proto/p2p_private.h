/* p2p_private - what the files of p2p share. */
#ifndef PROTO_P2P_PRIVATE_H
#define PROTO_P2P_PRIVATE_H

#include "base/map.h"
#include "base/status.h"
#include "coin/header.h"
#include "proto/p2p.h"

#define P2P_COMMAND 12
#define P2P_HEAD    24 /* with a checksum; without: 20 */

/* The head of a message. */
struct p2p_head {
	char command[P2P_COMMAND + 1];
	uint32_t length; /* of the payload */
	uint8_t size;    /* of the head itself: P2P_HEAD, or 20 */
	uint8_t checksum[4];
};

/* Reads the head at the start of bytes. network NULL: any that is known. */
enum parse p2p_head_parse(struct p2p_head *out, struct span bytes,
			  const struct p2p_network *network);

/* p2p_frame: one direction's messages. */
struct p2p_framing {
	struct buf wait;     /* from the first byte of a message on */
	struct message last; /* the latest piece; without its bytes */
	uint64_t at;         /* bytes of this direction before wait */
	uint32_t position;   /* sequence number of wait's first byte */
	uint64_t skip;       /* of a message that is too large to be kept */
	/* Payload bytes hashed for candidates that were none. */
	uint64_t wasted;
	enum {
		P2P_FRESH, /* at the start, or behind a gap */
		P2P_PLACED,
		P2P_HUNTING,
	} state;
};

void p2p_framing_init(struct p2p_framing *f);
void p2p_framing_fini(struct p2p_framing *f);
void p2p_framing_gap(struct p2p_framing *f);

/* The payload of the message that waits, as far as it is there, and where it
 * is; false: none does, or it is not this command's. Good until more is fed. */
bool p2p_framing_begun(const struct p2p_framing *f, struct message *out,
		       const char *command, const struct p2p_network *network);

/* Which hashes, lists and headers one end has asked the other for. */
#define P2P_ASKED_MAX 4096 /* hashes that are remembered */
#define P2P_INV_MAX   501  /* an answer to getblocks, and what follows it */

struct p2p_wait {
	uint32_t left; /* answers that may still come */
	struct ts since;
};

struct p2p_asked {
	struct map *hashes; /* NULL: none yet */
	bool forgot;        /* more than could be remembered */
	bool doubt;         /* requests may have been lost */
	struct ts doubt_since;
	struct p2p_wait invs, headers;
};

void p2p_asked_fini(struct p2p_asked *a);
/* Not all that is asked for is seen: for a while all is taken for answers. */
void p2p_asked_doubt(struct p2p_asked *a);
/* Call with the time of each message, before what follows. */
void p2p_asked_time(struct p2p_asked *a, struct ts now);
void p2p_asked_invs(struct p2p_asked *a, struct ts now);
void p2p_asked_headers(struct p2p_asked *a, struct ts now);
void p2p_asked_hash(struct p2p_asked *a, const uint8_t hash[32]);
/* Does this answer a request? Which then has been answered. */
bool p2p_asked_for_inv(struct p2p_asked *a, struct ts now);
bool p2p_asked_for_headers(struct p2p_asked *a, struct ts now);
bool p2p_asked_for_hash(struct p2p_asked *a, const uint8_t hash[32]);

/* The header of a block whose rest was lost. */
struct p2p_cut {
	bool untold;
	struct message where;
	uint8_t header[HEADER_SIZE];
};

struct p2p {
	const struct p2p_network *network; /* NULL: no message yet */
	struct p2p_framing framing[2];
	struct p2p_asked asked[2]; /* by that end */
	struct p2p_cut cut[2];
	bool heard[2]; /* whole messages of that end were read */
	int client;
	uint64_t faults[DIALECT_FAULTS];
	uint64_t shares;
};

/* The message in hand. */
struct p2p_reading {
	struct p2p *p2p;
	const struct dialect_input *in; /* text: the payload */
	event_sink *sink;
	void *context;
	bool told; /* an event was given */
};

void p2p_tell(struct p2p_reading *r, const struct event *e);
void p2p_fault(struct p2p_reading *r, enum dialect_fault fault);

/* Takes the piece in `in` and calls p2p_message() for every message that it
 * completes. */
void p2p_framing_feed(struct p2p *p, const struct dialect_input *in,
		      event_sink *sink, void *context);

/* p2p.c: a whole message; damaged: its checksum is wrong. */
void p2p_message(struct p2p_reading *r, const char *name, bool damaged);

/* Readers of payloads. */
void p2p_read_version(struct p2p_reading *r);
void p2p_read_inv(struct p2p_reading *r);
void p2p_read_getdata(struct p2p_reading *r);
void p2p_read_getblocks(struct p2p_reading *r);
void p2p_read_getheaders(struct p2p_reading *r);
void p2p_read_headers(struct p2p_reading *r);
void p2p_read_header(struct p2p_reading *r); /* and something behind it */
void p2p_read_block(struct p2p_reading *r);
void p2p_read_cut(struct p2p_reading *r); /* of a block: its header */

#endif /* PROTO_P2P_PRIVATE_H */
