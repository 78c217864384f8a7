/* cluster_private - what the files of clusters share. */
#ifndef CHAIN_CLUSTER_PRIVATE_H
#define CHAIN_CLUSTER_PRIVATE_H

#include "base/cur.h"
#include "chain/cluster.h"
#include "chain/cluster_ids.h"
#include "chain/cluster_unions.h"
#include "chain/script_ids.h"

struct clusters {
	struct cluster_ids ids;
	struct cluster_unions unions;
	uint64_t coinjoins, without_inputs;
};

/* What pays nobody (null data) is in no cluster. */
static inline bool cluster_is_nobody(struct span script)
{
	return script.n > 0 && script.p[0] == 0x6a; /* OP_RETURN */
}

/* Of a script's number. */
uint32_t cluster_of_id(struct clusters *c, uint32_t id);

#endif /* CHAIN_CLUSTER_PRIVATE_H */
