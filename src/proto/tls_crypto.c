#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "base/mem.h"
#include "proto/tls_private.h"

#define LABEL_MAX 64

struct cipher {
	const char *name;
	uint8_t key, tag;
	bool explicit_nonce;
};

static const struct cipher ciphers[] = {
	[TLS_AES_128_GCM] = { "AES-128-GCM", 16, 16, true },
	[TLS_AES_256_GCM] = { "AES-256-GCM", 32, 16, true },
	[TLS_CHACHA20_POLY1305] = { "ChaCha20-Poly1305", 32, 16, false },
	[TLS_AES_128_CCM] = { "AES-128-CCM", 16, 16, true },
	[TLS_AES_256_CCM] = { "AES-256-CCM", 32, 16, true },
	[TLS_AES_128_CCM_8] = { "AES-128-CCM", 16, 8, true },
	[TLS_AES_256_CCM_8] = { "AES-256-CCM", 32, 8, true },
};
#define CIPHERS (sizeof(ciphers) / sizeof(ciphers[0]))

/* As IANA numbers them. Those of TLS 1.2 whatever the key exchange: the master
 * secret is all that matters. */
static const struct {
	uint16_t first, last, step;
	struct tls_suite suite;
} suites[] = {
	{ 0x1301, 0x1301, 1, { TLS_AES_128_GCM, TLS_SHA256 } },
	{ 0x1302, 0x1302, 1, { TLS_AES_256_GCM, TLS_SHA384 } },
	{ 0x1303, 0x1303, 1, { TLS_CHACHA20_POLY1305, TLS_SHA256 } },
	{ 0x1304, 0x1304, 1, { TLS_AES_128_CCM, TLS_SHA256 } },
	{ 0x1305, 0x1305, 1, { TLS_AES_128_CCM_8, TLS_SHA256 } },
	/* RSA, DHE, DH, anonymous, PSK: RFC 5288, 5487 */
	{ 0x009c, 0x00ac, 2, { TLS_AES_128_GCM, TLS_SHA256 } },
	{ 0x009d, 0x00ad, 2, { TLS_AES_256_GCM, TLS_SHA384 } },
	/* ECDHE and ECDH: RFC 5289 */
	{ 0xc02b, 0xc031, 2, { TLS_AES_128_GCM, TLS_SHA256 } },
	{ 0xc02c, 0xc032, 2, { TLS_AES_256_GCM, TLS_SHA384 } },
	/* RFC 6655, 7251: RSA, DHE, then with tags of 8 bytes; PSK; ECDHE */
	{ 0xc09c, 0xc09e, 2, { TLS_AES_128_CCM, TLS_SHA256 } },
	{ 0xc09d, 0xc09f, 2, { TLS_AES_256_CCM, TLS_SHA256 } },
	{ 0xc0a0, 0xc0a2, 2, { TLS_AES_128_CCM_8, TLS_SHA256 } },
	{ 0xc0a1, 0xc0a3, 2, { TLS_AES_256_CCM_8, TLS_SHA256 } },
	{ 0xc0a4, 0xc0a6, 2, { TLS_AES_128_CCM, TLS_SHA256 } },
	{ 0xc0a5, 0xc0a7, 2, { TLS_AES_256_CCM, TLS_SHA256 } },
	{ 0xc0a8, 0xc0aa, 2, { TLS_AES_128_CCM_8, TLS_SHA256 } },
	{ 0xc0a9, 0xc0ab, 2, { TLS_AES_256_CCM_8, TLS_SHA256 } },
	{ 0xc0ac, 0xc0ac, 1, { TLS_AES_128_CCM, TLS_SHA256 } },
	{ 0xc0ad, 0xc0ad, 1, { TLS_AES_256_CCM, TLS_SHA256 } },
	{ 0xc0ae, 0xc0ae, 1, { TLS_AES_128_CCM_8, TLS_SHA256 } },
	{ 0xc0af, 0xc0af, 1, { TLS_AES_256_CCM_8, TLS_SHA256 } },
	/* RFC 7905 */
	{ 0xcca8, 0xccae, 1, { TLS_CHACHA20_POLY1305, TLS_SHA256 } },
	/* ECDHE with PSK: RFC 8442 */
	{ 0xd001, 0xd001, 1, { TLS_AES_128_GCM, TLS_SHA256 } },
	{ 0xd002, 0xd002, 1, { TLS_AES_256_GCM, TLS_SHA384 } },
	{ 0xd003, 0xd003, 1, { TLS_AES_128_CCM_8, TLS_SHA256 } },
	{ 0xd005, 0xd005, 1, { TLS_AES_128_CCM, TLS_SHA256 } },
};
#define SUITES (sizeof(suites) / sizeof(suites[0]))

