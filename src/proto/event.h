/* event - the narrow waist: what every mining dialect is translated into.
 *
 * Everything behind the dialects knows events only. Spans are borrowed for the
 * length of the call that hands the event over.
 *
 * A job asks for work of one kind. What it hands out for that lies in the same
 * fields, whatever the coin:
 *
 *	kind             previous       coinbase1, 2   branches
 *	EVENT_HEADER     block before   the coinbase   merkle branches
 *	  (no coinbase)  block before   -              the merkle root alone
 *	EVENT_EQUIHASH   block before   -              merkle root, reserved
 *	EVENT_ETHASH     header hash    -              seed hash
 *	EVENT_CLAIMED    -              the blob       -
 */
#ifndef PROTO_EVENT_H
#define PROTO_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/ts.h"
#include "coin/block.h"

#define EVENT_EXTRANONCE1_MAX 32
#define EVENT_BRANCHES_MAX    64

enum event_type {
	EVENT_LOGIN,      /* who is who: sent again when something changes */
	EVENT_DIFFICULTY, /* holds from the next job */
	EVENT_JOB,
	EVENT_SHARE,
	EVENT_VERDICT,
	EVENT_RATE,     /* the miner's own word on its hash rate */
	EVENT_ANNOUNCE, /* a node told another of a block */
	EVENT_TALK,     /* the dialogue was recognised, and nothing follows */
};

enum event_work {
	EVENT_HEADER,   /* an 80-byte header, hashed by SHA-256d or scrypt */
	EVENT_EQUIHASH, /* Zcash's: a 140-byte header and a solution */
	EVENT_ETHASH,
	EVENT_CLAIMED, /* the share brings its hash, which is not recomputed */
};

/* Only what this message said; the rest is empty or false. */
struct event_login {
	struct span user_agent;
	struct span server_agent; /* the other end's, where both tell theirs */
	struct span host; /* the name by which the miner calls the pool */
	const char *host_source; /* where it stood: "subscribe", "http", .. */
	struct span worker;
	bool has_extranonce1; /* its length may be 0 */
	bool extranonce1_set; /* later, by the pool: holds from the next job */
	struct span extranonce1;
	bool has_version_mask;
	uint32_t version_mask;
};

/* One of the two. */
struct event_difficulty {
	struct span decimal; /* as on the wire; unit: Bitcoin's difficulty 1 */
	bool has_target;
	uint8_t target[32]; /* little-endian */
};

struct event_job {
	struct span id;
	bool readable; /* false: another coin's shape; only id and clean hold */
	enum event_work work;
	uint8_t previous[32]; /* internal order; Ethash: as sent */
	struct span coinbase1, coinbase2;
	struct span branches; /* 32 bytes each, internal order */
	uint32_t version, nbits, ntime;
	bool clean;
	/* Read off a submission behind it: nobody handed it out just now. */
	bool submitted;
	bool has_target;    /* of this job; otherwise the difficulty in force */
	uint8_t target[32]; /* little-endian */
	uint32_t height;    /* as the pool told it; 0: it did not */
	struct span algorithm; /* the pool's name for it ("rx/0"), or empty */
	/* An offer (BIP 22): the miner makes the coinbase and the merkle root,
	 * so that no header follows from it. Both coinbases are empty, or the
	 * first is the whole that was proposed, with its branches. */
	bool is_template;
};

struct event_share {
	uint64_t number; /* of the session, from 0: verdicts refer to it */
	struct span worker, job_id;
	bool readable; /* false: fields malformed, or foreign */
	bool foreign;  /* another coin's shape: only worker and job_id hold */
	/* What of the nonce the miner chose beside `nonce`; or all of it, where
	 * a nonce is longer than 4 bytes (then in the order of the header). */
	struct span extranonce2;
	uint32_t ntime, nonce;
	bool has_version_bits;
	uint32_t version_bits;
	/* Submitted whole: 80 bytes. It needs no job but for its target. */
	struct span header;
	struct span solution; /* Equihash's, without its length; Ethash's mix */
	bool has_result;      /* the hash that the miner claims */
	uint8_t result[32];   /* little-endian */
	bool is_block;        /* submitted with all its transactions */
	enum block_witness witness; /* of a block: BIP 141's commitment */
};

struct event_verdict {
	uint64_t number; /* of the share */
	bool accepted;
	struct span reason; /* the pool's words, JSON string escapes resolved */
};

struct event_rate {
	double hashes_per_s;
};

struct event_announce {
	uint8_t hash[32]; /* of the block, internal order */
	uint32_t time;    /* of its header; 0: not told */
	bool asked;       /* in answer to a request for blocks or headers */
};

struct event {
	enum event_type type;
	int from; /* the end that sent the message: 0 or 1 */
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
		struct event_rate rate;
		struct event_announce announce;
	};
};

typedef void event_sink(void *context, const struct event *e);

#endif /* PROTO_EVENT_H */
