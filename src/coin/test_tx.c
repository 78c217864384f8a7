#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "coin/tx.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RAW_MAX  1024
#define ROOM     4

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct span unhex(uint8_t room[RAW_MAX], const char *hex)
{
	size_t n = 0;

	OK(hex_parse(room, &n, RAW_MAX, text(hex)));
	return (struct span){ room, n };
}

/* Coinbases of Bitcoin's chain. The first push of a script is the height from
 * block version 2 on; before that it is whatever the miner put there (nBits
 * in 9 and 170, a time in 227,835). */
static const struct {
	const char *name, *hex;
	uint32_t version, script_n, height, num_outputs;
	uint64_t sat;
} blocks[] = {
	{ "block 9",
	  "010000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff0704ffff001d0134ffffffff0100f2052a0100000043410411"
	  "db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482ecad7b148a6909a5cb2e0"
	  "eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3ac0000"
	  "0000",
	  1, 7, 486604799, 1, 5000000000 },
	{ "block 170",
	  "010000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff0704ffff001d0102ffffffff0100f2052a01000000434104d4"
	  "6c4968bde02899d2aa0963367c7a6ce34eec332b32e42e5f3407e052d64ac625da"
	  "6f0718e7b302140434bd725706957c092db53805b821a85b23a7ac61725bac0000"
	  "0000",
	  1, 7, 486604799, 1, 5000000000 },
	{ "block 227835",
	  "010000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff0f0479204f51024f09062f503253482fffffffff01da495f95"
	  "00000000232103ddcdae35e28aca364daa1397612d2dafd891ee136d2ca5ab83fa"
	  "ff6bc12ed67eac00000000",
	  1, 15, 1364140153, 1, 2506050010 },
	{ "block 227836",
	  "010000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff2703fc7903062f503253482f04ac204f510858029a11000003"
	  "550d3363646164312f736c7573682f0000000001207e6295000000001976a914e2"
	  "85a29e0704004d4e95dbb7c57a98563d9fb2eb88ac00000000",
	  1, 39, 227836, 1, 2506260000 },
	{ "block 300025",
	  "010000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff5403f99304e4b883e5bda9e7a59ee4bb99e9b1bcfabe6d6d4b"
	  "69d66115595589c94866351760e113942b7489eb31fb37dd6458a7f906dda01000"
	  "00000000000083e9191b1ca000004d696e65642062792067616263ffffffff01a1"
	  "957995000000001976a914c825a1ecf2a6830c4401620c3a16f1995057c2ab88ac"
	  "00000000",
	  1, 84, 300025, 1, 2507773345 },
	{ "block 482683 as mined",
	  "010000000001010000000000000000000000000000000000000000000000000000"
	  "000000000000ffffffff31037b5d07244d696e656420627920416e74506f6f6c73"
	  "2f4542312f4144362f4e59412f232059a70bb9450f00000cbd0000ffffffff02d5"
	  "84e94a000000001976a9143abf61fe3281230780ed82676f9fa971e95f7ac188ac"
	  "0000000000000000266a24aa21a9ed0f8b0182863aa4713e94bb72c47c57dcbae7"
	  "de8f3df2af23453f60f1965dab7701200000000000000000000000000000000000"
	  "00000000000000000000000000000000000000",
	  1, 49, 482683, 2, 1256817877 },
	{ "block 482683 without witness",
	  "010000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff31037b5d07244d696e656420627920416e74506f6f6c732f45"
	  "42312f4144362f4e59412f232059a70bb9450f00000cbd0000ffffffff02d584e9"
	  "4a000000001976a9143abf61fe3281230780ed82676f9fa971e95f7ac188ac0000"
	  "000000000000266a24aa21a9ed0f8b0182863aa4713e94bb72c47c57dcbae7de8f"
	  "3df2af23453f60f1965dab7700000000",
	  1, 49, 482683, 2, 1256817877 },
	{ "block 898352 (testnet 3)",
	  "010000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff230330b50d00fe06758d57fe458305000963676d696e657234"
	  "3208040000000000000000ffffffff01da87a112000000001976a9148989395717"
	  "8347e87e2bb3850e6f6937de7372b288ac00000000",
	  1, 35, 898352, 1, 312575962 },
	{ "block 702861 as mined",
	  "020000000001010000000000000000000000000000000000000000000000000000"
	  "000000000000ffffffff58038db90a0475a45561fabe6d6db43c2ece440513219d"
	  "ecd96f67a31bf0191f9a5f2d6c952e5029005e3d30f562040000001e34c5f06269"
	  "6e616e63652f6672323134818226021704159799809b19f82f7807000000000000"
	  "ffffffff02f53f8c25000000001600143156afc4249915008020f932783319f3e6"
	  "10b97d0000000000000000266a24aa21a9ed71bfcc287cd6271682f35f5fba3963"
	  "861571e0f186899eb0a41a5ebc360a3faa01200000000000000000000000000000"
	  "00000000000000000000000000000000000000000000",
	  2, 88, 702861, 2, 629948405 },
	{ "block 702861 without witness",
	  "020000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff58038db90a0475a45561fabe6d6db43c2ece440513219decd9"
	  "6f67a31bf0191f9a5f2d6c952e5029005e3d30f562040000001e34c5f062696e61"
	  "6e63652f6672323134818226021704159799809b19f82f7807000000000000ffff"
	  "ffff02f53f8c25000000001600143156afc4249915008020f932783319f3e610b9"
	  "7d0000000000000000266a24aa21a9ed71bfcc287cd6271682f35f5fba39638615"
	  "71e0f186899eb0a41a5ebc360a3faa00000000",
	  2, 88, 702861, 2, 629948405 },
	{ "block 951658 as mined",
	  "020000000001010000000000000000000000000000000000000000000000000000"
	  "000000000000ffffffff2b036a850e042f5c1a6a2f53424943727970746f2e636f"
	  "6d20506f6f6c2f657529387c9be15e106af10b0000ffffffff02dfd6a112000000"
	  "00160014c929f0c63bb0a162c43b445a72effea1b17432bf000000000000000026"
	  "6a24aa21a9ed9f0a2e8aa095ed3051eb85e3c45577c5a1c8d1eae3683725a5b16f"
	  "cd61f05d3201200000000000000000000000000000000000000000000000000000"
	  "00000000000000000000",
	  2, 43, 951658, 2, 312596191 },
	{ "block 951658 without witness",
	  "020000000100000000000000000000000000000000000000000000000000000000"
	  "00000000ffffffff2b036a850e042f5c1a6a2f53424943727970746f2e636f6d20"
	  "506f6f6c2f657529387c9be15e106af10b0000ffffffff02dfd6a1120000000016"
	  "0014c929f0c63bb0a162c43b445a72effea1b17432bf0000000000000000266a24"
	  "aa21a9ed9f0a2e8aa095ed3051eb85e3c45577c5a1c8d1eae3683725a5b16fcd61"
	  "f05d3200000000",
	  2, 43, 951658, 2, 312596191 },
};

