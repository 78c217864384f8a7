/* decode_layer - how the layers of a frame hand on to each other.
 *
 * Private to the decode_*.c. A layer reads its header from the walk's cursor,
 * leaves the cursor on what its header announces, and names the layer that
 * reads on (decode_layers calls it: nothing here recurses). TCP and UDP name
 * none: then the segment is complete. */
#ifndef NET_DECODE_LAYER_H
#define NET_DECODE_LAYER_H

#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "net/decode.h"
#include "net/fragment.h"

struct decode_walk;

/* DECODE_OK to go on, anything else ends the walk. */
typedef enum decode_result decode_layer(struct decode_walk *w);

struct decode_walk {
	struct cur c; /* what was captured of this layer */
	uint64_t cut; /* bytes of it behind c that were not captured */
	decode_layer *next;
	unsigned depth; /* tunnels entered */
	struct fragment_table *fragments;
	struct segment out;
};

/* A header did not fit: into the capture, or into the packet itself. */
static inline enum decode_result decode_ended(const struct decode_walk *w)
{
	return w->cut ? DECODE_SHORT : DECODE_BAD;
}

/* Bytes that this layer had on the wire. */
static inline uint64_t decode_wire(const struct decode_walk *w)
{
	return cur_left(&w->c) + w->cut;
}

/* c stands where the next layer begins, and the header before it says that
 * this layer has wire bytes: what is behind is padding, what lacks was cut. */
static inline void decode_bound(struct decode_walk *w, struct cur c,
				uint64_t wire)
{
	const size_t left = cur_left(&c);
	const size_t n = wire < left ? (size_t)wire : left;

	w->c = cur_sub(&c, n);
	w->cut = wire - n;
}

/* On into a tunnel. */
static inline enum decode_result decode_nest(struct decode_walk *w,
					     decode_layer *next)
{
	if (w->depth == DECODE_NESTING_MAX)
		return DECODE_DEEP;
	w->depth++;
	w->next = next;
	return DECODE_OK;
}

/* The layer that a LINKTYPE_ value stands for; NULL if not supported. */
decode_layer *decode_link(uint32_t link);

/* On to what an EtherType announces, through any VLAN tags. */
enum decode_result decode_ethertype(struct decode_walk *w, uint16_t type);

/* The tunnel that a UDP datagram to this port, with this payload, belongs to;
 * NULL if it is an ordinary one. */
decode_layer *decode_udp_tunnel(uint16_t port, struct cur payload);

/* From layer to layer, whatever they are. *out is written only for DECODE_OK.
 */
enum decode_result decode_layers(struct fragment_table *fragments,
				 struct segment *out, const struct packet *p);

decode_layer decode_ethernet, decode_ppp;                /* decode_link.c */
decode_layer decode_ipv4, decode_ipv6, decode_ip_either; /* decode_ip.c */
decode_layer decode_gre, decode_mpls, decode_pppoe;      /* decode_tunnel.c */
decode_layer decode_tcp, decode_udp; /* decode_transport.c */

#endif /* NET_DECODE_LAYER_H */
