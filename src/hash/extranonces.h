/* extranonces - one share, many extranonces: SHA-256d as a search for an
 * extranonce that was not captured needs it.
 *
 *	coinbase with a value in it -> hash -> branches -> header -> hash
 *
 * A job is prepared once; what does not depend on the value is computed then:
 * the coinbase's blocks before it, the message words of those behind it and of
 * the branches, the header's first rounds. A search makes the header's hash
 * for every value of a range and tells those whose hash begins low enough: its
 * most significant 32 bits, as a number, are at most `top`. No such value is
 * left out and no other is told; the caller holds the few that pass against
 * the whole target. */
#ifndef HASH_EXTRANONCES_H
#define HASH_EXTRANONCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash/schedule.h"

#define EXTRANONCES_HEADER_SIZE  80
#define EXTRANONCES_COINBASE_MAX 8192
#define EXTRANONCES_BRANCHES_MAX 64
/* Blocks of the longest coinbase and its padding. */
#define EXTRANONCES_BLOCKS_MAX (EXTRANONCES_COINBASE_MAX / 64 + 1)

/* What is searched. */
struct extranonces_share {
	const uint8_t *coinbase;
	size_t coinbase_n; /* at most EXTRANONCES_COINBASE_MAX */
	/* The bytes that count: `length` of them (0 to 4) from `at` on, as a
	 * big- or little-endian number. What is there does not matter. */
	size_t at, length;
	bool little_endian;
	const uint8_t *branches; /* 32 bytes each */
	size_t num_branches;     /* at most EXTRANONCES_BRANCHES_MAX */
	/* Its merkle root does not matter. */
	const uint8_t *header;
};

struct extranonces_job {
	uint8_t coinbase[EXTRANONCES_COINBASE_MAX];
	size_t coinbase_n, at, length;
	bool little_endian;
	uint8_t branch[EXTRANONCES_BRANCHES_MAX][32];
	size_t num_branches;
	uint8_t header[EXTRANONCES_HEADER_SIZE];
	/* For kernels only. The counting bytes are in two words, `word` and the
	 * next, of one block or of two, in which they are zero here. */
	uint32_t before[8]; /* the state before that block */
	uint32_t counting[2][16];
	size_t num_counting, word;
	uint32_t behind[EXTRANONCES_BLOCKS_MAX][64]; /* addends */
	size_t num_behind;
	struct schedule branches[EXTRANONCES_BRANCHES_MAX]; /* words 8 to 15 */
	struct schedule root[2]; /* of the header: words 9 to 15, word 0 */
	uint32_t before_root[8]; /* after the header's rounds 0 to 8 */
};

/* False if a size is above its maximum, or `length` bytes from `at` on are not
 * all in the coinbase; *out is then as it was. */
bool extranonces_prepare(struct extranonces_job *out,
			 const struct extranonces_share *share);

#define EXTRANONCES_FOUND_MAX 256

struct extranonces_found {
	uint32_t value[EXTRANONCES_FOUND_MAX]; /* as they were tried */
	size_t n;
};

/* Tries the numbers first, first + 1, ... (wrapping; of one above what `length`
 * bytes hold the lower bytes), count of them. Returns how many were tried:
 * fewer than count if *found might not hold what is still to come; then go on
 * from there. Any thread. */
uint64_t extranonces_search(struct extranonces_found *found,
			    const struct extranonces_job *job, uint32_t first,
			    uint64_t count, uint32_t top);

/* The kernel in use here, for logs and reports: "avx512". */
const char *extranonces_kernel_name(void);

#endif /* HASH_EXTRANONCES_H */
