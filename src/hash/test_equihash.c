#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "hash/equihash.h"
#include "hash/test_equihash_sample.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Block 0 of Zcash's main chain, 00040fe8ec8471911baa1db1266ea15d... */
static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static uint64_t rng_state = 1;

static unsigned rng(unsigned below)
{
	rng_state = rng_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(rng_state >> 33) % below;
}

/* The bits of count indices, one after the other, each most significant bit
 * first: plainly, as against the reader's accumulator. */
static void pack(uint8_t *out, const uint32_t *index, size_t count,
		 unsigned bits)
{
	memset(out, 0, count * bits / 8);
	for (size_t i = 0; i < count * bits; i++) {
		const uint32_t bit =
			index[i / bits] >> (bits - 1 - i % bits) & 1;

		out[i / 8] |= (uint8_t)(bit << (7 - i % 8));
	}
}

static void unpack(uint32_t *index, const uint8_t *in, size_t count,
		   unsigned bits)
{
	memset(index, 0, count * sizeof(*index));
	for (size_t i = 0; i < count * bits; i++)
		index[i / bits] |= (uint32_t)(in[i / 8] >> (7 - i % 8) & 1)
				   << (bits - 1 - i % bits);
}

/* The values of zcash/zcash, src/test/equihash_tests.cpp. */
static const struct equihash small = {
	.n = 96, .k = 5, .personal = { 'Z', 'c', 'a', 's', 'h', 'P', 'o', 'W' }
};
static const char asymmetric[] = "Equihash is an asymmetric PoW based on the "
				 "Generalised Birthday problem.";
static const char three_way[] = "Test case with 3+-way collision in the final "
				"round.";
static const char block_header[] = "block header";

