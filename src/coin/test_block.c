#include "coin/block.h"
#include "coin/test_block_sample.h"
#include "coin/tx_walk.h"
#include "hash/sha256d.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What the nodes that made or keep them say. */
static const struct {
	const char *name, *hex, *hash, *root;
	uint32_t num_txs;
	size_t depth;
	uint64_t sat;
	bool has_height;
	uint32_t height;
	enum block_witness witness;
	const char *txids[5];
} known[] = {
	{ "block 0",
	  BLOCK_0,
	  "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
	  "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
	  1,
	  0,
	  5000000000,
	  false,
	  0,
	  BLOCK_WITNESS_NONE,
	  { "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33"
	    "b" } },
	{ "block 170",
	  BLOCK_170,
	  "00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee",
	  "7dac2c5666815c17a3b36427de37bb9d2e2c5ccec3f8633eb91a4205cb4c10ff",
	  2,
	  1,
	  5000000000,
	  false,
	  0,
	  BLOCK_WITNESS_NONE,
	  { "b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082",
	    "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e1"
	    "6" } },
	{ "regtest block 157",
	  BLOCK_REGTEST,
	  "00000000cb77792e9f64769623d22009868f6945cd1f1db7b52138841c67dac7",
	  "f79c6f976ac89148690b14e8a027d9ef0e0bb9aa65e90c117111fe91e157200d",
	  5,
	  3,
	  2500012580,
	  true,
	  157,
	  BLOCK_WITNESS_GOOD,
	  { "977c1838e8c21327ff7e3cc2f03c45bfc14e35ce10377ae8f24d92b58b7443e6",
	    "aae52e48210579d5b2f096ebf79051019cd76c3851b2b347a2e6f9ea4d98d2a5",
	    "d10aa3438e58e7ce4ba4f5a4e54750c87d8f8e782203f8b7aa83eb3616db7f2e",
	    "8b07c84d26a5544a9bb9d25581dcf01a104e59100d50ca1fbe387995763c6e42",
	    "bd7380c474d6d6920520b60d4113c5c4d1fadeba142cf64d6ed4b0d9010002e"
	    "0" } },
};

static void check_known(size_t i, const struct block *b)
{
	uint8_t hash[32];

	sha256d(hash, b->raw_header.p, b->raw_header.n);
	OK(sample_is(hash, known[i].hash));
	OK(sample_is(b->tree.root, known[i].root));
	OK(b->root_matches && !b->tree.has_twins);
	OK(b->num_txs == known[i].num_txs && b->tree.depth == known[i].depth);
	for (uint32_t k = 0; k < b->num_txs; k++)
		OK(sample_is(b->txids[k], known[i].txids[k]));
	OK(b->coinbase_sat == known[i].sat);
	OK(b->has_height == known[i].has_height &&
	   b->height == known[i].height);
	OK(b->witness == known[i].witness);
	OK(b->extension.n == 0);
}

static void test_known(void)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		uint8_t room[SAMPLE_MAX], hash[32],
			branch[MERKLE_DEPTH_MAX][32];
		struct block b;

		printf("# %s\n", known[i].name);
		OK(block_parse(&b, sample_bytes(room, known[i].hex)));
		check_known(i, &b);
		sha256d(hash, b.coinbase.p, b.coinbase.n);
		OK(!memcmp(hash, b.txids[0], 32));
		merkle_fold(hash, b.tree.branch[0], b.tree.depth);
		OK(!memcmp(hash, b.header.merkle_root, 32));
		/* The branch from what a template tells. */
		OK(block_merkle_branch(branch, b.txids[0] + 32,
				       b.num_txs - 1) == b.tree.depth);
		OK(!memcmp(branch, b.tree.branch, 32 * b.tree.depth));
		block_fini(&b);
	}
}

