/* miner_search - the inner loop: one header, many nonces.
 *
 * The only file that knows how nonces are tried; whoever makes that faster
 * touches nothing else. */
#ifndef MINER_MINER_SEARCH_H
#define MINER_MINER_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "coin/header.h"

#define MINER_FOUND_MAX 256

struct miner_found {
	uint32_t nonce[MINER_FOUND_MAX]; /* in the order they were tried */
	size_t n;
};

/* Tries first, first + 1, ... (wrapping), count of them, in place of the
 * header's nonce. Tells those whose hash has its most significant 32 bits at
 * most `top`: the few that are then held against the whole target. Returns how
 * many were tried: fewer than count where *found would not hold what is still
 * to come. Any thread. */
uint64_t miner_search(struct miner_found *found,
		      const uint8_t header[HEADER_SIZE], uint32_t first,
		      uint64_t count, uint32_t top);

/* The kernel in use, for logs: "shani". */
const char *miner_search_kernel(void);

#endif /* MINER_MINER_SEARCH_H */
