#include <stdalign.h>
#include <string.h>

#include "base/cpu.h"
#include "hash/hybrid_rounds.h"
#include "hash/sha256d_kernel.h"

/* Two units of sixteen messages: the rounds of one's block go beside the words
 * of the other's. Where the words of a block come from, and whether they are
 * known, is settled before, so that there is one piece of code for each of the
 * two works, and one for both, which fit the processor's first cache. */
#define UNITS 2

/* K + word of a block. */
struct addends {
	alignas(64) struct fours given[4];
	struct twos made[24]; /* words 16 to 63 */
};

struct unit {
	struct addends kw;
	alignas(64) uint32_t word[16][LANES];
	alignas(64) struct fours state[2]; /* ABEF and CDGH */
};

struct work_space {
	struct unit unit[UNITS];
	struct addends known; /* of the block behind 64 bytes */
	alignas(64) uint8_t tail[UNITS * LANES][2][64];
};

struct messages {
	const uint8_t *at;
	size_t stride, n;     /* bytes */
	size_t whole, blocks; /* of 64 bytes: as they lie there; with padding */
};

/* a..h, in the order the instructions want them: ABEF, then CDGH. */
static const size_t order[2][4] = { { 5, 4, 1, 0 }, { 7, 6, 3, 2 } };

INLINE V each_four(const uint32_t four[4])
{
	return _mm512_broadcast_i32x4(_mm_loadu_si128(whole(four)));
}

static void start(struct fours state[2])
{
	for (size_t i = 0; i < 2; i++) {
		uint32_t four[4];

		for (size_t j = 0; j < 4; j++)
			four[j] = sha256d_iv[order[i][j]];
		for (size_t row = 0; row < 4; row++)
			STORE(state[i].row[row], each_four(four));
	}
}

/* Words 4q to 4q + 3 of a block, as the rounds want them; and as vectors of
 * one word each, for the words that follow. */
INLINE void take_quad(struct unit *u, size_t q, const V rows[4])
{
	const V k = each_four(sha256d_k + 4 * q);
	V words[4];

#pragma GCC unroll 4
	for (size_t i = 0; i < 4; i++)
		STORE(u->kw.given[q].row[i], ADD(rows[i], k));
	transpose(words, rows);
#pragma GCC unroll 4
	for (size_t i = 0; i < 4; i++)
		STORE(u->word[4 * q + i], words[i]);
}

/* The block at msg of each message. */
static void take_block(struct unit *u, const uint8_t *msg, size_t stride)
{
	for (size_t q = 0; q < 4; q++) {
		V rows[4];

#pragma GCC unroll 4
		for (size_t i = 0; i < 4; i++)
			rows[i] = SWAP_BYTES(
				quads(msg + i * stride + 16 * q, 4 * stride));
		take_quad(u, q, rows);
	}
}

/* Row i of the states as words a to d and e to h of four messages. */
INLINE void words_of(V out[2], const struct fours state[2], size_t i)
{
	const V f = _mm512_shuffle_epi32(LOAD(state[0].row[i]), 0x1b);
	const V g = _mm512_shuffle_epi32(LOAD(state[1].row[i]), 0x1b);

	out[0] = LOW64(f, g);
	out[1] = HIGH64(f, g);
}

/* The block that is a hash, and the state before it. */
static void take_hash(struct unit *u)
{
	const uint32_t padding[2][4] = { { 0x80000000 }, { 0, 0, 0, 256 } };
	V rows[2][4];

#pragma GCC unroll 4
	for (size_t i = 0; i < 4; i++) {
		V words[2];

		words_of(words, u->state, i);
		rows[0][i] = words[0];
		rows[1][i] = words[1];
	}
	take_quad(u, 0, rows[0]);
	take_quad(u, 1, rows[1]);
	for (size_t q = 0; q < 2; q++) {
#pragma GCC unroll 4
		for (size_t i = 0; i < 4; i++)
			rows[0][i] = each_four(padding[q]);
		take_quad(u, 2 + q, rows[0]);
	}
	start(u->state);
}

