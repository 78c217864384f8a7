#include "report/trace_svg.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "chain/header_tree.h"
#include "coin/address.h"
#include "report/trace_graph.h"
#include "report/xml_text.h"

#define NODE_WIDTH 196
#define NODE_GAP   76
#define MARGIN     16
#define TOP        64 /* for the heading */
#define FOOT       84 /* for the legend */
#define LINE       15
#define LETTERS    27 /* of a line in a node */

/* What a node is marked as, by class, shape and word. */
enum look {
	LOOK_SOURCE,
	LOOK_TX,
	LOOK_COINJOIN,
	LOOK_EXCHANGE,
	LOOK_SANCTION,
	LOOK_SERVICE,
	LOOK_PLACE,
	LOOK_REST,
	LOOKS
};

/* Colours are given twice: as attributes for what reads no style sheets, and by
 * class, so that a page's dark theme reaches them. */
static const struct {
	const char *name, *fill, *line, *dark_fill, *dark_line, *dash;
	const char *legend;
} looks[LOOKS] = {
	[LOOK_SOURCE] = { "source", "#e3f0e3", "#2e7d32", "#17301b", "#7cc481",
			  "", "source" },
	[LOOK_TX] = { "tx", "#f4f4f2", "#6b6b66", "#262624", "#a3a39c", "",
		      "transaction, or several in a row" },
	[LOOK_COINJOIN] = { "coinjoin", "#f3e8f8", "#7b3fa0", "#2c1d36",
			    "#c79be0", "6 4",
			    "CoinJoin-like: whose is what cannot be said" },
	[LOOK_EXCHANGE] = { "exchange", "#e2ecfa", "#1d5fad", "#16273d",
			    "#83b4ee", "", "listed exchange" },
	[LOOK_SANCTION] = { "sanction", "#fbe3e1", "#b3261e", "#3d1815",
			    "#f2958d", "", "listed as sanctioned" },
	[LOOK_SERVICE] = { "service", "#fdf1d8", "#8a5a00", "#33270f",
			   "#e0b45c", "", "on another list" },
	[LOOK_PLACE] = { "place", "#ffffff", "#6b6b66", "#1b1b1a", "#a3a39c",
			 "", "address on no list" },
	[LOOK_REST] = { "rest", "#ffffff", "#9a9a94", "#1b1b1a", "#77776f",
			"2 3", "" },
};

struct sheet {
	FILE *out;
	const struct trace_told *t;
	struct trace_graph g;
	struct buf text;
	double width, height;
};

/* As many decimals as make a figure that can be read. */
static void coins(char out[40], uint64_t sat)
{
	const unsigned long long whole = sat / 100000000;
	const unsigned long long part = sat % 100000000;

	if (sat > 0 && sat < 10000)
		snprintf(out, 40, "%llu sat", (unsigned long long)sat);
	else if (whole >= 100)
		snprintf(out, 40, "%llu.%02llu", whole, part / 1000000);
	else
		snprintf(out, 40, "%llu.%04llu", whole, part / 10000);
}

/* By all policies asked for; poison says only what is touched. */
static void traced(char out[96], const struct sheet *s,
		   const struct trace_graph_node *n)
{
	uint64_t low = UINT64_MAX, high = 0;
	char a[40], b[40];

	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (!s->t->tainted[p] || p == TAINT_POISON)
			continue;
		low = n->by[p] < low ? n->by[p] : low;
		high = n->by[p] > high ? n->by[p] : high;
	}
	if (low == UINT64_MAX)
		low = high = n->flow;
	coins(a, low);
	coins(b, high);
	snprintf(out, 96, strcmp(a, b) == 0 ? "%s" : "%s \u2013 %s", a, b);
}

static void dates(char out[48], const struct sheet *s,
		  const struct trace_graph_node *n)
{
	char first[TS_TEXT], last[TS_TEXT];
	struct chain_block b;

	out[0] = '\0';
	if (n->first_block == UINT32_MAX)
		return;
	chain_block(&b, s->t->chain, n->first_block);
	ts_text((struct ts){ b.time * INT64_C(1000000000) }, first);
	chain_block(&b, s->t->chain, n->last_block);
	ts_text((struct ts){ b.time * INT64_C(1000000000) }, last);
	if (memcmp(first, last, 10) == 0)
		snprintf(out, 48, "%.10s", first);
	else
		snprintf(out, 48, "%.10s \u2013 %.10s", first, last);
}

static void address_of(char out[ADDRESS_TEXT], const struct sheet *s,
		       struct span script)
{
	const enum address_kind kind = address_of_script(
		out, script, chain_network(s->t->chain)->network);

