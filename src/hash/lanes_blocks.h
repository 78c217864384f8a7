/* lanes_blocks - whole blocks of SHA-256 in every lane. No include guard: the
 * body of a kernel includes it once, after what lanes_turns.h asks for was
 * defined. Private to src/hash.
 *
 * With ROLLED defined, what can be one piece of code is: where an instruction
 * set needs many instructions the code else does not fit the processor's first
 * cache. */
#include "hash/lanes_turns.h"
#include "hash/sha256d_kernel.h"

/* Rounds from to 63, no word of which is fixed, with a ring of the last 16
 * words: sixteen at a time, to keep the code small. */
INLINE void turns_alike(V s[8], V ring[16], int from)
{
	for (int t = from; t < 64; t += 16) {
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			const V x = ring[(i + 1) & 15], y = ring[(i + 14) & 15];

			ring[i] = ADD(ADD(ring[i], SIG_SHR(x, 7, 18, 3)),
				      ADD(ring[(i + 9) & 15],
					  SIG_SHR(y, 17, 19, 10)));
			turn(s,
			     ADD(ADD(ring[i], SET1(sha256d_k[t + i])), s[7]));
		}
	}
}

INLINE void begin(V s[8], const V h[8])
{
#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		s[i] = h[i];
}

INLINE void end(V h[8], const V s[8])
{
#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		h[i] = ADD(h[i], s[i]);
}

#ifdef ROLLED
static __attribute__((noinline)) void block(V h[8], V w[16])
#else
INLINE void block(V h[8], V w[16])
#endif
{
	V s[8];

	begin(s, h);
#pragma GCC unroll 16
	for (int t = 0; t < 16; t++)
		turn(s, ADD(ADD(w[t], SET1(sha256d_k[t])), s[7]));
	turns_alike(s, w, 16);
	end(h, s);
}

/* A block whose words are known, and part of the addends. */
INLINE void block_known(V h[8], const uint32_t addend[64])
{
	V s[8];

	begin(s, h);
	for (int t = 0; t < 64; t += 8) {
#pragma GCC unroll 8
		for (int i = 0; i < 8; i++)
			turn(s, ADD(s[7], SET1(addend[t + i])));
	}
	end(h, s);
}

/* Rounds from to 63 of a block of whose first 16 words those of k are known:
 * addend[t] is K and such a word, fixed[t] as word() wants it. What is not
 * needed is not even generated. */
INLINE void turns_partly(V s[8], V w[32], const uint32_t *addend,
			 const uint32_t *fixed, struct kinds k, const int from)
{
#pragma GCC unroll 32
	for (int t = from; t < 32; t++) {
		V x = ADD(s[7], SET1(addend[t]));

		if (t >= 16)
			w[t] = word(w, fixed, k, t);
		if (!is_any(k.fixed | k.zero, t))
			x = ADD(x, w[t]);
		turn(s, x);
	}
	turns_alike(s, w + 16, 32);
}

/* The block that is a hash, words 0 to 7, and its padding. */
#ifdef ROLLED
INLINE void block_hash(V h[8], const V first[8])
{
	V w[16];

	for (int t = 0; t < 16; t++)
		w[t] = t < 8 ? first[t] : SET1(0);
	w[8] = SET1(0x80000000);
	w[15] = SET1(256);
	block(h, w);
}
#else
INLINE void block_hash(V h[8], const V first[8])
{
	const struct kinds k = { 0x08100, 0x07e00 };
	const uint32_t fixed[32] = {
		[8] = 0x80000000,  [15] = 256, /* the words */
		[17] = 0x00a00000,             /* what they add to others */
		[22] = 256,        [23] = 0x11002000, [24] = 0x80000000,
		[30] = 0x00400022, [31] = 256,
	};
	uint32_t addend[32];
	V s[8], w[32];

	begin(s, h);
#pragma GCC unroll 32
	for (int t = 0; t < 32; t++)
		addend[t] = sha256d_k[t] + (t < 16 ? fixed[t] : 0);
#pragma GCC unroll 8
	for (int t = 0; t < 8; t++)
		w[t] = first[t];
	turns_partly(s, w, addend, fixed, k, 0);
	end(h, s);
}
#endif

static inline void start(V h[8])
{
	for (int i = 0; i < 8; i++)
		h[i] = SET1(sha256d_iv[i]);
}
