/* script_ids - numbers for scripts, from 0 in the order of their first coming,
 * by names of 64 bits.
 *
 * Two scripts of one name would be taken for one: of 1.5e9 scripts, with a
 * chance of 1 in 16 anywhere. How names are made is no secret: whoever tries
 * 2^32 scripts finds two of his own with one name, and gains nothing by it; to
 * meet another's takes 2^64. */
#ifndef CHAIN_SCRIPT_IDS_H
#define CHAIN_SCRIPT_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"

struct script_ids {     /* private but for name and n */
	uint64_t *name; /* of each */
	size_t n, room;
	uint32_t *place; /* by name: number + 1 */
	unsigned bits;
};

void script_ids_fini(struct script_ids *s);

#define SCRIPT_IDS_NONE UINT32_MAX
uint64_t script_ids_name(struct span script);
/* The number, or SCRIPT_IDS_NONE. */
uint32_t script_ids_find(const struct script_ids *s, uint64_t name);
/* Brings what script_ids_put() will read of n names into the cache: many at a
 * time wait together. */
void script_ids_fetch(const struct script_ids *s, const uint64_t *name,
		      size_t n);
/* Its number; a new one gets the next. */
uint32_t script_ids_put(struct script_ids *s, uint64_t name);

#endif /* CHAIN_SCRIPT_IDS_H */
