#include "pow/share_equihash.h"

#include <string.h>

#include "hash/equihash.h"
#include "hash/sha256d.h"

#define NBITS_AT   104
#define LENGTH_OF  3
#define BLOCK_SIZE (SHARE_EQUIHASH_HEADER + LENGTH_OF + SHARE_EQUIHASH_SOLUTION)

static uint8_t *put(uint8_t *at, const uint8_t *p, size_t n)
{
	if (n)
		memcpy(at, p, n);
	return at + n;
}

static uint8_t *put_u32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		*at++ = (uint8_t)(v >> (8 * i));
	return at;
}

bool share_equihash_header(uint8_t out[SHARE_EQUIHASH_HEADER],
			   const struct share_equihash *parts)
{
	uint8_t *at = out;

	if (parts->roots.n != 64 || parts->nonce1.n > 32 ||
	    parts->nonce2.n != 32 - parts->nonce1.n)
		return false;
	at = put_u32(at, parts->version);
	at = put(at, parts->previous, 32);
	at = put(at, parts->roots.p, parts->roots.n);
	at = put_u32(at, parts->ntime);
	at = put_u32(at, parts->nbits);
	at = put(at, parts->nonce1.p, parts->nonce1.n);
	put(at, parts->nonce2.p, parts->nonce2.n);
	return true;
}

bool share_equihash_hash(uint8_t out[32],
			 const uint8_t header[SHARE_EQUIHASH_HEADER],
			 struct span solution)
{
	/* The solution's length as the block has it. */
	static const uint8_t length[LENGTH_OF] = { 0xfd, 0x40, 0x05 };
	const struct span input = { header, SHARE_EQUIHASH_HEADER };
	uint8_t block[BLOCK_SIZE], *at = block;

	if (solution.n != SHARE_EQUIHASH_SOLUTION ||
	    !equihash_valid(&equihash_zcash, input, solution))
		return false;
	at = put(at, header, SHARE_EQUIHASH_HEADER);
	at = put(at, length, sizeof(length));
	put(at, solution.p, solution.n);
	sha256d(out, block, sizeof(block));
	return true;
}

uint32_t share_equihash_nbits(const uint8_t header[SHARE_EQUIHASH_HEADER])
{
	struct cur c = cur_over((struct span){
		header + NBITS_AT, SHARE_EQUIHASH_HEADER - NBITS_AT });

	return cur_le32(&c);
}
