#include "coin/test_block_sample.h"
#include "coin/tx_walk.h"
#include "hash/sha256d.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define VERSION "01000000"
#define SPENT                                                                  \
	"11111111111111111111111111111111"                                     \
	"11111111111111111111111111111111"
#define IN                                                                     \
	SPENT "02000000"                                                       \
	      "03"                                                             \
	      "010203"                                                         \
	      "feffffff"
#define OUT                                                                    \
	"e803000000000000"                                                     \
	"02"                                                                   \
	"6a00"
#define LOCK "05000000"

static const struct {
	const char *why, *hex;
	bool good, has_witness, is_hogex;
	uint64_t num_inputs, num_outputs;
} made[] = {
	{ "plain", VERSION "01" IN "01" OUT LOCK, true, false, false, 1, 1 },
	{ "two and three", VERSION "02" IN IN "03" OUT OUT OUT LOCK, true,
	  false, false, 2, 3 },
	{ "a witness",
	  VERSION "0001"
		  "01" IN "01" OUT "02"
		  "00"
		  "01aa" LOCK,
	  true, true, false, 1, 1 },
	{ "a witness for the second input only",
	  VERSION "0001"
		  "02" IN IN "01" OUT "00"
		  "01"
		  "00" LOCK,
	  true, true, false, 2, 1 },
	{ "Litecoin's HogEx", HOGEX, true, false, true, 1, 1 },
	{ "a witness without any item",
	  VERSION "0001"
		  "01" IN "01" OUT "00" LOCK,
	  false, 0, 0, 0, 0 },
	{ "an item less than counted",
	  VERSION "0001"
		  "01" IN "01" OUT "09"
		  "00" LOCK,
	  false, 0, 0, 0, 0 },
	{ "2^64 - 1 items",
	  VERSION "0001"
		  "01" IN "01" OUT "ffffffffffffffffff" LOCK,
	  false, 0, 0, 0, 0 },
	{ "flag 0",
	  VERSION "0000"
		  "01" IN "01" OUT LOCK,
	  false, 0, 0, 0, 0 },
	{ "flag 9",
	  VERSION "0009"
		  "01" IN "01" OUT "01"
		  "00"
		  "00" LOCK,
	  false, 0, 0, 0, 0 },
	{ "flag 8 with a transaction inside",
	  VERSION "0008"
		  "01" IN "01" OUT "01" LOCK LOCK,
	  false, 0, 0, 0, 0 },
	{ "no input",
	  VERSION "0001"
		  "00"
		  "01" OUT "01"
		  "00" LOCK,
	  false, 0, 0, 0, 0 },
	{ "no output", VERSION "01" IN "00" LOCK, false, 0, 0, 0, 0 },
	{ "an input less than counted", VERSION "02" IN "01" OUT LOCK, false, 0,
	  0, 0, 0 },
	{ "2^64 - 1 inputs", VERSION "ffffffffffffffffff" IN "01" OUT LOCK,
	  false, 0, 0, 0, 0 },
	{ "2^64 - 1 outputs", VERSION "01" IN "ffffffffffffffffff" OUT LOCK,
	  false, 0, 0, 0, 0 },
	{ "2^32 outputs", VERSION "01" IN "ff0000000001000000" OUT LOCK, false,
	  0, 0, 0, 0 },
	{ "a script of 2^64 - 1 bytes",
	  VERSION "01" IN "01"
		  "e803000000000000"
		  "ffffffffffffffffff" LOCK,
	  false, 0, 0, 0, 0 },
	{ "a count longer than needed", VERSION "fd0100" IN "01" OUT LOCK,
	  false, 0, 0, 0, 0 },
	{ "a script's length longer than needed",
	  VERSION "01" IN "01"
		  "e803000000000000"
		  "fd0200"
		  "6a00" LOCK,
	  false, 0, 0, 0, 0 },
};

static bool refused(struct span in)
{
	uint8_t *exact = malloc(in.n ? in.n : 1);
	struct tx_walk tx, before;

	memcpy(exact, in.p, in.n);
	struct cur c = cur_over((struct span){ exact, in.n });

	memset(&tx, 7, sizeof(tx));
	before = tx;
	const bool no = !tx_walk(&tx, &c) && !cur_ok(&c) &&
			!memcmp(&tx, &before, sizeof(tx));

	free(exact);
	return no;
}

