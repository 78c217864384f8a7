#include "hash/ethash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "hash/keccak.h"

/* The wiki's names: HASH_BYTES, MIX_BYTES, CACHE_ROUNDS, DATASET_PARENTS,
 * ACCESSES, and the four that give the sizes. */
#define ITEM_BYTES      64
#define ITEM_WORDS      16
#define MIX_BYTES       128
#define MIX_WORDS       32
#define CACHE_ROUNDS    3
#define PARENTS         256
#define ACCESSES        64
#define CACHE_INITIAL   (1 << 24)
#define CACHE_GROWTH    (1 << 17)
#define DATASET_INITIAL (1 << 30)
#define DATASET_GROWTH  (1 << 23)

/* An item of cache or dataset: 64 bytes, as little-endian words. */
struct item {
	uint32_t word[ITEM_WORDS];
};

struct ethash_cache {
	uint32_t num_items;
	uint32_t num_mixes; /* of the dataset, two items each */
	struct item *item;
};

static uint32_t fnv(uint32_t a, uint32_t b)
{
	return a * 0x01000193 ^ b;
}

static void words_read(uint32_t *out, const uint8_t *p, size_t count)
{
	for (size_t i = 0; i < count; i++, p += 4)
		out[i] = (uint32_t)p[0] | (uint32_t)p[1] << 8 |
			 (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Two words at once, as Keccak will read them: a processor waits where one
 * load gathers what several stores have just left. */
static void words_write(uint8_t *out, const uint32_t *word, size_t count)
{
	for (size_t i = 0; i < count; i += 2, out += 8) {
		const uint64_t v = word[i] | (uint64_t)word[i + 1] << 32;

		out[0] = (uint8_t)v;
		out[1] = (uint8_t)(v >> 8);
		out[2] = (uint8_t)(v >> 16);
		out[3] = (uint8_t)(v >> 24);
		out[4] = (uint8_t)(v >> 32);
		out[5] = (uint8_t)(v >> 40);
		out[6] = (uint8_t)(v >> 48);
		out[7] = (uint8_t)(v >> 56);
	}
}

static void item_hash(struct item *out, const struct item *in)
{
	uint8_t bytes[ITEM_BYTES];

	words_write(bytes, in->word, ITEM_WORDS);
	keccak_512(bytes, bytes, ITEM_BYTES);
	words_read(out->word, bytes, ITEM_WORDS);
}

/* By trial division: the largest asked for are under 2^27. */
static bool prime(uint64_t v)
{
	for (uint64_t d = 2; d * d <= v; d++) {
		if (v % d == 0)
			return false;
	}
	return v > 1;
}

/* The largest odd prime count of units that is under limit bytes, in bytes. */
static uint64_t prime_size(uint64_t limit, uint64_t unit)
{
	uint64_t count = limit / unit - 1;

	while (!prime(count))
		count -= 2;
	return count * unit;
}

size_t ethash_cache_size(unsigned epoch)
{
	assert(epoch < ETHASH_EPOCHS_MAX);
	return prime_size(CACHE_INITIAL + (size_t)CACHE_GROWTH * epoch,
			  ITEM_BYTES);
}

uint64_t ethash_dataset_size(unsigned epoch)
{
	assert(epoch < ETHASH_EPOCHS_MAX);
	return prime_size(DATASET_INITIAL + (uint64_t)DATASET_GROWTH * epoch,
			  MIX_BYTES);
}

static void seed_next(uint8_t seed[32])
{
	keccak_256(seed, seed, 32);
}

bool ethash_epoch(unsigned *epoch, const uint8_t seed[32])
{
	uint8_t at[32] = { 0 };

	for (unsigned i = 0; i < ETHASH_EPOCHS_MAX; i++) {
		if (!memcmp(at, seed, sizeof(at))) {
			*epoch = i;
			return true;
		}
		seed_next(at);
	}
	return false;
}

/* Sergio Lerner's RandMemoHash: a chain of hashes, then rounds in which every
 * item is made from the one before it and one that its own words choose. */
static void cache_fill(struct ethash_cache *c, const uint8_t seed[32])
{
	const uint32_t n = c->num_items;
	struct item *item = c->item;
	uint8_t bytes[ITEM_BYTES];

	keccak_512(bytes, seed, 32);
	words_read(item[0].word, bytes, ITEM_WORDS);
	for (uint32_t i = 1; i < n; i++)
		item_hash(&item[i], &item[i - 1]);
	for (uint32_t i = 0; i < CACHE_ROUNDS * n; i++) {
		const uint32_t at = i % n;
		const struct item *chosen = &item[item[at].word[0] % n];
		struct item sum = item[(at + n - 1) % n];

		for (unsigned w = 0; w < ITEM_WORDS; w++)
			sum.word[w] ^= chosen->word[w];
		item_hash(&item[at], &sum);
	}
}

struct ethash_cache *ethash_cache_new(unsigned epoch, enum ethash_rule rule)
{
	const unsigned sizes = rule == ETHASH_ECIP1099 ? epoch / 2 : epoch;
	struct ethash_cache *c = mem_new(1, sizeof(*c));
	uint8_t seed[32] = { 0 };

	assert(epoch < ETHASH_EPOCHS_MAX);
	assert(rule == ETHASH_PLAIN || epoch % 2 == 0);
	for (unsigned i = 0; i < epoch; i++)
		seed_next(seed);
	c->num_items = (uint32_t)(ethash_cache_size(sizes) / ITEM_BYTES);
	c->num_mixes = (uint32_t)(ethash_dataset_size(sizes) / MIX_BYTES);
	c->item = mem_new(c->num_items, sizeof(*c->item));
	cache_fill(c, seed);
	return c;
}

void ethash_cache_free(struct ethash_cache *c)
{
	if (!c)
		return;
	free(c->item);
	free(c);
}

static void item_mix(uint32_t *mix, const struct item *item)
{
	for (unsigned w = 0; w < ITEM_WORDS; w++)
		mix[w] = fnv(mix[w], item->word[w]);
}

/* Two items side by side: the reads of one wait for each other, but not for
 * those of its neighbour. */
static void dataset_items(struct item out[2], const struct ethash_cache *c,
			  uint32_t index)
{
	for (uint32_t k = 0; k < 2; k++) {
		out[k] = c->item[(index + k) % c->num_items];
		out[k].word[0] ^= index + k;
		item_hash(&out[k], &out[k]);
	}
	for (uint32_t i = 0; i < 2 * PARENTS; i++) {
		const uint32_t k = i % 2, turn = i / 2;
		const uint32_t parent =
			fnv((index + k) ^ turn, out[k].word[turn % ITEM_WORDS]);

		item_mix(out[k].word, &c->item[parent % c->num_items]);
	}
	for (uint32_t k = 0; k < 2; k++)
		item_hash(&out[k], &out[k]);
}

/* The seed of one nonce; not of an epoch. */
static void start(uint8_t out[64], const uint8_t header_hash[32],
		  uint64_t nonce)
{
	uint8_t bytes[40];

	memcpy(bytes, header_hash, 32);
	for (unsigned i = 0; i < 8; i++)
		bytes[32 + i] = (uint8_t)(nonce >> 8 * i);
	keccak_512(out, bytes, sizeof(bytes));
}

static void finish(uint8_t result[32], const uint8_t begun[64],
		   const uint8_t mix[32])
{
	uint8_t bytes[96];

	memcpy(bytes, begun, 64);
	memcpy(bytes + 64, mix, 32);
	keccak_256(result, bytes, sizeof(bytes));
}

void ethash_hash(const struct ethash_cache *c, uint8_t mix[32],
		 uint8_t result[32], const uint8_t header_hash[32],
		 uint64_t nonce)
{
	uint8_t begun[64];
	uint32_t word[MIX_WORDS], short_mix[MIX_WORDS / 4];

	start(begun, header_hash, nonce);
	words_read(word, begun, ITEM_WORDS);
	memcpy(word + ITEM_WORDS, word, ITEM_BYTES);

	const uint32_t first = word[0];

	for (uint32_t i = 0; i < ACCESSES; i++) {
		const uint32_t at =
			fnv(i ^ first, word[i % MIX_WORDS]) % c->num_mixes * 2;
		struct item item[2];

		dataset_items(item, c, at);
		item_mix(word, &item[0]);
		item_mix(word + ITEM_WORDS, &item[1]);
	}
	for (unsigned i = 0; i < MIX_WORDS; i += 4)
		short_mix[i / 4] =
			fnv(fnv(fnv(word[i], word[i + 1]), word[i + 2]),
			    word[i + 3]);
	words_write(mix, short_mix, MIX_WORDS / 4);
	finish(result, begun, mix);
}

void ethash_quick(uint8_t result[32], const uint8_t header_hash[32],
		  uint64_t nonce, const uint8_t mix[32])
{
	uint8_t begun[64];

	start(begun, header_hash, nonce);
	finish(result, begun, mix);
}
