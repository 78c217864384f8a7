#include "chain/entry_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"

#define SLAB  ((size_t)2 << 20) /* and its alignment: a large page */
#define AHEAD 16
#define LINK  1 /* words of a chunk before its entries */
#define FULL  (ENTRY_PARTS_CHUNK / sizeof(uint64_t) - LINK)

void entry_slabs_fini(struct entry_slabs *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->slab[i]);
	free(s->slab);
	*s = (struct entry_slabs){ 0 };
}

void entry_slabs_clear(struct entry_slabs *s)
{
	s->used = 0;
}

static void add_slab(struct entry_slabs *s)
{
	void *p = NULL;

	if (posix_memalign(&p, SLAB, SLAB) != 0)
		mem_new(SIZE_MAX, 1); /* fatal, as everywhere */
	/* One fault for each slab; where it cannot be, many. */
	madvise(p, SLAB, MADV_HUGEPAGE);
	s->slab = mem_resize(s->slab, s->n + 1, sizeof(s->slab[0]));
	s->slab[s->n++] = p;
}

static uint64_t *new_chunk(struct entry_slabs *s)
{
	if (s->used == s->n * SLAB)
		add_slab(s);
	uint8_t *slab = s->slab[s->used / SLAB];
	uint8_t *chunk = slab + s->used % SLAB;

	s->used += ENTRY_PARTS_CHUNK;
	return (uint64_t *)(void *)chunk;
}

void entry_parts_init(struct entry_parts *p, struct entry_slabs *slabs)
{
	*p = (struct entry_parts){ .slabs = slabs };
}

/* Of the entry before the next one. */
static uint64_t *chunk_of(const struct entry_parts *p, size_t part)
{
	uint64_t *last = p->at[part] - 1;

	return last - (uintptr_t)last % ENTRY_PARTS_CHUNK / sizeof(*last);
}

static void grow(struct entry_parts *p, size_t part)
{
	uint64_t *chunk = new_chunk(p->slabs);

	chunk[0] = p->at[part] ? (uintptr_t)chunk_of(p, part) : 0;
	p->at[part] = chunk + LINK;
	p->chunks[part]++;
}

static size_t part_of(uint64_t entry)
{
	return (size_t)(entry >> (64 - ENTRY_PARTS_BITS));
}

void entry_parts_deal(struct entry_parts *p)
{
	const size_t n = p->num_waiting;

	for (size_t i = 0; i < n; i++) {
		const size_t part = part_of(p->waiting[i]);

		if (i + AHEAD < n)
			__builtin_prefetch(
				p->at[part_of(p->waiting[i + AHEAD])], 1);
		if ((uintptr_t)p->at[part] % ENTRY_PARTS_CHUNK == 0)
			grow(p, part);
		*p->at[part]++ = p->waiting[i];
	}
	p->num_waiting = 0;
}

/* How many entries the last chunk has. */
static size_t in_last(const struct entry_parts *p, size_t part)
{
	return (size_t)(p->at[part] - chunk_of(p, part)) - LINK;
}

size_t entry_parts_count(const struct entry_parts *p, size_t part)
{
	const size_t chunks = p->chunks[part];

	return chunks ? (chunks - 1) * FULL + in_last(p, part) : 0;
}

size_t entry_parts_take(uint64_t *out, const struct entry_parts *p, size_t part)
{
	size_t all = 0;

	if (!p->chunks[part])
		return 0;
	size_t n = in_last(p, part);

	for (const uint64_t *chunk = chunk_of(p, part); chunk; n = FULL) {
		memcpy(out + all, chunk + LINK, n * sizeof(*out));
		all += n;
		chunk = (const uint64_t *)(uintptr_t)chunk[0];
	}
	return all;
}
