/* digest - the hashes that OpenSSL does for us: whole files, addresses, and
 * the scrypt of Litecoin and its family. */
#ifndef HASH_DIGEST_H
#define HASH_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* RIPEMD160(SHA256(msg)): what P2PKH and P2WPKH addresses hold. */
void digest_hash160(uint8_t out[20], const uint8_t *msg, size_t n);

/* scrypt(password = salt = header, N = 1024, r = 1, p = 1), 32 bytes: the
 * proof of work of Litecoin, in internal order like sha256d(). */
void digest_scrypt(uint8_t out[32], const uint8_t header[80]);

/* SHA-1, for names only (UUIDs of version 5): it resists no one who wants two
 * messages alike. */
void digest_sha1(uint8_t out[20], const uint8_t *msg, size_t n);

/* HMAC-SHA256 (RFC 2104, RFC 6234). */
void digest_hmac_sha256(uint8_t out[32], const uint8_t key[32],
			const uint8_t *msg, size_t n);

/* SHA-256 over a stream, for identifying input files. */
struct digest_sha256;
struct digest_sha256 *digest_sha256_new(void);
void digest_sha256_add(struct digest_sha256 *d, const void *p, size_t n);
/* Writes the digest and frees d. */
void digest_sha256_end(struct digest_sha256 *d, uint8_t out[32]);

#endif /* HASH_DIGEST_H */
