#include "chain/radix_sort.h"

#include <assert.h>
#include <string.h>

#define DIGIT_MAX 12 /* bits; what counts them fits the first cache */
#define FEW       48 /* that are sorted by insertion */

/* Copies n entries that are nearly in order, so that they are. */
static void insert(uint64_t *v, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint64_t x = from[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* As many bits as leave one or two entries for each value of a digit. */
static unsigned digit_for(size_t n, unsigned bits)
{
	unsigned digit = 5;

	while (digit < DIGIT_MAX && n >> (digit + 1) > 0)
		digit++;
	return digit < bits ? digit : bits;
}

/* Entries by their digit, from v to scratch; begin: of each value's. */
static void spread(uint64_t *scratch, const uint64_t *v, size_t n,
		   uint32_t *begin, unsigned shift, unsigned digit)
{
	const size_t values = (size_t)1 << digit;
	uint32_t at = 0;

	memset(begin, 0, values * sizeof(begin[0]));
	for (size_t i = 0; i < n; i++)
		begin[v[i] >> shift & (values - 1)]++;
	for (size_t d = 0; d < values; d++) {
		const uint32_t count = begin[d];

		begin[d] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
		scratch[begin[v[i] >> shift & (values - 1)]++] = v[i];
}

/* As deep as there are digits in 64 bits. NOLINTNEXTLINE(misc-no-recursion) */
void radix_sort(uint64_t *v, uint64_t *scratch, size_t n, unsigned bits)
{
	uint32_t end[1u << DIGIT_MAX];
	size_t done = 0, from = 0;

	assert(n <= UINT32_MAX);
	if (n == 0)
		return;
	if (n <= FEW) {
		memcpy(scratch, v, n * sizeof(v[0]));
		insert(v, scratch, n);
		return;
	}
	const unsigned digit = digit_for(n, bits), shift = bits - digit;

	/* What begins a value's entries comes to their end. */
	spread(scratch, v, n, end, shift, digit);
	for (size_t d = 0; d < (size_t)1 << digit && shift > 0;
	     from = end[d++]) {
		const size_t many = end[d] - from;

		if (many <= FEW)
			continue;
		insert(v + done, scratch + done, from - done);
		memcpy(v + from, scratch + from, many * sizeof(v[0]));
		radix_sort(v + from, scratch + from, many, shift);
		done = end[d];
	}
	insert(v + done, scratch + done, n - done);
}
