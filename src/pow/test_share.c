#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "pow/share.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PART_MAX 1024

/* Shares rebuilt with an independent script in Python. The blocks are the
 * chain's own (their header and hash are public); where a coinbase was cut
 * into extranonce1 and extranonce2 is our choice. */
static const struct vector {
	const char *name, *coinbase1, *extranonce1, *extranonce2, *coinbase2;
	const char *branches, *previous;
	uint32_t version, nbits, ntime, nonce;
	bool has_version_bits;
	uint32_t version_bits, version_mask;
	enum target_unit unit;
	const char *difficulty; /* of the target that the share meets */
	const char *header, *hash;
	double share_difficulty;
} vectors[] = {
	/* clang-format off */
	{ "lab: cpuminer on a private chain, difficulty 0.004",
	  "0100000001000000000000000000000000000000000000000000000000000000"
	  "0000000000ffffffff10028900046b02fd7d",
	  "00000000", "00000000",
	  "ffffffff0295bc092a010000001976a91405fcc67e0d7f733e9281573658efd6"
	  "4811bb3dd388ac0000000000000000266a24aa21a9edf9f686e8d4c3f9f0605e"
	  "1e0daeb111f23b654ff231cdfef1ecb2383592c360f100000000",
	  "26ffea6ec2104fff9d8dd2b46e97d13a0dd90b640902d134df36d145f7497cc1"
	  "9af76650de598e625aadec996d26a337a23f8fff3023e6d22cee7fb00537d9e5"
	  "87047941185b8c80103348fa28f6e962a20c4fd436dfedbc31352d9a55120709"
	  "7d52ec4788bb3ab73c5c2cecd1c58c10f057fbd9f9f3a1a8aef511f766236e29"
	  "d87c139276d69c1bd28b22c8a4d5032c06de320bb4f7ede35dea002398281b9e"
	  "d6d085cd443d06dfefc14696c325709d2fc7e596ce0e1f06b032f2607ff64204",
	  "626b6342f19111e70ac478da9223e6758aa3060f1d0f8dc30a94714303000000",
	  0x20000000, 0x1d03fffc, 0x6b02fd7d, 0x9ca7a000, false, 0x00000000, 0x00000000,
	  TARGET_SHA256D, "0.004",
	  "00000020626b6342f19111e70ac478da9223e6758aa3060f1d0f8dc30a947143"
	  "030000003d9dcd14ae85019d4b262c56429b5bf854b1011990b6e34ad667ddb0"
	  "01bdf5bd7dfd026bfcff031d00a0a79c",
	  "000000072d87cddb20cfed5e6beab9847f0d0c6fd1422a2ed95bf38743cec1d9", 0.13931529074420335 },
	{ "block 482,683",
	  "0100000001000000000000000000000000000000000000000000000000000000"
	  "0000000000ffffffff31037b5d07244d696e656420627920416e74506f6f6c73"
	  "2f4542312f4144362f4e59412f232059a70b",
	  "b9450f00", "000cbd00",
	  "00ffffffff02d584e94a000000001976a9143abf61fe3281230780ed82676f9f"
	  "a971e95f7ac188ac0000000000000000266a24aa21a9ed0f8b0182863aa4713e"
	  "94bb72c47c57dcbae7de8f3df2af23453f60f1965dab7700000000",
	  "cb46cd2a3fda9520ef43a9337a9fb193eb17a400d42b42546fdd2d6cf34623ef"
	  "054e5ebcc623bec0ef841b7931c5fb293388256446885e78c5528f4423c6dcc9"
	  "a8c3e63104dc5184bb953768aca61ac08c5aaa9682059b0b6ea0f9ca0157c5a1"
	  "d90f1e8a6b8e8b135ff07956e6683825c15dc1d604b0c4727628ca0b8e9cf824",
	  "87acaa164512f77292a407da8547a97c8cc20baa68854f000000000000000000",
	  0x20000002, 0x18013ce9, 0x59a70bb9, 0x570a4056, false, 0x00000000, 0x00000000,
	  TARGET_SHA256D, "888171856257.3205",
	  "0200002087acaa164512f77292a407da8547a97c8cc20baa68854f0000000000"
	  "000000009fcfae9476e32fcffb8c53de66013196057bdaa64663581878a0c783"
	  "29bc8808b90ba759e93c011856400a57",
	  "000000000000000000c238240ef6dcb26c37e75e16514e6ffc0aef7eee73e747", 1449241560655.47 },
	{ "block 702,861: a rolled version",
	  "0200000001000000000000000000000000000000000000000000000000000000"
	  "0000000000ffffffff58038db90a0475a45561fabe6d6db43c2ece440513219d"
	  "ecd96f67a31bf0191f9a5f2d6c952e5029005e3d30f562040000001e34c5f062"
	  "696e616e63652f6672323134818226021704",
	  "159799809b19f82f", "7807000000000000",
	  "ffffffff02f53f8c25000000001600143156afc4249915008020f932783319f3"
	  "e610b97d0000000000000000266a24aa21a9ed71bfcc287cd6271682f35f5fba"
	  "3963861571e0f186899eb0a41a5ebc360a3faa00000000",
	  "f0a4506db7e1d2deb5bfc216b67dbb04b389997172322ffbea33909b6817f77b"
	  "a25f8476db623e38399e4e03264be4e7c071d30aa55e8b84b4d7192e2dfb3ec3"
	  "edd33e190dc2dfba2544371a9f67f0f2bcc1eb8770a7dab95061d369afef1663"
	  "69b9d0464b38b83e7927e85dac07dcde156b78c4bd787d44a79df9fb0f398bfc"
	  "d995c1154c5c4f26a3fac78b71d9a55700bb9efe82b3d4568bb13241996544c2"
	  "fce87b18abcb2a50baae34308b38978ffa0815982b27af42508f2ff1b9f099f7"
	  "7272655644ab1aa97f70b12611e3348d19f8746c98ee7197487a641e427d1a28"
	  "3d938ce02a7ddeb7d7c9b0074bf9f2b0442e0291f935c76d736d76ca201fbad4"
	  "6166b96f7c77610d4ee1d4fd8149506d0f3d295d4eced1ae91e80fc3ed1c4a39"
	  "9043ccb97e76afce49a80d696bfa172029002434d8b8c4eeadf6e7e620a3dd03"
	  "c99fde101018ab06e45a50f6832d2249d3f048c15ec885d35905920590858ccf"
	  "593cfabbb80ed5f0182b0984682937dbd0223428c45d1763a9ee9306ba96cf7e",
	  "5f3b2119529dc4013ff0f427a457bed706e7b5b8dec309000000000000000000",
	  0x20000004, 0x170ed0eb, 0x6155a491, 0x41dad6e3, true, 0x1fffe000, 0x1fffe000,
	  TARGET_SHA256D, "18997641161758",
	  "04e0ff3f5f3b2119529dc4013ff0f427a457bed706e7b5b8dec3090000000000"
	  "0000000022906797f7ab258c0f896c35b2d6725c0554f579af99754b241aec8c"
	  "76727d4091a45561ebd00e17e3d6da41",
	  "000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae", 5758480135129432.0 },
	{ "block 9: no branch, no extranonce1",
	  "0100000001000000000000000000000000000000000000000000000000000000"
	  "0000000000ffffffff0704ffff001d01",
	  "", "34",
	  "ffffffff0100f2052a0100000043410411db93e1dcdb8a016b49840f8c53bc1e"
	  "b68a382e97b1482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa"
	  "9b8b64f9d4c03f999b8643f656b412a3ac00000000",
	  "",
	  "c60ddef1b7618ca2348a46e868afc26e3efc68226c78aa47f8488c4000000000",
	  0x00000001, 0x1d00ffff, 0x4966ca7f, 0x534f4028, false, 0x00000000, 0x00000000,
	  TARGET_SHA256D, "1",
	  "01000000c60ddef1b7618ca2348a46e868afc26e3efc68226c78aa47f8488c40"
	  "00000000c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce2585"
	  "7fcd37047fca6649ffff001d28404f53",
	  "000000008d9dc510f23c2657fc4f67bea30078cc05a90eb89e84cc475c080805", 1.80767408134163 },
	{ "Litecoin block 0: scrypt",
	  "0100000001000000000000000000000000000000000000000000000000000000"
	  "0000000000ffffffff4804ffff001d0104404e592054696d65732030352f4f63"
	  "742f32303131205374657665204a6f62732c204170706c65e280997320566973"
	  "696f6e61",
	  "72792c20", "44696573",
	  "206174203536ffffffff0100f2052a010000004341040184710fa689ad502369"
	  "0c80f3a49c8f13f8d45b8c857fbcbc8bc4a8e4d3eb4b10f4d4604fa08dce601a"
	  "af0f470216fe1b51850b4acf21b179c45070ac7b03a9ac00000000",
	  "",
	  "0000000000000000000000000000000000000000000000000000000000000000",
	  0x00000001, 0x1e0ffff0, 0x4e8eaab9, 0x7c3f51cd, false, 0x00000000, 0x00000000,
	  TARGET_SCRYPT, "12",
	  "0100000000000000000000000000000000000000000000000000000000000000"
	  "00000000d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd97bee6"
	  "bafbdd97b9aa8e4ef0ff0f1ecd513f7c",
	  "0000050c34a64b415b6b15b37f2216634b5b1669cb9a2e38d76f7213b0671e00", 50.715611225556124 },
	/* clang-format on */
};

