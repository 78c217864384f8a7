/* tls_keys - the secrets of TLS connections, out of key logs.
 *
 * A key log is text, one secret a line, as NSS and everybody after it writes
 * it (SSLKEYLOGFILE; draft-ietf-tls-keylogfile):
 *
 *	LABEL <client random, 64 digits> <secret, hexadecimal>
 *
 * A line that begins with '#' is a comment; a line may end in CR LF. Of the
 * labels those are kept that open what a miner and a pool say; the others are
 * counted and left. Secrets never get into a text made here. */
#ifndef PROTO_TLS_KEYS_H
#define PROTO_TLS_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"

#define TLS_KEYS_RANDOM     32
#define TLS_KEYS_SECRET_MAX 48   /* of SHA-384, and the master secret */
#define TLS_KEYS_LINE_MAX   1024 /* bytes; a longer line is a bad one */

/* What is kept: TLS 1.2's master secret, and TLS 1.3's traffic secrets. */
#define TLS_KEYS_LIST(X)                                                       \
	X(TLS_KEYS_MASTER, "CLIENT_RANDOM")                                    \
	X(TLS_KEYS_CLIENT_HANDSHAKE, "CLIENT_HANDSHAKE_TRAFFIC_SECRET")        \
	X(TLS_KEYS_SERVER_HANDSHAKE, "SERVER_HANDSHAKE_TRAFFIC_SECRET")        \
	X(TLS_KEYS_CLIENT_TRAFFIC, "CLIENT_TRAFFIC_SECRET_0")                  \
	X(TLS_KEYS_SERVER_TRAFFIC, "SERVER_TRAFFIC_SECRET_0")
#define TLS_KEYS_ENUM(name, text) name,
enum tls_keys_label {
	TLS_KEYS_LIST(TLS_KEYS_ENUM)
};
#undef TLS_KEYS_ENUM

struct tls_keys_counts {
	uint64_t kept;     /* secrets that were new */
	uint64_t known;    /* there was one for that client random and label */
	uint64_t ignored;  /* well-formed, of another label */
	uint64_t bad;      /* lines that are neither a secret nor a comment */
	uint64_t dropped;  /* the limit was reached */
	uint64_t bad_line; /* the first bad line, counted from 1; 0: none */
};

struct tls_keys;

/* limit: secrets that are kept at most. seed: of the table (base/map.h). */
struct tls_keys *tls_keys_new(size_t limit, uint64_t seed);
void tls_keys_free(struct tls_keys *k); /* and wipes the secrets */

/* Reads a whole key log: no line goes on in the next call. Adds to counts;
 * bad_line is set if it was 0, and is of this text. What was said first of a
 * client random and label stays. */
void tls_keys_add(struct tls_keys *k, struct span text,
		  struct tls_keys_counts *counts);

size_t tls_keys_count(const struct tls_keys *k);

/* Is there such a secret? Borrowed until the next tls_keys_add(). */
bool tls_keys_find(const struct tls_keys *k, struct span *secret,
		   enum tls_keys_label label,
		   const uint8_t client_random[TLS_KEYS_RANDOM]);

#endif /* PROTO_TLS_KEYS_H */