/* Word t + i of a block in w[i], and with every second the two that it ends. t
 * is a multiple of 16. */
INLINE void make_word(struct unit *u, V w[16], size_t t, size_t i)
{
	const V x = w[(i + 1) & 15], y = w[(i + 14) & 15];
	const uint32_t *k = sha256d_k + t + i;

	w[i] = ADD(ADD(w[i], SIG_SHR(x, 7, 18, 3)),
		   ADD(w[(i + 9) & 15], SIG_SHR(y, 17, 19, 10)));
	if (i % 2 == 1)
		store_twos(&u->kw.made[(t + i) / 2 - 8],
			   ADD(w[i - 1], SET1(k[-1])), ADD(w[i], SET1(k[0])));
}

/* Rounds 4q to 4q + 3 of a set. */
INLINE void turn_quad(const struct addends *kw, size_t q, size_t from, size_t n)
{
	if (q < 4)
		turn_four(&kw->given[q], from, n);
	else
		turn_twos(&kw->made[2 * q - 8], from, n);
}

INLINE void begin_set(const struct fours state[2], size_t from, size_t n)
{
#define BEGIN(i, a, c)                                                         \
	SET(a, four_of(&state[0], from + (i)));                                \
	SET(c, four_of(&state[1], from + (i)))
	EACH(n, BEGIN);
#undef BEGIN
}

INLINE void end_set(struct fours state[2], size_t from, size_t n)
{
#define END(i, a, c)                                                           \
	ADD_TO(four_of(&state[0], from + (i)), a);                             \
	ADD_TO(four_of(&state[1], from + (i)), c)
	EACH(n, END);
#undef END
}

/* All rounds of a unit's block. */
static void rounds_alone(struct fours state[2], const struct addends *kw)
{
#pragma GCC unroll 3
	for (size_t set = 0; set < SETS; set++) {
		const size_t from = begins[set], n = begins[set + 1] - from;

		begin_set(state, from, n);
#pragma GCC unroll 16
		for (size_t q = 0; q < 16; q++)
			turn_quad(kw, q, from, n);
		end_set(state, from, n);
	}
}

INLINE void load_words(V w[16], const struct unit *u)
{
#pragma GCC unroll 16
	for (size_t i = 0; i < 16; i++)
		w[i] = LOAD(u->word[i]);
}

static void words_alone(struct unit *u)
{
	V w[16];

	load_words(w, u);
	for (size_t t = 16; t < 64; t += 16) {
#pragma GCC unroll 16
		for (size_t i = 0; i < 16; i++)
			make_word(u, w, t, i);
	}
}

/* All rounds of a unit's block, and beside them the words of another's. */
static void rounds_beside(struct fours state[2], const struct addends *kw,
			  struct unit *other)
{
	V w[16];

	load_words(w, other);
#pragma GCC unroll 3
	for (size_t set = 0; set < SETS; set++) {
		const size_t from = begins[set], n = begins[set + 1] - from;

		begin_set(state, from, n);
#pragma GCC unroll 16
		for (size_t q = 0; q < 16; q++) {
			turn_quad(kw, q, from, n);
			make_word(other, w, 16 + 16 * set, q);
		}
		end_set(state, from, n);
	}
}

/* What is behind the whole blocks of a message of n bytes: what is left of it,
 * a one bit, zeros, its length in bits. */
static void pad(uint8_t tail[2][64], const uint8_t *msg, size_t n,
		size_t blocks)
{
	const uint64_t bits = __builtin_bswap64((uint64_t)n * 8);
	const size_t rest = n % 64;
	const __mmask64 mask = (UINT64_C(1) << rest) - 1;

	STORE(tail[0], _mm512_maskz_loadu_epi8(mask, msg + n - rest));
	STORE(tail[1], _mm512_setzero_si512());
	tail[0][rest] = 0x80;
	memcpy(tail[blocks - 1] + 56, &bits, 8);
}

