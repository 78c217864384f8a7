#include "chain/cluster_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/coinjoin.h"
#include "chain/outpoint_table.h"
#include "chain/undo.h"
#include "coin/address.h"
#include "coin/block.h"
#include "coin/tx_walk.h"

#define SEED      UINT64_C(0x636c7573)
#define OP_RETURN 0x6a

static const char *const rules[] = {
	[CLUSTER_INPUTS] = "inputs",
	[CLUSTER_FRESH] = "fresh",
	[CLUSTER_TYPE] = "type",
};

const char *cluster_rule_text(enum cluster_rule r)
{
	return rules[r];
}

enum cluster_rule cluster_rule_of(const char *text)
{
	int r = 0;

	while (r < CLUSTER_RULES && strcmp(text, rules[r]) != 0)
		r++;
	return (enum cluster_rule)r;
}

/* A script and what rules ask about it. */
struct spent {
	uint32_t id;
	uint8_t kind; /* enum address_kind */
};

struct building {
	struct clusters *c;
	const struct chain *chain;
	const struct cluster_options *options;
	struct chain_reader *reader;
	/* Where rev files are missing: every output that is not spent, by
	 * outpoint, as number of its script and kind. */
	struct outpoint_table unspent;
	struct spent *unspent_script;
	size_t num_unspent, room_unspent;
	bool keep_unspent;
	/* Of the transaction in hand. */
	struct spent *in, *out;
	uint64_t *sat;
	bool *fresh;
	size_t room_in, room_out;
	uint32_t block, position;
};

static struct spent spent_of(struct building *x, struct span script,
			     bool *fresh)
{
	static const struct network none = { .hrp = "" };
	const size_t before = x->c->ids.n;

	*fresh = false;
	if (script.n > 0 && script.p[0] == OP_RETURN) /* pays nobody */
		return (struct spent){ SCRIPT_IDS_NONE, ADDRESS_NULL_DATA };
	char address[ADDRESS_TEXT];
	struct spent s = { .id = script_ids_put(&x->c->ids,
						script_ids_name(script)) };

	if (x->c->ids.n > before)
		union_find_add(&x->c->sets);
	*fresh = x->c->ids.n > before;
	if (x->options->rule[CLUSTER_TYPE])
		s.kind = (uint8_t)address_of_script(address, script, &none);
	return s;
}

static void join(struct building *x, uint32_t a, uint32_t b,
		 enum cluster_rule rule)
{
	struct clusters *c = x->c;

	if (!union_find_join(&c->sets, a, b))
		return;
	if (c->num_edges == c->room_edges) {
		c->room_edges = c->room_edges < 1024
					? 1024
					: c->room_edges + c->room_edges / 2;
		c->edge =
			mem_resize(c->edge, c->room_edges, sizeof(c->edge[0]));
	}
	c->edge[c->num_edges++] = (struct edge){
		.a = a,
		.b = b,
		.block = x->block,
		.position = x->position & 0xfffffff,
		.rule = (unsigned)rule & 15,
	};
}

static void room_for_inputs(struct building *x, size_t n)
{
	if (n <= x->room_in)
		return;
	x->room_in = n * 2;
	x->in = mem_resize(x->in, x->room_in, sizeof(x->in[0]));
}

/* From the rev file. */
static bool inputs_by_undo(struct building *x, const struct tx_walk *tx,
			   struct cur *undo)
{
	struct undo_output out;
	bool fresh;

	if (undo_tx(undo) != tx->num_inputs)
		return false;
	for (uint64_t i = 0; i < tx->num_inputs; i++) {
		if (!undo_output(&out, undo, false))
			return false;
		x->in[i] = spent_of(x, out.script, &fresh);
	}
	return true;
}

static bool inputs_by_table(struct building *x, const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->inputs);
	struct tx_input in;
	struct outpoint at;
	bool good = true;
	size_t n = 0;

	while (tx_walk_input(&in, &c)) {
		uint32_t index;

		memcpy(at.txid, in.txid.p, 32);
		at.index = in.index;
		good &= outpoint_table_find(&index, &x->unspent, &at);
		if (good)
			x->in[n++] = x->unspent_script[index];
	}
	return good;
}

