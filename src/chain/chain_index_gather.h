/* chain_index_gather - the blocks of one segment read by all threads, and what
 * the index keeps of them as sorted lists. */
#ifndef CHAIN_CHAIN_INDEX_GATHER_H
#define CHAIN_CHAIN_INDEX_GATHER_H

#include "chain/chain_index.h"
#include "chain/chain_index_segment.h"

/* Blocks from first up to `behind`, without it; the memory is made's until
 * chain_index_gather_free(). On failure there is nothing to free. */
enum status chain_index_gather(struct chain_index_made *made,
			       const struct chain *c, size_t first,
			       size_t behind,
			       const struct chain_index_options *options,
			       struct why *why);
void chain_index_gather_free(struct chain_index_made *made);

#endif /* CHAIN_CHAIN_INDEX_GATHER_H */
