/* monero - the pool protocol of CryptoNight and RandomX coins.
 *
 * JSON-RPC with params that are objects: login, job, submit, keepalived
 * (docs/formats/monero.md; sources: the pages STRATUM.md and STRATUM_EXT.md of
 * xmrig-proxy, and what miners and pools send). A job is a blob and a target;
 * a share is a nonce and the hash that the miner says it found. That hash is
 * not recomputed (RandomX is a virtual machine over 2 GiB): work is claimed.
 *
 * "login", "job" and "submit" are everybody's words: a message counts by the
 * shape of its params. Grin has the same envelope with other contents: its
 * jobs and shares are given out as foreign, under the name "stratum-grin".
 *
 * What a job and a share look like is the same in a browser's dialect
 * (proto/coinhive.h), so their readers are here for both. */
#ifndef PROTO_MONERO_H
#define PROTO_MONERO_H

#include "proto/dialect.h"
#include "proto/rpc.h"

#define MONERO_BLOB_MIN  43 /* bytes: the nonce is at 39 */
#define MONERO_BLOB_MAX  1024
#define MONERO_LOGIN_MAX 1024 /* bytes of a name that is remembered */

extern const struct dialect monero_dialect;

/* Is it an object with job_id, a target of 4 or 8 bytes in hex and a blob (or,
 * where the miner makes the blob itself, pool_wallet)? Nothing else has that
 * shape. NULL is not. */
bool monero_job_shaped(const struct json *doc, const struct json_node *node);

/* Is it an object with job_id, a nonce of 4 or 8 bytes and a result of 32? */
bool monero_share_shaped(const struct json *doc, const struct json_node *node);

/* Is it a text or a number, as the id of a job is? */
bool monero_names_job(const struct json *doc, const struct json_node *node);

/* A job's members into *job, whose spans live in r's scratch and document.
 * False, job as it was and the fault counted, if it is malformed. */
bool monero_job_read(struct rpc *r, struct event_job *job,
		     const struct json_node *node);

/* A share's members; what is malformed is counted and leaves it unreadable.
 * Number and worker are the caller's to fill in. */
struct event_share monero_share_read(struct rpc *r,
				     const struct json_node *node);

/* The target of a job: 8 or 16 hex digits, little-endian, which are the top of
 * a 256-bit number whose other bits are ones. Of 4 bytes the 8 are
 * floor((2^64 - 1) / floor((2^32 - 1) / t)), as XMRig and the pools have it.
 * False, out as it was, for anything else and for zero. */
bool monero_target_read(uint8_t out[32], struct span hex);

/* The name of a login, kept for the shares that come without one. False, and
 * the fault counted, if it is longer than MONERO_LOGIN_MAX. */
bool monero_login_keep(struct rpc *r, struct buf *kept, struct span name);

/* What a miner says first (monero_write.c). */
struct monero_login_writing {
	const char *login, *password, *agent;
};

/* Appends it as a line. False, and out as it was but full, if it does not fit.
 */
bool monero_write_login(struct buf *out, uint64_t id,
			const struct monero_login_writing *l);

#endif /* PROTO_MONERO_H */
