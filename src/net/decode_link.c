#include "net/decode_layer.h"

/* Layouts of the link layers: https://www.tcpdump.org/linktypes.html and what
 * it refers to; numbers there, here and in capture files are LINKTYPE_. */

#define ETHERTYPE_IPV4   0x0800
#define ETHERTYPE_VLAN   0x8100 /* 802.1Q */
#define ETHERTYPE_QINQ   0x88a8 /* 802.1ad */
#define ETHERTYPE_QINQ_1 0x9100 /* two that were used for it before */
#define ETHERTYPE_QINQ_2 0x9200
#define ETHERTYPE_BRIDGE 0x6558 /* transparent Ethernet bridging */
#define ETHERTYPE_IPV6   0x86dd
#define ETHERTYPE_MPLS   0x8847
#define ETHERTYPE_MPLS_M 0x8848 /* multicast */
#define ETHERTYPE_PPPOE  0x8864 /* its session stage */

enum decode_result decode_ethertype(struct decode_walk *w, uint16_t type)
{
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ ||
	       type == ETHERTYPE_QINQ_1 || type == ETHERTYPE_QINQ_2) {
		cur_be16(&w->c); /* priority and number of the VLAN */
		type = cur_be16(&w->c);
	}
	if (!cur_ok(&w->c))
		return decode_ended(w);
	switch (type) {
	case ETHERTYPE_IPV4:
		w->next = decode_ipv4;
		return DECODE_OK;
	case ETHERTYPE_IPV6:
		w->next = decode_ipv6;
		return DECODE_OK;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_M:
		return decode_nest(w, decode_mpls);
	case ETHERTYPE_PPPOE:
		return decode_nest(w, decode_pppoe);
	case ETHERTYPE_BRIDGE:
		return decode_nest(w, decode_ethernet);
	default:
		return DECODE_OTHER;
	}
}

/* to 6 | from 6 | type 2 */
enum decode_result decode_ethernet(struct decode_walk *w)
{
	cur_take(&w->c, 12);
	return decode_ethertype(w, cur_be16(&w->c));
}

/* Linux cooked: packet type 2 | hardware type 2 | address length 2 |
 * address 8 | EtherType 2 */
static enum decode_result sll(struct decode_walk *w)
{
	cur_take(&w->c, 14);
	return decode_ethertype(w, cur_be16(&w->c));
}

/* EtherType 2 | 0 2 | interface 4 | hardware type 2 | packet type 1 |
 * address length 1 | address 8 */
static enum decode_result sll2(struct decode_walk *w)
{
	const uint16_t type = cur_be16(&w->c);

	cur_take(&w->c, 18);
	return decode_ethertype(w, type);
}

/* Address family 4, then IP. Null has it in the byte order of the machine that
 * captured, loopback in network order. The families of IPv6 differ between
 * systems; 2 is IPv4 on all. */
static enum decode_result null(struct decode_walk *w)
{
	const uint32_t little = cur_le32(&w->c);
	const uint32_t family =
		little > 0xffff ? (uint32_t)be32toh(htole32(little)) : little;

	if (!cur_ok(&w->c))
		return decode_ended(w);
	switch (family) {
	case 2:
		w->next = decode_ipv4;
		return DECODE_OK;
	case 10: /* Linux */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		w->next = decode_ipv6;
		return DECODE_OK;
	default:
		return DECODE_OTHER;
	}
}

/* PPP (RFC 1661): protocol, 2 bytes, or 1 if that one is odd; before it, in
 * HDLC-like framing (RFC 1662), ff 03. */
enum decode_result decode_ppp(struct decode_walk *w)
{
	struct cur framing = w->c;
	const uint16_t first = cur_be16(&framing);

	/* One byte alone, ff, would pass for a short protocol. */
	if (!cur_ok(&framing))
		return decode_ended(w);
	if (first == 0xff03)
		w->c = framing;
	uint16_t protocol = cur_u8(&w->c);

	if (protocol % 2 == 0)
		protocol = (uint16_t)(protocol << 8 | cur_u8(&w->c));
	if (!cur_ok(&w->c))
		return decode_ended(w);
	switch (protocol) {
	case 0x0021:
		w->next = decode_ipv4;
		return DECODE_OK;
	case 0x0057:
		w->next = decode_ipv6;
		return DECODE_OK;
	case 0x0281:
	case 0x0283:
		return decode_nest(w, decode_mpls);
	default:
		return DECODE_OTHER;
	}
}

/* Cisco HDLC: address 1 | control 1 | EtherType 2 */
static enum decode_result hdlc(struct decode_walk *w)
{
	cur_be16(&w->c);
	return decode_ethertype(w, cur_be16(&w->c));
}

/* A serial line that may speak either: Cisco's addresses are 0f and 8f. */
static enum decode_result ppp_or_hdlc(struct decode_walk *w)
{
	struct cur peek = w->c;
	const uint8_t address = cur_u8(&peek);

	w->next = address == 0x0f || address == 0x8f ? hdlc : decode_ppp;
	return DECODE_OK;
}

static const struct {
	uint32_t link;
	decode_layer *layer;
} links[] = {
	{ 0, null },
	{ 1, decode_ethernet },
	{ 9, decode_ppp },
	{ 12, decode_ip_either }, /* raw IP, as some systems number it */
	{ 14, decode_ip_either },
	{ 50, ppp_or_hdlc },
	{ 101, decode_ip_either },
	{ 104, hdlc },
	{ 108, null },
	{ 113, sll },
	{ 228, decode_ipv4 },
	{ 229, decode_ipv6 },
	{ 276, sll2 },
};

decode_layer *decode_link(uint32_t link)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].link == link)
			return links[i].layer;
	return NULL;
}

bool decode_link_known(uint32_t link)
{
	return decode_link(link) != NULL;
}
