#include "net/decode_layer.h"

#define PORT_GTPU  2152
#define PORT_VXLAN 4789

/* RFC 3032: label 20 bits | class 3 bits | last, 1 bit | lifetime 1, as often
 * as it takes; then IP of either version (anything else has no mark of its
 * own). */
enum decode_result decode_mpls(struct decode_walk *w)
{
	uint32_t label;

	do
		label = cur_be32(&w->c);
	while (cur_ok(&w->c) && !(label & 0x100));
	if (!cur_ok(&w->c))
		return decode_ended(w);
	w->next = decode_ip_either;
	return DECODE_OK;
}

/* RFC 2516: version and type 1 | code 1 | session 2 | length 2, then PPP. */
enum decode_result decode_pppoe(struct decode_walk *w)
{
	const uint16_t kind = cur_be16(&w->c);

	cur_be16(&w->c);
	const uint16_t length = cur_be16(&w->c);

	if (!cur_ok(&w->c))
		return decode_ended(w);
	if (kind != 0x1100)
		return DECODE_OTHER;
	decode_bound(w, w->c, length);
	w->next = decode_ppp;
	return DECODE_OK;
}

/* RFC 2784, RFC 2890: checksum, 0, key, sequence: 4 bits | 0, 9 bits |
 * version 3 bits | EtherType 2 | checksum and 0 4 | key 4 | sequence 4 */
enum decode_result decode_gre(struct decode_walk *w)
{
	const uint16_t flags = cur_be16(&w->c);
	const uint16_t type = cur_be16(&w->c);

	if (!cur_ok(&w->c))
		return decode_ended(w);
	if (flags & 0x4007) /* source routes and version 1 are not for us */
		return DECODE_OTHER;
	if (flags & 0x8000)
		cur_be32(&w->c);
	if (flags & 0x2000)
		cur_be32(&w->c);
	if (flags & 0x1000)
		cur_be32(&w->c);
	return decode_ethertype(w, type);
}

/* RFC 7348: flags 1 | 0 3 | network 3 | 0 1, then Ethernet. */
static enum decode_result vxlan(struct decode_walk *w)
{
	cur_take(&w->c, 8);
	w->next = decode_ethernet;
	return DECODE_OK;
}

/* 3GPP TS 29.281: version 3 bits | protocol 1 bit | 0 1 bit | extension,
 * sequence, number: 3 bits | message 1 | length behind the tunnel 2 | tunnel 4;
 * if any of the three is set: sequence 2 | number 1 | next extension 1. An
 * extension is: length in words 1 | content | next extension 1. */
static enum decode_result gtpu(struct decode_walk *w)
{
	const uint8_t flags = cur_u8(&w->c);

	cur_u8(&w->c);
	const uint16_t length = cur_be16(&w->c);

	cur_be32(&w->c);
	if (!cur_ok(&w->c))
		return decode_ended(w);
	decode_bound(w, w->c, length);
	if (flags & 7) {
		cur_take(&w->c, 3);
		uint8_t next = cur_u8(&w->c);

		while (flags & 4 && next != 0) {
			const size_t n = (size_t)cur_u8(&w->c) * 4;

			if (cur_ok(&w->c) && n == 0)
				return DECODE_BAD;
			cur_take(&w->c, n - 2);
			next = cur_u8(&w->c);
		}
	}
	if (!cur_ok(&w->c))
		return decode_ended(w);
	w->next = decode_ip_either;
	return DECODE_OK;
}

/* Other datagrams may use these ports by chance: the first bytes must fit. */
decode_layer *decode_udp_tunnel(uint16_t port, struct cur payload)
{
	const uint8_t first = cur_u8(&payload);
	const uint8_t second = cur_u8(&payload);

	if (port == PORT_VXLAN && first & 0x08 && cur_left(&payload) >= 6)
		return vxlan;
	/* Version 1, GTP and not its charging sibling, a user's packet. */
	if (port == PORT_GTPU && first >> 4 == 3 && second == 0xff)
		return gtpu;
	return NULL;
}
