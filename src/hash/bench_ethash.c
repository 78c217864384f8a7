/* What a cache costs to make, and a nonce to verify with it, over the years:
 * the first epoch, one of 2017, the last of Ethereum, the last that we take. */
#include <stdio.h>
#include <time.h>

#include "hash/ethash.h"

#define HASHES 100

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void print_row(unsigned epoch)
{
	const uint8_t header_hash[32] = { 0 };
	uint8_t mix[32], result[32];
	const double start = now();
	struct ethash_cache *c = ethash_cache_new(epoch, ETHASH_PLAIN);
	const double made = now();

	for (unsigned i = 0; i < HASHES; i++)
		ethash_hash(c, mix, result, header_hash, i);

	const double hashed = now();

	for (unsigned i = 0; i < HASHES; i++)
		ethash_quick(result, header_hash, i, mix);
	printf("%5u %5.0f MiB  cache %6.0f ms  hash %6.3f ms  "
	       "quick %7.4f ms\n",
	       epoch, (double)ethash_cache_size(epoch) / (1 << 20),
	       (made - start) * 1e3, (hashed - made) / HASHES * 1e3,
	       (now() - hashed) / HASHES * 1e3);
	ethash_cache_free(c);
}

int main(void)
{
	const unsigned epochs[] = { 0, 100, 517, ETHASH_EPOCHS_MAX - 1 };

	for (size_t i = 0; i < sizeof(epochs) / sizeof(epochs[0]); i++)
		print_row(epochs[i]);
	return 0;
}
