#include "coin/merkle.h"

#include <string.h>

#include "hash/sha256d.h"

void merkle_fold(uint8_t hash[32], const uint8_t *branches, size_t n)
{
	uint8_t pair[64];

	for (size_t i = 0; i < n; i++) {
		memcpy(pair, hash, 32);
		memcpy(pair + 32, branches + 32 * i, 32);
		sha256d(hash, pair, sizeof(pair));
	}
}
