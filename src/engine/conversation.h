/* conversation - both directions of one TCP connection, read as a dialogue.
 *
 * Puts the streams together, hands their bytes to a dialogue, and the events
 * that this recognises to a session. A conversation in which no dialect is
 * recognised within CONVERSATION_PATIENCE messages or bytes is given up; one in
 * TLS whose keys are not known is kept only if the name that it asks for, or
 * that its certificate has, is on the list of pool hosts. */
#ifndef ENGINE_CONVERSATION_H
#define ENGINE_CONVERSATION_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/names.h"
#include "engine/scan.h"
#include "engine/words.h"
#include "net/decode.h"
#include "proto/tls_keys.h"
#include "track/relations.h"

#define CONVERSATION_PATIENCE_MESSAGES 64
#define CONVERSATION_PATIENCE_BYTES    (512u << 10)
/* Bytes in which there was no message at all, nor the beginning of one. */
#define CONVERSATION_PATIENCE_DEAF (16u << 10)
#define CONVERSATION_WAITING_MAX   (1u << 20) /* behind a hole */

struct conversation;

/* Where every conversation of a lane writes; owned by the lane. */
struct conversation_place {
	struct store *store;
	const int64_t *rows; /* the store's row of each input */
	struct scan_counts *counts;
	const struct tls_keys *keys;
	struct relations *relations;
	struct names *names;
	/* All conversations together may hold as many bytes (behind holes, of
	 * messages that are not whole yet, of jobs). Beyond that, one that
	 * holds more than its even part and wants to go on is let go, and
	 * counted as dropped. */
	uint64_t held_max;
	/* Kept by the lane: what is said of blocks goes there; the number of
	 * the segment that is being read, or (late) of the one behind all. */
	struct words *words;
	uint64_t segment;
	bool late;
	/* Kept by the conversations themselves; zero at the start. */
	uint64_t held; /* bytes */
	uint64_t live;
};

/* isn[d], when has_isn[d]: the SYN of direction d was seen and none of its
 * data yet. Direction 0 is sent by a. */
struct conversation *conversation_new(struct conversation_place *place,
				      const struct endpoint *a,
				      const struct endpoint *b,
				      const bool has_isn[2],
				      const uint32_t isn[2]);

/* Flushes the streams, writes the session if there is one, adds up counts. */
void conversation_free(struct conversation *c);

/* One segment of direction 0 or 1. False: not mining, free it. */
bool conversation_segment(struct conversation *c, int direction,
			  const struct segment *s);

struct ts conversation_last(const struct conversation *c);

/* Mining was recognised in it. */
bool conversation_has_session(const struct conversation *c);

/* Both directions have ended, or it was reset. */
bool conversation_ended(const struct conversation *c);

/* It has ended, and these data lie far from what it sent: another connection on
 * the same ports, whose SYN was not captured. */
#define CONVERSATION_NEAR (1u << 20)
bool conversation_elsewhere(const struct conversation *c, int direction,
			    const struct segment *s);

/* Is this SYN the beginning of another connection on the same ports? */
bool conversation_replaced(const struct conversation *c, int direction,
			   const struct segment *syn);

#endif /* ENGINE_CONVERSATION_H */
