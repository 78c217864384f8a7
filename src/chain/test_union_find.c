#include <stdlib.h>

#include "chain/union_find.h"
#include "test/tap.h"

#define N 400

static uint32_t state = 3;

static uint32_t below(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)state * n) >> 32);
}

/* Against labels that are all rewritten at each union. */
static void test_model(void)
{
	struct union_find u;
	uint32_t label[N], size;
	bool good = true;

	union_find_init(&u, N);
	for (uint32_t i = 0; i < N; i++)
		label[i] = i;
	for (int step = 0; step < 2000 && good; step++) {
		const uint32_t a = below(N), b = below(N);
		const uint32_t from = label[b], to = label[a];

		good &= union_find_join(&u, a, b) == (from != to);
		for (uint32_t i = 0; i < N; i++)
			label[i] = label[i] == from ? to : label[i];
		const uint32_t x = below(N), y = below(N);

		good &= (union_find_root(&u, x) == union_find_root(&u, y)) ==
			(label[x] == label[y]);
		size = 0;
		for (uint32_t i = 0; i < N; i++)
			size += label[i] == label[x];
		good &= union_find_size(&u, x) == size;
	}
	OK(good);
	union_find_fini(&u);
}

/* A chain of unions, each of the largest with one: depth stays small. */
static void test_long(void)
{
	const uint32_t n = 1000000;
	struct union_find u;

	union_find_init(&u, n);
	for (uint32_t i = 1; i < n; i++)
		union_find_join(&u, i - 1, i);
	OK(union_find_size(&u, n / 2) == n);
	OK(union_find_root(&u, 0) == union_find_root(&u, n - 1));
	union_find_fini(&u);
}

int main(void)
{
	test_model();
	test_long();
	return tap_end();
}
