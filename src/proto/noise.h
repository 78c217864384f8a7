/* noise - Stratum v2 under encryption, recognised by sizes and order alone.
 *
 * What a stranger sees of a connection's beginning, by turns, where a turn is
 * all that one end sends until the other does:
 *
 *	         now           before 2024    what it is
 *	client   64            32             its key
 *	server   234           170            key, signed and encrypted key
 *	client   -             17 + 4n        ciphers it has (until 2023; may be
 *	server   -             17 or 21       missing), and which is taken
 *	client   55 .. 1329    the same       SetupConnection
 *	server   44            the same       SetupConnection.Success
 *	client   42 or more                   its first request
 *
 * An encrypted message is 22 bytes of header and its payload and 16. All bytes
 * up to there must look as if drawn at random, as keys in ElligatorSwift's
 * encoding and ciphertext do. Sources: the Stratum v2 specification, chapter 4,
 * and its older versions. Which of the three protocols runs inside cannot be
 * told. docs/formats/stratum2.md weighs what else might look like this. */
#ifndef PROTO_NOISE_H
#define PROTO_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "proto/dialect.h"

enum noise_answer {
	NOISE_MORE, /* so far so good */
	NOISE_NO,   /* it is something else, whatever follows */
	NOISE_YES   /* recognised, whatever follows */
};

struct noise { /* private but for first and answer */
	enum noise_answer answer;
	int first; /* the end that spoke first, which is the miner; or -1 */
	uint8_t turn;
	bool older;         /* the sizes before 2024 */
	bool setup, list;   /* what the third turn may have been */
	bool listed;        /* ciphers were agreed upon */
	uint32_t n;         /* bytes of this turn so far */
	uint32_t all;       /* bytes of all turns so far */
	uint16_t seen[256]; /* how often each value, over all turns */
};

void noise_init(struct noise *r);

/* The next bytes of the conversation, which the end `from` (0 or 1) sent. Any
 * split of a turn gives the same answer. Nothing may be missing, from the
 * connection's first byte on: after a gap, noise_gap(). */
enum noise_answer noise_feed(struct noise *r, int from, struct span bytes);
void noise_gap(struct noise *r);

/* May a conversation that begins with these bytes, and no more before the
 * other end answers, be one? */
bool noise_likely(struct span first);

/* A reader of one is silent until it has recognised the conversation, which is
 * one EVENT_TALK; it speaks() at a connection's first piece only, so that its
 * first turn must have come in one. */
extern const struct dialect noise_dialect;

#endif /* PROTO_NOISE_H */