static void keep(struct building *x, const uint8_t txid[32], uint32_t index,
		 struct spent script)
{
	struct outpoint at = { .index = index };

	memcpy(at.txid, txid, 32);
	if (x->num_unspent == x->room_unspent) {
		x->room_unspent = x->room_unspent ? x->room_unspent * 2 : 1024;
		x->unspent_script =
			mem_resize(x->unspent_script, x->room_unspent,
				   sizeof(x->unspent_script[0]));
	}
	x->unspent_script[x->num_unspent] = script;
	outpoint_table_add(&x->unspent, &at, (uint32_t)x->num_unspent++);
}

static void outputs(struct building *x, const struct tx_walk *tx,
		    const uint8_t txid[32])
{
	struct cur c = cur_over(tx->outputs);
	struct tx_output out;
	uint32_t n = 0;

	if (tx->num_outputs > x->room_out) {
		x->room_out = (size_t)tx->num_outputs * 2;
		x->out = mem_resize(x->out, x->room_out, sizeof(x->out[0]));
		x->sat = mem_resize(x->sat, x->room_out, sizeof(x->sat[0]));
		x->fresh =
			mem_resize(x->fresh, x->room_out, sizeof(x->fresh[0]));
	}
	for (; tx_walk_output(&out, &c); n++) {
		x->sat[n] = out.sat;
		x->out[n] = spent_of(x, out.script, &x->fresh[n]);
		if (x->keep_unspent)
			keep(x, txid, n, x->out[n]);
	}
}

/* Does an output pay one of the scripts that are spent from? Then that is its
 * change, and no other is. */
static bool pays_itself(const struct building *x, size_t in, size_t out)
{
	for (size_t o = 0; o < out; o++) {
		for (size_t i = 0; i < in; i++) {
			if (x->in[i].id == x->out[o].id)
				return true;
		}
	}
	return false;
}

static void join_change(struct building *x, size_t in, size_t out)
{
	size_t num_fresh = 0, fresh = 0, num_alike = 0, alike = 0;
	bool one_kind = true;

	if (out < 2 || pays_itself(x, in, out))
		return;
	for (size_t i = 1; i < in; i++)
		one_kind &= x->in[i].kind == x->in[0].kind;
	for (size_t o = 0; o < out; o++) {
		if (x->fresh[o]) {
			num_fresh++;
			fresh = o;
		}
		if (x->out[o].kind == x->in[0].kind) {
			num_alike++;
			alike = o;
		}
	}
	if (x->options->rule[CLUSTER_FRESH] && num_fresh == 1)
		join(x, x->in[0].id, x->out[fresh].id, CLUSTER_FRESH);
	if (x->options->rule[CLUSTER_TYPE] && one_kind && num_alike == 1)
		join(x, x->in[0].id, x->out[alike].id, CLUSTER_TYPE);
}

static size_t different(const struct building *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (x->in[i].id != x->in[0].id)
			return 2;
	}
	return n > 0;
}

static void take(struct building *x, const struct tx_walk *tx, bool inputs)
{
	const size_t in = (size_t)tx->num_inputs;
	const size_t out = (size_t)tx->num_outputs;
	const size_t scripts = inputs ? different(x, in) : 0;

	if (!inputs) {
		x->c->without_inputs++;
		return;
	}
	if (coinjoin_like(x->sat, out, in, scripts)) {
		x->c->coinjoins++;
		if (!x->options->with_coinjoins)
			return;
	}
	for (size_t i = 1; i < in; i++)
		join(x, x->in[0].id, x->in[i].id, CLUSTER_INPUTS);
	if (x->options->rule[CLUSTER_FRESH] || x->options->rule[CLUSTER_TYPE])
		join_change(x, in, out);
}

static void take_txs(struct building *x, const struct block *b,
		     struct span record, bool has_undo)
{
	struct cur c = cur_over(b->txs), undo = cur_over(record);
	struct tx_walk tx;

