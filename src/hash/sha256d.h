/* sha256d - double SHA-256 (FIPS 180-4), one message or many at a time.
 *
 * Two shapes matter here: proving a share needs different messages of any
 * length (coinbases), of 64 bytes (merkle nodes) and of 80 (headers); searching
 * an extranonce1 needs many messages of one length. Hashes are in the order
 * SHA-256 produces them ("internal" order): compare them to a target with
 * target_met(), print them with hex_text_reversed(). */
#ifndef HASH_SHA256D_H
#define HASH_SHA256D_H

#include <stddef.h>
#include <stdint.h>

/* out = SHA256(SHA256(msg)). out may be msg. Any thread. */
void sha256d(uint8_t out[32], const uint8_t *msg, size_t n);

/* out[i] = SHA256(SHA256(msg + i * stride .. + n)) for count messages of n
 * bytes each. Any count; 16 or more are fastest. out and msg do not overlap.
 * Any thread. */
void sha256d_many(uint8_t (*out)[32], const uint8_t *msg, size_t stride,
		  size_t n, size_t count);

/* How many blocks of 64 bytes a message of n bytes fills once it is padded
 * (FIPS 180-4, 5.1.1: a one bit, zeros, 64 bits of length). */
static inline size_t sha256d_blocks(size_t n)
{
	return (n + 8) / 64 + 1;
}

/* Writes the padding of a message of n bytes into the memory of its blocks. The
 * message is copied to their beginning afterwards: what is written may begin
 * before its end. */
void sha256d_pad(uint8_t *blocks, size_t n);

/* out[i] = SHA256(SHA256(msg)) of count padded messages, all of the same number
 * of blocks, one behind the other: their lengths may differ. Otherwise as
 * sha256d_many(). */
void sha256d_padded(uint8_t (*out)[32], const uint8_t *msg, size_t blocks,
		    size_t count);

/* The kernel in use here, for logs and reports: "shani". */
const char *sha256d_kernel_name(void);

#endif /* HASH_SHA256D_H */
