/* lanes_avx2 - the vector operations that sha256d_lanes.h and nonces_lanes.h
 * ask for, with AVX2: eight 32-bit lanes. Private to src/hash. */
#ifndef HASH_LANES_AVX2_H
#define HASH_LANES_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

static inline __m128i quad(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m256i quads(const uint8_t *p, size_t s)
{
	return _mm256_set_m128i(quad(p + s), quad(p));
}

#define V              __m256i
#define LANES          8
#define SET1(x)        _mm256_set1_epi32((int)(x))
#define LOAD(p)        _mm256_load_si256((const __m256i *)(const void *)(p))
#define STORE(p, v)    _mm256_store_si256((__m256i *)(void *)(p), (v))
#define LOW32(a, b)    _mm256_unpacklo_epi32((a), (b))
#define HIGH32(a, b)   _mm256_unpackhi_epi32((a), (b))
#define LOW64(a, b)    _mm256_unpacklo_epi64((a), (b))
#define HIGH64(a, b)   _mm256_unpackhi_epi64((a), (b))
#define SHUFFLE(v, by) _mm256_shuffle_epi8((v), _mm256_broadcastsi128_si256(by))
#define ADD(a, b)      _mm256_add_epi32((a), (b))
#define XOR(a, b)      _mm256_xor_si256((a), (b))
#define XOR3(a, b, c)  XOR(XOR((a), (b)), (c))
#define AND(a, b)      _mm256_and_si256((a), (b))
#define OR(a, b)       _mm256_or_si256((a), (b))
#define SHR(x, n)      _mm256_srli_epi32((x), (n))
#define ROR(x, n)      OR(SHR((x), (n)), _mm256_slli_epi32((x), 32 - (n)))
#define CH(e, f, g)    XOR(AND(XOR((f), (g)), (e)), (g))
#define MAJ(a, b, c)   OR(AND((a), (b)), AND(OR((a), (b)), (c)))

/* Unsigned: what is its own minimum with top is not above it. */
static inline uint32_t not_above(__m256i v, uint32_t top)
{
	const __m256i low = _mm256_min_epu32(v, _mm256_set1_epi32((int)top));

	return (uint32_t)_mm256_movemask_ps(
		_mm256_castsi256_ps(_mm256_cmpeq_epi32(low, v)));
}

#define PASSES(v, top) not_above((v), (top))
#define LANE_NUMBERS   _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0)
/* Bytes of each word, or of a vector of them, the other way round. */
#define SWAP_BYTES(v)                                                          \
	SHUFFLE((v), _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, \
				  1, 2, 3))

#endif /* HASH_LANES_AVX2_H */
