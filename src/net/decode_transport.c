#include "net/decode_layer.h"

/* w stands on the payload; what belongs to it and was not captured is cut. */
static enum decode_result complete(struct decode_walk *w, uint8_t protocol)
{
	const uint64_t wire = decode_wire(w);

	if (wire > UINT32_MAX)
		return DECODE_BAD;
	w->out.protocol = protocol;
	w->out.payload_wire_len = (uint32_t)wire;
	w->out.payload = cur_take(&w->c, cur_left(&w->c));
	return DECODE_OK;
}

/* RFC 9293: ports 2, 2 | sequence 4 | acknowledgment 4 | header words, 4 bits |
 * 0, 4 bits | flags 1 | window 2 | checksum 2 | urgent 2 | options. All up to
 * the flags must be there; of the rest the length is enough. */
enum decode_result decode_tcp(struct decode_walk *w)
{
	struct cur c = w->c;

	w->out.src.port = cur_be16(&c);
	w->out.dst.port = cur_be16(&c);
	w->out.seq = cur_be32(&c);
	w->out.ack = cur_be32(&c);
	const size_t header = (size_t)(cur_u8(&c) >> 4) * 4;

	w->out.flags = cur_u8(&c) &
		       (DECODE_FIN | DECODE_SYN | DECODE_RST | DECODE_ACK);
	if (!cur_ok(&c))
		return decode_ended(w);
	if (header < 20 || header > decode_wire(w))
		return DECODE_BAD;
	const uint64_t wire = decode_wire(w) - header;
	const size_t left = cur_left(&w->c);

	cur_take(&w->c, header < left ? header : left);
	decode_bound(w, w->c, wire);
	return complete(w, 6);
}

/* RFC 768: ports 2, 2 | length with this header 2 | checksum 2. A length of 0
 * is that of a jumbogram (RFC 2675): then IP's holds. */
enum decode_result decode_udp(struct decode_walk *w)
{
	w->out.src.port = cur_be16(&w->c);
	w->out.dst.port = cur_be16(&w->c);
	const uint16_t length = cur_be16(&w->c);

	cur_be16(&w->c);
	if (!cur_ok(&w->c))
		return decode_ended(w);
	if ((length && length < 8) || length > decode_wire(w) + 8)
		return DECODE_BAD;
	if (length)
		decode_bound(w, w->c, length - 8u);
	w->out.flags = 0;
	w->out.seq = 0;
	w->out.ack = 0;
	decode_layer *tunnel = decode_udp_tunnel(w->out.dst.port, w->c);

	return tunnel ? decode_nest(w, tunnel) : complete(w, 17);
}
