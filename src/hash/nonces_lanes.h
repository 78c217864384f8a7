/* nonces_lanes - one body for every kernel that tries LANES nonces side by
 * side, one per 32-bit lane. No include guard: each nonces_<isa>.c includes it
 * once, after defining
 *
 *	V, LANES	the vector type and how many 32-bit lanes it has
 *	LANE_NUMBERS	a V: 0, 1, 2, ...
 *	SWAP_BYTES(v)	of every lane
 *	PASSES(v, top)	a uint32_t: bit l is set if lane l is at most top
 *
 * and what lanes_turns.h asks for, and gets run() of struct nonces_kernel back.
 * Words that are fixed, or zero, are so when this is compiled: what is not
 * needed is not even generated. The hash's last word is the only one that is
 *looked at, and is e after round 60, so the last rounds are not done and of
 *those before them only half.
 *
 * With ROLLED defined, what can be a loop is one: where an instruction set
 * needs many instructions, the code else does not fit the processor's first
 * cache (SSE4.1 ran at half the speed). */

#include "hash/lanes_turns.h"

/* h + K + word of round t, if the word is fixed. In the first three rounds
 * after v h is fixed too, and is part of a sum made before. */
INLINE V fixed_addend(const V s[8], const struct schedule *words,
		      const struct nonces_entry *entry, int v, int t)
{
	return t <= v + 3 ? SET1(entry->folded[t - v])
			  : ADD(s[7], SET1(words->addend[t]));
}

/* The rounds after v, up to and with `last`, making words as they go. */
INLINE void turns(V s[8], V w[64], const struct schedule *words,
		  const struct nonces_entry *entry, struct kinds k, const int v,
		  const int last)
{
#pragma GCC unroll 64
	for (int t = v + 1; t <= last; t++) {
		V x = fixed_addend(s, words, entry, v, t);

		if (!is_any(k.fixed | k.zero, t)) {
			if (t >= 16)
				w[t] = word(w, words->fixed, k, t);
			x = ADD(x, w[t]);
		}
		turn(s, x);
	}
}

INLINE void begin(V s[8], const struct nonces_entry *entry, V first_word)
{
#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		s[i] = SET1(entry->state[i]);
	s[0] = ADD(s[0], first_word);
	s[4] = ADD(s[4], first_word);
}

/* The header's last words: 0 to 2 and the padding are fixed, and so are 16 and
 * 17, which they make. The second hash's: the padding. */
#define HEADER_KINDS ((struct kinds){ 0x38017, 0x07fe0 })
#define HASH_KINDS   ((struct kinds){ 0x08100, 0x07e00 })

#ifdef ROLLED
enum {
	UNROLL_EIGHTS = 1
};

/* From t on no word is fixed and all rounds are alike: they are done sixteen at
 * a time. */
INLINE void turns_alike(V s[8], const V w[64], const struct schedule *words,
			const int from, const int last)
{
	V ring[16];

#pragma GCC unroll 16
	for (int i = 0; i < 16; i++)
		ring[i] = w[from - 16 + i];
	for (int t = from;; t += 16) {
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			const V x = ring[(i + 1) & 15], y = ring[(i + 14) & 15];

			ring[i] = ADD(ADD(ring[i], SIG_SHR(x, 7, 18, 3)),
				      ADD(ring[(i + 9) & 15],
					  SIG_SHR(y, 17, 19, 10)));
			turn(s, ADD(ADD(ring[i], SET1(words->addend[t + i])),
				    s[7]));
			if (i == (last - from) % 16 && t + i == last)
				return;
		}
	}
}
#else
enum {
	UNROLL_EIGHTS = 7
};
#endif

/* The rounds of the header's second block, and of the second hash. */
INLINE void turns_header(V s[8], V w[64], const struct nonces_job *job)
{
	const struct schedule *words = &job->words[0];

#ifdef ROLLED
	turns(s, w, words, &job->first[0], HEADER_KINDS, 3, 33);
	turns_alike(s, w, words, 34, 63);
#else
	turns(s, w, words, &job->first[0], HEADER_KINDS, 3, 63);
#endif
}

INLINE void turns_hash(V s[8], V w[64], const struct nonces_job *job)
{
	const struct schedule *words = &job->words[1];

#ifdef ROLLED
	turns(s, w, words, &job->second, HASH_KINDS, 0, 31);
	turns_alike(s, w, words, 32, 60);
#else
	turns(s, w, words, &job->second, HASH_KINDS, 0, 60);
#endif
}

/* From the state after the header's last round to whether the second hash
 * passes. */
INLINE uint32_t finish(V s[8], const struct nonces_job *job, size_t v,
		       uint32_t top)
{
	V w[64];

#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		w[i] = ADD(s[i], SET1(job->first[v].before[i]));
	begin(s, &job->second, w[0]);
	turns_hash(s, w, job);
	const V last = ADD(s[4], SET1(job->second.before[7]));

	return PASSES(SWAP_BYTES(last), top);
}

static void run_one(uint32_t *hits, const struct nonces_job *job,
		    uint32_t first, size_t n, uint32_t top)
{
	for (size_t g = 0; g < n; g++, first += LANES) {
		V s[8], w[64];

		w[3] = SWAP_BYTES(ADD(SET1(first), LANE_NUMBERS));
		begin(s, &job->first[0], w[3]);
		turns_header(s, w, job);
		hits[g] = finish(s, job, 0, top);
	}
}

/* K + word of rounds 18 to 63. */
INLINE void make_words(V kw[64], V nonce, const struct schedule *words)
{
	V w[64];

	w[3] = nonce;
#pragma GCC unroll 64
	for (int t = 18; t < 64; t++) {
		w[t] = word(w, words->fixed, HEADER_KINDS, t);
		kw[t] = ADD(w[t], SET1(words->addend[t]));
	}
}

/* The header's rounds 4 to 63 with a version; kw is filled from 8 on. */
INLINE void turns_version(V s[8], const V kw[64], const struct nonces_job *job,
			  size_t v)
{
#pragma GCC unroll 4
	for (int t = 4; t < 8; t++)
		turn(s, fixed_addend(s, &job->words[0], &job->first[v], 3, t));
#pragma GCC unroll UNROLL_EIGHTS
	for (int t = 8; t < 64; t += 8) {
#pragma GCC unroll 8
		for (int i = 0; i < 8; i++)
			turn(s, ADD(s[7], kw[t + i]));
	}
}

static void run_versions(uint32_t *hits, const struct nonces_job *job,
			 uint32_t first, size_t n, uint32_t top)
{
	V s[8], kw[64];

	for (int t = 8; t < 18; t++)
		kw[t] = SET1(job->words[0].addend[t]);
	for (size_t g = 0; g < n; g++, first += LANES) {
		const V nonce = SWAP_BYTES(ADD(SET1(first), LANE_NUMBERS));

		make_words(kw, nonce, &job->words[0]);
		for (size_t v = 0; v < job->num_versions; v++) {
			begin(s, &job->first[v], nonce);
			turns_version(s, kw, job, v);
			*hits++ = finish(s, job, v, top);
		}
	}
}

static void run(uint32_t *hits, const struct nonces_job *job, uint32_t first,
		size_t n, uint32_t top)
{
	if (job->num_versions == 1)
		run_one(hits, job, first, n, top);
	else
		run_versions(hits, job, first, n, top);
}
