/* tls - what a TLS connection says of itself, and, with its keys, what is said
 * in it.
 *
 * Sources: RFC 8446 (TLS 1.3), RFC 5246 (1.2), 5288, 5289, 6655, 7251, 7905
 * (its AEAD suites), 6066 (server name), 7301 (ALPN), 8701 (GREASE). A reader
 * is fed the bytes of both ends of one TCP connection, from its beginning.
 *
 * Without keys it tells what is in clear (struct tls_facts). With the
 * connection's secrets (tls_keys.h) it opens the records of the AEAD suites of
 * TLS 1.2 and 1.3 and hands out the application data. A record whose tag is
 * wrong is counted and gives nothing, so what is handed out is what the ends
 * said to each other, unless the key log itself is forged.
 *
 * Not read: suites with CBC or stream ciphers, and so all of TLS 1.0 and 1.1;
 * early data (0-RTT); what follows a renegotiation of TLS 1.2; record
 * compression; hellos of SSL 2. Resumed connections are read like others: key
 * logs hold the secrets that they use.
 *
 * After lost bytes the next record is found by its header and its tag, of which
 * TLS_TRIES_MAX sequence numbers ahead are tried. The work for that is bounded
 * by what is fed. */
#ifndef PROTO_TLS_H
#define PROTO_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "proto/message.h"
#include "proto/tls_keys.h"

#define TLS_TRIES_MAX 64
#define TLS_HANDSHAKE_MAX                                                      \
	(1u << 16)         /* bytes of one message; larger: counted            \
			    */
#define TLS_TEXT_MAX  256  /* of a name, with its NUL */
#define TLS_NAMES_MAX 4096 /* bytes of all names of a certificate */
#define TLS_JA3       33   /* with the NUL */
#define TLS_JA4       37

#define TLS_STATUS_LIST(X)                                                     \
	X(TLS_BEGUN, "no whole hello of both ends yet")                        \
	X(TLS_NO_HELLO, "its hellos were not captured: it cannot be read")     \
	X(TLS_NO_SUITE, "cipher suite not read")                               \
	X(TLS_NO_KEYS, "no key for it")                                        \
	X(TLS_KEYED, "its key is known")                                       \
	X(TLS_RENEGOTIATED, "not read behind a renegotiation")
#define TLS_ENUM(name, text) name,
enum tls_status {
	TLS_STATUS_LIST(TLS_ENUM)
};
#undef TLS_ENUM

const char *tls_status_text(enum tls_status s);

/* What was in clear, and of TLS 1.3 what the handshake keys opened. Texts are
 * printable ASCII: what has another byte in it is left out. */
struct tls_facts {
	int client;       /* the end that sent the ClientHello; -1: not seen */
	uint16_t version; /* negotiated, 0x0301 to 0x0304; 0: not known */
	uint16_t suite;   /* negotiated, as IANA numbers them */
	bool has_suite;
	char server_name[TLS_TEXT_MAX];  /* as the client asked for (SNI) */
	char alpn_offered[TLS_TEXT_MAX]; /* "h2,http/1.1": those that fit */
	char alpn[TLS_TEXT_MAX];         /* selected */
	/* Of the server's own certificate, one a line: the common name of its
	 * subject, then the DNS names of its alternative names. */
	struct span names;
	uint64_t names_dropped; /* not printable, or did not fit */
	/* Of the first ClientHello and of the ServerHello, for those who ask
	 * for tls_facts_all(); "" where there was none, or one with more than a
	 * thousand of something. */
	char ja3[TLS_JA3];  /* MD5, in hexadecimal */
	char ja3s[TLS_JA3]; /* the same of the ServerHello */
	char ja4[TLS_JA4];  /* FoxIO's, of the client */
};

struct tls_counts {
	uint64_t records;     /* whole ones */
	uint64_t opened;      /* were authentic, and are decrypted */
	uint64_t application; /* of those, with application data */
	uint64_t sealed;      /* encrypted, and there is no key */
	uint64_t unauthentic; /* there is a key, but the tag is wrong */
	uint64_t broken;      /* where a record had to begin, none did */
	uint64_t malformed;   /* handshake messages: not what they claim */
	uint64_t oversized;   /* handshake messages above the limit */
	uint64_t lost;        /* bytes in gaps */
};

struct tls;

/* keys may be NULL; else it is borrowed until tls_free(), and may grow. */
struct tls *tls_new(const struct tls_keys *keys);
void tls_free(struct tls *t);

/* Is handed the application data of one record: its text is borrowed for the
 * call; its position is the sequence number of the record's first byte, so that
 * positions are unique and grow, and the text's k-th byte may be given position
 * + k; time and frame are of the chunk that completed the record. lost: bytes
 * of this end were lost just before, or could not be decrypted. */
typedef void tls_sink(void *context, int from, const struct message *m,
		      bool lost);

/* Takes chunk.text as the next bytes of end `from` (0 or 1); the first has the
 * sequence number chunk.position. */
void tls_feed(struct tls *t, int from, struct message chunk, tls_sink *sink,
	      void *context);

/* Here `lost` bytes of that end are missing. */
void tls_gap(struct tls *t, int from, uint64_t lost);

/* That end is between two records, or never sent a hello that was read. */
bool tls_idle(const struct tls *t, int from);

uint64_t tls_held(const struct tls *t); /* bytes of memory */
enum tls_status tls_status(const struct tls *t);
const struct tls_facts *tls_facts(const struct tls *t); /* lives with t */
/* With fingerprints, which cost three digests and are made when first asked
 * for: of most connections nobody does. */
const struct tls_facts *tls_facts_all(struct tls *t);
const struct tls_counts *tls_counts(const struct tls *t); /* the same */

/* Do these bytes begin with a record that begins with a hello? Strict: says no
 * to fewer than 11 bytes. */
bool tls_likely(struct span bytes);

/* The name that a ClientHello at the beginning of these bytes asks for; false
 * if none begins there, is not whole, or names nobody. Borrowed from bytes. */
bool tls_name_asked(struct span *name, struct span bytes);

/* Could they be the first of such a record, but too few to be sure? */
bool tls_begun(struct span bytes);

#endif /* PROTO_TLS_H */