static void test_blocks(void)
{
	for (size_t i = 0; i < COUNT(blocks); i++) {
		uint8_t raw[RAW_MAX];
		const struct span in = unhex(raw, blocks[i].hex);
		struct tx_output room[ROOM] = { 0 };
		struct tx_coinbase tx = { 0 };
		uint32_t height = 0;

		printf("# %s\n", blocks[i].name);
		OK(tx_coinbase_parse(&tx, room, ROOM, in));
		OK(tx.form == TX_PLAIN && tx.version == blocks[i].version);
		OK(tx.script.n == blocks[i].script_n);
		OK(tx.output == room && room[0].sat == blocks[i].sat);
		OK(tx.num_outputs == blocks[i].num_outputs);
		OK(tx_height(&height, tx.script) && height == blocks[i].height);
	}
}

static bool refused(struct span in, uint32_t num_room)
{
	struct tx_output room[ROOM];
	struct tx_coinbase tx;

	memset(&tx, 7, sizeof(tx));
	const struct tx_coinbase before = tx;

	return !tx_coinbase_parse(&tx, room, num_room, in) &&
	       !memcmp(&tx, &before, sizeof(tx));
}

/* Each in a malloc of exactly its size, so that ASan sees one byte too far. */
static void test_every_truncation(void)
{
	for (size_t i = 0; i < COUNT(blocks); i++) {
		uint8_t raw[RAW_MAX];
		const struct span in = unhex(raw, blocks[i].hex);

		for (size_t n = 0; n < in.n; n++) {
			uint8_t *exact = malloc(n ? n : 1);

			memcpy(exact, in.p, n);
			OK(refused((struct span){ exact, n }, ROOM));
			free(exact);
		}
	}
}

