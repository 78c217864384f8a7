#include "coin/tx.h"

#include <string.h>

#include "coin/varint.h"

/* The one input of a coinbase: it spends output ffffffff of nothing. */
static struct span input(struct cur *c, bool *bad)
{
	static const uint8_t nothing[32];
	const struct span previous = cur_take(c, sizeof(nothing));
	const uint32_t index = cur_le32(c);
	const struct span script = varint_bytes(c);

	cur_le32(c); /* sequence */
	*bad |= previous.n != sizeof(nothing) || index != UINT32_MAX ||
		memcmp(previous.p, nothing, sizeof(nothing)) != 0;
	return script;
}

#define OUTPUT_MIN 9 /* value, and an empty script */

static uint32_t outputs(struct tx_output *room, uint32_t num_room,
			struct cur *c, bool *bad)
{
	const uint64_t n = varint_read(c);

	if (n == 0 || n > num_room || n > TX_OUTPUTS_MAX ||
	    !cur_fits(c, n, OUTPUT_MIN)) {
		*bad = true;
		return 0;
	}
	for (uint64_t i = 0; i < n && cur_ok(c); i++) {
		room[i].sat = cur_le64(c);
		room[i].script = varint_bytes(c);
	}
	return (uint32_t)n;
}

/* BIP 144: the stack of the one input. */
static void witness(struct cur *c)
{
	const uint64_t n = varint_read(c);

	if (!cur_fits(c, n, 1))
		return;
	for (uint64_t i = 0; i < n && cur_ok(c); i++)
		varint_bytes(c);
}

static bool parse(struct tx_coinbase *out, struct tx_output *room,
		  uint32_t num_room, struct span raw, enum tx_form form)
{
	struct cur c = cur_over(raw);
	struct tx_coinbase tx = { .form = form, .output = room };
	bool bad = false;

	tx.version = cur_le32(&c);
	if (form == TX_WITH_TIME)
		cur_le32(&c);
	uint64_t inputs = varint_read(&c);
	const bool has_witness = inputs == 0;

	if (has_witness) { /* then this was BIP 144's marker */
		bad |= cur_u8(&c) != 1 || form != TX_PLAIN;
		inputs = varint_read(&c);
	}
	if (inputs != 1)
		return false;
	tx.script = input(&c, &bad);
	if (bad || !cur_ok(&c))
		return false;
	tx.num_outputs = outputs(room, num_room, &c, &bad);
	if (has_witness)
		witness(&c);
	cur_le32(&c); /* lock time */
	if (bad || !cur_done(&c))
		return false;
	*out = tx;
	return true;
}

bool tx_coinbase_parse(struct tx_coinbase *out, struct tx_output *room,
		       uint32_t num_room, struct span raw)
{
	return parse(out, room, num_room, raw, TX_PLAIN) ||
	       parse(out, room, num_room, raw, TX_WITH_TIME);
}

/* A script number is little-endian with the sign in the highest bit; it is
 * minimal if no shorter push, and no OP_n, means the same. */
bool tx_height(uint32_t *out, struct span script)
{
	enum {
		OP_1 = 0x51,
		OP_16 = 0x60
	};
	struct cur c = cur_over(script);
	const uint8_t op = cur_u8(&c);

	if (op >= OP_1 && op <= OP_16) {
		*out = (uint32_t)(op - OP_1 + 1);
		return true;
	}
	if (op < 1 || op > 4)
		return false;
	const struct span n = cur_take(&c, op);
	uint32_t height = 0;

	if (!cur_ok(&c))
		return false;
	const uint8_t top = n.p[n.n - 1];

	if (top & 0x80)
		return false; /* negative */
	if (top == 0 && (n.n == 1 || !(n.p[n.n - 2] & 0x80)))
		return false; /* a shorter push would do */
	for (size_t i = 0; i < n.n; i++)
		height |= (uint32_t)n.p[i] << 8 * i;
	if (height <= 16)
		return false; /* OP_n would do */
	*out = height;
	return true;
}
