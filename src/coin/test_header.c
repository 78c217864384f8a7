#include <string.h>

#include "base/hex.h"
#include "coin/header.h"
#include "coin/merkle.h"
#include "hash/sha256d.h"
#include "test/tap.h"

static void unhex(uint8_t *out, size_t n, const char *text)
{
	OK(hex_bytes(out, n,
		     (struct span){ (const uint8_t *)text, strlen(text) }));
}

/* Block 170 of Bitcoin's chain, the first with a payment in it. */
static const char header_170[] =
	"0100000055bd840a78798ad0da853f68974f3d183e2bd1db6a842c1feecf222a"
	"00000000ff104ccb05421ab93e63f8c3ce5c2c2e9dbb37de2764b3a3175c8166"
	"562cac7d51b96a49ffff001d283e9e70";
static const char hash_170[] =
	"00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee";
static const char coinbase_id_170[] =
	"b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082";
static const char payment_id_170[] =
	"f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16";

static void reverse(uint8_t hash[32])
{
	for (int i = 0; i < 16; i++) {
		const uint8_t swap = hash[i];

		hash[i] = hash[31 - i];
		hash[31 - i] = swap;
	}
}

static void test_fields(void)
{
	uint8_t raw[HEADER_SIZE] = { 0 }, again[HEADER_SIZE];
	uint8_t hash[32];
	char text[65];
	struct header h;

	unhex(raw, sizeof(raw), header_170);
	header_read(&h, raw);
	OK(h.version == 1 && h.time == 1231731025);
	OK(h.nbits == 0x1d00ffff && h.nonce == 1889418792);
	OK(h.previous[0] == 0x55 && h.previous[31] == 0);
	OK(h.merkle_root[0] == 0xff && h.merkle_root[31] == 0x7d);
	header_write(again, &h);
	OK(!memcmp(raw, again, sizeof(raw)));
	sha256d(hash, again, sizeof(again));
	OK(!strcmp(hex_text_reversed(text, hash, 32), hash_170));
}

static void test_every_bit_survives(void)
{
	for (size_t bit = 0; bit < HEADER_SIZE * 8u; bit++) {
		uint8_t raw[HEADER_SIZE] = { 0 }, again[HEADER_SIZE];
		struct header h;

		raw[bit / 8] = (uint8_t)(1 << bit % 8);
		header_read(&h, raw);
		header_write(again, &h);
		OK(!memcmp(raw, again, sizeof(raw)));
	}
}

static void test_merkle(void)
{
	uint8_t raw[HEADER_SIZE] = { 0 }, root[32] = { 0 }, payment[32] = { 0 };
	struct header h;

	unhex(raw, sizeof(raw), header_170);
	unhex(root, 32, coinbase_id_170);
	unhex(payment, 32, payment_id_170);
	reverse(root);
	reverse(payment);
	header_read(&h, raw);
	merkle_fold(root, payment, 1);
	OK(!memcmp(root, h.merkle_root, 32));
	merkle_fold(root, payment, 0);
	OK(!memcmp(root, h.merkle_root, 32)); /* none: as it was */
}

/* Two branches are two folds of one. */
static void test_merkle_order(void)
{
	uint8_t whole[32] = { 1 }, steps[32] = { 1 }, branches[64] = { 0 };

	branches[0] = 2;
	branches[32] = 3;
	merkle_fold(whole, branches, 2);
	merkle_fold(steps, branches, 1);
	merkle_fold(steps, branches + 32, 1);
	OK(!memcmp(whole, steps, 32));
}

int main(void)
{
	test_fields();
	test_every_bit_survives();
	test_merkle();
	test_merkle_order();
	return tap_end();
}
