/* origin - which node told of a block first, over all connections captured.
 *
 *	A -- inv --> B        A is unexplained: nobody captured told it before
 *	B -- inv --> C        B is explained: A told it
 *	D -- inv --> B        D is unexplained, too
 *
 * A node that tells of a block unasked, and to which nobody is seen telling of
 * it before, has made it, or has heard of it by a connection that was not
 * captured. So this never proves an origin; it is `indicated` where
 *
 * - nobody showed the block before, not even when asked;
 * - it came within ORIGIN_FRESH_S of the time in the block's header, which some
 *   message told: who lacks a new block asks for it, while a node that is
 *   catching up tells of old ones that everybody has;
 * - no other node was as unexplained, and all that was told is remembered.
 *
 * How much an indication is worth depends on how much of the node was captured:
 * `connections` says how many of its connections were. A node is an address
 * without its port. One that tells of a block the only node that had told it
 * did not hear of it from that one: the two messages crossed. Of nodes at one
 * address nothing can be said. */
#ifndef TRACK_ORIGIN_H
#define TRACK_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ts.h"
#include "evidence/fact.h"
#include "net/decode.h"

#define ORIGIN_FRESH_S    7200
#define ORIGIN_BLOCKS_MAX 65536 /* the oldest without a teller goes first */
#define ORIGIN_NODES_MAX  65536
#define ORIGIN_KNOWN_MAX  (1u << 20) /* of all blocks: who knows of them */
#define ORIGIN_KNOW_MAX   256        /* of one */

/* One node told another of a block (EVENT_ANNOUNCE). */
struct origin_word {
	struct endpoint from, to;
	uint8_t hash[32];
	uint32_t header_time; /* 0: not told */
	bool asked;
	struct ts ts;
	char session[FACT_ID];
	uint32_t position;
};

struct origin_block {
	uint8_t hash[32];
	uint32_t header_time; /* 0: nobody told */
	/* The first that told of it unasked, and where; false: nobody did. */
	bool has_announcer;
	struct endpoint announcer; /* port 0 */
	struct ts first;
	char session[FACT_ID];
	uint32_t position;
	bool told;            /* it had been told before, by one captured */
	bool shown_before;    /* somebody had shown the block before */
	uint32_t others;      /* nodes as unexplained as it, asked or not */
	uint32_t connections; /* of the announcer, captured */
	bool complete;        /* nothing about it was forgotten */
	bool indicated;       /* see above */
};

struct origins;

struct origins *origin_new(void);
void origin_free(struct origins *all);

/* A connection between two nodes was captured: once for each. */
void origin_connection(struct origins *all, const struct endpoint *a,
		       const struct endpoint *b);

/* Feed in order of time over all connections. */
void origin_announce(struct origins *all, const struct origin_word *word);

/* The blocks, in the order in which they were first told of. visit may not
 * call what feeds. */
typedef void origin_visit(void *context, const struct origin_block *block);
void origin_each(const struct origins *all, origin_visit *visit, void *context);

uint64_t origin_dropped(const struct origins *all); /* blocks forgotten */

#endif /* TRACK_ORIGIN_H */
