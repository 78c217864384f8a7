/* bit_ranks - a set of numbers below a limit as bits, and how many of them are
 * below a given one; 8.5 bits for each 8 numbers.
 *
 * A cache line holds 480 bits, and the count of those before it:
 *
 *	| u32 ones before | 480 bits |
 */
#ifndef CHAIN_BIT_RANKS_H
#define CHAIN_BIT_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIT_RANKS_LINE 480

struct bit_line {
	uint32_t before;
	uint32_t word[BIT_RANKS_LINE / 32];
};

struct bit_ranks {
	struct bit_line *line;
	uint64_t limit;
};

/* Empty, for numbers below limit. */
void bit_ranks_init(struct bit_ranks *b, uint64_t limit);
void bit_ranks_fini(struct bit_ranks *b);

static inline bool bit_ranks_has(const struct bit_ranks *b, uint64_t i)
{
	const struct bit_line *l = &b->line[i / BIT_RANKS_LINE];
	const unsigned at = (unsigned)(i % BIT_RANKS_LINE);

	return l->word[at / 32] >> at % 32 & 1;
}

static inline void bit_ranks_put(struct bit_ranks *b, uint64_t i)
{
	struct bit_line *l = &b->line[i / BIT_RANKS_LINE];
	const unsigned at = (unsigned)(i % BIT_RANKS_LINE);

	l->word[at / 32] |= 1u << at % 32;
}

/* Counts, after the last change: bit_ranks_below() may be asked from now on. It
 * starts at `from`. Returns from and how many there are. */
uint32_t bit_ranks_count(struct bit_ranks *b, uint32_t from);

/* How many are below i, and what counting began with. */
uint32_t bit_ranks_below(const struct bit_ranks *b, uint64_t i);

static inline void bit_ranks_fetch(const struct bit_ranks *b, uint64_t i)
{
	__builtin_prefetch(&b->line[i / BIT_RANKS_LINE]);
}

#endif /* CHAIN_BIT_RANKS_H */
