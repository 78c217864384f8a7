/* stratum1 - Stratum version 1, Bitcoin's pooled mining over JSON lines.
 *
 * Sources: the protocol as slush's pool published it in 2012, BIP 310
 * (version rolling), and what real pools and miners send (docs/formats/
 * stratum1.md). A reader is fed the messages of both directions of one
 * connection, in the order in which they became readable; which end is the
 * miner shows from the first message that only one side sends, and what the
 * wrong end sends afterwards is no Stratum. A reply means
 * something only through the request it answers: ids are compared as text, and
 * where several requests carry the same id, replies match them in order.
 *
 * Never a substring search: a message counts when it is an object whose
 * "method" is one of the names below. Other coins use the same names with
 * other parameters; such jobs and shares come out as not `readable`, and
 * stratum1_dialect() says whose they are. */
#ifndef PROTO_STRATUM1_H
#define PROTO_STRATUM1_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"
#include "proto/event.h"
#include "proto/message.h"

#define STRATUM1_REQUESTS_MAX 256 /* unanswered ones that are remembered */

/* What can be wrong with a message that is Stratum by its method. */
#define STRATUM1_FAULT_LIST(X)                                                 \
	X(STRATUM1_NO_PARAMS, "params missing or not an array")                \
	X(STRATUM1_SHORT, "too few parameters")                                \
	X(STRATUM1_TYPE, "parameter of the wrong type")                        \
	X(STRATUM1_HEX, "bad hexadecimal")                                     \
	X(STRATUM1_SIZE, "parameter too large")                                \
	X(STRATUM1_BRANCHES, "too many merkle branches")
#define STRATUM1_ENUM(name, text) name,
enum stratum1_fault {
	STRATUM1_FAULT_LIST(STRATUM1_ENUM) STRATUM1_FAULTS
};
#undef STRATUM1_ENUM

const char *stratum1_fault_text(enum stratum1_fault f);

enum stratum1_seen {
	STRATUM1_NOT,   /* not this dialect, as far as this message goes */
	STRATUM1_YES,   /* recognised; events were given out */
	STRATUM1_REPLY, /* an object without a method: perhaps an answer */
};

struct stratum1;

struct stratum1 *stratum1_new(void);
void stratum1_free(struct stratum1 *s);

/* from: 0 or 1, the end that sent it. Calls sink zero or more times. */
enum stratum1_seen stratum1_message(struct stratum1 *s, int from,
				    const struct message *m, event_sink *sink,
				    void *context);

/* Bytes from that end were lost: answers may be among them. */
void stratum1_gap(struct stratum1 *s, int from);

/* Which end is the miner: 0, 1, or -1 for not known yet. */
int stratum1_client(const struct stratum1 *s);

/* "stratum-v1", "stratum-zcash", "stratum-ethereum". The first job settles
 * it; until then it is what the messages hint at. */
const char *stratum1_dialect(const struct stratum1 *s);

/* Faults so far, by kind; messages that were not JSON at all; replies whose
 * request was not seen. */
const uint64_t *stratum1_faults(const struct stratum1 *s);
uint64_t stratum1_not_json(const struct stratum1 *s);
uint64_t stratum1_unmatched(const struct stratum1 *s);

/* Undoes Stratum's order of a previous-block hash (eight 32-bit words, each
 * byte-swapped). The only place that does. */
void stratum1_prevhash(uint8_t out[32], const uint8_t wire[32]);

#endif /* PROTO_STRATUM1_H */
