/* stratum1_private - what the files of stratum1 share. */
#ifndef PROTO_STRATUM1_PRIVATE_H
#define PROTO_STRATUM1_PRIVATE_H

#include "base/buf.h"
#include "proto/stratum1.h"

#define STRATUM1_ID_MAX 40

/* Requests that an answer may refer to. */
enum stratum1_request_kind {
	STRATUM1_REQUEST_OTHER,
	STRATUM1_REQUEST_SUBSCRIBE,
	STRATUM1_REQUEST_CONFIGURE,
	STRATUM1_REQUEST_SUBMIT,
};

struct stratum1_request {
	char id[STRATUM1_ID_MAX]; /* raw JSON text, cut to fit */
	uint8_t id_n;
	bool doubtful; /* its answer may have been lost in a gap */
	enum stratum1_request_kind kind;
	uint64_t share;
};

struct stratum1 {
	struct json doc;
	struct buf scratch; /* decoded bytes of the message in hand */
	int client;
	const char *dialect;
	bool settled; /* the shape of a job showed the dialect: it stays */
	uint64_t shares;
	uint64_t faults[STRATUM1_FAULTS];
	uint64_t not_json, unmatched;
	struct stratum1_request *request; /* oldest first */
	uint32_t num_requests, room_requests;
};

/* Parameters of one message: a cursor over the elements of an array that
 * remembers its first fault. */
struct stratum1_params {
	struct stratum1 *s;
	const struct json_node *array, *at; /* at: the next element */
	bool bad;
	enum stratum1_fault fault;
};

struct stratum1_params stratum1_params(struct stratum1 *s,
				       const struct json_node *message);

/* Each takes the next element; after a fault all give zeros. Decoded bytes and
 * texts live in s->scratch until the next message. */
struct span stratum1_take_text(struct stratum1_params *p);
struct span stratum1_take_number(struct stratum1_params *p); /* or a string */
struct span stratum1_take_hex(struct stratum1_params *p, size_t max);
uint32_t stratum1_take_u32(struct stratum1_params *p);
struct span stratum1_take_branches(struct stratum1_params *p);
bool stratum1_take_bool(struct stratum1_params *p); /* missing: false */
bool stratum1_more(const struct stratum1_params *p);

/* A string node's text with escapes resolved, kept in scratch; empty if node
 * is not a string. */
struct span stratum1_text(struct stratum1 *s, const struct json_node *node);

/* Readers of messages. Each fills e (type and union); false: nothing to tell,
 * the fault is counted. */
bool stratum1_read_notify(struct stratum1 *s, struct event *e,
			  const struct json_node *message);
bool stratum1_read_submit(struct stratum1 *s, struct event *e,
			  const struct json_node *message);
bool stratum1_read_difficulty(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_extranonce(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_mask(struct stratum1 *s, struct event *e,
			const struct json_node *message);
bool stratum1_read_subscribe(struct stratum1 *s, struct event *e,
			     const struct json_node *message);
bool stratum1_read_authorize(struct stratum1 *s, struct event *e,
			     const struct json_node *message);

/* Readers of answers. */
bool stratum1_read_subscribed(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_configured(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_verdict(struct stratum1 *s, struct event *e,
			   const struct json_node *message);

#endif /* PROTO_STRATUM1_PRIVATE_H */
