#include "net/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/decode_layer.h"
#include "net/fragment.h"

#define LINK_ETHERNET 1
#define ETHERNET      14 /* bytes of headers */
#define IPV4          20
#define IPV6          40
#define TCP           20
#define UDP           8
#define PROTOCOL_TCP  6
#define PROTOCOL_UDP  17
#define PORT_GTPU     2152
#define PORT_VXLAN    4789

struct decode {
	struct fragment_table *fragments;
};

const char *decode_text(enum decode_result r)
{
#define DECODE_TEXT(name, text) text,
	static const char *const texts[] = { DECODE_LIST(DECODE_TEXT) };
#undef DECODE_TEXT

	return texts[r];
}

struct decode *decode_new(void)
{
	struct decode *d = mem_new(1, sizeof(*d));

	d->fragments = fragment_table_new();
	return d;
}

void decode_free(struct decode *d)
{
	if (!d)
		return;
	fragment_table_free(d->fragments);
	free(d);
}

uint64_t decode_fragments_dropped(const struct decode *d)
{
	return fragment_dropped(d->fragments);
}

static uint32_t be16_at(struct span s, size_t at)
{
	return (uint32_t)s.p[at] << 8 | s.p[at + 1];
}

static uint32_t be32_at(struct span s, size_t at)
{
	return be16_at(s, at) << 16 | be16_at(s, at + 2);
}

static void put_ipv4(struct endpoint *e, struct span s, size_t at)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(e->ip, mapped, sizeof(mapped));
	memcpy(e->ip + 12, s.p + at, 4);
}

/* Steps over Ethernet and IP, whose payload has *wire bytes and the protocol
 * that is returned; 0: not so simple. */
static uint8_t fast_ip(struct segment *out, struct cur *c, uint32_t *wire)
{
	const struct span h = cur_take(c, ETHERNET + IPV4);

	if (h.n != ETHERNET + IPV4)
		return 0;
	if (be16_at(h, 12) == 0x0800) {
		const uint32_t total = be16_at(h, 16);

		if (h.p[14] != 0x45 || (be16_at(h, 20) & 0x3fff) ||
		    total < IPV4)
			return 0;
		*wire = total - IPV4;
		put_ipv4(&out->src, h, 26);
		put_ipv4(&out->dst, h, 30);
		return h.p[23];
	}
	if (be16_at(h, 12) != 0x86dd || h.p[14] >> 4 != 6 ||
	    be16_at(h, 18) == 0)
		return 0;
	const struct span rest = cur_take(c, IPV6 - IPV4);

	if (rest.n != IPV6 - IPV4)
		return 0;
	*wire = be16_at(h, 18);
	memcpy(out->src.ip, h.p + 22, 12);
	memcpy(out->src.ip + 12, rest.p, 4);
	memcpy(out->dst.ip, rest.p + 4, 16);
	return h.p[20];
}

static bool fast_tcp(struct segment *out, struct cur *c, uint32_t *wire)
{
	const struct span h = cur_take(c, TCP);

	if (h.n != TCP)
		return false;
	const uint32_t header = (h.p[12] >> 4) * 4u;

	if (header < TCP || header > *wire)
		return false;
	cur_take(c, header - TCP);
	*wire -= header;
	out->src.port = (uint16_t)be16_at(h, 0);
	out->dst.port = (uint16_t)be16_at(h, 2);
	out->seq = be32_at(h, 4);
	out->ack = be32_at(h, 8);
	out->flags =
		h.p[13] & (DECODE_FIN | DECODE_SYN | DECODE_RST | DECODE_ACK);
	return cur_ok(c);
}

static bool fast_udp(struct segment *out, struct cur *c, uint32_t *wire)
{
	const struct span h = cur_take(c, UDP);

	if (h.n != UDP)
		return false;
	const uint32_t length = be16_at(h, 4), port = be16_at(h, 2);

	if (length < UDP || length > *wire || port == PORT_GTPU ||
	    port == PORT_VXLAN)
		return false;
	*wire = length - UDP;
	out->src.port = (uint16_t)be16_at(h, 0);
	out->dst.port = (uint16_t)port;
	out->seq = out->ack = 0;
	out->flags = 0;
	return true;
}

/* Nearly every frame: Ethernet, IP without options or extensions, TCP or UDP,
 * all headers there. Three reads of the cursor instead of twenty; the layouts
 * are in decode_ip.c and decode_transport.c. False for anything else and
 * anything odd, which then goes the long way; a test holds both ways against
 * each other. */
static bool fast(struct segment *out, const struct packet *p)
{
	struct cur c = cur_over(p->data);
	uint32_t wire;

	if (p->link != LINK_ETHERNET)
		return false;
	const uint8_t protocol = fast_ip(out, &c, &wire);

	if (protocol == PROTOCOL_TCP
		    ? !fast_tcp(out, &c, &wire)
		    : protocol != PROTOCOL_UDP || !fast_udp(out, &c, &wire))
		return false;
	const size_t left = cur_left(&c);

	/* Field by field: a whole struct would be built beside and copied. */
	out->protocol = protocol;
	out->payload = cur_take(&c, wire < left ? wire : left);
	out->payload_wire_len = wire;
	out->ts = p->ts;
	out->frame = p->frame;
	out->input = p->input;
	return true;
}

enum decode_result decode_packet(struct decode *d, struct segment *out,
				 const struct packet *p)
{
	return fast(out, p) ? DECODE_OK : decode_layers(d->fragments, out, p);
}
