#include "proto/websocket_private.h"

/* RFC 6455, 5.2:
 *
 *	FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7) |
 *	[16 bits if length is 126, 64 if 127] | [mask, 4 bytes]
 */

#define FIN         0x80u
#define RSV1        0x40u
#define RSV23       0x30u
#define MASK        0x80u
#define LENGTH_16   126u
#define LENGTH_64   127u
#define CONTROL     8u
#define CONTROL_MAX 125u

static bool is_opcode(unsigned opcode)
{
	return opcode <= WEBSOCKET_BINARY ||
	       (opcode >= WEBSOCKET_CLOSE && opcode <= WEBSOCKET_PONG);
}

/* What the first two bytes alone can say. */
static bool plausible(unsigned first, unsigned second, bool deflate)
{
	const unsigned opcode = first & 0xf;
	const bool begins =
		opcode == WEBSOCKET_TEXT || opcode == WEBSOCKET_BINARY;

	if (first & RSV23 || !is_opcode(opcode))
		return false;
	if (first & RSV1 && (!deflate || !begins))
		return false;
	return opcode < CONTROL ||
	       (first & FIN && (second & ~MASK) <= CONTROL_MAX);
}

/* The shortest form must be used, and bit 63 is 0. */
static bool read_length(uint64_t *length, struct cur *c, unsigned second)
{
	const unsigned n = second & ~MASK;

	*length = n;
	if (n == LENGTH_16) {
		*length = cur_be16(c);
		return !cur_ok(c) || *length >= LENGTH_16;
	}
	if (n == LENGTH_64) {
		const uint64_t high = cur_be32(c);

		*length = high << 32 | cur_be32(c);
		return !cur_ok(c) ||
		       (*length > UINT16_MAX && *length <= INT64_MAX);
	}
	return true;
}

enum parse websocket_frame_parse(struct websocket_head *head, struct span bytes,
				 bool deflate)
{
	struct cur c = cur_over(bytes);
	const unsigned first = cur_u8(&c), second = cur_u8(&c);
	struct websocket_head read = {
		.opcode = (enum websocket_opcode)(first & 0xf),
		.fin = first & FIN,
		.compressed = first & RSV1,
		.masked = second & MASK,
	};

	if (!cur_ok(&c))
		return PARSE_MORE;
	if (!plausible(first, second, deflate) ||
	    !read_length(&read.length, &c, second))
		return PARSE_BAD;
	for (size_t i = 0; read.masked && i < sizeof(read.mask); i++)
		read.mask[i] = cur_u8(&c);
	if (!cur_ok(&c))
		return PARSE_MORE;
	read.bytes = cur_where(&c);
	*head = read;
	return PARSE_OK;
}

bool websocket_frame_wanted(struct span bytes, bool masked)
{
	struct cur c = cur_over(bytes);
	const unsigned first = cur_u8(&c), opcode = first & 0xf;
	const bool has_mask = (cur_u8(&c) & MASK) != 0;

	return first & FIN &&
	       (opcode == WEBSOCKET_TEXT || opcode == WEBSOCKET_BINARY) &&
	       (!cur_ok(&c) || has_mask == masked);
}

void websocket_frame_mask(uint8_t *p, size_t n, const uint8_t mask[4],
			  uint64_t at)
{
	for (size_t i = 0; i < n; i++)
		p[i] ^= mask[(at + i) % 4];
}

static void write_head(struct buf *out, const struct websocket_frame *f)
{
	const unsigned mask = f->masked ? MASK : 0;

	buf_u8(out, (uint8_t)((f->unfinished ? 0 : FIN) |
			      (f->compressed ? RSV1 : 0) | f->opcode));
	if (f->payload.n < LENGTH_16) {
		buf_u8(out, (uint8_t)(mask | f->payload.n));
	} else if (f->payload.n <= UINT16_MAX) {
		buf_u8(out, (uint8_t)(mask | LENGTH_16));
		buf_u8(out, (uint8_t)(f->payload.n >> 8));
		buf_u8(out, (uint8_t)f->payload.n);
	} else {
		buf_u8(out, (uint8_t)(mask | LENGTH_64));
		buf_be32(out, (uint32_t)((uint64_t)f->payload.n >> 32));
		buf_be32(out, (uint32_t)f->payload.n);
	}
	if (f->masked)
		buf_add(out, f->mask, sizeof(f->mask));
}

bool websocket_write(struct buf *out, const struct websocket_frame *frame)
{
	struct buf made;
	bool fits;

	buf_init(&made, out->limit);
	write_head(&made, frame);
	const size_t head = made.n;

	fits = buf_add(&made, frame->payload.p, frame->payload.n) &&
	       !made.full && made.n <= out->limit - out->n;
	if (fits && frame->masked)
		websocket_frame_mask(made.p + head, frame->payload.n,
				     frame->mask, 0);
	fits = fits && buf_add(out, made.p, made.n);
	buf_fini(&made);
	return fits;
}
