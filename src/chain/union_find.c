#include "chain/union_find.h"

#include <stdlib.h>

#include "base/mem.h"

#define ROOT 0x80000000u /* the rest is the size */

void union_find_fini(struct union_find *u)
{
	free(u->node);
	*u = (struct union_find){ 0 };
}

uint32_t union_find_add(struct union_find *u)
{
	if (u->n >= UNION_FIND_MAX)
		return UINT32_MAX;
	if (u->n == u->room) {
		/* By a half, so that a large one is not copied to twice its
		 * size at the end. */
		u->room = u->room < 1024 ? 1024 : u->room + u->room / 2;
		u->node = mem_resize(u->node, u->room, sizeof(u->node[0]));
	}
	u->node[u->n] = ROOT | 1;
	return (uint32_t)u->n++;
}

uint32_t union_find_root(struct union_find *u, uint32_t x)
{
	while (!(u->node[x] & ROOT)) {
		const uint32_t up = u->node[x];

		if (!(u->node[up] & ROOT))
			u->node[x] = u->node[up];
		x = up;
	}
	return x;
}

bool union_find_join(struct union_find *u, uint32_t a, uint32_t b)
{
	a = union_find_root(u, a);
	b = union_find_root(u, b);
	if (a == b)
		return false;
	if ((u->node[a] & ~ROOT) < (u->node[b] & ~ROOT)) {
		const uint32_t swap = a;

		a = b;
		b = swap;
	}
	u->node[a] += u->node[b] & ~ROOT;
	u->node[b] = a;
	return true;
}

uint32_t union_find_size(struct union_find *u, uint32_t x)
{
	return u->node[union_find_root(u, x)] & ~ROOT;
}
