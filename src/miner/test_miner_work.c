#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "coin/test_block_sample.h"
#include "coin/tx_walk.h"
#include "miner/miner_work.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PART_MAX 1024

/* As in pow/test_share.c: a captured share, and a block of the chain, whose
 * bytes are public. unit is the number of the unit that has its extranonce2 and
 * its version bits. */
static const struct vector {
	const char *name, *coinbase1, *extranonce1, *extranonce2, *coinbase2;
	const char *branches, *previous;
	uint32_t version, nbits, ntime, nonce;
	uint64_t unit;
	uint32_t mask;
	const char *header;
} vectors[] = {
	/* clang-format off */
	{ "lab: cpuminer on a private chain",
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
	  0x20000000, 0x1d03fffc, 0x6b02fd7d, 0x9ca7a000, 0, 0,
	  "00000020626b6342f19111e70ac478da9223e6758aa3060f1d0f8dc30a947143"
	  "030000003d9dcd14ae85019d4b262c56429b5bf854b1011990b6e34ad667ddb0"
	  "01bdf5bd7dfd026bfcff031d00a0a79c" },
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
	  0x20000004, 0x170ed0eb, 0x6155a491, 0x41dad6e3, UINT64_C(0x778) * 8192 + 8191, 0x1fffe000,
	  "04e0ff3f5f3b2119529dc4013ff0f427a457bed706e7b5b8dec3090000000000"
	  "0000000022906797f7ab258c0f896c35b2d6725c0554f579af99754b241aec8c"
	  "76727d4091a45561ebd00e17e3d6da41" },
	/* clang-format on */
};

struct bytes {
	uint8_t room[PART_MAX];
	struct span span;
};

static struct span read_hex(struct bytes *b, const char *hex)
{
	size_t n;

	if (!hex_parse(b->room, &n, PART_MAX, sample_text(hex)))
		abort();
	b->span = (struct span){ b->room, n };
	return b->span;
}

static void vector(const struct vector *v)
{
	struct bytes part[4];
	uint8_t header[HEADER_SIZE], wanted[HEADER_SIZE];
	struct miner_work_parts p = {
		.id = sample_text(v->name),
		.job = { .coinbase1 = read_hex(&part[0], v->coinbase1),
			 .coinbase2 = read_hex(&part[1], v->coinbase2),
			 .branches = read_hex(&part[2], v->branches),
			 .version = v->version,
			 .nbits = v->nbits },
		.extranonce1 = read_hex(&part[3], v->extranonce1),
		.extranonce2_n = (uint32_t)strlen(v->extranonce2) / 2,
		.ntime = v->ntime,
		.has_mask = v->mask != 0,
		.mask = v->mask,
		.first_unit = v->unit,
	};
	struct miner_unit u;
	struct miner_choice choice;
	struct nonces_found found;
	struct nonces_job job;
	char text[2 * MINER_EXTRANONCE2_MAX + 1];

	if (!hex_bytes(p.job.previous, 32, sample_text(v->previous)) ||
	    !hex_bytes(wanted, sizeof(wanted), sample_text(v->header)))
		abort();
	struct miner_work *w = miner_work_new(&p);

	memset(part, 0, sizeof(part)); /* it has its own */
	OK(w && miner_work_draw(&u, w));
	OK(!strcmp(hex_text(text, u.first.extranonce2, p.extranonce2_n),
		   v->extranonce2));
	OK(u.num_versions == (v->mask ? 8 : 1));
	/* The one that was submitted is the last of those tried together. */
	choice = u.first;
	choice.nonce = v->nonce;
	choice.version_bits = v->mask;
	miner_work_header(header, w, &choice);
	OK(!memcmp(header, wanted, sizeof(header)));
	/* And the search finds it, and it alone. */
	choice.version_bits = 0;
	miner_work_header(header, w, &choice);
	nonces_prepare_versions(&job, header, u.version, u.num_versions);
	OK(nonces_search(&found, &job, v->nonce - 1000, 2000, 7) == 2000);
	OK(found.n == 1 && found.hit[0].nonce == v->nonce);
	OK((found.hit[0].version & v->mask) == v->mask);
	miner_work_put(w);
}

/* The block again, of its parts: the coinbase cut behind `at` bytes of its
 * form without witness, `middle` of them varied. */
static void whole_block(const char *hex, size_t at, uint32_t middle,
			uint32_t others)
{
	uint8_t room[SAMPLE_MAX];
	const struct span raw = sample_bytes(room, hex);
	struct cur c = cur_over(raw);
	struct buf scratch, out;
	struct tx_walk tx;
	struct miner_choice u = { .nonce = 0 };

	buf_init(&scratch, SAMPLE_MAX);
	buf_init(&out, SAMPLE_MAX);
	const struct span header = cur_take(&c, HEADER_SIZE);

	if (cur_u8(&c) != 1 + others || !tx_walk(&tx, &c))
		abort();
	const struct span coinbase = tx_walk_stripped(&tx, &scratch);
	const struct miner_work_parts p = {
		.extranonce2_n = middle,
		.job = { .coinbase1 = { coinbase.p, at },
			 .coinbase2 = { coinbase.p + at + middle,
					coinbase.n - at - middle } },
		.transactions = cur_take(&c, cur_left(&c)),
		.num_transactions = others,
		.has_witness = tx.has_witness,
	};

	memcpy(u.extranonce2, coinbase.p + at, middle);
	struct miner_work *w = miner_work_new(&p);

	OK(w && miner_work_block(&out, w, &u, header.p));
	OK(out.n == raw.n && !memcmp(out.p, raw.p, raw.n));
	miner_work_put(w);
	buf_fini(&scratch);
	buf_fini(&out);
}