	if (!out[0])
		snprintf(out, ADDRESS_TEXT, "(%s script)",
			 address_kind_text(kind));
}

/* Its two ends, as people compare addresses. */
static void shorten(char out[ADDRESS_TEXT], const char *text)
{
	const size_t n = strlen(text);

	if (n <= LETTERS)
		snprintf(out, ADDRESS_TEXT, "%s", text);
	else
		snprintf(out, ADDRESS_TEXT, "%.12s\u2026%s", text,
			 text + n - 8);
}

static enum look look_of_list(const struct sheet *s, size_t entry)
{
	switch (lists_entry(s->t->lists, entry)->kind) {
	case LIST_SANCTION:
		return LOOK_SANCTION;
	case LIST_EXCHANGE:
		return LOOK_EXCHANGE;
	case LIST_POOL:
	case LIST_MIXER:
	case LIST_OTHER:
		break;
	}
	return LOOK_SERVICE;
}

static enum look look_of(const struct sheet *s,
			 const struct trace_graph_node *n)
{
	switch (n->type) {
	case TRACE_GRAPH_SOURCE:
		return LOOK_SOURCE;
	case TRACE_GRAPH_REST:
		return LOOK_REST;
	case TRACE_GRAPH_TX:
		return s->t->kinds->tx[n->first_tx].kind == KIND_COINJOIN
			       ? LOOK_COINJOIN
			       : LOOK_TX;
	case TRACE_GRAPH_PLACE:
	case TRACE_GRAPH_WAY:
		break;
	}
	if (n->entry != SIZE_MAX)
		return look_of_list(s, n->entry);
	return n->end == TRACE_COINJOIN ? LOOK_COINJOIN : LOOK_PLACE;
}

/* What stands in a node. */
struct label {
	char caption[64], who[128], amount[160], when[64];
	char more[400]; /* shown when pointed at */
};

static const char *row_of(enum kind k)
{
	if (k == KIND_PEEL)
		return "peels";
	return k == KIND_POOL_PAYOUT ? "payout batches" : "payments";
}

static void label_tx(struct label *l, const struct sheet *s,
		     const struct trace_graph_node *n)
{
	const struct network *net = chain_network(s->t->chain)->network;
	const struct kinds *kinds = s->t->kinds;
	/* The first in time. */
	const uint32_t first = s->t->trace->backward ? n->last_tx : n->first_tx;
	const struct kind_tx *k = &kinds->tx[first];
	char txid[65], words[KIND_WORDS];

	hex_text_reversed(txid, s->t->trace->tx[first].txid, 32);
	kind_words(words, kinds, first, s->t->lists, net);
	if (n->txs > 1) {
		snprintf(l->caption, sizeof(l->caption), "%u %s in a row",
			 n->txs, row_of(k->kind));
		snprintf(l->more, sizeof(l->more), "%u transactions from %s on",
			 n->txs, txid);
	} else {
		snprintf(l->caption, sizeof(l->caption), "%s",
			 kind_text(k->kind));
		snprintf(l->more, sizeof(l->more), "%s: %s", txid, words);
	}
	if (k->kind == KIND_POOL_PAYOUT && kinds->pool[k->pool].name)
		snprintf(l->who, sizeof(l->who), "%s",
			 kinds->pool[k->pool].name);
	else if (k->kind == KIND_SWEEP && k->entry != SIZE_MAX &&
		 lists_entry(s->t->lists, k->entry)->entity)
		snprintf(l->who, sizeof(l->who), "to %s",
			 lists_entry(s->t->lists, k->entry)->entity);
	else if (n->txs > 1)
		snprintf(l->who, sizeof(l->who), "first: %.10s\u2026", txid);
	else
		snprintf(l->who, sizeof(l->who), "%u in, %u out: %.10s\u2026",
			 k->inputs, k->outputs, txid);
}

static void label_place(struct label *l, const struct sheet *s,
			const struct trace_graph_node *n)
{
	char address[ADDRESS_TEXT];
	const char *entity = NULL;

	address_of(address, s, n->script);
	shorten(l->who, address);
	if (n->entry != SIZE_MAX) {
		const struct list_entry *e = lists_entry(s->t->lists, n->entry);

		entity = e->entity;
		snprintf(l->caption, sizeof(l->caption), "%s%s",
			 e->kind == LIST_SANCTION ? "SANCTIONED"
						  : list_kind_text(e->kind),
			 n->end == TRACE_UNSPENT ? ", unspent" : "");
	} else if (n->end == TRACE_COINJOIN) {
		snprintf(l->caption, sizeof(l->caption),
			 "%u outputs of a CoinJoin", n->outputs);
		snprintf(l->who, sizeof(l->who), "whose: not determined");
	} else {
		snprintf(l->caption, sizeof(l->caption), "%s",
			 trace_end_text(n->end));
	}
	if (entity)
		snprintf(l->who, sizeof(l->who), "%s", entity);
	snprintf(l->more, sizeof(l->more), "%s%s%s: %u output%s, %u address%s",
		 entity ? entity : "", entity ? ", " : "", address, n->outputs,
		 n->outputs == 1 ? "" : "s", n->scripts,
		 n->scripts == 1 ? "" : "es");
}

