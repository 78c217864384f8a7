/* subranges - how many machines seem to work behind one connection.
 *
 * A proxy gives each machine a part of the extranonce2 for its own: what they
 * submit begins with bytes that are the machine's, so that within one job the
 * same beginnings come again and again, in turns:
 *
 *	job 7:  0001.. 0003.. 0001.. 0002.. 0003.. 0001..
 *
 * A single machine counts on instead: a beginning that it has left does not
 * come back. Counted are the beginnings that came back at least three times in
 *each of two jobs, at the shortest length at which there are two of them. That
 *is an indication, never a bound: a machine may have several connections, a
 *proxy may not divide, and rare shares leave no trace of turns. */
#ifndef ANALYSIS_SUBRANGES_H
#define ANALYSIS_SUBRANGES_H

#include <stddef.h>
#include <stdint.h>

#include "evidence/store.h"

#define SUBRANGES_SHARES_MAX (1u << 20) /* the first ones are looked at */

struct subranges {
	uint32_t machines;     /* 0: not determined */
	uint32_t prefix_bytes; /* by which they differ */
};

/* Of a session that lies in the store as n connections. ST_IO if the store
 * cannot be read. */
enum status subranges_of_connections(struct subranges *out, struct store *store,
				     const char *const *ids, size_t n);

#endif /* ANALYSIS_SUBRANGES_H */
