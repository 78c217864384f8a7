#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "analysis/screen.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/cli_lists.h"
#include "cli/progress.h"
#include "report/screen_told.h"

static const char usage[] =
	"usage: assay screen --list FILE... [OPTION...] ADDRESS...\n"
	"       assay screen --list FILE... --entity NAME\n\n"
	"Holds addresses against lists of sanctions, exchanges, mixers and "
	"pools: directly,\n"
	"and with a node's blocks by cluster (an inference, told as one) and "
	"by exposure:\n"
	"what the coins they took and gave have to do with listed "
	"addresses.\n\n"
	"      --list FILE|DIR    OFAC's XML or CSV, OpenSanctions, TagPacks, "
	"CSV, plain\n"
	"                         (docs/lists.md); may be repeated\n"
	"      --entity NAME      the addresses of entities whose names have "
	"NAME in them\n"
	"      --chain PATH       a node's data or blocks directory\n"
	"      --no-clusters      make no clusters: they need memory for every "
	"script\n"
	"      --hops N           look no further than N transactions\n"
	"      --max-outputs N    follow no more than N outputs\n"
	"      --through          look on behind services\n"
	"      --fail-on-hit      exit 3 if an address is listed, or in a "
	"listed cluster\n"
	"      --json             one JSON object a line (docs/screen.md)\n"
	"  -j, --jobs N           threads (default: one for each processor)\n"
	"  -q, --quiet            no progress\n"
	"  -h, --help\n\n"
	"Exit status: 0 done; 1 a list or the blocks failed; 2 wrong usage; 3 "
	"see above.\n";

enum {
	OPTION_LIST = 256,
	OPTION_ENTITY,
	OPTION_CHAIN,
	OPTION_NO_CLUSTERS,
	OPTION_HOPS,
	OPTION_MAX_OUTPUTS,
	OPTION_THROUGH,
	OPTION_FAIL_ON_HIT,
	OPTION_JSON,
};

static const struct option options[] = {
	{ "list", required_argument, NULL, OPTION_LIST },
	{ "entity", required_argument, NULL, OPTION_ENTITY },
	{ "chain", required_argument, NULL, OPTION_CHAIN },
	{ "no-clusters", no_argument, NULL, OPTION_NO_CLUSTERS },
	{ "hops", required_argument, NULL, OPTION_HOPS },
	{ "max-outputs", required_argument, NULL, OPTION_MAX_OUTPUTS },
	{ "through", no_argument, NULL, OPTION_THROUGH },
	{ "fail-on-hit", no_argument, NULL, OPTION_FAIL_ON_HIT },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "jobs", required_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct command_line {
	struct screen_options screen;
	struct lists *lists;
	const char *path, *entity;
	bool no_clusters, fail_on_hit, json, quiet, show, hit;
	struct chain *chain;
	struct progress progress;
};

static bool set_limit(struct command_line *c, int option, const char *text)
{
	const uint64_t most = option == 'j' ? 64 : TRACE_OUTPUTS_MAX;
	uint64_t n;

	if (!num_u64(&n,
		     (struct span){ (const uint8_t *)text, strlen(text) }) ||
	    n < 1 || n > most)
		return cli_error(CLI_USAGE, "%s: not a number from 1 to %llu",
				 text, (unsigned long long)most) == CLI_DONE;
	if (option == 'j')
		c->screen.threads = (unsigned)n;
	else if (option == OPTION_HOPS)
		c->screen.hops_max = (uint32_t)n;
	else
		c->screen.outputs_max = (size_t)n;
	return true;
}

static bool set_option(struct command_line *c, int option, const char *value)
{
	switch (option) {
	case OPTION_LIST:
		return cli_lists_read(c->lists, value);
	case OPTION_ENTITY:
		c->entity = value;
		return true;
	case OPTION_CHAIN:
		c->path = value;
		return true;
	case OPTION_NO_CLUSTERS:
		c->no_clusters = true;
		return true;
	case OPTION_THROUGH:
		c->screen.through_services = true;
		return true;
	case OPTION_FAIL_ON_HIT:
		c->fail_on_hit = true;
		return true;
	case OPTION_JSON:
		c->json = true;
		return true;
	case 'q':
		c->quiet = true;
		return true;
	case OPTION_HOPS:
	case OPTION_MAX_OUTPUTS:
	case 'j':
		return set_limit(c, option, value);
	default:
		return false;
	}
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
		if (option == OPTION_LIST && !set_option(c, option, optarg))
			return CLI_FAILED;
		if (option == '?' ||
		    (option != OPTION_LIST && !set_option(c, option, optarg)))
			return CLI_USAGE;
	}
	if ((optind == argc) == !c->entity) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	if (lists_sources(c->lists) == 0)
		return cli_error(CLI_USAGE, "--list is needed: there are no "
					    "lists in here");
	c->show = !c->quiet && isatty(STDERR_FILENO);
	return CLI_DONE;
}

