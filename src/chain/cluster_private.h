/* cluster_private - what the files of clusters share. */
#ifndef CHAIN_CLUSTER_PRIVATE_H
#define CHAIN_CLUSTER_PRIVATE_H

#include "chain/cluster.h"
#include "chain/script_ids.h"
#include "chain/union_find.h"

struct edge { /* a union, and what made it */
	uint32_t a, b;
	uint32_t block, position : 28, rule : 4;
};

struct clusters {
	struct script_ids ids;
	struct union_find sets;
	struct edge *edge;
	size_t num_edges, room_edges;
	uint64_t coinjoins, without_inputs;
};

#endif /* CHAIN_CLUSTER_PRIVATE_H */
