#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/mem.h"
#include "base/num.h"
#include "chain/trace.h"
#include "cli/cli.h"
#include "cli/cli_lists.h"
#include "cli/cmd_chain.h"
#include "cli/export_trace.h"
#include "cli/progress.h"
#include "coin/address.h"
#include "report/trace_told.h"
#include "watchlist/lists.h"

static const char usage[] =
	"usage: assay trace --chain PATH [OPTION...] SOURCE...\n"
	"       assay trace --chain PATH --why ADDRESS ADDRESS\n\n"
	"Follows coins through the block files of a Bitcoin node: everything "
	"that was\n"
	"ever paid from the outputs of SOURCE, by several policies. SOURCE is "
	"an address\n"
	"(all outputs that paid it), a script in hex, or TXID:VOUT.\n\n"
	"      --chain PATH       the node's data or blocks directory, or one "
	"file\n"
	"      --back             where its coins came from instead\n"
	"      --coinbases        of an address only what coinbases paid it\n"
	"      --list FILE|DIR    names of addresses (docs/lists.md); "
	"exchanges, mixers,\n"
	"                         pools and sanctioned ones among them end the "
	"trace; may be\n"
	"                         repeated\n"
	"      --through          follow on through listed addresses\n"
	"      --through-coinjoins  follow on through what looks like a "
	"CoinJoin\n"
	"      --through-fees     follow fees into the coinbases that take "
	"them\n"
	"      --policy NAMES     of poison, haircut, fifo, lifo, tiho, "
	"seniority; with\n"
	"                         commas (default: all)\n"
	"      --hops N           no further than N transactions\n"
	"      --max-outputs N    follow no more than N outputs\n"
	"      --why              the transactions that tie two addresses to "
	"one "
	"owner, by\n"
	"                         inference (as assay chain cluster --why)\n"
	"      --checkpoint FILE  keep in FILE how far it got, and go on from "
	"there; once it is\n"
	"                         done, with the blocks that came since\n"
	"      --checkpoint-every S  seconds between two writings of it "
	"(default: 30)\n"
	"      --no-verify        do not hold the transactions against their "
	"blocks' headers\n"
	"      --json             one JSON object a line (docs/trace.md)\n"
	"      --graphml FILE     a graph for Gephi, yEd and others\n"
	"      --svg FILE         a drawing\n"
	"      --tsv DIR          tables for PostgreSQL\n"
	"      --rowbinary DIR    tables for ClickHouse\n"
	"  -j, --jobs N           threads (default: one for each processor)\n"
	"  -q, --quiet            no progress\n"
	"  -h, --help\n\n"
	"Exit status: 0 done; 1 the blocks or a list failed; 2 wrong usage.\n";

enum {
	OPTION_CHAIN = 256,
	OPTION_BACK,
	OPTION_COINBASES,
	OPTION_LIST,
	OPTION_THROUGH,
	OPTION_THROUGH_COINJOINS,
	OPTION_THROUGH_FEES,
	OPTION_POLICY,
	OPTION_HOPS,
	OPTION_MAX_OUTPUTS,
	OPTION_CHECKPOINT,
	OPTION_CHECKPOINT_EVERY,
	OPTION_WHY,
	OPTION_NO_VERIFY,
	OPTION_JSON,
	OPTION_GRAPHML,
	OPTION_SVG,
	OPTION_TSV,
	OPTION_ROWBINARY,
};

