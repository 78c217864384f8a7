#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/json_write.h"
#include "base/num.h"
#include "base/text.h"
#include "base/ts.h"
#include "chain/chain.h"
#include "chain/chain_balance.h"
#include "chain/chain_verify.h"
#include "chain/header_tree.h"
#include "cli/cli.h"
#include "cli/cmd_chain.h"
#include "cli/progress.h"

static const char usage[] =
	"usage: assay chain info [OPTION...] PATH\n"
	"       assay chain verify [OPTION...] PATH\n"
	"       assay chain cluster [OPTION...] PATH [ADDRESS...]\n"
	"       assay chain import [OPTION...] PATH INDEX\n"
	"       assay chain address|spender|tx [OPTION...] INDEX QUESTION\n\n"
	"Reads the block files of a Bitcoin node (blk*.dat and rev*.dat, "
	"obfuscated by\n"
	"xor.dat or not). PATH is its data directory, its blocks directory, or "
	"one file.\n\n"
	"  info     which blocks are there; headers, their proof of work and "
	"the chain\n"
	"           with the most of it are checked\n"
	"  verify   all of that, and every block against its merkle root, its "
	"witness\n"
	"           commitment and, with rev files or a table of what is "
	"unspent, the\n"
	"           values it spends\n"
	"  cluster  which addresses seem to have one owner (--help tells "
	"more)\n"
	"  import   an index for what is asked often; address, spender and tx "
	"ask it\n"
	"           (assay chain import --help tells more)\n\n"
	"      --unspent  keep a table of unspent outputs, and count the coins "
	"(done without\n"
	"                 being asked where rev files are missing and blk "
	"files "
	"are under\n"
	"                 2 GB)\n"
	"      --json     one JSON object\n"
	"  -j, --jobs N   threads (default: one for each processor)\n"
	"  -q, --quiet    no progress\n"
	"  -h, --help\n\n"
	"Exit status: 0 done; 1 the files, or a block, failed; 2 wrong "
	"usage.\n";

