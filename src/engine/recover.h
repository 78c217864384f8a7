/* recover - what the packets did not say, found by computing.
 *
 * Works on a store after (or while) captures were read into it:
 *
 * 1. extranonce1, where the capture began after the subscribe: neighbours of
 *    values seen at the same server and of the counters that pools are known
 *    to use; on request all 2^32, on all processors. A value is settled when
 *    the expected number of false ones is below 2^-40. What was tried of all is
 *    kept in the case every few seconds: when the same shares are searched
 *    again, after a kill say, the search goes on from there.
 * 2. difficulty, where none was announced in the capture: the shares' hashes
 *    are uniform below an unknown target; how many of them lie how low says
 *    both that work was done and where the target is.
 * 3. Ethash shares, which need a cache of seconds for each epoch: up to 8 of
 *    them, on request all.
 * 4. algorithm, where no SHA-256d proof was found: scrypt is tried, and
 *    believed of a server's sessions together from 40 bits on. */
#ifndef ENGINE_RECOVER_H
#define ENGINE_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/store.h"

#define RECOVER_BITS 40 /* chance below 2^-40 */

struct recover_options {
	bool full; /* search all 2^32 where the neighbours fail */
	/* Called now and then during a full search; may be NULL. from: what an
	 * earlier run had tried of `all`; tried: that and what this one did. */
	void (*progress)(void *context, uint64_t from, uint64_t tried,
			 uint64_t all);
	void *context;
};

/* ST_IO if the store cannot be read or written. */
enum status recover_run(struct store *store,
			const struct recover_options *options);

#endif /* ENGINE_RECOVER_H */
