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
#include "coin/varint.h"

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
	struct bit_ranks seen; /* scripts, by their numbers */
	struct coinjoin_scratch coinjoin;
	/* Scripts of the block in hand: of each transaction those that it
	 * spends, as far as a rev file tells, then those that it pays. */
	uint64_t *name;
	uint32_t *id;
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
		x->id = mem_resize(x->id, x->room_names, sizeof(x->id[0]));
		x->kind =
			mem_resize(x->kind, x->room_names, sizeof(x->kind[0]));
	}
	if (cluster_is_nobody(script))
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

/* Names of all scripts of a block. False: there are not so many transactions.
 */
static bool name_block(struct building *x, struct span txs, uint64_t num_txs,
		       const struct span *record)
{
	struct cur c = cur_over(txs), undo = cur_over(record ? *record : txs);
	bool has_undo = record && undo_begin(&undo) + 1 == num_txs;
	struct tx_output out;
	struct tx_walk tx;

	x->num_names = x->next_name = 0;
	x->undone = 0;
	for (uint64_t i = 0; i < num_txs; i++) {
		if (!tx_walk(&tx, &c))
			return false;
		struct cur outputs = cur_over(tx.outputs);

		has_undo = has_undo && (i == 0 || name_inputs(x, &tx, &undo));
		x->undone += has_undo;
		while (tx_walk_output(&out, &outputs))
			add_name(x, out.script);
	}
	return true;
}

/* The next script of the block. */
static struct spent next_script(struct building *x, bool *fresh)
{
	const size_t i = x->next_name++;
	struct spent s = { .id = CLUSTER_IDS_NONE, .kind = x->kind[i] };

	*fresh = false;
	/* A number is missing only if the files changed meanwhile. */
	if (s.kind == NOBODY || x->id[i] == CLUSTER_IDS_NONE)
		return s;
	s.id = x->id[i];
	*fresh = !bit_ranks_has(&x->seen, s.id);
	bit_ranks_put(&x->seen, s.id);
	return s;
}

static void join(struct building *x, uint32_t a, uint32_t b,
		 enum cluster_rule rule)
{
	if (a != b)
		cluster_unions_add(&x->c->unions,
				   (struct cluster_edge){
					   .a = a,
					   .b = b,
					   .block = x->block,
					   .position = x->position & 0xfffffff,
					   .rule = (unsigned)rule & 15,
				   });
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
			known &= x->in[n].id != CLUSTER_IDS_NONE;
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
		if (x->keep_unspent && s.id != CLUSTER_IDS_NONE)
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
		if (x->out[o].id == CLUSTER_IDS_NONE)
			continue;
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
	for (size_t i = 1; i < in; i++) {
		if (x->in[i].id != x->in[i - 1].id)
			join(x, x->in[0].id, x->in[i].id, CLUSTER_INPUTS);
	}
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

/* What undoes a block; *undo NULL: nothing is known. */
static enum status read_undo(const struct building *x, size_t i,
			     uint64_t num_txs, struct span *record,
			     const struct span **undo, struct why *why)
{
	const enum status st =
		num_txs > 1
			? chain_reader_undo(x->reader, i, num_txs, record, why)
			: ST_END;

	*undo = st == ST_OK ? record : NULL;
	return st == ST_END ? ST_OK : st;
}

/* The scripts of a block, before any are numbered. */
static enum status collect_block(struct building *x, size_t i, struct why *why)
{
	const struct span *undo;
	struct span raw, record;
	enum status st = chain_reader_block(x->reader, i, &raw, why);
	struct cur c = cur_over(raw);

	if (st != ST_OK)
		return st;
	cur_take(&c, HEADER_SIZE);
	const uint64_t n = varint_read(&c);
	const struct span txs = cur_take(&c, cur_left(&c));

	st = read_undo(x, i, n, &record, &undo, why);
	if (st != ST_OK)
		return st;
	if (!name_block(x, txs, n, undo))
		return chain_damaged(x->chain, i, why);
	for (size_t k = 0; k < x->num_names; k++) {
		if (x->kind[k] != NOBODY)
			cluster_ids_add(&x->c->ids, x->name[k]);
	}
	return ST_OK;
}

static enum status take_block(struct building *x, size_t i, struct why *why)
{
	const struct span *undo = NULL;
	struct span raw, record;
	struct block b;
	enum status st = chain_reader_block(x->reader, i, &raw, why);