static void write_hashes(uint8_t (*out)[32], const struct fours state[2])
{
	for (size_t i = 0; i < 4; i++) {
		V words[2];

		words_of(words, state, i);
		for (size_t h = 0; h < 2; h++) {
			alignas(64) uint8_t quad[4][16];

			STORE(quad, SWAP_BYTES(words[h]));
			for (size_t j = 0; j < 4; j++)
				memcpy(out[4 * j + i] + 16 * h, quad[j], 16);
		}
	}
}

/* Block i of a unit's messages: of the message, behind it, or its hash. */
static void take(struct work_space *s, size_t unit, size_t i,
		 const struct messages *m)
{
	struct unit *u = &s->unit[unit];
	const size_t first = unit * LANES;

	if (i < m->whole)
		take_block(u, m->at + first * m->stride + 64 * i, m->stride);
	else if (i < m->blocks)
		take_block(u, s->tail[first][i - m->whole], sizeof(s->tail[0]));
	else
		take_hash(u);
}

/* The words of the block behind 64 bytes are the same for all messages. */
static bool is_known(const struct messages *m, size_t i)
{
	return i == 1 && m->n == 64 && m->blocks == 2;
}

static void know(struct addends *out)
{
	const uint32_t *k = sha256d_addends_behind_64;

	for (size_t i = 0; i < 16; i++)
		STORE(out->given[i / 4].row[i % 4], each_four(k + i / 4 * 4));
	for (size_t i = 0; i < 48; i++) {
		long long two; /* words of the schedule, the first lowest */

		memcpy(&two, k + 16 + i / 2 * 2, sizeof(two));
		STORE(out->made[i / 2].row[i % 2], _mm512_set1_epi64(two));
	}
}

static void begin(struct work_space *s, const struct messages *m)
{
	for (size_t unit = 0; unit < UNITS; unit++)
		start(s->unit[unit].state);
	if (is_known(m, 1)) {
		know(&s->known);
		return;
	}
	for (size_t l = 0; m->blocks > m->whole && l < UNITS * LANES; l++)
		pad(s->tail[l], m->at + l * m->stride, m->n,
		    m->blocks - m->whole);
}

/* The rounds of block i of a unit, beside the words of block j of the other. */
static void step(struct work_space *s, size_t unit, size_t i, size_t j,
		 const struct messages *m)
{
	struct unit *u = &s->unit[unit], *other = &s->unit[!unit];
	const struct addends *kw = is_known(m, i) ? &s->known : &u->kw;

	if (j > m->blocks || is_known(m, j)) {
		rounds_alone(u->state, kw);
	} else {
		take(s, !unit, j, m);
		rounds_beside(u->state, kw, other);
	}
}

static void hash(uint8_t (*out)[32], const struct messages *m)
{
	struct work_space s;

	begin(&s, m);
	take(&s, 0, 0, m);
	words_alone(&s.unit[0]);
	for (size_t i = 0; i <= m->blocks; i++) {
		step(&s, 0, i, i, m);
		step(&s, 1, i, i + 1, m);
	}
	for (size_t unit = 0; unit < UNITS; unit++)
		write_hashes(out + unit * LANES, s.unit[unit].state);
}

static void run(uint8_t (*out)[32], const uint8_t *msg, size_t stride, size_t n)
{
	const struct messages m = { msg, stride, n, n / 64, (n + 8) / 64 + 1 };

	hash(out, &m);
}

static void run_padded(uint8_t (*out)[32], const uint8_t *msg, size_t blocks)
{
	const struct messages m = { msg, 64 * blocks, 64 * blocks, blocks,
				    blocks };

	hash(out, &m);
}

const struct sha256d_kernel sha256d_hybrid = { "hybrid", CPU_SHANI | CPU_AVX512,
					       UNITS *LANES, run, run_padded };
