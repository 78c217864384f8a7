/* chain_index_gather - the blocks of one segment read by all threads, and what
 * the index keeps of them as sorted lists. */
#ifndef CHAIN_CHAIN_INDEX_GATHER_H
#define CHAIN_CHAIN_INDEX_GATHER_H

#include "chain/chain_index.h"
#include "chain/chain_index_segment.h"

struct chain_index_gather;

/* Memory is kept from segment to segment. */
struct chain_index_gather *chain_index_gather_new(const struct chain *c,
						  unsigned threads);
void chain_index_gather_free(struct chain_index_gather *g);

/* Blocks from first up to `behind`, without it. made is good until the next
 * call. */
enum status chain_index_gather_blocks(struct chain_index_made *made,
				      struct chain_index_gather *g,
				      size_t first, size_t behind,
				      struct why *why);
/* Sorts what was gathered last, and writes the lists. */
enum status chain_index_gather_write(struct chain_index_gather *g,
				     const struct chain_index_writing *w,
				     struct why *why);

#endif /* CHAIN_CHAIN_INDEX_GATHER_H */