	if (st != ST_OK)
		return st;
	if (!block_parse(&b, raw))
		return chain_damaged(x->chain, i, why);
	if (!b.root_matches || b.tree.has_twins)
		st = chain_damaged(x->chain, i, why);
	else
		st = read_undo(x, i, b.num_txs, &record, &undo, why);
	x->block = (uint32_t)i;
	if (st == ST_OK) {
		name_block(x, b.txs, b.num_txs, undo);
		cluster_ids_of(x->id, &x->c->ids, x->name, x->num_names);
		take_txs(x, &b);
	}
	block_fini(&b);
	return st;
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
	bit_ranks_fini(&x->seen);
	free(x->name);
	free(x->id);
	free(x->kind);
	free(x->in);
	free(x->out);
	free(x->fresh);
}

typedef enum status each_block(struct building *x, size_t i, struct why *why);

static enum status each(struct building *x, each_block *visit, const char *what,
			struct why *why)
{
	const struct cluster_options *o = x->options;
	const size_t all = chain_length(x->chain);
	enum status st = ST_OK;

	for (size_t i = 0; i < all && st == ST_OK; i++) {
		st = visit(x, i, why);
		if (st == ST_OK && o->progress && i % 256 == 0 &&
		    !o->progress(o->progress_context, what, i, all))
			st = ST_END;
	}
	return st;
}

static enum status build(struct building *x, struct why *why)
{
	const struct cluster_options *o = x->options;
	struct clusters *c = x->c;
	enum status st = cluster_ids_init(&c->ids, o->directory, o->room, why);

	if (st == ST_OK)
		st = each(x, collect_block, "scripts", why);
	if (st == ST_OK)
		st = cluster_ids_end(&c->ids, why);
	if (st != ST_OK)
		return st;
	bit_ranks_init(&x->seen, cluster_ids_count(&c->ids));
	st = cluster_unions_init(&c->unions, cluster_ids_count(&c->ids),
				 o->directory, why);
	if (st == ST_OK)
		st = each(x, take_block, "blocks", why);
	bit_ranks_fini(&x->seen);
	return st == ST_OK ? cluster_unions_end(&c->unions, why) : st;
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

	x.c->unions.ties.fd = x.c->unions.kept.fd = -1;
	unspent_init(&x.unspent);
	*st = build(&x, why);
	end(&x);
	if (*st == ST_OK)
		return x.c;
	cluster_free(x.c);
	return NULL;
}

void cluster_free(struct clusters *c)
{
	cluster_ids_fini(&c->ids);
	cluster_unions_fini(&c->unions);
	free(c);
}

void cluster_count(struct cluster_counts *out, struct clusters *c)
{
	struct cluster_unions *u = &c->unions;
	const uint32_t scripts = cluster_ids_count(&c->ids);

	*out = (struct cluster_counts){ .scripts = scripts,
					.unions = u->n,
					.coinjoins = c->coinjoins,
					.clusters = scripts - u->n,
					.largest = scripts > 0,
					.without_inputs = c->without_inputs };
	for (uint32_t i = 0; i < u->ranked; i++) {
		const uint32_t size = union_find_size(&u->sets, i);

		out->largest = size > out->largest ? size : out->largest;
	}
}

/* Sets have the number of their root's rank; behind those come scripts that
 * nothing ties. */
uint32_t cluster_of_id(struct clusters *c, uint32_t id)
{
	struct cluster_unions *u = &c->unions;

	if (bit_ranks_has(&u->joined, id))
		return union_find_root(&u->sets,
				       bit_ranks_below(&u->joined, id));
	return u->ranked + id - bit_ranks_below(&u->joined, id);
}

uint32_t cluster_of(struct clusters *c, struct span script)
{
	const uint64_t name = script_ids_name(script);
	uint32_t id;

	cluster_ids_of(&id, &c->ids, &name, 1);
	return id == CLUSTER_IDS_NONE ? UINT32_MAX : cluster_of_id(c, id);
}

enum status cluster_find(uint32_t *out, struct clusters *c, struct span script,
			 struct why *why)
{
	uint32_t id;
	const enum status st =
		cluster_ids_find(&id, &c->ids, script_ids_name(script), why);

	if (st == ST_OK)
		*out = id == CLUSTER_IDS_NONE ? UINT32_MAX
					      : cluster_of_id(c, id);
	return st;
}

uint32_t cluster_size(struct clusters *c, uint32_t cluster)
{
	return cluster < c->unions.ranked
		       ? union_find_size(&c->unions.sets, cluster)
		       : 1;
}
