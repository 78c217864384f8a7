/* Writes TLS connections for the tests of tls: hellos in clear, and sealed
 * records of either end with secrets that the key log beside them names. */
#ifndef PROTO_TEST_TLS_MAKE_H
#define PROTO_TEST_TLS_MAKE_H

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "proto/tls_private.h"

enum make_kind {
	MAKE_1_3, /* AES-128-GCM, SHA-256 */
	MAKE_1_2_GCM,
	MAKE_1_2_CHACHA,
	MAKE_KINDS
};

struct make_end {
	uint8_t secret[32];
	uint8_t key[TLS_KEY_MAX], iv[TLS_IV_MAX];
	uint64_t sequence;
};

struct make {
	enum make_kind kind;
	struct make_end end[2], handshake[2]; /* end 0 is the client */
	struct buf keys;                      /* the key log */
};

#define MAKE_MUST(truth) ((truth) ? (void)0 : abort())

static const uint8_t make_random[2][TLS_RANDOM] = {
	"the random of the client.......", "the random of the server......."
};

static inline void make_line(struct make *m, const char *label,
			     const uint8_t *secret, size_t n)
{
	char random[2 * TLS_RANDOM + 1], text[2 * 48 + 1];

	hex_text(random, make_random[0], TLS_RANDOM);
	hex_text(text, secret, n);
	buf_printf(&m->keys, "%s %s %s\n", label, random, text);
}

static inline void make_expand(struct make_end *e)
{
	tls_expand_label(e->key, 16, TLS_SHA256, e->secret, "key");
	tls_expand_label(e->iv, 12, TLS_SHA256, e->secret, "iv");
	e->sequence = 0;
}

static inline void make_keys_1_3(struct make *m)
{
	static const char *const labels[2][2] = {
		{ "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
		  "SERVER_HANDSHAKE_TRAFFIC_SECRET" },
		{ "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0" },
	};

	for (int i = 0; i < 2; i++) {
		memset(m->handshake[i].secret, 0x10 + i, 32);
		memset(m->end[i].secret, 0x20 + i, 32);
		make_expand(&m->handshake[i]);
		make_expand(&m->end[i]);
		make_line(m, labels[0][i], m->handshake[i].secret, 32);
		make_line(m, labels[1][i], m->end[i].secret, 32);
	}
}

static inline void make_keys_1_2(struct make *m)
{
	const bool gcm = m->kind == MAKE_1_2_GCM;
	const size_t key_n = gcm ? 16 : 32, iv_n = gcm ? 4 : 12;
	uint8_t master[48], seed[2 * TLS_RANDOM], block[88];

	memset(master, 0x30, sizeof(master));
	memcpy(seed, make_random[1], TLS_RANDOM);
	memcpy(seed + TLS_RANDOM, make_random[0], TLS_RANDOM);
	tls_key_block(block, 2 * (key_n + iv_n), TLS_SHA256, master, seed);
	for (size_t i = 0; i < 2; i++) {
		memcpy(m->end[i].key, block + i * key_n, key_n);
		memcpy(m->end[i].iv, block + 2 * key_n + i * iv_n, iv_n);
	}
	make_line(m, "CLIENT_RANDOM", master, sizeof(master));
}

static inline void make_init(struct make *m, enum make_kind kind)
{
	*m = (struct make){ .kind = kind };
	buf_init(&m->keys, 1 << 16);
	if (kind == MAKE_1_3)
		make_keys_1_3(m);
	else
		make_keys_1_2(m);
}

static inline void make_fini(struct make *m)
{
	buf_fini(&m->keys);
}

static inline void make_header(struct buf *out, uint8_t type, size_t n)
{
	const uint8_t header[] = { type, 3, 3, (uint8_t)(n >> 8), (uint8_t)n };

	buf_add(out, header, sizeof(header));
}

/* A record in clear. */
static inline void make_plain(struct buf *out, uint8_t type, const void *p,
			      size_t n)
{
	make_header(out, type, n);
	buf_add(out, p, n);
}

static inline void make_client_hello(struct buf *out)
{
	static const uint8_t front[] = { 1, 0, 0, 43, 3, 3 };
	static const uint8_t behind[] = {
		0, 0, 4, 0x13, 0x01, 0xc0, 0x2f, 1, 0
	};
	struct buf body;

	buf_init(&body, 256);
	buf_add(&body, front, sizeof(front));
	buf_add(&body, make_random[0], TLS_RANDOM);
	buf_add(&body, behind, sizeof(behind));
	make_plain(out, TLS_HANDSHAKE, body.p, body.n);
	buf_fini(&body);
}

/* And, in TLS 1.2, what tells that the next record is sealed. */
static inline void make_server_hello(const struct make *m, struct buf *out)
{
	static const uint8_t front[] = { 2, 0, 0, 0, 3, 3 };
	static const uint8_t version[] = { 0, 6, 0, 43, 0, 2, 3, 4 };
	static const uint8_t suites[][2] = { { 0x13, 0x01 },
					     { 0xc0, 0x2f },
					     { 0xcc, 0xa8 } };
	struct buf body;

	buf_init(&body, 256);
	buf_add(&body, front, sizeof(front));
	buf_add(&body, make_random[1], TLS_RANDOM);
	buf_u8(&body, 0);
	buf_add(&body, suites[m->kind], 2);
	buf_u8(&body, 0);
	if (m->kind == MAKE_1_3)
		buf_add(&body, version, sizeof(version));
	body.p[3] = (uint8_t)(body.n - 4);
	make_plain(out, TLS_HANDSHAKE, body.p, body.n);
	buf_fini(&body);
}

