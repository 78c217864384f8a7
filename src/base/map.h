/* map - a hash table from byte strings to 64-bit values, with a limit.
 *
 * Open addressing; keys are copied. The hash is keyed with a seed, so that a
 * stranger who chooses the keys cannot choose the collisions. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"

struct map;

struct map *map_new(size_t limit, uint64_t seed);
void map_free(struct map *m);

/* The place of key's value, made (as 0) if absent; *fresh (may be NULL) says
 * which. NULL when the map is at its limit and the key is new. The pointer is
 * good until the next map_put() or map_drop(). */
uint64_t *map_put(struct map *m, struct span key, bool *fresh);
uint64_t *map_find(const struct map *m, struct span key); /* or NULL */
bool map_drop(struct map *m, struct span key);
size_t map_count(const struct map *m);
/* The i-th key of map_count(), in the order in which they came as long as none
 * is dropped; borrowed until the next map_put() or map_drop(). */
struct span map_key(const struct map *m, size_t i);

/* The keyed hash itself (SipHash-like strength is not claimed; 64 bits). */
uint64_t map_hash(uint64_t seed, const void *p, size_t n);

#endif /* BASE_MAP_H */
