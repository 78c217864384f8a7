/* mem - memory from the heap, for what outlives a call.
 *
 * Out of memory is fatal, here and nowhere else. What keeps that honest:
 * everything that grows has a limit given at its creation. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* n zeroed items of size bytes; never NULL; the caller frees with free(). */
void *mem_new(size_t n, size_t size) __attribute__((malloc));

/* p (from mem_new, or NULL) grown or shrunk to n items; new bytes are not
 * cleared. Never NULL unless n is 0. */
void *mem_resize(void *p, size_t n, size_t size);

/* A copy of n bytes, NUL-terminated behind them. */
char *mem_text(const void *p, size_t n) __attribute__((malloc));

#endif /* BASE_MEM_H */
