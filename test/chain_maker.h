/* chain_maker - blocks and undo records as a node writes them, for tests and
 * benches: valid in every way that is checked without signatures, on a regtest
 * chain. Include it once in a program. */
#ifndef TEST_CHAIN_MAKER_H
#define TEST_CHAIN_MAKER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "chain/undo.h"
#include "coin/header.h"
#include "coin/merkle.h"
#include "coin/target.h"
#include "hash/sha256d.h"

#define MAKER_MAGIC 0xdab5bffaU
#define MAKER_NBITS 0x207fffffU
#define MAKER_TXS   65536

/* A block being put together. */
struct maker {
	struct buf block; /* header, and transactions behind it */
	struct buf undo;
	uint8_t (*txid)[32], (*wtxid)[32];
	size_t num_txs;
	uint64_t reward; /* of the coinbase, which is made last */
	struct buf reward_script;
	bool any_witness;
	uint8_t previous[32]; /* hash of the block before */
	uint32_t height, time;
	/* Of the transaction in hand. */
	struct buf plain, witness, spent;
	uint32_t num_inputs, num_outputs;
	size_t inputs_at, outputs_at;
	bool has_witness;
};

static inline void maker_le64(struct buf *b, uint64_t v)
{
	buf_le32(b, (uint32_t)v);
	buf_le32(b, (uint32_t)(v >> 32));
}

static inline void maker_size(struct buf *b, uint64_t n)
{
	if (n < 0xfd) {
		buf_u8(b, (uint8_t)n);
	} else if (n <= 0xffff) {
		buf_u8(b, 0xfd);
		buf_u8(b, (uint8_t)n);
		buf_u8(b, (uint8_t)(n >> 8));
	} else {
		buf_u8(b, 0xfe);
		buf_le32(b, (uint32_t)n);
	}
}

/* Core's VARINT. */
static inline void maker_varint(struct buf *b, uint64_t n)
{
	uint8_t digit[10];
	int i = 0;

	for (;; i++) {
		digit[i] = (uint8_t)((n & 0x7f) | (i ? 0x80 : 0));
		if (n <= 0x7f)
			break;
		n = (n >> 7) - 1;
	}
	while (i >= 0)
		buf_u8(b, digit[i--]);
}

static inline void maker_init(struct maker *m)
{
	*m = (struct maker){ .time = 1300000000 };
	buf_init(&m->block, 1u << 26);
	buf_init(&m->undo, 1u << 26);
	buf_init(&m->plain, 1u << 26);
	buf_init(&m->witness, 1u << 26);
	buf_init(&m->spent, 1u << 26);
	buf_init(&m->reward_script, 1u << 16);
	m->txid = malloc(MAKER_TXS * sizeof(m->txid[0]));
	m->wtxid = malloc(MAKER_TXS * sizeof(m->wtxid[0]));
}

static inline void maker_fini(struct maker *m)
{
	buf_fini(&m->block);
	buf_fini(&m->undo);
	buf_fini(&m->plain);
	buf_fini(&m->witness);
	buf_fini(&m->spent);
	buf_fini(&m->reward_script);
	free(m->txid);
	free(m->wtxid);
}

/* The coinbase pays sat to script; its txid is m->txid[0] once the block is
 * finished. */
static inline void maker_begin(struct maker *m, uint64_t sat,
			       struct span script)
{
	buf_clear(&m->block);
	buf_clear(&m->undo);
	buf_clear(&m->reward_script);
	buf_add(&m->reward_script, script.p, script.n);
	m->reward = sat;
	m->num_txs = 1;
	m->any_witness = false;
}

static inline void maker_tx(struct maker *m)
{
	buf_clear(&m->plain);
	buf_clear(&m->witness);
	buf_clear(&m->spent);
	m->num_inputs = m->num_outputs = 0;
	m->has_witness = false;
}

/* An input with what it spends, as the undo record has it. sig: bytes of its
 * script, or with witness of its one item. */
