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
	struct {
		uint32_t version, nonce;
	} hit[MINER_FOUND_MAX];
	size_t n;
};

/* What is tried: n versions (1 to MINER_VERSIONS_MAX) in place of the header's,
 * each with the nonces first, first + 1, ... (wrapping), count of them. */
struct miner_range {
	const uint32_t *version;
	size_t num_versions;
	uint32_t first;
	uint64_t count;
};

/* Tells those headers whose hash has its most significant 32 bits at most
 * `top`: the few that are then held against the whole target. Returns how many
 * nonces were tried (with every version): fewer than count where *found might
 * not hold what is still to come. Any thread. */
uint64_t miner_search(struct miner_found *found,
		      const uint8_t header[HEADER_SIZE],
		      const struct miner_range *range, uint32_t top);

/* The kernel in use, for logs: "shani". */
const char *miner_search_kernel(void);

#endif /* MINER_MINER_SEARCH_H */
