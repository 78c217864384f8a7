/* seed_random - numbers that look random and are the same for the same seed,
 * on every machine (SplitMix64: Steele, Lea and Flood, OOPSLA 2014). */
#ifndef BENCH_SEED_RANDOM_H
#define BENCH_SEED_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct seed_random {
	uint64_t state; /* any; the seed */
};

uint64_t seed_random_u64(struct seed_random *r);
void seed_random_bytes(struct seed_random *r, uint8_t *out, size_t n);

double seed_random_uniform(struct seed_random *r); /* 0 < x < 1 */
/* Waiting time at a mean of 1. */
double seed_random_exponential(struct seed_random *r);
/* Mean 0, standard deviation 1. */
double seed_random_normal(struct seed_random *r);

#endif /* BENCH_SEED_RANDOM_H */
