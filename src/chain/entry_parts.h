/* entry_parts - many entries of 64 bits, dealt into parts by their highest bits
 * as they come, so that each part can be sorted where the processor's cache
 * holds it.
 *
 *	at[part] --> chunk of 1 KiB: { link, 127 entries }
 *	                                 |
 *	                                 v the chunk before, full
 *
 * Entries wait a little while the places they go to are brought near: else each
 * would wait for the second cache. Every thread has its own; parts of several
 *are put together when they are sorted. Chunks come from slabs, which are kept
 *from one use to the next. */
#ifndef CHAIN_ENTRY_PARTS_H
#define CHAIN_ENTRY_PARTS_H

#include <stddef.h>
#include <stdint.h>

#define ENTRY_PARTS_BITS  10
#define ENTRY_PARTS       (1u << ENTRY_PARTS_BITS)
#define ENTRY_PARTS_CHUNK 1024 /* bytes, and their alignment */
#define ENTRY_PARTS_WAIT  256

struct entry_slabs { /* private */
	uint8_t **slab;
	size_t n, used; /* slabs; bytes of the slab in use, and all before */
};

void entry_slabs_fini(struct entry_slabs *s);
/* All chunks may be given out again. */
void entry_slabs_clear(struct entry_slabs *s);

struct entry_parts { /* private */
	struct entry_slabs *slabs;
	uint64_t *at[ENTRY_PARTS]; /* where its next entry goes; at a chunk's
				    * border there is no room */
	uint32_t chunks[ENTRY_PARTS];
	uint64_t waiting[ENTRY_PARTS_WAIT];
	size_t num_waiting;
};

/* Empty; what it had before is forgotten. */
void entry_parts_init(struct entry_parts *p, struct entry_slabs *slabs);

/* Deals what waits: before parts are counted or taken. */
void entry_parts_deal(struct entry_parts *p);

static inline void entry_parts_put(struct entry_parts *p, uint64_t entry)
{
	p->waiting[p->num_waiting++] = entry;
	if (p->num_waiting == ENTRY_PARTS_WAIT)
		entry_parts_deal(p);
}

size_t entry_parts_count(const struct entry_parts *p, size_t part);
/* The entries of a part, in no order; returns how many. */
size_t entry_parts_take(uint64_t *out, const struct entry_parts *p,
			size_t part);

#endif /* CHAIN_ENTRY_PARTS_H */
