#include <immintrin.h>
#include <stdalign.h>
#include <string.h>

#include "base/cpu.h"
#include "hash/lanes_avx512.h"
#include "hash/nonces_kernel.h"
#include "hash/sha256d_kernel.h"

#include "hash/lanes_turns.h"

/* AVX-512 makes the message words of sixteen nonces, SHA-NI does their rounds
 * with K + word from memory: neither waits for the slow instructions of the
 * other (docs/kernels.md). The two work on different hashes at a time, step by
 * step in turn:
 *
 *	first phase	rounds of hash 1 of unit u | words of hash 2 of u - 1
 *	second phase	rounds of hash 2 of u - 1  | words of hash 1 of u + 1
 *
 * A unit is a group of nonces with one version. Rounds are done for some of
 * the nonces at a time, as many as fit the registers and hide the latency;
 * each phase so has 48 steps of four rounds of theirs, and beside each a piece
 * of the words, one word mostly.
 *
 * SHA-NI knows registers 0 to 15 only, by their old encoding, and some
 * processors take hundreds of cycles for such an instruction when the upper
 * part of one of these was written. So the two share no register: this file is
 * compiled with 0 to 15 out of the compiler's reach (-ffixed-xmm0 ...), and
 * what is in them is in the statements below alone. Stream i has its ABEF in
 * register 1 + 2i and its CDGH in 2 + 2i; every two rounds they change places.
 * Register 0 has K + word, as the instruction wants it. */
#define STEPS 48

/* Where each of three sets of streams begins. */
static const size_t begins[] = { 0, 6, 11, 16 };

/* Four words of each nonce: those of nonce 4j + i are the j-th 16 bytes of
 * vector i, as transposing four vectors of words leaves them. */
struct fours {
	uint32_t row[4][16];
};

/* Two words of each nonce: of 4j + i in vector i / 2. */
struct twos {
	uint32_t row[2][16];
};

struct work_space {
	alignas(64) struct fours kw_header[16]; /* from 4 on: words 16 to 63 */
	alignas(64) struct twos kw_nonce;       /* words 2 and 3 */
	alignas(64) struct fours kw_hash[15];   /* 0, 1 and from 4 on */
	alignas(64) struct twos kw_last;        /* word 60, twice */
	alignas(64) struct fours state[2][2]; /* ABEF and CDGH behind hash 1, of
					       * the last unit and of this */
	alignas(64) uint32_t last[16];        /* e after round 60 of hash 2 */
	uint32_t before[NONCES_VERSIONS_MAX][2][4]; /* ABEF and CDGH */
	uint32_t before_hash[2][4];
};

INLINE __m128i *whole(const uint32_t *p)
{
	return (__m128i *)(uintptr_t)p;
}

INLINE uint64_t *half(const uint32_t *p)
{
	return (uint64_t *)(uintptr_t)p;
}

INLINE const uint32_t *four_of(const struct fours *q, size_t nonce)
{
	return &q->row[nonce & 3][nonce / 4 * 4];
}

