#include "chain/bit_ranks.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"

#define LARGE ((size_t)2 << 20) /* a large page */

static size_t lines(uint64_t limit)
{
	return (size_t)(limit / BIT_RANKS_LINE) + 1;
}

void bit_ranks_init(struct bit_ranks *b, uint64_t limit)
{
	const size_t n = lines(limit);
	void *p = NULL;

	if (posix_memalign(&p, n * sizeof(struct bit_line) < LARGE ? 64 : LARGE,
			   n * sizeof(struct bit_line)) != 0)
		p = mem_new(SIZE_MAX, 1); /* fatal, as everywhere */
	/* Bits are asked for all over it. */
	if (n * sizeof(struct bit_line) >= LARGE)
		madvise(p, n * sizeof(struct bit_line), MADV_HUGEPAGE);
	memset(p, 0, n * sizeof(struct bit_line));
	*b = (struct bit_ranks){ .line = p, .limit = limit };
}

void bit_ranks_fini(struct bit_ranks *b)
{
	free(b->line);
	*b = (struct bit_ranks){ 0 };
}

/* Added up in pairs, fours, bytes: not every processor has an instruction for
 * it. */
static uint32_t ones(uint32_t word)
{
	word -= word >> 1 & 0x55555555;
	word = (word & 0x33333333) + (word >> 2 & 0x33333333);
	return ((word + (word >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

uint32_t bit_ranks_count(struct bit_ranks *b, uint32_t from)
{
	for (size_t i = 0; i < lines(b->limit); i++) {
		struct bit_line *l = &b->line[i];

		l->before = from;
		for (size_t w = 0; w < BIT_RANKS_LINE / 32; w++)
			from += ones(l->word[w]);
	}
	return from;
}

uint32_t bit_ranks_below(const struct bit_ranks *b, uint64_t i)
{
	const struct bit_line *l = &b->line[i / BIT_RANKS_LINE];
	const unsigned at = (unsigned)(i % BIT_RANKS_LINE);
	uint32_t n = l->before;

	for (unsigned w = 0; w < at / 32; w++)
		n += ones(l->word[w]);
	return n + ones(l->word[at / 32] & ((1u << at % 32) - 1));
}
