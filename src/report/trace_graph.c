#include "report/trace_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define KEYS_MAX (1u << 26)
#define NO_NODE  UINT32_MAX

struct building {
	struct trace_graph *g;
	const struct trace_told *told;
	const struct trace *t;
	uint32_t *node_of; /* of each transaction, or NO_NODE */
	uint32_t *row; /* by a row of peels' first: one of it, or TRACE_NONE */
	struct map *by_key, *edges;
	struct map *paid; /* scripts of each place */
	struct buf key;
	size_t room_nodes, room_edges;
};

static uint64_t weight(const struct building *b, size_t output)
{
	return b->g->policy < TAINT_POLICIES
		       ? b->told->tainted[b->g->policy][output]
		       : b->t->output[output].sat;
}

static uint32_t add_node(struct building *b, struct trace_graph_node node)
{
	struct trace_graph *g = b->g;

	if (g->num_nodes == b->room_nodes) {
		b->room_nodes = b->room_nodes ? b->room_nodes * 2 : 64;
		g->node =
			mem_resize(g->node, b->room_nodes, sizeof(g->node[0]));
	}
	node.first_block = node.last_block = UINT32_MAX;
	node.kept = true;
	g->node[g->num_nodes] = node;
	return (uint32_t)g->num_nodes++;
}

static void see_block(struct trace_graph_node *n, uint32_t block)
{
	if (n->first_block == UINT32_MAX || block < n->first_block)
		n->first_block = block;
	if (n->last_block == UINT32_MAX || block > n->last_block)
		n->last_block = block;
}

/* Rows of peels are known already. */
static bool goes_on(const struct building *b, uint32_t before, uint32_t tx)
{
	const struct kind_tx *x = &b->told->kinds->tx[before];
	const struct kind_tx *y = &b->told->kinds->tx[tx];

	/* Of what a batch leaves, the next is paid. */
	if (x->kind == KIND_POOL_PAYOUT)
		return y->kind == KIND_POOL_PAYOUT && x->pool == y->pool;
	return (x->kind == KIND_PAYMENT || x->kind == KIND_BATCH ||
		x->kind == KIND_MOVE) &&
	       (y->kind == KIND_PAYMENT || y->kind == KIND_BATCH ||
		y->kind == KIND_MOVE);
}

/* The only output of the trace that a transaction takes, or TRACE_NONE. */
static uint32_t only_input(const struct trace *t, uint32_t tx)
{
	const struct trace_tx *x = &t->tx[tx];
	uint32_t only = TRACE_NONE;

	for (uint32_t i = 0; i < x->num_inputs; i++) {
		const uint32_t o = t->input[x->first_input + i].output;

		if (o == TRACE_NONE)
			continue;
		if (only != TRACE_NONE)
			return TRACE_NONE;
		only = o;
	}
	return only;
}

/* Does most of what a transaction passes on go by this output? */
static bool is_main(const struct building *b, uint32_t output)
{
	const struct trace_tx *x = &b->t->tx[b->t->output[output].tx];
	uint64_t all = 0;

	for (uint32_t i = 0; i < x->num_outputs; i++)
		all += weight(b, x->first_output + i);
	return weight(b, output) > all / 2;
}

/* The transaction whose row it continues, or TRACE_NONE. */
static uint32_t continues(const struct building *b, uint32_t tx)
{
	const struct kind_tx *k = &b->told->kinds->tx[tx];
	const uint32_t o = only_input(b->t, tx);

	if (k->kind == KIND_PEEL)
		return b->row[k->chain];
	if (o == TRACE_NONE || b->t->output[o].source)
		return TRACE_NONE;
	const uint32_t before = b->t->output[o].tx;

	if (before == TRACE_NONE || b->node_of[before] == NO_NODE ||
	    !goes_on(b, before, tx) ||
	    b->g->node[b->node_of[before]].last_tx != before || !is_main(b, o))
		return TRACE_NONE;
	return before;
}

