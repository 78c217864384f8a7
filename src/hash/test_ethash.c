#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "hash/ethash.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* From test/unittests/test_ethash.cpp of chfast/ethash. */
static void test_epochs(void)
{
	static const struct {
		const char *seed;
		unsigned epoch;
	} vectors[] = {
		{ "0000000000000000000000000000000000000000000000000000000000"
		  "000000",
		  0 },
		{ "290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160e"
		  "f3e563",
		  1 },
		{ "a9b0e0c9aca72c07ba06b5bbdae8b8f69e61878301508473379bb4f718"
		  "07d707",
		  171 },
	};
	uint8_t seed[32];
	unsigned epoch = 99;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		OK(hex_bytes(seed, 32, text(vectors[i].seed)) &&
		   ethash_epoch(&epoch, seed) && epoch == vectors[i].epoch);
	}
	/* Of epoch 2048, far above the limit; and none at all. */
	OK(hex_bytes(seed, 32,
		     text("20a7678ca7b50829183baac2e1e3c43f"
			  "a3c4bcbc171b11cf5a9f30bebd172920")) &&
	   !ethash_epoch(&epoch, seed) && epoch == 171);
	seed[0] ^= 1;
	OK(!ethash_epoch(&epoch, seed) && epoch == 171);
}

/* Picked at random there from the table in the Ethereum wiki. */
static void test_sizes(void)
{
	static const struct {
		unsigned epoch;
		size_t cache;
		uint64_t dataset;
	} vectors[] = {
		{ 0, 16776896, 1073739904 },    { 14, 18611392, 1191180416 },
		{ 17, 19004224, 1216345216 },   { 56, 24116672, 1543503488 },
		{ 158, 37486528, 2399139968 },  { 203, 43382848, 2776625536 },
		{ 211, 44433344, 2843734144 },  { 272, 52427968, 3355440512 },
		{ 350, 62651584, 4009751168 },  { 412, 70778816, 4529846144 },
		{ 464, 77593664, 4966054784 },  { 530, 86244416, 5519703424 },
		{ 656, 102760384, 6576662912 }, { 657, 102890432, 6585055616 },
		{ 658, 103021888, 6593443456 }, { 739, 113639104, 7272921472 },
		{ 751, 115212224, 7373585792 }, { 798, 121372352, 7767849088 },
		{ 810, 122945344, 7868512384 }, { 862, 129760832, 8304715136 },
		{ 882, 132382528, 8472492928 }, { 920, 137363392, 8791260032 },
		{ 977, 144832448, 9269411456 },
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		OK(ethash_cache_size(vectors[i].epoch) == vectors[i].cache);
		OK(ethash_dataset_size(vectors[i].epoch) == vectors[i].dataset);
	}
	OK(ethash_cache_size(ETHASH_EPOCHS_MAX - 1) < 145 << 20);
}

/* From test/unittests/test_cases.hpp of chfast/ethash; those whose result
 * begins with zeros are blocks of Ethereum's main chain. */
static const struct vector {
	unsigned block;
	uint64_t nonce;
	const char *header_hash, *mix, *result;
} vectors[] = {
	{ 0, 0x4242424242424242,
	  "2a8de2adf89af77358250bf908bf04ba94a6e8c3ba87775564a41d269a05e4ce",
	  "58f759ede17a706c93f13030328bcea40c1d1341fb26f2facd21ceb0dae57017",
	  "dd47fd2d98db51078356852d7c4014e6a5d6c387c35f40e2875b74a256ed7906" },
	{ 2, 0x307692cf71b12f6d,
	  "100cbec5e5ef82991290d0d93d758f19082e71f234cf479192a8b94df6da6bfe",
	  "e55d02c555a7969361cf74a9ec6211d8c14e4517930a00442f171bdb1698d175",
	  "ab9b13423cface72cbec8424221651bc2e384ef0f7a560e038fc68c8d8684829" },
	{ 2683077, 0x8c5eaec000788d41,
	  "0313d03c5ed78694c90ecb3d04190b82d5b222c75ba4cab83383dde4d11ed512",
	  "93e85c97b34ccd8091e09ddb513fdc9e680fa8898d4a0737205e60af710a3dcb",
	  "00000000000204882a6213f68fe89bc368df25c1ad999f82532a7433e99bc48e" },
	{ 5000000, 0x4617a20003ba3f25,
	  "bc544c2baba832600013bd5d1983f592e9557d04b0fb5ef7a100434a5fc8d52a",
	  "94cd4e844619ee20989578276a0a9046877d569d37ba076bf2e8e34f76189dea",
	  "0000000000001a5b18ae31b7417b7c045bc6dd78cc3b694c4bebfaefef6b3c56" },
	{ 5000001, 0x1af47f2007922384,
	  "2cd14041cfc3bd13064cfd58e26c0bddf1e97a4202c4b8076444a7cd4515f8c3",
	  "46cb1268ac6b218eb01b9bd46f1533561d085620c9bfc23eadb8ab106f84b2d8",
	  "0000000000000a4230cfc483a3f739a5101192c3d4f9c8314f4508be24c28257" },
	{ 5000002, 0xc9a044201dd998f2,
	  "9e79bced19062baf7c47e516ad3a1bd779222404d05b4205def30a13c7d87b5b",
	  "028a19d6dcf0975972285f71a23fe3a468886ad24cc63f969158d427556d6bb5",
	  "0000000000000eec80fbc4c472507b6c212c4f216043318f3fb3e696a0e80b06" },
	{ 5306861, 0xd337f82001e992c5,
	  "53a005f209a4dc013f022a5078c6b38ced76e767a30367ff64725f23ec652a9f",
	  "26c64f063dac85ae3585526b446be6754faf044876aa3e20f770bea567e04d1d",
	  "00000000000003f1554d8071ff0903268fcb70f30f4af3bf7ec7dc69cdf509f3" },
	{ 5790000, 0x051d57d844f20938,
	  "1086587679fecddc6387e162706bb9455a8210f36997e9dbf25e6801ad62373a",
	  "bbcbebce79a978c455b545a9ae4a2d584c606b1002868b9d756ac44288fce6ff",
	  "5544fde836566d81c30f98d797581398b0df7a52365c63ceed60433ec72f867e" },
};

