#include <stdlib.h>

#include <openssl/evp.h>

#include "coin/address.h"
#include "report/html_table.h"
#include "report/html_trace.h"
#include "report/trace_svg.h"
#include "report/trace_told.h"

#define PLACES_MAX 20
#define CHUNK      ((size_t)48 * 1024) /* of 3 bytes, which become 4 */

/* The drawing has a style of its own, which the page's policy would refuse: it
 * stands in the page as a picture. */
static void picture(struct html *h, const struct trace_told *t)
{
	unsigned char text[CHUNK / 3 * 4 + 1];
	char *svg = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&svg, &n);

	if (!out)
		return;
	if (trace_svg(out, t) != ST_OK)
		n = 0;
	fclose(out);
	if (n > 0)
		html_put(h,
			 "<figure class=\"wide\"><img alt=\"The coins' way as "
			 "a drawing; the table below says the same\" "
			 "src=\"data:image/svg+xml;base64,");
	for (size_t at = 0; at < n; at += CHUNK) {
		const size_t left = n - at;
		const int length =
			EVP_EncodeBlock(text, (const unsigned char *)svg + at,
					(int)(left < CHUNK ? left : CHUNK));

		fwrite(text, 1, (size_t)length, h->out);
	}
	if (n > 0)
		html_put(h, "\"></figure>\n");
	free(svg);
}

static const char *coin(const struct trace_told *t)
{
	const char *name = chain_network(t->chain)->network->coin;

	return name ? name : "coins";
}

/* The policies asked for give a range; poison is no amount. */
static void range(struct html *h, const struct trace_told *t,
		  const uint64_t tainted[TAINT_POLICIES])
{
	uint64_t low = UINT64_MAX, high = 0;
	char text[HTML_FIGURE];

	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (!t->tainted[p] || p == TAINT_POISON)
			continue;
		low = tainted[p] < low ? tainted[p] : low;
		high = tainted[p] > high ? tainted[p] : high;
	}
	html_put(h, "%s", html_coins_exact(text, (double)low / 1e8, coin(t)));
	if (high > low)
		html_put(h, " to %s",
			 html_coins_exact(text, (double)high / 1e8, coin(t)));
}

static void listed(struct html *h, const struct trace_told *t,
		   struct span script)
{
	size_t index[4];
	const size_t n =
		t->lists ? lists_by_script(index, 4, t->lists, script) : 0;

	if (n == 0)
		html_put(h, "on no list");
	for (size_t i = 0; i < n && i < 4; i++) {
		const struct list_entry *e = lists_entry(t->lists, index[i]);

		html_put(h, "%s%s: ", i > 0 ? "; " : "",
			 list_kind_text(e->kind));
		html_captured(h, e->entity ? e->entity : "");
	}
}

static void place(struct html *h, const struct trace_told *t,
		  const struct trace_destination *d)
{
	char address[ADDRESS_TEXT], text[HTML_FIGURE];

	address_of_script(address, d->script, chain_network(t->chain)->network);
	html_row_begin(h);
	html_cell_name(h);
	html_captured(h, address[0] ? address : "(no address)");
	html_cell(h);
	html_put(h, "%s", trace_end_text(d->end));
	html_cell(h);
	listed(h, t, d->script);
	html_cell_number(h);
	html_put(h, "%s",
		 html_coins_exact(text, (double)d->sat / 1e8, coin(t)));
	html_cell_number(h);
	range(h, t, d->tainted);
	html_cell_number(h);
	html_put(h, "%s", html_count(text, d->hops));
	html_row_end(h);
}

void html_trace(struct html *h)
{
	static const char *const head[] = {
		"Address",       "Why the trace ends there",
		"Who it is",     "#Paid to it",
		"#Of it traced", "#Transactions away"
	};
	const struct trace_told *t = h->about->trace;
	struct trace_destination *list;
	char text[HTML_FIGURE];
	size_t n;

	if (!t)
		return;
	html_put(h,
		 "<h3>Where they went on the chain</h3>\n<p>%s of "
		 "coinbases were paid to these addresses, in %llu outputs, and "
		 "followed through %zu transactions of a node&rsquo;s "
		 "blocks%s. How much of a mixed coin is whose no rule can say: "
		 "amounts are ranges over several.</p>\n",
		 html_coins_exact(text, (double)t->trace->sources_sat / 1e8,
				  coin(t)),
		 (unsigned long long)t->trace->sources, t->trace->num_txs,
		 t->verified ? ", held against their headers" : "");
	picture(h, t);
	list = trace_destinations(&n, t, PLACES_MAX);
	html_table_begin(h, "Where the trace ends", head, 6);
	for (size_t i = 0; i < n && i < PLACES_MAX; i++)
		place(h, t, &list[i]);
	html_table_more(h, n, PLACES_MAX, 6, NULL);
	html_table_end(h);
	free(list);
}
