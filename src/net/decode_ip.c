#include <string.h>

#include "net/decode_layer.h"

#define PROTOCOL_HOPOPT   0
#define PROTOCOL_IPIP     4
#define PROTOCOL_TCP      6
#define PROTOCOL_UDP      17
#define PROTOCOL_IPV6     41
#define PROTOCOL_ROUTING  43
#define PROTOCOL_FRAGMENT 44
#define PROTOCOL_GRE      47
#define PROTOCOL_AH       51
#define PROTOCOL_OPTIONS  60

static enum decode_result payload(struct decode_walk *w, uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP:
		w->next = decode_tcp;
		return DECODE_OK;
	case PROTOCOL_UDP:
		w->next = decode_udp;
		return DECODE_OK;
	case PROTOCOL_IPIP:
		return decode_nest(w, decode_ipv4);
	case PROTOCOL_IPV6:
		return decode_nest(w, decode_ipv6);
	case PROTOCOL_GRE:
		return decode_nest(w, decode_gre);
	default:
		return DECODE_OTHER;
	}
}

/* IP Authentication Header (RFC 4302): next 1 | length in words, less 2 1 |
 * 0 2 | index 4 | sequence 4 | check value. What it protects is readable. */
static void authentication(struct decode_walk *w, uint8_t *protocol)
{
	struct cur c = w->c;

	*protocol = cur_u8(&c);
	const size_t n = ((size_t)cur_u8(&c) + 2) * 4;

	if (cur_ok(&c))
		cur_take(&w->c, n);
	else
		w->c = c;
}

/* w stands on a piece of a datagram. Once it is whole, goes on with that; the
 * pieces of a tunnel may hold pieces again, so this counts as nesting. */
static enum decode_result join(struct decode_walk *w, uint8_t *protocol,
			       struct fragment *f)
{
	struct span whole;

	f->bytes = cur_take(&w->c, cur_left(&w->c));
	if (w->cut) { /* joined, its missing end would be a hole for ever */
		fragment_count_dropped(w->fragments);
		return DECODE_FRAGMENT;
	}
	if (f->bytes.n == 0 || (f->more && f->bytes.n % 8 != 0) ||
	    f->offset + f->bytes.n > FRAGMENT_DATAGRAM_MAX)
		return DECODE_BAD;
	memcpy(f->src, w->out.src.ip, sizeof(f->src));
	memcpy(f->dst, w->out.dst.ip, sizeof(f->dst));
	f->protocol = *protocol;
	f->ts = w->out.ts;
	if (!fragment_join(w->fragments, &whole, protocol, f))
		return DECODE_FRAGMENT;
	w->c = cur_over(whole);
	return decode_nest(w, w->next);
}

/* Fragment header (RFC 8200, 4.5): next 1 | 0 1 | offset in units of 8, 13
 * bits | 0, 2 bits | more, 1 bit | id 4 */
static enum decode_result fragment_header(struct decode_walk *w,
					  uint8_t *protocol)
{
	const uint8_t next = cur_u8(&w->c);

	cur_u8(&w->c);
	const uint16_t where = cur_be16(&w->c);
	struct fragment f = {
		.version = 6,
		.offset = where & 0xfff8u,
		.more = where & 1,
		.id = cur_be32(&w->c),
	};

	if (!cur_ok(&w->c))
		return decode_ended(w);
	*protocol = next;
	/* Alone it is a whole datagram, whatever else has its id (RFC 6946). */
	return f.offset || f.more ? join(w, protocol, &f) : DECODE_OK;
}

/* Hop-by-hop, destination and routing headers: next 1 | length in units of 8,
 * less 1 1 | the rest, of which nothing matters here but one option. */
static struct cur options(struct decode_walk *w, uint8_t *protocol)
{
	struct cur peek = w->c;

	*protocol = cur_u8(&peek);
	const size_t n = ((size_t)cur_u8(&peek) + 1) * 8;
	struct cur whole = cur_sub(&w->c, n);

	cur_be16(&whole);
	return whole;
}

/* The Jumbo Payload option (RFC 2675: type c2, length 4), or 0. */
static uint32_t jumbo(struct cur options)
{
	while (cur_left(&options) > 0) {
		const uint8_t type = cur_u8(&options);

		if (type == 0) /* one byte of padding */
			continue;
		struct cur value = cur_sub(&options, cur_u8(&options));

		if (type == 0xc2 && cur_left(&value) == 4)
			return cur_be32(&value);
	}
	return 0;
}

