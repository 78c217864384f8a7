/* lanes_sse41 - the vector operations that sha256d_lanes.h and nonces_lanes.h
 * ask for, with SSE4.1: four 32-bit lanes. Private to src/hash. */
#ifndef HASH_LANES_SSE41_H
#define HASH_LANES_SSE41_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

static inline __m128i quads(const uint8_t *p, size_t s)
{
	(void)s; /* there is one */
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

#define V              __m128i
#define LANES          4
#define SET1(x)        _mm_set1_epi32((int)(x))
#define LOAD(p)        _mm_load_si128((const __m128i *)(const void *)(p))
#define STORE(p, v)    _mm_store_si128((__m128i *)(void *)(p), (v))
#define LOW32(a, b)    _mm_unpacklo_epi32((a), (b))
#define HIGH32(a, b)   _mm_unpackhi_epi32((a), (b))
#define LOW64(a, b)    _mm_unpacklo_epi64((a), (b))
#define HIGH64(a, b)   _mm_unpackhi_epi64((a), (b))
#define SHUFFLE(v, by) _mm_shuffle_epi8((v), (by))
#define ADD(a, b)      _mm_add_epi32((a), (b))
#define XOR(a, b)      _mm_xor_si128((a), (b))
#define XOR3(a, b, c)  XOR(XOR((a), (b)), (c))
#define AND(a, b)      _mm_and_si128((a), (b))
#define OR(a, b)       _mm_or_si128((a), (b))
#define SHR(x, n)      _mm_srli_epi32((x), (n))
#define ROR(x, n)      OR(SHR((x), (n)), _mm_slli_epi32((x), 32 - (n)))
#define CH(e, f, g)    XOR(AND(XOR((f), (g)), (e)), (g))
#define MAJ(a, b, c)   OR(AND((a), (b)), AND(OR((a), (b)), (c)))

/* Unsigned: what is its own minimum with top is not above it. */
static inline uint32_t not_above(__m128i v, uint32_t top)
{
	const __m128i low = _mm_min_epu32(v, _mm_set1_epi32((int)top));

	return (uint32_t)_mm_movemask_ps(
		_mm_castsi128_ps(_mm_cmpeq_epi32(low, v)));
}

#define PASSES(v, top) not_above((v), (top))
#define LANE_NUMBERS   _mm_set_epi32(3, 2, 1, 0)
/* Bytes of each word, or of a vector of them, the other way round. */
#define SWAP_BYTES(v)                                                          \
	SHUFFLE((v), _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, \
				  1, 2, 3))

#endif /* HASH_LANES_SSE41_H */