bool tls_suite(struct tls_suite *out, uint16_t version, uint16_t number)
{
	if (version != TLS_1_2 && version != TLS_1_3)
		return false;
	if ((version == TLS_1_3) != (number >> 8 == 0x13))
		return false;
	for (size_t i = 0; i < SUITES; i++) {
		if (number >= suites[i].first && number <= suites[i].last &&
		    (number - suites[i].first) % suites[i].step == 0) {
			*out = suites[i].suite;
			return true;
		}
	}
	return false;
}

size_t tls_hash_size(enum tls_hash hash)
{
	return hash == TLS_SHA384 ? 48 : 32;
}

size_t tls_key_size(enum tls_cipher cipher)
{
	return ciphers[cipher].key;
}

size_t tls_tag_size(enum tls_cipher cipher)
{
	return ciphers[cipher].tag;
}

bool tls_nonce_explicit(enum tls_cipher cipher)
{
	return ciphers[cipher].explicit_nonce;
}

/* An OpenSSL without these algorithms, or out of memory, cannot be helped at
 * run time; it is not an answer about the input either. */
static void demand(bool good, const char *what)
{
	if (!good) {
		(void)fprintf(stderr, "assay: OpenSSL refuses %s\n", what);
		abort();
	}
}

/* Looking an algorithm up costs more than a record takes. */
static struct {
	once_flag once;
	EVP_CIPHER *cipher[CIPHERS];
	EVP_KDF *hkdf, *prf;
} algorithms = { .once = ONCE_FLAG_INIT };

static void fetch(void)
{
	for (size_t i = 0; i < CIPHERS; i++) {
		algorithms.cipher[i] =
			EVP_CIPHER_fetch(NULL, ciphers[i].name, NULL);
		demand(algorithms.cipher[i] != NULL, ciphers[i].name);
	}
	algorithms.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	demand(algorithms.hkdf != NULL, "HKDF");
	algorithms.prf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
	demand(algorithms.prf != NULL, "TLS1-PRF");
}

static OSSL_PARAM param_hash(enum tls_hash hash)
{
	static char sha256[] = "SHA256", sha384[] = "SHA384";

	return OSSL_PARAM_construct_utf8_string(
		OSSL_KDF_PARAM_DIGEST, hash == TLS_SHA384 ? sha384 : sha256, 0);
}

/* OpenSSL takes what it only reads by pointers to what may be written. */
static OSSL_PARAM param_bytes(const char *name, const void *p, size_t n)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)p, n);
}

static void derive(uint8_t *out, size_t n, EVP_KDF *kdf,
		   const OSSL_PARAM *params)
{
	EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);

	demand(context && EVP_KDF_derive(context, out, n, params) == 1,
	       "a key derivation");
	EVP_KDF_CTX_free(context);
}

