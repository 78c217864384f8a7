/* extranonces_kernel - what a kernel must provide. Private to src/hash. */
#ifndef HASH_EXTRANONCES_KERNEL_H
#define HASH_EXTRANONCES_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash/extranonces.h"

struct extranonces_kernel {
	const char *name;
	unsigned needs;     /* CPU_* bits, all of them */
	unsigned num_lanes; /* values in a group, at most 32 */
	/* Bit l of what is returned is set exactly if value first + l
	 * (wrapping) passes, for l < num_lanes. */
	uint32_t (*run)(const struct extranonces_job *job, uint32_t first,
			uint32_t top);
};

/* The reference: every message whole, one at a time, by sha256d_scalar. */
extern const struct extranonces_kernel extranonces_scalar;
/* The lowest top that lets a value pass, by the reference. */
uint32_t extranonces_top(const struct extranonces_job *job, uint32_t value);

/* Whole messages too, by sha256d_many(), whichever kernel that takes. */
extern const struct extranonces_kernel extranonces_many;
extern const struct extranonces_kernel extranonces_avx2;
extern const struct extranonces_kernel extranonces_avx512;

/* Fastest first where nothing can be timed; ends with the reference.
 * NULL-terminated. */
extern const struct extranonces_kernel *const extranonces_kernels[];

/* Does k agree with the reference? Asked of a kernel before its first use. */
bool extranonces_kernel_agrees(const struct extranonces_kernel *k);

/* The counting bytes of a coinbase of the job. */
void extranonces_put(uint8_t *coinbase, const struct extranonces_job *job,
		     uint32_t value);

#endif /* HASH_EXTRANONCES_KERNEL_H */
