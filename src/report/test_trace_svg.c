/* Drawings and exports of traces on chains made for it: what is too much is
 * left out with a word, what is hostile stays text, twice is the same. */
#include <expat.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coin/address.h"
#include "report/trace_graph.h"
#include "report/trace_svg.h"
#include "report/trace_tables.h"
#include "test/chain_maker.h"
#include "test/tap.h"

#define COIN  UINT64_C(100000000)
#define PLACE "test_trace_svg.blocks"
#define LIST  "test_trace_svg.csv"

struct seen {
	struct chain *chain;
	struct lists *lists;
	struct trace t;
	struct kinds k;
	struct trace_told told;
	uint8_t source[25];
};

/* A P2PKH script that a number tells. */
static struct span script_of(uint8_t script[25], uint32_t n)
{
	static const uint8_t form[25] = { 0x76, 0xa9,
					  0x14, [23] = 0x88, [24] = 0xac };

	memcpy(script, form, 25);
	memcpy(script + 3, &n, 4);
	return (struct span){ script, 25 };
}

static void add_block(struct maker *m, struct buf *file)
{
	struct buf record;

	buf_init(&record, 1u << 24);
	maker_end(m, &record, NULL);
	maker_record(file, buf_span(&record), 0);
	buf_fini(&record);
}

#define WIDE 60

/* A coinbase is split in WIDE parts, each larger than the next; each of them is
 * spent in two. */
static void make_fan(struct buf *file, uint8_t source[25])
{
	struct maker m;
	uint8_t script[25], txid[32];

	maker_init(&m);
	maker_begin(&m, 50 * COIN, script_of(source, 1));
	add_block(&m, file);
	memcpy(txid, m.txid[0], 32);
	maker_begin(&m, COIN, script_of(script, 1000000));
	maker_tx(&m);
	maker_input(&m, txid, 0, 50 * COIN, script_of(script, 1), 0, 71, false);
	for (uint32_t i = 0; i < WIDE; i++)
		maker_output(&m, (WIDE - i) * (COIN / 100),
			     script_of(script, 100 + i));
	maker_tx_end(&m);
	memcpy(txid, m.txid[1], 32);
	add_block(&m, file);
	maker_begin(&m, COIN, script_of(script, 1000001));
	for (uint32_t i = 0; i < WIDE; i++) {
		maker_tx(&m);
		maker_input(&m, txid, i, 0, script_of(script, 100 + i), 0, 71,
			    false);
		maker_output(&m, (WIDE - i) * (COIN / 200),
			     script_of(script, 200 + i));
		maker_output(&m, (WIDE - i) * (COIN / 400),
			     script_of(script, 300 + i));
		maker_tx_end(&m);
	}
	add_block(&m, file);
	maker_fini(&m);
}

static bool write_file(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	const bool good = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;

	return fclose(f) == 0 && good;
}

/* The last of the fan, which gets least, is on a list. */
static bool write_list(void)
{
	uint8_t script[25];
	char text[512], address[ADDRESS_TEXT];

	address_of_script(address, script_of(script, 300 + WIDE - 1),
			  network_named("regtest"));
	snprintf(text, sizeof(text),
		 "address,entity,kind\n%s,<b>&'\x1b[31m,sanction\n", address);
	return write_file(LIST,
			  (struct span){ (const uint8_t *)text, strlen(text) });
}

static bool look(struct seen *s)
{
	struct script_set scripts;
	struct trace_options options = { .scripts = &scripts, .threads = 1 };
	struct why why = { "" };
	struct buf file;

	*s = (struct seen){ .lists = lists_new() };
	buf_init(&file, 1u << 26);
	make_fan(&file, s->source);
	mkdir(PLACE, 0700);
	bool good = write_file(PLACE "/blk00000.dat", buf_span(&file)) &&
		    write_list() && lists_read(s->lists, LIST, &why) == ST_OK;

	buf_fini(&file);
	s->chain = good ? chain_open(PLACE, NULL, NULL, &why) : NULL;
	script_set_init(&scripts);
	script_set_add(&scripts, (struct span){ s->source, 25 }, 0);
	good = s->chain &&
	       trace_forward(&s->t, s->chain, &options, &why) == ST_OK &&
	       kind_of_trace(&s->k, &s->t, s->chain, s->lists, &why) == ST_OK;
	script_set_fini(&scripts);
	if (!good) {
		printf("# %s\n", why.text);
		return false;
	}
	s->told = (struct trace_told){ .trace = &s->t,
				       .chain = s->chain,
				       .lists = s->lists,
				       .kinds = &s->k };
	for (int p = 0; p < TAINT_POLICIES; p++) {
		s->told.tainted[p] = calloc(s->t.num_outputs, sizeof(uint64_t));
		trace_taint(s->told.tainted[p], &s->told.sums[p], &s->t,
			    (enum taint_policy)p);
	}
	return true;
}

static void look_end(struct seen *s)
{
	for (int p = 0; p < TAINT_POLICIES; p++)
		free(s->told.tainted[p]);
	kind_free(&s->k);
	trace_free(&s->t);
	chain_close(s->chain);
	lists_free(s->lists);
	unlink(PLACE "/blk00000.dat");
	rmdir(PLACE);
	unlink(LIST);
}

