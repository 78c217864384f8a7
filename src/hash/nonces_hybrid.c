#include <stdalign.h>
#include <string.h>

#include "base/cpu.h"
#include "hash/hybrid_rounds.h"
#include "hash/nonces_kernel.h"
#include "hash/sha256d_kernel.h"

/* Sixteen nonces at a time. The two instruction sets work on different hashes,
 * step by step in turn:
 *
 *	first phase	rounds of hash 1 of unit u | words of hash 2 of u - 1
 *	second phase	rounds of hash 2 of u - 1  | words of hash 1 of u + 1
 *
 * A unit is a group of nonces with one version. Each phase has 48 steps of four
 * rounds of some nonces, and beside each a piece of the words, one word
 * mostly. */
#define STEPS 48

struct work_space {
	alignas(64) struct twos kw_header[32]; /* 1 and from 8 on */
	alignas(64) struct twos kw_hash[31];   /* 0 to 3 and from 8 on; the last
						* is word 60, twice */
	alignas(64) struct fours state[2][2]; /* ABEF and CDGH behind hash 1, of
					       * the last unit and of this */
	alignas(64) uint32_t last[16];        /* e after round 60 of hash 2 */
	uint32_t before[NONCES_VERSIONS_MAX][2][4]; /* ABEF and CDGH */
	uint32_t before_hash[2][4];
};

/* Rounds 2 and 3 of hash 1: before them all is the same for all nonces. */
INLINE void begin_header(const struct work_space *w, size_t v, size_t from,
			 size_t n)
{
#define BEGIN(i, a, c)                                                         \
	SET(c, w->before[v][0]);                                               \
	SET(a, w->before[v][1]);                                               \
	TURN_BY_TWO(c, a, two_of(&w->kw_header[1], from + (i)))
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
		turn_twos(&w->kw_header[2 * q], from, n);
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
	TURN_BY_TWO(a, c, two_of(&w->kw_hash[30], from + (i)));                \
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
		turn_twos(&w->kw_hash[2 * q], from, n);
	else
		end_hash(w, from, n);
}

#define HEADER_KINDS ((struct kinds){ 0x38017, 0x07fe0 })
#define HASH_KINDS   ((struct kinds){ 0x08100, 0x07e00 })

/* Word t, and with every second the two that it ends. */
INLINE void make_word(V w[64], V kw[64], struct twos *out,
		      const struct schedule *words, struct kinds k, int t)
{
	w[t] = word(w, words->fixed, k, t);
	kw[t] = ADD(w[t], SET1(words->addend[t]));
	if (t % 2 == 1)
		store_twos(&out[t / 2], kw[t - 1], kw[t]);
}

/* Piece p of STEPS of the words of hash 1: the nonce, then 18 to 63. */
INLINE void make_header(V w[64], V kw[64], struct work_space *space,
			const struct schedule *words, uint32_t first, size_t p)
{
	if (p == 0) {
		w[3] = SWAP_BYTES(ADD(SET1(first), LANE_NUMBERS));
	} else if (p == 1) {
		store_twos(&space->kw_header[1], SET1(words->addend[2]),
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
	V rows[4], sum[8];

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
#pragma GCC unroll 8
	for (size_t i = 0; i < 8; i++) {
		sum[i] = ADD(w[i], SET1(sha256d_k[i]));
		if (i % 2 == 1)
			store_twos(&space->kw_hash[i / 2], sum[i - 1], sum[i]);
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
		store_twos(&space->kw_hash[30], kw[60], kw[60]);
}

static void first_phase(struct work_space *space, const struct nonces_job *job,
			size_t u, size_t v, size_t last_v)
{
	struct fours *const out = space->state[u & 1];
	const struct fours *const last = space->state[~u & 1];
	V w[64], kw[64];

#pragma GCC unroll 3
	for (size_t set = 0; set < SETS; set++) {
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
	for (size_t set = 0; set < SETS; set++) {
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
	store_twos(&space.kw_header[8], SET1(job->words[0].addend[16]),
		   SET1(job->words[0].addend[17]));

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
