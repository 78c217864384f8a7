/* nonces - one header, many nonces: SHA-256d as a miner needs it.
 *
 * A job is prepared once; what does not depend on the nonce is computed then.
 * A search hashes the header with every nonce of a range and tells those whose
 * hash begins low enough: its most significant 32 bits, as a number, are at
 * most `top`. No such nonce is left out and no other is told; the caller holds
 * the few that pass against the whole target (share_hash(), target_met()).
 * Nonces are the header's last four bytes as a little-endian number.
 *
 * A job may have several versions of the header (rolled as BIP 310 and 320
 * allow, its first four bytes). Each nonce is tried with all of them, and what
 * depends on the nonce but not on the version is computed once for all, which
 * is a sixth of the work. */
#ifndef HASH_NONCES_H
#define HASH_NONCES_H

#include <stddef.h>
#include <stdint.h>

#include "hash/schedule.h"

#define NONCES_HEADER_SIZE 80

#define NONCES_VERSIONS_MAX 8

/* For kernels only. Two blocks depend on the nonce: the header's second, from
 * word v = 3 on, and that of its hash, from word v = 0 on. */
struct nonces_entry {
	uint32_t before[8]; /* a..h before the block */
	uint32_t pair[8];   /* after the whole pairs of rounds before v */
	uint32_t state[8];  /* after round v with word v = 0 */
	uint32_t folded[4]; /* rounds v+1 .. v+3: the addend + h */
};

struct nonces_job {
	uint8_t header[NONCES_HEADER_SIZE];
	uint32_t version[NONCES_VERSIONS_MAX];
	size_t num_versions;
	/* For kernels only. */
	struct schedule words[2];
	struct nonces_entry first[NONCES_VERSIONS_MAX], second;
};

/* The nonce in the header does not matter; its version is the only one. */
void nonces_prepare(struct nonces_job *out,
		    const uint8_t header[NONCES_HEADER_SIZE]);

/* With n versions, 1 to NONCES_VERSIONS_MAX, in place of the header's. */
void nonces_prepare_versions(struct nonces_job *out,
			     const uint8_t header[NONCES_HEADER_SIZE],
			     const uint32_t *versions, size_t n);

#define NONCES_FOUND_MAX 256

struct nonces_found {
	struct {
		uint32_t version, nonce;
	} hit[NONCES_FOUND_MAX]; /* those of a version: as they were tried */
	size_t n;
};

/* Tries first, first + 1, ... (wrapping), count of them, with every version.
 * Returns how many were tried: fewer than count if *found might not hold what
 * is still to come; then go on from there. Any thread. */
uint64_t nonces_search(struct nonces_found *found, const struct nonces_job *job,
		       uint32_t first, uint64_t count, uint32_t top);

/* Which kernel is fastest depends on the processor's make, not only on what it
 * can run. This times those that can run here by `now` (any unit, one that
 * stands still for some milliseconds too, then less well) and keeps the
 * fastest for all later searches of this process. Without it the first of a
 * fixed order is used. Results are the same. Takes some 10 ms. */
void nonces_choose(uint64_t (*now)(void));

/* The kernel in use here, for logs and reports: "avx512". */
const char *nonces_kernel_name(void);

#endif /* HASH_NONCES_H */