/* Every unit differs from every other, and there are as many as there are. */
static void units(uint32_t extranonce2_n, uint32_t mask, uint64_t first,
		  uint64_t capacity, size_t at_once)
{
	static const uint8_t root[32];
	struct miner_work_parts p = { .first_unit = first,
				      .extranonce2_n = extranonce2_n,
				      .has_mask = mask != 0,
				      .mask = mask };
	const struct span one = { root, 32 };
	uint8_t *seen = mem_new(capacity * at_once, 1);
	struct miner_unit u;
	uint64_t n = 0, again = 0, outside = 0;

	if (extranonce2_n > 0)
		p.job.coinbase1 = one;
	else
		p.job.branches = one;
	struct miner_work *w = miner_work_new(&p);

	OK(w && w->capacity == capacity);
	while (w && miner_work_draw(&u, w)) {
		for (size_t i = 0; i < u.num_versions; i++) {
			/* The masks used here are the bits from 13 on. */
			uint64_t at = u.version[i] >> 13;

			outside += (u.version[i] & ~mask) != 0;
			at = at << (8 * extranonce2_n) |
			     (extranonce2_n ? u.first.extranonce2[0] : 0);
			at = at * MINER_UNIT_PARTS +
			     u.first.nonce / MINER_UNIT_NONCES;
			again += seen[at]++;
		}
		outside += u.first.version_bits != u.version[0];
		n++;
	}
	OK(n == capacity && again == 0 && outside == 0);
	miner_work_put(w);
	free(seen);
}

/* A bit of the mask that the job sets stays set, and is submitted. */
static void set_by_job(void)
{
	static const uint8_t root[32];
	const uint32_t mask = 0x1fffe000, own = 0x10004000;
	const struct miner_work_parts p = {
		.job = { .branches = { root, 32 },
			 .version = 0x20000004 | own },
		.has_mask = true,
		.mask = mask,
	};
	struct miner_work *w = miner_work_new(&p);
	struct miner_unit u;
	uint32_t seen = 0;

	OK(w && w->capacity == (UINT64_C(1) << 14) / NONCES_VERSIONS_MAX *
				       MINER_UNIT_PARTS);
	for (size_t n = 0; n < 4; n++) {
		OK(miner_work_draw(&u, w));
		for (size_t i = 0; i < u.num_versions; i++) {
			OK((u.version[i] & ~mask) == 0x20000004);
			OK((u.version[i] & own) == own);
			seen |= u.version[i];
		}
		OK(u.first.version_bits == (u.version[0] & mask));
	}
	OK((seen & mask) == (own | 0x7a000));
	miner_work_put(w);
}

static void refused(void)
{
	static const uint8_t bytes[64];
	const struct miner_work_parts uneven = {
		.job = { .coinbase1 = { bytes, 10 }, .branches = { bytes, 33 } }
	};
	const struct miner_work_parts rootless = { .ntime = 1 };
	struct miner_work_parts huge = { .extranonce2_n = 4 };

	OK(!miner_work_new(&uneven));
	OK(!miner_work_new(&rootless));
	huge.job.coinbase1.n = SHARE_COINBASE_MAX;
	uint8_t *much = mem_new(SHARE_COINBASE_MAX, 1);

	huge.job.coinbase1.p = much;
	OK(!miner_work_new(&huge));
	free(much);
}

/* Counts of transactions in every form (CompactSize). */
static void counts(void)
{
	static const uint8_t bytes[HEADER_SIZE];
	static const struct {
		uint32_t others;
		const char *hex;
	} count[] = { { 0, "01" },
		      { 251, "fc" },
		      { 252, "fdfd00" },
		      { 65534, "fdffff" },
		      { 65535, "fe00000100" } };
	struct miner_work_parts p = { .job = { .coinbase1 = { bytes, 50 },
					       .coinbase2 = { bytes, 10 } } };
	const struct miner_choice u = { .nonce = 0 };
	struct buf out;
	char text[11];

	buf_init(&out, 1024);
	for (size_t i = 0; i < COUNT(count); i++) {
		p.num_transactions = count[i].others;
		struct miner_work *w = miner_work_new(&p);

		buf_clear(&out);
		OK(w && miner_work_block(&out, w, &u, bytes));
		const size_t n = out.n - HEADER_SIZE - 60;

		OK(!strcmp(hex_text(text, out.p + HEADER_SIZE, n),
			   count[i].hex));
		miner_work_put(w);
	}
	buf_fini(&out);
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		vector(&vectors[i]);
	whole_block(BLOCK_REGTEST, 50, 8, 4);
	whole_block(BLOCK_170, 45, 3, 1);
	whole_block(BLOCK_0, 45, 0, 0);
	units(0, 0, 0, MINER_UNIT_PARTS, 1);
	units(0, 0, 1000003, MINER_UNIT_PARTS, 1);
	units(1, 0, 77, 256 * MINER_UNIT_PARTS, 1);
	units(1, 0x6000, UINT64_C(1) << 40, 256 * MINER_UNIT_PARTS, 4);
	units(1, 0x1e000, 5, 2 * 256 * MINER_UNIT_PARTS, 8);
	set_by_job();
	refused();
	counts();
	return tap_end();
}
