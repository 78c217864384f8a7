/* The properties: what is handed out lies inside the input, in its order; an
 * accepted transaction, written again from what was read, is the input; one
 * byte less is refused; a height is written as BIP 34 wants it. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "coin/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM 64

static void must(bool truth)
{
	if (!truth)
		abort();
}

static bool inside(struct span part, struct span whole)
{
	return part.n == 0 || (part.p >= whole.p && part.n <= whole.n &&
			       part.p + part.n <= whole.p + whole.n);
}

static void add_count(struct buf *b, uint64_t n)
{
	if (n >= 0xfd) {
		must(n <= UINT16_MAX);
		buf_u8(b, 0xfd);
		buf_u8(b, (uint8_t)n);
		n >>= 8;
	}
	buf_u8(b, (uint8_t)n);
}

/* Everything up to the last output, but for the three fields that are not
 * kept (time, sequence), which are copied from the input. */
static void write_again(struct buf *b, const struct tx_coinbase *tx,
			struct span in, bool has_witness)
{
	static const uint8_t nothing[32];

	buf_le32(b, tx->version);
	if (tx->form == TX_WITH_TIME)
		buf_add(b, in.p + b->n, 4);
	if (has_witness)
		buf_add(b, "\0\1", 2);
	buf_u8(b, 1);
	buf_add(b, nothing, sizeof(nothing));
	buf_le32(b, UINT32_MAX);
	add_count(b, tx->script.n);
	buf_add(b, tx->script.p, tx->script.n);
	buf_add(b, in.p + b->n, 4);
	add_count(b, tx->num_outputs);
	for (uint32_t i = 0; i < tx->num_outputs; i++) {
		buf_le32(b, (uint32_t)tx->output[i].sat);
		buf_le32(b, (uint32_t)(tx->output[i].sat >> 32));
		add_count(b, tx->output[i].script.n);
		buf_add(b, tx->output[i].script.p, tx->output[i].script.n);
	}
}

static void check_coinbase(const struct tx_coinbase *tx, struct span in)
{
	const bool has_witness = tx->form == TX_PLAIN && in.p[4] == 0;
	struct tx_output room[ROOM];
	struct tx_coinbase again;
	struct buf b;

	must(inside(tx->script, in));
	for (uint32_t i = 0; i < tx->num_outputs; i++)
		must(inside(tx->output[i].script, in));
	buf_init(&b, in.n);
	write_again(&b, tx, in, has_witness);
	must(!b.full && !memcmp(b.p, in.p, b.n));
	must(has_witness ? b.n + 5 <= in.n : b.n + 4 == in.n);
	buf_fini(&b);
	must(!tx_coinbase_parse(&again, room, ROOM,
				(struct span){ in.p, in.n - 1 }) ||
	     again.form != tx->form);
}

static void check_height(uint32_t height, struct span script)
{
	uint8_t push[5];
	size_t n = 0;

	must(height > 0 && height <= INT32_MAX);
	for (uint32_t left = height; left; left >>= 8)
		push[1 + n++] = (uint8_t)left;
	if (push[n] & 0x80)
		push[1 + n++] = 0;
	push[0] = (uint8_t)n;
	if (height <= 16) {
		push[0] = (uint8_t)(0x50 + height);
		n = 0;
	}
	must(script.n >= n + 1 && !memcmp(push, script.p, n + 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span in = { data, size };
	struct tx_output room[ROOM];
	struct tx_coinbase tx;
	uint32_t height;

	if (tx_height(&height, in))
		check_height(height, in);
	if (!tx_coinbase_parse(&tx, room, ROOM, in))
		return 0;
	check_coinbase(&tx, in);
	if (tx_height(&height, tx.script))
		check_height(height, tx.script);
	return 0;
}
