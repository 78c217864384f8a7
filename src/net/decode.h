/* decode - from a frame to the TCP segment or UDP datagram inside.
 *
 * Link types: Ethernet (with any stack of 802.1Q / 802.1ad tags), Linux cooked
 * SLL and SLL2, raw IP, BSD null and loopback, PPP, C-HDLC. Then, nested up to
 * DECODE_NESTING_MAX deep: PPPoE, MPLS, GRE (with key, checksum and sequence
 * fields; transparent Ethernet bridging too), IP in IP (4, 41), VXLAN (UDP
 * 4789), GTP-U (UDP 2152). IPv4 fragments are put together (net/fragment);
 * IPv6 with hop-by-hop, routing, destination, fragment and AH headers. The
 * innermost TCP or UDP is what is given out.
 *
 * The length that IP states bounds the payload: Ethernet padding is no data,
 * and payload_wire_len says how much the capture cut off. Checksums are not
 * checked: capture on a host that offloads them shows wrong ones. */
#ifndef NET_DECODE_H
#define NET_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/packet.h"

#define DECODE_NESTING_MAX 8

enum decode_tcp_flag {
	DECODE_FIN = 0x01,
	DECODE_SYN = 0x02,
	DECODE_RST = 0x04,
	DECODE_ACK = 0x10,
};

/* One end of a conversation. IPv4 is kept as ::ffff:a.b.c.d. */
struct endpoint {
	uint8_t ip[16];
	uint16_t port;
};

struct segment {
	struct endpoint src, dst;
	uint8_t protocol; /* 6 or 17 */
	uint8_t flags;    /* TCP: DECODE_* */
	uint32_t seq, ack;
	struct span payload;       /* what was captured of it */
	uint32_t payload_wire_len; /* >= payload.n */
	struct ts ts;
	uint64_t frame;
	uint32_t input;
};

/* Why a packet gave no segment; each is counted. */
#define DECODE_LIST(X)                                                         \
	X(DECODE_OK, "decoded")                                                \
	X(DECODE_OTHER, "not TCP or UDP")                                      \
	X(DECODE_FRAGMENT, "fragment, waiting for the rest")                   \
	X(DECODE_SHORT, "cut before its ports")                                \
	X(DECODE_BAD, "malformed header")                                      \
	X(DECODE_LINK, "link type not supported")                              \
	X(DECODE_DEEP, "nested too deep")

#define DECODE_ENUM(name, text) name,
enum decode_result {
	DECODE_LIST(DECODE_ENUM) DECODE_RESULTS
};
#undef DECODE_ENUM

const char *decode_text(enum decode_result r);

/* Is this link type one of the above? */
bool decode_link_known(uint32_t link);

struct decode; /* holds the fragments that wait; single-threaded */
struct decode *decode_new(void);
void decode_free(struct decode *d);

/* *out is written only for DECODE_OK. Its payload is borrowed from the packet,
 * or, when fragments were joined, from d until d's next call. */
enum decode_result decode_packet(struct decode *d, struct segment *out,
				 const struct packet *p);

/* Fragments that were dropped since d was made: cut by the capture, for lack of
 * room, for contradicting each other, or after waiting 30 s for the rest. */
uint64_t decode_fragments_dropped(const struct decode *d);

#define ENDPOINT_TEXT 46
/* The address alone: "10.0.0.1" or RFC 5952 "2001:db8::1". Returns out. */
char *endpoint_ip_text(char out[ENDPOINT_TEXT], const struct endpoint *e);

/* From such a text; port becomes 0. */
bool endpoint_ip_parse(struct endpoint *out, struct span text);

#endif /* NET_DECODE_H */
