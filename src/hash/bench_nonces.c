/* Millions of nonces per second for every kernel that can run here: median of
 * short rounds that the kernels take in turn, by processor time, because other
 * work on the machine then disturbs all alike. Cycles are by a chain of
 * dependent multiplications, timed in the same rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cpu.h"
#include "hash/nonces_kernel.h"

#define ROUNDS      41
#define KERNELS_MAX 16
#define GROUPS      1024
#define SLICE       0.02 /* seconds */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t nanoseconds(void)
{
	return (uint64_t)(now() * 1e9);
}

/* Cycles per second: a multiplication takes three on every x86-64 processor
 * that can run more than the scalar kernels, and on most others. */
static double clock_rate(void)
{
	const uint64_t steps = 2000000;
	uint64_t x = 3;
	const double from = now();

	for (uint64_t i = 0; i < steps; i++) {
		x *= 0x9e3779b97f4a7c15;
		__asm__ volatile("" : "+r"(x));
	}
	return (double)steps * 3 / (now() - from);
}

static double speed(const struct nonces_kernel *k, const struct nonces_job *job)
{
	static uint32_t hits[GROUPS * NONCES_VERSIONS_MAX];
	static uint32_t first;
	const size_t n = k->num_lanes == 1 ? 64 : GROUPS;
	const double from = now();
	double tried = 0, took = 0;

	while (took < SLICE) {
		k->run(hits, job, first, n, 0);
		first += (uint32_t)n * k->num_lanes;
		tried += (double)(n * k->num_lanes * job->num_versions);
		took = now() - from;
	}
	return tried / took;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double v[ROUNDS])
{
	qsort(v, ROUNDS, sizeof(v[0]), compare);
	return v[ROUNDS / 2];
}

static double rates[2][KERNELS_MAX][ROUNDS];

static void print_row(size_t i, double hz, double scalar)
{
	const struct nonces_kernel *k = nonces_kernels[i];

	if (k->needs & ~cpu_bits())
		return;
	printf("%-11s", k->name);
	for (size_t versions = 0; versions < 2; versions++) {
		double *r = rates[versions][i];
		const double v = median(r);

		printf(" %6.2f MH/s (%.2f to %.2f) %6.1f cycles %5.1fx ",
		       v / 1e6, r[0] / 1e6, r[ROUNDS - 1] / 1e6, hz / v,
		       v / scalar);
	}
	printf("\n");
}

int main(void)
{
	static const uint32_t versions[NONCES_VERSIONS_MAX] = { 1, 2, 3, 4,
								5, 6, 7, 8 };
	static double clocks[ROUNDS];
	uint8_t header[NONCES_HEADER_SIZE];
	struct nonces_job jobs[2];
	size_t n = 0;

	memset(header, 0x5a, sizeof(header));
	nonces_prepare(&jobs[0], header);
	nonces_prepare_versions(&jobs[1], header, versions,
				NONCES_VERSIONS_MAX);
	while (nonces_kernels[n])
		n++;
	for (size_t r = 0; r < ROUNDS; r++) {
		clocks[r] = clock_rate();
		for (size_t i = 0; i < 2 * n; i++) {
			if (!(nonces_kernels[i / 2]->needs & ~cpu_bits()))
				rates[i % 2][i / 2][r] = speed(
					nonces_kernels[i / 2], &jobs[i % 2]);
		}
	}

	const double hz = median(clocks), scalar = median(rates[0][n - 1]);

	printf("clock %.2f GHz; median (lowest to highest) of %d rounds, "
	       "cycles "
	       "a hash;\nfirst with one version of the header, then with %d\n",
	       hz / 1e9, ROUNDS, NONCES_VERSIONS_MAX);
	for (size_t i = 0; i < n; i++)
		print_row(i, hz, scalar);
	nonces_choose(nanoseconds);
	printf("chosen by time: %s\n", nonces_kernel_name());
	return 0;
}
