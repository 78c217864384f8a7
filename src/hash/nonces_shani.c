#include <immintrin.h>

#include "base/cpu.h"
#include "hash/nonces_kernel.h"
#include "hash/sha256d_kernel.h"

/* The body for two nonces and for four is the same: `lanes` is a constant
 * where it is inlined. Each pair of rounds waits for the one before: how many
 * streams hide that depends on the processor (docs/kernels.md). */
#define INLINE    static inline __attribute__((always_inline))
#define LANES_MAX 4

/* The instructions keep the state as two vectors, ABEF and CDGH, which change
 * places every two rounds. */
struct state {
	__m128i abef[LANES_MAX], cdgh[LANES_MAX];
};

INLINE __m128i load(const uint32_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

INLINE __m128i abef(const uint32_t s[8])
{
	return _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]);
}

INLINE __m128i cdgh(const uint32_t s[8])
{
	return _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]);
}

/* Two rounds with the two lower words of kw, two with the upper. */
INLINE void turns_low(size_t l, struct state *s, __m128i kw)
{
	s->cdgh[l] = _mm_sha256rnds2_epu32(s->cdgh[l], s->abef[l], kw);
}

INLINE void turns_high(size_t l, struct state *s, __m128i kw)
{
	s->abef[l] = _mm_sha256rnds2_epu32(s->abef[l], s->cdgh[l],
					   _mm_shuffle_epi32(kw, 0x0e));
}

/* Rounds whose words are fixed: quads `from` to `to` of the addends. */
INLINE void turns_fixed(size_t lanes, struct state *s,
			const struct schedule *words, size_t from, size_t to)
{
#pragma GCC unroll 4
	for (size_t q = from; q <= to; q++) {
		const __m128i kw = load(words->addend + 4 * q);

		for (size_t l = 0; l < lanes; l++)
			turns_low(l, s, kw);
		for (size_t l = 0; l < lanes; l++)
			turns_high(l, s, kw);
	}
}

/* Rounds of words 4q to 4q + 3, given in w[q & 3]. */
INLINE void turns_with(size_t lanes, struct state *s, __m128i w[LANES_MAX][4],
		       size_t q)
{
	__m128i kw[LANES_MAX];

	for (size_t l = 0; l < lanes; l++) {
		kw[l] = _mm_add_epi32(w[l][q & 3], load(sha256d_k + 4 * q));
		turns_low(l, s, kw[l]);
	}
	for (size_t l = 0; l < lanes; l++)
		turns_high(l, s, kw[l]);
}

/* Words 4q to 4q + 3 from those before, which are in w[(q + 1) & 3] and on.
 * What the first two of the four terms add up to is given. */
INLINE void extend(__m128i w[4], size_t q, __m128i sum)
{
	const __m128i last = w[(q + 3) & 3];
	const __m128i mid = _mm_alignr_epi8(last, w[(q + 2) & 3], 4);

	w[q & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(sum, mid), last);
}

INLINE __m128i first_terms(const __m128i w[4], size_t q)
{
	return _mm_sha256msg1_epu32(w[q & 3], w[(q + 1) & 3]);
}

INLINE void turns_extending(size_t lanes, struct state *s,
			    __m128i w[LANES_MAX][4], size_t from, size_t to)
{
#pragma GCC unroll 12
	for (size_t q = from; q <= to; q++) {
		for (size_t l = 0; l < lanes; l++)
			extend(w[l], q, first_terms(w[l], q));
		turns_with(lanes, s, w, q);
	}
}

