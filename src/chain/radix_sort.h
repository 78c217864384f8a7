/* radix_sort - numbers of 64 bits in ascending order, from the highest digit
 * down (McIlroy, Bostic and McIlroy 1993, with a second array in place of the
 * permutation): linear, whatever the numbers are. */
#ifndef CHAIN_RADIX_SORT_H
#define CHAIN_RADIX_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Numbers that agree in all bits from `bits` up. scratch has room for n. */
void radix_sort(uint64_t *v, uint64_t *scratch, size_t n, unsigned bits);

#endif /* CHAIN_RADIX_SORT_H */
