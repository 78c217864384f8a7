/* Blocks against their commitments, and coins counted, on chains whose truth is
 * known. */
#include "chain/chain_balance.h"
#include "chain/chain_verify.h"
#include "chain/test_lab.h"
#include "test/tap.h"

static struct chain_verified verify(const struct lab *l, bool with_rev,
				    unsigned threads)
{
	const struct chain_verify_options o = { .threads = threads };
	struct chain *c = lab_open(l, with_rev);
	struct chain_verified v = { 0 };
	struct why why;

	OK(chain_verify(&v, c, &o, &why) == ST_OK);
	chain_close(c);
	return v;
}

static uint64_t fees_of(const struct lab *l)
{
	uint64_t fees = 0;

	for (size_t t = 0; t < l->num_txs; t++) {
		const struct lab_tx *tx = &l->tx[t];

		for (size_t i = 0; i < tx->num_in; i++)
			fees += l->output[tx->in[i]].sat;
		for (size_t i = 0; tx->num_in > 0 && i < tx->num_out; i++)
			fees -= l->output[tx->first_out + i].sat;
	}
	return fees;
}

static void test_good(const struct lab *l)
{
	for (unsigned threads = 1; threads <= 2; threads++) {
		const struct chain_verified v = verify(l, true, threads);

		OK(v.blocks == 50 && v.transactions == l->num_txs);
		OK(v.fees == fees_of(l) && v.without_undo == 0);
		OK(!v.malformed && !v.bad_root && !v.bad_witness &&
		   !v.bad_undo && !v.bad_value && !v.first[0]);
	}
	const struct chain_verified v = verify(l, false, 1);

	OK(v.without_undo > 0 && v.fees == 0 && !v.first[0]);
}

/* One bit of the file after the other, here and there: each is noticed, as a
 * header that is gone, a root, a witness, an undo record or a value. */
static void test_flips(struct lab *l)
{
	size_t missed = 0, tried = 0;

	for (size_t at = 100; at < l->blk.n; at += l->blk.n / 150, tried++) {
		l->blk.p[at] ^= 0x10;
		const struct chain_verify_options o = { .threads = 1 };
		struct chain *c = lab_open(l, true);
		struct chain_verified v;
		struct why why;
		const bool done = chain_verify(&v, c, &o, &why) == ST_OK;

		missed += done && chain_length(c) == 50 && !v.malformed &&
			  !v.bad_root && !v.bad_witness && !v.bad_undo &&
			  !v.bad_value;
		chain_close(c);
		l->blk.p[at] ^= 0x10;
	}
	OK(tried >= 149 && missed == 0);
}

/* Of a transaction that makes coins, the block is named. */
static void test_excess(void)
{
	struct lab l;
	uint64_t sat = LAB_REWARD + 1;
	uint32_t script = 1;
	struct chain_balance b;
	struct why why;

	lab_init(&l, 1);
	lab_block_begin(&l, 0);
	lab_block_end(&l);
	lab_block_begin(&l, 0);
	lab_spend(&l, (size_t[]){ 0 }, 1, &sat, &script, 1);
	lab_block_end(&l);
	const struct chain_verified v = verify(&l, true, 1);

	OK(v.bad_value == 1 && strstr(v.first, "gives more than it takes"));
	struct chain *c = lab_open(&l, false);

	OK(chain_balance(&b, c, NULL, NULL, &why) == ST_OK && b.excess == 1 &&
	   b.missing == 0 && strstr(b.first, "gives more than it takes"));
	chain_close(c);
	/* And one that spends what is not there. */
	lab_block_begin(&l, 0);
	memset(l.tx[0].txid, 7, 32);
	lab_spend(&l, (size_t[]){ 0 }, 1, &sat, &script, 1);
	lab_block_end(&l);
	c = lab_open(&l, false);
	OK(chain_balance(&b, c, NULL, NULL, &why) == ST_OK && b.missing == 1);
	chain_close(c);
	lab_fini(&l);
}

static void add_coinbase(struct lab *l, uint64_t sat)
{
	struct buf record;
	uint8_t room[34];

	buf_init(&record, 1u << 20);
	maker_begin(&l->maker, sat, lab_script(room, 1));
	maker_end(&l->maker, &record, NULL);
	maker_record(&l->blk, buf_span(&record), 0);
	buf_fini(&record);
}

/* On regtest the subsidy halves after every 150 blocks, too. */
static void test_subsidy(void)
{
	struct chain_verified v;
	struct lab l;

	lab_init(&l, 2);
	/* A coinbase cannot tell that its height is 0. */
	for (l.maker.height = 1; l.maker.height < 150;)
		add_coinbase(&l, LAB_REWARD);
	while (l.maker.height < 300)
		add_coinbase(&l, LAB_REWARD / 2);
	add_coinbase(&l, LAB_REWARD / 4 - 3);
	v = verify(&l, false, 1);
	OK(v.blocks == 300 && v.bad_value == 0 && v.unclaimed == 3);
	add_coinbase(&l, LAB_REWARD / 4 + 1);
	v = verify(&l, false, 1);
	OK(v.blocks == 301 && v.bad_value == 1 &&
	   strstr(v.first, "more than subsidy and fees"));
	lab_fini(&l);
}

static bool stop(void *context, size_t done, size_t all)
{
	(void)context, (void)done, (void)all;
	return false;
}

static void test_balance(struct lab *l)
{
	struct chain *c = lab_open(l, false);
	bool paid[64] = { false };
	uint64_t n = 0, sat = 0, addresses = 0;
	struct chain_balance b;
	struct why why;

	for (size_t i = 0; i < l->num_outputs; i++) {
		const struct lab_output *o = &l->output[i];

		if (o->script == LAB_NOBODY)
			continue;
		addresses += !paid[o->script];
		paid[o->script] = true;
		n += o->spent_by == LAB_NONE;
		sat += o->spent_by == LAB_NONE ? o->sat : 0;
	}
	OK(chain_balance(&b, c, NULL, NULL, &why) == ST_OK);
	OK(b.unspent == n && b.unspent_sat == sat && b.addresses == addresses);
	OK(b.fees == fees_of(l) && !b.missing && !b.excess && !b.first[0]);
	OK(chain_balance(&b, c, stop, NULL, &why) == ST_END);
	chain_close(c);
}

int main(void)
{
	struct lab l;

	dir_make();
	lab_init(&l, 6);
	lab_random(&l, 50, 8, 20);
	test_good(&l);
	test_balance(&l);
	test_flips(&l);
	test_excess();
	test_subsidy();
	lab_fini(&l);
	dir_remove();
	return tap_end();
}
