/* chain_private - what the files of the opened chain share. */
#ifndef CHAIN_CHAIN_PRIVATE_H
#define CHAIN_CHAIN_PRIVATE_H

#include <threads.h>

#include "chain/chain.h"
#include "chain/header_tree.h"
#include "chain/undo_records.h"

struct place { /* of a block */
	uint64_t offset;
	uint32_t file, size;
	uint32_t txs; /* as it says itself; 0: more than it has room for */
};

struct chain {
	struct block_files *files;
	const struct chain_network *network;
	struct header_tree *tree;
	struct header_chain chain;
	struct place *place;
	size_t num_places, room;
	struct chain_counts counts;
	/* Index in the chain of each header of the tree, or UINT32_MAX. */
	uint32_t *index_of;
	struct undo_records *undo;
};

#endif /* CHAIN_CHAIN_PRIVATE_H */
