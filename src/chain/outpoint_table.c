#include "chain/outpoint_table.h"

#include <endian.h>
#include <stdlib.h>

#include "base/mem.h"

struct outpoint_entry {
	struct outpoint is;
	uint32_t value;
};

/* Lines are at most half full on the average, so that hardly one overflows. */
#define FILL  (OUTPOINT_TABLE_LINE / 2)
#define AHEAD 16

static void allocate(struct outpoint_table *t, unsigned bits)
{
	const size_t lines = (size_t)1 << bits;
	void *p = NULL;

	t->bits = bits;
	if (posix_memalign(&p, 64, lines * sizeof(t->line[0])) != 0)
		p = mem_new(lines, sizeof(t->line[0]));
	memset(p, 0, lines * sizeof(t->line[0]));
	t->line = p;
	t->number = mem_new(lines * OUTPOINT_TABLE_LINE, sizeof(t->number[0]));
}

void outpoint_table_init(struct outpoint_table *t, uint64_t seed)
{
	*t = (struct outpoint_table){ .seed = seed };
	allocate(t, 4);
}

void outpoint_table_fini(struct outpoint_table *t)
{
	free(t->line);
	free(t->number);
	free(t->entry);
}

static bool is_same(const struct outpoint *a, const struct outpoint *b)
{
	return a->index == b->index && !memcmp(a->txid, b->txid, 32);
}

/* A bit for each fingerprint that is this one, without a branch. */
static uint32_t equal(const struct outpoint_line *l, uint16_t mark)
{
	uint8_t same[OUTPOINT_TABLE_LINE]; /* 0 or 1 */
	uint32_t bits = 0;

	for (size_t i = 0; i < OUTPOINT_TABLE_LINE; i++)
		same[i] = l->mark[i] == mark;
	for (size_t i = 0; i < OUTPOINT_TABLE_LINE; i += 8) {
		uint64_t eight;

		/* The product's top byte: byte k's lowest bit is its bit k. */
		memcpy(&eight, same + i, 8);
		bits |= (uint32_t)(le64toh(eight) *
					   UINT64_C(0x0102040810204080) >>
				   56)
			<< i;
	}
	return bits;
}

/* The place of its number, or the empty one where that would be. */
static size_t place(const struct outpoint_table *t, const struct outpoint *o,
		    bool *there)
{
	const uint64_t key = outpoint_key(t->seed, o->txid, o->index);
	const uint16_t mark = outpoint_mark(key);
	const size_t lines = (size_t)1 << t->bits;
	size_t line = (size_t)(outpoint_line(t, key) - t->line);

	for (;; line = (line + 1) & (lines - 1)) {
		const size_t first = line * OUTPOINT_TABLE_LINE;
		uint32_t hits = equal(&t->line[line], mark);

		for (; hits; hits &= hits - 1) {
			const size_t at = first + (size_t)__builtin_ctz(hits);

			*there = is_same(&t->entry[t->number[at]].is, o);
			if (*there)
				return at;
		}
		const uint32_t empty = equal(&t->line[line], 0);

		*there = false;
		if (empty)
			return first + (size_t)__builtin_ctz(empty);
	}
}

/* Of the first fingerprint in a key's line that agrees; if there is none, that
 * of the line's beginning. */
static const uint32_t *likely_number(const struct outpoint_table *t,
				     uint64_t key)
{
	const struct outpoint_line *l = outpoint_line(t, key);
	const uint32_t hits = equal(l, outpoint_mark(key));

	return &t->number[(size_t)(l - t->line) * OUTPOINT_TABLE_LINE +
			  (hits ? (size_t)__builtin_ctz(hits) : 0)];
}

/* Each step reads what the one before fetched. */
void outpoint_table_fetch_all(uint32_t *value, const struct outpoint_table *t,
			      const uint64_t *key, size_t n)
{
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(likely_number(t, key[i]));
	for (size_t i = 0; i < n && t->n > 0; i++) {
		const uint8_t *entry =
			(const uint8_t *)&t->entry[*likely_number(t, key[i])];

		__builtin_prefetch(entry);
		__builtin_prefetch(entry + sizeof(t->entry[0]) - 1);
	}
	for (size_t i = 0; i < n; i++)
		value[i] = t->n > 0 ? t->entry[*likely_number(t, key[i])].value
				    : OUTPOINT_TABLE_MAX;
}

static void put(struct outpoint_table *t, size_t at, uint64_t key,
		size_t number)
{
	t->line[at / OUTPOINT_TABLE_LINE].mark[at % OUTPOINT_TABLE_LINE] =
		outpoint_mark(key);
	t->number[at] = (uint32_t)number;
}

/* The first empty place for what is not there yet. */
static size_t empty_place(const struct outpoint_table *t, uint64_t key)
{
	const size_t lines = (size_t)1 << t->bits;
	size_t line = (size_t)(outpoint_line(t, key) - t->line);
	uint32_t empty;

	while ((empty = equal(&t->line[line], 0)) == 0)
		line = (line + 1) & (lines - 1);
	return line * OUTPOINT_TABLE_LINE + (size_t)__builtin_ctz(empty);
}

static void grow(struct outpoint_table *t)
{
	free(t->line);
	free(t->number);
	allocate(t, t->bits + 1);
	for (size_t i = 0; i < t->n; i++) {
		const struct outpoint *o = &t->entry[i].is;
		const uint64_t key = outpoint_key(t->seed, o->txid, o->index);

		if (i + AHEAD < t->n)
			outpoint_table_fetch(t, t->entry[i + AHEAD].is.txid,
					     t->entry[i + AHEAD].is.index);
		put(t, empty_place(t, key), key, i);
	}
}

static void add_entry(struct outpoint_table *t, const struct outpoint *o)
{
	if (t->n == t->room) {
		t->room = t->room ? t->room * 2 : 16;
		t->entry = mem_resize(t->entry, t->room, sizeof(t->entry[0]));
	}
	t->entry[t->n++] = (struct outpoint_entry){ *o, 0 };
}

uint32_t *outpoint_table_put(struct outpoint_table *t, const struct outpoint *o,
			     bool *fresh)
{
	bool there;
	size_t at = place(t, o, &there);

	*fresh = !there;
	if (there)
		return &t->entry[t->number[at]].value;
	if (t->n >= OUTPOINT_TABLE_MAX)
		return NULL;
	if (t->n >= FILL * ((size_t)1 << t->bits)) {
		grow(t);
		at = place(t, o, &there);
	}
	put(t, at, outpoint_key(t->seed, o->txid, o->index), t->n);
	add_entry(t, o);
	return &t->entry[t->n - 1].value;
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
		*value = t->entry[t->number[at]].value;
	return there;
}
