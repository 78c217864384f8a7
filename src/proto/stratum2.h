/* stratum2 - Stratum version 2 in clear: a binary protocol with channels.
 *
 * Source: the public specification (stratum-mining/sv2-spec). Encrypted, as it
 * must be outside of a local network, it is only recognised: proto/noise.h.
 * docs/formats/stratum2.md has the wire, and how it maps on events:
 *
 * A job is told once its previous block is known, under the id "channel/job",
 * with the target that holds for its channel. A session has one extranonce1
 * and a connection several channels, each with a prefix of its own: so the
 * prefix is at the end of each job's coinbase1, and extranonce1 is said to be
 * empty as soon as one prefix is known. Before that (the capture began later)
 * it is left unknown, which it is.
 *
 * A share carries the whole version of its header. It is told as version bits
 * under a mask of all ones, which the connection's first event announces.
 *
 * Several jobs may come out of one message (to a group of channels, or at a
 * new block). As facts are known by where they lay, each is told to begin one
 * byte further on in the message. */
#ifndef PROTO_STRATUM2_H
#define PROTO_STRATUM2_H

#include "proto/dialect.h"

#define STRATUM2_CHANNELS_MAX  64  /* of a connection, groups included */
#define STRATUM2_JOBS_MAX      512 /* that wait for their block */
#define STRATUM2_JOB_BYTES_MAX (1u << 20)
#define STRATUM2_OPEN_MAX      256 /* shares without a verdict */

extern const struct dialect stratum2_dialect;

#endif /* PROTO_STRATUM2_H */