static void add_transactions(struct building *b)
{
	for (uint32_t i = 0; i < b->t->num_txs; i++) {
		const uint32_t before = continues(b, i);

		b->node_of[i] = NO_NODE;
		if (!b->t->tx[i].followed)
			continue;
		if (before == TRACE_NONE)
			b->node_of[i] = add_node(
				b,
				(struct trace_graph_node){
					.type = TRACE_GRAPH_TX,
					.first_tx = i,
					.entry = b->told->kinds->tx[i].entry });
		else
			b->node_of[i] = b->node_of[before];
		struct trace_graph_node *n = &b->g->node[b->node_of[i]];

		n->last_tx = i;
		n->txs++;
		if (b->told->kinds->tx[i].kind == KIND_PEEL)
			b->row[b->told->kinds->tx[i].chain] = i;
		see_block(n, b->t->tx[i].block);
	}
}

/* The node of a key, in b->key; made as `fresh` if there is none. */
static uint32_t node_by_key(struct building *b, struct trace_graph_node fresh)
{
	bool is_fresh;
	uint64_t *at = map_put(b->by_key, buf_span(&b->key), &is_fresh);

	if (!at)
		return NO_NODE;
	if (is_fresh)
		*at = add_node(b, fresh);
	return (uint32_t)*at;
}

static size_t entry_of(const struct building *b, struct span script)
{
	size_t index;

	return b->told->lists && lists_by_script(&index, 1, b->told->lists,
						 script) > 0
		       ? index
		       : SIZE_MAX;
}

/* A letter, and what tells nodes of it apart. */
static void set_key(struct building *b, char letter, struct span of)
{
	buf_clear(&b->key);
	buf_u8(&b->key, (uint8_t)letter);
	buf_add(&b->key, of.p, of.n);
}

static uint32_t source_of(struct building *b, const struct trace_output *o)
{
	const struct span script = trace_script(b->t, o);

	set_key(b, 's', script);
	return node_by_key(
		b, (struct trace_graph_node){ .type = TRACE_GRAPH_SOURCE,
					      .script = script,
					      .entry = entry_of(b, script) });
}

/* Of a list's entity, what comes to all its addresses; of a CoinJoin all that
 * it pays, because whose is what cannot be said; else of a script. */
static uint32_t place_of(struct building *b, const struct trace_output *o,
			 uint32_t from)
{
	struct trace_graph_node fresh = { .type = TRACE_GRAPH_PLACE,
					  .script = trace_script(b->t, o),
					  .end = (enum trace_end)o->end };
	const char *entity = NULL;

	fresh.entry = entry_of(b, fresh.script);
	if (fresh.entry != SIZE_MAX)
		entity = lists_entry(b->told->lists, fresh.entry)->entity;
	if (entity)
		set_key(b, 'e',
			(struct span){ (const uint8_t *)entity,
				       strlen(entity) });
	else if (o->end == TRACE_COINJOIN)
		set_key(b, 'j',
			(struct span){ (const uint8_t *)&from, sizeof(from) });
	else
		set_key(b, 'p', fresh.script);
	buf_u8(&b->key, o->end);
	return node_by_key(b, fresh);
}

static void add_edge(struct building *b, uint32_t from, uint32_t to,
		     size_t output)
{
	const uint32_t ends[2] = { from, to };
	struct trace_graph *g = b->g;
	bool fresh;
	uint64_t *at = map_put(
		b->edges, (struct span){ (const uint8_t *)ends, sizeof(ends) },
		&fresh);

	if (!at)
		return;
	if (fresh) {
		if (g->num_edges == b->room_edges) {
			b->room_edges = b->room_edges ? b->room_edges * 2 : 64;
			g->edge = mem_resize(g->edge, b->room_edges,
					     sizeof(g->edge[0]));
		}
		*at = g->num_edges;
		g->edge[g->num_edges++] =
			(struct trace_graph_edge){ .from = from, .to = to };
	}
	struct trace_graph_edge *e = &g->edge[*at];

	e->outputs++;
	e->sat += b->t->output[output].sat;
	e->flow += weight(b, output);
}

