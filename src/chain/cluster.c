#include "chain/cluster_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/coinjoin.h"
#include "chain/undo.h"
#include "chain/unspent.h"
#include "coin/address.h"
#include "coin/block.h"
#include "coin/tx_walk.h"

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
	/* Where rev files are missing: number and kind of the script of every
	 * output that is not spent. */
	struct unspent unspent;
	bool keep_unspent;
	struct coinjoin_scratch coinjoin;
	/* Scripts of the block in hand: of each transaction those that it
	 * spends, as far as a rev file tells, then those that it pays. */
	uint64_t *name;
	uint8_t *kind;
	size_t num_names, room_names, next_name;
	uint32_t undone; /* transactions up to here are in the undo record */
	/* Of the transaction in hand. */
	struct spent *in, *out;
	bool *fresh;
	size_t room_in, room_out;
	uint32_t block, position;
};

/* Stands for scripts that pay nobody. */
#define NOBODY ADDRESS_NULL_DATA

static void add_name(struct building *x, struct span script)
{
	static const struct network none = { .hrp = "" };
	char address[ADDRESS_TEXT];
	uint8_t kind = 0;

	if (x->num_names == x->room_names) {
		x->room_names = x->room_names ? x->room_names * 2 : 4096;
		x->name =
			mem_resize(x->name, x->room_names, sizeof(x->name[0]));
		x->kind =
			mem_resize(x->kind, x->room_names, sizeof(x->kind[0]));
	}
	if (script.n > 0 && script.p[0] == OP_RETURN)
		kind = NOBODY;
	else if (x->options->rule[CLUSTER_TYPE])
		kind = (uint8_t)address_of_script(address, script, &none);
	x->kind[x->num_names] = kind;
	x->name[x->num_names++] = script_ids_name(script);
}

/* False, with the names as they were: the record does not fit. */
static bool name_inputs(struct building *x, const struct tx_walk *tx,
			struct cur *undo)
{
	const size_t before = x->num_names;
	struct undo_output out;

	if (undo_tx(undo) != tx->num_inputs)
		return false;
	for (uint64_t i = 0; i < tx->num_inputs; i++) {
		if (!undo_output(&out, undo, false)) {
			x->num_names = before;
			return false;
		}
		add_name(x, out.script);
	}
	return true;
}

/* Names of all scripts of a block, so that looking them up waits for memory
 * once, not for each. */
static void name_block(struct building *x, const struct block *b,
		       struct span record, bool has_undo)
{
	struct cur c = cur_over(b->txs), undo = cur_over(record);
	struct tx_output out;
	struct tx_walk tx;

	has_undo = has_undo && undo_begin(&undo) + 1 == b->num_txs;
	x->num_names = x->next_name = 0;
	x->undone = 0;
	for (uint32_t i = 0; i < b->num_txs && tx_walk(&tx, &c); i++) {
		struct cur outputs = cur_over(tx.outputs);

		has_undo = has_undo && (i == 0 || name_inputs(x, &tx, &undo));
		x->undone += has_undo;
		while (tx_walk_output(&out, &outputs))
			add_name(x, out.script);
	}
	script_ids_fetch(&x->c->ids, x->name, x->num_names);
}

/* The next script of the block. */
static struct spent next_script(struct building *x, bool *fresh)
{
	const size_t before = x->c->ids.n;
	const size_t i = x->next_name++;
	struct spent s = { .id = SCRIPT_IDS_NONE, .kind = x->kind[i] };