static inline void maker_input(struct maker *m, const uint8_t txid[32],
			       uint32_t index, uint64_t sat, struct span script,
			       uint32_t height, size_t sig, bool witness)
{
	static const uint8_t filler[256] = { 0x30 };

	buf_add(&m->plain, txid, 32);
	buf_le32(&m->plain, index);
	maker_size(&m->plain, witness ? 0 : sig);
	buf_add(&m->plain, filler, witness ? 0 : sig);
	buf_le32(&m->plain, 0xffffffff);
	maker_size(&m->witness, witness);
	if (witness) {
		maker_size(&m->witness, sig);
		buf_add(&m->witness, filler, sig);
	}
	m->has_witness |= witness;
	m->num_inputs++;
	maker_varint(&m->spent, (uint64_t)height * 2);
	if (height > 0)
		maker_varint(&m->spent, 1);
	maker_varint(&m->spent, undo_value_compress(sat));
	if (script.n == 25 && script.p[0] == 0x76) {
		maker_varint(&m->spent, 0);
		buf_add(&m->spent, script.p + 3, 20);
	} else if (script.n == 23 && script.p[0] == 0xa9) {
		maker_varint(&m->spent, 1);
		buf_add(&m->spent, script.p + 2, 20);
	} else {
		maker_varint(&m->spent, script.n + 6);
		buf_add(&m->spent, script.p, script.n);
	}
}

/* All inputs come before the first output. */
static inline void maker_output(struct maker *m, uint64_t sat,
				struct span script)
{
	if (m->num_outputs++ == 0)
		m->outputs_at = m->plain.n;
	maker_le64(&m->plain, sat);
	maker_size(&m->plain, script.n);
	buf_add(&m->plain, script.p, script.n);
}

/* The transaction in hand, as it lies in a block, and its two hashes. */
static inline void maker_serialise(struct maker *m, struct buf *out,
				   size_t index)
{
	const struct span p = buf_span(&m->plain);
	const size_t from = out->n;
	struct buf tx;

	buf_init(&tx, 1u << 26);
	buf_le32(&tx, 2);
	maker_size(&tx, m->num_inputs);
	buf_add(&tx, p.p, m->outputs_at);
	maker_size(&tx, m->num_outputs);
	buf_add(&tx, p.p + m->outputs_at, p.n - m->outputs_at);
	buf_le32(&tx, 0);
	sha256d(m->txid[index], tx.p, tx.n);
	if (m->has_witness) {
		buf_add(out, tx.p, 4);
		buf_u8(out, 0);
		buf_u8(out, 1);
		buf_add(out, tx.p + 4, tx.n - 8);
		buf_add(out, m->witness.p, m->witness.n);
		buf_add(out, tx.p + tx.n - 4, 4);
	} else {
		buf_add(out, tx.p, tx.n);
	}
	sha256d(m->wtxid[index], out->p + from, out->n - from);
	m->any_witness |= m->has_witness;
	buf_fini(&tx);
}

/* Adds it to the block; its txid is m->txid[m->num_txs - 1]. */
static inline void maker_tx_end(struct maker *m)
{
	maker_serialise(m, &m->block, m->num_txs++);
	maker_size(&m->undo, m->num_inputs);
	buf_add(&m->undo, m->spent.p, m->spent.n);
}

/* The root over all of a list of hashes, the first taken as `first`. */
static inline void maker_root(uint8_t root[32], uint8_t (*hash)[32], size_t n,
			      const uint8_t first[32])
{
	struct merkle_tree tree;
	uint8_t(*leaf)[32] = malloc(n * sizeof(leaf[0]));

	memcpy(leaf, hash, n * sizeof(leaf[0]));
	memcpy(leaf[0], first, 32);
	merkle_climb(&tree, leaf, n);
	free(leaf);
	memcpy(root, tree.root, 32);
}

