/* extranonces_lanes - one body for every kernel that tries LANES values side by
 * side, one per 32-bit lane. No include guard: each extranonces_<isa>.c
 * includes it once, after defining
 *
 *	V, LANES	the vector type and how many 32-bit lanes it has
 *	LOAD(p)		aligned
 *	SWAP_BYTES(v)	of every lane
 *	PASSES(v, top)	a uint32_t: bit l is set if lane l is at most top
 *
 * and what lanes_turns.h asks for, and gets run() of struct extranonces_kernel
 * back. A hash never leaves its lanes: the words of one are the first words of
 * the next block. */
#include <stdalign.h>

#include "hash/lanes_blocks.h"

/* The two words with the counting bytes, of one value. */
INLINE void split(uint32_t out[2], const struct extranonces_job *job,
		  uint32_t value)
{
	/* The bytes as they lie in the message, from the top down. */
	const unsigned shift = 8 * (job->at % 4);
	const unsigned unused = 32 - 8 * (unsigned)job->length;
	const uint64_t bytes = job->length == 0 ? 0
			       : job->little_endian
				       ? (uint64_t)(__builtin_bswap32(value) >>
						    unused << unused)
				       : (uint64_t)(value << unused);

	out[0] = (uint32_t)(bytes << 32 >> shift >> 32);
	out[1] = (uint32_t)(bytes << 32 >> shift);
}

/* The coinbase, from the first block with counting bytes on. */
INLINE void hash_coinbase(V h[8], const struct extranonces_job *job,
			  uint32_t first)
{
	alignas(64) uint32_t lane[2][LANES];

	for (uint32_t l = 0; l < LANES; l++) {
		uint32_t words[2];

		split(words, job, first + l);
		lane[0][l] = words[0];
		lane[1][l] = words[1];
	}
	for (int i = 0; i < 8; i++)
		h[i] = SET1(job->before[i]);
	for (size_t b = 0; b < job->num_counting; b++) {
		V w[16];

		for (size_t i = 0; i < 16; i++)
			w[i] = SET1(job->counting[b][i]);
		for (size_t i = 0; i < 2; i++) {
			const size_t at = job->word + i - 16 * b;

			if (at < 16)
				w[at] = ADD(w[at], LOAD(lane[i]));
		}
		block(h, w);
	}
	for (size_t b = 0; b < job->num_behind; b++)
		block_known(h, job->behind[b]);
}

/* A node: a hash, and the branch. */
INLINE void hash_node(V h[8], const struct schedule *branch)
{
	V s[8], w[32];

#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		w[i] = h[i];
	start(h);
	begin(s, h);
	turns_partly(s, w, branch->addend, branch->fixed,
		     (struct kinds){ 0xff00, 0 }, 0);
	end(h, s);
	block_known(h, sha256d_addends_behind_64);
}

/* The header, whose bytes 36 to 67 are the root. */
INLINE void hash_header(V h[8], const struct extranonces_job *job)
{
	V s[8], w[32], next[32];

#pragma GCC unroll 7
	for (int i = 0; i < 7; i++)
		w[9 + i] = h[i];
	next[0] = h[7];
	for (int i = 0; i < 8; i++)
		s[i] = SET1(job->before_root[i]);
	start(h);
	turns_partly(s, w, job->root[0].addend, job->root[0].fixed,
		     (struct kinds){ 0x1ff, 0 }, 9);
	end(h, s);
	begin(s, h);
	/* Time, nBits, nonce and padding make words 17, 19 and 21 known. */
	turns_partly(s, next, job->root[1].addend, job->root[1].fixed,
		     (struct kinds){ 0x2a801e, 0x7fe0 }, 0);
	end(h, s);
}

static uint32_t run(const struct extranonces_job *job, uint32_t first,
		    uint32_t top)
{
	V h[8], once[8];

	hash_coinbase(h, job, first);
	for (size_t i = 0;; i++) {
		for (int j = 0; j < 8; j++)
			once[j] = h[j];
		start(h);
		block_hash(h, once);
		if (i < job->num_branches)
			hash_node(h, &job->branches[i]);
		else if (i == job->num_branches)
			hash_header(h, job);
		else
			break;
	}
	return PASSES(SWAP_BYTES(h[7]), top);
}
