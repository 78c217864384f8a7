/* tls_private - what the files of tls share. */
#ifndef PROTO_TLS_PRIVATE_H
#define PROTO_TLS_PRIVATE_H

#include "base/buf.h"
#include "proto/tls.h"

#define TLS_RECORD_HEADER 5
#define TLS_RANDOM        32
#define TLS_KEY_MAX       32
#define TLS_IV_MAX        12
#define TLS_HASH_MAX      48

/* A record's body is 2^14 bytes at most, and 2048 of expansion in TLS 1.2. */
#define TLS_BODY_MAX   (16384u + 2048)
#define TLS_RECORD_MAX (TLS_RECORD_HEADER + TLS_BODY_MAX)

enum tls_type {
	TLS_CHANGE_CIPHER = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_APPLICATION = 23,
	TLS_HEARTBEAT = 24,
};

enum tls_version {
	TLS_1_0 = 0x0301,
	TLS_1_1 = 0x0302,
	TLS_1_2 = 0x0303,
	TLS_1_3 = 0x0304,
};

/* tls_crypto.c: how the suites that are read work. */

enum tls_cipher {
	TLS_AES_128_GCM,
	TLS_AES_256_GCM,
	TLS_CHACHA20_POLY1305,
	TLS_AES_128_CCM,
	TLS_AES_256_CCM,
	TLS_AES_128_CCM_8,
	TLS_AES_256_CCM_8,
};

enum tls_hash {
	TLS_SHA256,
	TLS_SHA384,
};

struct tls_suite {
	enum tls_cipher cipher;
	enum tls_hash hash;
};

/* Is that suite read with that version? */
bool tls_suite(struct tls_suite *out, uint16_t version, uint16_t number);

size_t tls_hash_size(enum tls_hash hash);
size_t tls_key_size(enum tls_cipher cipher);
size_t tls_tag_size(enum tls_cipher cipher);
bool tls_nonce_explicit(enum tls_cipher cipher); /* of TLS 1.2, in the record */

/* RFC 8446, 7.1, with an empty context. */
void tls_expand_label(uint8_t *out, size_t n, enum tls_hash hash,
		      const uint8_t *secret, const char *label);

/* RFC 5246, 5, with a master secret and "key expansion". */
void tls_key_block(uint8_t *out, size_t n, enum tls_hash hash,
		   const uint8_t master[48], const uint8_t seed[64]);

struct tls_sealed {
	const uint8_t *key, *nonce; /* 12 bytes */
	struct span extra;          /* authenticated, and not encrypted */
	struct span text;           /* with the tag behind */
};

struct tls_opener; /* OpenSSL's state of a cipher */
struct tls_opener *tls_opener_new(void);
void tls_opener_free(struct tls_opener *o);

/* Decrypts to out, which has room for sealed->text. False if the tag is not
 * the one: then what is in out means nothing. */
bool tls_open(struct tls_opener *o, uint8_t *out, enum tls_cipher cipher,
	      const struct tls_sealed *sealed);

/* tls_hello.c */

/* Spans into the message. Lists are without their lengths in front. */
struct tls_hello {
	uint16_t version; /* of the message: never above 1.2 */
	struct span random;
	struct span suites; /* two bytes each; of a server: one */
	struct span ids;    /* extensions, as they are: with their bodies */
	bool has_name;
	struct span name;       /* 0: server_name's first host name */
	struct span groups;     /* 10 */
	struct span formats;    /* 11 */
	struct span algorithms; /* 13 */
	struct span alpn;       /* 16: names, each behind its length */
	struct span versions;   /* 43: two bytes each; of a server: one */
};

/* From a message's body. False if it is malformed. */
bool tls_hello_client(struct tls_hello *out, struct span body);
bool tls_hello_server(struct tls_hello *out, struct span body);
bool tls_hello_is_retry(const struct tls_hello *h); /* of a server's */

