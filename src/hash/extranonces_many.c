#include <string.h>

#include "hash/extranonces_kernel.h"
#include "hash/sha256d.h"

#define LANES 32

/* One level of the branches, of all lanes. */
static void fold(uint8_t hash[LANES][32], const uint8_t branch[32])
{
	uint8_t node[LANES][64];

	for (size_t l = 0; l < LANES; l++) {
		memcpy(node[l], hash[l], 32);
		memcpy(node[l] + 32, branch, 32);
	}
	sha256d_many(hash, node[0], 64, 64, LANES);
}

static uint32_t run(const struct extranonces_job *job, uint32_t first,
		    uint32_t top)
{
	uint8_t coinbase[LANES * EXTRANONCES_COINBASE_MAX], hash[LANES][32];
	uint8_t header[LANES][EXTRANONCES_HEADER_SIZE];
	const size_t n = job->coinbase_n;
	uint32_t hits = 0;

	for (uint32_t l = 0; l < LANES; l++) {
		memcpy(coinbase + l * n, job->coinbase, n);
		extranonces_put(coinbase + l * n, job, first + l);
	}
	sha256d_many(hash, coinbase, n, n, LANES);
	for (size_t i = 0; i < job->num_branches; i++)
		fold(hash, job->branch[i]);
	for (size_t l = 0; l < LANES; l++) {
		memcpy(header[l], job->header, sizeof(header[l]));
		memcpy(header[l] + 36, hash[l], 32);
	}
	sha256d_many(hash, header[0], sizeof(header[0]), sizeof(header[0]),
		     LANES);
	for (size_t l = 0; l < LANES; l++) {
		const uint8_t *h = hash[l];

		hits |= (uint32_t)(((uint32_t)h[31] << 24 |
				    (uint32_t)h[30] << 16 |
				    (uint32_t)h[29] << 8 | h[28]) <= top)
			<< l;
	}
	return hits;
}

const struct extranonces_kernel extranonces_many = { "many", 0, LANES, run };
