#include "miner/miner_search.h"

#include <string.h>

#include "base/cur.h"
#include "hash/sha256d.h"

#define AT_ONCE  64u
#define NONCE_AT (HEADER_SIZE - 4)

static void set_nonce(uint8_t *header, uint32_t nonce)
{
	for (size_t i = 0; i < 4; i++)
		header[NONCE_AT + i] = (uint8_t)(nonce >> (8 * i));
}

static uint32_t top_of(const uint8_t hash[32])
{
	struct cur c = cur_over((struct span){ hash + 28, 4 });

	return cur_le32(&c);
}

uint64_t miner_search(struct miner_found *found,
		      const uint8_t header[HEADER_SIZE], uint32_t first,
		      uint64_t count, uint32_t top)
{
	uint8_t try[AT_ONCE][HEADER_SIZE], hash[AT_ONCE][32];
	uint64_t done = 0;

	found->n = 0;
	for (size_t i = 0; i < AT_ONCE; i++)
		memcpy(try[i], header, HEADER_SIZE);
	while (done < count && found->n + AT_ONCE <= MINER_FOUND_MAX) {
		const uint64_t left = count - done;
		const size_t n = left < AT_ONCE ? (size_t)left : AT_ONCE;

		for (size_t i = 0; i < n; i++)
			set_nonce(try[i], first + (uint32_t)(done + i));
		sha256d_many(hash, try[0], HEADER_SIZE, HEADER_SIZE, n);
		for (size_t i = 0; i < n; i++) {
			if (top_of(hash[i]) <= top)
				found->nonce[found->n++] =
					first + (uint32_t)(done + i);
		}
		done += n;
	}
	return done;
}

const char *miner_search_kernel(void)
{
	return sha256d_kernel_name();
}
