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
#include "base/status.h"
#include "coin/merkle.h"
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
/* The same of a miner that makes its blocks itself, by segwit's rules and no
 * others; with longpollid (a string, or NULL) it is answered when there is
 * something newer (BIP 22). */
bool getblocktemplate_write_mine(struct buf *out, uint64_t id,
				 const char *longpollid);
/* A block is handed in; workid is the template's, or NULL. */
bool getblocktemplate_write_submit(struct buf *out, uint64_t id,
				   struct span block, const char *workid);

/* All of a template that a block is made of (getblocktemplate_offer.c). */
#define GETBLOCKTEMPLATE_AUX_MAX    64
#define GETBLOCKTEMPLATE_SCRIPT_MAX 128
#define GETBLOCKTEMPLATE_TXS_MAX    (8u << 20) /* bytes of transactions */

struct getblocktemplate_offer { /* nodes are borrowed from the document */
	struct event_job job;   /* what the header has, target, height */
	uint64_t coinbase_sat;
	/* Of the coinbase's script (coinbaseaux). */
	uint8_t aux[GETBLOCKTEMPLATE_AUX_MAX];
	size_t aux_n;
	/* The script of the output that commits to all witnesses (BIP 141), if
	 * there is to be one. */
	uint8_t commitment[GETBLOCKTEMPLATE_SCRIPT_MAX];
	size_t commitment_n;
	struct buf transactions; /* one behind the other */
	uint32_t num_transactions;
	uint8_t branch[MERKLE_DEPTH_MAX][32]; /* the coinbase's */
	size_t depth;
	const struct json_node *workid, *longpollid, *longpolluri; /* or NULL */
};

/* Of an answer. True: the caller calls getblocktemplate_offer_fini(). False
 * with why, and *out as it was: something is missing, malformed, or asks for
 * rules that are not known here. */
bool getblocktemplate_offer_read(struct getblocktemplate_offer *out,
				 const struct dialect_input *in,
				 struct why *why);
void getblocktemplate_offer_fini(struct getblocktemplate_offer *o);

#endif /* PROTO_GETBLOCKTEMPLATE_H */