/* A vector as bytes, each of its parts free to be changed. */
struct share {
	uint8_t coinbase1[PART_MAX], coinbase2[PART_MAX], branches[PART_MAX];
	uint8_t extranonce1[16], extranonce2[16];
	struct share_job job;
	struct share_submit submit;
	struct target target;
};

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct span unhex(uint8_t *room, size_t max, const char *hex)
{
	size_t n = 0;

	if (!hex_parse(room, &n, max, text(hex)))
		abort();
	return (struct span){ room, n };
}

static struct share *share_from(const struct vector *v)
{
	struct share *s = mem_new(1, sizeof(*s));

	s->job.coinbase1 = unhex(s->coinbase1, PART_MAX, v->coinbase1);
	s->job.coinbase2 = unhex(s->coinbase2, PART_MAX, v->coinbase2);
	s->job.branches = unhex(s->branches, PART_MAX, v->branches);
	unhex(s->job.previous, 32, v->previous);
	s->job.version = v->version;
	s->job.nbits = v->nbits;
	s->submit.extranonce1 = unhex(s->extranonce1, 16, v->extranonce1);
	s->submit.extranonce2 = unhex(s->extranonce2, 16, v->extranonce2);
	s->submit.ntime = v->ntime;
	s->submit.nonce = v->nonce;
	s->submit.has_version_bits = v->has_version_bits;
	s->submit.version_bits = v->version_bits;
	s->submit.version_mask = v->version_mask;
	if (!target_from_difficulty(&s->target, text(v->difficulty), v->unit))
		abort();
	return s;
}

