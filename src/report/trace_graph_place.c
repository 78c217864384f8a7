#include <stdlib.h>

#include "base/mem.h"
#include "report/trace_graph.h"

#define LEAST_HEIGHT 74.0 /* four lines of text */
#define MOST_WIDTH   44.0 /* of the heaviest edge */
#define LEAST_WIDTH  1.5
#define GAP          18.0
#define SWEEPS       6

/* Layers by the longest way from a source: edges lead on in time, so that no
 * way comes back. */
static bool push_layers(struct trace_graph *g)
{
	bool pushed = false;

	for (size_t i = 0; i < g->num_edges; i++) {
		const struct trace_graph_edge *e = &g->edge[i];
		struct trace_graph_node *to = &g->node[e->to];
		const uint32_t layer = g->node[e->from].layer + 1;

		if (to->layer >= layer)
			continue;
		to->layer = layer;
		pushed = true;
	}
	return pushed;
}

static void find_layers(struct trace_graph *g)
{
	g->layers = 0;
	/* No way has more edges than there are nodes. */
	for (size_t turn = 0; turn < g->num_nodes && push_layers(g);)
		turn++;
	for (size_t i = 0; i < g->num_nodes; i++) {
		if (g->node[i].kept && g->node[i].layer >= g->layers)
			g->layers = g->node[i].layer + 1;
	}
}

/* From now on every edge leads to the next layer. */
static void add_ways(struct trace_graph *g)
{
	size_t nodes = g->num_nodes, edges = g->num_edges;

	for (size_t i = 0; i < g->num_edges; i++) {
		const struct trace_graph_edge *e = &g->edge[i];
		const size_t over =
			g->node[e->to].layer - g->node[e->from].layer - 1;

		nodes += over;
		edges += over;
	}
	g->node = mem_resize(g->node, nodes + 1, sizeof(g->node[0]));
	g->edge = mem_resize(g->edge, edges + 1, sizeof(g->edge[0]));
	for (size_t i = 0; i < g->num_edges; i++) {
		struct trace_graph_edge *e = &g->edge[i];
		const uint32_t next = g->node[e->from].layer + 1;

		if (g->node[e->to].layer == next)
			continue;
		/* The rest of the way is split when its turn comes. */
		const uint32_t way = (uint32_t)g->num_nodes++;
		const uint32_t to = g->node[e->to].type == TRACE_GRAPH_WAY
					    ? g->node[e->to].to
					    : e->to;

		g->node[way] =
			(struct trace_graph_node){ .type = TRACE_GRAPH_WAY,
						   .entry = SIZE_MAX,
						   .first_block = UINT32_MAX,
						   .last_block = UINT32_MAX,
						   .kept = true,
						   .layer = next,
						   .to = to };
		g->edge[g->num_edges] = *e;
		g->edge[g->num_edges++].from = way;
		e->to = way;
	}
}

static void find_widths(struct trace_graph *g)
{
	double *in = mem_new(g->num_nodes + 1, sizeof(in[0]));
	double *out = mem_new(g->num_nodes + 1, sizeof(out[0]));
	uint64_t most = 1;

	for (size_t i = 0; i < g->num_edges; i++) {
		if (g->edge[i].flow > most)
			most = g->edge[i].flow;
	}
	for (size_t i = 0; i < g->num_edges; i++) {
		struct trace_graph_edge *e = &g->edge[i];

		e->width = MOST_WIDTH * (double)e->flow / (double)most;
		if (e->width < LEAST_WIDTH)
			e->width = LEAST_WIDTH;
		out[e->from] += e->width;
		in[e->to] += e->width;
	}
	for (size_t i = 0; i < g->num_nodes; i++) {
		const double wide = in[i] > out[i] ? in[i] : out[i];

		if (g->node[i].type == TRACE_GRAPH_WAY)
			g->node[i].height = wide;
		else if (wide + 8 > LEAST_HEIGHT)
			g->node[i].height = wide + 8;
		else
			g->node[i].height = LEAST_HEIGHT;
	}
	free(in);
	free(out);
}

struct placed {
	uint32_t node;
	double wanted; /* the middle of what it hangs on */
};