static void label_source(struct label *l, const struct sheet *s,
			 const struct trace_graph_node *n)
{
	char address[ADDRESS_TEXT];

	snprintf(l->caption, sizeof(l->caption), "%s: %u output%s",
		 s->t->trace->backward ? "asked for" : "source", n->outputs,
		 n->outputs == 1 ? "" : "s");
	if (!n->script.p) {
		snprintf(l->who, sizeof(l->who), "%u other sources",
			 n->scripts);
		return;
	}
	address_of(address, s, n->script);
	shorten(l->who, address);
	snprintf(l->more, sizeof(l->more), "%s", address);
	if (n->entry != SIZE_MAX && lists_entry(s->t->lists, n->entry)->entity)
		snprintf(l->who, sizeof(l->who), "%s",
			 lists_entry(s->t->lists, n->entry)->entity);
}

static void label(struct label *l, const struct sheet *s,
		  const struct trace_graph_node *n)
{
	char amount[96], all[40];

	*l = (struct label){ .caption = "" };
	switch (n->type) {
	case TRACE_GRAPH_SOURCE:
		label_source(l, s, n);
		break;
	case TRACE_GRAPH_TX:
		label_tx(l, s, n);
		break;
	case TRACE_GRAPH_PLACE:
		label_place(l, s, n);
		break;
	case TRACE_GRAPH_REST:
		snprintf(l->caption, sizeof(l->caption), "%u output%s more",
			 n->outputs, n->outputs == 1 ? "" : "s");
		snprintf(l->who, sizeof(l->who), "not drawn one by one");
		break;
	case TRACE_GRAPH_WAY:
		break;
	}
	dates(l->when, s, n);
	coins(all, n->sat);
	if (n->type == TRACE_GRAPH_SOURCE)
		snprintf(amount, sizeof(amount), "%s", all);
	else if (n->type == TRACE_GRAPH_REST)
		coins(amount, n->flow);
	else
		traced(amount, s, n);
	snprintf(l->amount, sizeof(l->amount), "%s", amount);
	if (n->type != TRACE_GRAPH_TX && strcmp(amount, all) != 0)
		snprintf(l->amount, sizeof(l->amount), "%s of %s", amount, all);
}

static void put_text(struct sheet *s, double x, double y, const char *class,
		     const char *attributes, const char *text, size_t most)
{
	buf_clear(&s->text);
	xml_text(&s->text, text, most);
	fprintf(s->out,
		"<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n",
		class, x, y, attributes, buf_str(&s->text));
}

/* Shapes: pill, box, dashed box, double box, octagon. */
static void shape(const struct sheet *s, enum look look, double x, double y,
		  double w, double h)
{
	char paint[160];

	snprintf(paint, sizeof(paint),
		 "class=\"n %s\" fill=\"%s\" stroke=\"%s\" "
		 "stroke-width=\"1.5\"%s%s%s",
		 looks[look].name, looks[look].fill, looks[look].line,
		 looks[look].dash[0] ? " stroke-dasharray=\"" : "",
		 looks[look].dash, looks[look].dash[0] ? "\"" : "");
	if (look == LOOK_SANCTION) {
		const double c = h < 30 ? 4 : 12;

		fprintf(s->out,
			"<polygon %s points=\"%.1f,%.1f %.1f,%.1f %.1f,%.1f "
			"%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f "
			"%.1f,%.1f\"/>\n",
			paint, x + c, y, x + w - c, y, x + w, y + c, x + w,
			y + h - c, x + w - c, y + h, x + c, y + h, x, y + h - c,
			x, y + c);
		return;
	}
	fprintf(s->out,
		"<rect %s x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		"height=\"%.1f\" rx=\"%d\"/>\n",
		paint, x, y, w, h,
		look == LOOK_SOURCE     ? 14
		: look == LOOK_COINJOIN ? 10
					: 3);
	if (look == LOOK_EXCHANGE)
		fprintf(s->out,
			"<rect class=\"in %s\" fill=\"none\" stroke=\"%s\" "
			"x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"%.1f\"/>\n",
			looks[look].name, looks[look].line, x + 3, y + 3, w - 6,
			h - 6);
}

