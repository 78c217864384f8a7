#include <stdlib.h>
#include <string.h>

#include "coin/tx_hash.h"
#include "hash/sha256d.h"
#include "test/tap.h"

#define TXS 3000

static uint8_t want[2 * TXS][32], got[2 * TXS][32];
static unsigned times[2 * TXS];

static void note(void *context, uint32_t ticket, const uint8_t hash[32])
{
	(void)context;
	memcpy(got[ticket], hash, 32);
	times[ticket]++;
}

/* One input whose script has n bytes, one output; with a witness or not. */
static void make(struct buf *b, uint32_t n, bool witness)
{
	buf_clear(b);
	buf_le32(b, n * 2654435761U);
	if (witness)
		buf_add(b, "\0\1", 2);
	buf_u8(b, 1);
	for (uint32_t i = 0; i < 9; i++)
		buf_le32(b, n + i);
	if (n < 0xfd) {
		buf_u8(b, (uint8_t)n);
	} else {
		buf_u8(b, 0xfd);
		buf_u8(b, (uint8_t)n);
		buf_u8(b, (uint8_t)(n >> 8));
	}
	for (uint32_t i = 0; i < n; i++)
		buf_u8(b, (uint8_t)(i * 7));
	buf_le32(b, 0);
	buf_u8(b, 1);
	buf_le32(b, 5);
	buf_le32(b, 0);
	buf_u8(b, 0);
	if (witness)
		buf_add(b, "\1\3abc", 5);
	buf_le32(b, n);
}

/* Every length of script up to 1,200 and some more, in no order, and each
 * hash exactly once; the bytes are gone when the hash comes. */
static void test_against_one_at_a_time(void)
{
	struct buf raw, scratch;
	struct tx_hash h;
	struct tx_walk tx;
	bool good = true;

	buf_init(&raw, 1u << 16);
	buf_init(&scratch, 1u << 16);
	tx_hash_init(&h, 1u << 16, note, NULL);
	for (uint32_t i = 0; i < TXS; i++) {
		make(&raw, i * 997 % 1200 + i % 2 * (i / 10), i % 3 == 0);
		struct cur c = cur_over(buf_span(&raw));

		good = good && tx_walk(&tx, &c);
		const struct span plain = tx_walk_stripped(&tx, &scratch);

		sha256d(want[2 * i], plain.p, plain.n);
		sha256d(want[2 * i + 1], tx.whole.p, tx.whole.n);
		tx_hash_txid(&h, 2 * i, &tx);
		tx_hash_whole(&h, 2 * i + 1, &tx);
		memset(raw.p, 0xee, raw.n);
	}
	tx_hash_flush(&h);
	tx_hash_flush(&h); /* of none */
	OK(good);
	OK(!memcmp(got, want, sizeof(want)));
	for (uint32_t i = 0; i < 2 * TXS; i++)
		good = good && times[i] == 1;
	OK(good);
	tx_hash_fini(&h);
	buf_fini(&scratch);
	buf_fini(&raw);
}

int main(void)
{
	test_against_one_at_a_time();
	return tap_end();
}
