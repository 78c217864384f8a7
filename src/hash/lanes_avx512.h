/* lanes_avx512 - the vector operations that sha256d_lanes.h and nonces_lanes.h
 * ask for, with AVX-512 (F and BW): sixteen 32-bit lanes. Private to src/hash.
 */
#ifndef HASH_LANES_AVX512_H
#define HASH_LANES_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

static inline __m128i quad(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m512i quads(const uint8_t *p, size_t s)
{
	__m512i v = _mm512_broadcast_i32x4(quad(p));

	v = _mm512_inserti32x4(v, quad(p + s), 1);
	v = _mm512_inserti32x4(v, quad(p + 2 * s), 2);
	return _mm512_inserti32x4(v, quad(p + 3 * s), 3);
}

#define V              __m512i
#define LANES          16
#define SET1(x)        _mm512_set1_epi32((int)(x))
#define LOAD(p)        _mm512_load_si512(p)
#define STORE(p, v)    _mm512_store_si512((p), (v))
#define LOW32(a, b)    _mm512_unpacklo_epi32((a), (b))
#define HIGH32(a, b)   _mm512_unpackhi_epi32((a), (b))
#define LOW64(a, b)    _mm512_unpacklo_epi64((a), (b))
#define HIGH64(a, b)   _mm512_unpackhi_epi64((a), (b))
#define SHUFFLE(v, by) _mm512_shuffle_epi8((v), _mm512_broadcast_i32x4(by))
#define ADD(a, b)      _mm512_add_epi32((a), (b))
#define SHR(x, n)      _mm512_srli_epi32((x), (n))
#define ROR(x, n)      _mm512_ror_epi32((x), (n))
/* One instruction each: the immediates are the functions' truth tables. */
#define XOR3(a, b, c) _mm512_ternarylogic_epi32((a), (b), (c), 0x96)
#define CH(e, f, g)   _mm512_ternarylogic_epi32((e), (f), (g), 0xca)
#define MAJ(a, b, c)  _mm512_ternarylogic_epi32((a), (b), (c), 0xe8)

#define PASSES(v, top) _mm512_cmple_epu32_mask((v), SET1(top))
#define LANE_NUMBERS                                                           \
	_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
/* Bytes of each word, or of a vector of them, the other way round. */
#define SWAP_BYTES(v)                                                          \
	SHUFFLE((v), _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, \
				  1, 2, 3))

#endif /* HASH_LANES_AVX512_H */
