/* rpc - what the dialects of JSON objects share: which answer belongs to which
 * request, and parameters read with a memory for the first fault.
 *
 * A reply means something only through the request it answers. Ids are
 * compared as text, within one exchange where HTTP carries them; where several
 * requests have the same id (cpuminer sends every submit with id 4), replies
 * match them in order. After bytes of the pool were lost the open requests are
 * doubtful: a newer one with the same id takes it over, because otherwise all
 * later answers would be off by one, and an answer that could be for two is
 * nobody's. */
#ifndef PROTO_RPC_H
#define PROTO_RPC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/dialect.h"

#define RPC_ID_MAX       64
#define RPC_REQUESTS_MAX 256 /* unanswered ones that are remembered */

struct rpc_request {
	char id[RPC_ID_MAX]; /* text, a string's without quotes, cut to fit */
	uint8_t id_n;
	bool doubtful; /* its answer may have been lost in a gap */
	uint8_t kind;  /* the dialect's */
	uint64_t number;
};

/* Part of a dialect's reader. Faults, client and the number of requests are the
 * dialect's to read. */
struct rpc {
	struct buf scratch; /* decoded bytes of the message in hand */
	const struct json *doc;
	int client; /* 0, 1, or -1 for not known yet */
	bool bare;  /* an id alone is an answer, too (EIP 1571) */
	uint64_t faults[DIALECT_FAULTS];
	uint64_t unmatched;
	struct rpc_request *request; /* private; oldest first */
	uint32_t num_requests, room_requests;
};

void rpc_init(struct rpc *r);
void rpc_fini(struct rpc *r);

/* Around the reading of each message. What the message's parameters decode to
 * lives in scratch from begin to end. */
void rpc_begin(struct rpc *r, const struct dialect_input *in);
void rpc_end(struct rpc *r, const struct dialect_input *in);

/* A message that only one side sends settles which end is the miner; false if
 * this one comes from the wrong end. */
bool rpc_sender_fits(struct rpc *r, int from, bool by_client);

/* Is "method" this? And: does the message have one at all? */
bool rpc_method_is(const struct dialect_input *in, const char *name);
bool rpc_has_method(const struct dialect_input *in);

/* Remembers the message as a request whose answer will be looked for. */
void rpc_remember(struct rpc *r, const struct dialect_input *in, uint8_t kind,
		  uint64_t number);

/* Forgets the oldest request of that kind: what it asked for came without its
 * id. */
void rpc_forget(struct rpc *r, uint8_t kind);

enum rpc_found {
	RPC_NONE,   /* no answer, or to nothing that was asked (counted) */
	RPC_ANSWER, /* of *request */
	RPC_UNCLEAR /* of one of several requests, in doubt */
};

/* If the message is an answer (no method; a result or an error; from the
 * pool): the request it is for, which is then forgotten. */
enum rpc_found rpc_answer(struct rpc *r, struct rpc_request *request,
			  const struct dialect_input *in);

/* The same for a dialect whose answers look otherwise: the caller has made sure
 * that this is one. */
enum rpc_found rpc_match(struct rpc *r, struct rpc_request *request,
			 const struct dialect_input *in);

/* Bytes of that end were lost. */
void rpc_lost(struct rpc *r, int from);

/* client, faults and unmatched to the dialect's state; no other calls. */
void rpc_state(const struct rpc *r, struct dialect_state *out);

/* A verdict from an answer's result and error: `result` true, an object with
 * status "OK", or null where `null_accepts` (submitblock: BIP 22, where a text
 * is the reason of a refusal). The reason is "reject-reason", the second
 * element of error, its "message", or error itself. False: it says neither. */
bool rpc_verdict(struct rpc *r, struct event *e, const struct json_node *object,
		 bool null_accepts);

/* A string node's text with escapes resolved; empty if it is no string. */
struct span rpc_text(struct rpc *r, const struct json_node *node);

/* A hex string ("0x" allowed) into out, whole; false and out as it was if it is
 * not a string of exactly size bytes. */
bool rpc_hex_exactly(uint8_t *out, size_t size, const struct json_node *node);

/* The number that a hex string ("0x" allowed) of 1 to 64 digits writes, into 32
 * bytes, little-endian; or one below 2^64. False: out is as it was. */
bool rpc_hex_number(uint8_t out[32], const struct json_node *node);
bool rpc_hex_u64(uint64_t *out, const struct json_node *node);

/* Parameters: a cursor over the elements of an array. After a fault all give
 * zeros and empty spans; the first fault is counted. */
struct rpc_params { /* private but for bad, array and at */
	struct rpc *rpc;
	const struct json_node *array, *at; /* at: the next element */
	bool bad;
};

/* Of the message's "params", or of the given array. */
struct rpc_params rpc_params(struct rpc *r, const struct json_node *object);
struct rpc_params rpc_elements(struct rpc *r, const struct json_node *array);

void rpc_fault(struct rpc_params *p, enum dialect_fault fault);
bool rpc_more(const struct rpc_params *p);
/* The next element as it is, or NULL. */
const struct json_node *rpc_take(struct rpc_params *p);
struct span rpc_take_text(struct rpc_params *p);   /* number: its digits */
struct span rpc_take_number(struct rpc_params *p); /* or a string of one */
struct span rpc_take_hex(struct rpc_params *p, size_t max);
uint32_t rpc_take_u32(struct rpc_params *p); /* hex digits */
/* Hex of exactly n bytes ("0x" allowed); of a target: rpc_hex_number(). After
 * a fault out is zeros. */
void rpc_take_exactly(struct rpc_params *p, uint8_t *out, size_t n);
void rpc_take_target(struct rpc_params *p, uint8_t out[32]);
/* An array of hashes, 32 bytes each; at most EVENT_BRANCHES_MAX. */
struct span rpc_take_hashes(struct rpc_params *p);
bool rpc_take_bool(struct rpc_params *p); /* missing: false */

/* n bytes of scratch, zeroed, for what lives as long; NULL: no room. */
uint8_t *rpc_keep(struct rpc *r, size_t n);

#endif /* PROTO_RPC_H */
