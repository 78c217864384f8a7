/* keccak - the original Keccak, as Ethereum uses it.
 *
 * The submission that won the SHA-3 competition ("The Keccak reference",
 * version 3.0, 2011): it ends a message with the bits 10*1, where FIPS 202
 * later put 01 before them. So the results differ from SHA3-256 and SHA3-512,
 * and OpenSSL 3.0 offers only those. Results are in the order of the bytes
 * that come out, which is how Ethereum writes its hashes. */
#ifndef HASH_KECCAK_H
#define HASH_KECCAK_H

#include <stddef.h>
#include <stdint.h>

/* out may lie in msg. */
void keccak_256(uint8_t out[32], const uint8_t *msg, size_t n);
void keccak_512(uint8_t out[64], const uint8_t *msg, size_t n);

#endif /* HASH_KECCAK_H */
