/* header_tree - all headers that were found, and the chain with the most work
 * in them.
 *
 * Every header must meet its own target, and that target must not be easier
 * than the network allows; on Bitcoin's main chain it must be the one that the
 * shipped table of retargets has for its height. What does not hold is counted
 * and takes no part. Blocks come in any order, twice, or on branches that
 * nodes have left; a tree may have several roots, where blocks are missing
 * between (a pruned node, a few files of many). */
#ifndef CHAIN_HEADER_TREE_H
#define CHAIN_HEADER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coin/header.h"
#include "coin/target.h"

#define HEADER_TREE_MAX    (1u << 23)
#define HEADER_TREE_NONE   UINT32_MAX
#define HEADER_TREE_UNSURE UINT32_MAX /* a height that is not known */

struct header_node {
	uint8_t hash[32], previous[32]; /* internal order */
	uint32_t parent;                /* index, or HEADER_TREE_NONE */
	uint32_t height; /* or HEADER_TREE_UNSURE, until header_tree_chain() */
	uint32_t nbits, time;
	uint64_t place;     /* the caller's, of the header's first coming */
	struct target work; /* of it and all before it */
};

enum header_result {
	HEADER_NEW,
	HEADER_KNOWN, /* it was given before */
	HEADER_EASY,  /* its hash does not meet its target */
	HEADER_WRONG, /* its target is not what the network allows */
	HEADER_FULL,  /* HEADER_TREE_MAX reached */
};

struct header_tree;

/* limit: the easiest target of the network (its nBits). */
struct header_tree *header_tree_new(uint32_t limit_nbits);
void header_tree_free(struct header_tree *t);

enum header_result header_tree_add(struct header_tree *t,
				   const uint8_t raw[HEADER_SIZE],
				   uint64_t place);
size_t header_tree_count(const struct header_tree *t);
const struct header_node *header_tree_at(const struct header_tree *t,
					 uint32_t index);
/* Index by hash, or HEADER_TREE_NONE. */
uint32_t header_tree_find(const struct header_tree *t, const uint8_t hash[32]);

/* How high a root is that is not the genesis block: from its coinbase, for
 * instance. HEADER_TREE_UNSURE where nothing tells. */
typedef uint32_t header_tree_root_height(void *context,
					 const struct header_node *root);

struct header_chain {
	uint32_t *index; /* of its headers, lowest first; free() */
	size_t n;
	uint32_t first_height; /* or HEADER_TREE_UNSURE */
	size_t stale;          /* headers of the same roots on other branches */
	size_t apart;          /* under other roots than the chain's */
	size_t wrong;          /* left out: targets against the table */
};

/* Links everything, gives heights and work, and chooses the branch of most
 * work (of two alike the one that came first, as nodes do). genesis: its hash,
 * which is height 0. retargets: hold heights against Bitcoin's table. */
void header_tree_chain(struct header_chain *out, struct header_tree *t,
		       const uint8_t genesis[32], bool retargets,
		       header_tree_root_height *height, void *context);

#endif /* CHAIN_HEADER_TREE_H */
