#include "net/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/decode_layer.h"
#include "net/fragment.h"

#define LINK_ETHERNET 1
#define FAST_HEADERS  54 /* Ethernet 14, IPv4 20, TCP 20 */

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

static void put_ipv4(struct endpoint *e, struct span s, size_t at,
		     uint32_t port)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(e->ip, mapped, sizeof(mapped));
	memcpy(e->ip + 12, s.p + at, 4);
	e->port = (uint16_t)port;
}

/* Nearly every frame: Ethernet, IPv4 without options, TCP, all headers there.
 * Three reads of the cursor instead of twenty; the layouts are in decode_ip.c
 * and decode_transport.c. False for anything else and anything odd, which then
 * goes the long way; a test holds both ways against each other. */
static bool fast(struct segment *out, const struct packet *p)
{
	struct cur c = cur_over(p->data);
	const struct span h = cur_take(&c, FAST_HEADERS);

	if (p->link != LINK_ETHERNET || h.n != FAST_HEADERS)
		return false;
	const uint32_t odd = (be16_at(h, 12) ^ 0x0800) | (h.p[14] ^ 0x45u) |
			     (be16_at(h, 20) & 0x3fff) | (h.p[23] ^ 6u);
	const uint32_t header = (h.p[46] >> 4) * 4u;
	const uint32_t total = be16_at(h, 16);

	if (odd || header < 20 || total < 20 + header)
		return false;
	cur_take(&c, header - 20);
	if (!cur_ok(&c))
		return false;
	const uint32_t wire = total - 20 - header;
	const size_t left = cur_left(&c);

	/* Field by field: a whole struct would be built beside and copied. */
	put_ipv4(&out->src, h, 26, be16_at(h, 34));
	put_ipv4(&out->dst, h, 30, be16_at(h, 36));
	out->protocol = h.p[23];
	out->flags =
		h.p[47] & (DECODE_FIN | DECODE_SYN | DECODE_RST | DECODE_ACK);
	out->seq = be32_at(h, 38);
	out->ack = be32_at(h, 42);
	out->payload = cur_take(&c, wire < left ? wire : left);
	out->payload_wire_len = wire;
	out->ts = p->ts;
	out->frame = p->frame;
	out->input = p->input;
	return true;
}

static enum decode_result walk(struct decode *d, struct segment *out,
			       const struct packet *p)
{
	struct decode_walk w = {
		.c = cur_over(p->data),
		.next = decode_link(p->link),
		.fragments = d->fragments,
		.out = { .ts = p->ts, .frame = p->frame, .input = p->input },
	};

	if (!w.next)
		return DECODE_LINK;
	if (p->wire_len > p->data.n)
		w.cut = p->wire_len - p->data.n;
	while (w.next) {
		decode_layer *layer = w.next;

		w.next = NULL;
		const enum decode_result r = layer(&w);

		if (r != DECODE_OK)
			return r;
	}
	*out = w.out;
	return DECODE_OK;
}

enum decode_result decode_packet(struct decode *d, struct segment *out,
				 const struct packet *p)
{
	return fast(out, p) ? DECODE_OK : walk(d, out, p);
}
