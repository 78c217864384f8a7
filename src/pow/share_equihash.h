/* share_equihash - from a Zcash job and a submission to the hash of its block.
 *
 *	le32 version | previous | merkle root | reserved | le32 time |
 *	le32 nBits | nonce (32)                               140 bytes
 *	compact size fd4005 | solution (1344)
 *
 * The hash is SHA-256d of all of it; the solution must solve the puzzle that
 * the first 140 bytes pose. Sources: Zcash protocol specification, sections 7.6
 * and 7.6.1; ZIP 301 for who gives which part of the nonce. */
#ifndef POW_SHARE_EQUIHASH_H
#define POW_SHARE_EQUIHASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

#define SHARE_EQUIHASH_HEADER   140
#define SHARE_EQUIHASH_SOLUTION 1344

struct share_equihash {
	uint32_t version, nbits, ntime;
	const uint8_t *previous; /* 32 bytes, internal order */
	struct span roots;       /* merkle root and reserved: 64 bytes */
	struct span nonce1, nonce2;
};

/* False, and out as it was, if roots or the nonces have another length. */
bool share_equihash_header(uint8_t out[SHARE_EQUIHASH_HEADER],
			   const struct share_equihash *parts);

/* False, and out as it was, if it is no solution (of SHARE_EQUIHASH_SOLUTION
 * bytes) of that header's puzzle. */
bool share_equihash_hash(uint8_t out[32],
			 const uint8_t header[SHARE_EQUIHASH_HEADER],
			 struct span solution);

/* nBits of a header. */
uint32_t share_equihash_nbits(const uint8_t header[SHARE_EQUIHASH_HEADER]);

#endif /* POW_SHARE_EQUIHASH_H */