static void test_trailing_bytes(void)
{
	for (size_t i = 0; i < COUNT(blocks); i++) {
		uint8_t raw[RAW_MAX];
		struct span in = unhex(raw, blocks[i].hex);

		for (int k = 0; k < 8; k++) {
			raw[in.n++] = 0;
			OK(refused(in, ROOM));
		}
	}
}

/* A transaction in pieces, to spoil one at a time. */
#define VERSION "01000000"
#define ONE     "01"
#define NULL_OUT                                                               \
	"0000000000000000000000000000000000000000000000000000000000000000"
#define NULL_IDX "ffffffff"
#define SCRIPT   "0403891234"
#define SEQUENCE "00000000"
#define PAY                                                                    \
	"00f2052a01000000"                                                     \
	"03"                                                                   \
	"6a0101"
#define LOCK "00000000"

static const struct {
	const char *why, *hex;
	bool good;
	enum tx_form form;
	uint32_t num_outputs;
} made[] = {
	{ "plain", VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK,
	  true, TX_PLAIN, 1 },
	{ "with time",
	  VERSION "d2029649" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK,
	  true, TX_WITH_TIME, 1 },
	{ "with a time like an input count",
	  VERSION "01029649" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK,
	  true, TX_WITH_TIME, 1 },
	{ "with a time like a witness marker",
	  VERSION "00010149" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK,
	  true, TX_WITH_TIME, 1 },
	{ "empty script",
	  VERSION ONE NULL_OUT NULL_IDX "00" SEQUENCE ONE PAY LOCK, true,
	  TX_PLAIN, 1 },
	{ "as many outputs as there is room",
	  VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE
	  "04" PAY PAY PAY PAY LOCK,
	  true, TX_PLAIN, 4 },
	{ "one more",
	  VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE
	  "05" PAY PAY PAY PAY PAY LOCK,
	  false, TX_PLAIN, 0 },
	{ "an output less than counted",
	  VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE "02" PAY LOCK, false,
	  TX_PLAIN, 0 },
	{ "no output", VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE "00" LOCK,
	  false, TX_PLAIN, 0 },
	{ "two inputs",
	  VERSION "02" NULL_OUT NULL_IDX SCRIPT SEQUENCE NULL_OUT NULL_IDX
		  SCRIPT SEQUENCE ONE PAY LOCK,
	  false, TX_PLAIN, 0 },
	{ "two inputs counted, one there",
	  VERSION "02" NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK, false,
	  TX_PLAIN, 0 },
	{ "spends something",
	  VERSION ONE "01000000000000000000000000000000000000000000000000000000"
		      "00000000" NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK,
	  false, TX_PLAIN, 0 },
	{ "spends output 0",
	  VERSION ONE NULL_OUT "00000000" SCRIPT SEQUENCE ONE PAY LOCK, false,
	  TX_PLAIN, 0 },
	{ "a count longer than needed",
	  VERSION "fd0100" NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK,
	  false, TX_PLAIN, 0 },
	{ "a script length longer than needed",
	  VERSION ONE NULL_OUT NULL_IDX "fd040003891234" SEQUENCE ONE PAY LOCK,
	  false, TX_PLAIN, 0 },
	{ "2^64 - 1 outputs",
	  VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE
	  "ffffffffffffffffff" PAY LOCK,
	  false, TX_PLAIN, 0 },
	{ "a script of 2^64 - 1 bytes",
	  VERSION ONE NULL_OUT NULL_IDX
	  "ffffffffffffffffff" SEQUENCE ONE PAY LOCK,
	  false, TX_PLAIN, 0 },
	{ "witness of nothing",
	  VERSION "0001" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY
		  "00" LOCK,
	  true, TX_PLAIN, 1 },
	{ "witness of 2^64 - 1 items",
	  VERSION "0001" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY
		  "ffffffffffffffffff" LOCK,
	  false, TX_PLAIN, 0 },
	{ "unknown flag behind the marker",
	  VERSION "0008" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY
		  "00" LOCK,
	  false, TX_PLAIN, 0 },
	{ "witness and time",
	  VERSION "d2029649"
		  "0001" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY
		  "00" LOCK,
	  false, TX_PLAIN, 0 },
	{ "something behind the lock time (DIP 2)",
	  "03000500" ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE PAY LOCK
	  "0401000102",
	  false, TX_PLAIN, 0 },
	{ "more than 21 million coins",
	  VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE ONE "ffffffffffffffff"
							    "00" LOCK,
	  true, TX_PLAIN, 1 },
};

