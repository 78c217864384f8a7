/* Undo records: Bitcoin Core's own vectors of its compressors, round trips,
 * every truncation. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "chain/undo.h"
#include "test/chain_maker.h"
#include "test/tap.h"

/* Bitcoin Core, src/test/compress_tests.cpp: TestPair(). */
static const struct {
	uint64_t sat, compressed;
} pairs[] = {
	{ 0, 0x0 },
	{ 1, 0x1 },
	{ 1000000, 0x7 },     /* a cent */
	{ 100000000, 0x9 },   /* a coin */
	{ 5000000000, 0x32 }, /* 50 coins */
	{ 2100000000000000, 0x1406f40 },
};

static void test_values(void)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		OK(undo_value_compress(pairs[i].sat) == pairs[i].compressed);
		OK(undo_value(pairs[i].compressed) == pairs[i].sat);
	}
	/* The same file: all up to 100,000, cents, and coins. */
	for (uint64_t i = 0; i <= 100000; i++) {
		good &= undo_value_compress(undo_value(i)) == i;
		good &= undo_value(undo_value_compress(i)) == i;
		good &= undo_value(undo_value_compress(i * 1000000)) ==
			i * 1000000;
		good &= undo_value(undo_value_compress(i * 5000000000)) ==
			i * 5000000000;
	}
	OK(good);
	undo_value(UINT64_MAX); /* means nothing, and does no harm */
	undo_value(UINT64_MAX - 1);
}

static size_t scripts(struct span *out, uint8_t room[][80])
{
	static const struct {
		uint8_t head[3], tail[2];
		size_t n;
	} form[] = {
		{ { 0x76, 0xa9, 20 }, { 0x88, 0xac }, 25 },
		{ { 0xa9, 20, 5 }, { 5, 0x87 }, 23 },
		{ { 0x00, 20, 5 }, { 5, 5 }, 22 },
		{ { 0x51, 32, 5 }, { 5, 5 }, 34 },
		{ { 0x6a, 1, 7 }, { 7, 7 }, 3 },
		{ { 5, 5, 5 }, { 5, 5 }, 70 },
		{ { 0, 0, 0 }, { 0, 0 }, 0 },
	};
	const size_t n = sizeof(form) / sizeof(form[0]);

	for (size_t i = 0; i < n; i++) {
		memset(room[i], 5, 80);
		memcpy(room[i], form[i].head, 3);
		if (form[i].n > 5)
			memcpy(room[i] + form[i].n - 2, form[i].tail, 2);
		out[i] = (struct span){ room[i], form[i].n };
	}
	return n;
}

static bool read_all(struct span record, const struct span *script, size_t n)
{
	struct cur c = cur_over(record);
	struct undo_output out;

	if (undo_begin(&c) != 1 || undo_tx(&c) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!undo_output(&out, &c, false) ||
		    out.sat != i * 12345678900 || out.height != i * 100000 ||
		    out.coinbase || out.script.n != script[i].n ||
		    memcmp(out.script.p, script[i].p, script[i].n) != 0)
			return false;
	}
	struct cur passed = cur_over(record);

	undo_begin(&passed);
	return cur_done(&c) && undo_pass(&passed, 1) && cur_done(&passed);
}

/* Written as a node writes it, read back; and no prefix is a record. */
static void test_record(void)
{
	static uint8_t room[8][80];
	struct span script[8];
	const size_t n = scripts(script, room);
	const uint8_t txid[32] = { 1 };
	struct maker m;
	struct buf record, undo;
	bool refused = true;

	maker_init(&m);
	buf_init(&record, 1u << 20);
	buf_init(&undo, 1u << 20);
	maker_begin(&m, 50, script[0]);
	maker_tx(&m);
	for (size_t i = 0; i < n; i++)
		maker_input(&m, txid, (uint32_t)i, i * 12345678900, script[i],
			    (uint32_t)i * 100000, 10, false);
	maker_output(&m, 1, script[0]);
	maker_tx_end(&m);
	maker_end(&m, &record, &undo);
	OK(read_all((struct span){ undo.p, undo.n - 32 }, script, n));
	for (size_t k = 0; k < undo.n - 32; k++) {
		uint8_t *exact = mem_new(k + !k, 1);

		memcpy(exact, undo.p, k);
		refused &= !read_all((struct span){ exact, k }, script, n);
		free(exact);
	}
	OK(refused);
	buf_fini(&record);
	buf_fini(&undo);
	maker_fini(&m);
}

static bool read_one(struct undo_output *out, const char *hex, bool values_only)
{
	uint8_t raw[128] = { 1 }; /* a transaction of one input */
	const size_t n = strlen(hex) / 2;

	hex_bytes(raw + 1, n, (struct span){ (const uint8_t *)hex, 2 * n });
	struct cur c = cur_over((struct span){ raw + 1, n });
	struct cur passed = cur_over((struct span){ raw, n + 1 });
	const bool good = undo_output(out, &c, values_only) && cur_done(&c);

	return good && undo_pass(&passed, 1) && cur_done(&passed);
}

/* Keys: compressed ones are kept whole, of the others the x. */
static void test_keys(void)
{
	/* The generator of secp256k1 (SEC 2). */
	static const char x[] = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28"
				"d959f2815b16f81798";
	static const char y[] = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a6855"
				"4199c47d08ffb10d4b8";
	struct undo_output out;
	char hex[256], text[256];

	/* 2 * height 1, a version, a value; kind 2; x */
	snprintf(hex, sizeof(hex), "02010902%s", x);
	OK(read_one(&out, hex, true) && out.height == 1 && !out.coinbase &&
	   out.sat == 100000000 && out.script.n == 35 && out.script.p[1] == 2 &&
	   out.script.p[34] == 0xac);
	snprintf(hex, sizeof(hex), "03010904%s", x); /* kind 4: y is even */
	OK(read_one(&out, hex, false) && out.coinbase && out.script.n == 67);
	hex_text(text, out.script.p + 1, 65);
	OK(!strncmp(text, "04", 2) && !strncmp(text + 2, x, 64) &&
	   !strcmp(text + 66, y));
	OK(read_one(&out, hex, true) && out.script.n == 0);
	snprintf(hex, sizeof(hex), "03010904%064d", 0); /* x on no curve */
	OK(read_one(&out, hex, false) && out.script.n == 0);
}

/* Numbers beyond 64 bits, counts that cannot be. */
static void test_hostile(void)
{
	static const char *const bad[] = {
		"ffffffffffffffffffff7f00",
		"808080808080808080808080",
		"00feffffffff00",
		"00fffffffff0",
		"",
		"00",
	};
	struct undo_output out;
	bool refused = true;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused &= !read_one(&out, bad[i], false);
	OK(refused);
	const uint8_t count[] = { 0xff, 0xff, 0xff, 0xff, 0xff,
				  0xff, 0xff, 0xff, 0xff };
	struct cur c = cur_over((struct span){ count, sizeof(count) });

	OK(undo_begin(&c) == 0 && !cur_ok(&c));
	c = cur_over((struct span){ count, sizeof(count) });
	OK(undo_tx(&c) == 0 && !cur_ok(&c));
}

int main(void)
{
	test_values();
	test_record();
	test_keys();
	test_hostile();
	return tap_end();
}