static const struct option options[] = {
	{ "jobs", required_argument, NULL, 'j' },
	{ "json", no_argument, NULL, 'J' },
	{ "unspent", no_argument, NULL, 'U' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

#define BALANCED_UNASKED (UINT64_C(2) << 30) /* bytes of blk files */

struct checked { /* what was found out, as far as it was asked */
	bool is_verified, is_balanced;
	struct chain_verified verified;
	struct chain_balance balance;
};

struct command_line {
	struct chain_verify_options verify;
	bool json, quiet, show, unspent;
	const char *path;
	struct progress progress;
};

static bool set_jobs(unsigned *out, const char *text)
{
	uint64_t n;

	if (!num_u64(&n,
		     (struct span){ (const uint8_t *)text, strlen(text) }) ||
	    n < 1 || n > 64)
		return cli_error(CLI_USAGE,
				 "%s: not a number of threads between 1 and 64",
				 text) == CLI_DONE;
	*out = (unsigned)n;
	return true;
}

/* CLI_DONE to go on; -1 after --help. */
static int read_options(struct command_line *c, int argc, char **argv)
{
	int option;

	*c = (struct command_line){ .json = false };
	while ((option = getopt_long(argc, argv, "j:qh", options, NULL)) !=
	       -1) {
		switch (option) {
		case 'h':
			fputs(usage, stdout);
			return -1;
		case 'j':
			if (!set_jobs(&c->verify.threads, optarg))
				return CLI_USAGE;
			break;
		case 'J':
			c->json = true;
			break;
		case 'U':
			c->unspent = true;
			break;
		case 'q':
			c->quiet = true;
			break;
		default:
			return CLI_USAGE;
		}
	}
	if (optind + 1 != argc) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	c->path = argv[optind];
	c->show = !c->quiet && isatty(STDERR_FILENO);
	return CLI_DONE;
}

static void on_file(void *context, size_t file, size_t files)
{
	struct command_line *c = context;

	if (c->show)
		progress_blocks(&c->progress, "files", file, files);
}

static bool on_blocks(void *context, size_t done, size_t all)
{
	struct command_line *c = context;

	if (c->show)
		progress_blocks(&c->progress, "blocks", done, all);
	return true;
}

/* "12 stale; 3 twice": what there is none of is left out. */
static void count(uint64_t n, const char *what)
{
	if (n > 0)
		printf("  %-12s %llu %s\n", "", (unsigned long long)n, what);
}

static void tell_block(const char *name, const struct chain *c, size_t i)
{
	struct chain_block b;
	char hash[65], time[TS_TEXT], height[32] = "height not determined";

	chain_block(&b, c, i);
	if (b.height != HEADER_TREE_UNSURE)
		snprintf(height, sizeof(height), "height %u", b.height);
	printf("  %-12s %s, %s, %s\n", name, height,
	       ts_text((struct ts){ b.time * INT64_C(1000000000) }, time),
	       hex_text_reversed(hash, b.hash, 32));
}

static void tell_info(const struct chain *c)
{
	const struct chain_counts *n = chain_counts(c);
	char bytes[TEXT_SI];

	printf("%zu block%s of network %s\n", chain_length(c),
	       chain_length(c) == 1 ? "" : "s",
	       chain_network(c)->network->name);
	tell_block("first", c, 0);
	tell_block("last", c, chain_length(c) - 1);
	printf("  %-12s %zu, %sB%s\n", "files", n->files,
	       text_si(bytes, (double)n->bytes),
	       block_files_obfuscated(chain_files(c)) ? ", obfuscated" : "");
	count(n->stale, "blocks on branches with less work");
	count(n->apart, "blocks that do not hang on the chain's first");
	count(n->duplicates, "blocks that are there more than once");
	count(n->easy, "headers that do not meet their own target: left out");
	count(n->wrong, "headers with a target that cannot be: left out");
	count(n->dropped, "blocks left out: more than this can hold");
	count(n->cut, "of the records cut by the end of their file");
	count(n->junk, "bytes that belong to no record");
}

static void json_counts(struct json_writer *w, const struct chain_counts *n)
{
	const struct {
		const char *key;
		uint64_t value;
	} all[] = {
		{ "files", n->files },     { "bytes", n->bytes },
		{ "records", n->records }, { "stale", n->stale },
		{ "apart", n->apart },     { "duplicates", n->duplicates },
		{ "easy", n->easy },       { "wrong", n->wrong },
		{ "dropped", n->dropped }, { "cut", n->cut },
		{ "junk_bytes", n->junk }, { "zero_bytes", n->zeros },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		json_write_key(w, all[i].key);
		json_write_uint(w, all[i].value);
	}
}

static void json_block(struct json_writer *w, const char *key,
		       const struct chain *c, size_t i)
{
	struct chain_block b;
	char hash[65];

	chain_block(&b, c, i);
	json_write_key(w, key);
	json_write_begin(w, '{');
	json_write_key(w, "height");
	if (b.height == HEADER_TREE_UNSURE)
		json_write_null(w);
	else
		json_write_uint(w, b.height);
	json_write_key(w, "time");
	json_write_ts(w, (struct ts){ b.time * INT64_C(1000000000) });
	json_write_key(w, "hash");
	json_write_text(w, hex_text_reversed(hash, b.hash, 32));
	json_write_end(w, '}');
}

static void json_verified(struct json_writer *w, const struct chain_verified *v)
{
	const struct {
		const char *key;
		uint64_t value;
	} all[] = {
		{ "blocks", v->blocks },
		{ "transactions", v->transactions },
		{ "malformed", v->malformed },
		{ "bad_root", v->bad_root },
		{ "bad_witness", v->bad_witness },
		{ "bad_undo", v->bad_undo },
		{ "bad_value", v->bad_value },
		{ "without_undo", v->without_undo },
		{ "fees_sat", v->fees },
		{ "unclaimed_sat", v->unclaimed },
	};

	json_write_key(w, "verified");
	json_write_begin(w, '{');
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		json_write_key(w, all[i].key);
		json_write_uint(w, all[i].value);
	}
	json_write_key(w, "first_wrong");
	json_write_text(w, v->first[0] ? v->first : NULL);
	json_write_end(w, '}');
}

static void json_balance(struct json_writer *w, const struct chain_balance *b)
{
	const struct {
		const char *key;
		uint64_t value;
	} all[] = {
		{ "unspent", b->unspent },
		{ "unspent_sat", b->unspent_sat },
		{ "overwritten_sat", b->overwritten_sat },
		{ "addresses", b->addresses },
		{ "fees_sat", b->fees },
		{ "missing", b->missing },
		{ "excess", b->excess },
	};

	json_write_key(w, "balance");
	json_write_begin(w, '{');
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		json_write_key(w, all[i].key);
		json_write_uint(w, all[i].value);
	}
	json_write_key(w, "first_wrong");
	json_write_text(w, b->first[0] ? b->first : NULL);
	json_write_end(w, '}');
}

static void tell_json(const struct chain *c, const struct checked *v)
{
	struct json_writer w;
	struct buf line;

	buf_init(&line, 1u << 16);
	json_write_init(&w, &line);
	json_write_begin(&w, '{');
	json_write_key(&w, "type");
	json_write_text(&w, "chain");
	json_write_key(&w, "network");
	json_write_text(&w, chain_network(c)->network->name);
	json_write_key(&w, "length");
	json_write_uint(&w, chain_length(c));
	json_block(&w, "first", c, 0);
	json_block(&w, "last", c, chain_length(c) - 1);
	json_write_key(&w, "obfuscated");
	json_write_bool(&w, block_files_obfuscated(chain_files(c)));
	json_counts(&w, chain_counts(c));
	if (v->is_verified)
		json_verified(&w, &v->verified);
	if (v->is_balanced)
		json_balance(&w, &v->balance);
	json_write_end(&w, '}');
	puts(buf_str(&line));
	buf_fini(&line);
}

static bool bad(const struct chain_verified *v)
{
	return v->malformed || v->bad_root || v->bad_witness || v->bad_undo ||
	       v->bad_value;
}

static void coins(char out[32], uint64_t sat)
{
	snprintf(out, 32, "%llu.%08llu", (unsigned long long)(sat / 100000000),
		 (unsigned long long)(sat % 100000000));
}