/* w stands behind a fixed header; protocol is what that says comes next. */
static enum decode_result extensions(struct decode_walk *w, uint8_t protocol,
				     bool six)
{
	for (;;) {
		enum decode_result r = DECODE_OK;

		if (protocol == PROTOCOL_AH)
			authentication(w, &protocol);
		else if (six && protocol == PROTOCOL_FRAGMENT)
			r = fragment_header(w, &protocol);
		else if (six && (protocol == PROTOCOL_HOPOPT ||
				 protocol == PROTOCOL_ROUTING ||
				 protocol == PROTOCOL_OPTIONS))
			options(w, &protocol);
		else
			return payload(w, protocol);
		if (r != DECODE_OK)
			return r;
		if (!cur_ok(&w->c))
			return decode_ended(w);
	}
}

static void put_ipv4(struct endpoint *e, struct span address)
{
	memset(e->ip, 0, 10);
	memset(e->ip + 10, 0xff, 2);
	memcpy(e->ip + 12, address.p, 4);
}

/* RFC 791: version 4 bits | header words 4 bits | service 1 | total length 2 |
 * id 2 | 0, don't fragment, more: 3 bits | offset in units of 8, 13 bits |
 * lifetime 1 | protocol 1 | checksum 2 | from 4 | to 4 | options */
enum decode_result decode_ipv4(struct decode_walk *w)
{
	struct cur c = w->c;
	const uint8_t first = cur_u8(&c);
	const size_t header = (size_t)(first & 15) * 4;

	cur_u8(&c);
	const uint16_t total = cur_be16(&c);
	const uint16_t id = cur_be16(&c);
	const uint16_t where = cur_be16(&c);

	cur_u8(&c);
	uint8_t protocol = cur_u8(&c);

	cur_be16(&c);
	const struct span src = cur_take(&c, 4), dst = cur_take(&c, 4);

	if (!cur_ok(&c))
		return decode_ended(w);
	/* Hosts that leave the cutting into segments to the interface write
	 * 0 for a length beyond 16 bits: then the frame's length tells. */
	if (first >> 4 != 4 || header < 20 || (total && total < header) ||
	    header > decode_wire(w))
		return DECODE_BAD;
	cur_take(&c, header - 20);
	if (!cur_ok(&c))
		return decode_ended(w);
	put_ipv4(&w->out.src, src);
	put_ipv4(&w->out.dst, dst);
	decode_bound(w, c, (total ? total : decode_wire(w)) - header);

	struct fragment f = {
		.version = 4,
		.id = id,
		.offset = (where & 0x1fffu) * 8,
		.more = where & 0x2000,
	};

	if (f.offset || f.more) {
		const enum decode_result r = join(w, &protocol, &f);

		if (r != DECODE_OK)
			return r;
	}
	return extensions(w, protocol, false);
}

/* RFC 8200: version 4 bits | class 8 bits | flow 20 bits | payload length 2 |
 * next header 1 | hop limit 1 | from 16 | to 16 */
enum decode_result decode_ipv6(struct decode_walk *w)
{
	struct cur c = w->c;
	const uint32_t first = cur_be32(&c);
	uint64_t length = cur_be16(&c);
	const uint8_t protocol = cur_u8(&c);

	cur_u8(&c);
	const struct span src = cur_take(&c, 16), dst = cur_take(&c, 16);

	if (!cur_ok(&c))
		return decode_ended(w);
	if (first >> 28 != 6)
		return DECODE_BAD;
	memcpy(w->out.src.ip, src.p, src.n);
	memcpy(w->out.dst.ip, dst.p, dst.n);
	if (length == 0 && protocol == PROTOCOL_HOPOPT) {
		struct decode_walk peek = { .c = c };
		uint8_t next;

		length = jumbo(options(&peek, &next));
	}
	/* Else as for IPv4: the frame's length tells. */
	decode_bound(w, c, length ? length : decode_wire(w) - 40);
	return extensions(w, protocol, true);
}

/* Raw IP: the first four bits say which. */
enum decode_result decode_ip_either(struct decode_walk *w)
{
	struct cur peek = w->c;

	switch (cur_u8(&peek) >> 4) {
	case 4:
		w->next = decode_ipv4;
		return DECODE_OK;
	case 6:
		w->next = decode_ipv6;
		return DECODE_OK;
	default:
		return cur_ok(&peek) ? DECODE_OTHER : decode_ended(w);
	}
}
