#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "analysis/kind.h"
#include "coin/address.h"

/* Appends, as far as there is room. */
static void add(char out[KIND_WORDS], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(char out[KIND_WORDS], const char *format, ...)
{
	const size_t n = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + n, KIND_WORDS - n, format, args);
	va_end(args);
}

static void add_pool(char out[KIND_WORDS], const struct kind_pool *p,
		     bool coinbase, const struct network *net)
{
	char address[ADDRESS_TEXT];

	if (p->name) {
		add(out, " of %s (listed, by its %s)", p->name,
		    p->by_tag ? "coinbase tag" : "payout address");
		return;
	}
	address_of_script(address, (struct span){ p->script, p->script_n },
			  net);
	add(out, "%s %s", coinbase ? " to" : " of coins of the coinbases to",
	    address[0] ? address : "one script");
	if (p->tag[0])
		add(out, " (text in the coinbase: \"%s\")", p->tag);
}

/* Of payments and peels it would say more than is known. */
static bool says_whose(enum kind k)
{
	return k == KIND_COINBASE || k == KIND_COINBASE_PAYOUT ||
	       k == KIND_POOL_PAYOUT || k == KIND_CONSOLIDATION ||
	       k == KIND_MOVE;
}

char *kind_words(char out[KIND_WORDS], const struct kinds *k, size_t tx,
		 const struct lists *lists, const struct network *net)
{
	const struct kind_tx *x = &k->tx[tx];

	snprintf(out, KIND_WORDS, "%s", kind_text(x->kind));
	if (x->pool != KIND_NONE && says_whose(x->kind))
		add_pool(out, &k->pool[x->pool],
			 x->kind == KIND_COINBASE ||
				 x->kind == KIND_COINBASE_PAYOUT,
			 net);
	if (x->kind == KIND_SWEEP && lists && x->entry != SIZE_MAX) {
		const struct list_entry *e = lists_entry(lists, x->entry);

		add(out, " %s", e->entity ? e->entity : "without a name");
	}
	if (x->kind == KIND_PEEL)
		add(out, " %u of %u in a row", x->place, x->peels);
	if (x->kind == KIND_POOL_PAYOUT)
		add(out,
		    ": %u of %u inputs are its coins; it pays %u scripts, one "
		    "of which may be its change",
		    x->pool_inputs, x->inputs, x->payees);
	else if (x->kind == KIND_COINBASE_PAYOUT || x->kind == KIND_BATCH)
		add(out, ": %u scripts paid", x->payees);
	else if (x->kind == KIND_DUST)
		add(out, ": %u output%s of at most %u satoshi", x->dust,
		    x->dust == 1 ? "" : "s", KIND_DUST_SAT);
	else if (x->kind == KIND_FUNDING)
		add(out, " of what looks like a CoinJoin");
	else if (x->kind == KIND_CONSOLIDATION)
		add(out, ": %u inputs", x->inputs);
	return out;
}
