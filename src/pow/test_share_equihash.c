#include "pow/share_equihash.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "pow/test_share_zcash.h"
#include "test/tap.h"

static uint8_t header[SHARE_EQUIHASH_HEADER], solution[SHARE_EQUIHASH_SOLUTION];

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* The header's parts where the block has them. */
static struct share_equihash parts(size_t nonce1_n)
{
	return (struct share_equihash){
		.version = 4,
		.nbits = 0x1f07ffff,
		.ntime = 0x58130490,
		.previous = header + 4,
		.roots = { header + 36, 64 },
		.nonce1 = { header + 108, nonce1_n },
		.nonce2 = { header + 108 + nonce1_n, 32 - nonce1_n },
	};
}

static void test_header(void)
{
	uint8_t out[SHARE_EQUIHASH_HEADER];
	struct share_equihash p;

	for (size_t n = 0; n <= 32; n++) {
		p = parts(n);
		memset(out, 0, sizeof(out));
		OK(share_equihash_header(out, &p) &&
		   memcmp(out, header, sizeof(out)) == 0);
	}
	memset(out, 7, sizeof(out));
	p = parts(4);
	p.nonce2.n--;
	OK(!share_equihash_header(out, &p));
	p.nonce2.n += 2;
	OK(!share_equihash_header(out, &p));
	p = parts(0);
	p.nonce1.n = 33;
	OK(!share_equihash_header(out, &p));
	p = parts(4);
	p.roots.n = 32;
	OK(!share_equihash_header(out, &p));
	p.roots.n = 0;
	OK(!share_equihash_header(out, &p) && out[0] == 7);
	OK(share_equihash_nbits(header) == 0x1f07ffff);
}

static void test_hash(void)
{
	uint8_t shown[32], want[32], out[32] = { 7 };
	struct span s = { solution, sizeof(solution) };

	OK(hex_bytes(shown, 32, text(share_zcash_hash)));
	for (size_t i = 0; i < 32; i++)
		want[i] = shown[31 - i];
	for (size_t n = 0; n < sizeof(solution); n += 61) {
		uint8_t *exact = mem_new(n + !n, 1);

		memcpy(exact, solution, n);
		s = (struct span){ exact, n };
		OK(!share_equihash_hash(out, header, s));
		free(exact);
	}
	/* Any bit of header or solution: no solution, and out is as it was. */
	s = (struct span){ solution, sizeof(solution) };
	for (size_t bit = 0; bit < 8 * sizeof(header); bit += 97) {
		header[bit / 8] ^= (uint8_t)(1u << bit % 8);
		OK(!share_equihash_hash(out, header, s));
		header[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof(solution); bit += 997) {
		solution[bit / 8] ^= (uint8_t)(1u << bit % 8);
		OK(!share_equihash_hash(out, header, s));
		solution[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	OK(out[0] == 7);
	OK(share_equihash_hash(out, header, s));
	OK(memcmp(out, want, 32) == 0);
}

int main(void)
{
	OK(hex_bytes(header, sizeof(header), text(genesis_header)));
	OK(hex_bytes(solution, sizeof(solution), text(genesis_solution)));
	test_header();
	test_hash();
	return tap_end();
}