/* Reads one extension, or fails c. */
struct span tls_hello_extension(struct cur *c, uint16_t *id);
/* The list in an ALPN extension. False if malformed. */
bool tls_hello_alpn(struct span *out, struct span body);

bool tls_is_grease(uint16_t v); /* RFC 8701 */

/* tls_fingerprint.c; "" where the hello has too much of something. */
struct tls;
void tls_fingerprint(struct tls *t);
void tls_ja3(char out[TLS_JA3], const struct tls_hello *h, bool client);
void tls_ja4(char out[TLS_JA4], const struct tls_hello *h);

/* tls_names.c: appends the names of a certificate (DER) to out, one a line;
 * adds to *dropped. False if it is no certificate. */
bool tls_names(struct buf *out, uint64_t *dropped, struct span der);
bool tls_printable(struct span text); /* ASCII, and at least a byte */
/* Into out, if it is printable and fits. */
bool tls_text(char out[TLS_TEXT_MAX], struct span text);

/* The state of a connection. */

enum tls_epoch {
	TLS_EPOCH_HANDSHAKE, /* of TLS 1.3 */
	TLS_EPOCH_TRAFFIC,
	TLS_EPOCH_NEXT, /* of TLS 1.3, behind the next KeyUpdate */
	TLS_EPOCHS
};

struct tls_traffic {
	bool known;
	uint8_t secret[TLS_HASH_MAX]; /* of TLS 1.3 */
	uint8_t key[TLS_KEY_MAX], iv[TLS_IV_MAX];
};

struct tls_end {
	struct buf pending; /* of a record that is not yet whole */
	uint32_t position;  /* of pending's first byte */
	struct buf message; /* of a handshake message not yet whole */
	size_t skip;        /* bytes left of one that is oversized */
	bool seeking;       /* a record's beginning, behind a gap */
	bool protects;      /* its records are encrypted from now on */
	bool doubt;         /* sequence may be too small, or the epoch */
	bool lost;          /* application data may be missing here */
	bool hello;         /* its hello was read */
	uint64_t sequence;  /* of its next record */
	enum tls_epoch epoch;
	struct tls_traffic traffic[TLS_EPOCHS];
	uint64_t eaten, spent; /* bytes of stream, and of vain tries */
};

struct tls {
	const struct tls_keys *keys;
	size_t keys_seen; /* how many there were when last looked for */
	struct tls_facts facts;
	struct tls_counts counts;
	struct tls_suite suite;
	bool readable; /* the suite is */
	bool keyed, missed, renegotiated;
	uint8_t client_random[TLS_RANDOM], server_random[TLS_RANDOM];
	struct buf names;
	/* Bodies of the ClientHello and the ServerHello, until their
	 * fingerprints are made. */
	struct buf hello[2];
	struct tls_opener *opener;
	uint8_t *plain; /* TLS_BODY_MAX bytes, once keyed */
	struct tls_end end[2];
};

struct tls_record {
	uint8_t type;
	uint16_t version;
	struct span header, body;
	uint32_t position;
};

/* tls_secret.c */

/* Looks for keys, once both hellos are read, and again when there are more. */
void tls_secret_look(struct tls *t);
void tls_secret_update(struct tls *t, struct tls_end *e); /* KeyUpdate */

/* tls_record.c */

/* Opens r as one of end e's next records, to *plain with its real type, and
 * counts. False if there is no key, or it is not authentic. */
bool tls_record_open(struct tls *t, struct tls_end *e, struct span *plain,
		     uint8_t *type, const struct tls_record *r);
/* The same for what may be no record at all: counts nothing that fails. */
bool tls_record_try(struct tls *t, struct tls_end *e, struct span *plain,
		    uint8_t *type, const struct tls_record *r);

/* tls_handshake.c: the next bytes of end `from`'s handshake. */
void tls_handshake_feed(struct tls *t, int from, struct span bytes);

#endif /* PROTO_TLS_PRIVATE_H */
