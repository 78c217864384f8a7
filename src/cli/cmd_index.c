#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/json_write.h"
#include "base/num.h"
#include "base/text.h"
#include "base/ts.h"
#include "chain/chain_index.h"
#include "chain/header_tree.h"
#include "cli/cli.h"
#include "cli/cmd_chain.h"
#include "cli/progress.h"
#include "coin/address.h"

static const char usage[] =
	"usage: assay chain import [OPTION...] PATH INDEX\n"
	"       assay chain address [OPTION...] INDEX ADDRESS\n"
	"       assay chain spender [OPTION...] INDEX TXID:VOUT\n"
	"       assay chain tx [OPTION...] INDEX TXID\n\n"
	"Makes an index of a node's block files, for questions that are asked "
	"again and\n"
	"again, or brings it up to date; and answers them. Every answer is "
	"read from the\n"
	"block files and held against the header of its block.\n\n"
	"  import   INDEX becomes a directory of about a sixth of the blocks' "
	"size\n"
	"  address  transactions that pay an address (or a script in hex) and "
	"spend from\n"
	"           it, with the sums\n"
	"  spender  the transaction that spends an output\n"
	"  tx       a transaction\n\n"
	"      --json     one JSON object a line (docs/chain-index.md)\n"
	"  -j, --jobs N   threads of import (default: one for each processor)\n"
	"  -q, --quiet    no progress\n"
	"  -h, --help\n\n"
	"Exit status: 0 done; 1 the files failed, or nothing was found; 2 "
	"wrong usage.\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'J' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct command_line {
	bool json, quiet, show;
	unsigned threads;
	const char *first, *second; /* operands */
	struct progress progress;
	struct chain_index *index;
	struct buf line;
	struct json_writer w;
	/* Of an address. */
	struct span script;
	uint64_t received, spent, paying, spending, unspent;
	enum status st; /* of a question inside of an answer */
	struct why why;
	uint32_t output; /* of what spends: which output it is */
	uint64_t sat;
	uint64_t found;
};

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* CLI_DONE to go on; -1 after --help. */
static int read_options(struct command_line *c, int argc, char **argv)
{
	uint64_t n;
	int option;

	while ((option = getopt_long(argc, argv, "j:qh", options, NULL)) !=
	       -1) {
		switch (option) {
		case 'h':
			fputs(usage, stdout);
			return -1;
		case 'J':
			c->json = true;
			break;
		case 'q':
			c->quiet = true;
			break;
		case 'j':
			if (!num_u64(&n, text_span(optarg)) || n < 1 || n > 64)
				return cli_error(CLI_USAGE,
						 "%s: not a number of threads "
						 "between 1 and 64",
						 optarg);
			c->threads = (unsigned)n;
			break;
		default:
			return CLI_USAGE;
		}
	}
	if (argc - optind != 2) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	c->first = argv[optind];
	c->second = argv[optind + 1];
	c->show = !c->quiet && isatty(STDERR_FILENO);
	return CLI_DONE;
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

static void key_hash(struct command_line *c, const char *key,
		     const uint8_t hash[32])
{
	char text[65];

	json_write_key(&c->w, key);
	json_write_text(&c->w, hex_text_reversed(text, hash, 32));
}

static void key_tx(struct command_line *c, const struct chain_index_tx *tx)
{
	key_hash(c, "txid", tx->txid);
	key_hash(c, "block", tx->block);
	json_write_key(&c->w, "height");
	if (tx->height == HEADER_TREE_UNSURE)
		json_write_null(&c->w);
	else
		json_write_uint(&c->w, tx->height);
	json_write_key(&c->w, "time");
	json_write_ts(&c->w, (struct ts){ tx->time * INT64_C(1000000000) });
	key_uint(c, "position", tx->position);
}

static void print_tx(const struct chain_index_tx *tx, const char *what)
{
	char txid[65], time[TS_TEXT], height[32] = "height not determined";

	if (tx->height != HEADER_TREE_UNSURE)
		snprintf(height, sizeof(height), "height %u", tx->height);
	ts_text((struct ts){ tx->time * INT64_C(1000000000) }, time);
	printf("%-9s %s  %s, %s\n", what, hex_text_reversed(txid, tx->txid, 32),
	       height, time);
}

static void print_sat(const char *what, uint64_t sat)
{
	printf("%-9s %llu.%08llu\n", what,
	       (unsigned long long)(sat / 100000000),
	       (unsigned long long)(sat % 100000000));
}

static bool on_blocks(void *context, const char *what, size_t done, size_t all)
{
	struct command_line *c = context;

	if (c->show)
		progress_blocks(&c->progress, what, done, all);
	return true;
}

static void on_file(void *context, size_t file, size_t files)
{
	on_blocks(context, "files", file, files);
}

static void tell_import(struct command_line *c,
			const struct chain_index_imported *i, double seconds,
			uint64_t block_bytes)
{
	struct rusage used;
	char bytes[TEXT_SI], memory[TEXT_SI], speed[TEXT_SI];

	getrusage(RUSAGE_SELF, &used);
	if (c->json) {
		begin(c, "import");
		key_uint(c, "segments", i->segments);
		key_uint(c, "kept", i->kept);
		key_uint(c, "dropped", i->dropped);
		key_uint(c, "blocks", i->blocks);
		key_uint(c, "transactions", i->transactions);
		key_uint(c, "inputs", i->inputs);
		key_uint(c, "outputs", i->outputs);
		key_uint(c, "bytes", i->bytes);
		key_uint(c, "memory_bytes", (uint64_t)used.ru_maxrss * 1024);
		json_write_key(&c->w, "seconds");
		json_write_double(&c->w, seconds);
		finish(c);
		return;
	}
	printf("%zu segments, %zu of them from before, %zu made again\n"
	       "%llu blocks indexed: %llu transactions, %llu inputs, %llu "
	       "outputs\n"
	       "index of %sB; %.1f s, %sB of blocks a second; at most %sB of "
	       "memory\n",
	       i->segments, i->kept, i->dropped, (unsigned long long)i->blocks,
	       (unsigned long long)i->transactions,
	       (unsigned long long)i->inputs, (unsigned long long)i->outputs,
	       text_si(bytes, (double)i->bytes), seconds,
	       text_si(speed, seconds > 0 ? (double)block_bytes / seconds : 0),
	       text_si(memory, (double)used.ru_maxrss * 1024));
}

static int run_import(struct command_line *c)
{
	struct chain_index_options how = { .path = c->first,
					   .threads = c->threads,
					   .progress = on_blocks,
					   .progress_context = c };
	struct chain_index_imported done;
	const double started = progress_now();
	enum status st;

	progress_begin(&c->progress);
	struct chain *chain = chain_open(c->first, on_file, c, &c->why);

	if (!chain) {
		progress_end(&c->progress);
		return cli_error(CLI_FAILED, "%s", c->why.text);
	}
	st = chain_index_import(&done, c->second, chain, &how, &c->why);
	progress_end(&c->progress);
	if (st == ST_OK)
		tell_import(c, &done, progress_now() - started,
			    done.blocks ? chain_counts(chain)->bytes : 0);
	chain_close(chain);
	return st == ST_OK ? CLI_DONE
			   : cli_error(CLI_FAILED, "%s", c->why.text);
}

static void tell_output(struct command_line *c, uint32_t i,
			const struct tx_output *out)
{
	char address[ADDRESS_TEXT];
	const enum address_kind kind = address_of_script(
		address, out->script, chain_index_network(c->index)->network);

	if (!c->json) {
		printf("  output %-4u %llu.%08llu  %s\n", i,
		       (unsigned long long)(out->sat / 100000000),
		       (unsigned long long)(out->sat % 100000000),
		       address[0] ? address : address_kind_text(kind));
		return;
	}
	json_write_begin(&c->w, '{');
	key_uint(c, "sat", out->sat);
	json_write_key(&c->w, "address");
	json_write_text(&c->w, address[0] ? address : NULL);
	json_write_key(&c->w, "kind");
	json_write_text(&c->w, address_kind_text(kind));
	json_write_key(&c->w, "script");
	json_write_hex(&c->w, out->script);
	json_write_end(&c->w, '}');
}

static void tell_input(struct command_line *c, const struct tx_input *in)
{
	char txid[65];

	hex_text_reversed(txid, in->txid.p, 32);
	if (!c->json) {
		printf("  spends %s:%u\n", txid, in->index);
		return;
	}
	json_write_begin(&c->w, '{');
	json_write_key(&c->w, "txid");
	json_write_text(&c->w, txid);
	key_uint(c, "vout", in->index);
	json_write_end(&c->w, '}');
}

static void tell_parts(struct command_line *c, const struct tx_walk *tx)
{
	struct cur inputs = cur_over(tx->inputs);
	struct cur outputs = cur_over(tx->outputs);
	const bool coinbase = tx_walk_is_coinbase(tx);
	struct tx_output out;
	struct tx_input in;

	if (c->json) {
		json_write_key(&c->w, "inputs");
		json_write_begin(&c->w, '[');
	}
	while (!coinbase && tx_walk_input(&in, &inputs))
		tell_input(c, &in);
	if (c->json) {
		json_write_end(&c->w, ']');
		json_write_key(&c->w, "outputs");
		json_write_begin(&c->w, '[');
	}
	for (uint32_t i = 0; tx_walk_output(&out, &outputs); i++)
		tell_output(c, i, &out);
	if (c->json)
		json_write_end(&c->w, ']');
}

static bool on_tx(void *context, const struct chain_index_tx *tx)
{
	struct command_line *c = context;

	c->found++;
	if (c->json) {
		begin(c, "transaction");
		key_tx(c, tx);
		tell_parts(c, &tx->tx);
		finish(c);
	} else {
		print_tx(tx, "found");
		tell_parts(c, &tx->tx);
	}
	return true;
}

static bool on_spender(void *context, const struct chain_index_tx *tx)
{
	struct command_line *c = context;

	c->found++;
	if (c->json) {
		begin(c, "spender");
		key_tx(c, tx);
		key_uint(c, "input", tx->input);
		finish(c);
	} else {
		print_tx(tx, "spent by");
		printf("%-9s %u\n", "input", tx->input);
	}
	return true;
}

static bool on_spent(void *context, const struct chain_index_tx *tx)
{
	struct command_line *c = context;

	c->found++;
	if (c->json) {
		begin(c, "spent");
		key_tx(c, tx);
		key_uint(c, "input", tx->input);
		key_uint(c, "sat", c->sat);
		finish(c);
	} else {
		print_tx(tx, "  spent");
	}
	return true;
}

/* A payment that was found, kept while what spends it is asked for: the index
 * has one block in hand. */
struct payments {
	struct command_line *c;
	struct outpoint at;
	struct buf list; /* u32 index, u64 sat of each output to the script */
};

static bool list_payments(struct payments *p, const struct chain_index_tx *tx)
{
	struct cur outputs = cur_over(tx->tx.outputs);
	const struct span wanted = p->c->script;
	struct tx_output out;

	buf_clear(&p->list);
	memcpy(p->at.txid, tx->txid, 32);
	for (uint32_t i = 0; tx_walk_output(&out, &outputs); i++) {
		if (out.script.n != wanted.n ||
		    memcmp(out.script.p, wanted.p, wanted.n) != 0)
			continue;
		buf_le32(&p->list, i);
		buf_le32(&p->list, (uint32_t)out.sat);
		buf_le32(&p->list, (uint32_t)(out.sat >> 32));
	}
	return !p->list.full;
}

/* What spends the outputs of a payment. */
static enum status ask_spenders(struct payments *p)
{
	struct command_line *c = p->c;
	struct cur list = cur_over(buf_span(&p->list));
	enum status st = ST_OK;

	while (cur_left(&list) > 0 && st == ST_OK) {
		p->at.index = cur_le32(&list);
		c->sat = cur_le64(&list);
		c->found = 0;
		c->received += c->sat;
		st = chain_index_spender(c->index, &p->at, on_spent, c,
					 &c->why);
		if (c->found > 0) {
			c->spent += c->sat;
			c->spending++;
		} else {
			c->unspent++;
		}
	}
	return st;
}

static bool on_payment(void *context, const struct chain_index_tx *tx)
{
	struct payments *p = context;
	struct command_line *c = p->c;

	if (!list_payments(p, tx)) {
		c->st = status_why(&c->why, ST_LIMIT,
				   "a transaction with too many outputs");
		return false;
	}
	c->paying++;
	if (c->json) {
		begin(c, "payment");
		key_tx(c, tx);
		finish(c);
	} else {
		print_tx(tx, "paid by");
	}
	c->st = ask_spenders(p);
	return c->st == ST_OK;
}

static void tell_sums(struct command_line *c)
{
	if (c->json) {
		begin(c, "address");
		json_write_key(&c->w, "address");
		json_write_text(&c->w, c->second);
		key_uint(c, "payments", c->paying);
		key_uint(c, "received_sat", c->received);
		key_uint(c, "spent_sat", c->spent);
		key_uint(c, "spent_outputs", c->spending);
		key_uint(c, "unspent_outputs", c->unspent);
		key_uint(c, "blocks", chain_index_blocks(c->index));
		finish(c);
		return;
	}
	printf("\n%llu transaction%s pay it; %llu output%s spent, %llu not, in "
	       "%llu blocks\n",
	       (unsigned long long)c->paying, c->paying == 1 ? "" : "s",
	       (unsigned long long)c->spending, c->spending == 1 ? "" : "s",
	       (unsigned long long)c->unspent,
	       (unsigned long long)chain_index_blocks(c->index));
	print_sat("received", c->received);
	print_sat("spent", c->spent);
}

static int run_address(struct command_line *c)
{
	const struct network *net;
	uint8_t script[512];
	size_t n = strlen(c->second) / 2;
	struct payments p = { .c = c };
	enum status st;

	if (!address_parse(&net, script, &n, text_span(c->second)) &&
	    (n < 2 || n > sizeof(script) ||
	     !hex_bytes(script, n, text_span(c->second))))
		return cli_error(CLI_USAGE,
				 "%s: neither an address nor a script in hex",
				 c->second);
	c->script = (struct span){ script, n };
	buf_init(&p.list, 1u << 26);
	st = chain_index_script(c->index, c->script, on_payment, &p, &c->why);
	buf_fini(&p.list);
	if (st == ST_END)
		st = c->st;
	if (st != ST_OK)
		return cli_error(CLI_FAILED, "%s", c->why.text);
	tell_sums(c);
	return c->paying > 0 ? CLI_DONE : CLI_FAILED;
}

static bool parse_txid(uint8_t out[32], struct span text)
{
	uint8_t shown[32];

	if (text.n != 64 || !hex_bytes(shown, 32, text))
		return false;
	for (size_t i = 0; i < 32; i++)
		out[i] = shown[31 - i];
	return true;
}

static int told(struct command_line *c, enum status st, const char *nothing)
{
	if (st != ST_OK)
		return cli_error(CLI_FAILED, "%s", c->why.text);
	if (c->found > 0)
		return CLI_DONE;
	if (!c->json)
		printf("%s in %llu blocks\n", nothing,
		       (unsigned long long)chain_index_blocks(c->index));
	return CLI_FAILED;
}

static int run_spender(struct command_line *c)
{
	const char *colon = strchr(c->second, ':');
	struct outpoint o;
	uint64_t index;

	if (!colon ||
	    !parse_txid(o.txid, (struct span){ (const uint8_t *)c->second,
					       (size_t)(colon - c->second) }) ||
	    !num_u64(&index, text_span(colon + 1)) || index > UINT32_MAX)
		return cli_error(CLI_USAGE, "%s: not TXID:VOUT", c->second);
	o.index = (uint32_t)index;
	return told(c,
		    chain_index_spender(c->index, &o, on_spender, c, &c->why),
		    "spent by nothing");
}

static int run_tx(struct command_line *c)
{
	uint8_t txid[32];

	if (!parse_txid(txid, text_span(c->second)))
		return cli_error(CLI_USAGE, "%s: not a txid of 64 digits",
				 c->second);
	return told(c, chain_index_tx(c->index, txid, on_tx, c, &c->why),
		    "not found");
}

static int ask(struct command_line *c, const char *what)
{
	int code;

	c->index = chain_index_open(c->first, &c->why);
	if (!c->index)
		return cli_error(CLI_FAILED, "%s", c->why.text);
	if (strcmp(what, "address") == 0)
		code = run_address(c);
	else if (strcmp(what, "spender") == 0)
		code = run_spender(c);
	else
		code = run_tx(c);
	chain_index_close(c->index);
	return code;
}

bool cmd_chain_is_index(const char *what)
{
	return strcmp(what, "import") == 0 || strcmp(what, "address") == 0 ||
	       strcmp(what, "spender") == 0 || strcmp(what, "tx") == 0;
}

int cmd_chain_index(const char *what, int argc, char **argv)
{
	struct command_line c = { .json = false };
	int code = read_options(&c, argc, argv);

	buf_init(&c.line, 1u << 27);
	if (code == CLI_DONE)
		code = strcmp(what, "import") == 0 ? run_import(&c)
						   : ask(&c, what);
	else if (code < 0)
		code = CLI_DONE;
	buf_fini(&c.line);
	return code;
}
