/* chain_index_meta - what an index is of: index.json in its directory, written
 * last, so that what it says is there. */
#ifndef CHAIN_CHAIN_INDEX_META_H
#define CHAIN_CHAIN_INDEX_META_H

#include "base/status.h"
#include "chain/chain_index_segment.h"

struct chain_index_meta {
	uint32_t magic;
	size_t segments;
	char path[CHAIN_INDEX_PATH_ROOM]; /* of the blocks */
};

/* ST_END: there is none. ST_BAD with why: it is not one. */
enum status chain_index_meta_read(struct chain_index_meta *out,
				  const char *directory, struct why *why);
enum status chain_index_meta_write(const struct chain_index_meta *meta,
				   const char *directory, struct why *why);
/* From its text; false: it is not one. */
bool chain_index_meta_parse(struct chain_index_meta *out, struct span text);

#endif /* CHAIN_CHAIN_INDEX_META_H */
