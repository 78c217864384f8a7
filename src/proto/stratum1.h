/* stratum1 - Stratum version 1, Bitcoin's pooled mining over JSON lines.
 *
 * Sources: the protocol as slush's pool published it in 2012, BIP 310
 * (version rolling), and what real pools and miners send (docs/formats/
 * stratum1.md). Which end is the miner shows from the first message that only
 * one side sends, and what the wrong end sends afterwards is no Stratum.
 *
 * Never a substring search: a message counts when it is an object whose
 * "method" is one of the protocol's names. Other coins use the same names with
 * other parameters: the shape of the first job settles whose they are, and
 * until then what the messages hint at. Read are "stratum-v1" (Bitcoin, scrypt
 * coins), "stratum-zcash", "stratum-ethereum" and "stratum-ethereum2"; others
 * ("stratum-kawpow", .., "stratum-other") are told from these. */
#ifndef PROTO_STRATUM1_H
#define PROTO_STRATUM1_H

#include "base/buf.h"
#include "proto/dialect.h"

extern const struct dialect stratum1_dialect;

/* Undoes Stratum's order of a previous-block hash (eight 32-bit words, each
 * byte-swapped). The only place that does. */
void stratum1_prevhash(uint8_t out[32], const uint8_t wire[32]);

/* Append what a miner says, as lines (stratum1_write.c). False, and out as it
 * was but full, if it does not fit. */
bool stratum1_write_subscribe(struct buf *out, uint64_t id, const char *agent);
/* The same, asking for an earlier session's extranonce1 to be kept. */
bool stratum1_write_resume(struct buf *out, uint64_t id, const char *agent,
			   const char *session);
bool stratum1_write_authorize(struct buf *out, uint64_t id, const char *user,
			      const char *password);
/* mining.configure for version rolling in these bits (BIP 310). */
bool stratum1_write_configure(struct buf *out, uint64_t id, uint32_t mask);
bool stratum1_write_extranonce_subscribe(struct buf *out, uint64_t id);

struct stratum1_submission {
	const char *worker;
	struct span job_id, extranonce2;
	uint32_t ntime, nonce;
	bool has_version_bits; /* BIP 310 */
	uint32_t version_bits;
};

bool stratum1_write_submit(struct buf *out, uint64_t id,
			   const struct stratum1_submission *submission);
/* The answer to client.get_version (the agent) or mining.ping
 * (STRATUM1_PONG); id is the question's, or NULL. */
bool stratum1_write_answer(struct buf *out, const struct json_node *id,
			   const char *words);
#define STRATUM1_PONG "pong"

/* What a pool tells its miner that is no event (stratum1_told.c). */
enum stratum1_told_kind {
	STRATUM1_TOLD_OTHER, /* nothing of this */
	STRATUM1_TOLD_ANSWER,
	STRATUM1_TOLD_EXTRANONCE, /* mining.set_extranonce */
	STRATUM1_TOLD_VERSION,    /* client.get_version: wants an answer */
	STRATUM1_TOLD_PING,       /* mining.ping: wants an answer */
	STRATUM1_TOLD_MESSAGE,    /* client.show_message */
	STRATUM1_TOLD_RECONNECT,  /* client.reconnect */
};

struct stratum1_told { /* nodes are borrowed from the document, or NULL */
	enum stratum1_told_kind kind;
	const struct json_node *id;
	/* Of an answer: to which request (UINT64_MAX: no number); is it yes,
	 * and if not, the pool's number and words for why. */
	uint64_t number;
	bool good;
	int64_t error; /* 0: none told */
	const struct json_node *words;
	/* Of an answer to mining.subscribe, if it has that shape, and of
	 * mining.set_extranonce. */
	bool has_extranonce2;
	uint32_t extranonce2_n;
	const struct json_node *session; /* a string */
	/* Of client.reconnect; each may be missing. */
	const struct json_node *host; /* a string */
	uint16_t port;                /* 0: the same */
	uint32_t wait_s;
};

struct stratum1_told stratum1_told(const struct json *doc,
				   const struct json_node *object);

#endif /* PROTO_STRATUM1_H */
