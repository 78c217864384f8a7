#include <string.h>

#include "hash/extranonces_kernel.h"
#include "hash/sha256d_kernel.h"

uint32_t extranonces_top(const struct extranonces_job *job, uint32_t value)
{
	uint8_t coinbase[EXTRANONCES_COINBASE_MAX], hash[1][32], node[64];
	uint8_t header[EXTRANONCES_HEADER_SIZE];

	memcpy(coinbase, job->coinbase, job->coinbase_n);
	extranonces_put(coinbase, job, value);
	sha256d_scalar.run(hash, coinbase, 0, job->coinbase_n);
	for (size_t i = 0; i < job->num_branches; i++) {
		memcpy(node, hash[0], 32);
		memcpy(node + 32, job->branch[i], 32);
		sha256d_scalar.run(hash, node, 0, sizeof(node));
	}
	memcpy(header, job->header, sizeof(header));
	memcpy(header + 36, hash[0], 32);
	sha256d_scalar.run(hash, header, 0, sizeof(header));
	return (uint32_t)hash[0][31] << 24 | (uint32_t)hash[0][30] << 16 |
	       (uint32_t)hash[0][29] << 8 | hash[0][28];
}

static uint32_t run(const struct extranonces_job *job, uint32_t first,
		    uint32_t top)
{
	return extranonces_top(job, first) <= top;
}

const struct extranonces_kernel extranonces_scalar = { "scalar", 0, 1, run };
