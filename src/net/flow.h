/* flow - the table of conversations: who talks to whom.
 *
 * One entry of one cache line per conversation (TCP or UDP, both directions),
 * found by its five-tuple. Which value an entry carries is the owner's
 * business.
 *
 * An entry that is not held and was idle for more than FLOW_IDLE_S (of TCP:
 * FLOW_IDLE_TCP_S) is over. What comes then on its five-tuple is another flow,
 * and its place is used again sooner or later, so that memory goes by how many
 * flows there are at a time. The table has a limit; when it is full, the
 * conversation that was idle longest of those not held is dropped and counted.
 *
 * "Longest" is an approximation: the next 64 entries from a hand that goes
 * round the table are compared, so up to a limit of 64 it is exact. If all of
 * them are held, up to 1,024 are looked at; if all of those are, the one of
 * them that was idle longest goes, value and all (see flow_leave).
 *
 *	struct flow: key 36 | protocol, state, budget | last seen | tag | value
 *
 * Tags of VLANs and tunnels are not part of the key: the same conversation
 * seen inside and outside a tunnel is one conversation. */
#ifndef NET_FLOW_H
#define NET_FLOW_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "net/decode.h"

enum flow_direction {
	FLOW_A_TO_B,
	FLOW_B_TO_A
};

/* In state: the entry carries a value, and goes last when room is needed. */
#define FLOW_HELD 0x80

#define FLOW_IDLE_S     60
#define FLOW_IDLE_TCP_S 300

struct flow {                          /* 64 bytes: one cache line */
	alignas(64) struct endpoint a; /* lower: by address, then by port */
	struct endpoint b;             /* like a and protocol: do not change */
	uint8_t protocol;
	uint8_t state;           /* the owner's, with FLOW_HELD; 0 when fresh */
	uint16_t budget;         /* the owner's; 0 when fresh */
	uint32_t last_s;         /* on the caller's clock: its last packet */
	uint32_t tag;            /* private */
	union {                  /* the owner's; zero when fresh */
		void *value;     /* while FLOW_HELD is set */
		uint32_t isn[2]; /* while it is not */
	};
};

struct flow_table;

/* Called for an entry that is about to be dropped for lack of room, whatever it
 * carries. It may not call the table. */
typedef void flow_leave(void *context, struct flow *f);

/* At most limit entries, 1 to 2^31. leave may be NULL. */
struct flow_table *flow_table_new(size_t limit, flow_leave *leave,
				  void *context);
void flow_table_free(struct flow_table *t); /* calls nobody */

/* Hash of a segment's five-tuple, the same for both directions. It is keyed
 * with a secret that each process draws anew, so that a stranger cannot choose
 * the collisions; nothing that is put out may depend on it. Any thread may
 * call, once there is a table. */
uint32_t flow_tag(const struct segment *s);

/* Where an entry is, only the index knows, and both are far from the processor.
 * So hints are taken for a whole group of segments before the first of them is
 * looked up: that asks for the lines of the index, then for those of the
 * entries. A guess (NULL: none) may be wrong by then: entries come and go. */
struct flow_hint {
	struct flow *guess;
	uint32_t tag;
};

/* hint[i] is that of segment[which[i]]. */
void flow_look(const struct flow_table *t, struct flow_hint *hint,
	       const struct segment *segment, const uint16_t *which, size_t n);

/* The first entry of that tag, or NULL. */
struct flow *flow_guess(const struct flow_table *t, uint32_t tag);

/* The entry of s, made if absent. It stays where it is until it leaves: a held
 * one until flow_leave is called for it, another until the next call. now_s:
 * the caller's clock, which never goes back. *direction says which way s goes.
 */
static inline struct flow *flow_of(struct flow_table *t,
				   enum flow_direction *direction,
				   const struct segment *s,
				   const struct flow_hint *hint,
				   uint32_t now_s);

size_t flow_count(const struct flow_table *t);     /* places in use */
uint64_t flow_made(const struct flow_table *t);    /* ever */
uint64_t flow_dropped(const struct flow_table *t); /* for lack of room */

#include "net/flow_impl.h"

#endif /* NET_FLOW_H */
