#include "report/trace_tables.h"

#include <stdlib.h>

#include "chain/header_tree.h"
#include "coin/address.h"

#define TAINT_COLUMN(name, text) { "tainted_" text, ROW_UINT, true },

static const struct row_column transactions[] = {
	{ "txid", ROW_HASH, false },
	{ "height", ROW_UINT, true },
	{ "time", ROW_TIME, false },
	{ "position", ROW_UINT, false },
	{ "kind", ROW_TEXT, false },
	{ "kind_words", ROW_TEXT, false },
	{ "pool", ROW_TEXT, true },
	{ "pool_address", ROW_TEXT, true },
	{ "pool_inputs", ROW_UINT, false },
	{ "inputs", ROW_UINT, false },
	{ "outputs", ROW_UINT, false },
	{ "payees", ROW_UINT, false },
	{ "coinjoin_outputs", ROW_UINT, true },
	{ "peel_first", ROW_HASH, true },
	{ "peel_place", ROW_UINT, true },
	{ "values_known", ROW_BOOL, false },
};

static const struct row_column outputs[] = {
	{ "txid", ROW_HASH, false },        { "vout", ROW_UINT, false },
	{ "sat", ROW_UINT, false },         { "address", ROW_TEXT, true },
	{ "script_kind", ROW_TEXT, false }, { "script", ROW_TEXT, false },
	{ "source", ROW_BOOL, false },      { "hops", ROW_UINT, false },
	{ "trace_end", ROW_TEXT, false },   { "spent_by", ROW_HASH, true },
	{ "entity", ROW_TEXT, true },       { "entity_kind", ROW_TEXT, true },
	{ "entity_list", ROW_TEXT, true },  TAINT_POLICY_LIST(TAINT_COLUMN)
};

static const struct row_column edges[] = { { "from_txid", ROW_HASH, false },
					   { "vout", ROW_UINT, false },
					   { "to_txid", ROW_HASH, false },
					   { "sat", ROW_UINT, false },
					   TAINT_POLICY_LIST(TAINT_COLUMN) };

#define COLUMNS(a) (a), sizeof(a) / sizeof((a)[0])
static const struct row_table tables[] = {
	[TRACE_TABLE_TRANSACTIONS] = { "transactions", COLUMNS(transactions),
				       "txid" },
	[TRACE_TABLE_OUTPUTS] = { "outputs", COLUMNS(outputs), "txid, vout" },
	[TRACE_TABLE_EDGES] = { "edges", COLUMNS(edges), "from_txid, vout" },
};

const struct row_table *trace_tables_of(enum trace_table table)
{
	return &tables[table];
}

static void add_pool(struct row_writer *w, const struct trace_told *t,
		     const struct kind_tx *k)
{
	const struct network *net = chain_network(t->chain)->network;
	char address[ADDRESS_TEXT];

	if (k->pool == KIND_NONE) {
		row_null(w);
		row_null(w);
	} else {
		const struct kind_pool *p = &t->kinds->pool[k->pool];

		address_of_script(address,
				  (struct span){ p->script, p->script_n }, net);
		row_text(w, p->name);
		row_text(w, address[0] ? address : NULL);
	}
	row_uint(w, k->pool_inputs);
}

static void add_optional(struct row_writer *w, bool there, uint64_t v)
{
	if (there)
		row_uint(w, v);
	else
		row_null(w);
}

static void add_transaction(struct row_writer *w, const struct trace_told *t,
			    size_t i)
{
	const struct trace_tx *tx = &t->trace->tx[i];
	const struct kind_tx *k = &t->kinds->tx[i];
	struct chain_block b;
	char words[KIND_WORDS];

	chain_block(&b, t->chain, tx->block);
	row_hash(w, tx->txid);
	add_optional(w, b.height != HEADER_TREE_UNSURE, b.height);
	row_time(w, b.time);
	row_uint(w, tx->position);
	row_text(w, kind_text(k->kind));
	row_text(w, kind_words(words, t->kinds, i, t->lists,
			       chain_network(t->chain)->network));
	add_pool(w, t, k);
	row_uint(w, k->inputs);
	row_uint(w, k->outputs);
	row_uint(w, k->payees);
	add_optional(w, tx->coinjoin > 0, tx->coinjoin);
	if (k->kind == KIND_PEEL)
		row_hash(w, t->trace->tx[k->chain].txid);
	else
		row_null(w);
	add_optional(w, k->kind == KIND_PEEL, k->place);
	row_bool(w, tx->values_known);
}

static void add_taint(struct row_writer *w, const struct trace_told *t,
		      size_t i)
{
	for (int p = 0; p < TAINT_POLICIES; p++)
		add_optional(w, t->tainted[p] != NULL,
			     t->tainted[p] ? t->tainted[p][i] : 0);
}

static void add_entity(struct row_writer *w, const struct trace_told *t,
		       struct span script)
{
	const struct list_entry *e = NULL;
	size_t index;

	if (t->lists && lists_by_script(&index, 1, t->lists, script) > 0)
		e = lists_entry(t->lists, index);
	row_text(w, e ? e->entity : NULL);
	row_text(w, e ? list_kind_text(e->kind) : NULL);
	row_text(w, e ? e->list : NULL);
}

/* Of the transaction that spends it, or TRACE_NONE. */
static uint32_t spender(const struct trace *t, const struct trace_output *o)
{
	return t->backward ? o->tx : o->spent_by;
}

static void add_output(struct row_writer *w, const struct trace_told *t,
		       size_t i)
{
	const struct trace_output *o = &t->trace->output[i];
	const struct outpoint at = trace_outpoint(t->trace, o);
	const struct span script = trace_script(t->trace, o);
	const uint32_t by = spender(t->trace, o);
	char address[ADDRESS_TEXT];
	const enum address_kind kind = address_of_script(
		address, script, chain_network(t->chain)->network);

	row_hash(w, at.txid);
	row_uint(w, at.index);
	row_uint(w, o->sat);
	row_text(w, address[0] ? address : NULL);
	row_text(w, address_kind_text(kind));
	row_hex(w, script);
	row_bool(w, o->source);
	row_uint(w, o->hops);
	row_text(w, trace_end_text((enum trace_end)o->end));
	if (by == TRACE_NONE)
		row_null(w);
	else
		row_hash(w, t->trace->tx[by].txid);
	add_entity(w, t, script);
	add_taint(w, t, i);
}

static void add_edge(struct row_writer *w, const struct trace_told *t, size_t i)
{
	const struct trace_output *o = &t->trace->output[i];
	const struct outpoint at = trace_outpoint(t->trace, o);
	const uint32_t by = spender(t->trace, o);

	if (by == TRACE_NONE)
		return;
	row_hash(w, at.txid);
	row_uint(w, at.index);
	row_hash(w, t->trace->tx[by].txid);
	row_uint(w, o->sat);
	add_taint(w, t, i);
}

enum status trace_tables_write(FILE *out, const struct trace_told *t,
			       enum trace_table table, enum row_format format)
{
	static void (*const add[])(struct row_writer * w,
				   const struct trace_told *t, size_t i) = {
		[TRACE_TABLE_TRANSACTIONS] = add_transaction,
		[TRACE_TABLE_OUTPUTS] = add_output,
		[TRACE_TABLE_EDGES] = add_edge,
	};
	const size_t n = table == TRACE_TABLE_TRANSACTIONS
				 ? t->trace->num_txs
				 : t->trace->num_outputs;
	struct row_writer w;

	row_init(&w, out, format, &tables[table]);
	for (size_t i = 0; i < n; i++)
		add[table](&w, t, i);
	return row_fini(&w);
}
