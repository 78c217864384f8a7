/* hybrid_rounds - rounds by SHA-NI beside words by AVX-512, for the kernels
 * that have both at work at a time (docs/kernels.md). Private to src/hash.
 *
 * AVX-512 makes the message words of sixteen messages, SHA-NI does their rounds
 * with K + word from memory: neither waits for the slow instructions of the
 * other. Rounds are done for some of the messages at a time, as many as fit the
 * registers and hide the latency.
 *
 * SHA-NI knows registers 0 to 15 only, by their old encoding, and some
 * processors take hundreds of cycles for such an instruction when the upper
 * part of one of these was written. So the two share no register: who includes
 * this is compiled with 0 to 15 out of the compiler's reach (-ffixed-xmm0 ...),
 * and what is in them is in the statements below alone. Stream i has its ABEF
 * in register 1 + 2i and its CDGH in 2 + 2i; every two rounds they change
 * places. Register 0 has K + word, as the instruction wants it. */
#ifndef HASH_HYBRID_ROUNDS_H
#define HASH_HYBRID_ROUNDS_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "hash/lanes_avx512.h"
#include "hash/lanes_turns.h"

/* Where each of three sets of streams begins. */
static const size_t begins[] = { 0, 6, 11, 16 };
#define SETS 3

/* Two words of each message: those of message 4j + i are 8 of the j-th 16 bytes
 * of vector i / 2, as unpacking two vectors of words leaves them. */
struct twos {
	uint32_t row[2][16];
};

/* Four words of each message: those of message 4j + i are the j-th 16 bytes of
 * vector i. */
struct fours {
	uint32_t row[4][16];
};

INLINE __m128i *whole(const uint32_t *p)
{
	return (__m128i *)(uintptr_t)p;
}

INLINE uint64_t *half(const uint32_t *p)
{
	return (uint64_t *)(uintptr_t)p;
}

INLINE const uint32_t *four_of(const struct fours *q, size_t message)
{
	return &q->row[message & 3][message / 4 * 4];
}

INLINE const uint32_t *two_of(const struct twos *p, size_t message)
{
	return &p->row[message / 2 & 1][message / 4 * 4 + (message & 1) * 2];
}

/* DO(i, ABEF's register, CDGH's) for each stream of a set of n, 5 or 6. */
#define EACH(n, DO)                                                            \
	DO(0, "1", "2");                                                       \
	DO(1, "3", "4");                                                       \
	DO(2, "5", "6");                                                       \
	DO(3, "7", "8");                                                       \
	DO(4, "9", "10");                                                      \
	if ((n) > 5) {                                                         \
		DO(5, "11", "12");                                             \
	}

#define SET(reg, words)                                                        \
	__asm__ volatile("movdqu %0, %%xmm" reg : : "m"(*whole(words)))
#define GET(words, reg)                                                        \
	__asm__ volatile("movdqu %%xmm" reg ", %0" : "=m"(*whole(words)))
/* Both ways: the sum is in the register, and in the words. */
#define ADD_TO(words, reg)                                                     \
	__asm__ volatile("paddd %0, %%xmm" reg "\n\t"                          \
			 "movdqu %%xmm" reg ", %0"                             \
			 : "+m"(*whole(words)))
#define GET_LOWEST(word, reg)                                                  \
	__asm__ volatile("movd %%xmm" reg ", %0" : "=m"(*(word)))

/* Two rounds: the old ABEF is the new CDGH, and the new ABEF comes where CDGH
 * was. Four words are loaded for two rounds, or the two. */
#define TURN(abef, cdgh, words)                                                \
	__asm__ volatile("movdqu %0, %%xmm0\n\t"                               \
			 "sha256rnds2 %%xmm0, %%xmm" abef ", %%xmm" cdgh       \
			 :                                                     \
			 : "m"(*whole(words)))
#define TURN_BY_TWO(abef, cdgh, words)                                         \
	__asm__ volatile("movq %0, %%xmm0\n\t"                                 \
			 "sha256rnds2 %%xmm0, %%xmm" abef ", %%xmm" cdgh       \
			 :                                                     \
			 : "m"(*half(words)))

/* Four rounds of a set of streams with the words of its messages, */
INLINE void turn_twos(const struct twos kw[2], size_t from, size_t n)
{
#define LOW(i, a, c)  TURN_BY_TWO(a, c, two_of(&kw[0], from + (i)))
#define HIGH(i, a, c) TURN_BY_TWO(c, a, two_of(&kw[1], from + (i)))
	EACH(n, LOW);
	EACH(n, HIGH);
#undef LOW
#undef HIGH
}

INLINE void turn_four(const struct fours *kw, size_t from, size_t n)
{
#define LOW(i, a, c)  TURN(a, c, four_of(kw, from + (i)))
#define HIGH(i, a, c) TURN_BY_TWO(c, a, four_of(kw, from + (i)) + 2)
	EACH(n, LOW);
	EACH(n, HIGH);
#undef LOW
#undef HIGH
}

/* or with words that are the same for all messages. */
INLINE void turn_four_fixed(const uint32_t *addend, size_t n)
{
#define LOW(i, a, c)  TURN(a, c, addend)
#define HIGH(i, a, c) TURN_BY_TWO(c, a, addend + 2)
	EACH(n, LOW);
	EACH(n, HIGH);
#undef LOW
#undef HIGH
}

/* Rows become columns, in every 4 x 4 words of four vectors. */
INLINE void transpose(V out[4], const V in[4])
{
	const V a = LOW32(in[0], in[1]), b = HIGH32(in[0], in[1]);
	const V c = LOW32(in[2], in[3]), d = HIGH32(in[2], in[3]);

	out[0] = LOW64(a, c);
	out[1] = HIGH64(a, c);
	out[2] = LOW64(b, d);
	out[3] = HIGH64(b, d);
}

INLINE void store_twos(struct twos *out, V even, V odd)
{
	STORE(out->row[0], LOW32(even, odd));
	STORE(out->row[1], HIGH32(even, odd));
}

#endif /* HASH_HYBRID_ROUNDS_H */
