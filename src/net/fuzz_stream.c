/* The input is a script of segments, acknowledgments and the passing of time.
 * The property: stream does what the slow model does, call by call. */
#include <stdint.h>

#include "base/cur.h"
#include "net/stream_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CALLS_MAX 200 /* the model is slow, and its log has an end */

static struct segment segment_of(struct cur *c, uint32_t base, struct ts ts)
{
	const uint16_t where = cur_be16(c); /* offset 9 bits | length 7 bits */
	const uint8_t flags = cur_u8(c);
	const uint32_t wire = where & 127;
	const struct span body = cur_take(
		c, flags & 0x80 && wire > 0 ? wire - flags % wire : wire);

	return (struct segment){
		.seq = base + (where >> 7) - 16,
		.flags = flags & (DECODE_FIN | DECODE_RST | DECODE_ACK),
		.payload = body,
		.payload_wire_len = cur_ok(c) ? wire : 0,
		.ts = ts,
	};
}

/* One call; what it does depends on the first byte. */
static void step(struct pair *p, struct cur *c, uint32_t base, struct ts *ts)
{
	const uint8_t op = cur_u8(c);
	struct segment s;

	switch (op % 8) {
	case 0: /* acknowledge */
		pair_acked(p, cur_be16(c) % MODEL_N, *ts);
		break;
	case 1: /* time passes, forwards or back */
		ts->ns += ((int64_t)cur_u8(c) - 32) * 50000000;
		break;
	case 2: /* again, perhaps, the SYN */
		s = segment_of(c, base, *ts);
		s.flags |= DECODE_SYN;
		s.seq = base - 1;
		s.flags &= (uint8_t)~DECODE_RST;
		pair_feed(p, s);
		break;
	case 3: /* end, and go on */
		if (op == 3)
			pair_flush(p);
		break;
	default:
		pair_feed(p, segment_of(c, base, *ts));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	struct pair *p = pair_new(cur_be16(&c) % 1024);
	/* Close enough to the wrap to cross it. */
	const uint32_t base = cur_u8(&c) - 128u;
	const bool syn = cur_u8(&c) % 2;
	struct ts ts = { 1500000000000000000 };

	if (syn)
		pair_feed(p, (struct segment){ .seq = base - 1,
					       .flags = DECODE_SYN,
					       .ts = ts });
	for (int i = 0; i < CALLS_MAX && cur_left(&c) > 0; i++) {
		step(p, &c, base, &ts);
		if (!pair_agree(p))
			abort();
	}
	pair_flush(p);
	if (!pair_agree(p))
		abort();
	pair_free(p);
	return 0;
}
