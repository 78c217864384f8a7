#include "chain/block_skim.h"

#include <stdlib.h>

#include "base/mem.h"
#include "chain/outpoint_table.h"
#include "coin/header.h"
#include "coin/tx_walk.h"
#include "coin/varint.h"

#define INPUT_MIN  41
#define OUTPUT_MIN 9
#define TXS_MAX    (1u << 20)

void block_skim_fini(struct block_skim *s)
{
	free(s->tx);
	free(s->key);
	*s = (struct block_skim){ 0 };
}

static void fail(struct cur *c)
{
	cur_fits(c, UINT64_MAX, 1);
}

static void skim_inputs(struct block_skim *s, struct cur *c, uint64_t n,
			uint64_t seed)
{
	if (!cur_fits(c, n, INPUT_MIN))
		return;
	if (s->num_keys + n > s->room_keys) {
		s->room_keys = (s->num_keys + (size_t)n) * 2;
		s->key = mem_resize(s->key, s->room_keys, sizeof(s->key[0]));
	}
	uint64_t *key = s->key + s->num_keys;

	for (uint64_t i = 0; i < n; i++) {
		const struct span txid = cur_take(c, 32);
		const uint32_t index = cur_le32(c);

		varint_bytes(c);
		cur_take(c, 4);
		if (!cur_ok(c))
			return;
		key[i] = outpoint_key(seed, txid.p, index);
	}
	s->num_keys += (size_t)n;
}

static bool skim_outputs(struct cur *c, uint64_t n,
			 const struct script_set *wanted)
{
	bool pays = false;
	uint64_t value;

	if (n == 0)
		fail(c);
	if (!cur_fits(c, n, OUTPUT_MIN))
		return false;
	for (uint64_t i = 0; i < n && cur_ok(c); i++) {
		cur_take(c, 8);
		const struct span script = varint_bytes(c);

		if (wanted && script_set_maybe(wanted, script))
			pays |= script_set_find(&value, wanted, script);
	}
	return pays;
}

static void skim_witness(struct cur *c, uint64_t inputs)
{
	for (uint64_t i = 0; i < inputs && cur_ok(c); i++) {
		const uint64_t n = varint_read(c);

		if (!cur_fits(c, n, 1))
			return;
		for (uint64_t k = 0; k < n && cur_ok(c); k++)
			varint_bytes(c);
	}
}

static bool skim_tx(struct block_skim *s, struct cur *c, uint64_t seed,
		    const struct script_set *wanted)
{
	uint8_t flag = 0;

	cur_take(c, 4);
	uint64_t inputs = varint_read(c);

	if (inputs == 0) { /* BIP 144's marker */
		flag = cur_u8(c);
		if (flag != 1)
			fail(c);
		inputs = varint_read(c);
		if (inputs == 0)
			fail(c);
	}
	skim_inputs(s, c, inputs, seed);
	const bool pays = skim_outputs(c, varint_read(c), wanted);

	if (flag)
		skim_witness(c, inputs);
	cur_take(c, 4);
	return pays;
}

bool block_skim(struct block_skim *s, struct span raw, uint64_t seed,
		const struct script_set *wanted)
{
	struct cur c = cur_over(raw);

	s->num_txs = s->num_keys = 0;
	cur_take(&c, HEADER_SIZE);
	const uint64_t n = varint_read(&c);

	if (n == 0 || n > TXS_MAX || !cur_fits(&c, n, TX_WALK_MIN) ||
	    raw.n > UINT32_MAX)
		return false;
	if (n + 1 > s->room_txs) {
		s->room_txs = (size_t)n * 2 + 1;
		s->tx = mem_resize(s->tx, s->room_txs, sizeof(s->tx[0]));
	}
	for (uint64_t i = 0; i < n; i++) {
		struct block_skim_tx *tx = &s->tx[i];

		tx->at = (uint32_t)cur_where(&c);
		tx->first_key = (uint32_t)s->num_keys;
		tx->pays = skim_tx(s, &c, seed, wanted);
		if (!cur_ok(&c))
			return false;
	}
	s->num_txs = (size_t)n;
	s->tx[n] = (struct block_skim_tx){ (uint32_t)cur_where(&c),
					   (uint32_t)s->num_keys, false };
	return true;
}