static inline void make_change(struct buf *out)
{
	make_plain(out, TLS_CHANGE_CIPHER, "\1", 1);
}

static inline void make_encrypt(struct buf *out, const EVP_CIPHER *cipher,
				const struct make_end *e, const uint8_t *nonce,
				struct span extra, struct span text)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	uint8_t *sealed = malloc(text.n + 16);
	int n, last;

	MAKE_MUST(c && sealed &&
		  EVP_EncryptInit_ex2(c, cipher, e->key, nonce, NULL) == 1 &&
		  EVP_EncryptUpdate(c, NULL, &n, extra.p, (int)extra.n) == 1 &&
		  EVP_EncryptUpdate(c, sealed, &n, text.p, (int)text.n) == 1 &&
		  EVP_EncryptFinal_ex(c, sealed + n, &last) == 1 &&
		  EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16,
				      sealed + text.n) == 1);
	buf_add(out, sealed, text.n + 16);
	free(sealed);
	EVP_CIPHER_CTX_free(c);
}

static inline void make_nonce(uint8_t out[12], const struct make_end *e)
{
	memcpy(out, e->iv, 12);
	for (int i = 0; i < 8; i++)
		out[11 - i] ^= (uint8_t)(e->sequence >> 8 * i);
}

/* text | type | zeros */
static inline void make_sealed_1_3(struct buf *out, struct make_end *e,
				   uint8_t type, struct span text, size_t zeros)
{
	const size_t n = text.n + 1 + zeros + 16;
	const uint8_t header[] = { TLS_APPLICATION, 3, 3, (uint8_t)(n >> 8),
				   (uint8_t)n };
	uint8_t *inner = calloc(1, text.n + 1 + zeros), nonce[12];

	MAKE_MUST(inner != NULL);
	if (text.n)
		memcpy(inner, text.p, text.n);
	inner[text.n] = type;
	make_nonce(nonce, e);
	buf_add(out, header, sizeof(header));
	make_encrypt(out, EVP_aes_128_gcm(), e, nonce,
		     (struct span){ header, sizeof(header) },
		     (struct span){ inner, text.n + 1 + zeros });
	free(inner);
	e->sequence++;
}

static inline void make_sealed_1_2(struct buf *out, struct make_end *e,
				   uint8_t type, struct span text, bool gcm)
{
	uint8_t nonce[12], extra[13] = { 0 };

	for (int i = 0; i < 8; i++)
		extra[7 - i] = (uint8_t)(e->sequence >> 8 * i);
	extra[8] = type;
	extra[9] = extra[10] = 3;
	extra[11] = (uint8_t)(text.n >> 8);
	extra[12] = (uint8_t)text.n;
	make_nonce(nonce, e);
	make_header(out, type, text.n + 16 + (gcm ? 8 : 0));
	if (gcm) {
		memcpy(nonce, e->iv, 4);
		memcpy(nonce + 4, extra, 8);
		buf_add(out, extra, 8);
	}
	make_encrypt(out, gcm ? EVP_aes_128_gcm() : EVP_chacha20_poly1305(), e,
		     nonce, (struct span){ extra, sizeof(extra) }, text);
	e->sequence++;
}

/* The next record of end `from`. */
static inline void make_sealed(struct make *m, struct buf *out, int from,
			       uint8_t type, const void *p, size_t n)
{
	const struct span text = { p, n };

	if (m->kind == MAKE_1_3)
		make_sealed_1_3(out, &m->end[from], type, text, n % 3);
	else
		make_sealed_1_2(out, &m->end[from], type, text,
				m->kind == MAKE_1_2_GCM);
}

/* TLS 1.3's KeyUpdate; what that end sends then has new keys. */
static inline void make_update(struct make *m, struct buf *out, int from)
{
	static const uint8_t update[] = { 24, 0, 0, 1, 0 };
	uint8_t secret[32];

	make_sealed(m, out, from, TLS_HANDSHAKE, update, sizeof(update));
	tls_expand_label(secret, 32, TLS_SHA256, m->end[from].secret,
			 "traffic upd");
	memcpy(m->end[from].secret, secret, 32);
	make_expand(&m->end[from]);
}

/* What an end sends before its application data: the last of it is Finished,
 * sealed with the keys of the handshake where there are such. */
static inline void make_finish(struct make *m, struct buf *out, int from)
{
	static const uint8_t finished[4 + 32] = { 20, 0, 0, 32 };
	static const uint8_t finished_1_2[4 + 12] = { 20, 0, 0, 12 };

	make_change(out);
	if (m->kind == MAKE_1_3)
		make_sealed_1_3(out, &m->handshake[from], TLS_HANDSHAKE,
				(struct span){ finished, sizeof(finished) }, 0);
	else
		make_sealed(m, out, from, TLS_HANDSHAKE, finished_1_2,
			    sizeof(finished_1_2));
}

#endif /* PROTO_TEST_TLS_MAKE_H */
