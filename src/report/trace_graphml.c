/* GraphML (graphml.graphdrawing.org, version 1.0): a node for each transaction
 * and each output, an edge from a transaction to what it pays and from an
 * output to what spends it. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "chain/header_tree.h"
#include "coin/address.h"
#include "report/trace_told.h"
#include "report/xml_text.h"

struct drawing {
	FILE *out;
	const struct trace_told *t;
	struct buf text;
};

static void key(FILE *out, const char *id, const char *of, const char *type)
{
	fprintf(out,
		"<key id=\"%s\" for=\"%s\" attr.name=\"%s\" "
		"attr.type=\"%s\"/>\n",
		id, of, id, type);
}

static void head(const struct drawing *d)
{
	static const char *const text[] = { "label", "node_type", "kind",
					    "words", "time",      "address",
					    "end",   "entity",    "entity_kind",
					    "pool" };

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
	      d->out);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		key(d->out, text[i], "node", "string");
	key(d->out, "height", "node", "long");
	key(d->out, "hops", "node", "long");
	key(d->out, "source", "node", "boolean");
	key(d->out, "sat", "all", "long");
	key(d->out, "weight", "edge", "double");
	for (int p = 0; p < TAINT_POLICIES; p++) {
		char id[32];

		snprintf(id, sizeof(id), "tainted_%s",
			 taint_policy_text((enum taint_policy)p));
		if (d->t->tainted[p])
			key(d->out, id, "all", "long");
	}
	fputs("<graph id=\"trace\" edgedefault=\"directed\">\n", d->out);
}

static void data(struct drawing *d, const char *id, const char *text)
{
	if (!text)
		return;
	buf_clear(&d->text);
	xml_text(&d->text, text, 400);
	fprintf(d->out, "<data key=\"%s\">%s</data>", id, buf_str(&d->text));
}

static void data_uint(const struct drawing *d, const char *id, uint64_t v)
{
	fprintf(d->out, "<data key=\"%s\">%llu</data>", id,
		(unsigned long long)v);
}

static void data_taint(const struct drawing *d, size_t output)
{
	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (d->t->tainted[p])
			fprintf(d->out, "<data key=\"tainted_%s\">%llu</data>",
				taint_policy_text((enum taint_policy)p),
				(unsigned long long)d->t->tainted[p][output]);
	}
}

static void data_block(struct drawing *d, uint32_t block)
{
	struct chain_block b;
	char time[TS_TEXT];

	chain_block(&b, d->t->chain, block);
	data(d, "time",
	     ts_text((struct ts){ b.time * INT64_C(1000000000) }, time));
	if (b.height != HEADER_TREE_UNSURE)
		data_uint(d, "height", b.height);
}

static void transaction(struct drawing *d, size_t i)
{
	const struct trace_tx *tx = &d->t->trace->tx[i];
	const struct kinds *kinds = d->t->kinds;
	char txid[65], words[KIND_WORDS];

	fprintf(d->out, "<node id=\"t%zu\">", i);
	data(d, "label", hex_text_reversed(txid, tx->txid, 32));
	data(d, "node_type", "transaction");
	data_block(d, tx->block);
	if (kinds) {
		const struct kind_tx *k = &kinds->tx[i];

		data(d, "kind", kind_text(k->kind));
		data(d, "words",
		     kind_words(words, kinds, i, d->t->lists,
				chain_network(d->t->chain)->network));
		if (k->pool != KIND_NONE)
			data(d, "pool", kinds->pool[k->pool].name);
	}
	fputs("</node>\n", d->out);
}

static void data_entity(struct drawing *d, struct span script)
{
	size_t index;

	if (!d->t->lists ||
	    lists_by_script(&index, 1, d->t->lists, script) == 0)
		return;
	const struct list_entry *e = lists_entry(d->t->lists, index);

	data(d, "entity", e->entity);
	data(d, "entity_kind", list_kind_text(e->kind));
}

static void output(struct drawing *d, size_t i)
{
	const struct trace *t = d->t->trace;
	const struct trace_output *o = &t->output[i];
	const struct span script = trace_script(t, o);
	const struct outpoint at = trace_outpoint(t, o);
	char address[ADDRESS_TEXT], txid[65], label[128];
	const enum address_kind kind = address_of_script(
		address, script, chain_network(d->t->chain)->network);

	fprintf(d->out, "<node id=\"o%zu\">", i);
	snprintf(label, sizeof(label), "%.64s:%u",
		 hex_text_reversed(txid, at.txid, 32), at.index);
	data(d, "label", address[0] ? address : label);
	data(d, "node_type", "output");
	data(d, "address", address[0] ? address : NULL);
	data(d, "kind", address_kind_text(kind));
	data(d, "words", label);
	data(d, "end", trace_end_text((enum trace_end)o->end));
	data(d, "source", o->source ? "true" : "false");
	data_uint(d, "hops", o->hops);
	data_uint(d, "sat", o->sat);
	data_taint(d, i);
	data_entity(d, script);
	fputs("</node>\n", d->out);
}

/* from and to: with the letter of their kind. */
static void edge(const struct drawing *d, size_t output, char from_kind,
		 uint32_t from, char to_kind, uint32_t to)
{
	const uint64_t sat = d->t->trace->output[output].sat;

	fprintf(d->out,
		"<edge source=\"%c%u\" target=\"%c%u\">"
		"<data key=\"sat\">%llu</data>"
		"<data key=\"weight\">%llu.%08llu</data>",
		from_kind, from, to_kind, to, (unsigned long long)sat,
		(unsigned long long)(sat / 100000000),
		(unsigned long long)(sat % 100000000));
	data_taint(d, output);
	fputs("</edge>\n", d->out);
}

static void edges(const struct drawing *d, size_t i)
{
	const struct trace *t = d->t->trace;
	const struct trace_output *o = &t->output[i];
	const uint32_t maker = t->backward ? o->spent_by : o->tx;
	const uint32_t spender = t->backward ? o->tx : o->spent_by;

	if (maker != TRACE_NONE)
		edge(d, i, 't', maker, 'o', (uint32_t)i);
	if (spender != TRACE_NONE)
		edge(d, i, 'o', (uint32_t)i, 't', spender);
}

enum status trace_told_graphml(FILE *out, const struct trace_told *t)
{
	struct drawing d = { .out = out, .t = t };

	buf_init(&d.text, 1u << 16);
	head(&d);
	for (size_t i = 0; i < t->trace->num_txs; i++)
		transaction(&d, i);
	for (size_t i = 0; i < t->trace->num_outputs; i++)
		output(&d, i);
	for (size_t i = 0; i < t->trace->num_outputs; i++)
		edges(&d, i);
	fputs("</graph>\n</graphml>\n", out);
	buf_fini(&d.text);
	return fflush(out) == 0 && !ferror(out) ? ST_OK : ST_IO;
}
