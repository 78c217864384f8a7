#include "hash/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

#include "base/mem.h"

/* An OpenSSL without these algorithms, or out of memory, cannot be helped at
 * run time; it is not an answer about the input either. */
static void demand(int good, const char *what)
{
	if (good != 1) {
		(void)fprintf(stderr, "assay: OpenSSL refuses %s\n", what);
		abort();
	}
}

/* Looking an algorithm up costs more than hashing a key with it. */
static struct {
	once_flag once;
	EVP_MD *sha1, *sha256, *ripemd160;
} algorithms = { .once = ONCE_FLAG_INIT };

static void fetch(void)
{
	algorithms.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	demand(algorithms.sha1 != NULL, "SHA-1");
	algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	demand(algorithms.sha256 != NULL, "SHA-256");
	algorithms.ripemd160 = EVP_MD_fetch(NULL, "RIPEMD160", NULL);
	demand(algorithms.ripemd160 != NULL, "RIPEMD-160");
}

void digest_hash160(uint8_t out[20], const uint8_t *msg, size_t n)
{
	uint8_t sum[32];

	call_once(&algorithms.once, fetch);
	demand(EVP_Digest(msg, n, sum, NULL, algorithms.sha256, NULL),
	       "SHA-256");
	demand(EVP_Digest(sum, sizeof(sum), out, NULL, algorithms.ripemd160,
			  NULL),
	       "RIPEMD-160");
}

void digest_scrypt(uint8_t out[32], const uint8_t header[80])
{
	/* It takes 128 * r * (N + p + 2) bytes, a little over 128 KiB. */
	const uint64_t memory_max = 1 << 20;

	demand(EVP_PBE_scrypt((const char *)header, 80, header, 80, 1024, 1, 1,
			      memory_max, out, 32),
	       "scrypt");
}

void digest_sha1(uint8_t out[20], const uint8_t *msg, size_t n)
{
	call_once(&algorithms.once, fetch);
	demand(EVP_Digest(msg, n, out, NULL, algorithms.sha1, NULL), "SHA-1");
}

void digest_hmac_sha256(uint8_t out[32], const uint8_t key[32],
			const uint8_t *msg, size_t n)
{
	demand(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, 32, msg, n,
			 out, 32, NULL) != NULL,
	       "HMAC-SHA256");
}

struct digest_sha256 {
	EVP_MD_CTX *context;
};

struct digest_sha256 *digest_sha256_new(void)
{
	struct digest_sha256 *d = mem_new(1, sizeof(*d));

	call_once(&algorithms.once, fetch);
	d->context = EVP_MD_CTX_new();
	demand(d->context && EVP_DigestInit_ex2(d->context, algorithms.sha256,
						NULL) == 1,
	       "SHA-256");
	return d;
}

void digest_sha256_add(struct digest_sha256 *d, const void *p, size_t n)
{
	demand(EVP_DigestUpdate(d->context, p, n), "SHA-256");
}

void digest_sha256_end(struct digest_sha256 *d, uint8_t out[32])
{
	demand(EVP_DigestFinal_ex(d->context, out, NULL), "SHA-256");
	EVP_MD_CTX_free(d->context);
	free(d);
}
