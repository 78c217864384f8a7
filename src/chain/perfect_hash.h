/* perfect_hash - numbers from 0 without a gap for the names of a set, in three
 * bits for each name.
 *
 * The names themselves are not kept. Each falls on a bit of a first array; a
 * bit that exactly one name falls on is set, and its rank is that name's
 * number. All others fall on a second array, and so on, each about half of the
 * one before (Limasset, Rizk, Chikhi and Peterlongo 2017). A name that is not
 * in the set gets some number, or none. */
#ifndef CHAIN_PERFECT_HASH_H
#define CHAIN_PERFECT_HASH_H

#include "chain/bit_ranks.h"
#include "chain/name_set.h"

#define PERFECT_HASH_LEVELS 40
#define PERFECT_HASH_NONE   UINT32_MAX

struct perfect_hash { /* private */
	struct bit_ranks level[PERFECT_HASH_LEVELS];
	size_t num_levels;
	uint64_t *rest; /* ascending; numbered behind all others */
	size_t num_rest;
	uint32_t first_rest;
};

/* Fewer than 2^31 names. directory: spill_open()'s. To be ended by
 * perfect_hash_fini(), also where it failed. */
enum status perfect_hash_init(struct perfect_hash *h, const struct name_set *s,
			      const char *directory, struct why *why);
void perfect_hash_fini(struct perfect_hash *h);

uint32_t perfect_hash_of(const struct perfect_hash *h, uint64_t name);
/* Of n names: looking them up together waits for memory once. */
void perfect_hash_of_all(uint32_t *out, const struct perfect_hash *h,
			 const uint64_t *name, size_t n);

#endif /* CHAIN_PERFECT_HASH_H */