/* What comes to a node by an output; a source has it by itself. */
static void take_in(struct building *b, uint32_t node, size_t output)
{
	struct trace_graph_node *n = &b->g->node[node];
	const struct trace_output *o = &b->t->output[output];
	const uint32_t maker = b->t->backward ? o->spent_by : o->tx;

	n->outputs++;
	n->sat += o->sat;
	n->flow += weight(b, output);
	for (int p = 0; p < TAINT_POLICIES; p++)
		n->by[p] +=
			b->told->tainted[p] ? b->told->tainted[p][output] : 0;
	if (n->type == TRACE_GRAPH_TX)
		return;
	if (maker != TRACE_NONE)
		see_block(n, b->t->tx[maker].block);
	bool fresh = false;

	set_key(b, 'n', trace_script(b->t, o));
	buf_le32(&b->key, node);
	if (map_put(b->paid, buf_span(&b->key), &fresh) && fresh)
		n->scripts++;
}

static void add_output(struct building *b, size_t i)
{
	const struct trace_output *o = &b->t->output[i];
	const bool on = o->end == TRACE_SPENT && o->spent_by != TRACE_NONE &&
			b->node_of[o->spent_by] != NO_NODE;
	uint32_t from = NO_NODE;

	if (o->sat == 0)
		return;
	if (o->reached && o->tx != TRACE_NONE)
		from = b->node_of[o->tx];
	if (o->source && from == NO_NODE) {
		from = source_of(b, o);
		if (from != NO_NODE)
			take_in(b, from, i);
	}
	if (from == NO_NODE)
		return;
	const uint32_t to = on ? b->node_of[o->spent_by] : place_of(b, o, from);

	if (to == NO_NODE || to == from)
		return;
	add_edge(b, from, to, i);
	take_in(b, to, i);
}

struct ranking {
	const struct trace_graph_node *node;
};

/* The weightiest first, of equal ones the first. */
static int compare(const void *a, const void *b, void *context)
{
	const struct ranking *r = context;
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct trace_graph_node *m = &r->node[x], *n = &r->node[y];

	if (m->flow != n->flow)
		return m->flow < n->flow ? 1 : -1;
	if (m->sat != n->sat)
		return m->sat < n->sat ? 1 : -1;
	return x < y ? -1 : 1;
}

/* Leaves all but the `most` weightiest of a type out; how many these are. A
 * place on a list stays before all others. */
static void cap(struct trace_graph *g, enum trace_graph_type type, size_t most)
{
	struct ranking r = { g->node };
	uint32_t *list = mem_new(g->num_nodes + 1, sizeof(list[0]));
	size_t n = 0, kept = 0;

	for (uint32_t i = 0; i < g->num_nodes; i++) {
		if (g->node[i].type == type)
			list[n++] = i;
	}
	qsort_r(list, n, sizeof(list[0]), compare, &r);
	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < n; i++) {
			struct trace_graph_node *x = &g->node[list[i]];
			const bool listed = x->entry != SIZE_MAX;

			if (listed == (turn == 0))
				x->kept = kept++ < most;
		}
	}
	free(list);
}

/* The node of what is left out and hangs on another. */
static uint32_t rest_of(struct building *b, uint32_t from)
{
	set_key(b, 'r', (struct span){ (const uint8_t *)&from, sizeof(from) });
	return node_by_key(b,
			   (struct trace_graph_node){ .type = TRACE_GRAPH_REST,
						      .entry = SIZE_MAX });
}

/* For every node the one that is drawn for it: itself; for sources left out one
 * for all; for a transaction left out the one that most of what it takes in
 * comes from. */
static uint32_t *stand_ins(const struct trace_graph *g, uint32_t sources)
{
	uint32_t *of = mem_new(g->num_nodes + 1, sizeof(of[0]));
	uint64_t *most = mem_new(g->num_nodes + 1, sizeof(most[0]));

	for (uint32_t i = 0; i < g->num_nodes; i++)
		of[i] = g->node[i].kept ? i : sources;
	for (size_t i = 0; i < g->num_edges; i++) {
		const struct trace_graph_edge *e = &g->edge[i];

		if (g->node[e->to].kept || e->flow + 1 <= most[e->to])
			continue;
		of[e->to] = e->from;
		most[e->to] = e->flow + 1;
	}
	/* Ways shortened as they are walked; they lead toward the sources. */
	for (uint32_t i = 0; i < g->num_nodes; i++) {
		uint32_t at = i;

		while (of[of[at]] != of[at])
			at = of[at] = of[of[at]];
		of[i] = of[at];
	}
	free(most);
	return of;
}

