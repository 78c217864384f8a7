/* share_private - steps of share_header() that share_batch.c takes for many
 * shares at a time. Private to src/pow. */
#ifndef POW_SHARE_PRIVATE_H
#define POW_SHARE_PRIVATE_H

#include <stddef.h>

#include "coin/header.h"
#include "pow/share.h"

/* Real coinbases have a few hundred bytes. */
#define SHARE_COINBASE_USUAL 4096

/* What needs no hashing. *coinbase_n: 0 if there is no coinbase; then the
 * merkle root is there already. False where share_header() says false. */
bool share_frame(struct header *out, size_t *coinbase_n,
		 const struct share_job *job,
		 const struct share_submit *submit);

/* Its coinbase_n bytes. */
void share_coinbase(uint8_t *out, const struct share_job *job,
		    const struct share_submit *submit);

#endif /* POW_SHARE_PRIVATE_H */
