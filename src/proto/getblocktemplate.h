/* getblocktemplate - what a block may be made of, and blocks handed in.
 *
 * A template gives everything but the coinbase, which the miner makes (BIP 22),
 * or proposes one (coinbasetxn, BIP 23); what comes back by submitblock is the
 * whole block. It is told as the job that its miner had, and the share on it,
 * so that its header is made from the coinbase and the coinbase's branch: what
 * is proved then holds for its transactions. A proposal (BIP 23) is a question
 * and no share. Sources: BIP 22, 23, 141, 145; docs/formats/
 * getblocktemplate.md.
 *
 * Monero's daemon has methods of the same names: a request with its parameters
 * is not this dialect's. Zcash's templates are told by their commitments; their
 * blocks have another header, and are foreign. */
#ifndef PROTO_GETBLOCKTEMPLATE_H
#define PROTO_GETBLOCKTEMPLATE_H

#include "base/buf.h"
#include "proto/daemon.h"
#include "proto/dialect.h"

extern const struct dialect getblocktemplate_dialect;

/* For daemon.c: like those of getwork.h. */
bool getblocktemplate_is_method(const struct dialect_input *in);
bool getblocktemplate_is_work(const struct dialect_input *in);
void getblocktemplate_work(struct daemon *d, const struct daemon_turn *t);
enum daemon_request getblocktemplate_request(struct daemon *d,
					     const struct daemon_turn *t);

/* getblocktemplate_read.c: what of a template stands in the header. False, and
 * *job as it was: one of them is missing or malformed. */
bool getblocktemplate_header(struct event_job *job,
			     const struct dialect_input *in);

/* getblocktemplate_block.c: data was submitted as a block. */
void getblocktemplate_block(struct daemon *d, const struct daemon_turn *t,
			    const struct json_node *data);

/* getblocktemplate_write.c: appends a request for work, as the body of an HTTP
 * request. It names the rules
 * without which nodes refuse to answer: segwit (BIP 145), signet's, and
 * Litecoin's mweb. False, and out as it was but full, if it does not fit. */
bool getblocktemplate_write_request(struct buf *out, uint64_t id);

#endif /* PROTO_GETBLOCKTEMPLATE_H */
