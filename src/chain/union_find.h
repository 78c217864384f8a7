/* union_find - which of a billion and a half things belong together, in four
 * bytes each.
 *
 * A root holds the size of its set, anything else the number of something
 * nearer to the root; the upper bit tells which. Union by size, paths halved as
 * they are walked (Tarjan and van Leeuwen 1984). */
#ifndef CHAIN_UNION_FIND_H
#define CHAIN_UNION_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNION_FIND_MAX 0x7fffffffu

struct union_find {
	uint32_t *node;
	uint32_t n;
};

/* n <= UNION_FIND_MAX things, each alone in its set. */
void union_find_init(struct union_find *u, uint32_t n);
void union_find_fini(struct union_find *u);

uint32_t union_find_root(struct union_find *u, uint32_t x);
/* True: they were apart. */
bool union_find_join(struct union_find *u, uint32_t a, uint32_t b);
/* How many belong to the set of x. */
uint32_t union_find_size(struct union_find *u, uint32_t x);

#endif /* CHAIN_UNION_FIND_H */
