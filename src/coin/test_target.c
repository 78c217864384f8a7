#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "coin/target.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct target target(const char *hex)
{
	uint8_t be[32] = { 0 };

	OK(hex_bytes(be, 32, text(hex)));
	return target_from_be(be);
}

static bool same(const struct target *a, const struct target *b)
{
	return target_compare(a, b) == 0;
}

static const char max_hex[] = "ffffffffffffffffffffffffffffffff"
			      "ffffffffffffffffffffffffffffffff";
static const char d1_hex[] = "00000000ffff00000000000000000000"
			     "00000000000000000000000000000000";

/* Bitcoin Core, src/test/arith_uint256_tests.cpp, bignum_SetCompact; and the
 * limits and retargets of real chains. NULL: refused. */
static const struct {
	uint32_t nbits;
	const char *want; /* without its leading zeros */
} compact[] = {
	{ 0x00000000, NULL },
	{ 0x00123456, NULL },
	{ 0x01003456, NULL },
	{ 0x02000056, NULL },
	{ 0x03000000, NULL },
	{ 0x04000000, NULL },
	{ 0x00923456, NULL },
	{ 0x01803456, NULL },
	{ 0x02800056, NULL },
	{ 0x03800000, NULL },
	{ 0x04800000, NULL },
	{ 0x01123456, "12" },
	{ 0x01fedcba, NULL },
	{ 0x02123456, "1234" },
	{ 0x03123456, "123456" },
	{ 0x04123456, "12345600" },
	{ 0x04923456, NULL },
	{ 0x05009234, "92340000" },
	{ 0x20123456, "123456000000000000000000000000000000000000000000"
		      "0000000000000000" },
	{ 0xff123456, NULL },
	{ 0x21001234, "123400000000000000000000000000000000000000000000"
		      "0000000000000000" },
	{ 0x22000012, "120000000000000000000000000000000000000000000000"
		      "0000000000000000" },
	{ 0x21123456, NULL },
	{ 0x22001234, NULL },
	{ 0x23000012, NULL },
	{ 0x1d00ffff, "ffff0000000000000000000000000000000000000000000000"
		      "000000" },
	{ 0x207fffff, "7fffff00000000000000000000000000000000000000000000"
		      "00000000000000" },
	{ 0x1801f6a7, "1f6a7000000000000000000000000000000000000000000" },
};

static void test_compact(void)
{
	for (size_t i = 0; i < COUNT(compact); i++) {
		struct target t = { { 1, 2, 3, 4 } };
		const struct target before = t;
		char hex[65];

		printf("# nBits %08x\n", compact[i].nbits);
		if (!compact[i].want) {
			OK(!target_from_nbits(&t, compact[i].nbits));
			OK(same(&t, &before));
			continue;
		}
		memset(hex, '0', sizeof(hex));
		hex[64] = '\0';
		memcpy(hex + 64 - strlen(compact[i].want), compact[i].want,
		       strlen(compact[i].want));
		const struct target want = target(hex);

		OK(target_from_nbits(&t, compact[i].nbits) && same(&t, &want));
	}
}

/* Computed with Python's fractions: floor(0xffff * 2^208 / d), and for scrypt
 * floor(0xffff * 2^224 / d). */
