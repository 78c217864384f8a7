/* A regtest chain of random transactions in a temporary directory, and what is
 * true of it, for the tests of this room. Include it once in a program. */
#ifndef CHAIN_TEST_LAB_H
#define CHAIN_TEST_LAB_H

#include "base/mem.h"
#include "chain/chain.h"
#include "test/chain_maker.h"
#include "test/test_dir.h"

#define LAB_PARTS   6 /* inputs or outputs of a transaction, at most */
#define LAB_OUTPUTS 65536
#define LAB_TXS     16384
#define LAB_NOBODY  UINT32_MAX /* the script of an OP_RETURN */
#define LAB_REWARD  UINT64_C(5000000000)
#define LAB_NONE    SIZE_MAX

struct lab_output {
	size_t tx, spent_by;
	uint32_t index, script; /* a number: lab_script() */
	uint64_t sat;
};

struct lab_tx {
	uint8_t txid[32];
	uint32_t block, position;
	size_t in[LAB_PARTS], num_in; /* outputs; none: a coinbase */
	size_t first_out, num_out;
};

struct lab {
	struct maker maker;
	struct buf blk, rev;
	struct lab_tx *tx; /* in order of the chain */
	struct lab_output *output;
	size_t num_txs, num_outputs;
	size_t *unspent, num_unspent;
	uint64_t state;
};

static inline uint32_t lab_below(struct lab *l, uint32_t n)
{
	l->state =
		l->state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)((l->state >> 33) * n >> 31);
}

/* A script of one of four kinds, by number; room for 34 bytes. */
static inline struct span lab_script(uint8_t *out, uint32_t number)
{
	static const uint8_t begin[4][3] = {
		{ 0x76, 0xa9, 20 }, { 0xa9, 20 }, { 0, 20 }, { 0x51, 32 }
	};
	static const uint8_t size[4] = { 25, 23, 22, 34 };
	const unsigned kind = number % 4;

	if (number == LAB_NOBODY) {
		memcpy(out, (uint8_t[]){ 0x6a, 1, 7 }, 3);
		return (struct span){ out, 3 };
	}
	memset(out, 0, 34);
	memcpy(out, begin[kind], sizeof(begin[0]));
	memcpy(out + 5, &number, sizeof(number));
	if (kind == 0)
		memcpy(out + 23, (uint8_t[]){ 0x88, 0xac }, 2);
	if (kind == 1)
		out[22] = 0x87;
	return (struct span){ out, size[kind] };
}

static inline void lab_init(struct lab *l, uint64_t seed)
{
	*l = (struct lab){ .state = seed };
	maker_init(&l->maker);
	buf_init(&l->blk, 1u << 28);
	buf_init(&l->rev, 1u << 28);
	l->tx = mem_new(LAB_TXS, sizeof(l->tx[0]));
	l->output = mem_new(LAB_OUTPUTS, sizeof(l->output[0]));
	l->unspent = mem_new(LAB_OUTPUTS, sizeof(l->unspent[0]));
}

static inline void lab_fini(struct lab *l)
{
	maker_fini(&l->maker);
	buf_fini(&l->blk);
	buf_fini(&l->rev);
	free(l->tx);
	free(l->output);
	free(l->unspent);
}

static inline struct lab_tx *lab_add_tx(struct lab *l)
{
	struct lab_tx *tx = &l->tx[l->num_txs++];

	*tx = (struct lab_tx){ .block = l->maker.height,
			       .first_out = l->num_outputs };
	return tx;
}

static inline void lab_add_output(struct lab *l, uint64_t sat, uint32_t script)
{
	struct lab_tx *tx = &l->tx[l->num_txs - 1];

	if (script != LAB_NOBODY)
		l->unspent[l->num_unspent++] = l->num_outputs;
	l->output[l->num_outputs++] =
		(struct lab_output){ .tx = l->num_txs - 1,
				     .spent_by = LAB_NONE,
				     .index = (uint32_t)tx->num_out++,
				     .script = script,
				     .sat = sat };
}

static inline void lab_block_begin(struct lab *l, uint32_t script)
{
	uint8_t room[34];

	maker_begin(&l->maker, LAB_REWARD, lab_script(room, script));
	lab_add_tx(l);
	lab_add_output(l, LAB_REWARD, script);
}