static void join_edge(struct trace_graph *g, size_t *n,
		      const struct trace_graph_edge *e)
{
	for (size_t i = 0; i < *n; i++) {
		struct trace_graph_edge *x = &g->edge[i];

		if (x->from != e->from || x->to != e->to)
			continue;
		x->outputs += e->outputs;
		x->sat += e->sat;
		x->flow += e->flow;
		x->through |= e->through;
		return;
	}
	g->edge[(*n)++] = *e;
}

static void turn_edges(struct building *b, uint32_t sources)
{
	struct trace_graph *g = b->g;
	uint32_t *of = stand_ins(g, sources);
	size_t n = 0;

	for (size_t i = 0; i < g->num_edges; i++) {
		struct trace_graph_edge e = g->edge[i];
		const uint32_t to = of[e.to];

		e.through = of[e.from] != e.from &&
			    g->node[e.from].type == TRACE_GRAPH_TX;
		e.from = of[e.from];
		/* Nothing of value came to it. */
		if (!g->node[e.from].kept)
			continue;
		/* On into one that is not drawn: its edges are drawn instead.
		 */
		if (!g->node[e.to].kept &&
		    g->node[e.to].type == TRACE_GRAPH_TX && to == e.from)
			continue;
		if (!g->node[e.to].kept) {
			e.to = rest_of(b, e.from);
			if (e.to == NO_NODE)
				continue;
			g->node[e.to].outputs += e.outputs;
			g->node[e.to].flow += e.flow;
			g->node[e.to].sat += e.sat;
		}
		join_edge(g, &n, &e);
	}
	g->num_edges = n;
	free(of);
}

static void leave_out(struct building *b)
{
	struct trace_graph *g = b->g;
	const size_t all = g->num_nodes;

	cap(g, TRACE_GRAPH_SOURCE, TRACE_GRAPH_SOURCES);
	cap(g, TRACE_GRAPH_TX, TRACE_GRAPH_TXS);
	cap(g, TRACE_GRAPH_PLACE, TRACE_GRAPH_PLACES);
	const uint32_t sources = add_node(
		b, (struct trace_graph_node){ .type = TRACE_GRAPH_SOURCE,
					      .entry = SIZE_MAX });
	struct trace_graph_node *x = &g->node[sources];

	for (size_t i = 0; i < all; i++) {
		const struct trace_graph_node *n = &g->node[i];

		if (n->kept || n->type != TRACE_GRAPH_SOURCE)
			continue;
		x->scripts += n->scripts;
		x->outputs += n->outputs;
		x->sat += n->sat;
		x->flow += n->flow;
	}
	x->kept = x->outputs > 0;
	turn_edges(b, sources);
}

static enum taint_policy first_policy(const struct trace_told *t)
{
	if (t->tainted[TAINT_HAIRCUT])
		return TAINT_HAIRCUT;
	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (t->tainted[p])
			return (enum taint_policy)p;
	}
	return TAINT_POLICIES;
}

void trace_graph_build(struct trace_graph *out, const struct trace_told *t)
{
	struct building b = { .g = out, .told = t, .t = t->trace };

	*out = (struct trace_graph){ .policy = first_policy(t) };
	b.node_of = mem_new(t->trace->num_txs + 1, sizeof(b.node_of[0]));
	b.row = mem_new(t->trace->num_txs + 1, sizeof(b.row[0]));
	for (size_t i = 0; i < t->trace->num_txs; i++)
		b.row[i] = TRACE_NONE;
	b.by_key = map_new(KEYS_MAX, 0x67726170);
	b.edges = map_new(KEYS_MAX, 0x65646765);
	b.paid = map_new(KEYS_MAX, 0x70616964);
	buf_init(&b.key, 1u << 24);
	add_transactions(&b);
	for (size_t i = 0; i < t->trace->num_outputs; i++)
		add_output(&b, i);
	leave_out(&b);
	buf_fini(&b.key);
	map_free(b.by_key);
	map_free(b.edges);
	map_free(b.paid);
	free(b.node_of);
	free(b.row);
}

void trace_graph_free(struct trace_graph *g)
{
	free(g->node);
	free(g->edge);
	*g = (struct trace_graph){ 0 };
}