static double left_of(const struct sheet *s, uint32_t layer)
{
	const uint32_t column =
		s->t->trace->backward ? s->g.layers - 1 - layer : layer;

	return MARGIN + column * (double)(NODE_WIDTH + NODE_GAP);
}

#define INK  "fill=\"#1c1c1a\""
#define PALE "fill=\"#5c5c57\""

/* Straight on through a layer. */
static void way(const struct sheet *s, const struct trace_graph_node *n)
{
	const enum look look = look_of(s, &s->g.node[n->to]);
	const double x = left_of(s, n->layer), y = TOP + n->y + n->height / 2;

	fprintf(s->out,
		"<path class=\"e %s\" fill=\"none\" stroke=\"%s\" "
		"stroke-opacity=\"0.38\" stroke-width=\"%.1f\" "
		"d=\"M%.1f %.1fH%.1f\"/>\n",
		looks[look].name, looks[look].line, n->height, x, y,
		x + NODE_WIDTH);
}

static void node(struct sheet *s, const struct trace_graph_node *n)
{
	const double x = left_of(s, n->layer), y = TOP + n->y;
	const double text = y + n->height / 2 - 1.5 * LINE + 4;
	struct label l;

	label(&l, s, n);
	buf_clear(&s->text);
	xml_text(&s->text, l.more, 400);
	fprintf(s->out, "<g><title>%s</title>\n", buf_str(&s->text));
	shape(s, look_of(s, n), x, y, NODE_WIDTH, n->height);
	if (l.caption[0] >= 'a' && l.caption[0] <= 'z')
		l.caption[0] = (char)(l.caption[0] - 'a' + 'A');
	put_text(s, x + 10, text, "ink", INK " font-weight=\"600\"", l.caption,
		 LETTERS);
	put_text(s, x + 10, text + LINE, "ink", INK, l.who, LETTERS);
	put_text(s, x + 10, text + 2 * LINE, "ink", INK, l.amount, LETTERS + 4);
	put_text(s, x + 10, text + 3 * LINE, "pale", PALE, l.when, LETTERS);
	fputs("</g>\n", s->out);
}

/* Where it leads decides its colour. */
static void edge(struct sheet *s, const struct trace_graph_edge *e)
{
	const struct trace_graph_node *from = &s->g.node[e->from];
	const struct trace_graph_node *to = &s->g.node[e->to];
	const bool back = s->t->trace->backward;
	const enum look look = look_of(
		s, to->type == TRACE_GRAPH_WAY ? &s->g.node[to->to] : to);
	const double x0 =
		left_of(s, back ? to->layer : from->layer) + NODE_WIDTH;
	const double x1 = left_of(s, back ? from->layer : to->layer);
	const double y0 = TOP + (back ? e->to_y : e->from_y);
	const double y1 = TOP + (back ? e->from_y : e->to_y);
	const double bend = (x1 - x0) / 2;
	char sat[40], flow[40];

	coins(sat, e->sat);
	coins(flow, e->flow);
	fprintf(s->out,
		"<path class=\"e %s\" fill=\"none\" stroke=\"%s\" "
		"stroke-opacity=\"0.38\" stroke-width=\"%.1f\" "
		"d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f "
		"%.1f\"%s><title>%u output%s, %s, of it traced %s (%s)%s"
		"</title></path>\n",
		looks[look].name, looks[look].line, e->width, x0, y0, x0 + bend,
		y0, x1 - bend, y1, x1, y1,
		e->through ? " stroke-dasharray=\"7 4\"" : "", e->outputs,
		e->outputs == 1 ? "" : "s", sat, flow,
		s->g.policy < TAINT_POLICIES ? taint_policy_text(s->g.policy)
					     : "value",
		e->through ? ", through transactions that are not drawn" : "");
}