INLINE const uint32_t *two_of(const struct twos *p, size_t nonce)
{
	return &p->row[nonce / 2 & 1][nonce / 4 * 4 + (nonce & 1) * 2];
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

INLINE void turn_four(const struct fours *kw, size_t from, size_t n)
{
#define LOW(i, a, c)  TURN(a, c, four_of(kw, from + (i)))
#define HIGH(i, a, c) TURN_BY_TWO(c, a, four_of(kw, from + (i)) + 2)
	EACH(n, LOW);
	EACH(n, HIGH);
#undef LOW
#undef HIGH
}

INLINE void turn_four_fixed(const uint32_t *addend, size_t n)
{
#define LOW(i, a, c)  TURN(a, c, addend)
#define HIGH(i, a, c) TURN_BY_TWO(c, a, addend + 2)
	EACH(n, LOW);
	EACH(n, HIGH);
#undef LOW
#undef HIGH
}

/* Rounds 2 and 3 of hash 1: before them all is the same for all nonces. */
INLINE void begin_header(const struct work_space *w, size_t v, size_t from,
			 size_t n)
{
#define BEGIN(i, a, c)                                                         \
	SET(c, w->before[v][0]);                                               \
	SET(a, w->before[v][1]);                                               \
	TURN_BY_TWO(c, a, two_of(&w->kw_nonce, from + (i)))
	EACH(n, BEGIN);
#undef BEGIN
}

INLINE void end_header(struct fours out[2], size_t from, size_t n)
{
#define END(i, a, c)                                                           \
	GET(four_of(&out[0], from + (i)), a);                                  \
	GET(four_of(&out[1], from + (i)), c)
	EACH(n, END);
#undef END
}

/* Step q of a set of streams: quad q of the rounds of hash 1. */
INLINE void step_header(const struct work_space *w, struct fours out[2],
			const struct nonces_job *job, size_t v, size_t from,
			size_t n, size_t q)
{
	if (q == 0)
		begin_header(w, v, from, n);
	else if (q < 4)
		turn_four_fixed(job->words[0].addend + 4 * q, n);
	else
		turn_four(&w->kw_header[q], from, n);
	if (q == 15)
		end_header(out, from, n);
}

INLINE void begin_hash(const struct work_space *w, size_t n)
{
#define BEGIN(i, a, c)                                                         \
	SET(a, w->before_hash[0]);                                             \
	SET(c, w->before_hash[1])
	EACH(n, BEGIN);
#undef BEGIN
}

/* Rounds 60 and 61 of hash 2. F after the second is E after the first, which is
 * all that its last word needs. */
INLINE void end_hash(struct work_space *w, size_t from, size_t n)
{
#define END(i, a, c)                                                           \
	TURN_BY_TWO(a, c, two_of(&w->kw_last, from + (i)));                    \
	GET_LOWEST(&w->last[from + (i)], c)
	EACH(n, END);
#undef END
}

INLINE void step_hash(struct work_space *w, const struct nonces_job *job,
		      size_t from, size_t n, size_t q)
{
	if (q == 0)
		begin_hash(w, n);
	if (q == 2 || q == 3)
		turn_four_fixed(job->words[1].addend + 4 * q, n);
	else if (q < 15)
		turn_four(&w->kw_hash[q], from, n);
	else
		end_hash(w, from, n);
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

INLINE void store_quads(struct fours *out, const V in[4])
{
	V v[4];

	transpose(v, in);
#pragma GCC unroll 4
	for (size_t i = 0; i < 4; i++)
		STORE(out->row[i], v[i]);
}

INLINE void store_twos(struct twos *out, V even, V odd)
{
	STORE(out->row[0], LOW32(even, odd));
	STORE(out->row[1], HIGH32(even, odd));
}

#define HEADER_KINDS ((struct kinds){ 0x38017, 0x07fe0 })
#define HASH_KINDS   ((struct kinds){ 0x08100, 0x07e00 })

/* Word t, and with every fourth the quad that it ends. */
INLINE void make_word(V w[64], V kw[64], struct fours *out,
		      const struct schedule *words, struct kinds k, int t)
{
	w[t] = word(w, words->fixed, k, t);
	kw[t] = ADD(w[t], SET1(words->addend[t]));
	if (t % 4 == 3)
		store_quads(&out[t / 4], kw + t - 3);
}

/* Piece p of STEPS of the words of hash 1: the nonce, then 18 to 63. */
INLINE void make_header(V w[64], V kw[64], struct work_space *space,
			const struct schedule *words, uint32_t first, size_t p)
{
	if (p == 0) {
		w[3] = SWAP_BYTES(ADD(SET1(first), LANE_NUMBERS));
		kw[16] = SET1(words->addend[16]);
		kw[17] = SET1(words->addend[17]);
	} else if (p == 1) {
		store_twos(&space->kw_nonce, SET1(words->addend[2]),
			   ADD(w[3], SET1(words->addend[3])));
	} else {
		make_word(w, kw, space->kw_header, words, HEADER_KINDS,
			  (int)p + 16);
	}
}

/* Of a..h, in ABEF and in CDGH. */
static const size_t order[2][4] = { { 5, 4, 1, 0 }, { 7, 6, 3, 2 } };

/* Words 0 to 7 of hash 2, which are hash 1: four of them, in the order in which
 * the rounds leave them, then K added to all. */
INLINE void take_hash(V w[64], struct work_space *space,
		      const struct fours state[2], const struct nonces_job *job,
		      size_t v, size_t p)
{
	const uint32_t *before = job->first[v].before;
	V rows[4], sum[4];

	if (p < 2) {
#pragma GCC unroll 4
		for (size_t i = 0; i < 4; i++)
			rows[i] = LOAD(state[p].row[i]);
		transpose(sum, rows);
#pragma GCC unroll 4
		for (size_t i = 0; i < 4; i++)
			w[order[p][i]] = ADD(sum[i], SET1(before[order[p][i]]));
		return;
	}
#pragma GCC unroll 2
	for (size_t q = 0; q < 2; q++) {
#pragma GCC unroll 4
		for (size_t i = 0; i < 4; i++)
			sum[i] = ADD(w[4 * q + i], SET1(sha256d_k[4 * q + i]));
		store_quads(&space->kw_hash[q], sum);
	}
}

/* Piece p of STEPS of the words of hash 2: 0 to 7, then 16 to 60. */
INLINE void make_hash(V w[64], V kw[64], struct work_space *space,
		      const struct fours state[2], const struct nonces_job *job,
		      size_t v, size_t p)
{
	if (p < 3)
		take_hash(w, space, state, job, v, p);
	else
		make_word(w, kw, space->kw_hash, &job->words[1], HASH_KINDS,
			  (int)p + 13);
	if (p == STEPS - 1)
		store_twos(&space->kw_last, kw[60], kw[60]);
}

static void first_phase(struct work_space *space, const struct nonces_job *job,
			size_t u, size_t v, size_t last_v)
{
	struct fours *const out = space->state[u & 1];
	const struct fours *const last = space->state[~u & 1];
	V w[64], kw[64];

#pragma GCC unroll 3
	for (size_t set = 0; set < 3; set++) {
		const size_t from = begins[set], n = begins[set + 1] - from;

#pragma GCC unroll 16
		for (size_t q = 0; q < 16; q++) {
			step_header(space, out, job, v, from, n, q);
			make_hash(w, kw, space, last, job, last_v,
				  16 * set + q);
		}
	}
}

/* Makes words only if the next unit has other nonces. */
INLINE void second_phase(struct work_space *space, const struct nonces_job *job,
			 uint32_t next, bool has_next)
{
	V w[64], kw[64];

#pragma GCC unroll 3
	for (size_t set = 0; set < 3; set++) {
		const size_t from = begins[set], n = begins[set + 1] - from;

#pragma GCC unroll 16
		for (size_t q = 0; q < 16; q++) {
			step_hash(space, job, from, n, q);
			if (has_next)
				make_header(w, kw, space, &job->words[0], next,
					    16 * set + q);
		}
	}
}

static void second_phase_with(struct work_space *space,
			      const struct nonces_job *job, uint32_t next)
{
	second_phase(space, job, next, true);
}

static void second_phase_alone(struct work_space *space,
			       const struct nonces_job *job)
{
	second_phase(space, job, 0, false);
}

/* a..h in the order the instructions want. */
static void set_before(uint32_t out[2][4], const uint32_t s[8])
{
	for (size_t i = 0; i < 8; i++)
		out[i / 4][i % 4] = s[order[i / 4][i % 4]];
}

static void run(uint32_t *hits, const struct nonces_job *job, uint32_t first,
		size_t n, uint32_t top)
{
	const size_t units = n * job->num_versions;
	const V iv = SET1(job->second.before[7]);
	struct work_space space;

	memset(&space, 0, sizeof(space));
	for (size_t v = 0; v < job->num_versions; v++)
		set_before(space.before[v], job->first[v].pair);
	set_before(space.before_hash, job->second.before);

	/* The first unit's words, and one unit more than there are for the
	 * last one's second hash: what else is made then is not used. */
	second_phase_with(&space, job, first);
	for (size_t u = 0, v = 0, last_v = 0; u <= units; u++) {
		first_phase(&space, job, u, v, last_v);
		last_v = v++;
		if (v == job->num_versions) {
			v = 0;
			first += LANES;
			second_phase_with(&space, job, first);
		} else {
			second_phase_alone(&space, job);
		}
		if (u > 0)
			hits[u - 1] = PASSES(
				SWAP_BYTES(ADD(iv, LOAD(space.last))), top);
	}
}

const struct nonces_kernel nonces_hybrid = { "hybrid", CPU_SHANI | CPU_AVX512,
					     LANES, run };