static const struct option options[] = {
	{ "chain", required_argument, NULL, OPTION_CHAIN },
	{ "back", no_argument, NULL, OPTION_BACK },
	{ "coinbases", no_argument, NULL, OPTION_COINBASES },
	{ "list", required_argument, NULL, OPTION_LIST },
	{ "through", no_argument, NULL, OPTION_THROUGH },
	{ "through-coinjoins", no_argument, NULL, OPTION_THROUGH_COINJOINS },
	{ "through-fees", no_argument, NULL, OPTION_THROUGH_FEES },
	{ "policy", required_argument, NULL, OPTION_POLICY },
	{ "hops", required_argument, NULL, OPTION_HOPS },
	{ "max-outputs", required_argument, NULL, OPTION_MAX_OUTPUTS },
	{ "checkpoint", required_argument, NULL, OPTION_CHECKPOINT },
	{ "checkpoint-every", required_argument, NULL,
	  OPTION_CHECKPOINT_EVERY },
	{ "why", no_argument, NULL, OPTION_WHY },
	{ "no-verify", no_argument, NULL, OPTION_NO_VERIFY },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "graphml", required_argument, NULL, OPTION_GRAPHML },
	{ "svg", required_argument, NULL, OPTION_SVG },
	{ "tsv", required_argument, NULL, OPTION_TSV },
	{ "rowbinary", required_argument, NULL, OPTION_ROWBINARY },
	{ "jobs", required_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

#define SOURCES_MAX 100000

struct command_line {
	const char *path;
	struct trace_options trace;
	struct script_set scripts;
	struct outpoint *outpoint;
	struct lists *lists;
	bool policy[TAINT_POLICIES], any_policy;
	struct trace_checkpoint checkpoint;
	bool back, through, why, no_verify, json, quiet, show, told_failed;
	struct export_trace export;
	struct progress progress;
};

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool set_number(uint64_t *out, const char *text, uint64_t most)
{
	return (num_u64(out, text_span(text)) && *out >= 1 && *out <= most) ||
	       cli_error(CLI_USAGE, "%s: not a number from 1 to %llu", text,
			 (unsigned long long)most) == CLI_DONE;
}

static bool set_policies(struct command_line *c, const char *list)
{
	do {
		const size_t n = strcspn(list, ",");
		char name[16] = "";

		if (n < sizeof(name))
			memcpy(name, list, n);
		const enum taint_policy p = taint_policy_of(name);

		if (p == TAINT_POLICIES)
			return cli_error(CLI_USAGE,
					 "%.*s: no such policy; there are "
					 "poison, haircut, fifo, lifo, tiho, "
					 "seniority",
					 (int)n, list) == CLI_DONE;
		c->policy[p] = c->any_policy = true;
		list += n + (list[n] == ',');
	} while (*list);
	return true;
}

/* Options that have a number. */
static bool set_limit(struct command_line *c, int option, const char *value)
{
	const uint64_t most = option == 'j' ? 64 : TRACE_OUTPUTS_MAX;
	uint64_t n;

	if (!set_number(&n, value, most))
		return false;
	if (option == 'j')
		c->trace.threads = (unsigned)n;
	else if (option == OPTION_HOPS)
		c->trace.hops_max = (uint32_t)n;
	else
		c->trace.outputs_max = (size_t)n;
	return true;
}

/* Options that name a file or directory to write to. */
static bool set_export(struct command_line *c, int option, const char *value)
{
	if (!*value)
		return cli_error(CLI_USAGE, "a name is needed to write to") ==
		       CLI_DONE;
	if (option == OPTION_CHECKPOINT)
		c->checkpoint.path = value;
	else if (option == OPTION_GRAPHML)
		c->export.graphml = value;
	else if (option == OPTION_SVG)
		c->export.svg = value;
	else if (option == OPTION_TSV)
		c->export.tsv = value;
	else
		c->export.rowbinary = value;
	return true;
}

/* 0: after every round of blocks. */
static bool set_seconds(struct command_line *c, const char *value)
{
	uint64_t n;

	if (!num_u64(&n, text_span(value)) || n > 86400)
		return cli_error(CLI_USAGE, "%s: not a number from 0 to 86400",
				 value) == CLI_DONE;
	c->checkpoint.seconds = (unsigned)n;
	return true;
}

static bool set_option(struct command_line *c, int option, const char *value)
{
	bool *const flags[] = {
		[OPTION_BACK] = &c->back,
		[OPTION_COINBASES] = &c->trace.coinbases_only,
		[OPTION_THROUGH] = &c->through,
		[OPTION_THROUGH_COINJOINS] = &c->trace.through_coinjoins,
		[OPTION_THROUGH_FEES] = &c->trace.through_fees,
		[OPTION_WHY] = &c->why,
		[OPTION_NO_VERIFY] = &c->no_verify,
		[OPTION_JSON] = &c->json,
		['q'] = &c->quiet,
	};

	switch (option) {
	case OPTION_CHAIN:
		c->path = value;
		return true;
	case OPTION_LIST:
		return cli_lists_read(c->lists, value);
	case OPTION_POLICY:
		return set_policies(c, value);
	case OPTION_CHECKPOINT_EVERY:
		return set_seconds(c, value);
	case OPTION_CHECKPOINT:
	case OPTION_GRAPHML:
	case OPTION_SVG:
	case OPTION_TSV:
	case OPTION_ROWBINARY:
		return set_export(c, option, value);
	case OPTION_HOPS:
	case OPTION_MAX_OUTPUTS:
	case 'j':
		return set_limit(c, option, value);
	default:
		if (option < 0 ||
		    (size_t)option >= sizeof(flags) / sizeof(flags[0]) ||
		    !flags[option])
			return false;
		*flags[option] = true;
		return true;
	}
}

/* "TXID:VOUT" */
static bool add_outpoint(struct command_line *c, const char *text)
{
	const char *colon = strchr(text, ':');
	struct outpoint o;
	uint8_t txid[32];
	uint64_t index;

	if (!colon || colon - text != 64 ||
	    !hex_bytes(txid, 32, (struct span){ (const uint8_t *)text, 64 }) ||
	    !num_u64(&index, text_span(colon + 1)) || index > UINT32_MAX)
		return false;
	for (size_t i = 0; i < 32; i++)
		o.txid[i] = txid[31 - i];
	o.index = (uint32_t)index;
	c->outpoint[c->trace.num_outpoints++] = o;
	return true;
}

static bool add_script(struct command_line *c, const char *text)
{
	const size_t n = strlen(text) / 2;
	uint8_t script[512];

	if (n < 2 || n > sizeof(script) || strlen(text) % 2 ||
	    !hex_bytes(script, n, text_span(text)))
		return false;
	script_set_add(&c->scripts, (struct span){ script, n }, 0);
	return true;
}

static bool add_source(struct command_line *c, const char *text)
{
	const struct network *net;
	uint8_t script[64];
	size_t n;

	if (add_outpoint(c, text))
		return true;
	if (address_parse(&net, script, &n, text_span(text))) {
		script_set_add(&c->scripts, (struct span){ script, n }, 0);
		return true;
	}
	return add_script(c, text) ||
	       cli_error(CLI_USAGE,
			 "%s: neither an address (its checksum is verified), "
			 "nor TXID:VOUT, nor a script in hex",
			 text) == CLI_DONE;
}

/* CLI_DONE to go on; -1 after --help. */
static int read_options(struct command_line *c, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "j:qh", options, NULL)) !=
	       -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return -1;
		}
		if (option == '?' || !set_option(c, option, optarg))
			return CLI_USAGE;
	}
	if (optind == argc) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	if (!c->path)
		return cli_error(CLI_USAGE,
				 "--chain is needed: a node's blocks "
				 "directory");
	if (argc - optind > SOURCES_MAX)
		return cli_error(CLI_USAGE, "more than %d sources",
				 SOURCES_MAX);
	c->outpoint = mem_new((size_t)(argc - optind), sizeof(c->outpoint[0]));
	for (int i = optind; i < argc; i++) {
		if (!add_source(c, argv[i]))
			return CLI_USAGE;
	}
	c->show = !c->quiet && isatty(STDERR_FILENO);
	return CLI_DONE;
}