static bool meets(const struct share *s, enum target_unit unit)
{
	uint8_t header[HEADER_SIZE], hash[32];

	if (!share_header(header, &s->job, &s->submit))
		return false;
	share_hash(hash, header, unit);
	return target_met(hash, &s->target);
}

static void test_vectors(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct share *s = share_from(v);
		uint8_t header[HEADER_SIZE] = { 0 }, want[HEADER_SIZE];
		uint8_t hash[32];
		char hash_text[65];

		printf("# %s\n", v->name);
		unhex(want, sizeof(want), v->header);
		OK(share_header(header, &s->job, &s->submit));
		OK(!memcmp(header, want, sizeof(want)));
		share_hash(hash, header, v->unit);
		OK(!strcmp(hex_text_reversed(hash_text, hash, 32), v->hash));
		OK(target_met(hash, &s->target));

		const struct target value = target_of_hash(hash);
		const double d = target_difficulty(&value, v->unit);

		OK(fabs(d / v->share_difficulty - 1) < 1e-12);
		free(s);
	}
}

/* Flips every bit of p in turn; how many of them still met the target? */
static unsigned flips_that_pass(const struct share *s, enum target_unit unit,
				void *p, size_t n)
{
	uint8_t *byte = p;
	unsigned passed = 0;

	for (size_t i = 0; i < n * 8; i++) {
		byte[i / 8] ^= (uint8_t)(1 << i % 8);
		passed += meets(s, unit);
		byte[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	return passed;
}

/* The negative control: no part of a share can be changed. */
static void test_no_bit_is_free(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const enum target_unit u = vectors[i].unit;
		struct share *s = share_from(&vectors[i]);

		printf("# %s\n", vectors[i].name);
		OK(meets(s, u));
		OK(!flips_that_pass(s, u, s->coinbase1, s->job.coinbase1.n));
		OK(!flips_that_pass(s, u, s->coinbase2, s->job.coinbase2.n));
		OK(!flips_that_pass(s, u, s->branches, s->job.branches.n));
		OK(!flips_that_pass(s, u, s->extranonce1,
				    s->submit.extranonce1.n));
		OK(!flips_that_pass(s, u, s->extranonce2,
				    s->submit.extranonce2.n));
		OK(!flips_that_pass(s, u, s->job.previous, 32));
		OK(!flips_that_pass(s, u, &s->job.nbits, 4));
		OK(!flips_that_pass(s, u, &s->submit.ntime, 4));
		OK(!flips_that_pass(s, u, &s->submit.nonce, 4));
		if (s->submit.has_version_bits)
			OK(!flips_that_pass(s, u, &s->submit.version_bits, 4));
		else
			OK(!flips_that_pass(s, u, &s->job.version, 4));
		OK(meets(s, u)); /* all were put back */
		free(s);
	}
}

/* Extranonces swapped, a branch less, a byte moved across a border. */
static void test_order_matters(void)
{
	struct share *s = share_from(&vectors[1]);
	const struct span first = s->submit.extranonce1;

	s->submit.extranonce1 = s->submit.extranonce2;
	s->submit.extranonce2 = first;
	OK(!meets(s, TARGET_SHA256D));
	s->submit.extranonce2 = s->submit.extranonce1;
	s->submit.extranonce1 = first;
	OK(meets(s, TARGET_SHA256D));
	s->job.branches.n -= 32;
	OK(!meets(s, TARGET_SHA256D));
	s->job.branches.n += 32;
	/* Where one part ends and the next begins does not matter. */
	s->extranonce1[first.n] = s->extranonce2[0];
	s->submit.extranonce1.n++;
	s->submit.extranonce2.p++;
	s->submit.extranonce2.n--;
	OK(meets(s, TARGET_SHA256D));
	free(s);
}

static void test_version_bits(void)
{
	static const struct {
		uint32_t version, bits, mask, want;
		bool good;
	} rolls[] = {
		{ 0x20000004, 0x1fffe000, SHARE_VERSION_MASK, 0x3fffe004,
		  true },
		{ 0x3fffe004, 0, SHARE_VERSION_MASK, 0x20000004, true },
		{ 0x20000000, 0x00002000, SHARE_VERSION_MASK, 0x20002000,
		  true },
		{ 0x20000000, 0x00001000, SHARE_VERSION_MASK, 0, false },
		{ 0x20000000, 0x20000000, SHARE_VERSION_MASK, 0, false },
		{ 0x20000000, 0xffffffff, 0xffffffff, 0xffffffff, true },
		{ 0x20000000, 0, 0, 0x20000000, true },
		{ 0x20000000, 1, 0, 0, false },
	};

	for (size_t i = 0; i < COUNT(rolls); i++) {
		struct share *s = share_from(&vectors[0]);
		uint8_t header[HEADER_SIZE], before[HEADER_SIZE];
		struct header h;

		memset(header, 7, sizeof(header));
		memcpy(before, header, sizeof(header));
		s->job.version = rolls[i].version;
		s->submit.has_version_bits = true;
		s->submit.version_bits = rolls[i].bits;
		s->submit.version_mask = rolls[i].mask;
		OK(share_header(header, &s->job, &s->submit) == rolls[i].good);
		header_read(&h, header);
		OK(rolls[i].good ? h.version == rolls[i].want
				 : !memcmp(header, before, sizeof(header)));
		/* Without bits the mask is not looked at. */
		s->submit.has_version_bits = false;
		OK(share_header(header, &s->job, &s->submit));
		header_read(&h, header);
		OK(h.version == rolls[i].version);
		free(s);
	}
}

static void test_limits(void)
{
	struct share *s = share_from(&vectors[0]);
	uint8_t *large = mem_new(SHARE_COINBASE_MAX + 1, 1);
	uint8_t header[HEADER_SIZE], again[HEADER_SIZE];
	uint32_t length = 99;

	s->job.branches.n--;
	OK(!share_header(header, &s->job, &s->submit));
	s->job.branches.n++;

	/* 4 KiB is where the heap begins: the same bytes, cut differently. */
	for (size_t n = 4080; n < 4104; n++) {
		s->job.coinbase1 = (struct span){ large, n };
		s->job.coinbase2 = (struct span){ large, 0 };
		s->submit.extranonce1.n = 0;
		s->submit.extranonce2.n = 0;
		OK(share_header(header, &s->job, &s->submit));
		s->job.coinbase1.n = 1;
		s->job.coinbase2.n = n - 1;
		OK(share_header(again, &s->job, &s->submit));
		OK(!memcmp(header, again, sizeof(header)));
	}
	s->job.coinbase1 = (struct span){ large, 1 };
	s->job.coinbase2 = (struct span){ large, SHARE_COINBASE_MAX - 1 };
	OK(share_header(header, &s->job, &s->submit));
	s->job.coinbase2.n++;
	OK(!share_header(header, &s->job, &s->submit));
	OK(share_extranonce1_length(&length, &s->job, 0) == 0);
	s->job.coinbase2.n = SIZE_MAX; /* sums that would wrap */
	OK(!share_header(header, &s->job, &s->submit));
	OK(share_extranonce1_length(&length, &s->job, 0) == 0);
	s->job.coinbase2.n = 0;
	OK(share_extranonce1_length(&length, &s->job, UINT32_MAX) == 0);
	OK(length == 99);
	free(large);
	free(s);
}

static void test_extranonce1_length(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct share *s = share_from(&vectors[i]);
		const uint32_t first = (uint32_t)s->submit.extranonce1.n;
		const uint32_t both = first + (uint32_t)s->submit.extranonce2.n;

		printf("# %s\n", vectors[i].name);
		for (uint32_t second = 0; second <= both + 4; second++) {
			const bool fits = second <= both && both - second <= 16;
			uint32_t length = 99;

			OK(share_extranonce1_length(&length, &s->job, second) ==
			   fits);
			OK(length == (fits ? both - second : 99));
		}
		s->job.coinbase2.n--; /* ends too early: nothing fits */
		OK(share_extranonce1_length(&(uint32_t){ 0 }, &s->job, 4) == 0);
		free(s);
	}
}

