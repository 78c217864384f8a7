/* Skimming against walking: the same transactions, inputs and payments. */
#include "chain/block_skim.h"
#include "chain/outpoint_table.h"
#include "chain/test_lab.h"
#include "coin/block.h"
#include "coin/tx_walk.h"
#include "test/tap.h"

#define SEED 99

static bool pays(const struct tx_walk *tx, const struct script_set *wanted)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;
	uint64_t value;

	while (tx_walk_output(&out, &c)) {
		if (script_set_find(&value, wanted, out.script))
			return true;
	}
	return false;
}

static bool same(const struct block_skim *s, const struct block *b,
		 struct span raw, const struct script_set *wanted)
{
	struct cur c = cur_over(b->txs);
	struct tx_input in;
	struct tx_walk tx;
	bool good = s->num_txs == b->num_txs;
	size_t key = 0;

	for (size_t i = 0; good && i < b->num_txs && tx_walk(&tx, &c); i++) {
		struct cur inputs = cur_over(tx.inputs);

		good &= raw.p + s->tx[i].at == tx.whole.p &&
			s->tx[i + 1].at - s->tx[i].at == tx.whole.n &&
			s->tx[i].first_key == key &&
			s->tx[i].pays == pays(&tx, wanted);
		for (; good && tx_walk_input(&in, &inputs); key++)
			good &= s->key[key] ==
				outpoint_key(SEED, in.txid.p, in.index);
	}
	return good && s->num_keys == key;
}

int main(void)
{
	struct lab l;
	struct why why;
	struct block_skim s = { 0 };
	struct script_set wanted;
	uint8_t room[34];
	bool good = true, refused = true;

	dir_make();
	lab_init(&l, 8);
	lab_random(&l, 30, 12, 20);
	script_set_init(&wanted);
	script_set_add(&wanted, lab_script(room, 3), 0);
	script_set_add(&wanted, lab_script(room, 4), 0);
	struct chain *c = lab_open(&l, false);
	struct chain_reader *r = chain_reader_new(c);

	for (size_t i = 0; i < chain_length(c); i++) {
		struct span raw;
		struct block b;

		OK(chain_reader_block(r, i, &raw, &why) == ST_OK);
		OK(block_parse(&b, raw));
		good &= block_skim(&s, raw, SEED, &wanted);
		good &= same(&s, &b, raw, &wanted);
		block_fini(&b);
		/* No prefix is a block. */
		for (size_t n = 0; n < raw.n; n += 1 + raw.n / 300) {
			uint8_t *exact = mem_new(n + !n, 1);

			memcpy(exact, raw.p, n);
			refused &= !block_skim(&s, (struct span){ exact, n },
					       SEED, NULL);
			free(exact);
		}
	}
	OK(good);
	OK(refused);
	block_skim_fini(&s);
	script_set_fini(&wanted);
	chain_reader_free(r);
	chain_close(c);
	lab_fini(&l);
	dir_remove();
	return tap_end();
}
