#include "chain/perfect_hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define PIECE   8192 /* names read at a time */
#define AHEAD   16   /* names whose bits are fetched */
#define FETCHED 4    /* arrays on which one of eleven names is not found */
#define FEW     256  /* that are kept as they are */
/* Bits of an array for each name that falls on it: 1.25 make 2.8 bits for all
 * arrays, and 2.2 of them are looked at for a name. */
#define BITS(n) ((n) + (n) / 4 + 64)

__extension__ typedef unsigned __int128 wide;

/* Where a name falls on an array. */
static uint64_t place(const struct perfect_hash *h, size_t level, uint64_t name)
{
	uint64_t x = (name ^ (level + 1) * UINT64_C(0x9e3779b97f4a7c15)) *
		     UINT64_C(0xd6e8feb86659fd93);

	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	return (uint64_t)((wide)x * h->level[level].limit >> 64);
}

/* What is put on an array: the set, or what the one before could not hold. */
struct source {
	const struct name_set *set; /* or NULL */
	const struct spill *names;
	uint64_t n;
};

static enum status read_names(uint64_t *out, const struct source *s,
			      uint64_t from, size_t n, struct why *why)
{
	return s->set ? name_set_read(s->set, out, from, n, why)
		      : spill_read(s->names, out, from * sizeof(*out),
				   n * sizeof(*out), why);
}

struct filling {
	struct perfect_hash *h;
	struct bit_ranks twice; /* bits that several names fall on */
	struct spill left;
	size_t level;
};

static void fetch(const struct filling *f, uint64_t name)
{
	const uint64_t at = place(f->h, f->level, name);

	bit_ranks_fetch(&f->h->level[f->level], at);
	bit_ranks_fetch(&f->twice, at);
}

typedef void each_name(struct filling *f, uint64_t name);

static enum status each(struct filling *f, const struct source *s,
			each_name *visit, struct why *why)
{
	uint64_t piece[PIECE];

	for (uint64_t at = 0; at < s->n; at += PIECE) {
		const size_t n =
			s->n - at < PIECE ? (size_t)(s->n - at) : PIECE;
		const enum status st = read_names(piece, s, at, n, why);

		if (st != ST_OK)
			return st;
		for (size_t i = 0; i < n; i++) {
			if (i + AHEAD < n)
				fetch(f, piece[i + AHEAD]);
			visit(f, piece[i]);
		}
	}
	return ST_OK;
}

static void fill(struct filling *f, uint64_t name)
{
	struct bit_ranks *bits = &f->h->level[f->level];
	const uint64_t at = place(f->h, f->level, name);

	if (bit_ranks_has(bits, at))
		bit_ranks_put(&f->twice, at);
	bit_ranks_put(bits, at);
}

static void keep_left(struct filling *f, uint64_t name)
{

	if (bit_ranks_has(&f->twice, place(f->h, f->level, name)))
		spill_add(&f->left, &name, sizeof(name));
}

static void take_out(struct bit_ranks *bits, const struct bit_ranks *twice)
{
	for (size_t i = 0; i <= bits->limit / BIT_RANKS_LINE; i++) {
		for (size_t w = 0; w < BIT_RANKS_LINE / 32; w++)
			bits->line[i].word[w] &= ~twice->line[i].word[w];
	}
}

/* Puts what it can on the next array; the rest goes to f->left. */
static enum status add_level(struct filling *f, const struct source *from,
			     struct why *why)
{
	struct perfect_hash *h = f->h;
	enum status st;

	f->level = h->num_levels++;
	bit_ranks_init(&h->level[f->level], BITS(from->n));
	bit_ranks_init(&f->twice, BITS(from->n));
	st = each(f, from, fill, why);
	if (st == ST_OK)
		st = each(f, from, keep_left, why);
	if (st == ST_OK)
		st = spill_flush(&f->left, why);
	take_out(&h->level[f->level], &f->twice);
	bit_ranks_fini(&f->twice);
	h->first_rest = bit_ranks_count(&h->level[f->level], h->first_rest);
	return st;
}

static enum status keep_rest(struct perfect_hash *h, const struct source *from,
			     struct why *why)
{
	h->num_rest = (size_t)from->n;
	h->rest = mem_new(h->num_rest, sizeof(h->rest[0]));
	/* They come in the order that they had in the set. */
	return read_names(h->rest, from, 0, h->num_rest, why);
}

enum status perfect_hash_init(struct perfect_hash *h, const struct name_set *s,
			      const char *directory, struct why *why)
{
	struct filling f = { .h = h, .left = { .fd = -1 } };
	struct spill before = { .fd = -1 };
	struct source from = { .set = s, .n = s->n };
	enum status st = ST_OK;

	*h = (struct perfect_hash){ .num_levels = 0 };
	while (st == ST_OK && from.n > FEW &&
	       h->num_levels < PERFECT_HASH_LEVELS) {
		st = spill_open(&f.left, directory, why);
		if (st == ST_OK)
			st = add_level(&f, &from, why);
		spill_close(&before);
		before = f.left;
		from = (struct source){ .names = &before,
					.n = before.n / sizeof(uint64_t) };
	}
	if (st == ST_OK)
		st = keep_rest(h, &from, why);
	spill_close(&before);
	return st;
}

void perfect_hash_fini(struct perfect_hash *h)
{
	for (size_t i = 0; i < h->num_levels; i++)
		bit_ranks_fini(&h->level[i]);
	free(h->rest);
	*h = (struct perfect_hash){ .num_levels = 0 };
}

static uint32_t of_rest(const struct perfect_hash *h, uint64_t name)
{
	size_t low = 0, high = h->num_rest;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (h->rest[middle] == name)
			return h->first_rest + (uint32_t)middle;
		if (h->rest[middle] < name)
			low = middle + 1;
		else
			high = middle;
	}
	return PERFECT_HASH_NONE;
}

/* On this array or a later one. */
static uint32_t search_from(const struct perfect_hash *h, size_t level,
			    uint64_t name)
{
	for (; level < h->num_levels; level++) {
		const uint64_t at = place(h, level, name);

		if (bit_ranks_has(&h->level[level], at))
			return bit_ranks_below(&h->level[level], at);
	}
	return of_rest(h, name);
}

uint32_t perfect_hash_of(const struct perfect_hash *h, uint64_t name)
{
	return search_from(h, 0, name);
}

/* Brings near where a name falls on an array, unless it was found on the one
 * before. *at: the array to look on. */
static void look_ahead(uint32_t *at, const struct perfect_hash *h,
		       uint32_t level, uint64_t name)
{
	if (level >= h->num_levels)
		return;
	if (level > 0 &&
	    (*at != level - 1 ||
	     bit_ranks_has(&h->level[level - 1], place(h, level - 1, name))))
		return;
	*at = level;
	bit_ranks_fetch(&h->level[level], place(h, level, name));
}

void perfect_hash_of_all(uint32_t *out, const struct perfect_hash *h,
			 const uint64_t *name, size_t n)
{
	const size_t behind = (size_t)FETCHED * AHEAD;

	memset(out, 0, n * sizeof(out[0]));
	for (size_t i = 0; i < n + behind; i++) {
		for (uint32_t level = 0; level < FETCHED; level++) {
			const size_t k = i - (size_t)level * AHEAD;

			if (k < n) /* below 0 it is huge */
				look_ahead(&out[k], h, level, name[k]);
		}
		if (i >= behind)
			out[i - behind] = search_from(h, out[i - behind],
						      name[i - behind]);
	}
}
