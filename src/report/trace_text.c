#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/text.h"
#include "chain/header_tree.h"
#include "coin/address.h"
#include "report/trace_told.h"

#define LISTED 24 /* destinations; --json lists all */

struct page {
	FILE *out;
	const struct trace_told *t;
	struct buf safe;
};

static void coins(char out[32], uint64_t sat)
{
	snprintf(out, 32, "%llu.%08llu", (unsigned long long)(sat / 100000000),
		 (unsigned long long)(sat % 100000000));
}

static void when(char out[48], const struct chain *c, uint32_t block)
{
	struct chain_block b;
	char time[TS_TEXT];

	if (block == UINT32_MAX) {
		snprintf(out, 48, "when not known");
		return;
	}
	chain_block(&b, c, block);
	ts_text((struct ts){ b.time * INT64_C(1000000000) }, time);
	snprintf(out, 48, "%.10s", time);
}

/* The policies asked for give a range, never one number. */
static void range(char out[96], const struct trace_told *t,
		  const uint64_t tainted[TAINT_POLICIES])
{
	uint64_t low = UINT64_MAX, high = 0;
	char a[32], b[32];

	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (!t->tainted[p] || p == TAINT_POISON)
			continue;
		low = tainted[p] < low ? tainted[p] : low;
		high = tainted[p] > high ? tainted[p] : high;
	}
	if (low == UINT64_MAX) {
		snprintf(out, 96, "-");
		return;
	}
	coins(a, low);
	coins(b, high);
	snprintf(out, 96, low == high ? "%s" : "%s to %s", a, b);
}

static const char *name_of(struct page *p, char out[ADDRESS_TEXT],
			   struct span script)
{
	const struct network *net = chain_network(p->t->chain)->network;
	const enum address_kind kind = address_of_script(out, script, net);

	if (!out[0])
		snprintf(out, ADDRESS_TEXT, "(%s script)",
			 address_kind_text(kind));
	return out;
}

static void listed(struct page *p, struct span script)
{
	size_t index[4];
	const size_t n =
		p->t->lists ? lists_by_script(index, 4, p->t->lists, script)
			    : 0;

	for (size_t i = 0; i < n && i < 4; i++) {
		const struct list_entry *e = lists_entry(p->t->lists, index[i]);
		const char *entity = e->entity ? e->entity : "";

		buf_clear(&p->safe);
		text_safe(&p->safe,
			  (struct span){ (const uint8_t *)entity,
					 strlen(entity) },
			  60);
		fprintf(p->out, "%14s%s: %s (%s)\n", "",
			list_kind_text(e->kind), buf_str(&p->safe), e->list);
	}
}

static void destination(struct page *p, const struct trace_destination *d)
{
	char address[ADDRESS_TEXT], sat[32], tainted[96], first[48], last[48];

	coins(sat, d->sat);
	range(tainted, p->t, d->tainted);
	when(first, p->t->chain, d->first);
	when(last, p->t->chain, d->first == UINT32_MAX ? d->first : d->last);
	fprintf(p->out, "  %-11s %s\n", trace_end_text(d->end),
		name_of(p, address, d->script));
	fprintf(p->out,
		"%14s%s in %llu output%s, %s of it traced; %u transaction%s "
		"away; %s%s%s\n",
		"", sat, (unsigned long long)d->outputs,
		d->outputs == 1 ? "" : "s", tainted, d->hops,
		d->hops == 1 ? "" : "s", first,
		strcmp(first, last) == 0 ? "" : " to ",
		strcmp(first, last) == 0 ? "" : last);
	listed(p, d->script);
}

/* Rows of peels are told once, at their first. */
static bool is_told(const struct page *p, size_t i)
{
	const struct kind_tx *k = &p->t->kinds->tx[i];

	switch (k->kind) {
	case KIND_COINBASE_PAYOUT:
	case KIND_COINJOIN:
	case KIND_POOL_PAYOUT:
	case KIND_SWEEP:
	case KIND_CONSOLIDATION:
	case KIND_BATCH:
	case KIND_DUST:
	case KIND_FUNDING:
		return true;
	case KIND_PEEL:
		return k->chain == i;
	case KIND_PAYMENT:
	case KIND_COINBASE:
	case KIND_MOVE:
	case KIND_UNREAD:
	case KINDS:
		break;
	}
	return false;
}