/* P2Pool hands out no extranonce1; its extranonce2 ends the script of the last
 * output, so that only the lock time is left for coinbase2. */
static void test_no_extranonce1(void)
{
	static const char coinbase1[] =
		"010000000100000000000000000000000000000000000000000000000000"
		"00000000000000ffffffff0402890000"
		"00000000"
		"02"
		"95bc092a01000000"
		"1976a91405fcc67e0d7f733e9281573658efd64811bb3dd388ac"
		"0000000000000000"
		"2a6a28"
		"01010101010101010101010101010101010101010101010101010101010101"
		"01";
	uint8_t first[PART_MAX];
	const uint8_t lock_time[4] = { 0 };
	const struct share_job job = {
		.coinbase1 = unhex(first, sizeof(first), coinbase1),
		.coinbase2 = { lock_time, sizeof(lock_time) },
	};
	uint32_t length = 99;

	OK(share_extranonce1_length(&length, &job, 8) == 1 && length == 0);
}

/* A hole behind the version may be empty, or four bytes of Peercoin's time. */
static void test_two_lengths_fit(void)
{
	struct share *s = share_from(&vectors[3]);
	uint8_t whole[PART_MAX], *at = whole;
	uint32_t length = 99;

	memcpy(at, s->coinbase1, s->job.coinbase1.n);
	at += s->job.coinbase1.n;
	memcpy(at, s->extranonce2, s->submit.extranonce2.n);
	at += s->submit.extranonce2.n;
	memcpy(at, s->coinbase2, s->job.coinbase2.n);
	at += s->job.coinbase2.n;
	s->job.coinbase1 = (struct span){ whole, 4 };
	s->job.coinbase2 = (struct span){ whole + 4, (size_t)(at - whole) - 4 };
	OK(share_extranonce1_length(&length, &s->job, 0) == 2 && length == 0);
	OK(share_extranonce1_length(&length, &s->job, 1) == 1 && length == 3);
	free(s);
}

int main(void)
{
	test_vectors();
	test_no_bit_is_free();
	test_order_matters();
	test_version_bits();
	test_limits();
	test_extranonce1_length();
	test_no_extranonce1();
	test_two_lengths_fit();
	return tap_end();
}
