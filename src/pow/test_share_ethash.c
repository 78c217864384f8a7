#include "pow/share_ethash.h"

#include <string.h>

#include "base/hex.h"
#include "test/tap.h"

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* From test/unittests/test_cases.hpp of chfast/ethash: epoch 0. */
static const char header_text[] =
	"100cbec5e5ef82991290d0d93d758f19082e71f234cf479192a8b94df6da6bfe";
static const char mix_text[] =
	"e55d02c555a7969361cf74a9ec6211d8c14e4517930a00442f171bdb1698d175";
static const char result_text[] =
	"ab9b13423cface72cbec8424221651bc2e384ef0f7a560e038fc68c8d8684829";
static const char nonce_text[] = "307692cf71b12f6d";

struct sample {
	uint8_t header[32], mix[32], result[32], seed[32], nonce[8];
	uint8_t target[32]; /* the result itself */
	struct share_ethash parts;
};

static void sample_init(struct sample *s)
{
	*s = (struct sample){ .seed = { 0 } };
	OK(hex_bytes(s->header, 32, text(header_text)));
	OK(hex_bytes(s->mix, 32, text(mix_text)));
	OK(hex_bytes(s->result, 32, text(result_text)));
	OK(hex_bytes(s->nonce, 8, text(nonce_text)));
	for (size_t i = 0; i < 32; i++)
		s->target[i] = s->result[31 - i];
	s->parts = (struct share_ethash){ .header_hash = s->header,
					  .seed = s->seed,
					  .nonce1 = { s->nonce, 0 },
					  .nonce2 = { s->nonce, 8 },
					  .mix = { s->mix, 32 },
					  .target = s->target };
}

static void test_epoch(void)
{
	uint8_t seed[32] = { 0 };

	OK(share_ethash_epoch(seed) == 0);
	OK(hex_bytes(seed, 32,
		     text("290decd9548b62a8d60345a988386fc84ba6bc95484008f6"
			  "362f93160ef3e563")));
	OK(share_ethash_epoch(seed) == 1);
	seed[31] ^= 1;
	OK(share_ethash_epoch(seed) == UINT32_MAX);
}

/* What is told without a cache: none may be made. */
static void test_quick(void)
{
	struct share_ethash_checker *none = share_ethash_new(0);
	uint8_t hash[32] = { 9 }, seed[32] = { 1 };
	struct sample s;

	sample_init(&s);
	OK(share_ethash_hash(none, hash, &s.parts) == SHARE_ETHASH_LIMIT);
	OK(hash[0] == 9);
	/* One above the target is told by the mix alone. */
	s.target[0]--;
	OK(share_ethash_hash(none, hash, &s.parts) == SHARE_ETHASH_DONE);
	s.target[0]++;
	OK(memcmp(hash, s.target, 32) == 0);
	/* Malformed: lengths of nonce and mix, a seed of no epoch. */
	hash[0] = 9;
	s.parts.nonce2.n = 7;
	OK(share_ethash_hash(none, hash, &s.parts) == SHARE_ETHASH_MALFORMED);
	s.parts.nonce1.n = 2;
	OK(share_ethash_hash(none, hash, &s.parts) == SHARE_ETHASH_MALFORMED);
	s.parts.nonce1.n = 9;
	OK(share_ethash_hash(none, hash, &s.parts) == SHARE_ETHASH_MALFORMED);
	s.parts.nonce1.n = 0;
	s.parts.nonce2.n = 8;
	s.parts.mix.n = 31;
	OK(share_ethash_hash(none, hash, &s.parts) == SHARE_ETHASH_MALFORMED);
	s.parts.mix.n = 32;
	s.parts.seed = seed;
	OK(share_ethash_hash(none, hash, &s.parts) == SHARE_ETHASH_MALFORMED);
	OK(hash[0] == 9);
	share_ethash_free(none);
	share_ethash_free(NULL);
}

/* With the cache of epoch 0; caches are counted. */
static void test_slow(void)
{
	struct share_ethash_checker *one = share_ethash_new(1);
	struct share_ethash_checker *two = share_ethash_new(2);
	uint8_t hash[32], made_up[32] = { 1 };
	struct sample s;

	sample_init(&s);
	OK(share_ethash_hash(one, hash, &s.parts) == SHARE_ETHASH_DONE);
	OK(memcmp(hash, s.target, 32) == 0);
	/* The nonce in every two parts. */
	for (size_t n = 0; n <= 8; n++) {
		s.parts.nonce1 = (struct span){ s.nonce, n };
		s.parts.nonce2 = (struct span){ s.nonce + n, 8 - n };
		OK(share_ethash_hash(one, hash, &s.parts) ==
			   SHARE_ETHASH_DONE &&
		   memcmp(hash, s.target, 32) == 0);
	}
	/* Without a mix, and without a target. */
	s.parts.mix.n = 0;
	OK(share_ethash_hash(one, hash, &s.parts) == SHARE_ETHASH_DONE);
	OK(memcmp(hash, s.target, 32) == 0);
	s.parts.target = NULL;
	OK(share_ethash_hash(one, hash, &s.parts) == SHARE_ETHASH_DONE);
	OK(memcmp(hash, s.target, 32) == 0);

	/* A mix that is not the nonce's: by neither rule. A second cache is
	 * needed to say so. */
	memset(s.target, 0xff, 32);
	s.parts.target = s.target;
	s.parts.mix = (struct span){ made_up, 32 };
	OK(share_ethash_hash(one, hash, &s.parts) == SHARE_ETHASH_LIMIT);
	OK(share_ethash_hash(two, hash, &s.parts) == SHARE_ETHASH_WRONG_MIX);
	/* Both are kept: more of them cost nothing, nor do good ones. */
	OK(share_ethash_hash(two, hash, &s.parts) == SHARE_ETHASH_WRONG_MIX);
	s.parts.mix = (struct span){ s.mix, 32 };
	OK(share_ethash_hash(two, hash, &s.parts) == SHARE_ETHASH_DONE);
	share_ethash_free(one);
	share_ethash_free(two);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "slow") == 0) {
		test_slow();
		return tap_end();
	}
	test_epoch();
	test_quick();
	return tap_end();
}
