#include <stdlib.h>

#include "base/hex.h"
#include "base/json_write.h"
#include "chain/header_tree.h"
#include "coin/address.h"
#include "report/trace_told.h"

struct writing {
	FILE *out;
	const struct trace_told *t;
	struct buf line;
	struct json_writer w;
};

static void line_begin(struct writing *x, const char *type)
{
	buf_clear(&x->line);
	json_write_init(&x->w, &x->line);
	json_write_begin(&x->w, '{');
	json_write_key(&x->w, "type");
	json_write_text(&x->w, type);
}

static void line_end(struct writing *x)
{
	json_write_end(&x->w, '}');
	fputs(buf_str(&x->line), x->out);
	fputc('\n', x->out);
}

static void key_uint(struct writing *x, const char *key, uint64_t v)
{
	json_write_key(&x->w, key);
	json_write_uint(&x->w, v);
}

static void key_hash(struct writing *x, const char *key, const uint8_t hash[32])
{
	char text[65];

	json_write_key(&x->w, key);
	json_write_text(&x->w, hex_text_reversed(text, hash, 32));
}

static void key_block(struct writing *x, const char *height, const char *time,
		      uint32_t block)
{
	struct chain_block b = { .height = HEADER_TREE_UNSURE };

	if (block != UINT32_MAX)
		chain_block(&b, x->t->chain, block);
	json_write_key(&x->w, height);
	if (b.height == HEADER_TREE_UNSURE)
		json_write_null(&x->w);
	else
		json_write_uint(&x->w, b.height);
	json_write_key(&x->w, time);
	json_write_ts(&x->w,
		      block == UINT32_MAX
			      ? TS_NONE
			      : (struct ts){ b.time * INT64_C(1000000000) });
}

static void key_script(struct writing *x, struct span script)
{
	const struct network *net = chain_network(x->t->chain)->network;
	char address[ADDRESS_TEXT];
	const enum address_kind kind = address_of_script(address, script, net);

	json_write_key(&x->w, "address");
	json_write_text(&x->w, address[0] ? address : NULL);
	json_write_key(&x->w, "kind");
	json_write_text(&x->w, address_kind_text(kind));
	json_write_key(&x->w, "script");
	json_write_hex(&x->w, script);
}

static void key_taint(struct writing *x, const uint64_t tainted[TAINT_POLICIES])
{
	json_write_key(&x->w, "tainted_sat");
	json_write_begin(&x->w, '{');
	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (x->t->tainted[p])
			key_uint(x, taint_policy_text((enum taint_policy)p),
				 tainted[p]);
	}
	json_write_end(&x->w, '}');
}

static void key_entries(struct writing *x, struct span script)
{
	size_t index[16];
	const size_t n =
		x->t->lists ? lists_by_script(index, 16, x->t->lists, script)
			    : 0;

	json_write_key(&x->w, "listed");
	json_write_begin(&x->w, '[');
	for (size_t i = 0; i < n && i < 16; i++) {
		const struct list_entry *e = lists_entry(x->t->lists, index[i]);

		json_write_begin(&x->w, '{');
		json_write_key(&x->w, "list");
		json_write_text(&x->w, e->list);
		json_write_key(&x->w, "entity");
		json_write_text(&x->w, e->entity);
		json_write_key(&x->w, "kind");
		json_write_text(&x->w, list_kind_text(e->kind));
		json_write_key(&x->w, "listed");
		json_write_ts(&x->w, e->listed);
		json_write_key(&x->w, "delisted");
		json_write_ts(&x->w, e->delisted);
		json_write_end(&x->w, '}');
	}
	json_write_end(&x->w, ']');
}

/* What it seems to be: indicated, never proved. */
static void key_kind(struct writing *x, size_t i)
{
	const struct kind_tx *k = &x->t->kinds->tx[i];
	const bool peel = k->kind == KIND_PEEL;
	char words[KIND_WORDS];

	json_write_key(&x->w, "kind");
	json_write_text(&x->w, kind_text(k->kind));
	json_write_key(&x->w, "kind_grade");
	json_write_text(&x->w, k->kind == KIND_UNREAD ? NULL : "indicated");
	json_write_key(&x->w, "kind_words");
	json_write_text(&x->w, kind_words(words, x->t->kinds, i, x->t->lists,
					  chain_network(x->t->chain)->network));
	key_uint(x, "payees", k->payees);
	json_write_key(&x->w, "pool");
	if (k->pool == KIND_NONE) {
		json_write_null(&x->w);
	} else {
		const struct kind_pool *p = &x->t->kinds->pool[k->pool];

		json_write_begin(&x->w, '{');
		json_write_key(&x->w, "name");
		json_write_text(&x->w, p->name);
		json_write_key(&x->w, "listed_by");
		json_write_text(&x->w, !p->name    ? NULL
				       : p->by_tag ? "tag"
						   : "address");
		json_write_key(&x->w, "coinbase_text");
		json_write_text(&x->w, p->tag[0] ? p->tag : NULL);
		key_script(x, (struct span){ p->script, p->script_n });
		key_uint(x, "inputs", k->pool_inputs);
		json_write_end(&x->w, '}');
	}
	json_write_key(&x->w, "peel");
	if (!peel) {
		json_write_null(&x->w);
		return;
	}
	json_write_begin(&x->w, '{');
	key_hash(x, "first_txid", x->t->trace->tx[k->chain].txid);
	key_uint(x, "place", k->place);
	key_uint(x, "of", k->peels);
	json_write_end(&x->w, '}');
}

