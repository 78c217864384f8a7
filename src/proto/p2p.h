/* p2p - Bitcoin's peer-to-peer protocol, and its relatives' of one wire form.
 *
 *	4 magic | 12 command, padded with zeros | u32 length | 4 checksum |
 *	payload						(little-endian)
 *
 * The checksum is the beginning of the payload's SHA256d. Until 20 February
 * 2012 `version` and `verack` had none; that form is read, too. What nodes say
 * is no mining: a node comes out as a node. But blocks are proofs of work, and
 * who tells of one first may have made it:
 *
 *	version   EVENT_LOGIN, with the name of the node's software (BIP 14)
 *	inv, headers, cmpctblock, merkleblock
 *	          an EVENT_ANNOUNCE for each block
 *	block     EVENT_ANNOUNCE; and if its coinbase leads to its root
 *EVENT_JOB (submitted, its id the block's hash) and EVENT_SHARE
 *
 * All lie at the first byte of their message. A header is believed only if its
 * hash meets its nBits, where the network's hash is SHA-256d. An announcement
 * is `asked` when it answers a request of the other end (getblocks, getheaders,
 * getdata) that came at most P2P_ANSWER_S before; when such a request may have
 * been lost in a gap; and when nothing of the other end was captured.
 *
 * Which end is the client, that is, opened the connection? The one that sends
 * `version` first. Where the beginning was not captured, by the first message
 * that is read: who asks for blocks, headers or addresses is the client, who
 * tells of them is not; of other messages the sender is taken for it. That is
 * a convention: nodes in the middle of a conversation are equals.
 *
 * After a gap, or at bytes that cannot be a message, the next magic is looked
 * for whose message is whole and has the right checksum. Source: Bitcoin's
 * developer reference, BIP 14, 31, 37, 94, 130, 144, 152 (docs/formats/p2p.md).
 */
#ifndef PROTO_P2P_H
#define PROTO_P2P_H

#include "base/buf.h"
#include "proto/dialect.h"

/* Bytes of a payload: more than a node takes cannot be a message; what is
 * larger than the other (Bitcoin's blocks are below 4,000,000) is stepped over
 * and counted as DIALECT_SIZE. */
#define P2P_LENGTH_MAX  (32u << 20)
#define P2P_PAYLOAD_MAX (8u << 20)

#define P2P_ANSWER_S 60 /* a request is waiting for its answer this long */

extern const struct dialect p2p_dialect;

/* How a network's blocks are told by their header. */
enum p2p_header {
	P2P_HEADER_PROVES, /* SHA-256d of its 80 bytes: its id and its proof */
	P2P_HEADER_NAMES,  /* the same is its id; the proof is another */
	P2P_HEADER_OTHER,  /* another form, or another hash: not read */
};

struct p2p_network {
	const char *name; /* of what is spoken: "bitcoin-p2p" */
	enum p2p_header header;
	uint8_t magic[4];
};

/* The network with this magic; NULL: not known. Younger coins have taken over
 * magics: fabfb5da is the private network of many, and Vertcoin's. */
const struct p2p_network *p2p_network_of(const uint8_t magic[4]);

/* Could so few bytes be the first of a message of some network? */
bool p2p_begun(struct span first);

/* Appends a message; old: without a checksum. command: at most 12 characters.
 * False, and out as it was, if out would be full. */
bool p2p_write(struct buf *out, const uint8_t magic[4], const char *command,
	       struct span payload, bool old);

#endif /* PROTO_P2P_H */
