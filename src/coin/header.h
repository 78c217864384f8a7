/* header - the 80 bytes that miners hash.
 *
 *	i32 version | 32 previous block | 32 merkle root | u32 time |
 *	u32 nBits | u32 nonce					(little-endian)
 *
 * Source: Bitcoin's consensus rules (src/primitives/block.h of any node). */
#ifndef COIN_HEADER_H
#define COIN_HEADER_H

#include <stdint.h>

struct header { /* hashes in internal order */
	uint32_t version;
	uint8_t previous[32];
	uint8_t merkle_root[32];
	uint32_t time; /* seconds since 1970 */
	uint32_t nbits;
	uint32_t nonce;
};

#define HEADER_SIZE    80
#define HEADER_ROOT_AT 36 /* where the merkle root begins */

void header_write(uint8_t out[HEADER_SIZE], const struct header *h);
void header_read(struct header *out, const uint8_t raw[HEADER_SIZE]);

#endif /* COIN_HEADER_H */