static const struct {
	const char *input;
	unsigned nonce; /* 32 bytes behind the input, little-endian */
	bool good;
	uint32_t index[32];
} zcash[] = {
	/* clang-format off */
	{ block_header, 0, true, {
	    976, 126621, 100174, 123328, 38477, 105390, 38834, 90500,
	    6411, 116489, 51107, 129167, 25557, 92292, 38525, 56514,
	    1110, 98024, 15426, 74455, 3185, 84007, 24328, 36473,
	    17427, 129451, 27556, 119967, 31704, 62448, 110460, 117894 } },
	{ block_header, 0, true, {
	    1008, 18280, 34711, 57439, 3903, 104059, 81195, 95931,
	    58336, 118687, 67931, 123026, 64235, 95595, 84355, 122946,
	    8131, 88988, 45130, 58986, 59899, 78278, 94769, 118158,
	    25569, 106598, 44224, 96285, 54009, 67246, 85039, 127667 } },
	{ block_header, 1, true, {
	    1911, 96020, 94086, 96830, 7895, 51522, 56142, 62444,
	    15441, 100732, 48983, 64776, 27781, 85932, 101138, 114362,
	    4497, 14199, 36249, 41817, 23995, 93888, 35798, 96337,
	    5530, 82377, 66438, 85247, 39332, 78978, 83015, 123505 } },
	{ block_header, 2, true, {
	    165, 27290, 87424, 123403, 5344, 35125, 49154, 108221,
	    8882, 90328, 77359, 92348, 54692, 81690, 115200, 121929,
	    18968, 122421, 32882, 128517, 56629, 88083, 88022, 102461,
	    35665, 62833, 95988, 114502, 39965, 119818, 45010, 94889 } },
	{ block_header, 11, true, {
	    2570, 20946, 61727, 130667, 16426, 62291, 107177, 112384,
	    18464, 125099, 120313, 127545, 35035, 73082, 118591, 120800,
	    13800, 32837, 23607, 86516, 17339, 114578, 22053, 85510,
	    14913, 42826, 25168, 121262, 33673, 114773, 77592, 83471 } },
	{ asymmetric, 0, true, {
	    3130, 83179, 30454, 107686, 71240, 88412, 109700, 114639,
	    10024, 32706, 38019, 113013, 18399, 92942, 21094, 112263,
	    4146, 30807, 10631, 73192, 22216, 90216, 45581, 125042,
	    11256, 119455, 93603, 110112, 59851, 91545, 97403, 111102 } },
	{ asymmetric, 1, true, {
	    16700, 46276, 21232, 43153, 22398, 58511, 47922, 71816,
	    23370, 26222, 39248, 40137, 65375, 85794, 69749, 73259,
	    23599, 72821, 42250, 52383, 35267, 75893, 52152, 57181,
	    27137, 101117, 45804, 92838, 29548, 29574, 37737, 113624 } },
	{ three_way, 0x7f0, true, {
	    2321, 121781, 36792, 51959, 21685, 67596, 27992, 59307,
	    13462, 118550, 37537, 55849, 48994, 58515, 78703, 100100,
	    11189, 98120, 45242, 116128, 33260, 47351, 61550, 116649,
	    11927, 20590, 35907, 107966, 28779, 57407, 54793, 104108 } },
	{ three_way, 0x7f0, true, {
	    2321, 121781, 36792, 51959, 21685, 67596, 27992, 59307,
	    13462, 118550, 37537, 55849, 48994, 78703, 58515, 100100,
	    11189, 98120, 45242, 116128, 33260, 47351, 61550, 116649,
	    11927, 20590, 35907, 107966, 28779, 57407, 54793, 104108 } },
	{ three_way, 0x7f0, true, {
	    2321, 121781, 36792, 51959, 21685, 67596, 27992, 59307,
	    13462, 118550, 37537, 55849, 48994, 100100, 58515, 78703,
	    11189, 98120, 45242, 116128, 33260, 47351, 61550, 116649,
	    11927, 20590, 35907, 107966, 28779, 57407, 54793, 104108 } },
	{ asymmetric, 1, true, {
	    2261, 15185, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026,
	    15972, 115059, 85191, 90330, 68190, 122819, 81830, 91132,
	    23460, 49807, 52426, 80391, 69567, 114474, 104973, 122568 } },
	/* The last one spoilt. */
	/* one index changed */
	{ asymmetric, 1, false, {
	    2262, 15185, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026,
	    15972, 115059, 85191, 90330, 68190, 122819, 81830, 91132,
	    23460, 49807, 52426, 80391, 69567, 114474, 104973, 122568 } },
	/* two exchanged */
	{ asymmetric, 1, false, {
	    45858, 15185, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 2261, 116805, 92842, 111026,
	    15972, 115059, 85191, 90330, 68190, 122819, 81830, 91132,
	    23460, 49807, 52426, 80391, 69567, 114474, 104973, 122568 } },
	/* first pair reversed */
	{ asymmetric, 1, false, {
	    15185, 2261, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026,
	    15972, 115059, 85191, 90330, 68190, 122819, 81830, 91132,
	    23460, 49807, 52426, 80391, 69567, 114474, 104973, 122568 } },
	/* first and second pair exchanged */
	{ asymmetric, 1, false, {
	    36112, 104243, 2261, 15185, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026,
	    15972, 115059, 85191, 90330, 68190, 122819, 81830, 91132,
	    23460, 49807, 52426, 80391, 69567, 114474, 104973, 122568 } },
	/* last two pairs exchanged */
	{ asymmetric, 1, false, {
	    2261, 15185, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026,
	    15972, 115059, 85191, 90330, 68190, 122819, 81830, 91132,
	    23460, 49807, 52426, 80391, 104973, 122568, 69567, 114474 } },
	/* halves exchanged */
	{ asymmetric, 1, false, {
	    15972, 115059, 85191, 90330, 68190, 122819, 81830, 91132,
	    23460, 49807, 52426, 80391, 69567, 114474, 104973, 122568,
	    2261, 15185, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026 } },
	/* sorted */
	{ asymmetric, 1, false, {
	    2261, 15185, 15972, 23460, 23779, 32642, 36112, 45858,
	    49807, 52426, 68190, 69567, 69878, 76925, 80080, 80391,
	    81830, 85191, 90330, 91132, 92842, 104243, 104973, 111026,
	    114474, 115059, 116805, 118332, 118390, 122568, 122819, 130041 } },
	/* every index twice */
	{ asymmetric, 1, false, {
	    2261, 2261, 15185, 15185, 36112, 36112, 104243, 104243,
	    23779, 23779, 118390, 118390, 118332, 118332, 130041, 130041,
	    32642, 32642, 69878, 69878, 76925, 76925, 80080, 80080,
	    45858, 45858, 116805, 116805, 92842, 92842, 111026, 111026 } },
	/* first half twice */
	{ asymmetric, 1, false, {
	    2261, 15185, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026,
	    2261, 15185, 36112, 104243, 23779, 118390, 118332, 130041,
	    32642, 69878, 76925, 80080, 45858, 116805, 92842, 111026 } },
	/* clang-format on */
};

static bool small_valid(const char *input, unsigned nonce,
			const uint32_t index[32])
{
	uint8_t all[128] = { 0 }, solution[68];
	const size_t n = strlen(input);

	memcpy(all, input, n);
	all[n] = (uint8_t)nonce;
	all[n + 1] = (uint8_t)(nonce >> 8);
	pack(solution, index, 32, 17);
	return equihash_valid(&small, (struct span){ all, n + 32 },
			      (struct span){ solution, sizeof(solution) });
}