#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

static void check(const struct ethash_cache *c, const struct vector *v)
{
	uint8_t header_hash[32], want_mix[32], want_result[32];
	uint8_t mix[32], result[32];

	OK(hex_bytes(header_hash, 32, text(v->header_hash)) &&
	   hex_bytes(want_mix, 32, text(v->mix)) &&
	   hex_bytes(want_result, 32, text(v->result)));
	ethash_hash(c, mix, result, header_hash, v->nonce);
	OK(!memcmp(mix, want_mix, 32) && !memcmp(result, want_result, 32));
	ethash_quick(result, header_hash, v->nonce, want_mix);
	OK(!memcmp(result, want_result, 32));
}

/* What is not exactly the share has another mix and another result. */
static void check_altered(const struct ethash_cache *c, const struct vector *v)
{
	uint8_t header_hash[32], mix[32], result[32], other_mix[32], other[32];
	bool differ = true;

	OK(hex_bytes(header_hash, 32, text(v->header_hash)));
	ethash_hash(c, mix, result, header_hash, v->nonce);
	for (unsigned bit = 0; bit < 64; bit += 9) {
		ethash_hash(c, other_mix, other, header_hash,
			    v->nonce ^ (uint64_t)1 << bit);
		differ = differ && memcmp(mix, other_mix, 32) &&
			 memcmp(result, other, 32);
	}
	for (unsigned bit = 0; bit < 256; bit += 37) {
		header_hash[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ethash_hash(c, other_mix, other, header_hash, v->nonce);
		header_hash[bit / 8] ^= (uint8_t)(1 << bit % 8);
		differ = differ && memcmp(mix, other_mix, 32) &&
			 memcmp(result, other, 32);
	}
	for (unsigned bit = 0; bit < 256; bit++) {
		mix[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ethash_quick(other, header_hash, v->nonce, mix);
		mix[bit / 8] ^= (uint8_t)(1 << bit % 8);
		differ = differ && memcmp(result, other, 32);
	}
	OK(differ);
}

static void test_first_epoch(void)
{
	struct ethash_cache *c = ethash_cache_new(0, ETHASH_PLAIN);

	for (size_t i = 0; i < VECTORS; i++) {
		if (vectors[i].block < 30000)
			check(c, &vectors[i]);
	}
	check_altered(c, &vectors[0]);
	ethash_cache_free(c);
	ethash_cache_free(NULL);
}

static void test_later_epochs(void)
{
	struct ethash_cache *c = NULL;
	unsigned made = 0;

	for (size_t i = 0; i < VECTORS; i++) {
		const unsigned epoch = vectors[i].block / 30000;

		if (epoch != made) {
			ethash_cache_free(c);
			c = ethash_cache_new(epoch, ETHASH_PLAIN);
			made = epoch;
		}
		if (c)
			check(c, &vectors[i]);
	}
	ethash_cache_free(c);
}

/* A share of Ethereum Classic at height 14,790,284, its epoch 246, from issue
 * 218 of chfast/ethash. */
static void test_classic(void)
{
	static const struct vector v = {
		14790284,
		0x4f29c0e5dc784d8b,
		"32d6c83f7fc493aa224a8fcc3ac007e6"
		"113d28ed70717e7d5a7505d72d4bdd7f",
		"b27518ae34f7e81c56a4dedb81df93c4"
		"d4301d90643678044b3445ded0b331ce",
		"000000016454ac15829b7d6158f4be15"
		"1ba9a9aa42e905153c7c43f211decb9f",
	};
	struct ethash_cache *c =
		ethash_cache_new(v.block / 60000 * 2, ETHASH_ECIP1099);

	check(c, &v);
	ethash_cache_free(c);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		test_later_epochs();
		test_classic();
		return tap_end();
	}
	test_epochs();
	test_sizes();
	test_first_epoch();
	return tap_end();
}