static bool on_blocks(void *context, const char *what, size_t done, size_t all)
{
	struct command_line *c = context;

	if (c->show)
		progress_blocks(&c->progress, what, done, all);
	return true;
}

static int open_chain(struct command_line *c)
{
	const struct cluster_options cluster = {
		.progress = on_blocks,
		.progress_context = c,
	};
	struct why why = { "" };
	enum status st;

	if (!c->path)
		return CLI_DONE;
	progress_begin(&c->progress);
	c->chain = chain_open(c->path, NULL, NULL, &why);
	if (c->chain && !c->no_clusters)
		c->screen.clusters =
			cluster_build(c->chain, &cluster, &st, &why);
	progress_end(&c->progress);
	c->screen.chain = c->chain;
	return c->chain && (c->no_clusters || c->screen.clusters)
		       ? CLI_DONE
		       : cli_error(CLI_FAILED, "%s", why.text);
}

/* Without blanks around it, as text is pasted. Owned by the caller. */
static char *trimmed(const char *address)
{
	static const char blanks[] = " \t\r\n";
	const char *first = address + strspn(address, blanks);
	size_t n = strlen(first);

	while (n > 0 && strchr(blanks, first[n - 1]))
		n--;
	return mem_text(first, n);
}

/* What is no address was asked of nobody: that it is on no list says nothing.
 */
static bool was_asked(const struct screened *s)
{
	return s->script_n > 0 || s->asset || s->num_direct > 0;
}

static int screen_all(struct command_line *c, const struct screen_told *told,
		      char **address, int n)
{
	bool all_asked = true;

	c->screen.progress = on_blocks;
	c->screen.progress_context = c;
	for (int i = 0; i < n; i++) {
		char *asked = trimmed(address[i]);
		struct screened s;
		struct why why = { "" };

		progress_begin(&c->progress);
		const enum status st =
			screen_address(&s, asked, c->lists, &c->screen, &why);

		progress_end(&c->progress);
		if (st == ST_OK) {
			screen_told_address(stdout, told, &s, c->json);
			c->hit |= s.num_direct > 0 || s.num_clustered > 0;
			all_asked &= was_asked(&s);
		}
		screen_free(&s);
		free(asked);
		if (st != ST_OK)
			return cli_error(CLI_FAILED, "%s", why.text);
	}
	if (c->fail_on_hit && c->hit)
		return CLI_FOUND;
	return all_asked ? CLI_DONE : CLI_FAILED;
}

static int tell_entity(const struct command_line *c,
		       const struct screen_told *told)
{
	size_t found = 0;

	for (size_t i = 0; i < lists_count(c->lists); i++) {
		const struct list_entry *e = lists_entry(c->lists, i);

		if (!e->entity || !strcasestr(e->entity, c->entity))
			continue;
		if (!c->json)
			printf("%s  %s\n", e->address,
			       e->asset ? e->asset : "");
		screen_told_entry(stdout, told, i, c->json);
		found++;
	}
	if (!c->json)
		printf("%zu address%s\n", found, found == 1 ? "" : "es");
	return CLI_DONE;
}

int cmd_screen(int argc, char **argv)
{
	struct command_line c = { .lists = lists_new() };
	struct screen_told told = { .lists = c.lists };
	int code = read_options(&c, argc, argv);

	if (code == CLI_DONE)
		code = open_chain(&c);
	if (code == CLI_DONE) {
		told.chain = c.chain;
		told.now = cli_now();
		screen_told_lists(stdout, &told, c.json);
		code = c.entity ? tell_entity(&c, &told)
				: screen_all(&c, &told, argv + optind,
					     argc - optind);
		if (fflush(stdout) != 0)
			code = cli_error(CLI_FAILED,
					 "standard output cannot be written");
	}
	if (c.screen.clusters)
		cluster_free(c.screen.clusters);
	if (c.chain)
		chain_close(c.chain);
	lists_free(c.lists);
	return code < 0 ? CLI_DONE : code;
}
