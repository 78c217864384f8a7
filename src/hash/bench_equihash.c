/* Milliseconds to verify a solution, best of some trials: block 0 of Zcash's
 * main chain; the same with its last bit flipped, which costs all hashes too;
 * and with its first, which a verifier notices at once. */
#include <stdio.h>
#include <time.h>

#include "base/hex.h"
#include "hash/equihash.h"
#include "hash/test_equihash_sample.h"

#define TRIALS 9
#define ROUNDS 100

static uint8_t header[EQUIHASH_ZCASH_HEADER];
static uint8_t solution[EQUIHASH_ZCASH_SOLUTION];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static unsigned verify(void)
{
	unsigned num_valid = 0;

	for (int i = 0; i < ROUNDS; i++)
		num_valid += equihash_valid(
			&equihash_zcash,
			(struct span){ header, sizeof(header) },
			(struct span){ solution, sizeof(solution) });
	return num_valid;
}

static void print_row(const char *name)
{
	double best = 1e9;
	unsigned num_valid = 0;

	for (int trial = 0; trial < TRIALS; trial++) {
		const double from = now();

		num_valid = verify();

		const double took = now() - from;

		best = took < best ? took : best;
	}
	printf("%-18s %7.4f ms  %s\n", name, best / ROUNDS * 1e3,
	       num_valid ? "valid" : "refused");
}

int main(void)
{
	if (!hex_bytes(header, sizeof(header),
		       (struct span){ (const uint8_t *)genesis_header,
				      sizeof(genesis_header) - 1 }) ||
	    !hex_bytes(solution, sizeof(solution),
		       (struct span){ (const uint8_t *)genesis_solution,
				      sizeof(genesis_solution) - 1 }))
		return 1;
	print_row("good");
	solution[sizeof(solution) - 1] ^= 1;
	print_row("last bit flipped");
	solution[sizeof(solution) - 1] ^= 1;
	solution[0] ^= 128;
	print_row("first bit flipped");
	return 0;
}