/* Told once, when it happens: it may be mended while the trace goes on. */
static void tell_failed(struct command_line *c)
{
	if (!c->checkpoint.failed || c->told_failed)
		return;
	progress_end(&c->progress);
	cli_error(CLI_FAILED, "%s; the trace goes on, and tries again",
		  c->checkpoint.why.text);
	c->told_failed = true;
}

static bool on_blocks(void *context, const char *what, size_t done, size_t all)
{
	struct command_line *c = context;

	tell_failed(c);
	if (c->show)
		progress_blocks(&c->progress, what, done, all);
	return true;
}

static void on_file(void *context, size_t file, size_t files)
{
	on_blocks(context, "files", file, files);
}

/* A listed address has many owners' coins behind it. */
static bool is_service(void *context, struct span script)
{
	const struct command_line *c = context;

	return lists_service(c->lists, script);
}

static int tell(struct command_line *c, struct trace_told *told)
{
	const size_t n = told->trace->num_outputs;
	enum status st;
	int code = CLI_DONE;

	for (int p = 0; p < TAINT_POLICIES; p++) {
		if (c->any_policy && !c->policy[p])
			continue;
		told->policy[p] = true;
		told->tainted[p] =
			mem_new(n ? n : 1, sizeof(told->tainted[p][0]));
		trace_taint(told->tainted[p], &told->sums[p], told->trace,
			    (enum taint_policy)p);
	}
	st = c->json ? trace_told_json(stdout, told)
		     : trace_told_text(stdout, told);
	code = st == ST_OK
		       ? export_trace(&c->export, told)
		       : cli_error(CLI_FAILED, "the trace cannot be written");
	for (int p = 0; p < TAINT_POLICIES; p++)
		free(told->tainted[p]);
	return code;
}

