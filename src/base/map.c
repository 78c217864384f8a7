#include "base/map.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*	slot[hash & mask]        entry[0 .. n)            keys
 *	+-----------------+      +------------------+     +-----------------+
 *	| index + 1 | tag | ---> | hash value key n | --> | bytes           |
 *	+-----------------+      +------------------+     +-----------------+
 *
 * Linear probing over eight-byte slots; index + 1 is 0 where a slot is empty.
 * Entries are dense: a dropped one is replaced by the last. The bytes of
 * dropped keys are reclaimed once they are more than half of all. */
struct slot {
	uint32_t entry; /* index + 1 */
	uint32_t tag;   /* high half of the hash: saves most look-ups */
};

struct entry {
	uint64_t hash, value;
	size_t at, n; /* of the key, in keys */
};

struct map {
	uint64_t seed;
	size_t limit, n, room; /* entries */
	struct entry *entry;
	struct slot *slot;
	size_t mask; /* slots - 1; 0 while there are none */
	uint8_t *keys;
	size_t keys_n, keys_room, keys_dead;
};

__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t a, uint64_t b)
{
	const wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

/* The last n bytes, 1 to 16, of more than 16, with zeros behind them: without a
 * copy whose length is not known. */
static wide end_of_long(const uint8_t *at, size_t n)
{
	const wide all = (wide)word(at + n - 8) << 64 | word(at + n - 16);

	return all >> 8 * (16 - n);
}

static wide all_of_short(const uint8_t *at, size_t n)
{
	uint8_t last[16] = { 0 };

	if (n)
		memcpy(last, at, n);
	return (wide)word(last + 8) << 64 | word(last);
}

/* Every 16 bytes are multiplied with each other, both masked by what follows
 * from the seed: who does not know it cannot aim at a factor of zero. The
 * constants are the first odd 64 bits of the fractions of pi and e. */
uint64_t map_hash(uint64_t seed, const void *p, size_t n)
{
	const uint64_t pi = 0x243f6a8885a308d3, e = 0xb7e151628aed2a6b;
	const uint64_t mask = fold(seed ^ pi, e);
	const uint8_t *at = p;
	uint64_t h = fold(seed ^ e, n ^ pi);
	const bool is_long = n > 16;

	for (; n > 16; n -= 16, at += 16)
		h = fold(word(at) ^ mask, word(at + 8) ^ h);
	const wide last = is_long ? end_of_long(at, n) : all_of_short(at, n);

	h = fold((uint64_t)last ^ mask, (uint64_t)(last >> 64) ^ h);
	return fold(h ^ mask, pi) ^ h;
}

struct map *map_new(size_t limit, uint64_t seed)
{
	struct map *m = mem_new(1, sizeof(*m));

	m->seed = seed;
	m->limit = limit < UINT32_MAX / 2 ? limit : UINT32_MAX / 2;
	return m;
}

void map_free(struct map *m)
{
	if (!m)
		return;
	free(m->entry);
	free(m->slot);
	free(m->keys);
	free(m);
}

size_t map_count(const struct map *m)
{
	return m->n;
}

struct span map_key(const struct map *m, size_t i)
{
	return (struct span){ m->keys + m->entry[i].at, m->entry[i].n };
}

/* The slot that holds key, or the empty one where it belongs. There is always
 * an empty one, once there are any. */
static size_t probe(const struct map *m, struct span key, uint64_t hash)
{
	const uint32_t tag = (uint32_t)(hash >> 32);
	size_t i = hash & m->mask;

	for (; m->slot[i].entry; i = (i + 1) & m->mask) {
		const struct entry *e = &m->entry[m->slot[i].entry - 1];

		if (m->slot[i].tag == tag && e->hash == hash && e->n == key.n &&
		    (key.n == 0 || !memcmp(m->keys + e->at, key.p, key.n)))
			break;
	}
	return i;
}

static void rehash(struct map *m, size_t slots)
{
	free(m->slot);
	m->slot = mem_new(slots, sizeof(m->slot[0]));
	m->mask = slots - 1;
	for (size_t e = 0; e < m->n; e++) {
		size_t i = m->entry[e].hash & m->mask;

		while (m->slot[i].entry)
			i = (i + 1) & m->mask;
		m->slot[i] = (struct slot){
			.entry = (uint32_t)(e + 1),
			.tag = (uint32_t)(m->entry[e].hash >> 32),
		};
	}
}

/* Slots for one more entry, at most three of four in use. */
static void reserve_slot(struct map *m)
{
	const size_t slots = m->slot ? m->mask + 1 : 0;

	if (m->n + 1 > slots / 4 * 3)
		rehash(m, slots ? slots * 2 : 16);
}

static size_t add_key(struct map *m, struct span key)
{
	const size_t at = m->keys_n;

	if (key.n > m->keys_room - m->keys_n) {
		m->keys_room +=
			m->keys_room > key.n ? m->keys_room : key.n + 64;
		m->keys = mem_resize(m->keys, m->keys_room, 1);
	}
	if (key.n)
		memcpy(m->keys + at, key.p, key.n);
	m->keys_n += key.n;
	return at;
}

static uint64_t *find(const struct map *m, struct span key, uint64_t hash)
{
	if (m->n == 0)
		return NULL;

	const uint32_t e = m->slot[probe(m, key, hash)].entry;

	return e ? &m->entry[e - 1].value : NULL;
}

uint64_t *map_find(const struct map *m, struct span key)
{
	return find(m, key, map_hash(m->seed, key.p, key.n));
}

uint64_t *map_put(struct map *m, struct span key, bool *fresh)
{
	const uint64_t hash = map_hash(m->seed, key.p, key.n);
	uint64_t *found = find(m, key, hash);

	if (found || m->n == m->limit) {
		if (fresh && found)
			*fresh = false;
		return found;
	}
	reserve_slot(m);
	if (m->n == m->room) {
		m->room = m->room ? m->room * 2 : 12;
		m->room = m->room < m->limit ? m->room : m->limit;
		m->entry = mem_resize(m->entry, m->room, sizeof(m->entry[0]));
	}
	assert(m->entry && m->n < m->room);

	const size_t i = probe(m, key, hash);

	m->entry[m->n] = (struct entry){
		.hash = hash,
		.at = add_key(m, key),
		.n = key.n,
	};
	m->n++;
	m->slot[i] = (struct slot){ (uint32_t)m->n, (uint32_t)(hash >> 32) };
	if (fresh)
		*fresh = true;
	return &m->entry[m->n - 1].value;
}

/* Empties the slot hole, and moves back those behind it that would not be found
 * any more: an entry may move to the hole unless its home lies behind the hole.
 */
static void empty_slot(struct map *m, size_t hole)
{
	size_t i = (hole + 1) & m->mask;

	for (; m->slot[i].entry; i = (i + 1) & m->mask) {
		const size_t home =
			m->entry[m->slot[i].entry - 1].hash & m->mask;

		if (((i - home) & m->mask) >= ((i - hole) & m->mask)) {
			m->slot[hole] = m->slot[i];
			hole = i;
		}
	}
	m->slot[hole] = (struct slot){ 0, 0 };
}

/* Moves the last entry into the place of entry e, which is out of use. */
static void fill_entry(struct map *m, size_t e)
{
	const size_t last = m->n - 1;

	if (e != last) {
		size_t i = m->entry[last].hash & m->mask;

		while (m->slot[i].entry != last + 1)
			i = (i + 1) & m->mask;
		m->slot[i].entry = (uint32_t)(e + 1);
		m->entry[e] = m->entry[last];
	}
	m->n = last;
}

static void compact_keys(struct map *m)
{
	uint8_t *keys = mem_new(m->keys_n - m->keys_dead, 1);
	size_t at = 0;

	for (size_t e = 0; e < m->n; e++) {
		if (m->entry[e].n)
			memcpy(keys + at, m->keys + m->entry[e].at,
			       m->entry[e].n);
		m->entry[e].at = at;
		at += m->entry[e].n;
	}
	free(m->keys);
	m->keys = keys;
	m->keys_n = m->keys_room = at;
	m->keys_dead = 0;
}

bool map_drop(struct map *m, struct span key)
{
	if (m->n == 0)
		return false;

	const uint64_t hash = map_hash(m->seed, key.p, key.n);
	const size_t i = probe(m, key, hash);
	const uint32_t e = m->slot[i].entry;

	if (!e)
		return false;
	empty_slot(m, i);
	fill_entry(m, e - 1);
	m->keys_dead += key.n;
	/* 4096: small maps are not worth it. */
	if (m->keys_dead > 4096 && m->keys_dead > m->keys_n / 2)
		compact_keys(m);
	return true;
}
