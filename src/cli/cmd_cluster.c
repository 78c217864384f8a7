#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "chain/cluster.h"
#include "cli/cli.h"
#include "cli/cmd_chain.h"
#include "cli/export_table.h"
#include "cli/progress.h"
#include "coin/address.h"
#include "coin/block.h"
#include "report/cluster_table.h"

static const char usage[] =
	"usage: assay chain cluster [OPTION...] PATH [ADDRESS...]\n"
	"       assay chain cluster --why [OPTION...] PATH ADDRESS ADDRESS\n\n"
	"Which addresses seem to have one owner: an inference from the blocks "
	"of a node,\n"
	"always told as one. Scripts that a transaction spends from together "
	"belong\n"
	"together, unless it looks like a CoinJoin.\n\n"
	"      --rule NAMES       also join change: fresh, type "
	"(docs/chain.md); "
	"with commas\n"
	"      --with-coinjoins   take CoinJoins for spends of one owner, to "
	"see how wrong\n"
	"                         that is\n"
	"      --why              the transactions that tie two addresses\n"
	"      --json             one JSON object a line\n"
	"      --export DIR       all scripts with their clusters, as a table "
	"for\n"
	"                         PostgreSQL\n"
	"      --rowbinary DIR    the same for ClickHouse\n"
	"      --temp DIR         for files that are removed in the end "
	"(default: TMPDIR,\n"
	"                         or /var/tmp)\n"
	"  -q, --quiet            no progress\n"
	"  -h, --help\n";

enum {
	OPTION_RULE = 256,
	OPTION_WITH_COINJOINS,
	OPTION_WHY,
	OPTION_JSON,
	OPTION_EXPORT,
	OPTION_ROWBINARY,
	OPTION_TEMP
};

static const struct option options[] = {
	{ "rule", required_argument, NULL, OPTION_RULE },
	{ "with-coinjoins", no_argument, NULL, OPTION_WITH_COINJOINS },
	{ "why", no_argument, NULL, OPTION_WHY },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "export", required_argument, NULL, OPTION_EXPORT },
	{ "rowbinary", required_argument, NULL, OPTION_ROWBINARY },
	{ "temp", required_argument, NULL, OPTION_TEMP },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

#define MEMBERS_LISTED 40
#define SCRIPT_BYTES   64

struct asked { /* an address of the command line */
	const char *text;
	uint8_t script[SCRIPT_BYTES];
	size_t n;
};

struct command_line {
	struct cluster_options cluster;
	bool why, json, quiet, show;
	const char *path;
	const char *export, *rowbinary; /* directories, or NULL */
	struct asked *asked;
	size_t num_asked;
	struct progress progress;
	struct chain *chain;
	struct clusters *clusters;
	size_t listed; /* members, so far */
	struct buf line;
	struct json_writer w;
};

static bool set_rules(struct command_line *c, const char *list)
{
	do {
		const size_t n = strcspn(list, ",");
		char name[16] = "";

		if (n < sizeof(name))
			memcpy(name, list, n);
		const enum cluster_rule r = cluster_rule_of(name);

		if (r == CLUSTER_RULES)
			return cli_error(CLI_USAGE,
					 "%.*s: no such rule; there are fresh "
					 "and type",
					 (int)n, list) == CLI_DONE;
		c->cluster.rule[r] = true;
		list += n + (list[n] == ',');
	} while (*list);
	return true;
}

static bool set_option(struct command_line *c, int option)
{
	switch (option) {
	case OPTION_RULE:
		return set_rules(c, optarg);
	case OPTION_WITH_COINJOINS:
		c->cluster.with_coinjoins = true;
		return true;
	case OPTION_WHY:
		c->why = true;
		return true;
	case OPTION_JSON:
		c->json = true;
		return true;
	case OPTION_EXPORT:
		c->export = optarg;
		return true;
	case OPTION_ROWBINARY:
		c->rowbinary = optarg;
		return true;
	case OPTION_TEMP:
		c->cluster.directory = optarg;
		return true;
	case 'q':
		c->quiet = true;
		return true;
	default:
		return false;
	}
}

static bool read_addresses(struct command_line *c, char **text, int n)
{
	c->asked = mem_new(n > 0 ? (size_t)n : 1, sizeof(c->asked[0]));
	for (int i = 0; i < n; i++) {
		struct asked *a = &c->asked[c->num_asked++];
		const struct network *net;

		a->text = text[i];
		if (!address_parse(&net, a->script, &a->n,
				   (struct span){ (const uint8_t *)text[i],
						  strlen(text[i]) }))
			return cli_error(CLI_USAGE, "%s: not an address",
					 text[i]) == CLI_DONE;
	}
	return true;
}

