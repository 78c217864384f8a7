#include "pow/search.h"

#include <string.h>

#include "test/tap.h"

#define SPAN(text) ((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })
#define BYTES(text)                                                            \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}
#define EASY "0.00000001" /* 43 hashes, 5.4 bits */
#define LOW  "0.0000153"  /* 65,715 hashes: a hash that looks low */

/* A made-up job; the coinbase need not be a transaction. */
static const struct search_share model = {
	.job = { .previous = { 1, 2, 3 },
		 .coinbase1 = { (const uint8_t *)"one", 3 },
		 .coinbase2 = { (const uint8_t *)"two", 3 },
		 .branches = { (const uint8_t *)"0123456789abcdef"
						"0123456789ABCDEF",
			       32 },
		 .version = 2,
		 .nbits = 0x1d00ffff },
	.submit = { .extranonce2 = { (const uint8_t *)"\0\0\0\x01", 4 } },
};

/* n shares of the session whose extranonce1 this is. */
static void mine(struct search_share *share, size_t n, struct span extranonce1,
		 const char *difficulty, bool announced)
{
	const struct span d = { (const uint8_t *)difficulty,
				strlen(difficulty) };
	struct target t;
	uint32_t nonce = 0;

	OK(target_from_difficulty(&t, d, TARGET_SHA256D));
	for (size_t i = 0; i < n; nonce++) {
		struct share_submit submit = model.submit;
		uint8_t header[HEADER_SIZE], hash[32];

		submit.extranonce1 = extranonce1;
		submit.nonce = nonce;
		if (!share_header(header, &model.job, &submit))
			return;
		share_hash(hash, header, TARGET_SHA256D);
		if (!target_met(hash, &t))
			continue;
		share[i] = model;
		share[i].submit.nonce = nonce;
		share[i].has_target = announced;
		share[i].target = t;
		i++;
	}
}

static const struct vector {
	const char *name;
	struct span value, base;
	enum search_order order;
	uint32_t first, count;
} vectors[] = {
	{ "four bytes, big-endian, from a neighbour", BYTES("\x08\0\x01\x02"),
	  BYTES("\xff\xff\xff\xff"), SEARCH_BIG_ENDIAN, 0x080000f0, 100 },
	{ "four bytes, little-endian", BYTES("\x02\x01\0\x08"),
	  BYTES("\0\0\0\0"), SEARCH_LITTLE_ENDIAN, 0x080000f0, 100 },
	{ "one byte", BYTES("\x81"), BYTES("\0"), SEARCH_BIG_ENDIAN, 0, 256 },
	{ "eight bytes, of which the last four count",
	  BYTES("abcd\0\0\x01\xff"), BYTES("abcd\0\0\0\0"), SEARCH_BIG_ENDIAN,
	  500, 100 },
	{ "eight bytes, of which the first four count",
	  BYTES("\xff\x01\0\0abcd"), BYTES("\0\0\0\0abcd"),
	  SEARCH_LITTLE_ENDIAN, 500, 100 },
	{ "past the end of the counter", BYTES("\0\0\0\x05"), BYTES("\0\0\0\0"),
	  SEARCH_BIG_ENDIAN, 0xfffffff0, 100 },
	{ "none at all", BYTES(""), BYTES(""), SEARCH_BIG_ENDIAN, 0, 1 },
};

static struct search_candidates candidates(const struct vector *v)
{
	return (struct search_candidates){ .base = v->base.p,
					   .length = (uint32_t)v->base.n,
					   .order = v->order,
					   .first = v->first,
					   .count = v->count };
}

static void test_found(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		const struct search_candidates c = candidates(v);
		struct search_share share[SEARCH_SHARES_MAX];
		struct search_result r = { 0 };

		printf("# %s\n", v->name);
		mine(share, SEARCH_SHARES_MAX, v->value, EASY, true);
		search_range(&r, share, SEARCH_SHARES_MAX, &c);
		OK(r.tried == v->count && search_certainty(&r) >= 40);
		OK(r.length == v->value.n &&
		   memcmp(r.value, v->value.p, r.length) == 0);
	}
}