static void tell_verified(const struct checked *checked)
{
	const struct chain_verified *v = &checked->verified;
	char fees[32];

	printf("  %-12s %llu block%s, %llu transaction%s%s\n", "verified",
	       (unsigned long long)v->blocks, v->blocks == 1 ? "" : "s",
	       (unsigned long long)v->transactions,
	       v->transactions == 1 ? "" : "s", bad(v) ? "" : ": all hold");
	count(v->malformed, "cannot be read");
	count(v->bad_root, "have not the transactions of their header");
	count(v->bad_witness, "have not the witnesses they commit to");
	count(v->bad_undo, "have undo records that do not fit");
	count(v->bad_value, "create more than they may");
	if (v->first[0])
		printf("  %-12s %s\n", "first wrong", v->first);
	if (checked->is_balanced)
		return;
	count(v->without_undo,
	      "have no undo record: the values they spend were not checked");
	coins(fees, v->fees);
	printf("  %-12s %s in blocks whose spent outputs are known\n", "fees",
	       fees);
}

static void tell_balance(const struct chain_balance *b)
{
	char unspent[32], fees[32], lost[32];

	coins(unspent, b->unspent_sat);
	coins(fees, b->fees);
	coins(lost, b->overwritten_sat);
	printf("  %-12s %s in %llu output%s, the genesis block's among them, "
	       "which nobody can spend\n",
	       "unspent", unspent, (unsigned long long)b->unspent,
	       b->unspent == 1 ? "" : "s");
	printf("  %-12s %llu\n", "addresses", (unsigned long long)b->addresses);
	printf("  %-12s %s\n", "fees", fees);
	if (b->overwritten_sat)
		printf("  %-12s %s by transactions that came twice\n", "lost",
		       lost);
	count(b->missing, "inputs spend outputs that are not there");
	count(b->excess, "transactions give more than they take");
	if (b->first[0])
		printf("  %-12s %s\n", "first wrong", b->first);
}

/* Is a table of what is unspent wanted? */
static bool to_be_balanced(const struct command_line *c,
			   const struct chain *chain,
			   const struct chain_verified *v)
{
	return c->unspent || (v->without_undo > 0 && chain_whole(chain) &&
			      chain_counts(chain)->bytes < BALANCED_UNASKED);
}

static enum status check(struct checked *out, struct command_line *c,
			 const struct chain *chain, struct why *why)
{
	enum status st;

	c->verify.progress = on_blocks;
	c->verify.context = c;
	progress_begin(&c->progress);
	st = chain_verify(&out->verified, chain, &c->verify, why);
	out->is_verified = true;
	if (st == ST_OK && !bad(&out->verified) &&
	    to_be_balanced(c, chain, &out->verified)) {
		st = chain_whole(chain)
			     ? chain_balance(&out->balance, chain, on_blocks, c,
					     why)
			     : status_why(why, ST_BAD,
					  "%s: does not begin at the genesis "
					  "block: --unspent needs all blocks",
					  c->path);
		out->is_balanced = st == ST_OK;
	}
	progress_end(&c->progress);
	return st;
}

static void tell(const struct command_line *c, const struct chain *chain,
		 const struct checked *checked)
{
	if (c->json) {
		tell_json(chain, checked);
		return;
	}
	tell_info(chain);
	if (checked->is_verified)
		tell_verified(checked);
	if (checked->is_balanced)
		tell_balance(&checked->balance);
}

static int run(struct command_line *c, bool verify)
{
	struct checked checked = { .is_verified = false };
	struct why why = { "" };
	enum status st = ST_OK;

	progress_begin(&c->progress);
	struct chain *chain = chain_open(c->path, on_file, c, &why);

	progress_end(&c->progress);
	if (!chain)
		return cli_error(CLI_FAILED, "%s", why.text);
	if (verify)
		st = check(&checked, c, chain, &why);
	tell(c, chain, &checked);
	chain_close(chain);
	if (st != ST_OK)
		return cli_error(CLI_FAILED, "%s", why.text);
	return bad(&checked.verified) || checked.balance.missing ||
			       checked.balance.excess
		       ? CLI_FAILED
		       : CLI_DONE;
}

int cmd_chain(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const bool verify = strcmp(what, "verify") == 0;
	struct command_line c;
	int code;

	if (strcmp(what, "cluster") == 0) {
		argv[1] = argv[0];
		return cmd_chain_cluster(argc - 1, argv + 1);
	}
	if (cmd_chain_is_index(what)) {
		argv[1] = argv[0];
		return cmd_chain_index(what, argc - 1, argv + 1);
	}
	if (!verify && strcmp(what, "info") != 0) {
		const bool help =
			!strcmp(what, "--help") || !strcmp(what, "-h");

		fputs(usage, help ? stdout : stderr);
		return help ? CLI_DONE : CLI_USAGE;
	}
	argv[1] = argv[0];
	code = read_options(&c, argc - 1, argv + 1);
	if (code != CLI_DONE)
		return code < 0 ? CLI_DONE : code;
	return run(&c, verify);
}