/* Spends n outputs of the model and pays num_out others. */
static inline void lab_spend(struct lab *l, const size_t *in, size_t n,
			     const uint64_t *sat, const uint32_t *script,
			     size_t num_out)
{
	struct lab_tx *tx = lab_add_tx(l);
	uint8_t room[34];

	maker_tx(&l->maker);
	for (size_t i = 0; i < n; i++) {
		struct lab_output *o = &l->output[in[i]];

		tx->in[tx->num_in++] = in[i];
		o->spent_by = l->num_txs - 1;
		maker_input(&l->maker, l->tx[o->tx].txid, o->index, o->sat,
			    lab_script(room, o->script), l->tx[o->tx].block, 72,
			    o->script % 4 != 0);
	}
	for (size_t i = 0; i < num_out; i++) {
		maker_output(&l->maker, sat[i], lab_script(room, script[i]));
		lab_add_output(l, sat[i], script[i]);
	}
	maker_tx_end(&l->maker);
	tx->position = (uint32_t)l->maker.num_txs - 1;
	memcpy(tx->txid, l->maker.txid[tx->position], 32);
}

/* The coinbase's txid is known only now: it is spent in later blocks. */
static inline void lab_block_end(struct lab *l)
{
	struct buf record, undo;
	size_t coinbase = l->num_txs;
	const uint32_t height = l->maker.height;

	buf_init(&record, 1u << 26);
	buf_init(&undo, 1u << 26);
	maker_end(&l->maker, &record, &undo);
	maker_record(&l->blk, buf_span(&record), 0);
	maker_record(&l->rev, buf_span(&undo), 32);
	while (coinbase > 0 && l->tx[coinbase - 1].block == height)
		coinbase--;
	memcpy(l->tx[coinbase].txid, l->maker.txid[0], 32);
	buf_fini(&record);
	buf_fini(&undo);
}

/* One of the outputs that can be spent now, out of the list. LAB_NONE: none. */
static inline size_t lab_take(struct lab *l)
{
	for (int tries = 0; l->num_unspent > 0 && tries < 20; tries++) {
		const uint32_t at =
			lab_below(l, 3)
				? (uint32_t)l->num_unspent - 1 -
					  lab_below(
						  l,
						  (uint32_t)(l->num_unspent < 8
								     ? l->num_unspent
								     : 8))
				: lab_below(l, (uint32_t)l->num_unspent);
		const size_t o = l->unspent[at];
		const struct lab_tx *tx = &l->tx[l->output[o].tx];

		/* A coinbase of this block has no txid yet. */
		if (tx->num_in == 0 && tx->block == l->maker.height)
			continue;
		l->unspent[at] = l->unspent[--l->num_unspent];
		return o;
	}
	return LAB_NONE;
}

static inline void lab_random_tx(struct lab *l, uint32_t scripts)
{
	size_t in[LAB_PARTS], n = 0, num_out = 1 + lab_below(l, LAB_PARTS);
	uint64_t sat[LAB_PARTS], left = 0;
	uint32_t script[LAB_PARTS];
	const bool alike = lab_below(l, 8) == 0;

	for (size_t want = 1 + lab_below(l, LAB_PARTS); n < want; n++) {
		in[n] = lab_take(l);
		if (in[n] == LAB_NONE)
			break;
		left += l->output[in[n]].sat;
	}
	if (n == 0)
		return;
	const uint64_t equal = left / (num_out + 1);

	left -= left / 100; /* a fee */
	for (size_t i = 0; i < num_out; i++) {
		sat[i] = alike ? equal : left / (2 + lab_below(l, 3));
		sat[i] = sat[i] < left ? sat[i] : left;
		left -= sat[i];
		script[i] =
			lab_below(l, 12) ? lab_below(l, scripts) : LAB_NOBODY;
		if (script[i] == LAB_NOBODY) {
			left += sat[i];
			sat[i] = 0;
		}
	}
	lab_spend(l, in, n, sat, script, num_out);
}

/* Blocks of random transactions among so many scripts. */
static inline void lab_random(struct lab *l, size_t blocks, size_t txs,
			      uint32_t scripts)
{
	for (size_t i = 0; i < blocks; i++) {
		lab_block_begin(l, lab_below(l, scripts));
		for (size_t k = lab_below(l, (uint32_t)txs + 1); k > 0; k--)
			lab_random_tx(l, scripts);
		lab_block_end(l);
	}
}

/* Writes it into the directory of test_dir.h and opens it. */
static inline struct chain *lab_open(const struct lab *l, bool with_rev)
{
	struct why why = { "" };
	struct chain *c;

	dir_empty();
	dir_write("blk00000.dat", &l->blk);
	if (with_rev)
		dir_write("rev00000.dat", &l->rev);
	c = chain_open(dir_path, NULL, NULL, &why);
	if (!c) {
		printf("# %s\n", why.text);
		abort();
	}
	return c;
}

#endif /* CHAIN_TEST_LAB_H */
