/* event - the narrow waist: what every mining dialect is translated into.
 *
 * Everything behind the dialects knows events only. Spans are borrowed for the
 * length of the call that hands the event over. */
#ifndef PROTO_EVENT_H
#define PROTO_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/ts.h"

#define EVENT_EXTRANONCE1_MAX 32
#define EVENT_BRANCHES_MAX    64

enum event_type {
	EVENT_LOGIN,      /* who is who: sent again when something changes */
	EVENT_DIFFICULTY, /* holds from the next job */
	EVENT_JOB,
	EVENT_SHARE,
	EVENT_VERDICT,
	EVENT_TALK, /* the dialogue was recognised, and nothing follows */
};

/* Only what this message said; the rest is empty or false. */
struct event_login {
	struct span user_agent;
	struct span host; /* the name by which the miner calls the pool */
	struct span worker;
	bool has_extranonce1; /* its length may be 0 */
	bool extranonce1_set; /* later, by the pool: holds from the next job */
	struct span extranonce1;
	bool has_version_mask;
	uint32_t version_mask;
};

struct event_difficulty {
	struct span decimal; /* as on the wire */
};

struct event_job {
	struct span id;
	bool readable; /* false: another coin's shape; only id and clean hold */
	uint8_t previous[32]; /* internal order */
	struct span coinbase1, coinbase2;
	struct span branches; /* 32 bytes each, internal order */
	uint32_t version, nbits, ntime;
	bool clean;
};

struct event_share {
	uint64_t number; /* of the session, from 0: verdicts refer to it */
	struct span worker, job_id;
	bool readable; /* false: fields malformed, or foreign */
	bool foreign;  /* another coin's shape: only worker and job_id hold */
	struct span extranonce2;
	uint32_t ntime, nonce;
	bool has_version_bits;
	uint32_t version_bits;
};

struct event_verdict {
	uint64_t number; /* of the share */
	bool accepted;
	struct span reason; /* the pool's words, JSON string escapes resolved */
};

struct event {
	enum event_type type;
	/* Where the message was. */
	struct ts ts;
	uint64_t frame;
	uint32_t input;
	uint32_t position; /* sequence number of its first byte */
	union {
		struct event_login login;
		struct event_difficulty difficulty;
		struct event_job job;
		struct event_share share;
		struct event_verdict verdict;
	};
};

typedef void event_sink(void *context, const struct event *e);

#endif /* PROTO_EVENT_H */