static void transaction(struct writing *x, size_t i)
{
	const struct trace_tx *tx = &x->t->trace->tx[i];

	line_begin(x, "transaction");
	key_hash(x, "txid", tx->txid);
	key_block(x, "height", "time", tx->block);
	key_uint(x, "position", tx->position);
	key_uint(x, "inputs", tx->num_inputs);
	json_write_key(&x->w, "coinjoin_outputs");
	if (tx->coinjoin)
		json_write_uint(&x->w, tx->coinjoin);
	else
		json_write_null(&x->w);
	json_write_key(&x->w, "values_known");
	json_write_bool(&x->w, tx->values_known);
	if (x->t->kinds)
		key_kind(x, i);
	line_end(x);
}

static void output(struct writing *x, size_t i)
{
	const struct trace *t = x->t->trace;
	const struct trace_output *o = &t->output[i];
	uint64_t tainted[TAINT_POLICIES];

	for (int p = 0; p < TAINT_POLICIES; p++)
		tainted[p] = x->t->tainted[p] ? x->t->tainted[p][i] : 0;
	line_begin(x, "output");
	const struct outpoint at = trace_outpoint(t, o);

	key_hash(x, "txid", at.txid);
	key_uint(x, "vout", at.index);
	key_uint(x, "sat", o->sat);
	key_script(x, trace_script(t, o));
	json_write_key(&x->w, "source");
	json_write_bool(&x->w, o->source);
	key_uint(x, "hops", o->hops);
	json_write_key(&x->w, "end");
	json_write_text(&x->w, trace_end_text((enum trace_end)o->end));
	/* Backward it is the transaction that made it: it is in its outpoint.
	 */
	json_write_key(&x->w, "spent_by");
	const uint32_t spender = t->backward ? o->tx : o->spent_by;

	if (spender == TRACE_NONE) {
		json_write_null(&x->w);
	} else {
		char text[65];

		json_write_text(&x->w, hex_text_reversed(
					       text, t->tx[spender].txid, 32));
	}
	key_taint(x, tainted);
	line_end(x);
}

static void destination(struct writing *x, const struct trace_destination *d)
{
	line_begin(x, x->t->trace->backward ? "origin" : "destination");
	key_script(x, d->script);
	json_write_key(&x->w, "end");
	json_write_text(&x->w, trace_end_text(d->end));
	key_uint(x, "outputs", d->outputs);
	key_uint(x, "sat", d->sat);
	key_taint(x, d->tainted);
	key_uint(x, "hops", d->hops);
	key_block(x, "first_height", "first_time", d->first);
	key_block(x, "last_height", "last_time", d->last);
	key_entries(x, d->script);
	line_end(x);
}

static void sums(struct writing *x, const char *key,
		 uint64_t (*of)(const struct trace_taint_sums *s))
{
	json_write_key(&x->w, key);
	json_write_begin(&x->w, '{');
	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (x->t->tainted[p])
			key_uint(x, taint_policy_text((enum taint_policy)p),
				 of(&x->t->sums[p]));
	}
	json_write_end(&x->w, '}');
}

static uint64_t fees_of(const struct trace_taint_sums *s)
{
	return s->fees;
}

static uint64_t stuck_of(const struct trace_taint_sums *s)
{
	return s->stuck;
}

static void summary(struct writing *x)
{
	const struct trace *t = x->t->trace;

	line_begin(x, "summary");
	json_write_key(&x->w, "backward");
	json_write_bool(&x->w, t->backward);
	json_write_key(&x->w, "network");
	json_write_text(&x->w, chain_network(x->t->chain)->network->name);
	key_uint(x, "sources", t->sources);
	key_uint(x, "sources_sat", t->sources_sat);
	key_uint(x, "transactions", t->num_txs);
	key_uint(x, "outputs", t->num_outputs);
	json_write_key(&x->w, "ends");
	json_write_begin(&x->w, '{');
	for (int e = 0; e < TRACE_ENDS; e++)
		key_uint(x, trace_end_text((enum trace_end)e), t->stopped[e]);
	json_write_end(&x->w, '}');
	sums(x, "fees_sat", fees_of);
	sums(x, "stuck_sat", stuck_of);
	key_uint(x, "transactions_without_values", t->without_values);
	key_uint(x, "blocks", t->blocks);
	key_uint(x, "chain_blocks", t->chain_blocks);
	json_write_key(&x->w, "whole_chain");
	json_write_bool(&x->w, chain_whole(x->t->chain));
	json_write_key(&x->w, "complete");
	json_write_bool(&x->w, !x->t->stopped);
	json_write_key(&x->w, "verified");
	json_write_bool(&x->w, x->t->verified);
	line_end(x);
}

enum status trace_told_json(FILE *out, const struct trace_told *t)
{
	struct writing x = { .out = out, .t = t };
	struct trace_destination *list;
	size_t n;

	buf_init(&x.line, 1u << 26);
	for (size_t i = 0; i < t->trace->num_txs; i++)
		transaction(&x, i);
	for (size_t i = 0; i < t->trace->num_outputs; i++)
		output(&x, i);
	list = trace_destinations(&n, t, 0);
	for (size_t i = 0; i < n; i++)
		destination(&x, &list[i]);
	summary(&x);
	free(list);
	buf_fini(&x.line);
	return fflush(out) == 0 && !ferror(out) ? ST_OK : ST_IO;
}
