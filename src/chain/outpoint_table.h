/* outpoint_table - a set of outputs, made to be asked for a billion that are
 * not in it.
 *
 * A cache line holds the fingerprints (16 bits) of up to 32 outpoints, and most
 * questions end there. A fingerprint that agrees is only a hint: the outpoint
 * itself decides. Outpoints lie one behind the other as they came, so that
 * there are no gaps among what is large; their numbers lie as the fingerprints
 * do.
 *
 *	key (64 bits) = mix of txid and index with a seed
 *	line = key's upper bits, fingerprint = 16 of its lower ones
 *
 *	line[]: 32 fingerprints --> number[]: 32 --> entry[]: outpoint, value
 *
 * Reading is for any number of threads while nobody adds. */
#ifndef CHAIN_OUTPOINT_TABLE_H
#define CHAIN_OUTPOINT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OUTPOINT_TABLE_MAX  (1u << 30)
#define OUTPOINT_TABLE_LINE 32

struct outpoint {
	uint8_t txid[32]; /* internal order */
	uint32_t index;
};

struct outpoint_line {
	uint16_t mark[OUTPOINT_TABLE_LINE]; /* 0: empty */
};

struct outpoint_table { /* private but for n */
	struct outpoint_line *line;
	uint32_t *number; /* of an entry; OUTPOINT_TABLE_LINE for each line */
	struct outpoint_entry *entry;
	unsigned bits; /* log2 of the lines */
	size_t n, room;
	uint64_t seed;
};

void outpoint_table_init(struct outpoint_table *t, uint64_t seed);
void outpoint_table_fini(struct outpoint_table *t);

/* The place of an outpoint's value, which is the caller's, made if absent;
 * *fresh says which. Good until the next call. NULL at OUTPOINT_TABLE_MAX. */
uint32_t *outpoint_table_put(struct outpoint_table *t, const struct outpoint *o,
			     bool *fresh);
/* An outpoint that is there keeps its first value. False at
 * OUTPOINT_TABLE_MAX. */
bool outpoint_table_add(struct outpoint_table *t, const struct outpoint *o,
			uint32_t value);
/* False: not in it. */
bool outpoint_table_find(uint32_t *value, const struct outpoint_table *t,
			 const struct outpoint *o);

/* Who makes a txid on purpose needs many hashes for each one that falls on a
 * line of his choice, and gains one comparison. */
static inline uint64_t outpoint_key(uint64_t seed, const uint8_t txid[32],
				    uint32_t index)
{
	uint64_t a, b;

	memcpy(&a, txid, 8);
	memcpy(&b, txid + 8, 8);
	a = (a ^ seed) * UINT64_C(0x9fb21c651e98df25);
	b = (b + index) ^ (seed << 32 | seed >> 32);
	a ^= a >> 32;
	a = (a ^ b) * UINT64_C(0xd6e8feb86659fd93);
	return a ^ a >> 29;
}

/* 0 stands for nothing. */
static inline uint16_t outpoint_mark(uint64_t key)
{
	return (uint16_t)((key & 0xffff) | !(key & 0xffff));
}

static inline const struct outpoint_line *outpoint_line(
	const struct outpoint_table *t, uint64_t key)
{
	return &t->line[t->bits ? key >> (64 - t->bits) : 0];
}

/* Brings what the next question about an outpoint reads first into the cache:
 * for who knows before what he will ask. */
static inline void outpoint_table_fetch(const struct outpoint_table *t,
					const uint8_t txid[32], uint32_t index)
{
	const struct outpoint_line *l =
		outpoint_line(t, outpoint_key(t->seed, txid, index));

	__builtin_prefetch(l);
	__builtin_prefetch(t->number + (l - t->line) * OUTPOINT_TABLE_LINE);
}

/* The same for n keys that outpoint_maybe() did not rule out, all at once, down
 * to the outpoints. value[i]: what is probably found there, or
 * OUTPOINT_TABLE_MAX. */
void outpoint_table_fetch_all(uint32_t *value, const struct outpoint_table *t,
			      const uint64_t *key, size_t n);

/* May an outpoint of this key be in it? Wrong for one in 4,000 that are not. */
static inline bool outpoint_maybe(const struct outpoint_table *t, uint64_t key)
{
	const struct outpoint_line *l = outpoint_line(t, key);
	const uint16_t mark = outpoint_mark(key);
	unsigned hits = 0;

	/* Without a branch, so that it becomes a few vector comparisons. A line
	 * that is full may go on in the next: its last place says so. */
	for (int i = 0; i < OUTPOINT_TABLE_LINE; i++)
		hits |= l->mark[i] == mark;
	return hits || l->mark[OUTPOINT_TABLE_LINE - 1];
}

#endif /* CHAIN_OUTPOINT_TABLE_H */