static void passage(struct page *p, size_t i)
{
	const struct trace *t = p->t->trace;
	const struct kind_tx *k = &p->t->kinds->tx[i];
	const struct network *net = chain_network(p->t->chain)->network;
	char words[KIND_WORDS], txid[65], first[48];

	kind_words(words, p->t->kinds, i, p->t->lists, net);
	if (k->kind == KIND_PEEL)
		snprintf(words, sizeof(words), "%u peels in a row", k->peels);
	buf_clear(&p->safe);
	text_safe(&p->safe,
		  (struct span){ (const uint8_t *)words, strlen(words) }, 200);
	when(first, p->t->chain, t->tx[i].block);
	fprintf(p->out, "  %s  %s\n%14s%s\n", first,
		hex_text_reversed(txid, t->tx[i].txid, 32), "",
		buf_str(&p->safe));
}

/* What the coins pass through, in order of time. */
static void passages(struct page *p)
{
	const struct trace *t = p->t->trace;
	size_t told = 0, more = 0;

	for (size_t k = 0; k < t->num_txs; k++) {
		const size_t i = t->backward ? t->num_txs - 1 - k : k;

		if (!is_told(p, i))
			continue;
		if (told == LISTED) {
			more++;
			continue;
		}
		if (told++ == 0)
			fputs("\nwhat it passes through (indicated by form, "
			      "not proved)\n",
			      p->out);
		passage(p, i);
	}
	if (more > 0)
		fprintf(p->out, "  and %zu more (--json lists them)\n", more);
}

static void policies(struct page *p)
{
	char fees[32], stuck[32];

	for (int i = 0; i < TAINT_POLICIES; i++) {
		if (!p->t->tainted[i])
			continue;
		coins(fees, p->t->sums[i].fees);
		coins(stuck, p->t->sums[i].stuck);
		fprintf(p->out,
			"  %-11s %s to fees, %s where values are not "
			"known%s\n",
			taint_policy_text((enum taint_policy)i), fees, stuck,
			p->t->sums[i].merged
				? "; so many runs that neighbours were joined"
				: "");
	}
}

static void heading(struct page *p)
{
	const struct trace *t = p->t->trace;
	char sat[32];

	coins(sat, t->sources_sat);
	fprintf(p->out,
		"%s from %llu output%s: %zu transaction%s, %zu output%s "
		"reached\n",
		sat, (unsigned long long)t->sources, t->sources == 1 ? "" : "s",
		t->num_txs, t->num_txs == 1 ? "" : "s", t->num_outputs,
		t->num_outputs == 1 ? "" : "s");
	fprintf(p->out,
		"%zu of %zu blocks of network %s looked through%s; %s\n",
		t->blocks, t->chain_blocks,
		chain_network(p->t->chain)->network->name,
		chain_whole(p->t->chain)
			? ""
			: ", which do not begin at the genesis block",
		p->t->verified ? "the transactions are those of their blocks' "
				 "headers"
			       : "not held against the blocks' headers");
}

enum status trace_told_text(FILE *out, const struct trace_told *t)
{
	struct page p = { .out = out, .t = t };
	struct trace_destination *list;
	size_t n;

	buf_init(&p.safe, 1u << 16);
	heading(&p);
	list = trace_destinations(&n, t, LISTED);
	if (n > 0)
		fprintf(out, "\nwhere the trace %s\n",
			t->trace->backward ? "began" : "ends");
	for (size_t i = 0; i < n && i < LISTED; i++)
		destination(&p, &list[i]);
	if (n > LISTED)
		fprintf(out, "  and %zu more (--json lists them)\n",
			n - LISTED);
	if (t->kinds)
		passages(&p);
	if (t->trace->num_txs > 0)
		fputs("\nby policy\n", out);
	policies(&p);
	if (t->trace->without_values)
		fprintf(out,
			"%llu transaction%s spend outputs that are in no "
			"block here: what they pass on is not determined\n",
			(unsigned long long)t->trace->without_values,
			t->trace->without_values == 1 ? "" : "s");
	free(list);
	buf_fini(&p.safe);
	return fflush(out) == 0 && !ferror(out) ? ST_OK : ST_IO;
}
