#include <string.h>

#include "hash/nonces_kernel.h"
#include "hash/sha256d_kernel.h"

static void put_word(uint8_t *p, uint32_t word)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(word >> (8 * i));
}

static bool passes(const struct nonces_job *job, uint32_t version,
		   uint32_t nonce, uint32_t top)
{
	uint8_t header[NONCES_HEADER_SIZE], hash[1][32];

	memcpy(header, job->header, sizeof(header));
	put_word(header, version);
	put_word(header + 76, nonce);
	sha256d_scalar.run(hash, header, 0, sizeof(header));
	return ((uint32_t)hash[0][31] << 24 | (uint32_t)hash[0][30] << 16 |
		(uint32_t)hash[0][29] << 8 | hash[0][28]) <= top;
}

static void run(uint32_t *hits, const struct nonces_job *job, uint32_t first,
		size_t n, uint32_t top)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t v = 0; v < job->num_versions; v++)
			*hits++ = passes(job, job->version[v],
					 first + (uint32_t)i, top);
	}
}

const struct nonces_kernel nonces_scalar = { "scalar", 0, 1, run };
