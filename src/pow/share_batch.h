/* share_batch - many SHA-256d shares at a time.
 *
 * The branches of one share are hashed one after the other; those of several
 * side by side are what sha256d_many() is for. Results are those of
 * share_header() and share_hash(), whatever jobs the shares belong to; many at
 * a time with coinbases of one length are fastest. */
#ifndef POW_SHARE_BATCH_H
#define POW_SHARE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pow/share.h"

struct share_batch_item {
	/* In: */
	const struct share_job *job;
	const struct share_submit *submit;
	/* Out: */
	bool is_whole; /* false: share_header() says false, and the rest is as
			* it was */
	uint8_t header[HEADER_SIZE];
	uint8_t hash[32];
};

/* Any count. Any thread. */
void share_batch_hash(struct share_batch_item *item, size_t count);

#endif /* POW_SHARE_BATCH_H */