static void test_made(void)
{
	for (size_t i = 0; i < COUNT(made); i++) {
		uint8_t raw[RAW_MAX];
		const struct span in = unhex(raw, made[i].hex);
		struct tx_output room[ROOM];
		struct tx_coinbase tx = { 0 };

		printf("# %s\n", made[i].why);
		if (!made[i].good) {
			OK(refused(in, ROOM));
			continue;
		}
		OK(tx_coinbase_parse(&tx, room, ROOM, in));
		OK(tx.form == made[i].form);
		OK(tx.num_outputs == made[i].num_outputs);
	}
}

#define MANY 256

/* P2Pool pays its miners in the coinbase itself, so it has many outputs. */
static void test_many_outputs(void)
{
	static const char head[] =
		VERSION ONE NULL_OUT NULL_IDX SCRIPT SEQUENCE "fd0001";
	static const char pay[] = "1027000000000000"
				  "19"
				  "76a914751e76e8199196d454941c45d1b3a323f1433b"
				  "d688ac";
	uint8_t raw[RAW_MAX + MANY * 34 + 4] = { 0 }, one[RAW_MAX];
	struct span part = unhex(raw, head);
	size_t n = part.n;
	struct tx_output *room = mem_new(MANY, sizeof(*room));
	struct tx_coinbase tx = { 0 };

	part = unhex(one, pay);
	for (int i = 0; i < MANY; i++, n += part.n) {
		memcpy(raw + n, part.p, part.n);
		raw[n] = (uint8_t)i;
	}
	n += 4; /* the lock time */
	OK(tx_coinbase_parse(&tx, room, MANY, (struct span){ raw, n }));
	OK(tx.num_outputs == MANY && room[MANY - 1].sat == 0x27ff);
	OK(room[7].sat == 0x2707 && room[7].script.n == 25);
	OK(!tx_coinbase_parse(&tx, room, MANY - 1, (struct span){ raw, n }));
	free(room);
}

static const struct {
	const char *script;
	bool good;
	uint32_t height;
} heights[] = {
	{ "51", true, 1 },
	{ "60", true, 16 },
	{ "0111", true, 17 },
	{ "017f", true, 127 },
	{ "028000", true, 128 },
	{ "028900046b02fd19", true, 137 },
	{ "02ff00", true, 255 },
	{ "020001", true, 256 },
	{ "02ff7f", true, 32767 },
	{ "03008000", true, 32768 },
	{ "03fc7903062f503253482f", true, 227836 },
	{ "03ffff7f", true, 8388607 },
	{ "0400008000", true, 8388608 },
	{ "04ffffff7f", true, 2147483647 },
	{ "", false, 0 },
	{ "00", false, 0 },           /* 0 */
	{ "0100", false, 0 },         /* 0, not minimal */
	{ "4f", false, 0 },           /* -1 */
	{ "50", false, 0 },           /* OP_RESERVED */
	{ "61", false, 0 },           /* OP_NOP */
	{ "0101", false, 0 },         /* OP_1 would do */
	{ "0110", false, 0 },         /* OP_16 would do */
	{ "0181", false, 0 },         /* -1 */
	{ "021100", false, 0 },       /* not minimal */
	{ "02ff80", false, 0 },       /* -255 */
	{ "03ff7f00", false, 0 },     /* not minimal */
	{ "04ffff7f00", false, 0 },   /* not minimal */
	{ "04ffffffff", false, 0 },   /* negative */
	{ "050000008000", false, 0 }, /* five bytes */
	{ "4c03fc7903", false, 0 },   /* OP_PUSHDATA1: not minimal */
	{ "03fc79", false, 0 },       /* cut */
	{ "04fc7903", false, 0 },     /* cut */
};

static void test_heights(void)
{
	for (size_t i = 0; i < COUNT(heights); i++) {
		uint8_t room[RAW_MAX];
		size_t n = 0;
		uint32_t height = 99;

		printf("# script %s\n", heights[i].script);
		hex_parse(room, &n, RAW_MAX, text(heights[i].script));
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, room, n);
		const bool good = tx_height(&height, (struct span){ exact, n });

		OK(good == heights[i].good);
		OK(height == (good ? heights[i].height : 99));
		free(exact);
	}
}

int main(void)
{
	test_blocks();
	test_every_truncation();
	test_trailing_bytes();
	test_made();
	test_many_outputs();
	test_heights();
	return tap_end();
}
