#include <stdlib.h>

#include "base/mem.h"
#include "chain/cluster_private.h"

/* Breadth first over the unions of one cluster: they are a tree. */
struct searching {
	struct clusters *c;
	uint32_t *first;      /* edge + 1, by script number */
	uint32_t *next[2];    /* of each edge: the next of its a, of its b */
	uint32_t *queue, *by; /* by: edge + 1 by which a script was reached */
};

static void list_edges(struct searching *s, uint32_t cluster)
{
	struct clusters *c = s->c;

	for (size_t i = 0; i < c->num_edges; i++) {
		const struct edge *e = &c->edge[i];

		if (union_find_root(&c->sets, e->a) != cluster)
			continue;
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
		const struct edge *edge = &s->c->edge[e - 1];
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

static void path(struct cluster_step **out, size_t *n, struct searching *s,
		 uint32_t from, uint32_t to)
{
	const struct clusters *c = s->c;
	size_t length = 0;

	for (uint32_t x = to; x != from; length++) {
		const struct edge *e = &c->edge[s->by[x] - 1];

		x = e->a == x ? e->b : e->a;
	}
	*out = mem_new(length ? length : 1, sizeof((*out)[0]));
	*n = length;
	for (uint32_t x = to; x != from;) {
		const struct edge *e = &c->edge[s->by[x] - 1];
		const uint32_t before = e->a == x ? e->b : e->a;

		(*out)[--length] = (struct cluster_step){
			.from = c->ids.name[before],
			.to = c->ids.name[x],
			.block = e->block,
			.position = e->position,
			.rule = (enum cluster_rule)e->rule,
		};
		x = before;
	}
}

bool cluster_why(struct cluster_step **out, size_t *n, struct clusters *c,
		 struct span from, struct span to)
{
	const uint32_t a = script_ids_find(&c->ids, script_ids_name(from));
	const uint32_t b = script_ids_find(&c->ids, script_ids_name(to));
	struct searching s = { .c = c };

	if (a == SCRIPT_IDS_NONE || b == SCRIPT_IDS_NONE ||
	    union_find_root(&c->sets, a) != union_find_root(&c->sets, b))
		return false;
	s.first = mem_new(c->ids.n, sizeof(s.first[0]));
	s.by = mem_new(c->ids.n, sizeof(s.by[0]));
	s.queue = mem_new(c->ids.n, sizeof(s.queue[0]));
	for (int i = 0; i < 2; i++)
		s.next[i] = mem_new(c->num_edges ? c->num_edges : 1,
				    sizeof(s.next[i][0]));
	list_edges(&s, union_find_root(&c->sets, a));
	search(&s, a, b);
	path(out, n, &s, a, b);
	free(s.first);
	free(s.by);
	free(s.queue);
	free(s.next[0]);
	free(s.next[1]);
	return true;
}