typedef enum status write_told(FILE *out, const struct trace_told *t);

static char *written(const struct seen *s, write_told *write, size_t *n)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, n);

	if (write(out, &s->told) != ST_OK)
		*n = 0;
	fclose(out);
	return text;
}

static bool is_xml(const char *text, size_t n)
{
	XML_Parser p = XML_ParserCreate(NULL);
	const bool good = XML_Parse(p, text, (int)n, 1) == XML_STATUS_OK;

	if (!good)
		printf("# line %lu\n", XML_GetCurrentLineNumber(p));
	XML_ParserFree(p);
	return good;
}

static void test_written(const struct seen *s, write_told *write)
{
	size_t n, again;
	char *text = written(s, write, &n);
	char *twice = written(s, write, &again);

	OK(is_xml(text, n));
	OK(n == again && memcmp(text, twice, n) == 0);
	OK(strstr(text, "&lt;b&gt;&amp;&#39;\\x1b[31m") &&
	   !strstr(text, "<b>"));
	free(text);
	free(twice);
}

static size_t count(const struct trace_graph *g, enum trace_graph_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < g->num_nodes; i++)
		n += g->node[i].type == type && g->node[i].kept;
	return n;
}

struct flows {
	uint64_t source, arrived;
	bool forward, listed;
};

static void add_flow(struct flows *f, const struct trace_graph *g,
		     const struct trace_graph_edge *e)
{
	const struct trace_graph_node *from = &g->node[e->from];
	const struct trace_graph_node *to = &g->node[e->to];

	f->forward &= from->kept && to->kept && to->layer == from->layer + 1;
	if (from->type == TRACE_GRAPH_SOURCE)
		f->source += e->sat;
	if (to->type == TRACE_GRAPH_PLACE || to->type == TRACE_GRAPH_REST)
		f->arrived += e->sat;
	f->listed |= to->type == TRACE_GRAPH_PLACE && to->entry != SIZE_MAX;
}

/* What flows out of the source arrives, drawn or not. */
static void test_graph(const struct seen *s)
{
	struct flows f = { .forward = true };
	struct trace_graph g;

	trace_graph_build(&g, &s->told);
	trace_graph_place(&g);
	OK(count(&g, TRACE_GRAPH_TX) == TRACE_GRAPH_TXS);
	OK(count(&g, TRACE_GRAPH_PLACE) == TRACE_GRAPH_PLACES);
	OK(count(&g, TRACE_GRAPH_REST) > 0);
	for (size_t i = 0; i < g.num_edges; i++)
		add_flow(&f, &g, &g.edge[i]);
	OK(f.forward && f.listed);
	OK(f.source == 50 * COIN);
	/* All that was passed on: three quarters of 18.3. */
	OK(f.arrived == WIDE * (WIDE + 1) / 2 * (COIN / 400 * 3));
	trace_graph_free(&g);
}

/* None over another. */
static void test_places(const struct seen *s)
{
	struct trace_graph g;
	bool apart = true;

	trace_graph_build(&g, &s->told);
	trace_graph_place(&g);
	for (size_t i = 0; i < g.num_nodes; i++) {
		const struct trace_graph_node *a = &g.node[i];

		for (size_t k = 0; k < i; k++) {
			const struct trace_graph_node *b = &g.node[k];

			if (a->kept && b->kept && a->layer == b->layer)
				apart &= a->y >= b->y + b->height ||
					 b->y >= a->y + a->height;
		}
	}
	OK(apart);
	trace_graph_free(&g);
}

static void test_tables(const struct seen *s)
{
	static const size_t lines[] = { 2 + WIDE, 1 + WIDE + 2 * WIDE,
					1 + WIDE };

	for (int i = 0; i < TRACE_TABLES; i++) {
		char *text = NULL;
		size_t n, found = 0, tabs = 0;
		FILE *out = open_memstream(&text, &n);

		OK(trace_tables_write(out, &s->told, (enum trace_table)i,
				      ROW_TSV) == ST_OK);
		fclose(out);
		for (size_t k = 0; k < n; k++) {
			found += text[k] == '\n';
			tabs += text[k] == '\t';
		}
		OK(found == lines[i]);
		OK(tabs ==
		   found * (trace_tables_of((enum trace_table)i)->n - 1));
		free(text);
	}
}

/* A trace that found nothing. */
static void test_empty(const struct seen *s)
{
	struct trace none = { .tx = NULL };
	struct kinds kinds = { .tx = NULL };
	struct seen e = {
		.told = { .trace = &none, .chain = s->chain, .kinds = &kinds }
	};
	size_t n;
	char *text = written(&e, trace_svg, &n);

	OK(is_xml(text, n));
	free(text);
	text = written(&e, trace_told_graphml, &n);
	OK(is_xml(text, n));
	free(text);
}

int main(void)
{
	struct seen s;

	OK(look(&s));
	test_written(&s, trace_svg);
	test_written(&s, trace_told_graphml);
	test_graph(&s);
	test_places(&s);
	test_tables(&s);
	test_empty(&s);
	look_end(&s);
	return tap_end();
}
