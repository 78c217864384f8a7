/* daemon - a connection to a node's JSON-RPC server, or to a pool's that acts
 * like one.
 *
 * Work is had there in two ways, getwork and getblocktemplate. A miner that is
 * refused the one asks for the other in the same connection, so both dialects
 * have one reader, and the latest work shows which of them it is. Node and
 * wallet calls between them give no event. Not mining by themselves are what
 * explorers poll too: getmininginfo, getnetworkhashps, getblockcount,
 * getdifficulty. */
#ifndef PROTO_DAEMON_H
#define PROTO_DAEMON_H

#include "proto/rpc.h"

#define DAEMON_CALLS_MAX   32 /* other methods that are told apart */
#define DAEMON_TARGETS_MAX 8

/* What the answer to a request is. */
enum daemon_request {
	DAEMON_OTHER, /* not mining's: nothing */
	DAEMON_ASK,   /* work, or nothing to tell */
	DAEMON_WORK,  /* the verdict on a getwork: true or false */
	DAEMON_BLOCK, /* the verdict on a block: null or a reason */
};

struct daemon_target { /* what a template asks of the block after previous */
	uint8_t previous[32];
	uint8_t target[32];
};

struct daemon {
	struct rpc rpc;
	const char *name;
	uint64_t shares;
	uint64_t unasked; /* work that no request was seen for: a long poll's
			   * has no JSON */
	uint64_t call[DAEMON_CALLS_MAX]; /* hashes of methods' names */
	uint32_t num_calls;
	struct daemon_target target[DAEMON_TARGETS_MAX]; /* a ring */
	uint32_t num_targets;                            /* ever */
	bool foreign; /* templates were another coin's, with another header */
	bool has_extranonce1; /* it was told that there is none */
};

/* A message in hand, and where its events go. */
struct daemon_turn {
	const struct dialect_input *in;
	event_sink *sink;
	void *context;
};

/* What a struct dialect needs; name is the dialect's. */
struct daemon *daemon_new(const char *name);
void daemon_close(void *reader);
void daemon_read(void *reader, const struct dialect_input *in, event_sink *sink,
		 void *context);
void daemon_lost(void *reader, int from);
void daemon_state(const void *reader, struct dialect_state *out);

/* A job is known by what of its header miners do not change: version, previous
 * block and merkle root. */
#define DAEMON_KEY 68

struct daemon_key {
	char text[2 * DAEMON_KEY + 1];
};
/* Of the 80 bytes of a header; borrowed from key. */
struct span daemon_key(struct daemon_key *key, const uint8_t *header);

/* An answer's "result" if the message is one: it has no method. */
const struct json_node *daemon_result(const struct dialect_input *in);

#endif /* PROTO_DAEMON_H */