static void test_zcash_vectors(void)
{
	OK(equihash_solution_size(&small) == 68);
	for (size_t i = 0; i < COUNT(zcash); i++) {
		OK(small_valid(zcash[i].input, zcash[i].nonce,
			       zcash[i].index) == zcash[i].good);
		OK(!small_valid(zcash[i].input, zcash[i].nonce + 1,
				zcash[i].index));
	}
}

static uint8_t header[EQUIHASH_ZCASH_HEADER];
static uint8_t solution[EQUIHASH_ZCASH_SOLUTION];

static bool valid(void)
{
	return equihash_valid(&equihash_zcash,
			      (struct span){ header, sizeof(header) },
			      (struct span){ solution, sizeof(solution) });
}

static void test_genesis(void)
{
	OK(hex_bytes(header, sizeof(header), text(genesis_header)));
	OK(hex_bytes(solution, sizeof(solution), text(genesis_solution)));
	OK(equihash_solution_size(&equihash_zcash) == sizeof(solution));
	OK(valid());
}

static void test_every_bit(void)
{
	unsigned accepted = 0;

	for (size_t i = 0; i < 8 * sizeof(solution); i++) {
		solution[i / 8] ^= (uint8_t)(1 << i % 8);
		accepted += valid();
		solution[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	OK(accepted == 0);
	for (size_t i = 0; i < 8 * sizeof(header); i++) {
		header[i / 8] ^= (uint8_t)(1 << i % 8);
		accepted += valid();
		header[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	OK(accepted == 0 && valid());
}

/* Each in memory of exactly its size; and a byte too many. */
static void test_sizes(void)
{
	unsigned accepted = 0;

	for (size_t n = 0; n <= sizeof(solution) + 1; n++) {
		uint8_t *exact = calloc(n + !n, 1);
		const size_t some = n < sizeof(solution) ? n : sizeof(solution);

		memcpy(exact, solution, some);
		accepted +=
			equihash_valid(&equihash_zcash,
				       (struct span){ header, sizeof(header) },
				       (struct span){ exact, n });
		free(exact);
	}
	OK(accepted == 1);
	for (size_t n = 0; n < sizeof(header); n++) {
		uint8_t *exact = malloc(n + !n);

		memcpy(exact, header, n);
		accepted += equihash_valid(
			&equihash_zcash, (struct span){ exact, n },
			(struct span){ solution, sizeof(solution) });
		free(exact);
	}
	OK(accepted == 1);
}

/* The same tree with two sibling subtrees in the other's place: every xor is
 * what it was, only the order tells. */
static void test_order(void)
{
	uint32_t index[512], turned[512];
	unsigned accepted = 0, tried = 0;

	unpack(index, solution, 512, 21);
	for (size_t half = 1; half < 512; half *= 2) {
		for (size_t at = 0; at < 512; at += 2 * half) {
			memcpy(turned, index, sizeof(index));
			memcpy(turned + at, index + at + half,
			       half * sizeof(*index));
			memcpy(turned + at + half, index + at,
			       half * sizeof(*index));
			pack(solution, turned, 512, 21);
			accepted += valid();
			tried++;
		}
	}
	OK(accepted == 0 && tried == 511);
	pack(solution, index, 512, 21);
	OK(valid());
}

/* Random damage of all sizes: bytes, runs, indices exchanged or repeated. */
static void damage(uint32_t index[512])
{
	const unsigned a = rng(512), b = rng(512);
	const uint32_t kept = index[a];

	switch (rng(4)) {
	case 0:
		index[a] = rng(1 << 21);
		break;
	case 1:
		index[a] = index[b];
		break;
	case 2:
		index[a] = index[b];
		index[b] = kept;
		break;
	default:
		for (unsigned i = a; i < 512 && i < a + 1 + b / 8; i++)
			index[i] = rng(1 << 21);
	}
}

static void test_damage(void)
{
	uint32_t index[512], damaged[512];
	uint8_t good[sizeof(solution)];
	unsigned wrong = 0, changed = 0;

	memcpy(good, solution, sizeof(good));
	unpack(index, solution, 512, 21);
	for (unsigned i = 0; i < 5000; i++) {
		memcpy(damaged, index, sizeof(index));
		for (unsigned times = 1 + rng(4); times > 0; times--)
			damage(damaged);
		pack(solution, damaged, 512, 21);

		const bool same = !memcmp(good, solution, sizeof(good));

		changed += !same;
		wrong += valid() != same;
	}
	OK(wrong == 0 && changed > 4900);
	memcpy(solution, good, sizeof(good));
	OK(valid());
}

/* A puzzle so small that all its solutions are found by trying: 128 leaves of
 * 24 bits, trees of 8, 6 more bits to collide at each height. The search knows
 * no order of evaluation, packing or early end; it is the definition, height
 * by height. It keeps trees that are almost solutions: that have an index
 * twice, or pairs that collide in 4 bits only. */
static const struct equihash tiny = { .n = 24, .k = 3, .personal = "a puzzle" };

struct tree {
	uint32_t sum; /* 24 bits, the first ones highest */
	uint32_t index[8];
	bool loose; /* some pair collides in less than 6 bits */
};

#define LEAVES    128
#define TREES_MAX 4096

static void tiny_leaves(struct tree *leaf, uint8_t nonce)
{
	static const uint8_t personal[16] = { 'a', ' ', 'p', 'u', 'z', 'z',
					      'l', 'e', 24,  0,   0,   0,
					      3,   0,   0,   0 };
	uint8_t msg[5] = { nonce }, all[63];

	for (unsigned i = 0; i < LEAVES; i++) {
		const uint8_t *sum = all + i % 21 * 3;

		msg[1] = (uint8_t)(i / 21);
		crypto_generichash_blake2b_salt_personal(
			all, 63, msg, sizeof(msg), NULL, 0, NULL, personal);
		leaf[i].sum =
			(uint32_t)sum[0] << 16 | (uint32_t)sum[1] << 8 | sum[2];
		leaf[i].index[0] = i;
		leaf[i].loose = false;
	}
}

/* Trees of width leaves into trees of twice as many that begin with zeros. */
static size_t tiny_join(struct tree *out, const struct tree *in, size_t count,
			unsigned width, unsigned zeros)
{
	size_t num_out = 0;

	for (size_t i = 0; i < count * count; i++) {
		const struct tree *a = &in[i / count], *b = &in[i % count];
		const uint32_t sum = a->sum ^ b->sum;

		if (a->index[0] >= b->index[0] || sum >> (24 - zeros) ||
		    num_out == TREES_MAX)
			continue;

		struct tree *t = &out[num_out++];

		t->sum = sum;
		t->loose = a->loose || b->loose || (width == 1 && sum >> 18);
		memcpy(t->index, a->index, width * sizeof(*t->index));
		memcpy(t->index + width, b->index, width * sizeof(*t->index));
	}
	return num_out;
}

static bool repeats(const struct tree *t)
{
	for (unsigned i = 0; i < 64; i++) {
		if (i / 8 != i % 8 && t->index[i / 8] == t->index[i % 8])
			return true;
	}
	return false;
}

static bool tiny_valid(uint8_t nonce, const struct tree *t)
{
	uint8_t packed[7];

	pack(packed, t->index, 8, 7);
	return equihash_valid(&tiny, (struct span){ &nonce, 1 },
			      (struct span){ packed, sizeof(packed) });
}

static void test_all_of_tiny(void)
{
	static struct tree a[TREES_MAX], b[TREES_MAX];
	unsigned num_good = 0, num_repeat = 0, num_loose = 0, wrong = 0;
	bool all_kept = true;

	OK(equihash_solution_size(&tiny) == 7);
	for (unsigned nonce = 0; nonce < 100; nonce++) {
		size_t count = LEAVES;

		tiny_leaves(a, (uint8_t)nonce);
		count = tiny_join(b, a, count, 1, 4);
		count = tiny_join(a, b, count, 2, 12);
		count = tiny_join(b, a, count, 4, 24);
		all_kept = all_kept && count < TREES_MAX;
		for (size_t i = 0; i < count; i++) {
			const bool good = !b[i].loose && !repeats(&b[i]);

			num_good += good;
			num_loose += b[i].loose && !repeats(&b[i]);
			num_repeat += repeats(&b[i]) && !b[i].loose;
			wrong += tiny_valid((uint8_t)nonce, &b[i]) != good;
		}
	}
	printf("# %u solutions, %u with a loose pair, %u with an index twice\n",
	       num_good, num_loose, num_repeat);
	OK(all_kept && wrong == 0);
	OK(num_good > 100 && num_loose > 100 && num_repeat > 10);
}

int main(void)
{
	test_zcash_vectors();
	test_genesis();
	test_every_bit();
	test_sizes();
	test_order();
	test_damage();
	test_all_of_tiny();
	return tap_end();
}
