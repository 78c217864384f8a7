#include <stdlib.h>

#include "base/mem.h"
#include "chain/cluster_private.h"

/* Breadth first over the unions of one cluster: they are a tree, of which the
 * scripts are known by ranks. */
struct searching {
	struct clusters *c;
	uint32_t root;
	struct cluster_edge *edge;
	size_t n;
	uint32_t *rank;       /* of its scripts, ascending: n + 1 */
	uint32_t *first;      /* edge + 1, by place in rank */
	uint32_t *next[2];    /* of each edge: the next of its a, of its b */
	uint32_t *queue, *by; /* by: edge + 1 by which a script was reached */
};

/* An edge of the cluster; its scripts are all the a and the root's own. */
static bool keep_edge(void *context, const struct cluster_edge *e)
{
	struct searching *s = context;

	if (union_find_root(&s->c->unions.sets, e->a) == s->root)
		s->edge[s->n++] = *e;
	return true;
}

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t place_of(const struct searching *s, uint32_t rank)
{
	const uint32_t *at =
		bsearch(&rank, s->rank, s->n + 1, sizeof(s->rank[0]), compare);

	return (uint32_t)(at - s->rank);
}

/* Every script of a tree is an end of some edge. */
static void list_scripts(struct searching *s)
{
	size_t kept = 0;

	s->rank = mem_new(2 * s->n + 1, sizeof(s->rank[0]));
	for (size_t i = 0; i < s->n; i++) {
		s->rank[2 * i] = s->edge[i].a;
		s->rank[2 * i + 1] = s->edge[i].b;
	}
	qsort(s->rank, 2 * s->n, sizeof(s->rank[0]), compare);
	for (size_t i = 0; i < 2 * s->n; i++) {
		if (kept == 0 || s->rank[kept - 1] != s->rank[i])
			s->rank[kept++] = s->rank[i];
	}
}

/* From here on edges have places in place of ranks. */
static void list_edges(struct searching *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct cluster_edge *e = &s->edge[i];

		e->a = place_of(s, e->a);
		e->b = place_of(s, e->b);
		s->next[0][i] = s->first[e->a];
		s->first[e->a] = (uint32_t)i + 1;
		s->next[1][i] = s->first[e->b];
		s->first[e->b] = (uint32_t)i + 1;
	}
}

/* The scripts that unions tie to x join the queue; returns its new length. */
static size_t reach(struct searching *s, uint32_t x, size_t n)
{
	for (uint32_t e = s->first[x]; e;) {
		const struct cluster_edge *edge = &s->edge[e - 1];
		const bool is_a = edge->a == x;
		const uint32_t other = is_a ? edge->b : edge->a;

		if (s->by[other] == 0) {
			s->by[other] = e;
			s->queue[n++] = other;
		}
		e = s->next[is_a ? 0 : 1][e - 1];
	}
	return n;
}

static void search(struct searching *s, uint32_t from, uint32_t to)
{
	size_t n = 0;

	s->queue[n++] = from;
	s->by[from] = UINT32_MAX;
	for (size_t at = 0; at < n && s->by[to] == 0; at++)
		n = reach(s, s->queue[at], n);
}

static void path(struct cluster_step **out, size_t *n,
		 const struct searching *s, uint32_t from, uint32_t to)
{
	size_t length = 0;

	for (uint32_t x = to; x != from; length++) {
		const struct cluster_edge *e = &s->edge[s->by[x] - 1];

		x = e->a == x ? e->b : e->a;
	}
	*out = mem_new(length ? length : 1, sizeof((*out)[0]));
	*n = length;
	for (uint32_t x = to; x != from;) {
		const struct cluster_edge *e = &s->edge[s->by[x] - 1];
		const uint32_t before = e->a == x ? e->b : e->a;

		(*out)[--length] = (struct cluster_step){
			.from = s->rank[before],
			.to = s->rank[x],
			.block = e->block,
			.position = e->position,
			.rule = (enum cluster_rule)e->rule,
		};
		x = before;
	}
}

static void allocate(struct searching *s)
{
	s->first = mem_new(s->n + 1, sizeof(s->first[0]));
	s->by = mem_new(s->n + 1, sizeof(s->by[0]));
	s->queue = mem_new(s->n + 1, sizeof(s->queue[0]));
	for (int i = 0; i < 2; i++)
		s->next[i] = mem_new(s->n, sizeof(s->next[i][0]));
}

static void end(struct searching *s)
{
	free(s->edge);
	free(s->rank);
	free(s->first);
	free(s->by);
	free(s->queue);
	free(s->next[0]);
	free(s->next[1]);
}

/* By the ranks of two scripts of one cluster. */
static enum status tie(struct cluster_step **out, size_t *n, struct clusters *c,
		       const uint32_t rank[2], struct why *why)
{
	struct searching s = { .c = c };

	s.root = union_find_root(&c->unions.sets, rank[0]);
	const uint32_t size = union_find_size(&c->unions.sets, s.root);

	s.edge = mem_new(size, sizeof(s.edge[0]));
	const enum status st =
		cluster_unions_each(&c->unions, keep_edge, &s, why);

	if (st == ST_OK) {
		list_scripts(&s);
		allocate(&s);
		list_edges(&s);
		const uint32_t from = place_of(&s, rank[0]);
		const uint32_t to = place_of(&s, rank[1]);

		search(&s, from, to);
		path(out, n, &s, from, to);
	}
	end(&s);
	return st;
}

enum status cluster_why(struct cluster_step **out, size_t *n,
			struct clusters *c, struct span from, struct span to,
			struct why *why)
{
	const struct span script[2] = { from, to };
	uint32_t id[2], rank[2];

	for (int i = 0; i < 2; i++) {
		const enum status st = cluster_ids_find(
			&id[i], &c->ids, script_ids_name(script[i]), why);

		if (st != ST_OK)
			return st;
		if (id[i] == CLUSTER_IDS_NONE)
			return ST_END;
		rank[i] = cluster_unions_rank(&c->unions, id[i]);
	}
	if (id[0] == id[1]) {
		*out = mem_new(1, sizeof((*out)[0]));
		*n = 0;
		return ST_OK;
	}
	if (cluster_of_id(c, id[0]) != cluster_of_id(c, id[1]))
		return ST_END;
	return tie(out, n, c, rank, why);
}
