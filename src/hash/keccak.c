#include "hash/keccak.h"

#define LANES  25 /* lane x, y is at 5 * y + x */
#define ROUNDS 24

static const uint64_t round_constants[ROUNDS] = {
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
	0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
	0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
	0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
	0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
	0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
	0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

static inline uint64_t turn(uint64_t v, unsigned by)
{
	return v << by | v >> (64 - by);
}

/* chi, on one row of lanes that theta, rho and pi have made. */
static inline void row(uint64_t out[5], uint64_t a, uint64_t b, uint64_t c,
		       uint64_t d, uint64_t e)
{
	out[0] = a ^ (~b & c);
	out[1] = b ^ (~c & d);
	out[2] = c ^ (~d & e);
	out[3] = d ^ (~e & a);
	out[4] = e ^ (~a & b);
}

static inline uint64_t column(const uint64_t a[LANES], unsigned x)
{
	return a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
}

/* One round, section 1.2 of the reference: theta makes p to t, what is added
 * to the columns; rho is the turns, pi the places the lanes come from. Written
 * out, since Ethash spends most of its time here. */
static inline void permute_once(uint64_t out[LANES], const uint64_t a[LANES],
				uint64_t constant)
{
	const uint64_t c0 = column(a, 0), c1 = column(a, 1), c2 = column(a, 2),
		       c3 = column(a, 3), c4 = column(a, 4);
	const uint64_t p = c4 ^ turn(c1, 1), q = c0 ^ turn(c2, 1),
		       r = c1 ^ turn(c3, 1), s = c2 ^ turn(c4, 1),
		       t = c3 ^ turn(c0, 1);

	row(out, a[0] ^ p, turn(a[6] ^ q, 44), turn(a[12] ^ r, 43),
	    turn(a[18] ^ s, 21), turn(a[24] ^ t, 14));
	out[0] ^= constant;
	row(out + 5, turn(a[3] ^ s, 28), turn(a[9] ^ t, 20), turn(a[10] ^ p, 3),
	    turn(a[16] ^ q, 45), turn(a[22] ^ r, 61));
	row(out + 10, turn(a[1] ^ q, 1), turn(a[7] ^ r, 6), turn(a[13] ^ s, 25),
	    turn(a[19] ^ t, 8), turn(a[20] ^ p, 18));
	row(out + 15, turn(a[4] ^ t, 27), turn(a[5] ^ p, 36),
	    turn(a[11] ^ q, 10), turn(a[17] ^ r, 15), turn(a[23] ^ s, 56));
	row(out + 20, turn(a[2] ^ r, 62), turn(a[8] ^ s, 55),
	    turn(a[14] ^ t, 39), turn(a[15] ^ p, 41), turn(a[21] ^ q, 2));
}

static void permute(uint64_t a[LANES])
{
	uint64_t b[LANES];

	for (unsigned i = 0; i < ROUNDS; i += 2) {
		permute_once(b, a, round_constants[i]);
		permute_once(a, b, round_constants[i + 1]);
	}
}

/* A byte of the message into its lane; lanes are little-endian. */
static void absorb(uint64_t a[LANES], size_t at, uint8_t byte)
{
	a[at / 8] ^= (uint64_t)byte << at % 8 * 8;
}

static uint64_t lane_read(const uint8_t p[8])
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

/* Byte by byte in one expression each, which compilers make one store. */
static void lane_write(uint8_t p[8], uint64_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
	p[4] = (uint8_t)(v >> 32);
	p[5] = (uint8_t)(v >> 40);
	p[6] = (uint8_t)(v >> 48);
	p[7] = (uint8_t)(v >> 56);
}

/* The sponge: blocks of rate bytes, the last one padded; the result fits the
 * first block that comes out. */
static void sponge(uint8_t *out, size_t out_n, const uint8_t *msg, size_t n)
{
	const size_t rate = 200 - 2 * out_n;
	uint64_t a[LANES] = { 0 };

	for (; n >= rate; msg += rate, n -= rate) {
		for (size_t i = 0; i < rate / 8; i++)
			a[i] ^= lane_read(msg + 8 * i);
		permute(a);
	}
	for (size_t i = 0; i < n / 8; i++)
		a[i] ^= lane_read(msg + 8 * i);
	for (size_t i = n - n % 8; i < n; i++)
		absorb(a, i, msg[i]);
	absorb(a, n, 0x01);
	absorb(a, rate - 1, 0x80);
	permute(a);
	for (size_t i = 0; i < out_n / 8; i++)
		lane_write(out + 8 * i, a[i]);
}

void keccak_256(uint8_t out[32], const uint8_t *msg, size_t n)
{
	sponge(out, 32, msg, n);
}

void keccak_512(uint8_t out[64], const uint8_t *msg, size_t n)
{
	sponge(out, 64, msg, n);
}