static int tell_kinds(struct command_line *c, struct trace_told *told)
{
	struct kinds kinds;
	struct why why;
	int code;

	if (kind_of_trace(&kinds, told->trace, told->chain, told->lists,
			  &why) != ST_OK)
		return cli_error(CLI_FAILED, "%s", why.text);
	told->kinds = &kinds;
	code = tell(c, told);
	kind_free(&kinds);
	return code;
}

/* How much of it earlier runs had done. */
static void tell_before(const struct command_line *c, const struct trace *t)
{
	const struct trace_checkpoint *k = &c->checkpoint;

	if (c->quiet || k->before == 0)
		return;
	fprintf(stderr, "assay: %zu of %zu blocks had been looked at before\n",
		k->before, t->chain_blocks);
	if (k->left_out > 0)
		fprintf(stderr,
			"assay: %zu block%s that came since the trace backward "
			"was begun %s left out\n",
			k->left_out, k->left_out == 1 ? "" : "s",
			k->left_out == 1 ? "is" : "are");
}

static int trace(struct command_line *c, const struct chain *chain)
{
	struct trace t;
	struct trace_told told = { .trace = &t,
				   .chain = chain,
				   .lists = lists_count(c->lists) ? c->lists
								  : NULL };
	struct why why = { "" };
	enum status st;
	int code = CLI_DONE;

	progress_begin(&c->progress);
	st = c->back ? trace_backward(&t, chain, &c->trace, &why)
		     : trace_forward(&t, chain, &c->trace, &why);
	progress_end(&c->progress);
	if (st == ST_OK && !c->no_verify && !c->back)
		st = trace_verify(&t, chain, &c->trace, &why);
	told.verified = st == ST_OK && (c->back || !c->no_verify);
	if (st != ST_OK) {
		code = cli_error(CLI_FAILED, "%s", why.text);
	} else {
		tell_before(c, &t);
		code = tell_kinds(c, &told);
		if (code == CLI_DONE && c->checkpoint.failed)
			code = cli_error(CLI_FAILED, "%s",
					 c->checkpoint.why.text);
	}
	trace_free(&t);
	return code;
}

static int run(struct command_line *c)
{
	struct chain *chain;
	struct why why;
	int code;

	c->trace.scripts = script_set_count(&c->scripts) ? &c->scripts : NULL;
	c->trace.outpoint = c->outpoint;
	c->trace.progress = on_blocks;
	c->trace.progress_context = c;
	c->trace.checkpoint = c->checkpoint.path ? &c->checkpoint : NULL;
	if (lists_count(c->lists) > 0 && !c->through) {
		c->trace.stop = is_service;
		c->trace.stop_context = c;
	}
	progress_begin(&c->progress);
	chain = chain_open(c->path, on_file, c, &why);
	progress_end(&c->progress);
	if (!chain)
		return cli_error(CLI_FAILED, "%s", why.text);
	code = trace(c, chain);
	chain_close(chain);
	return code;
}

/* The question is one for clusters. */
static int tell_why(const struct command_line *c, char **argv, int sources)
{
	char why[] = "--why", json[] = "--json", quiet[] = "--quiet";
	char *path = mem_text(c->path, strlen(c->path));
	char *to[8] = { argv[0], why, path, NULL };
	int n = 3, code;

	if (c->json)
		to[n++] = json;
	if (c->quiet)
		to[n++] = quiet;
	for (int i = 0; i < sources && n < 7; i++)
		to[n++] = argv[optind + i];
	optind = 0; /* from the beginning, of another list */
	code = cmd_chain_cluster(n, to);
	free(path);
	return code;
}

int cmd_trace(int argc, char **argv)
{
	struct command_line c = { .lists = lists_new(),
				  .checkpoint = { .seconds = 30 } };
	int code;

	script_set_init(&c.scripts);
	code = read_options(&c, argc, argv);
	if (code == CLI_DONE)
		code = c.why ? tell_why(&c, argv, argc - optind) : run(&c);
	else if (code < 0)
		code = CLI_DONE;
	script_set_fini(&c.scripts);
	lists_free(c.lists);
	free(c.outpoint);
	return code;
}
