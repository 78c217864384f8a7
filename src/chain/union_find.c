#include "chain/union_find.h"

#include <stdlib.h>

#include "base/mem.h"

#define ROOT 0x80000000u /* the rest is the size */

void union_find_init(struct union_find *u, uint32_t n)
{
	*u = (struct union_find){ mem_new(n, sizeof(u->node[0])), n };
	for (uint32_t i = 0; i < n; i++)
		u->node[i] = ROOT | 1;
}

void union_find_fini(struct union_find *u)
{
	free(u->node);
	*u = (struct union_find){ 0 };
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
