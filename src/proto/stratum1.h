/* stratum1 - Stratum version 1, Bitcoin's pooled mining over JSON lines.
 *
 * Sources: the protocol as slush's pool published it in 2012, BIP 310
 * (version rolling), and what real pools and miners send (docs/formats/
 * stratum1.md). Which end is the miner shows from the first message that only
 * one side sends, and what the wrong end sends afterwards is no Stratum.
 *
 * Never a substring search: a message counts when it is an object whose
 * "method" is one of the protocol's names. Other coins use the same names with
 * other parameters: the shape of the first job settles whose they are, and
 * until then what the messages hint at. Read are "stratum-v1" (Bitcoin, scrypt
 * coins), "stratum-zcash", "stratum-ethereum" and "stratum-ethereum2"; others
 * ("stratum-kawpow", .., "stratum-other") are told from these. */
#ifndef PROTO_STRATUM1_H
#define PROTO_STRATUM1_H

#include "base/buf.h"
#include "proto/dialect.h"

extern const struct dialect stratum1_dialect;

/* Undoes Stratum's order of a previous-block hash (eight 32-bit words, each
 * byte-swapped). The only place that does. */
void stratum1_prevhash(uint8_t out[32], const uint8_t wire[32]);

/* Append what a miner says first, as lines (stratum1_write.c). False, and out
 * as it was but full, if it does not fit. */
bool stratum1_write_subscribe(struct buf *out, uint64_t id, const char *agent);
bool stratum1_write_authorize(struct buf *out, uint64_t id, const char *user,
			      const char *password);

#endif /* PROTO_STRATUM1_H */
