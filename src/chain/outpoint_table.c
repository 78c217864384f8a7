#include "chain/outpoint_table.h"

#include <stdlib.h>

#include "base/mem.h"

struct outpoint_slot {
	struct outpoint is;
	uint32_t value;
};

/* Lines are at most half full on the average, so that hardly one overflows. */
#define FILL (OUTPOINT_TABLE_LINE / 2)

static void allocate(struct outpoint_table *t, unsigned bits)
{
	const size_t lines = (size_t)1 << bits;
	void *p = NULL;

	t->bits = bits;
	if (posix_memalign(&p, 64, lines * sizeof(t->line[0])) != 0)
		p = mem_new(lines, sizeof(t->line[0]));
	memset(p, 0, lines * sizeof(t->line[0]));
	t->line = p;
	t->slot = mem_new(lines * OUTPOINT_TABLE_LINE, sizeof(t->slot[0]));
}

void outpoint_table_init(struct outpoint_table *t, uint64_t seed)
{
	*t = (struct outpoint_table){ .seed = seed };
	allocate(t, 4);
}

void outpoint_table_fini(struct outpoint_table *t)
{
	free(t->line);
	free(t->slot);
}

static bool same(const struct outpoint *a, const struct outpoint *b)
{
	return a->index == b->index && !memcmp(a->txid, b->txid, 32);
}

/* Its place, or the empty one where it would be. */
static size_t place(const struct outpoint_table *t, const struct outpoint *o,
		    bool *there)
{
	const uint64_t key = outpoint_key(t->seed, o->txid, o->index);
	const uint16_t mark = outpoint_mark(key);
	const size_t lines = (size_t)1 << t->bits;
	size_t line = (size_t)(outpoint_line(t, key) - t->line);

	for (;; line = (line + 1) & (lines - 1)) {
		for (size_t i = 0; i < OUTPOINT_TABLE_LINE; i++) {
			const size_t at = line * OUTPOINT_TABLE_LINE + i;

			*there = t->line[line].mark[i] == mark &&
				 same(&t->slot[at].is, o);
			if (*there || t->line[line].mark[i] == 0)
				return at;
		}
	}
}

static void put(struct outpoint_table *t, size_t at, const struct outpoint *o,
		uint32_t value)
{
	const uint64_t key = outpoint_key(t->seed, o->txid, o->index);

	t->line[at / OUTPOINT_TABLE_LINE].mark[at % OUTPOINT_TABLE_LINE] =
		outpoint_mark(key);
	t->slot[at] = (struct outpoint_slot){ *o, value };
	t->n++;
}

static void grow(struct outpoint_table *t)
{
	struct outpoint_table old = *t;
	const size_t places = OUTPOINT_TABLE_LINE * ((size_t)1 << old.bits);
	bool there;

	allocate(t, old.bits + 1);
	t->n = 0;
	for (size_t at = 0; at < places; at++) {
		if (old.line[at / OUTPOINT_TABLE_LINE]
			    .mark[at % OUTPOINT_TABLE_LINE] == 0)
			continue;
		const struct outpoint_slot *s = &old.slot[at];
		/* There is room, and it is not there yet. */
		const size_t to = place(t, &s->is, &there);

		put(t, to, &s->is, s->value);
	}
	outpoint_table_fini(&old);
}

uint32_t *outpoint_table_put(struct outpoint_table *t, const struct outpoint *o,
			     bool *fresh)
{
	bool there;
	size_t at = place(t, o, &there);

	*fresh = !there;
	if (there)
		return &t->slot[at].value;
	if (t->n >= OUTPOINT_TABLE_MAX)
		return NULL;
	if (t->n >= FILL * ((size_t)1 << t->bits)) {
		grow(t);
		at = place(t, o, &there);
	}
	put(t, at, o, 0);
	return &t->slot[at].value;
}

bool outpoint_table_add(struct outpoint_table *t, const struct outpoint *o,
			uint32_t value)
{
	bool fresh;
	uint32_t *to = outpoint_table_put(t, o, &fresh);

	if (to && fresh)
		*to = value;
	return to != NULL;
}

bool outpoint_table_find(uint32_t *value, const struct outpoint_table *t,
			 const struct outpoint *o)
{
	bool there;
	const size_t at = place(t, o, &there);

	if (there)
		*value = t->slot[at].value;
	return there;
}