/* Parsed from a malloc of exactly its size, so that ASan sees one too far. */
static bool accepted(struct span in, struct block *out)
{
	uint8_t *exact = malloc(in.n ? in.n : 1);
	struct block b, before;

	memcpy(exact, in.p, in.n);
	memset(&b, 7, sizeof(b));
	before = b;
	const bool yes = block_parse(&b, (struct span){ exact, in.n });

	if (!yes && memcmp(&b, &before, sizeof(b)) != 0)
		abort();
	if (yes)
		block_fini(&b);
	free(exact);
	*out = b; /* its spans lead nowhere now */
	return yes;
}

static void test_every_truncation(void)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		uint8_t room[SAMPLE_MAX];
		const struct span in = sample_bytes(room, known[i].hex);
		struct block b;

		for (size_t n = 0; n < in.n; n++)
			OK(!accepted((struct span){ in.p, n }, &b));
		room[in.n] = 0; /* and one byte more */
		OK(!accepted((struct span){ in.p, in.n + 1 }, &b));
	}
}

/* Every bit behind the header is held by the root or, in a witness, by the
 * commitment; the root itself by its 256 bits. */
static void test_every_bit(void)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		uint8_t room[SAMPLE_MAX];
		const struct span in = sample_bytes(room, known[i].hex);
		size_t refused = 0, root = 0, witness = 0, missed = 0;
		struct block b;

		for (size_t bit = 36 * 8; bit < in.n * 8; bit++) {
			if (bit == 68 * 8) /* time, nBits, nonce */
				bit = 80 * 8;
			room[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (!accepted(in, &b))
				refused++;
			else if (!b.root_matches)
				root++;
			else if (b.witness == BLOCK_WITNESS_BAD)
				witness++;
			else
				missed++;
			room[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		printf("# %s: refused %zu, root %zu, witness %zu\n",
		       known[i].name, refused, root, witness);
		OK(missed == 0 && refused > 0 && root > 0);
		OK((witness > 0) == (known[i].witness == BLOCK_WITNESS_GOOD));
	}
}

/* The block again with its transactions as told: all without witness, or the
 * last one more time. */
static void make(struct buf *out, const struct block *b, bool strip, bool twice)
{
	struct cur c = cur_over(b->txs);
	struct buf scratch;
	struct tx_walk tx;

	buf_init(&scratch, SAMPLE_MAX);
	buf_clear(out);
	buf_add(out, b->raw_header.p, b->raw_header.n);
	buf_u8(out, (uint8_t)(b->num_txs + twice));
	while (cur_left(&c) && tx_walk(&tx, &c)) {
		const struct span s =
			strip ? tx_walk_stripped(&tx, &scratch) : tx.whole;

		buf_add(out, s.p, s.n);
	}
	if (twice)
		buf_add(out, tx.whole.p, tx.whole.n);
	buf_fini(&scratch);
}

static void test_variants(void)
{
	uint8_t room[SAMPLE_MAX];
	struct block b, other;
	struct buf made;

	buf_init(&made, SAMPLE_MAX);
	OK(block_parse(&b, sample_bytes(room, BLOCK_REGTEST)));

	make(&made, &b, false, true); /* CVE-2012-2459 */
	OK(accepted(buf_span(&made), &other));
	OK(other.root_matches && other.tree.has_twins && other.num_txs == 6);

	make(&made, &b, true, false);
	OK(block_parse(&other, buf_span(&made)));
	OK(other.root_matches && !other.tree.has_twins);
	OK(other.witness == BLOCK_WITNESS_STRIPPED);
	OK(other.coinbase.n == b.coinbase.n &&
	   !memcmp(other.coinbase.p, b.coinbase.p, b.coinbase.n));
	block_fini(&other);
	block_fini(&b);
	buf_fini(&made);
}

/* The only place of a pattern in a block. */
static size_t find(struct span in, const char *hex)
{
	uint8_t room[SAMPLE_MAX];
	const struct span what = sample_bytes(room, hex);
	const uint8_t *at = memmem(in.p, in.n, what.p, what.n);

	if (!at)
		abort();
	return (size_t)(at - in.p);
}

static void test_commitment(void)
{
	uint8_t room[SAMPLE_MAX];
	const struct span in = sample_bytes(room, BLOCK_REGTEST);
	const size_t at = find(in, "6a24aa21a9ed");
	struct block b;

	room[at + 5] ^= 1; /* another announcement */
	OK(accepted(in, &b) && b.witness == BLOCK_WITNESS_MISSING);
	room[at + 5] ^= 1;
	room[at + 37] ^= 1; /* the commitment's last byte */
	OK(accepted(in, &b) && b.witness == BLOCK_WITNESS_BAD);
	room[at + 37] ^= 1;
	OK(accepted(in, &b) && b.witness == BLOCK_WITNESS_GOOD);
	/* The same bytes as a stack of 33 empty items. */
	const size_t value = find(in, "0120000000000000000000000000000000"
				      "00000000000000000000000000000000"
				      "00");

	room[value] = 33;
	room[value + 1] = 0;
	OK(accepted(in, &b) && b.witness == BLOCK_WITNESS_BAD);
	OK(b.root_matches);
	/* And one byte more in the only item. */
	memmove(room + value + 3, room + value + 2, in.n - value - 2);
	room[value] = 1;
	room[value + 1] = 33;
	OK(accepted((struct span){ in.p, in.n + 1 }, &b));
	OK(b.witness == BLOCK_WITNESS_BAD && b.root_matches);
}

#define FIRST_TX 81 /* where it begins, with one byte of count before it */
#define NO_OTHERS                                                              \
	"e2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9"

/* As miners hand blocks in: the coinbase alone has no witness. And a block of
 * it alone, whose commitment is the same in all of them. */
static void test_filled(void)
{
	uint8_t room[SAMPLE_MAX], alone[32];
	const struct span in = sample_bytes(room, BLOCK_REGTEST);
	const size_t at = find(in, "6a24aa21a9ed") - 2;
	const size_t value =
		find(in, "012000000000000000000000000000000000") - 2;
	struct block b;

	memmove(room + FIRST_TX + 4, room + FIRST_TX + 6, in.n);
	memmove(room + value, room + value + 34, in.n - value - 36);
	const struct span less = { room, in.n - 36 };

	OK(accepted(less, &b) && b.root_matches);
	OK(b.witness == BLOCK_WITNESS_FILLED);
	room[at + 37] ^= 1;
	OK(accepted(less, &b) && b.witness == BLOCK_WITNESS_BAD);

	OK(hex_bytes(alone, sizeof(alone), sample_text(NO_OTHERS)));
	memcpy(room + at + 6, alone, sizeof(alone));
	room[FIRST_TX - 1] = 1;
	OK(accepted((struct span){ room, value + 4 }, &b));
	OK(b.witness == BLOCK_WITNESS_FILLED);
	room[at + 37] ^= 1;
	OK(accepted((struct span){ room, value + 4 }, &b));
	OK(b.witness == BLOCK_WITNESS_STRIPPED);
}

/* Two commitments in a coinbase: the last counts. The outputs are swapped in
 * for the one there is, so only the witness is of interest here. */
static void test_last_commitment(void)
{
	uint8_t room[SAMPLE_MAX], more[SAMPLE_MAX];
	const struct span in = sample_bytes(room, BLOCK_REGTEST);
	const size_t script = find(in, "266a24aa21a9ed") + 1;
	const size_t from = script - 9, n = 9 + 38;
	size_t count = 0;
	struct block b;

	OK(block_parse(&b, in));
	/* The count of outputs stands behind the sequence of the input. */
	count = (size_t)(b.coinbase_script.p - in.p) + b.coinbase_script.n + 4;
	block_fini(&b);
	for (int good_last = 0; good_last < 2; good_last++) {
		memcpy(more, in.p, from + n);
		memcpy(more + from + n, in.p + from, in.n - from);
		more[count]++;
		more[script + 20 + (good_last ? 0 : n)] ^= 1;
		OK(accepted((struct span){ more, in.n + n }, &b));
		OK(b.witness ==
		   (good_last ? BLOCK_WITNESS_GOOD : BLOCK_WITNESS_BAD));
		/* A byte too short, it does not count. */
		more[script + n - 1]--;
		memmove(more + script + n + 37, more + script + n + 38,
			in.n - script - 38);
		OK(accepted((struct span){ more, in.n + n - 1 }, &b));
		OK(b.witness ==
		   (good_last ? BLOCK_WITNESS_BAD : BLOCK_WITNESS_GOOD));
	}
}

#define SPENDS_NOTHING                                                         \
	"0000000000000000000000000000000000000000000000000000000000000000"     \
	"ffffffff"
#define HEADER                                                                 \
	"0200000000000000000000000000000000000000000000000000000000000000"     \
	"0000000000000000000000000000000000000000000000000000000000000000"     \
	"00000000000000000000000000000000"
#define COINBASE_OF(outputs)                                                   \
	"01000000"                                                             \
	"01" SPENDS_NOTHING "0403563412"                                       \
	"00000000" outputs "00000000"
#define PAY                                                                    \
	"00f2052a0100000001"                                                   \
	"6a"
#define PAY_ALL                                                                \
	"ffffffffffffffff01"                                                   \
	"6a"
#define COINBASE COINBASE_OF("01" PAY)
#define PLAIN                                                                  \
	"01000000"                                                             \
	"01"                                                                   \
	"1111111111111111111111111111111111111111111111111111111111111111"     \
	"00000000"                                                             \
	"00"                                                                   \
	"00000000"                                                             \
	"01" PAY "00000000"

static const struct {
	const char *why, *hex;
	bool good;
	size_t extension;
} made[] = {
	{ "a coinbase", HEADER "01" COINBASE, true, 0 },
	{ "and a payment", HEADER "02" COINBASE PLAIN, true, 0 },
	{ "no transaction", HEADER "00", false, 0 },
	{ "a payment first", HEADER "01" PLAIN, false, 0 },
	{ "more counted than there", HEADER "03" COINBASE PLAIN, false, 0 },
	{ "less counted than there", HEADER "01" COINBASE PLAIN, false, 0 },
	{ "a count longer than needed", HEADER "fd0100" COINBASE, false, 0 },
	{ "2^64 - 1 transactions", HEADER "ffffffffffffffffff" COINBASE, false,
	  0 },
	{ "outputs beyond 64 bits", HEADER "01" COINBASE_OF("02" PAY_ALL PAY),
	  false, 0 },
	{ "a HogEx last, without extension", HEADER "02" COINBASE HOGEX "00",
	  true, 1 },
	{ "a HogEx last, with an extension",
	  HEADER "02" COINBASE HOGEX "01aabb", true, 3 },
	{ "a HogEx last, and nothing", HEADER "02" COINBASE HOGEX, false, 0 },
	{ "a HogEx last, an extension of nothing",
	  HEADER "02" COINBASE HOGEX "01", false, 0 },
	{ "a HogEx last, something else behind it",
	  HEADER "02" COINBASE HOGEX "02aa", false, 0 },
	{ "no HogEx, something behind", HEADER "02" COINBASE PLAIN "01aabb",
	  false, 0 },
	{ "a HogEx in the middle", HEADER "03" COINBASE HOGEX PLAIN, false, 0 },
	{ "a HogEx alone", HEADER "01" HOGEX "00", false, 0 },
};

static void test_made(void)
{
	for (size_t i = 0; i < COUNT(made); i++) {
		uint8_t room[SAMPLE_MAX];
		struct block b;

		printf("# %s\n", made[i].why);
		OK(accepted(sample_bytes(room, made[i].hex), &b) ==
		   made[i].good);
		if (!made[i].good)
			continue;
		OK(b.extension.n == made[i].extension && !b.root_matches);
		OK(b.coinbase_sat == 5000000000);
		OK(b.has_height && b.height == 0x123456);
	}
}

/* The version says whether the first push is a height (BIP 34). */
static void test_versions(void)
{
	static const struct {
		uint8_t first, last;
		bool has_height;
	} versions[] = { { 0, 0, false },    { 1, 0, false },
			 { 2, 0, true },     { 0, 0x20, true },
			 { 0, 0x80, false }, { 4, 0x7f, true } };

	for (size_t i = 0; i < COUNT(versions); i++) {
		uint8_t room[SAMPLE_MAX];
		const struct span in = sample_bytes(room, HEADER "01" COINBASE);
		struct block b;

		room[0] = versions[i].first;
		room[3] = versions[i].last;
		OK(accepted(in, &b));
		OK(b.has_height == versions[i].has_height);
	}
}

#define NUM_MANY 5000

/* A payment with a script of n bytes, all of them salt's. */
static void add_payment(struct buf *b, uint32_t salt, uint16_t n, bool witness)
{
	static const uint8_t id[32] = { 1 };

	buf_le32(b, 2);
	if (witness)
		buf_add(b, "\0\1", 2);
	buf_u8(b, 1);
	buf_add(b, id, sizeof(id));
	buf_le32(b, salt);
	buf_u8(b, 0xfd);
	buf_u8(b, (uint8_t)n);
	buf_u8(b, (uint8_t)(n >> 8));
	for (uint16_t i = 0; i < n; i++)
		buf_u8(b, (uint8_t)(salt >> i % 3 * 8));
	buf_le32(b, 0);
	buf_add(b, "\1\0\0\0\0\0\0\0\0\0", 10);
	if (witness)
		buf_add(b, "\1\2ab", 4);
	buf_le32(b, 0);
}

/* Transactions of few and of many lengths, around the one up to which they
 * are hashed together, more of them than may wait for that. */
static void test_many(size_t num_lengths)
{
	uint8_t room[SAMPLE_MAX], txid[32];
	const struct span head = sample_bytes(room, HEADER "fd8813" COINBASE);
	size_t wrong = 0;
	struct buf raw, scratch;
	struct tx_walk tx;
	struct block b;

	buf_init(&raw, 16u << 20);
	buf_init(&scratch, SAMPLE_MAX);
	buf_add(&raw, head.p, head.n);
	for (uint32_t i = 1; i < NUM_MANY; i++)
		add_payment(&raw, i, (uint16_t)(257 + i % num_lengths * 3),
			    i % 3 == 0);
	OK(block_parse(&b, buf_span(&raw)) && b.num_txs == NUM_MANY);
	OK(b.witness == BLOCK_WITNESS_MISSING && !b.tree.has_twins);
	struct cur c = cur_over(b.txs);

	for (uint32_t i = 0; i < NUM_MANY && tx_walk(&tx, &c); i++) {
		const struct span s = tx_walk_stripped(&tx, &scratch);

		sha256d(txid, s.p, s.n);
		wrong += memcmp(txid, b.txids[i], sizeof(txid)) != 0;
	}
	OK(cur_done(&c) && wrong == 0);
	block_fini(&b);
	buf_fini(&scratch);
	buf_fini(&raw);
}

static void test_branch_of_nothing(void)
{
	uint8_t out[1][32];

	OK(block_merkle_branch(out, NULL, 0) == 0);
}

int main(void)
{
	test_known();
	test_every_truncation();
	test_every_bit();
	test_variants();
	test_commitment();
	test_last_commitment();
	test_filled();
	test_made();
	test_versions();
	test_many(1);
	test_many(290);
	test_branch_of_nothing();
	return tap_end();
}