INLINE uint32_t ror(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

/* Words 16 to 31 of the header's second block: all before are fixed but for
 * the nonce, word 3, and so are parts of these. */
INLINE void begin_words(size_t lanes, __m128i w[LANES_MAX][4],
			const uint32_t fixed[64], uint32_t first)
{
	for (size_t l = 0; l < lanes; l++) {
		const uint32_t n = __builtin_bswap32(first + (uint32_t)l);
		const uint32_t s0 = ror(n, 7) ^ ror(n, 18) ^ n >> 3;

		w[l][0] = _mm_set_epi32((int)(fixed[19] + n),
					(int)(fixed[18] + s0), (int)fixed[17],
					(int)fixed[16]);
		w[l][1] = _mm_sha256msg2_epu32(load(fixed + 20), w[l][0]);
		w[l][2] = _mm_sha256msg2_epu32(
			_mm_alignr_epi8(w[l][1], w[l][0], 4), w[l][1]);
		extend(w[l], 7, load(fixed + 28));
	}
}

/* Rounds 2 to 15, from the state after rounds 0 and 1. */
INLINE void begin_header(size_t lanes, struct state *s,
			 const struct nonces_job *job, size_t v, uint32_t first)
{
	const uint32_t *addend = job->words[0].addend;
	const __m128i start = cdgh(job->first[v].pair);

	for (size_t l = 0; l < lanes; l++) {
		const uint32_t n = __builtin_bswap32(first + (uint32_t)l);
		const __m128i kw = _mm_set_epi32(0, 0, (int)(addend[3] + n),
						 (int)addend[2]);

		s->cdgh[l] = abef(job->first[v].pair);
		s->abef[l] = _mm_sha256rnds2_epu32(start, s->cdgh[l], kw);
	}
	turns_fixed(lanes, s, &job->words[0], 1, 3);
}

/* The first hash as words 0 to 7 of the second's block. */
INLINE void feed(size_t lanes, struct state *s, __m128i w[LANES_MAX][4],
		 const struct nonces_entry *entry)
{
	for (size_t l = 0; l < lanes; l++) {
		const __m128i f = _mm_shuffle_epi32(
			_mm_add_epi32(s->abef[l], abef(entry->before)), 0x1b);
		const __m128i g = _mm_shuffle_epi32(
			_mm_add_epi32(s->cdgh[l], cdgh(entry->before)), 0x1b);

		w[l][0] = _mm_unpacklo_epi64(f, g);
		w[l][1] = _mm_unpackhi_epi64(f, g);
		s->abef[l] = abef(sha256d_iv);
		s->cdgh[l] = cdgh(sha256d_iv);
	}
}

/* Only as far as the last word of the hash needs it: e after round 60. */
INLINE void hash_hash(size_t lanes, struct state *s, __m128i w[LANES_MAX][4],
		      const struct nonces_job *job)
{
	const __m128i bit = _mm_set_epi32(0, 0, 0, (int)0x80000000);
	const __m128i size = _mm_set_epi32(256, 0, 0, 0);

	turns_with(lanes, s, w, 0);
	turns_with(lanes, s, w, 1);
	turns_fixed(lanes, s, &job->words[1], 2, 3);
	for (size_t l = 0; l < lanes; l++) {
		w[l][0] = _mm_sha256msg2_epu32(first_terms(w[l], 0), size);
		w[l][2] = bit;
		w[l][3] = size;
	}
	turns_with(lanes, s, w, 4);
	for (size_t l = 0; l < lanes; l++)
		extend(w[l], 5, first_terms(w[l], 5));
	turns_with(lanes, s, w, 5);
	for (size_t l = 0; l < lanes; l++)
		extend(w[l], 6, bit); /* word 8; the rest of it is zero */
	turns_with(lanes, s, w, 6);
	turns_extending(lanes, s, w, 7, 14);
	for (size_t l = 0; l < lanes; l++) {
		extend(w[l], 15, first_terms(w[l], 15));
		turns_low(l, s, _mm_add_epi32(w[l][3], load(sha256d_k + 60)));
	}
}

INLINE uint32_t finish(size_t lanes, struct state *s,
		       const struct nonces_job *job, size_t v, uint32_t top)
{
	__m128i w[LANES_MAX][4];
	uint32_t bits = 0;

	feed(lanes, s, w, &job->first[v]);
	hash_hash(lanes, s, w, job);
	for (size_t l = 0; l < lanes; l++) {
		/* F after round 61 is E after round 60. */
		const uint32_t f = (uint32_t)_mm_cvtsi128_si32(s->cdgh[l]);
		const bool low = __builtin_bswap32(f + sha256d_iv[7]) <= top;

		bits |= (uint32_t)low << l;
	}
	return bits;
}

INLINE void run_one(size_t lanes, uint32_t *hits, const struct nonces_job *job,
		    uint32_t first, size_t n, uint32_t top)
{
	for (size_t g = 0; g < n; g++, first += (uint32_t)lanes) {
		struct state s;
		__m128i w[LANES_MAX][4];

		begin_header(lanes, &s, job, 0, first);
		begin_words(lanes, w, job->words[0].fixed, first);
		for (size_t q = 4; q < 8; q++)
			turns_with(lanes, &s, w, q);
		turns_extending(lanes, &s, w, 8, 15);
		hits[g] = finish(lanes, &s, job, 0, top);
	}
}

/* K + word of rounds 16 to 63, for all versions. */
INLINE void make_words(size_t lanes, __m128i kw[16][LANES_MAX],
		       const struct schedule *words, uint32_t first)
{
	__m128i w[LANES_MAX][4];

	begin_words(lanes, w, words->fixed, first);
#pragma GCC unroll 12
	for (size_t q = 4; q < 16; q++) {
		const __m128i k = load(sha256d_k + 4 * q);

		for (size_t l = 0; l < lanes; l++) {
			if (q >= 8)
				extend(w[l], q, first_terms(w[l], q));
			kw[q][l] = _mm_add_epi32(w[l][q & 3], k);
		}
	}
}

INLINE void turns_version(size_t lanes, struct state *s,
			  __m128i kw[16][LANES_MAX])
{
#pragma GCC unroll 12
	for (size_t q = 4; q < 16; q++) {
		for (size_t l = 0; l < lanes; l++)
			turns_low(l, s, kw[q][l]);
		for (size_t l = 0; l < lanes; l++)
			turns_high(l, s, kw[q][l]);
	}
}

INLINE void run_versions(size_t lanes, uint32_t *hits,
			 const struct nonces_job *job, uint32_t first, size_t n,
			 uint32_t top)
{
	for (size_t g = 0; g < n; g++, first += (uint32_t)lanes) {
		__m128i kw[16][LANES_MAX];

		make_words(lanes, kw, &job->words[0], first);
		for (size_t v = 0; v < job->num_versions; v++) {
			struct state s;

			begin_header(lanes, &s, job, v, first);
			turns_version(lanes, &s, kw);
			*hits++ = finish(lanes, &s, job, v, top);
		}
	}
}

INLINE void run(size_t lanes, uint32_t *hits, const struct nonces_job *job,
		uint32_t first, size_t n, uint32_t top)
{
	if (job->num_versions == 1)
		run_one(lanes, hits, job, first, n, top);
	else
		run_versions(lanes, hits, job, first, n, top);
}

static void run_pair(uint32_t *hits, const struct nonces_job *job,
		     uint32_t first, size_t n, uint32_t top)
{
	run(2, hits, job, first, n, top);
}

static void run_quad(uint32_t *hits, const struct nonces_job *job,
		     uint32_t first, size_t n, uint32_t top)
{
	run(4, hits, job, first, n, top);
}

const struct nonces_kernel nonces_shani_pair = { "shani-pair", CPU_SHANI, 2,
						 run_pair };
const struct nonces_kernel nonces_shani_quad = { "shani-quad", CPU_SHANI, 4,
						 run_quad };
