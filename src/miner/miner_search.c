#include "miner/miner_search.h"

#include <string.h>

#include "base/cur.h"
#include "hash/sha256d.h"

#define AT_ONCE  16u /* nonces */
#define NONCE_AT (HEADER_SIZE - 4)

static void set_u32(uint8_t *at, uint32_t v)
{
	for (size_t i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t top_of(const uint8_t hash[32])
{
	struct cur c = cur_over((struct span){ hash + 28, 4 });

	return cur_le32(&c);
}

/* n nonces from first on, with one version. */
static void try(struct miner_found *found, uint8_t (*header)[HEADER_SIZE],
		uint32_t version, uint32_t first, size_t n, uint32_t top)
{
	uint8_t hash[AT_ONCE][32];

	for (size_t i = 0; i < n; i++) {
		set_u32(header[i], version);
		set_u32(header[i] + NONCE_AT, first + (uint32_t)i);
	}
	sha256d_many(hash, header[0], HEADER_SIZE, HEADER_SIZE, n);
	for (size_t i = 0; i < n; i++) {
		if (top_of(hash[i]) > top)
			continue;
		found->hit[found->n].version = version;
		found->hit[found->n].nonce = first + (uint32_t)i;
		found->n++;
	}
}

uint64_t miner_search(struct miner_found *found,
		      const uint8_t header[HEADER_SIZE],
		      const struct miner_range *range, uint32_t top)
{
	const size_t most = AT_ONCE * range->num_versions;
	uint8_t tried[AT_ONCE][HEADER_SIZE];
	uint64_t done = 0;

	found->n = 0;
	for (size_t i = 0; i < AT_ONCE; i++)
		memcpy(tried[i], header, HEADER_SIZE);
	while (done < range->count && found->n + most <= MINER_FOUND_MAX) {
		const uint64_t left = range->count - done;
		const size_t n = left < AT_ONCE ? (size_t)left : AT_ONCE;

		for (size_t v = 0; v < range->num_versions; v++)
			try(found, tried, range->version[v],
			    range->first + (uint32_t)done, n, top);
		done += n;
	}
	return done;
}

const char *miner_search_kernel(void)
{
	return sha256d_kernel_name();
}