static const struct {
	const char *d;
	enum target_unit unit;
	const char *want;
} exact[] = {
	/* clang-format off */
	{ "1", TARGET_SHA256D,
	  "00000000ffff00000000000000000000"
	  "00000000000000000000000000000000" },
	{ "1", TARGET_SCRYPT,
	  "0000ffff000000000000000000000000"
	  "00000000000000000000000000000000" },
	{ "2", TARGET_SHA256D,
	  "000000007fff80000000000000000000"
	  "00000000000000000000000000000000" },
	{ "0.5", TARGET_SHA256D,
	  "00000001fffe00000000000000000000"
	  "00000000000000000000000000000000" },
	{ "65536", TARGET_SHA256D,
	  "000000000000ffff0000000000000000"
	  "00000000000000000000000000000000" },
	{ "65536", TARGET_SCRYPT,
	  "00000000ffff00000000000000000000"
	  "00000000000000000000000000000000" },
	{ "0.004", TARGET_SHA256D,
	  "000000f9ff0600000000000000000000"
	  "00000000000000000000000000000000" },
	{ "0.004", TARGET_SCRYPT,
	  "00f9ff06000000000000000000000000"
	  "00000000000000000000000000000000" },
	{ "0.0005", TARGET_SHA256D,
	  "000007cff83000000000000000000000"
	  "00000000000000000000000000000000" },
	{ "1e-12", TARGET_SHA256D,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "1e-12", TARGET_SCRYPT,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "8192.5", TARGET_SHA256D,
	  "000000000007ffd8009ffd8009ffd800"
	  "9ffd8009ffd8009ffd8009ffd8009ffd" },
	{ "8192.5", TARGET_SCRYPT,
	  "00000007ffd8009ffd8009ffd8009ffd"
	  "8009ffd8009ffd8009ffd8009ffd8009" },
	{ "559970892890.8381", TARGET_SHA256D,
	  "000000000000000001f6a70000000008"
	  "1c093f56a96ce93a9c38c14c83091d5e" },
	{ "0.1", TARGET_SHA256D,
	  "00000009fff600000000000000000000"
	  "00000000000000000000000000000000" },
	{ "3", TARGET_SHA256D,
	  "00000000555500000000000000000000"
	  "00000000000000000000000000000000" },
	{ "3", TARGET_SCRYPT,
	  "00005555000000000000000000000000"
	  "00000000000000000000000000000000" },
	{ "1E+3", TARGET_SHA256D,
	  "00000000004188f5c28f5c28f5c28f5c"
	  "28f5c28f5c28f5c28f5c28f5c28f5c28" },
	{ "1000000000000000000e-18", TARGET_SHA256D,
	  "00000000ffff00000000000000000000"
	  "00000000000000000000000000000000" },
	{ "9999999999999999999", TARGET_SHA256D,
	  "000000000000000000000001d83abcbe"
	  "d82f5622fa3589f9a877ff31efb4ddb3" },
	{ "9999999999999999999", TARGET_SCRYPT,
	  "00000000000000000001d83abcbed82f"
	  "5622fa3589f9a877ff31efb4ddb3aae9" },
	{ "1234567890123456789e40", TARGET_SHA256D,
	  "00000000000000000000000000000000"
	  "0000000000000000000000008228f58a" },
	{ "1234567890123456789e40", TARGET_SCRYPT,
	  "00000000000000000000000000000000"
	  "000000000000000000008228f58a39b4" },
	{ "1e60", TARGET_SCRYPT,
	  "00000000000000000000000000000000"
	  "00000000000000000000019b5eaf4a7f" },
	{ "1e70", TARGET_SHA256D,
	  "00000000000000000000000000000000"
	  "00000000000000000000000000000000" },
	{ "1e70", TARGET_SCRYPT,
	  "00000000000000000000000000000000"
	  "000000000000000000000000000000b0" },
	{ "1e400", TARGET_SCRYPT,
	  "00000000000000000000000000000000"
	  "00000000000000000000000000000000" },
	{ "2.328270999e-10", TARGET_SHA256D,
	  "ffffff5ab7da7d184118f9ec788b0830"
	  "426bdc260b93ab8ac9a5ef6e199cec7b" },
	{ "2.328270999e-10", TARGET_SCRYPT,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "2.328270e-10", TARGET_SHA256D,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "9999999999999999999e-29", TARGET_SHA256D,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "9999999999999999999e-29", TARGET_SCRYPT,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "9999999999999999999e-28", TARGET_SHA256D,
	  "3b9a8e65360000006df31173df8f8be9"
	  "3aac746fc8e1feeeb5a6490a7d687d6d" },
	{ "9999999999999999999e-28", TARGET_SCRYPT,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "9999999999999999999e-23", TARGET_SCRYPT,
	  "270fd8f000000000480e766cdedcb914"
	  "b64dcb5da844cf608ea389143a445090" },
	{ "1e-29", TARGET_SCRYPT,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "1e-30", TARGET_SCRYPT,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "1e-400", TARGET_SHA256D,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	{ "0.00001525902189669642175", TARGET_SHA256D,
	  "0000fffe00010000000b5243941e0202"
	  "6bd909e2b2730e0d3fbb616666e89ecf" },
	{ "0.00001525902189669642175", TARGET_SCRYPT,
	  "fffe00010000000b5243941e02026bd9"
	  "09e2b2730e0d3fbb616666e89ecfbc91" },
	{ "0.000015258", TARGET_SCRYPT,
	  "ffffffffffffffffffffffffffffffff"
	  "ffffffffffffffffffffffffffffffff" },
	/* clang-format on */
};

static void test_difficulty_exact(void)
{
	for (size_t i = 0; i < COUNT(exact); i++) {
		const struct target want = target(exact[i].want);
		struct target t;

		printf("# difficulty %s\n", exact[i].d);
		OK(target_from_difficulty(&t, text(exact[i].d), exact[i].unit));
		OK(same(&t, &want));
	}
}

static void test_difficulty_refused(void)
{
	static const char *const bad[] = {
		"",
		"0",
		"0.0",
		"0e5",
		"-1",
		"-0.5",
		"nan",
		"inf",
		"1x",
		"x",
		" 1",
		"1 ",
		"--1",
		"0x10",
		"1e",
		"1.2.3",
		"123456789012345678901",
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct target t = { { 1, 2, 3, 4 } };
		const struct target before = t;

		printf("# difficulty '%s'\n", bad[i]);
		OK(!target_from_difficulty(&t, text(bad[i]), TARGET_SHA256D));
		OK(same(&t, &before));
	}
}

/* d * t must lie in (D1 - d, D1] for whole d: the definition of the floor,
 * checked for many d by multiplying back. */
static void test_difficulty_is_floor(void)
{
	const struct target d1 = target(d1_hex);
	uint64_t d = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
	bool all = true;

	for (int i = 0; i < 2000; i++) {
		char s[24];
		struct target t;

		d ^= d << 13;
		d ^= d >> 7;
		d ^= d << 17;
		const uint32_t whole = (uint32_t)(d >> (32 + d % 31)) | 1;

		(void)snprintf(s, sizeof(s), "%u", whole);
		all &= target_from_difficulty(&t, text(s), TARGET_SHA256D);
		const struct target low = target_scale(&t, whole, 1);

		t.word[0]++;
		for (int k = 0; k < 3 && t.word[k] == 0; k++)
			t.word[k + 1]++;
		const struct target high = target_scale(&t, whole, 1);

		all &= target_compare(&low, &d1) <= 0;
		all &= target_compare(&high, &d1) > 0;
	}
	OK(all);
}

static void test_difficulty_of_target(void)
{
	/* Heights 465,696 and 46,368 of Bitcoin's chain. */
	struct target t;
	const struct target zero = { { 0 } };

	OK(target_from_nbits(&t, 0x1801f6a7));
	OK(fabs(target_difficulty(&t, TARGET_SHA256D) - 559970892890.838135) <
	   1e-3);
	OK(target_from_nbits(&t, 0x1c381375));
	OK(fabs(target_difficulty(&t, TARGET_SHA256D) - 4.565163) < 1e-6);
	OK(target_from_nbits(&t, 0x1d00ffff));
	OK(target_difficulty(&t, TARGET_SHA256D) == 1.0);
	OK(target_difficulty(&t, TARGET_SCRYPT) == 65536.0);
	OK(isinf(target_difficulty(&zero, TARGET_SHA256D)));
}

static void test_bits(void)
{
	const struct target d1 = target(d1_hex), most = target(max_hex);
	const struct target zero = { { 0 } };

	OK(target_bits(&zero) == 256);
	OK(target_bits(&most) == 0 && !signbit(target_bits(&most)));
	OK(fabs(target_bits(&d1) - log2(TARGET_HASHES)) < 1e-9);
}

static void test_hash_order(void)
{
	uint8_t hash[32] = { 0 };
	struct target t = { { 0, 0, 0, 1 } };

	/* The last byte of a hash is its most significant. */
	hash[24] = 1;
	OK(target_met(hash, &t));
	hash[0] = 1;
	OK(!target_met(hash, &t));
	t.word[0] = 1;
	OK(target_met(hash, &t));
	hash[31] = 1;
	OK(!target_met(hash, &t));

	const struct target value = target_of_hash(hash);

	OK(value.word[3] == 0x0100000000000001 && value.word[0] == 1);
	OK(target_compare(&value, &t) > 0 && target_compare(&t, &value) < 0);
}

static void test_nearly(void)
{
	/* floor(t / 2^15) of D1 is 0xffff * 2^193. */
	const struct target t = target(d1_hex);
	struct target v = t;

	OK(!target_nearly(&v, &t)); /* meets it: not above */
	v.word[0] = 1;
	OK(target_nearly(&v, &t));
	v = t;
	v.word[3] += 1; /* 2^192: inside */
	OK(target_nearly(&v, &t));
	v = t;
	v.word[3] += UINT64_C(0xffff) << 1;
	OK(target_nearly(&v, &t));
	v.word[0] = 1;
	OK(!target_nearly(&v, &t));
	v = (struct target){ { 0 } };
	OK(!target_nearly(&v, &t));

	/* Borrows go through all words: 2^192 - (2^192 - 1) = 1. */
	const struct target one = { { 0, 0, 0, 1 } };
	const struct target less = { { UINT64_MAX, UINT64_MAX, UINT64_MAX,
				       0 } };

	OK(target_nearly(&one, &less));
	/* A borrow goes through equal words: 2^128 - 1, of 2^128 allowed. */
	OK(target_nearly(&(struct target){ { 0, 5, 0x8001, 0 } },
			 &(struct target){ { 1, 5, 0x8000, 0 } }));
	/* Below 2^15 nothing is allowed. */
	OK(!target_nearly(&(struct target){ { 0x8000 } },
			  &(struct target){ { 0x7fff } }));
	OK(target_nearly(&(struct target){ { 0x8001 } },
			 &(struct target){ { 0x8000 } }));
}

static void test_scale(void)
{
	const struct target d1 = target(d1_hex), most = target(max_hex);
	struct target t = target_scale(&d1, 3, 3);

	OK(same(&t, &d1));
	t = target_scale(&most, 2, 1);
	OK(same(&t, &most));
	t = target_scale(&most, UINT32_MAX, UINT32_MAX);
	OK(same(&t, &most));
	t = target_scale(&(struct target){ { 0, 0, 0, 1 } }, 1, 2);
	OK(same(&t, &(struct target){ { 0, 0, UINT64_C(1) << 63, 0 } }));
	t = target_scale(&(struct target){ { 7 } }, 3, 4);
	OK(same(&t, &(struct target){ { 5 } }));
}

int main(void)
{
	test_compact();
	test_difficulty_exact();
	test_difficulty_refused();
	test_difficulty_is_floor();
	test_difficulty_of_target();
	test_bits();
	test_hash_order();
	test_nearly();
	test_scale();
	return tap_end();
}
