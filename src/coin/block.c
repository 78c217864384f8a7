#include "coin/block.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "coin/tx_hash.h"
#include "coin/tx_walk.h"
#include "coin/varint.h"
#include "hash/sha256d.h"

/* BIP 141: OP_RETURN, a push of 36 bytes, four that announce it, the hash. */
static const uint8_t announcement[6] = { 0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed };
#define COMMITMENT_MIN (sizeof(announcement) + 32)

struct reading {
	struct block b;
	struct tx_hash hash;
	uint8_t (*hashes)[32];  /* where they go */
	uint8_t (*nodes)[32];   /* what is climbed */
	struct span commitment; /* 32 bytes, or none */
	struct span reserved;   /* 32 bytes, or none */
	bool filled;            /* reserved is not in the block */
	bool any_witness;
	bool ends_with_hogex;
};

static void note_hash(void *context, uint32_t ticket, const uint8_t hash[32])
{
	struct reading *r = context;

	memcpy(r->hashes[ticket], hash, 32);
}

/* The outputs: their sum, and the last that looks like a commitment. */
static bool read_outputs(struct reading *r, const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;

	while (tx_walk_output(&out, &c)) {
		if (out.sat > UINT64_MAX - r->b.coinbase_sat)
			return false;
		r->b.coinbase_sat += out.sat;
		if (out.script.n >= COMMITMENT_MIN &&
		    !memcmp(out.script.p, announcement, sizeof(announcement)))
			r->commitment = (struct span){
				out.script.p + sizeof(announcement), 32
			};
	}
	return true;
}

static void read_reserved(struct reading *r, const struct tx_walk *tx)
{
	static const uint8_t zeros[32];
	struct cur c = cur_over(tx->witness);

	r->filled = !tx->has_witness;
	if (r->filled)
		r->reserved = (struct span){ zeros, sizeof(zeros) };
	if (r->filled || tx_walk_stack(&c) != 1)
		return;
	const struct span item = tx_walk_item(&c);

	if (item.n == 32)
		r->reserved = item;
}

static bool read_coinbase(struct reading *r, const struct tx_walk *tx)
{
	struct block *b = &r->b;
	struct cur c = cur_over(tx->inputs);
	struct tx_input in;

	if (!tx_walk_is_coinbase(tx) || !tx_walk_input(&in, &c) ||
	    !read_outputs(r, tx))
		return false;
	read_reserved(r, tx);
	b->coinbase = tx_walk_stripped(tx, &b->own);
	b->coinbase_script = in.script;
	/* A version is signed: what looks huge is below 2. */
	b->has_height = b->header.version >= 2 &&
			b->header.version <= INT32_MAX &&
			tx_height(&b->height, in.script);
	return true;
}

static bool read_tx(struct reading *r, struct cur *c, uint32_t i)
{
	struct tx_walk tx;

	if (!tx_walk(&tx, c) || (i == 0 && !read_coinbase(r, &tx)))
		return false;
	if (tx.is_hogex && (i == 0 || i + 1 < r->b.num_txs))
		return false;
	tx_hash_txid(&r->hash, i, &tx);
	r->any_witness |= tx.has_witness;
	r->ends_with_hogex = tx.is_hogex;
	return true;
}

/* Litecoin writes 0 for no extension, or 1 and the extension. */
static bool read_extension(struct reading *r, struct cur *c)
{
	if (!r->ends_with_hogex)
		return cur_done(c);
	const struct span all = cur_take(c, cur_left(c));

	r->b.extension = all;
	return all.n == 1 ? all.p[0] == 0 : all.n > 1 && all.p[0] == 1;
}

/* The root of the hashes of all transactions with their witnesses. */
static void climb_witnesses(struct merkle_tree *out, struct reading *r)
{
	struct cur c = cur_over(r->b.txs);
	struct tx_walk tx;

	/* Without a witness it is the txid. */
	memcpy(r->nodes[0], r->b.txids[0], r->b.num_txs * UINT64_C(32));
	r->hashes = r->nodes;
	for (uint32_t i = 0; i < r->b.num_txs && tx_walk(&tx, &c); i++)
		if (tx.has_witness)
			tx_hash_whole(&r->hash, i, &tx);
	tx_hash_flush(&r->hash);
	memset(r->nodes[0], 0, 32); /* it cannot commit to itself */
	merkle_climb(out, r->nodes, r->b.num_txs);
}

static enum block_witness judge_witness(struct reading *r)
{
	uint8_t pair[64], sum[32];
	struct merkle_tree tree;

	if (!r->commitment.n)
		return r->any_witness ? BLOCK_WITNESS_MISSING
				      : BLOCK_WITNESS_NONE;
	if (!r->reserved.n)
		return BLOCK_WITNESS_BAD;
	climb_witnesses(&tree, r);
	memcpy(pair, tree.root, 32);
	memcpy(pair + 32, r->reserved.p, 32);
	sha256d(sum, pair, sizeof(pair));
	if (memcmp(sum, r->commitment.p, 32) != 0)
		return r->any_witness ? BLOCK_WITNESS_BAD
				      : BLOCK_WITNESS_STRIPPED;
	return r->filled ? BLOCK_WITNESS_FILLED : BLOCK_WITNESS_GOOD;
}

static bool read_block(struct reading *r, struct span raw)
{
	struct block *b = &r->b;
	struct cur c = cur_over(raw);

	b->raw_header = cur_take(&c, HEADER_SIZE);
	const uint64_t n = varint_read(&c);

	if (n == 0 || n > BLOCK_TXS_MAX || !cur_fits(&c, n, TX_WALK_MIN))
		return false;
	const size_t txs = cur_where(&c);

	header_read(&b->header, b->raw_header.p);
	b->num_txs = (uint32_t)n;
	b->txids = mem_new(n, 32);
	r->nodes = mem_new(n, 32);
	r->hashes = b->txids;
	for (uint32_t i = 0; i < n; i++)
		if (!read_tx(r, &c, i))
			return false;
	tx_hash_flush(&r->hash);
	b->txs = (struct span){ raw.p + txs, cur_where(&c) - txs };
	return read_extension(r, &c);
}

bool block_parse(struct block *out, struct span raw)
{
	struct reading r = { .b = { .num_txs = 0 } };
	struct block *b = &r.b;

	buf_init(&b->own, raw.n);
	tx_hash_init(&r.hash, raw.n, note_hash, &r);
	const bool good = read_block(&r, raw);

	if (good) {
		b->witness = judge_witness(&r);
		memcpy(r.nodes[0], b->txids[0], b->num_txs * UINT64_C(32));
		merkle_climb(&b->tree, r.nodes, b->num_txs);
		b->root_matches = !memcmp(b->tree.root, b->header.merkle_root,
					  sizeof(b->tree.root));
		*out = *b;
	} else {
		block_fini(b);
	}
	tx_hash_fini(&r.hash);
	free(r.nodes);
	return good;
}

void block_fini(struct block *b)
{
	free(b->txids);
	buf_fini(&b->own);
}

size_t block_merkle_branch(uint8_t (*out)[32], const uint8_t *txids, size_t n)
{
	struct merkle_tree tree;

	if (n == 0 || n >= BLOCK_TXS_MAX)
		return 0;
	/* The first leaf stands for a coinbase that is not known yet. */
	uint8_t(*nodes)[32] = mem_new(n + 1, sizeof(*nodes));

	memcpy(nodes[1], txids, n * sizeof(*nodes));
	merkle_climb(&tree, nodes, n + 1);
	memcpy(out[0], tree.branch[0], tree.depth * sizeof(*out));
	free(nodes);
	return tree.depth;
}