static int compare(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->wanted != y->wanted)
		return x->wanted < y->wanted ? -1 : 1;
	return x->node < y->node ? -1 : 1;
}

static double middle(const struct trace_graph *g, uint32_t node)
{
	return g->node[node].y + g->node[node].height / 2;
}

/* The mean of the middles at the other ends of its edges, weighted; toward the
 * sources, or away from them. */
static double wanted(const struct trace_graph *g, uint32_t node, bool back)
{
	double sum = 0, weight = 0;

	for (size_t i = 0; i < g->num_edges; i++) {
		const struct trace_graph_edge *e = &g->edge[i];

		if ((back ? e->to : e->from) != node)
			continue;
		sum += e->width * middle(g, back ? e->from : e->to);
		weight += e->width;
	}
	return weight > 0 ? sum / weight : middle(g, node);
}

/* One below the other, none over another, on the whole where they want to be.
 */
static void stack(struct trace_graph *g, struct placed *list, size_t n)
{
	double below = 0, off = 0;

	qsort(list, n, sizeof(list[0]), compare);
	for (size_t i = 0; i < n; i++) {
		struct trace_graph_node *x = &g->node[list[i].node];

		x->y = list[i].wanted - x->height / 2;
		if (i > 0 && x->y < below)
			x->y = below;
		below = x->y + x->height + GAP;
		off += x->y + x->height / 2 - list[i].wanted;
	}
	for (size_t i = 0; i < n; i++)
		g->node[list[i].node].y -= off / (double)n;
}

static void place_layer(struct trace_graph *g, uint32_t layer, bool back,
			struct placed *list)
{
	size_t n = 0;

	for (uint32_t i = 0; i < g->num_nodes; i++) {
		if (g->node[i].kept && g->node[i].layer == layer)
			list[n++] = (struct placed){ i, wanted(g, i, back) };
	}
	if (n > 0)
		stack(g, list, n);
}

/* The places at which edges leave and come, from top to bottom in the order of
 * their other ends. */
static void place_ends(struct trace_graph *g, uint32_t node, bool leaving,
		       struct placed *list)
{
	double all = 0, at;
	size_t n = 0;

	for (uint32_t i = 0; i < g->num_edges; i++) {
		const struct trace_graph_edge *e = &g->edge[i];

		if ((leaving ? e->from : e->to) != node)
			continue;
		list[n++] = (struct placed){ i, middle(g, leaving ? e->to
								  : e->from) };
		all += e->width;
	}
	qsort(list, n, sizeof(list[0]), compare);
	at = middle(g, node) - all / 2;
	for (size_t i = 0; i < n; i++) {
		struct trace_graph_edge *e = &g->edge[list[i].node];

		*(leaving ? &e->from_y : &e->to_y) = at + e->width / 2;
		at += e->width;
	}
}

static void move_to_top(struct trace_graph *g)
{
	double top = 0, bottom = 0;
	bool any = false;

	for (size_t i = 0; i < g->num_nodes; i++) {
		const struct trace_graph_node *n = &g->node[i];

		if (!n->kept)
			continue;
		if (!any || n->y < top)
			top = n->y;
		if (!any || n->y + n->height > bottom)
			bottom = n->y + n->height;
		any = true;
	}
	for (size_t i = 0; i < g->num_nodes; i++)
		g->node[i].y -= top;
	g->height = bottom - top;
}

void trace_graph_place(struct trace_graph *g)
{
	find_layers(g);
	add_ways(g);
	find_widths(g);

	const size_t room =
		g->num_nodes > g->num_edges ? g->num_nodes : g->num_edges;
	struct placed *list = mem_new(room + 1, sizeof(list[0]));

	for (uint32_t layer = 0; layer < g->layers; layer++)
		place_layer(g, layer, true, list);
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		for (uint32_t layer = g->layers; layer-- > 0;)
			place_layer(g, layer, false, list);
		for (uint32_t layer = 0; layer < g->layers; layer++)
			place_layer(g, layer, true, list);
	}
	move_to_top(g);
	for (uint32_t i = 0; i < g->num_nodes; i++) {
		place_ends(g, i, true, list);
		place_ends(g, i, false, list);
	}
	free(list);
}