	has_undo = has_undo && undo_begin(&undo) + 1 == b->num_txs;
	for (x->position = 0; x->position < b->num_txs && tx_walk(&tx, &c);
	     x->position++) {
		bool known = false;

		room_for_inputs(x, (size_t)tx.num_inputs);
		if (x->position > 0 && has_undo)
			has_undo = known = inputs_by_undo(x, &tx, &undo);
		if (x->position > 0 && !known && x->keep_unspent)
			known = inputs_by_table(x, &tx);
		outputs(x, &tx, b->txids[x->position]);
		if (x->position > 0)
			take(x, &tx, known);
	}
}

static enum status take_block(struct building *x, size_t i, struct why *why)
{
	struct span raw, record = { 0 };
	struct block b;
	enum status st = chain_reader_block(x->reader, i, &raw, why);

	if (st != ST_OK)
		return st;
	if (!block_parse(&b, raw) || !b.root_matches) {
		struct chain_block at;

		chain_block(&at, x->chain, i);
		return status_why(why, ST_BAD,
				  "%s, offset %llu: not the block that its "
				  "header commits to",
				  block_files_name(chain_files(x->chain),
						   at.file, BLOCK_FILES_BLK),
				  (unsigned long long)at.offset);
	}
	st = b.num_txs > 1
		     ? chain_reader_undo(x->reader, i, b.num_txs, &record, why)
		     : ST_END;
	x->block = (uint32_t)i;
	if (st == ST_OK || st == ST_END)
		take_txs(x, &b, record, st == ST_OK);
	block_fini(&b);
	return st == ST_END ? ST_OK : st;
}

/* Whether rev files are there at all: a chain without them needs the table. */
static bool has_rev_files(const struct chain *c)
{
	const struct block_files *f = chain_files(c);

	for (size_t i = 0; i < block_files_count(f); i++) {
		if (block_files_size(f, i, BLOCK_FILES_REV) == 0)
			return false;
	}
	return true;
}

static void end(struct building *x)
{
	chain_reader_free(x->reader);
	outpoint_table_fini(&x->unspent);
	free(x->unspent_script);
	free(x->in);
	free(x->out);
	free(x->sat);
	free(x->fresh);
}

struct clusters *clusters_build(const struct chain *c,
				const struct cluster_options *options,
				enum status *st, struct why *why)
{
	struct building x = { .c = mem_new(1, sizeof(*x.c)),
			      .chain = c,
			      .options = options,
			      .reader = chain_reader_new(c),
			      .keep_unspent = !has_rev_files(c) };
	const size_t all = chain_length(c);

	outpoint_table_init(&x.unspent, SEED);
	*st = ST_OK;
	for (size_t i = 0; i < all && *st == ST_OK; i++) {
		*st = take_block(&x, i, why);
		if (x.c->ids.n >= UNION_FIND_MAX)
			*st = status_why(why, ST_LIMIT,
					 "more than %u scripts in the chain",
					 UNION_FIND_MAX);
		if (*st == ST_OK && options->progress && i % 256 == 0 &&
		    !options->progress(options->progress_context, "blocks", i,
				       all))
			*st = ST_END;
	}
	end(&x);
	if (*st == ST_OK)
		return x.c;
	clusters_free(x.c);
	return NULL;
}

void clusters_free(struct clusters *c)
{
	script_ids_fini(&c->ids);
	union_find_fini(&c->sets);
	free(c->edge);
	free(c);
}

void clusters_count(struct cluster_counts *out, struct clusters *c)
{
	*out = (struct cluster_counts){ .scripts = c->ids.n,
					.unions = c->num_edges,
					.coinjoins = c->coinjoins,
					.clusters = c->ids.n - c->num_edges,
					.without_inputs = c->without_inputs };
	for (uint32_t i = 0; i < c->ids.n; i++) {
		const uint32_t size = union_find_size(&c->sets, i);

		out->largest = size > out->largest ? size : out->largest;
	}
}

uint64_t cluster_name(struct span script)
{
	return script_ids_name(script);
}

uint32_t cluster_of(struct clusters *c, struct span script)
{
	const uint32_t id = script_ids_find(&c->ids, script_ids_name(script));

	return id == SCRIPT_IDS_NONE ? UINT32_MAX
				     : union_find_root(&c->sets, id);
}

uint32_t cluster_size(struct clusters *c, uint32_t cluster)
{
	return union_find_size(&c->sets, cluster);
}
