/* share_ethash - checks Ethash shares, with two caches at a time.
 *
 * A cache takes seconds and up to 145 MiB to make (hash/ethash.h), and seeds
 * come off the wire: a checker keeps the two that it used last only, and makes
 * no more than it was given leave to. Ask for shares in order of their seeds.
 */
#ifndef POW_SHARE_ETHASH_H
#define POW_SHARE_ETHASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

struct share_ethash {
	const uint8_t *header_hash, *seed; /* 32 bytes each, as on the wire */
	struct span nonce1, nonce2;        /* together 8 bytes, big-endian */
	struct span mix;                   /* 32 bytes; empty: not submitted */
	const uint8_t *target; /* 32 bytes, little-endian; NULL: not known */
};

enum share_ethash_found {
	SHARE_ETHASH_DONE,      /* out is its hash */
	SHARE_ETHASH_WRONG_MIX, /* its mix is another one: no work was done */
	SHARE_ETHASH_MALFORMED, /* a part of another length, an unknown seed */
	SHARE_ETHASH_LIMIT,     /* another cache would be needed */
};

struct share_ethash_checker;

struct share_ethash_checker *share_ethash_new(unsigned caches);
void share_ethash_free(struct share_ethash_checker *c);

/* The epoch of the share's seed, to sort by; UINT32_MAX: none. */
uint32_t share_ethash_epoch(const uint8_t seed[32]);

/* The share's hash, little-endian. One whose submitted mix gives a hash above
 * the target has that hash, without a look at the cache. Without a mix the rule
 * of its chain (plain, or ECIP-1099 where the seed allows it) is the one whose
 * hash meets the target, else plain. */
enum share_ethash_found share_ethash_hash(struct share_ethash_checker *c,
					  uint8_t out[32],
					  const struct share_ethash *share);

#endif /* POW_SHARE_ETHASH_H */
