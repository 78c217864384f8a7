/* The input is a list of frames: link type, 1 byte of how much was cut off, 2
 * bytes of length, 1 byte of time, then the frame. The properties: a payload
 * lies in its packet, or else is of joined fragments, all of it readable; it
 * is never longer than what was on the wire; and another decoder, given the
 * same, says the same. */
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "net/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint32_t links[] = { 0,   1,   9,   12,  14,  50,  101,
				  104, 108, 113, 228, 229, 276, 105 };

static uint64_t sum_of(struct span s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum = sum * 31 + s.p[i];
	return sum;
}

static bool inside(struct span part, struct span whole)
{
	return (uintptr_t)part.p >= (uintptr_t)whole.p &&
	       (uintptr_t)part.p + part.n <= (uintptr_t)whole.p + whole.n;
}

/* fragments: how many packets before were some. */
static void check(const struct segment *s, const struct packet *k,
		  uint64_t fragments)
{
	if (s->payload.n > s->payload_wire_len || !s->payload.p)
		abort();
	if (s->protocol != 6 && s->protocol != 17)
		abort();
	if (s->payload.n && !inside(s->payload, k->data) &&
	    (fragments == 0 || s->payload.n > UINT16_MAX))
		abort();
}

static bool equal(const struct segment *a, const struct segment *b)
{
	return !memcmp(&a->src, &b->src, sizeof(a->src)) &&
	       !memcmp(&a->dst, &b->dst, sizeof(a->dst)) &&
	       a->protocol == b->protocol && a->flags == b->flags &&
	       a->seq == b->seq && a->ack == b->ack &&
	       a->payload_wire_len == b->payload_wire_len &&
	       a->payload.n == b->payload.n &&
	       sum_of(a->payload) == sum_of(b->payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	struct decode *d = decode_new(), *e = decode_new();
	struct ts ts = { 1500000000000000000 };
	uint64_t fragments = 0;

	for (uint64_t frame = 1; cur_left(&c) > 0; frame++) {
		const uint8_t link = cur_u8(&c);
		const uint8_t cut = cur_u8(&c);
		const uint16_t want = cur_be16(&c);

		ts.ns += ((int64_t)cur_u8(&c) - 16) * 100000000;
		const size_t left = cur_left(&c);
		const struct span s = cur_take(&c, want < left ? want : left);
		uint8_t *exact = memcpy(malloc(s.n + !s.n), s.p, s.n);
		const struct packet k = {
			.ts = ts,
			.frame = frame,
			.wire_len = (uint32_t)s.n + cut,
			.link = links[link %
				      (sizeof(links) / sizeof(links[0]))],
			.data = { exact, s.n },
		};
		struct segment one, two;
		const enum decode_result r = decode_packet(d, &one, &k);

		if (decode_packet(e, &two, &k) != r)
			abort();
		fragments += r == DECODE_FRAGMENT;
		if (r == DECODE_OK) {
			check(&one, &k, fragments);
			if (!equal(&one, &two))
				abort();
		}
		free(exact);
	}
	if (decode_fragments_dropped(d) != decode_fragments_dropped(e))
		abort();
	decode_free(d);
	decode_free(e);
	return 0;
}
