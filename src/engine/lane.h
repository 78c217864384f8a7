/* lane - a part of the flows, with their conversations.
 *
 * Most traffic is not mining and must cost next to nothing: a flow without a
 * conversation costs a table look-up and a glance at the first byte of its
 * payload, and one that is known not to be mining only the look-up. A flow in
 * which a JSON object begins at the start of a segment (or, early in its life,
 * behind any newline), or early in its life HTTP, TLS or a dialect's own
 * frames, becomes a conversation; one that then speaks no mining dialect is let
 * go for good.
 *
 * A lane reads its segments of every batch, in order, and one thread at a time
 * is at it. Lanes share nothing but the store, the names and the keys. */
#ifndef ENGINE_LANE_H
#define ENGINE_LANE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/batch.h"
#include "engine/scan.h"

/* What all lanes share, and what each may have at most. Borrowed. */
struct lane_place {
	struct store *store;
	const int64_t *rows; /* the store's row of each input */
	const struct scan_options *options;
	const struct tls_keys *keys;
	struct names *names;
	size_t flows_max, conversations_max;
	uint64_t held_max; /* bytes */
};

struct lane;

/* index: which of a batch's lanes it is. */
struct lane *lane_new(const struct lane_place *place, unsigned index);
void lane_free(struct lane *l);

/* Takes its segments of the batch. What they say of blocks is noted there. */
void lane_take(struct lane *l, struct batch *b);

/* Lets everything go, as if it ended behind that batch; it has no flow then. */
void lane_end(struct lane *l, struct batch *b);

/* Of those numbers that the lane counts. Good once nobody else runs it. */
const struct scan_counts *lane_counts(const struct lane *l);

#endif /* ENGINE_LANE_H */
