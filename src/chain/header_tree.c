#include "chain/header_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "coin/block_work.h"
#include "coin/network.h"
#include "hash/sha256d.h"

struct node {
	struct header_node is;
	uint32_t child, sibling; /* first child, next child of one parent */
};

struct header_tree {
	struct node *node;
	size_t n, room;
	struct map *by_hash; /* index */
	struct target limit;
	/* Work by nBits: headers of two weeks share one. */
	uint32_t work_nbits;
	struct target work;
};

struct header_tree *header_tree_new(uint32_t limit_nbits)
{
	struct header_tree *t = mem_new(1, sizeof(*t));

	t->by_hash = map_new(HEADER_TREE_MAX, 0x68656164);
	if (!target_from_nbits(&t->limit, limit_nbits))
		t->limit = (struct target){ { 0 } };
	return t;
}

void header_tree_free(struct header_tree *t)
{
	map_free(t->by_hash);
	free(t->node);
	free(t);
}

static struct span hash_span(const uint8_t hash[32])
{
	return (struct span){ hash, 32 };
}

static struct target work_of(struct header_tree *t, uint32_t nbits,
			     const struct target *target)
{
	if (t->work_nbits != nbits) {
		t->work = block_work(target);
		t->work_nbits = nbits;
	}
	return t->work;
}

enum header_result header_tree_add(struct header_tree *t,
				   const uint8_t raw[HEADER_SIZE],
				   uint64_t place)
{
	struct header h;
	struct target target;
	uint8_t hash[32];
	bool fresh;

	sha256d(hash, raw, HEADER_SIZE);
	header_read(&h, raw);
	if (!target_from_nbits(&target, h.nbits) ||
	    target_compare(&target, &t->limit) > 0)
		return HEADER_WRONG;
	if (!target_met(hash, &target))
		return HEADER_EASY;
	uint64_t *index = map_put(t->by_hash, hash_span(hash), &fresh);

	if (!index)
		return HEADER_FULL;
	if (!fresh)
		return HEADER_KNOWN;
	if (t->n == t->room) {
		t->room = t->room ? t->room * 2 : 1024;
		t->node = mem_resize(t->node, t->room, sizeof(t->node[0]));
	}
	*index = t->n;
	struct node *x = &t->node[t->n++];

	*x = (struct node){ .is = { .parent = HEADER_TREE_NONE,
				    .height = HEADER_TREE_UNSURE,
				    .nbits = h.nbits,
				    .time = h.time,
				    .place = place,
				    .work = work_of(t, h.nbits, &target) },
			    .child = HEADER_TREE_NONE,
			    .sibling = HEADER_TREE_NONE };
	memcpy(x->is.hash, hash, 32);
	memcpy(x->is.previous, h.previous, 32);
	return HEADER_NEW;
}

size_t header_tree_count(const struct header_tree *t)
{
	return t->n;
}

const struct header_node *header_tree_at(const struct header_tree *t,
					 uint32_t index)
{
	return &t->node[index].is;
}

uint32_t header_tree_find(const struct header_tree *t, const uint8_t hash[32])
{
	const uint64_t *index = map_find(t->by_hash, hash_span(hash));

	return index ? (uint32_t)*index : HEADER_TREE_NONE;
}

/* Backwards, so that children stand in the order in which they came. */
static void link_all(struct header_tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->node[i].child = t->node[i].sibling = HEADER_TREE_NONE;
	for (size_t i = t->n; i-- > 0;) {
		struct node *x = &t->node[i];

		x->is.parent = header_tree_find(t, x->is.previous);
		if (x->is.parent == HEADER_TREE_NONE)
			continue;
		x->sibling = t->node[x->is.parent].child;
		t->node[x->is.parent].child = (uint32_t)i;
	}
}

struct walking {
	struct header_tree *t;
	struct header_chain *out;
	bool retargets;
	uint32_t best, best_root;
	size_t size; /* headers under the root in hand */
	size_t best_size;
};

/* Is its target what Bitcoin's main chain had at that height? */
static bool fits_table(const struct header_node *x)
{
	uint32_t nbits;

	return x->height == HEADER_TREE_UNSURE ||
	       !network_btc_nbits(&nbits, x->height) || nbits == x->nbits;
}

/* Takes x in, below its parent. False: it and all behind it are wrong. */
static bool enter(struct walking *w, uint32_t index, uint32_t root)
{
	struct header_node *x = &w->t->node[index].is;

	if (index != root) {
		const struct header_node *parent = &w->t->node[x->parent].is;

		x->height = parent->height == HEADER_TREE_UNSURE
				    ? HEADER_TREE_UNSURE
				    : parent->height + 1;
		x->work = block_work_add(&x->work, &parent->work);
	}
	if (w->retargets && !fits_table(x)) {
		w->out->wrong++;
		return false;
	}
	w->size++;
	if (w->best == HEADER_TREE_NONE ||
	    target_compare(&x->work, &w->t->node[w->best].is.work) > 0) {
		w->best = index;
		w->best_root = root;
	}
	return true;
}

/* Down from a root, without recursion: a chain is a million deep. */
static void walk(struct walking *w, uint32_t root)
{
	uint32_t at = root;

	w->size = 0;
	while (at != HEADER_TREE_NONE) {
		const bool good = enter(w, at, root);

		if (good && w->t->node[at].child != HEADER_TREE_NONE) {
			at = w->t->node[at].child;
			continue;
		}
		while (at != root && w->t->node[at].sibling == HEADER_TREE_NONE)
			at = w->t->node[at].is.parent;
		if (at == root)
			break;
		at = w->t->node[at].sibling;
	}
	if (w->best_root == root)
		w->best_size = w->size;
}

static void collect(struct header_chain *out, const struct header_tree *t,
		    const struct walking *w, size_t all)
{
	for (uint32_t i = w->best; i != HEADER_TREE_NONE;
	     i = t->node[i].is.parent)
		out->n++;
	out->index = mem_new(out->n ? out->n : 1, sizeof(out->index[0]));
	size_t at = out->n;

	for (uint32_t i = w->best; i != HEADER_TREE_NONE;
	     i = t->node[i].is.parent)
		out->index[--at] = i;
	if (out->n > 0)
		out->first_height = t->node[out->index[0]].is.height;
	out->stale = w->best_size - out->n;
	out->apart = all - w->best_size - out->wrong;
}

void header_tree_chain(struct header_chain *out, struct header_tree *t,
		       const uint8_t genesis[32], bool retargets,
		       header_tree_root_height *height, void *context)
{
	struct walking w = { .t = t,
			     .out = out,
			     .retargets = retargets,
			     .best = HEADER_TREE_NONE,
			     .best_root = HEADER_TREE_NONE };

	*out = (struct header_chain){ .first_height = HEADER_TREE_UNSURE };
	link_all(t);
	for (uint32_t i = 0; i < t->n; i++) {
		struct header_node *x = &t->node[i].is;

		if (x->parent != HEADER_TREE_NONE)
			continue;
		x->height = memcmp(x->hash, genesis, 32) == 0
				    ? 0
				    : height(context, x);
		walk(&w, i);
	}
	collect(out, t, &w, t->n);
}
