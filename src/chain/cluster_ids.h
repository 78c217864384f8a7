/* cluster_ids - numbers from 0 without a gap for the scripts of a chain, by
 * names of 64 bits (script_ids_name()), in 3 bits of memory for each.
 *
 * First all names are added, any number of times; then a perfect hash numbers
 * them. The names are in a file, which is asked only whether one is among
 * them. */
#ifndef CHAIN_CLUSTER_IDS_H
#define CHAIN_CLUSTER_IDS_H

#include "chain/name_set.h"
#include "chain/perfect_hash.h"

#define CLUSTER_IDS_NONE UINT32_MAX

struct cluster_ids { /* private */
	struct name_set names;
	struct perfect_hash hash;
	const char *directory;
};

/* As name_set_init() has it. To be ended by cluster_ids_fini(), also where it
 * failed. */
enum status cluster_ids_init(struct cluster_ids *x, const char *directory,
			     size_t room, struct why *why);
void cluster_ids_fini(struct cluster_ids *x);

static inline void cluster_ids_add(struct cluster_ids *x, uint64_t name)
{
	name_set_add(&x->names, name);
}
/* No more are added. ST_LIMIT: more than UNION_FIND_MAX. */
enum status cluster_ids_end(struct cluster_ids *x, struct why *why);

static inline uint32_t cluster_ids_count(const struct cluster_ids *x)
{
	return (uint32_t)x->names.n;
}
/* Of names that were added; another gets the number of one that was, or
 * CLUSTER_IDS_NONE. */
void cluster_ids_of(uint32_t *out, const struct cluster_ids *x,
		    const uint64_t *name, size_t n);
/* Of any name: CLUSTER_IDS_NONE where it was not added. Reads the file. */
enum status cluster_ids_find(uint32_t *out, const struct cluster_ids *x,
			     uint64_t name, struct why *why);

#endif /* CHAIN_CLUSTER_IDS_H */
