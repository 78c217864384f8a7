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

/* A coin's job and share under the common names: what their parameters look
 * like, and how they are read. A further coin is a row in stratum1_shape.c. */
struct stratum1_shape {
	const char *dialect;
	/* Do the params of mining.notify, or of mining.submit, look so? So
	 * exact that no two rows but Bitcoin's claim the same. is_share: NULL
	 * where it looks like another's. */
	bool (*is_job)(const struct json *doc, const struct json_node *params);
	bool (*is_share)(const struct json *doc,
			 const struct json_node *params);
	/* Both start at the first parameter; what is wrong shows in p->bad.
	 * NULL: foreign, not read but for the job's id and the worker. */
	void (*read_job)(struct rpc_params *p, struct event_job *job);
	void (*read_share)(struct rpc_params *p, struct event_share *share);
};

extern const struct stratum1_shape stratum1_bitcoin;   /* _read.c */
extern const struct stratum1_shape stratum1_zcash;     /* _zcash.c */
extern const struct stratum1_shape stratum1_ethereum;  /* _ethereum.c */
extern const struct stratum1_shape stratum1_ethereum2; /* _ethereum.c */
extern const struct stratum1_shape stratum1_decred;    /* _foreign.c: */
extern const struct stratum1_shape stratum1_handshake;
extern const struct stratum1_shape stratum1_kaspa;
extern const struct stratum1_shape stratum1_kawpow;
extern const struct stratum1_shape stratum1_sia;
extern const struct stratum1_shape stratum1_verus;
extern const struct stratum1_shape stratum1_other; /* nobody's we know */

struct stratum1 {
	struct rpc rpc;
	const struct stratum1_shape *shape; /* never NULL; a guess until */
	bool settled; /* the shape of a job showed it: it stays */
	uint64_t shares;
};

/* Whose job this is; a known shape settles it. One connection speaks one
 * dialect: NULL for a job that is another's than the settled one. */
const struct stratum1_shape *stratum1_shape_job(struct stratum1 *s,
						const struct json_node *params);

/* Whose share this is. */
const struct stratum1_shape *stratum1_shape_share(
	struct stratum1 *s, const struct json_node *params);

/* A message other than a job or share is typical of that dialect. */
void stratum1_shape_hint(struct stratum1 *s,
			 const struct stratum1_shape *shape);

/* The number of hex digits of parameter i, without "0x"; 0 if it is missing, no
 * string, empty, or has other characters. */
size_t stratum1_shape_digits(const struct json *doc,
			     const struct json_node *params, uint32_t i);

/* Are the parameters from i to last strings of 64 hex digits? */
bool stratum1_shape_hashes(const struct json *doc,
			   const struct json_node *params, uint32_t i,
			   uint32_t last);

/* Readers of messages. Each fills e (type and union); false: nothing to tell,
 * the fault is counted. */
bool stratum1_read_notify(struct stratum1 *s, struct event *e,
			  const struct json_node *message);
bool stratum1_read_submit(struct stratum1 *s, struct event *e,
			  const struct json_node *message);
bool stratum1_read_difficulty(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_target(struct stratum1 *s, struct event *e,
			  const struct json_node *message);
bool stratum1_read_extranonce(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_mask(struct stratum1 *s, struct event *e,
			const struct json_node *message);
bool stratum1_read_subscribe(struct stratum1 *s, struct event *e,
			     const struct json_node *message);
bool stratum1_read_authorize(struct stratum1 *s, struct event *e,
			     const struct json_node *message);
/* Of EthereumStratum/2; mining.set tells up to two things. */
bool stratum1_ethereum_hello(struct stratum1 *s, struct event *e,
			     const struct json_node *message);
bool stratum1_ethereum_target(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_ethereum_extranonce(struct stratum1 *s, struct event *e,
				  const struct json_node *message);
bool stratum1_ethereum_rate(struct stratum1 *s, struct event *e,
			    const struct json_node *message);

/* Readers of answers. */
bool stratum1_read_subscribed(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_configured(struct stratum1 *s, struct event *e,
			      const struct json_node *message);
bool stratum1_read_verdict(struct stratum1 *s, struct event *e,
			   const struct json_node *message);

#endif /* PROTO_STRATUM1_PRIVATE_H */
