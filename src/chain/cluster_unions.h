/* cluster_unions - which scripts of a chain are tied, and by which
 * transactions.
 *
 * Ties come in order of the chain and go to a file. Only scripts that are in a
 * tie need a place in memory: most are, but which ones is known when all have
 * come. Then the file is read from its beginning and sets are joined; a tie
 * that joined two sets is kept, in another file. Those are a forest: between
 * two scripts of one set there is exactly one path.
 *
 *	joined   bit for each script; a script's rank among those that are set
 *	sets     by that rank
 */
#ifndef CHAIN_CLUSTER_UNIONS_H
#define CHAIN_CLUSTER_UNIONS_H

#include "chain/bit_ranks.h"
#include "chain/spill.h"
#include "chain/union_find.h"

struct cluster_edge { /* a tie, and what made it */
	uint32_t a, b;
	uint32_t block, position : 28, rule : 4;
};

struct cluster_unions {
	struct bit_ranks joined;
	struct union_find sets;
	struct spill ties, kept; /* of struct cluster_edge: by numbers of
				  * scripts; by their ranks */
	const char *directory;
	uint64_t n;      /* ties that joined sets */
	uint32_t ranked; /* scripts in ties */
};

/* Of numbers below `scripts`. directory: spill_open()'s. To be ended by
 * cluster_unions_fini(), also where it failed. */
enum status cluster_unions_init(struct cluster_unions *u, uint32_t scripts,
				const char *directory, struct why *why);
void cluster_unions_fini(struct cluster_unions *u);

void cluster_unions_add(struct cluster_unions *u, struct cluster_edge tie);
/* No more come; joins them. */
enum status cluster_unions_end(struct cluster_unions *u, struct why *why);

#define CLUSTER_UNIONS_ALONE UINT32_MAX
/* The rank of a script, or CLUSTER_UNIONS_ALONE: in no tie. */
uint32_t cluster_unions_rank(const struct cluster_unions *u, uint32_t script);

/* False stops. */
typedef bool cluster_unions_visit(void *context, const struct cluster_edge *e);
/* All ties that joined sets, in order of the chain, by ranks. */
enum status cluster_unions_each(const struct cluster_unions *u,
				cluster_unions_visit *visit, void *context,
				struct why *why);

#endif /* CHAIN_CLUSTER_UNIONS_H */
