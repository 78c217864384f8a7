/* The properties: what is handed out lies inside the input; the parts add up
 * to the whole; the branch takes the coinbase to the root, and so does the one
 * made of the other txids alone; the coinbase without witness is a coinbase to
 * the other parser, with the same script and sum; the block without witnesses
 * has the same txids; one byte less is refused. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/block.h"
#include "coin/tx_walk.h"
#include "hash/sha256d.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void check_branch(const struct block *b)
{
	uint8_t hash[32], branch[MERKLE_DEPTH_MAX][32];

	sha256d(hash, b->coinbase.p, b->coinbase.n);
	must(!memcmp(hash, b->txids[0], 32));
	merkle_fold(hash, b->tree.branch[0], b->tree.depth);
	must(!memcmp(hash, b->tree.root, 32));
	must(b->root_matches == !memcmp(hash, b->header.merkle_root, 32));
	must(block_merkle_branch(branch, b->txids[0] + 32, b->num_txs - 1) ==
	     b->tree.depth);
	must(!memcmp(branch, b->tree.branch, b->tree.depth * 32));
}

static void check_coinbase(const struct block *b)
{
	struct tx_output *room = mem_new(TX_OUTPUTS_MAX, sizeof(*room));
	struct cur c = cur_over(b->coinbase);
	struct tx_coinbase tx;
	struct tx_walk walk;
	uint32_t height;
	uint64_t sat = 0;

	must(tx_walk(&walk, &c) && cur_done(&c) && !walk.has_witness);
	must(tx_walk_is_coinbase(&walk));
	if (walk.num_outputs <= TX_OUTPUTS_MAX) {
		must(tx_coinbase_parse(&tx, room, TX_OUTPUTS_MAX, b->coinbase));
		must(tx.form == TX_PLAIN);
		must(tx.script.n == b->coinbase_script.n &&
		     !memcmp(tx.script.p, b->coinbase_script.p, tx.script.n));
		for (uint32_t i = 0; i < tx.num_outputs; i++)
			sat += room[i].sat;
		must(sat == b->coinbase_sat);
		must(!b->has_height ||
		     (tx_height(&height, tx.script) && height == b->height));
	}
	free(room);
}

static size_t count_items(const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->witness);
	size_t all = 0;

	for (uint64_t i = 0; tx->has_witness && i < tx->num_inputs; i++) {
		for (uint64_t n = tx_walk_stack(&c); n > 0; n--) {
			tx_walk_item(&c);
			all++;
		}
	}
	must(!tx->has_witness || cur_done(&c));
	return all;
}

static void check_parts(const struct tx_walk *tx, struct span in)
{
	struct cur inputs = cur_over(tx->inputs);
	struct cur outputs = cur_over(tx->outputs);
	struct tx_output out;
	struct tx_input input;
	uint64_t n = 0;

	must(inside(tx->whole, in));
	must(tx->version.n + tx->body.n + tx->witness.n + tx->lock_time.n +
		     (tx->has_witness ? 2
		      : tx->is_hogex  ? 3
				      : 0) ==
	     tx->whole.n);
	for (; tx_walk_input(&input, &inputs); n++)
		must(inside(input.script, tx->inputs) && input.txid.n == 32);
	must(n == tx->num_inputs && cur_done(&inputs));
	for (n = 0; tx_walk_output(&out, &outputs); n++)
		must(inside(out.script, tx->outputs));
	must(n == tx->num_outputs && cur_done(&outputs));
	must(tx->has_witness == (count_items(tx) > 0));
}

/* Writes the block without witnesses; adds up what it had. */
static void strip(struct buf *out, const struct block *b, struct span in)
{
	const size_t before = (size_t)(b->txs.p - in.p);
	struct cur c = cur_over(b->txs);
	struct buf scratch;
	struct tx_walk tx;
	size_t sum = 0;
	uint8_t txid[32];

	buf_init(&scratch, in.n);
	buf_add(out, in.p, before);
	for (uint32_t i = 0; i < b->num_txs; i++) {
		must(tx_walk(&tx, &c));
		check_parts(&tx, in);
		must(!tx.is_hogex || i + 1 == b->num_txs);
		const struct span s = tx_walk_stripped(&tx, &scratch);

		sha256d(txid, s.p, s.n);
		must(!memcmp(txid, b->txids[i], sizeof(txid)));
		buf_add(out, s.p, s.n);
		sum += tx.whole.n;
	}
	must(cur_done(&c) && before + sum + b->extension.n == in.n);
	must(!out->full);
	buf_fini(&scratch);
}

static void check_stripped(const struct block *b, struct span in)
{
	struct block again;
	struct buf stripped;

	buf_init(&stripped, in.n);
	strip(&stripped, b, in);
	must(block_parse(&again, buf_span(&stripped)));
	must(again.num_txs == b->num_txs && again.extension.n == 0);
	must(!memcmp(again.txids, b->txids, b->num_txs * UINT64_C(32)));
	must(again.tree.has_twins == b->tree.has_twins);
	must(again.coinbase_sat == b->coinbase_sat);
	must((again.witness == BLOCK_WITNESS_NONE) ==
	     (b->witness == BLOCK_WITNESS_NONE ||
	      b->witness == BLOCK_WITNESS_MISSING));
	must(again.witness == BLOCK_WITNESS_NONE ||
	     again.witness == BLOCK_WITNESS_STRIPPED ||
	     again.witness == BLOCK_WITNESS_FILLED);
	block_fini(&again);
	buf_fini(&stripped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span in = { data, size };
	struct block b, less;

	if (!block_parse(&b, in))
		return 0;
	must(b.num_txs > 0 && b.txs.n / TX_WALK_MIN >= b.num_txs);
	must(inside(b.raw_header, in) && inside(b.txs, in) &&
	     inside(b.extension, in) && inside(b.coinbase_script, in));
	check_branch(&b);
	check_coinbase(&b);
	check_stripped(&b, in);
	/* An extension is not read, so that its end may be anywhere. */
	if (b.extension.n <= 2)
		must(!block_parse(&less, (struct span){ data, size - 1 }));
	block_fini(&b);
	return 0;
}
