/* search - an extranonce1 that was not captured, found by trying.
 *
 * A candidate is held against several shares of one session. Where their
 * targets are known, those that meet them count; where they are not, the
 * lowest hashes count as far as they are improbably low together. The shares
 * must be different ones: the same one twice shows nothing new. Either way
 * the result is in bits: -log2 of the chance that a wrong candidate does as
 * well, before the number of candidates is taken off. */
#ifndef POW_SEARCH_H
#define POW_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash/extranonces.h"
#include "pow/share.h"

#define SEARCH_SHARES_MAX 16
#define SEARCH_LENGTH_MAX 16
/* Longer ones are not searched, nor jobs of more branches than
 * EXTRANONCES_BRANCHES_MAX. */
#define SEARCH_COINBASE_MAX EXTRANONCES_COINBASE_MAX

struct search_share {
	struct share_job job;
	struct share_submit submit; /* its extranonce1 is not looked at */
	bool has_target;
	struct target target;
};

/* Which bytes of the value count upwards: all values differ in four bytes (or
 * fewer, if it is shorter), its last ones as a big-endian number or its first
 * ones as a little-endian one. */
enum search_order {
	SEARCH_BIG_ENDIAN,
	SEARCH_LITTLE_ENDIAN
};

struct search_result {
	uint64_t tried;
	double bits; /* of the best candidate; 0: none passed the first test */
	uint8_t value[SEARCH_LENGTH_MAX];
	uint32_t length;
};

/* Candidates: base (length bytes) with its counting bytes set to first,
 * first + 1, ... (wrapping). */
struct search_candidates {
	const uint8_t *base;
	uint32_t length;
	enum search_order order;
	uint32_t first;
	uint64_t count;
};

/* Holds all candidates against the first n shares (SEARCH_SHARES_MAX at most):
 * against the first share alone, and against all if its target is met or, that
 * being unknown, its hash begins with 16 zero bits. Keeps the best in *result,
 * of equals the first, which the caller zeroed before the first call.
 * Single-threaded; several threads may search at once with results of their
 * own. */
void search_range(struct search_result *result,
		  const struct search_share *share, size_t n,
		  const struct search_candidates *candidates);

/* Puts the share whose job has the fewest branches, and then the shortest
 * coinbase, first of n: nearly all of a search is hashing for the first. Of a
 * template without transactions a candidate costs a sixth. */
void search_cheapest_first(struct search_share *share, size_t n);

/* bits of the best, less log2 of what was tried: at 40 it is settled. */
double search_certainty(const struct search_result *result);

#endif /* POW_SEARCH_H */
