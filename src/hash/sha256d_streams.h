/* sha256d_streams - one body for the kernels whose instruction set does rounds
 * of SHA-256 itself, for one message or for STREAMS of them: each round waits
 * for the one before, so another message fills what the first leaves idle
 * (bench_sha256d). No include guard: each such sha256d_<isa>.c includes it
 * once, after defining
 *
 *	STREAMS		how many messages run_streams() takes
 *	W		four message words
 *	struct state	a to h, as the instructions want them
 *	start()		the state before the first block
 *	rounds(s, w, i)	rounds 4i to 4i + 3, and w[i & 3] becomes the words 16
 *			later, if there are such
 *	add(s, was)	adds a state to another
 *	load(w, p)	64 bytes as four W
 *	words_of(w, s)	a to h as two W
 *	word_first(x)	W: x, 0, 0, 0
 *	word_last(x)	W: 0, 0, 0, x
 *	store(out, w)	two W as 32 bytes
 *
 * and gets run() and run_streams(), run_padded() and run_streams_padded() of
 * struct sha256d_kernel back. `streams` is a constant where the functions are
 * inlined. */
#include <stdalign.h>
#include <string.h>

INLINE void block(size_t streams, struct state s[STREAMS], W w[STREAMS][4])
{
	struct state was[STREAMS];

	for (size_t l = 0; l < streams; l++)
		was[l] = s[l];
#pragma GCC unroll 16
	for (size_t i = 0; i < 16; i++) {
		for (size_t l = 0; l < streams; l++)
			rounds(&s[l], w[l], i);
	}
	for (size_t l = 0; l < streams; l++)
		add(&s[l], &was[l]);
}

/* The one or two blocks at the end of a message of n bytes: what is left of
 * it, a one bit, zeros, its length in bits. */
INLINE void pad(uint8_t tail[128], const uint8_t *msg, size_t n, size_t blocks)
{
	const uint64_t bits = __builtin_bswap64((uint64_t)n * 8);
	const size_t rest = n % 64;

	memset(tail, 0, 64 * blocks);
	if (rest)
		memcpy(tail, msg + n - rest, rest);
	tail[rest] = 0x80;
	memcpy(tail + 64 * blocks - 8, &bits, 8);
}

/* Blocks from `msg` on, `stride` apart for the streams. */
INLINE void blocks(size_t streams, struct state s[STREAMS], const uint8_t *msg,
		   size_t stride, size_t n)
{
	W w[STREAMS][4];

	for (size_t at = 0; at < 64 * n; at += 64) {
		for (size_t l = 0; l < streams; l++)
			load(w[l], msg + l * stride + at);
		block(streams, s, w);
	}
}

/* The hash of the hash. */
INLINE void finish(size_t streams, uint8_t (*out)[32], struct state s[STREAMS])
{
	W w[STREAMS][4];

	for (size_t l = 0; l < streams; l++) {
		words_of(w[l], s[l]);
		w[l][2] = word_first(0x80000000);
		w[l][3] = word_last(256);
		s[l] = start();
	}
	block(streams, s, w);
	for (size_t l = 0; l < streams; l++) {
		words_of(w[l], s[l]);
		store(out[l], w[l]);
	}
}

INLINE void hash(size_t streams, uint8_t (*out)[32], const uint8_t *msg,
		 size_t stride, size_t n)
{
	const size_t last = n % 64 < 56 ? 1 : 2;
	alignas(16) uint8_t tail[STREAMS][128];
	struct state s[STREAMS];

	for (size_t l = 0; l < streams; l++) {
		s[l] = start();
		pad(tail[l], msg + l * stride, n, last);
	}
	blocks(streams, s, msg, stride, n / 64);
	blocks(streams, s, tail[0], sizeof(tail[0]), last);
	finish(streams, out, s);
}

INLINE void hash_padded(size_t streams, uint8_t (*out)[32], const uint8_t *msg,
			size_t n)
{
	struct state s[STREAMS];

	for (size_t l = 0; l < streams; l++)
		s[l] = start();
	blocks(streams, s, msg, 64 * n, n);
	finish(streams, out, s);
}

static void run(uint8_t (*out)[32], const uint8_t *msg, size_t stride, size_t n)
{
	hash(1, out, msg, stride, n);
}

static void run_streams(uint8_t (*out)[32], const uint8_t *msg, size_t stride,
			size_t n)
{
	hash(STREAMS, out, msg, stride, n);
}

static void run_padded(uint8_t (*out)[32], const uint8_t *msg, size_t n)
{
	hash_padded(1, out, msg, n);
}

static void run_streams_padded(uint8_t (*out)[32], const uint8_t *msg, size_t n)
{
	hash_padded(STREAMS, out, msg, n);
}