static void style(const struct sheet *s)
{
	fputs("<style>.assay-trace text{font-family:system-ui,-apple-system,"
	      "\"Segoe UI\",\"DejaVu Sans\",sans-serif}"
	      ".assay-trace{--ink:#1c1c1a;--pale:#5c5c57;--paper:#ffffff",
	      s->out);
	for (int i = 0; i < LOOKS; i++)
		fprintf(s->out, ";--%s:%s;--%s-line:%s", looks[i].name,
			looks[i].fill, looks[i].name, looks[i].line);
	fputs("}@media (prefers-color-scheme:dark){.assay-trace{--ink:#ededea;"
	      "--pale:#b4b4ad;--paper:#131312",
	      s->out);
	for (int i = 0; i < LOOKS; i++)
		fprintf(s->out, ";--%s:%s;--%s-line:%s", looks[i].name,
			looks[i].dark_fill, looks[i].name, looks[i].dark_line);
	fputs("}}@media print{.assay-trace{--ink:#1c1c1a;--pale:#5c5c57;"
	      "--paper:#ffffff",
	      s->out);
	for (int i = 0; i < LOOKS; i++)
		fprintf(s->out, ";--%s:%s;--%s-line:%s", looks[i].name,
			looks[i].fill, looks[i].name, looks[i].line);
	fputs("}}.assay-trace .ink{fill:var(--ink)}"
	      ".assay-trace .pale{fill:var(--pale)}"
	      ".assay-trace .paper{fill:var(--paper)}",
	      s->out);
	for (int i = 0; i < LOOKS; i++)
		fprintf(s->out,
			".assay-trace .n.%s{fill:var(--%s)}"
			".assay-trace .%s{stroke:var(--%s-line)}",
			looks[i].name, looks[i].name, looks[i].name,
			looks[i].name);
	fputs("</style>\n", s->out);
}

static void heading(struct sheet *s)
{
	const struct trace *t = s->t->trace;
	const struct network *net = chain_network(s->t->chain)->network;
	char sat[40], line[256];

	coins(sat, t->sources_sat);
	snprintf(line, sizeof(line),
		 t->backward ? "Where %s %s of %llu output%s came from"
			     : "Where %s %s of %llu output%s went",
		 sat, net->coin ? net->coin : "coins",
		 (unsigned long long)t->sources, t->sources == 1 ? "" : "s");
	put_text(s, MARGIN, 26, "ink",
		 INK " font-size=\"16\" "
		     "style=\"font-size:16px\" "
		     "font-weight=\"600\"",
		 line, 200);
	snprintf(line, sizeof(line),
		 "Network %s; amounts in %s, what is traced of them as a range "
		 "over the policies; widths by %s. What a transaction is, is "
		 "indicated by its form, not proved. Dashed: through "
		 "transactions that are not drawn.",
		 net->name, net->coin ? net->coin : "its coins",
		 s->g.policy < TAINT_POLICIES ? taint_policy_text(s->g.policy)
					      : "value");
	put_text(s, MARGIN, 46, "pale", PALE, line, 240);
}

static void legend(struct sheet *s)
{
	double x = MARGIN, y = s->height - FOOT + 34;

	for (int i = 0; i < LOOKS; i++) {
		const double wide = 40 + 6.6 * (double)strlen(looks[i].legend);

		if (!looks[i].legend[0])
			continue;
		if (x > MARGIN && x + wide > s->width - MARGIN) {
			x = MARGIN;
			y += 24;
		}
		shape(s, (enum look)i, x, y - 12, 22, 16);
		put_text(s, x + 28, y, "pale", PALE, looks[i].legend, 80);
		x += wide;
	}
}

/* At least as wide as the heading's second line. */
#define LEAST_WIDTH 1340

enum status trace_svg(FILE *out, const struct trace_told *t)
{
	struct sheet s = { .out = out, .t = t };

	trace_graph_build(&s.g, t);
	trace_graph_place(&s.g);
	buf_init(&s.text, 1u << 16);
	s.width = 2 * MARGIN + s.g.layers * (double)(NODE_WIDTH + NODE_GAP) -
		  NODE_GAP;
	if (s.width < LEAST_WIDTH)
		s.width = LEAST_WIDTH;
	s.height = TOP + s.g.height + FOOT;
	fprintf(out,
		"<svg class=\"assay-trace\" role=\"img\" "
		"xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
		"height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
		"font-family=\"sans-serif\" font-size=\"12\">\n"
		"<title>Flow of traced coins</title>\n",
		s.width, s.height, s.width, s.height);
	style(&s);
	fputs("<rect class=\"paper\" fill=\"#ffffff\" width=\"100%\" "
	      "height=\"100%\"/>\n",
	      out);
	heading(&s);
	for (size_t i = 0; i < s.g.num_edges; i++)
		edge(&s, &s.g.edge[i]);
	for (size_t i = 0; i < s.g.num_nodes; i++) {
		if (s.g.node[i].type == TRACE_GRAPH_WAY)
			way(&s, &s.g.node[i]);
		else if (s.g.node[i].kept)
			node(&s, &s.g.node[i]);
	}
	legend(&s);
	fputs("</svg>\n", out);
	buf_fini(&s.text);
	trace_graph_free(&s.g);
	return fflush(out) == 0 && !ferror(out) ? ST_OK : ST_IO;
}