/* CLI_DONE to go on; -1 after --help. */
static int read_options(struct command_line *c, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return -1;
		}
		if (option == '?' || !set_option(c, option))
			return CLI_USAGE;
	}
	if (optind == argc || (c->why && argc - optind != 3)) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	c->path = argv[optind];
	c->show = !c->quiet && isatty(STDERR_FILENO);
	return read_addresses(c, argv + optind + 1, argc - optind - 1)
		       ? CLI_DONE
		       : CLI_USAGE;
}

static bool on_blocks(void *context, const char *what, size_t done, size_t all)
{
	struct command_line *c = context;

	if (c->show)
		progress_blocks(&c->progress, what, done, all);
	return true;
}

static void begin(struct command_line *c, const char *type)
{
	buf_clear(&c->line);
	json_write_init(&c->w, &c->line);
	json_write_begin(&c->w, '{');
	json_write_key(&c->w, "type");
	json_write_text(&c->w, type);
}

static void finish(struct command_line *c)
{
	json_write_end(&c->w, '}');
	puts(buf_str(&c->line));
}

static void key_uint(struct command_line *c, const char *key, uint64_t v)
{
	json_write_key(&c->w, key);
	json_write_uint(&c->w, v);
}

static void tell_counts(struct command_line *c)
{
	struct cluster_counts n;

	cluster_count(&n, c->clusters);
	if (c->json) {
		begin(c, "clusters");
		key_uint(c, "scripts", n.scripts);
		key_uint(c, "clusters", n.clusters);
		key_uint(c, "unions", n.unions);
		key_uint(c, "largest", n.largest);
		key_uint(c, "coinjoins", n.coinjoins);
		key_uint(c, "transactions_without_inputs", n.without_inputs);
		finish(c);
		return;
	}
	printf("%llu scripts in %llu clusters, the largest of %llu\n"
	       "%llu transactions look like CoinJoins: %s\n",
	       (unsigned long long)n.scripts, (unsigned long long)n.clusters,
	       (unsigned long long)n.largest, (unsigned long long)n.coinjoins,
	       c->cluster.with_coinjoins ? "taken all the same" : "left out");
	if (n.without_inputs)
		printf("%llu transactions spend outputs that are in no block "
		       "here: left out\n",
		       (unsigned long long)n.without_inputs);
	if (n.largest > CLUSTER_SUPER)
		puts("a cluster of more than a million scripts is more likely "
		     "several owners joined by mistake than one");
}

static void address_text(const struct command_line *c, char out[ADDRESS_TEXT],
			 struct span script)
{
	const struct network *net = chain_network(c->chain)->network;
	const enum address_kind kind = address_of_script(out, script, net);

	if (!out[0] && script.n * 2 < ADDRESS_TEXT)
		hex_text(out, script.p, script.n);
	else if (!out[0])
		snprintf(out, ADDRESS_TEXT, "(%s script)",
			 address_kind_text(kind));
}

static bool on_member(void *context, struct span script, uint32_t cluster)
{
	struct command_line *c = context;
	char text[ADDRESS_TEXT];

	address_text(c, text, script);
	c->listed++;
	if (c->json) {
		begin(c, "member");
		key_uint(c, "cluster", cluster);
		json_write_key(&c->w, "address");
		json_write_text(&c->w, text);
		json_write_key(&c->w, "script");
		json_write_hex(&c->w, script);
		finish(c);
	} else if (c->listed <= MEMBERS_LISTED) {
		printf("  %s\n", text);
	}
	return true;
}

static enum status tell_cluster(struct command_line *c, const struct asked *a,
				struct why *why)
{
	uint32_t cluster;
	enum status st = cluster_find(&cluster, c->clusters,
				      (struct span){ a->script, a->n }, why);

	if (st != ST_OK)
		return st;
	if (cluster == UINT32_MAX) {
		if (!c->json)
			printf("\n%s: never paid in these blocks\n", a->text);
		return ST_OK;
	}
	const uint32_t size = cluster_size(c->clusters, cluster);

