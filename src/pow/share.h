/* share - from a job and a submission to the header that was hashed.
 *
 *	coinbase    = coinbase1 || extranonce1 || extranonce2 || coinbase2
 *	merkle root = fold(branches, SHA256d(coinbase))
 *	version'    = version, or (version & ~mask) | (bits & mask)   (BIP 310)
 *	header      = version' | previous | merkle root | ntime | nBits | nonce
 *
 * The share is proved when the header's hash meets the target. */
#ifndef POW_SHARE_H
#define POW_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "coin/header.h"
#include "coin/target.h"

/* Bits free to roll where no mask was captured (BIP 320). */
#define SHARE_VERSION_MASK 0x1fffe000u
#define SHARE_COINBASE_MAX (1u << 20)

struct share_job {
	uint8_t previous[32]; /* internal order */
	struct span coinbase1, coinbase2;
	struct span branches; /* 32 bytes each; without a coinbase (getwork):
			       * the merkle root alone */
	uint32_t version, nbits;
};

struct share_submit {
	struct span extranonce1, extranonce2;
	uint32_t ntime, nonce;
	bool has_version_bits;
	uint32_t version_bits, version_mask;
};

/* False if the coinbase would pass SHARE_COINBASE_MAX, if branches are not
 * whole or, without a coinbase, not one, or if version_bits has bits outside
 * the mask (the submission is malformed); out is then as it was. */
bool share_header(uint8_t out[HEADER_SIZE], const struct share_job *job,
		  const struct share_submit *submit);

/* The header's hash: SHA-256d, or scrypt for TARGET_SCRYPT. */
void share_hash(uint8_t out[32], const uint8_t header[HEADER_SIZE],
		enum target_unit unit);

/* How long is extranonce1? The lengths 0..16 for which coinbase1, that many
 * bytes, extranonce2_n bytes and coinbase2 form a transaction that ends where
 * coinbase2 ends. Returns how many fit; *length is the first that does, or as
 * it was if there is none. */
int share_extranonce1_length(uint32_t *length, const struct share_job *job,
			     uint32_t extranonce2_n);

#endif /* POW_SHARE_H */
