/* nonces_kernel - what a kernel must provide. Private to src/hash. */
#ifndef HASH_NONCES_KERNEL_H
#define HASH_NONCES_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash/nonces.h"

struct nonces_kernel {
	const char *name;
	unsigned needs;     /* CPU_* bits, all of them */
	unsigned num_lanes; /* nonces in a group, at most 32 */
	/* Tries the nonces of n groups from first upwards (wrapping). Bit l of
	 * hits[g * job->num_versions + v] is set exactly if nonce first +
	 * g * num_lanes + l passes with version v. */
	void (*run)(uint32_t *hits, const struct nonces_job *job,
		    uint32_t first, size_t n, uint32_t top);
};

/* The reference: the whole header by sha256d_scalar, nothing prepared. */
extern const struct nonces_kernel nonces_scalar;
extern const struct nonces_kernel nonces_word;
extern const struct nonces_kernel nonces_sse41;
extern const struct nonces_kernel nonces_avx2;
extern const struct nonces_kernel nonces_avx512;
extern const struct nonces_kernel nonces_shani_pair;
extern const struct nonces_kernel nonces_shani_quad;
extern const struct nonces_kernel nonces_hybrid;

/* Ends with the reference. NULL-terminated. */
extern const struct nonces_kernel *const nonces_kernels[];

/* Does k agree with the reference? Asked of a kernel before its first use. */
bool nonces_kernel_agrees(const struct nonces_kernel *k);

#endif /* HASH_NONCES_KERNEL_H */