/* Where no difficulty was announced, low hashes show it: four of 16 bits. */
static void test_unannounced(void)
{
	const struct vector *v = &vectors[0];
	const struct search_candidates c = candidates(v);
	struct search_share share[4];
	struct search_result r = { 0 };

	mine(share, 4, v->value, LOW, false);
	search_range(&r, share, 4, &c);
	OK(search_certainty(&r) >= 40 && memcmp(r.value, v->value.p, 4) == 0);
	r = (struct search_result){ 0 };
	search_range(&r, share, 2, &c);
	OK(search_certainty(&r) < 40);
}

/* Shares of another session each: many candidates, none is settled. */
static void test_wrong(void)
{
	struct search_share share[SEARCH_SHARES_MAX];
	struct search_candidates c = { .base = (const uint8_t *)"\0\0\0\0",
				       .length = 4,
				       .count = 1u << 16 };
	struct search_result r = { 0 };

	for (uint32_t i = 0; i < SEARCH_SHARES_MAX; i++) {
		const uint8_t value[4] = { 9, 9, 9, (uint8_t)i };

		mine(&share[i], 1, (struct span){ value, 4 }, EASY, true);
	}
	search_range(&r, share, SEARCH_SHARES_MAX, &c);
	OK(r.tried == 1u << 16 && search_certainty(&r) < 10);
	/* All of them in one range: each alone proves too little. */
	c.first = 0x09090900;
	c.count = SEARCH_SHARES_MAX;
	search_range(&r, share, SEARCH_SHARES_MAX, &c);
	OK(search_certainty(&r) < 10);
	/* Nor where no target was announced. */
	for (size_t i = 0; i < SEARCH_SHARES_MAX; i++)
		share[i].has_target = false;
	r = (struct search_result){ 0 };
	search_range(&r, share, SEARCH_SHARES_MAX, &c);
	OK(search_certainty(&r) < 10);
}

/* The chance that a wrong candidate passes is what the bits say: with targets
 * of 50 %, among 2^12 candidates the best wrong one stays at about none. */
static void test_weak(void)
{
	struct search_share share[SEARCH_SHARES_MAX];
	const struct search_candidates c = { .base = (const uint8_t *)"\0\0",
					     .length = 2,
					     .count = 1u << 16 };
	struct search_result r = { 0 };

	mine(share, SEARCH_SHARES_MAX, SPAN("\1\1"), "0.0000000004656", true);
	search_range(&r, share, SEARCH_SHARES_MAX, &c);
	OK(search_certainty(&r) <= 0);
}

static void test_refused(void)
{
	static const uint8_t large[SEARCH_COINBASE_MAX];
	struct search_share share = model;
	struct search_result r = { 0 };
	struct search_candidates c = { .base = large,
				       .length = 4,
				       .count = 10 };

	search_range(&r, &share, 0, &c);
	OK(r.tried == 0 && search_certainty(&r) == 0);
	c.length = SEARCH_LENGTH_MAX + 1;
	search_range(&r, &share, 1, &c);
	OK(r.tried == 0);
	c.length = 4;
	share.job.coinbase1 = (struct span){ large, sizeof(large) };
	search_range(&r, &share, 1, &c);
	OK(r.tried == 0);
	share = model;
	share.job.branches.n = 31;
	search_range(&r, &share, 1, &c);
	OK(r.tried == 0);
}

/* A share of the job with the fewest branches rules candidates out. */
static void test_cheapest(void)
{
	struct search_share share[4] = { model, model, model, model };

	for (uint32_t i = 0; i < 4; i++)
		share[i].submit.nonce = i;
	search_cheapest_first(share, 4);
	OK(share[0].submit.nonce == 0); /* all alike */
	share[2].job.branches.n = 0;
	share[3].job.branches.n = 0;
	search_cheapest_first(share, 2);
	OK(share[0].submit.nonce == 0);
	search_cheapest_first(share, 4);
	OK(share[0].submit.nonce == 2 && share[1].submit.nonce == 1);
	OK(share[2].submit.nonce == 0 && share[2].job.branches.n == 32);
	search_cheapest_first(share, 0);
	search_cheapest_first(share, 1);
	OK(share[0].submit.nonce == 2);
}

int main(void)
{
	test_cheapest();
	test_found();
	test_unannounced();
	test_wrong();
	test_weak();
	test_refused();
	return tap_end();
}
