#include "chain/radix_sort.h"

#include <string.h>

#define DIGIT  8
#define VALUES (1u << DIGIT)
#define FEW    48 /* that are sorted by insertion */

static void insert(uint64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const uint64_t x = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* As deep as there are digits in 64 bits. NOLINTNEXTLINE(misc-no-recursion) */
void radix_sort(uint64_t *v, uint64_t *scratch, size_t n, unsigned bits)
{
	const unsigned shift = bits > DIGIT ? bits - DIGIT : 0;
	size_t end[VALUES] = { 0 }, at = 0;

	if (n <= FEW) {
		insert(v, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		end[v[i] >> shift & (VALUES - 1)]++;
	for (unsigned d = 0; d < VALUES; d++) {
		const size_t count = end[d];

		end[d] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
		scratch[end[v[i] >> shift & (VALUES - 1)]++] = v[i];
	memcpy(v, scratch, n * sizeof(v[0]));
	for (unsigned d = 0; d < VALUES && shift > 0; d++) {
		const size_t from = d ? end[d - 1] : 0;

		radix_sort(v + from, scratch + from, end[d] - from, shift);
	}
}