static void test_made(void)
{
	for (size_t i = 0; i < COUNT(made); i++) {
		uint8_t room[SAMPLE_MAX];
		const struct span in = sample_bytes(room, made[i].hex);
		struct cur c = cur_over(in);
		struct tx_walk tx;

		printf("# %s\n", made[i].why);
		if (!made[i].good) {
			OK(refused(in));
			continue;
		}
		OK(tx_walk(&tx, &c) && cur_done(&c));
		OK(tx.whole.p == in.p && tx.whole.n == in.n);
		OK(tx.num_inputs == made[i].num_inputs);
		OK(tx.num_outputs == made[i].num_outputs);
		OK(tx.has_witness == made[i].has_witness);
		OK(tx.is_hogex == made[i].is_hogex);
		OK(!tx_walk_is_coinbase(&tx));
		for (size_t n = 0; n < in.n; n++)
			OK(refused((struct span){ in.p, n }));
	}
}

static void test_parts(void)
{
	uint8_t room[SAMPLE_MAX], plain[SAMPLE_MAX];
	struct cur c =
		cur_over(sample_bytes(room, VERSION "0001"
						    "02" IN IN "01" OUT "00"
						    "02"
						    "02beef"
						    "00" LOCK));
	const struct span want =
		sample_bytes(plain, VERSION "02" IN IN "01" OUT LOCK);
	struct tx_output out;
	struct tx_input in;
	struct tx_walk tx;
	struct buf b;

	OK(tx_walk(&tx, &c));
	c = cur_over(tx.inputs);
	for (int i = 0; i < 2; i++) {
		OK(tx_walk_input(&in, &c));
		OK(in.txid.n == 32 && in.txid.p[0] == 0x11);
		OK(in.index == 2 && in.script.n == 3 && in.script.p[2] == 3);
		OK(in.sequence == 0xfffffffe);
	}
	OK(!tx_walk_input(&in, &c));
	c = cur_over(tx.outputs);
	OK(tx_walk_output(&out, &c) && out.sat == 1000);
	OK(out.script.n == 2 && out.script.p[0] == 0x6a);
	OK(!tx_walk_output(&out, &c));
	c = cur_over(tx.witness);
	OK(tx_walk_stack(&c) == 0);
	OK(tx_walk_stack(&c) == 2);
	OK(tx_walk_item(&c).n == 2);
	OK(tx_walk_item(&c).n == 0 && cur_done(&c));
	buf_init(&b, tx.whole.n);
	const struct span got = tx_walk_stripped(&tx, &b);

	OK(got.n == want.n && !memcmp(got.p, want.p, want.n));
	buf_fini(&b);
}

static void test_txids(void)
{
	static const struct {
		const char *hex, *txid;
	} known[] = {
		/* Litecoin's block 2,680,000, its last */
		{ HOGEX, "fd786dea0b4d16017897c66c80f40bbbaac6ed5dfc1d8540f8e6"
			 "9b39ae07b798" },
		/* its block 3,115,498, its last, with a peg-out */
		{ "02000000000801af76b95c6766ffd4db42bcb022e682a2ac3d422e6ca78"
		  "ec98da312bc490bffd70000000000ffffffff024080c63afd2000002258"
		  "2069fe96e528a9fed69c1e620d4305fc8a0f12f6aa355cfbb0dd160261e"
		  "b94df1b035fc33900000000160014d40f690970c91a645ff3af4d8676ea"
		  "1ef1b15d940000000000",
		  "e64e56959c87e8689dca558bc1bf0d5b4757b7dc0ee29c64814240b406ca"
		  "de34" },
	};

	for (size_t i = 0; i < COUNT(known); i++) {
		uint8_t room[SAMPLE_MAX], id[32];
		struct cur c = cur_over(sample_bytes(room, known[i].hex));
		struct tx_walk tx;
		struct buf b;

		OK(tx_walk(&tx, &c) && tx.is_hogex);
		buf_init(&b, tx.whole.n);
		const struct span s = tx_walk_stripped(&tx, &b);

		sha256d(id, s.p, s.n);
		OK(sample_is(id, known[i].txid));
		buf_fini(&b);
	}
}

int main(void)
{
	test_made();
	test_parts();
	test_txids();
	return tap_end();
}
