/* ethash - Ethash from its light cache: the proof of work of Ethereum up to
 * September 2022, of Ethereum Classic and others.
 *
 * Yellow paper (Berlin version), appendix J; "Ethash" in the Ethereum wiki. A
 * miner reads a dataset of gigabytes; every item of it can be computed from a
 * cache of 16 MiB and more, and 128 of them verify one nonce. Dataset and cache
 * are made anew every epoch of 30,000 blocks, the cache from the epoch's seed:
 * 32 zero bytes, put through Keccak-256 as many times as epochs passed.
 *
 * Header hashes, seeds, mixes, results and targets are bytes as the protocols
 * write them, most significant first, so memcmp(result, target, 32) <= 0 says
 * that a share is good. This is not the internal order of sha256d(). Nonces are
 * the numbers that eth_submitWork writes (0x..., most significant digit first).
 *
 * ECIP-1099: since block 11,700,000 (Mordor testnet: 2,520,000) an epoch of
 * Ethereum Classic has 60,000 blocks. Its cache and dataset have the sizes of
 * its own number, but grow from the seed that plain Ethash has at its first
 * block, twice as many hashes away from zero. So a seed alone does not tell the
 * two apart. Who does not know the chain tries plain first and, if the seed's
 * plain epoch is even, ECIP-1099: a mix that comes out equal tells which it
 * was, since it cannot by chance.
 */
#ifndef HASH_ETHASH_H
#define HASH_ETHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Epochs 0 to 1023, 30.7 million blocks of either rule: Ethereum ended in epoch
 * 517. Bounds the memory a claimed seed can make us use, to 145 MiB. */
#define ETHASH_EPOCHS_MAX 1024

enum ethash_rule {
	ETHASH_PLAIN,    /* epochs of 30,000 blocks */
	ETHASH_ECIP1099, /* of 60,000 */
};

/* The plain epoch (block / 30,000) whose seed this is; false if it is none
 * below ETHASH_EPOCHS_MAX. Takes as many Keccak-256 as epochs passed: under a
 * millisecond. */
bool ethash_epoch(unsigned *epoch, const uint8_t seed[32]);

/* Sizes in bytes for epoch < ETHASH_EPOCHS_MAX: the largest below a line whose
 * count of items is prime. For ECIP-1099 ask for half the plain epoch. */
size_t ethash_cache_size(unsigned epoch);
uint64_t ethash_dataset_size(unsigned epoch);

/* The cache of a seed, given as its plain epoch < ETHASH_EPOCHS_MAX, which is
 * even if the rule is ECIP-1099. It takes ethash_cache_size() bytes, 16 to 145
 * MiB, and one to ten seconds (bench_ethash). Seeds come off the wire, so the
 * caller bounds how many it makes as well as how many it keeps; what
 * ethash_quick() refuses needs none. ethash_cache_free() frees it. Read-only
 * once made: threads may share it. */
struct ethash_cache;
struct ethash_cache *ethash_cache_new(unsigned epoch, enum ethash_rule rule);
void ethash_cache_free(struct ethash_cache *c); /* NULL is fine */

/* The mix and the result of a nonce. Takes a few milliseconds, for memory is
 * read at random. */
void ethash_hash(const struct ethash_cache *c, uint8_t mix[32],
		 uint8_t result[32], const uint8_t header_hash[32],
		 uint64_t nonce);

/* The result as it is if the mix is right: a few Keccak and no cache. A share
 * whose result misses the target is false whatever its mix; one that meets it
 * is not yet proved, since whoever invents mixes finds one that does. */
void ethash_quick(uint8_t result[32], const uint8_t header_hash[32],
		  uint64_t nonce, const uint8_t mix[32]);

#endif /* HASH_ETHASH_H */