	if (c->json) {
		begin(c, "cluster");
		json_write_key(&c->w, "address");
		json_write_text(&c->w, a->text);
		key_uint(c, "cluster", cluster);
		key_uint(c, "scripts", size);
		finish(c);
	} else {
		printf("\n%s: one of %u script%s that seem to have one "
		       "owner\n",
		       a->text, size, size == 1 ? "" : "s");
	}
	c->listed = 0;
	st = cluster_list(c->clusters, c->chain, &cluster, 1, on_member, c,
			  why);
	if (!c->json && c->listed > MEMBERS_LISTED)
		printf("  and %zu more (--json lists them)\n",
		       c->listed - MEMBERS_LISTED);
	return st;
}

/* The txid of a place in the chain; "" if the block cannot be read. */
static void txid_text(const struct command_line *c, char out[65],
		      const struct cluster_step *step)
{
	struct chain_reader *r = chain_reader_new(c->chain);
	struct span raw;
	struct block b;

	out[0] = '\0';
	if (chain_reader_block(r, step->block, &raw, NULL) == ST_OK &&
	    block_parse(&b, raw)) {
		if (step->position < b.num_txs)
			hex_text_reversed(out, b.txids[step->position], 32);
		block_fini(&b);
	}
	chain_reader_free(r);
}

static void tell_step(struct command_line *c, const struct cluster_step *s)
{
	struct chain_block at;
	char txid[65];

	txid_text(c, txid, s);
	chain_block(&at, c->chain, s->block);
	if (!c->json) {
		printf("  %s  height %u, by rule %s\n", txid, at.height,
		       cluster_rule_text(s->rule));
		return;
	}
	begin(c, "step");
	json_write_key(&c->w, "txid");
	json_write_text(&c->w, txid);
	key_uint(c, "height", at.height);
	json_write_key(&c->w, "rule");
	json_write_text(&c->w, cluster_rule_text(s->rule));
	finish(c);
}

static enum status tell_why(struct command_line *c, struct why *why)
{
	const struct asked *a = &c->asked[0], *b = &c->asked[1];
	struct cluster_step *step;
	size_t n;
	const enum status st = cluster_why(
		&step, &n, c->clusters, (struct span){ a->script, a->n },
		(struct span){ b->script, b->n }, why);

	if (st == ST_END) {
		if (!c->json)
			puts("nothing ties them: they are in different "
			     "clusters, or one was never paid");
		return ST_OK;
	}
	if (st != ST_OK)
		return st;
	if (!c->json)
		printf("%s\nand %s\nare tied by %zu transaction%s\n", a->text,
		       b->text, n, n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++)
		tell_step(c, &step[i]);
	free(step);
	return ST_OK;
}

static enum status write_members(FILE *out, const void *context,
				 enum row_format format)
{
	const struct command_line *c = context;

	return cluster_table_write(out, c->clusters, c->chain, format);
}

static int export(const struct command_line *c, const char *directory,
		  enum row_format format)
{
	const struct export_table table = { &cluster_table, write_members, c };

	return directory ? export_table_all(directory, format, &table, 1)
			 : CLI_DONE;
}

static int tell(struct command_line *c)
{
	struct why why = { "" };
	enum status st = ST_OK;

	if (c->why)
		st = tell_why(c, &why);
	else
		tell_counts(c);
	for (size_t i = 0; !c->why && i < c->num_asked && st == ST_OK; i++)
		st = tell_cluster(c, &c->asked[i], &why);
	return st == ST_OK ? CLI_DONE : cli_error(CLI_FAILED, "%s", why.text);
}

static int run(struct command_line *c)
{
	struct why why = { "" };
	enum status st;
	int code;

	c->chain = chain_open(c->path, NULL, NULL, &why);
	if (!c->chain)
		return cli_error(CLI_FAILED, "%s", why.text);
	c->cluster.progress = on_blocks;
	c->cluster.progress_context = c;
	progress_begin(&c->progress);
	c->clusters = cluster_build(c->chain, &c->cluster, &st, &why);
	progress_end(&c->progress);
	if (c->clusters) {
		code = tell(c);
		if (code == CLI_DONE)
			code = export(c, c->export, ROW_TSV);
		if (code == CLI_DONE)
			code = export(c, c->rowbinary, ROW_BINARY);
		cluster_free(c->clusters);
	} else {
		code = cli_error(CLI_FAILED, "%s", why.text);
	}
	chain_close(c->chain);
	return code;
}

int cmd_chain_cluster(int argc, char **argv)
{
	struct command_line c = { .json = false };
	int code = read_options(&c, argc, argv);

	buf_init(&c.line, 1u << 20);
	if (code == CLI_DONE)
		code = run(&c);
	else if (code < 0)
		code = CLI_DONE;
	buf_fini(&c.line);
	free(c.asked);
	return code;
}
