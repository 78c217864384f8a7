/* flow - the table of conversations: who talks to whom.
 *
 * One entry of one cache line per conversation (TCP or UDP, both directions),
 * found by its five-tuple. The table has a limit; when it is full, the
 * conversation that was idle longest of those without a value is dropped and
 * counted. Which value an entry carries is the owner's business.
 *
 *	struct flow: key 36 | protocol, state, flags | last seen | value
 *
 * Tags of VLANs and tunnels are not part of the key: the same conversation
 * seen inside and outside a tunnel is one conversation. */
#ifndef NET_FLOW_H
#define NET_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/decode.h"

enum flow_direction { FLOW_A_TO_B, FLOW_B_TO_A };

struct flow { /* 64 bytes */
	struct endpoint a, b; /* a is the one that compares lower; do not change */
	uint8_t protocol;     /* do not change */
	uint8_t state;	      /* the owner's; 0 when fresh */
	uint16_t budget;      /* the owner's; 0 when fresh */
	uint32_t last_s;      /* seconds since 1970 of its last packet */
	void *value;	      /* the owner's; NULL when fresh */
};

struct flow_table;

/* Called for an entry that is about to go (dropped, or the table freed). */
typedef void flow_leave(void *context, struct flow *f);

struct flow_table *flow_table_new(size_t limit, flow_leave *leave,
				  void *context);
void flow_table_free(struct flow_table *t);

/* Hash of a segment's five-tuple, the same for both directions. */
uint64_t flow_hash(const struct segment *s);

/* Brings the place of that hash near the processor: call for a whole batch
 * before looking up the first. */
void flow_prefetch(const struct flow_table *t, uint64_t hash);

/* The entry of s, made if absent. The pointer is good until the next call.
 * *direction says which way s goes; last_s is brought up to date. */
struct flow *flow_of(struct flow_table *t, enum flow_direction *direction,
		     const struct segment *s, uint64_t hash);

/* Calls visit for every entry, in the order in which they were made. */
void flow_each(struct flow_table *t, flow_leave *visit, void *context);

size_t flow_count(const struct flow_table *t);	  /* now */
uint64_t flow_made(const struct flow_table *t);	  /* ever */
uint64_t flow_dropped(const struct flow_table *t); /* for lack of room */

#endif /* NET_FLOW_H */