	*fresh = false;
	if (s.kind == NOBODY)
		return s;
	s.id = script_ids_put(&x->c->ids, x->name[i]);
	*fresh = x->c->ids.n > before;
	if (*fresh)
		union_find_add(&x->c->sets);
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

static void make_room(struct building *x, const struct tx_walk *tx)
{
	if (tx->num_inputs > x->room_in) {
		x->room_in = (size_t)tx->num_inputs * 2;
		x->in = mem_resize(x->in, x->room_in, sizeof(x->in[0]));
	}
	if (tx->num_outputs > x->room_out) {
		x->room_out = (size_t)tx->num_outputs * 2;
		x->out = mem_resize(x->out, x->room_out, sizeof(x->out[0]));
		x->fresh =
			mem_resize(x->fresh, x->room_out, sizeof(x->fresh[0]));
	}
}

/* What it spends; false: not known of all its inputs. */
static bool inputs(struct building *x, const struct tx_walk *tx)
{
	struct cur c = cur_over(tx->inputs);
	struct tx_input in;
	bool known = true, fresh;
	uint64_t value;
	size_t n = 0;

	if (x->position == 0)
		return false;
	if (x->position < x->undone) {
		for (; n < tx->num_inputs; n++) {
			x->in[n] = next_script(x, &fresh);
			/* What pays nobody is spent by nobody. */
			known &= x->in[n].id != SCRIPT_IDS_NONE;
		}
		return known;
	}
	if (!x->keep_unspent)
		return false;
	while (tx_walk_input(&in, &c)) {
		known &= unspent_take(&x->unspent, &value, in.txid.p, in.index);
		if (known)
			x->in[n++] = (struct spent){ (uint32_t)value,
						     (uint8_t)(value >> 32) };
	}
	return known;
}

static void outputs(struct building *x, const struct tx_walk *tx,
		    const uint8_t txid[32])
{
	uint64_t before;

	for (uint32_t n = 0; n < tx->num_outputs; n++) {
		const struct spent s = next_script(x, &x->fresh[n]);

		x->out[n] = s;
		if (x->keep_unspent && s.kind != NOBODY)
			unspent_put(&x->unspent, txid, n,
				    (uint64_t)s.kind << 32 | s.id, &before);
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

static void take(struct building *x, const struct tx_walk *tx, bool known)
{
	const size_t in = (size_t)tx->num_inputs;
	const size_t out = (size_t)tx->num_outputs;
	const size_t scripts = known ? different(x, in) : 0;

	if (!known) {
		x->c->without_inputs++;
		return;
	}
	if (coinjoin_of(&x->coinjoin, tx, scripts)) {
		x->c->coinjoins++;
		if (!x->options->with_coinjoins)
			return;
	}
	for (size_t i = 1; i < in; i++)
		join(x, x->in[0].id, x->in[i].id, CLUSTER_INPUTS);
	if (x->options->rule[CLUSTER_FRESH] || x->options->rule[CLUSTER_TYPE])
		join_change(x, in, out);
}

static void take_txs(struct building *x, const struct block *b)
{
	struct cur c = cur_over(b->txs);
	struct tx_walk tx;

	for (x->position = 0; x->position < b->num_txs && tx_walk(&tx, &c);
	     x->position++) {
		make_room(x, &tx);
		const bool known = inputs(x, &tx);

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
	if (!block_parse(&b, raw))
		return chain_damaged(x->chain, i, why);
	st = ST_END;
	if (!b.root_matches || b.tree.has_twins)
		st = chain_damaged(x->chain, i, why);
	else if (b.num_txs > 1)
		st = chain_reader_undo(x->reader, i, b.num_txs, &record, why);
	x->block = (uint32_t)i;
	if (st == ST_OK || st == ST_END) {
		name_block(x, &b, record, st == ST_OK);
		take_txs(x, &b);
	}
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
	unspent_fini(&x->unspent);
	coinjoin_scratch_fini(&x->coinjoin);
	free(x->name);
	free(x->kind);
	free(x->in);
	free(x->out);
	free(x->fresh);
}

struct clusters *cluster_build(const struct chain *c,
			       const struct cluster_options *options,
			       enum status *st, struct why *why)
{
	struct building x = { .c = mem_new(1, sizeof(*x.c)),
			      .chain = c,
			      .options = options,
			      .reader = chain_reader_new(c),
			      .keep_unspent = !has_rev_files(c) };
	const size_t all = chain_length(c);

	unspent_init(&x.unspent);
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
	cluster_free(x.c);
	return NULL;
}

void cluster_free(struct clusters *c)
{
	script_ids_fini(&c->ids);
	union_find_fini(&c->sets);
	free(c->edge);
	free(c);
}

void cluster_count(struct cluster_counts *out, struct clusters *c)
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
