/* trace_graph - a trace made small enough to look at: sources on one side,
 * where the coins came to rest on the other, and between them transactions, of
 * which rows are one node ("12 peels").
 *
 * Nodes are few. A transaction that carries too little gives way to the one
 * that it got most from: what it pays then seems to come from there, by an edge
 * that says so (`through`). Of places that get too little, each node has one
 * for all together. Weights are by haircut, or by
 * the first policy asked for. The same trace gives the same graph. */
#ifndef REPORT_TRACE_GRAPH_H
#define REPORT_TRACE_GRAPH_H

#include "report/trace_told.h"

#define TRACE_GRAPH_SOURCES 8
#define TRACE_GRAPH_TXS     28
#define TRACE_GRAPH_PLACES  18

enum trace_graph_type {
	TRACE_GRAPH_SOURCE,
	TRACE_GRAPH_TX,    /* one, or several in a row */
	TRACE_GRAPH_PLACE, /* where coins stay, as far as the trace goes */
	TRACE_GRAPH_REST,  /* of a node, what there was no room for */
	TRACE_GRAPH_WAY,   /* an edge on its way through a layer */
};

struct trace_graph_node {
	enum trace_graph_type type;
	uint32_t first_tx, last_tx, txs;  /* TX */
	uint32_t outputs;                 /* that it consists of, or takes */
	uint32_t scripts;                 /* source, place: different ones */
	struct span script;               /* source, place: the first one */
	enum trace_end end;               /* place */
	size_t entry;                     /* of the lists, or SIZE_MAX */
	uint64_t sat;                     /* of outputs that come to it */
	uint64_t by[TAINT_POLICIES];      /* of it, traced */
	uint64_t flow;                    /* by the policy of the weights */
	uint32_t first_block, last_block; /* or UINT32_MAX */
	bool kept;
	/* trace_graph_place(): */
	uint32_t layer, to; /* to: of a way, the node it leads to */
	double y, height;
};

struct trace_graph_edge {
	uint32_t from, to; /* nodes: away from the sources */
	uint32_t outputs;
	bool through; /* transactions that are not drawn */
	uint64_t sat, flow;
	double from_y, to_y, width;
};

struct trace_graph {
	struct trace_graph_node *node;
	struct trace_graph_edge *edge;
	size_t num_nodes, num_edges;
	enum taint_policy policy; /* of the weights; TAINT_POLICIES: values */
	uint32_t layers;
	double height;
};

/* t->kinds is needed. */
void trace_graph_build(struct trace_graph *out, const struct trace_told *t);
void trace_graph_free(struct trace_graph *g);

/* Layers, and places in them: heights and widths in pixels. Edges over several
 * layers become several, over nodes that are ways, so that they pass between
 * the other nodes. */
void trace_graph_place(struct trace_graph *g);

#endif /* REPORT_TRACE_GRAPH_H */
