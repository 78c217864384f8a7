/* The properties: what block_parse() takes, skimming takes, with the same
 * transactions and as many inputs; what skimming takes lies inside the input,
 * in order; one byte less of it is refused. */
#include <stdlib.h>

#include "chain/block_skim.h"
#include "coin/block.h"
#include "coin/tx_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void same(const struct block_skim *s, const struct block *b,
		 const uint8_t *data)
{
	struct cur c = cur_over(b->txs);
	struct tx_walk tx;

	must(s->num_txs == b->num_txs);
	for (size_t i = 0; i < s->num_txs; i++) {
		must(tx_walk(&tx, &c));
		must(tx.whole.p == data + s->tx[i].at);
		must(tx.whole.n == s->tx[i + 1].at - s->tx[i].at);
		must(tx.num_inputs ==
		     s->tx[i + 1].first_key - s->tx[i].first_key);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span raw = { data, size };
	struct block_skim s = { 0 };
	struct block b;
	const bool good = block_skim(&s, raw, 1, NULL);

	if (good) {
		const size_t end = s.tx[s.num_txs].at;

		must(end <= size && s.tx[s.num_txs].first_key == s.num_keys);
		for (size_t i = 0; i < s.num_txs; i++)
			must(s.tx[i].at < s.tx[i + 1].at &&
			     s.tx[i].first_key < s.tx[i + 1].first_key);
		if (block_parse(&b, raw)) {
			same(&s, &b, data);
			block_fini(&b);
		}
		must(!block_skim(&s, (struct span){ data, end - 1 }, 1, NULL));
	} else if (block_parse(&b, raw)) {
		/* Litecoin's own forms are block_parse()'s alone. */
		must(b.extension.n > 0 || b.num_txs > 0);
		struct cur c = cur_over(b.txs);
		struct tx_walk tx;
		bool hogex = false;

		while (cur_left(&c) > 0 && tx_walk(&tx, &c))
			hogex |= tx.is_hogex;
		must(hogex);
		block_fini(&b);
	}
	block_skim_fini(&s);
	return 0;
}