/* BIP 141: a commitment where there is a witness to commit to. */
static inline void maker_commit(struct maker *m)
{
	static const uint8_t nothing[32];
	uint8_t pair[64] = { 0 };
	uint8_t script[38] = { 0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed };

	maker_root(pair, m->wtxid, m->num_txs, nothing);
	sha256d(script + 6, pair, sizeof(pair));
	maker_output(m, 0, (struct span){ script, sizeof(script) });
	maker_size(&m->witness, 1);
	maker_size(&m->witness, 32);
	buf_add(&m->witness, nothing, 32);
	m->has_witness = true;
}

/* BIP 34: a script begins with the height as a number on the stack. */
static inline void maker_height(struct buf *b, uint32_t height)
{
	uint8_t number[5] = { 0 };
	size_t n = 0;

	for (uint32_t v = height; v; v >>= 8)
		number[n++] = (uint8_t)v;
	if (n > 0 && number[n - 1] & 0x80) /* not a sign */
		n++;
	maker_size(b, height <= 16 ? 2 : n + 1);
	if (height <= 16) {
		buf_u8(b, (uint8_t)(height ? 0x50 + height : 0));
		buf_u8(b, 0);
	} else {
		buf_u8(b, (uint8_t)n);
		buf_add(b, number, n);
	}
}

static inline void maker_coinbase(struct maker *m, struct buf *out)
{
	static const uint8_t nothing[32];

	maker_tx(m);
	buf_add(&m->plain, nothing, 32);
	buf_le32(&m->plain, 0xffffffff);
	maker_height(&m->plain, m->height);
	buf_le32(&m->plain, 0xffffffff);
	m->num_inputs = 1;
	maker_output(m, m->reward, buf_span(&m->reward_script));
	if (m->any_witness)
		maker_commit(m);
	maker_serialise(m, out, 0);
}

/* Finishes the block: record gets its bytes, undo those of its undo record with
 * the checksum behind them. */
static inline void maker_end(struct maker *m, struct buf *record,
			     struct buf *undo)
{
	struct header h = { .version = 4,
			    .time = m->time,
			    .nbits = MAKER_NBITS };
	struct target target;
	uint8_t raw[HEADER_SIZE], hash[32];
	struct buf sum, coinbase;

	buf_init(&coinbase, 1u << 20);
	maker_coinbase(m, &coinbase);
	maker_root(h.merkle_root, m->txid, m->num_txs, m->txid[0]);
	memcpy(h.previous, m->previous, 32);
	target_from_nbits(&target, MAKER_NBITS);
	do {
		h.nonce++;
		header_write(raw, &h);
		sha256d(hash, raw, sizeof(raw));
	} while (!target_met(hash, &target));
	buf_add(record, raw, sizeof(raw));
	maker_size(record, m->num_txs);
	buf_add(record, coinbase.p, coinbase.n);
	if (m->block.n)
		buf_add(record, m->block.p, m->block.n);
	buf_fini(&coinbase);
	if (undo) {
		buf_init(&sum, 1u << 27);
		buf_add(&sum, m->previous, 32);
		maker_size(&sum, m->num_txs - 1);
		if (m->undo.n)
			buf_add(&sum, m->undo.p, m->undo.n);
		buf_add(undo, sum.p + 32, sum.n - 32);
		uint8_t checksum[32];

		sha256d(checksum, sum.p, sum.n);
		buf_add(undo, checksum, 32);
		buf_fini(&sum);
	}
	memcpy(m->previous, hash, 32);
	m->height++;
	m->time += 600;
}

/* What a record is written as: magic, size (of an undo record without its
 * checksum), bytes. */
static inline void maker_record(struct buf *file, struct span record,
				size_t checksum)
{
	buf_le32(file, MAKER_MAGIC);
	buf_le32(file, (uint32_t)(record.n - checksum));
	buf_add(file, record.p, record.n);
}

#endif /* TEST_CHAIN_MAKER_H */
