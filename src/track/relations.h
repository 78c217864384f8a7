/* relations - the pairs of client and server that speak by HTTP.
 *
 * A relation (track/relation.h) outlives the sessions that have it: the next
 * connection of the pair goes on with it. */
#ifndef TRACK_RELATIONS_H
#define TRACK_RELATIONS_H

#include "net/decode.h"
#include "track/relation.h"

/* Bound what strangers can make us keep: 256 MiB of jobs in all. */
#define RELATIONS_MAX       4096
#define RELATIONS_BYTES_MAX (64u << 10) /* of jobs, each */
/* Bytes, of hashes too, that pairs which no session has may hold together. */
#define RELATIONS_IDLE_MAX (64u << 20)

struct relations;

struct relations *relations_new(struct store *store);
void relations_free(struct relations *all); /* ends all observation */

/* The pair's, made if new; relations_put() gives it back. When there are
 * RELATIONS_MAX, the one goes that was given back first and is in no session's
 * hands; NULL if all are. The same go first when they hold more than
 * RELATIONS_IDLE_MAX. */
struct relation *relations_get(struct relations *all,
			       const struct endpoint *client,
			       const struct endpoint *server);
void relations_put(struct relation *r);

size_t relations_count(const struct relations *all);
/* Jobs forgotten for lack of room. */
uint64_t relations_jobs_dropped(const struct relations *all);

#endif /* TRACK_RELATIONS_H */
