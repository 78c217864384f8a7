#include "chain/cluster_unions.h"

#define PIECE 4096 /* ties read at a time */

enum status cluster_unions_init(struct cluster_unions *u, uint32_t scripts,
				const char *directory, struct why *why)
{
	*u = (struct cluster_unions){ .ties = { .fd = -1 },
				      .kept = { .fd = -1 },
				      .directory = directory };
	bit_ranks_init(&u->joined, scripts);
	return spill_open(&u->ties, directory, why);
}

void cluster_unions_fini(struct cluster_unions *u)
{
	bit_ranks_fini(&u->joined);
	union_find_fini(&u->sets);
	spill_close(&u->ties);
	spill_close(&u->kept);
}

void cluster_unions_add(struct cluster_unions *u, struct cluster_edge tie)
{
	bit_ranks_put(&u->joined, tie.a);
	bit_ranks_put(&u->joined, tie.b);
	spill_add(&u->ties, &tie, sizeof(tie));
}

static enum status each(const struct spill *s, cluster_unions_visit *visit,
			void *context, struct why *why)
{
	struct cluster_edge piece[PIECE];
	const uint64_t all = s->n / sizeof(piece[0]);

	for (uint64_t at = 0; at < all; at += PIECE) {
		const size_t n = all - at < PIECE ? (size_t)(all - at) : PIECE;
		const enum status st =
			spill_read(s, piece, at * sizeof(piece[0]),
				   n * sizeof(piece[0]), why);

		if (st != ST_OK)
			return st;
		for (size_t i = 0; i < n; i++) {
			if (!visit(context, &piece[i]))
				return ST_OK;
		}
	}
	return ST_OK;
}

static bool unite(void *context, const struct cluster_edge *tie)
{
	struct cluster_unions *u = context;
	struct cluster_edge kept = *tie;

	kept.a = bit_ranks_below(&u->joined, tie->a);
	kept.b = bit_ranks_below(&u->joined, tie->b);
	if (union_find_join(&u->sets, kept.a, kept.b)) {
		spill_add(&u->kept, &kept, sizeof(kept));
		u->n++;
	}
	return true;
}

enum status cluster_unions_end(struct cluster_unions *u, struct why *why)
{
	enum status st = spill_flush(&u->ties, why);

	u->ranked = bit_ranks_count(&u->joined, 0);
	union_find_init(&u->sets, u->ranked);
	if (st == ST_OK)
		st = spill_open(&u->kept, u->directory, why);
	if (st == ST_OK)
		st = each(&u->ties, unite, u, why);
	if (st == ST_OK)
		st = spill_flush(&u->kept, why);
	spill_close(&u->ties);
	return st;
}

uint32_t cluster_unions_rank(const struct cluster_unions *u, uint32_t script)
{
	return bit_ranks_has(&u->joined, script)
		       ? bit_ranks_below(&u->joined, script)
		       : CLUSTER_UNIONS_ALONE;
}

enum status cluster_unions_each(const struct cluster_unions *u,
				cluster_unions_visit *visit, void *context,
				struct why *why)
{
	return each(&u->kept, visit, context, why);
}
