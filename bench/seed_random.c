#include "bench/seed_random.h"

#include <math.h>

uint64_t seed_random_u64(struct seed_random *r)
{
	uint64_t x = r->state += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

void seed_random_bytes(struct seed_random *r, uint8_t *out, size_t n)
{
	uint64_t x = 0;

	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0)
			x = seed_random_u64(r);
		out[i] = (uint8_t)(x >> i % 8 * 8);
	}
}

double seed_random_uniform(struct seed_random *r)
{
	return ((double)(seed_random_u64(r) >> 12) + 0.5) * 0x1p-52;
}

double seed_random_exponential(struct seed_random *r)
{
	return -log(seed_random_uniform(r));
}

double seed_random_normal(struct seed_random *r)
{
	const double length = sqrt(2 * seed_random_exponential(r));

	return length * cos(2 * acos(-1) * seed_random_uniform(r));
}
