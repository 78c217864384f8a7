/* stratum1_private - what the files of stratum1 share. */
#ifndef PROTO_STRATUM1_PRIVATE_H
#define PROTO_STRATUM1_PRIVATE_H

#include "proto/rpc.h"
#include "proto/stratum1.h"

/* Requests that an answer may refer to. */
enum stratum1_request_kind {
	STRATUM1_REQUEST_OTHER,
	STRATUM1_REQUEST_SUBSCRIBE,
	STRATUM1_REQUEST_CONFIGURE,
	STRATUM1_REQUEST_SUBMIT,
};

struct stratum1 {
	struct rpc rpc;
	const char *dialect;
	bool settled; /* the shape of a job showed the dialect: it stays */
	uint64_t shares;
};

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

#endif /* PROTO_STRATUM1_PRIVATE_H */