/* info = length 2 | label, with its length 1 | context, with its length 1 */
void tls_expand_label(uint8_t *out, size_t n, enum tls_hash hash,
		      const uint8_t *secret, const char *label)
{
	static const char prefix[] = "tls13 ";
	const size_t prefix_n = sizeof(prefix) - 1, label_n = strlen(label);
	uint8_t info[4 + LABEL_MAX];
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	size_t at = 0;

	assert(prefix_n + label_n <= LABEL_MAX && n <= UINT8_MAX);
	info[at++] = 0;
	info[at++] = (uint8_t)n;
	info[at++] = (uint8_t)(prefix_n + label_n);
	memcpy(info + at, prefix, prefix_n);
	memcpy(info + at + prefix_n, label, label_n);
	at += prefix_n + label_n;
	info[at++] = 0;
	call_once(&algorithms.once, fetch);
	const OSSL_PARAM params[] = {
		param_hash(hash),
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		param_bytes(OSSL_KDF_PARAM_KEY, secret, tls_hash_size(hash)),
		param_bytes(OSSL_KDF_PARAM_INFO, info, at),
		OSSL_PARAM_construct_end(),
	};

	derive(out, n, algorithms.hkdf, params);
}

void tls_key_block(uint8_t *out, size_t n, enum tls_hash hash,
		   const uint8_t master[48], const uint8_t seed[64])
{
	static const char label[] = "key expansion";

	call_once(&algorithms.once, fetch);
	const OSSL_PARAM params[] = {
		param_hash(hash),
		param_bytes(OSSL_KDF_PARAM_SECRET, master, 48),
		param_bytes(OSSL_KDF_PARAM_SEED, label, sizeof(label) - 1),
		param_bytes(OSSL_KDF_PARAM_SEED, seed, 64),
		OSSL_PARAM_construct_end(),
	};

	derive(out, n, algorithms.prf, params);
}

struct tls_opener {
	EVP_CIPHER_CTX *context;
};

struct tls_opener *tls_opener_new(void)
{
	struct tls_opener *o = mem_new(1, sizeof(*o));

	o->context = EVP_CIPHER_CTX_new();
	demand(o->context != NULL, "a cipher");
	return o;
}

void tls_opener_free(struct tls_opener *o)
{
	if (!o)
		return;
	EVP_CIPHER_CTX_free(o->context);
	free(o);
}

static bool is_ccm(enum tls_cipher cipher)
{
	return cipher >= TLS_AES_128_CCM;
}

/* The order of calls is the same for all three kinds of cipher, except that
 * CCM must know in front how long the text is, and says in the last call but
 * one what GCM and Poly1305 say in the last. */
bool tls_open(struct tls_opener *o, uint8_t *out, enum tls_cipher cipher,
	      const struct tls_sealed *sealed)
{
	const size_t tag_n = ciphers[cipher].tag;
	EVP_CIPHER_CTX *const c = o->context;
	uint8_t tag[16], none[1];
	int n, good;

	if (sealed->text.n < tag_n || sealed->text.n > TLS_BODY_MAX)
		return false;
	const int text_n = (int)(sealed->text.n - tag_n);

	memcpy(tag, sealed->text.p + text_n, tag_n);
	call_once(&algorithms.once, fetch);
	good = EVP_DecryptInit_ex2(c, algorithms.cipher[cipher], NULL, NULL,
				   NULL) == 1 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, TLS_IV_MAX,
				   NULL) == 1 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, (int)tag_n, tag) ==
		       1 &&
	       EVP_DecryptInit_ex2(c, NULL, sealed->key, sealed->nonce, NULL) ==
		       1 &&
	       (!is_ccm(cipher) ||
		EVP_DecryptUpdate(c, NULL, &n, NULL, text_n) == 1) &&
	       EVP_DecryptUpdate(c, NULL, &n, sealed->extra.p,
				 (int)sealed->extra.n) == 1;
	demand(good, ciphers[cipher].name);
	good = EVP_DecryptUpdate(c, out, &n, sealed->text.p, text_n) == 1;
	if (!is_ccm(cipher))
		good = good && EVP_DecryptFinal_ex(c, none, &n) == 1;
	return good;
}
