#include <getopt.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/finding.h"
#include "base/buf.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "engine/scan.h"
#include "report/report.h"

static const char usage[] =
	"usage: assay scan [OPTION...] FILE...\n\n"
	"Reads captures (pcap, pcapng; plain, gzip, zstd; - is standard input; "
	"a\n"
	"directory is its captures in order of time), finds mining, and proves "
	"it.\n\n"
	"  -o, --case FILE        keep everything in this case file (SQLite); "
	"adds\n"
	"                         to it if it exists\n"
	"      --json             one JSON object a line instead of a table\n"
	"      --shares           every share, too; needs --json\n"
	"      --filter EXPR      only packets that match (pcap-filter(7))\n"
	"      --since TIME       only packets from TIME on (RFC 3339, or "
	"seconds)\n"
	"      --until TIME       only packets before TIME\n"
	"      --site PREFIX      only conversations with an end in PREFIX "
	"(may be\n"
	"                         repeated, or a list with commas)\n"
	"      --network NAME     take the jobs for this chain: main, test, "
	"signet,\n"
	"                         regtest, ltc, ltc-test\n"
	"      --recover          search an extranonce1 that was not captured\n"
	"                         among all 2^32, not only near others\n"
	"      --keylog FILE      secrets of TLS (NSS key log format), to read "
	"what is\n"
	"                         said inside; may be repeated\n"
	"      --confidence P     of intervals (default 0.95)\n"
	"      --max-flows N      flows remembered at a time (default "
	"4194304)\n"
	"      --fail-on GRADE    exit 3 if anything of that grade or better "
	"is\n"
	"                         found: proved, claimed, spoken, behaved, "
	"contact,\n"
	"                         listed\n"
	"  -j, --threads N        threads (default: one a processor, at "
	"most\n"
	"                         8); the result is the same\n"
	"  -q, --quiet            no progress\n"
	"  -h, --help\n\n"
	"Exit status: 0 done; 1 an input or the work failed; 2 wrong usage; 3 "
	"see\n"
	"--fail-on.\n";

enum {
	OPTION_JSON = 256,
	OPTION_SHARES,
	OPTION_FILTER,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_SITE,
	OPTION_NETWORK,
	OPTION_RECOVER,
	OPTION_KEYLOG,
	OPTION_CONFIDENCE,
	OPTION_MAX_FLOWS,
	OPTION_FAIL_ON,
};

static const struct option options[] = {
	{ "case", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "shares", no_argument, NULL, OPTION_SHARES },
	{ "filter", required_argument, NULL, OPTION_FILTER },
	{ "since", required_argument, NULL, OPTION_SINCE },
	{ "until", required_argument, NULL, OPTION_UNTIL },
	{ "site", required_argument, NULL, OPTION_SITE },
	{ "network", required_argument, NULL, OPTION_NETWORK },
	{ "recover", no_argument, NULL, OPTION_RECOVER },
	{ "keylog", required_argument, NULL, OPTION_KEYLOG },
	{ "confidence", required_argument, NULL, OPTION_CONFIDENCE },
	{ "max-flows", required_argument, NULL, OPTION_MAX_FLOWS },
	{ "fail-on", required_argument, NULL, OPTION_FAIL_ON },
	{ "threads", required_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* What is told of sessions reads their shares several times; so many are kept
 * in memory for it. */
#define SHARES_KEPT 1000000

#define GRADE_NEVER -1

struct command_line {
	struct scan_options scan;
	struct finding_options finding;
	const char *case_file;
	bool json, shares, quiet;
	int fail_on; /* index of finding_standings, or GRADE_NEVER */
	struct progress progress;
	struct buf record; /* the options that change what is read */
};

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool add_sites(struct scan_options *o, const char *list)
{
	do {
		const size_t n = strcspn(list, ",");
		const struct span one = { (const uint8_t *)list, n };

		if (o->num_sites == SCAN_PREFIXES_MAX)
			return cli_error(CLI_USAGE, "more than %d --site",
					 SCAN_PREFIXES_MAX) == CLI_DONE;
		if (!scan_prefix_parse(&o->site[o->num_sites], one))
			return cli_error(CLI_USAGE,
					 "%.*s: not a prefix; give 10.0.0.0/8 "
					 "or 2001:db8::/32",
					 (int)n, list) == CLI_DONE;
		o->num_sites++;
		list += n + (list[n] == ',');
	} while (*list);
	return true;
}

static bool set_fail_on(struct command_line *c, const char *name)
{
	for (int g = 0; g < FINDING_STANDINGS; g++) {
		if (strcmp(name, finding_standings[g]) == 0) {
			c->fail_on = g;
			return true;
		}
	}
	return cli_error(CLI_USAGE,
			 "%s: no such grade; there are proved, claimed, "
			 "spoken, behaved, contact, listed",
			 name) == CLI_DONE;
}

static bool set_max_flows(struct command_line *c, const char *text)
{
	uint64_t n;

	if (!num_u64(&n, text_span(text)) || n < 1024 || n > (1u << 30))
		return cli_error(CLI_USAGE,
				 "%s: not a number of flows between 1024 and "
				 "1073741824",
				 text) == CLI_DONE;
	c->scan.flows_max = n;
	return true;
}

static bool set_threads(struct command_line *c, const char *text)
{
	uint64_t n;

	if (!num_u64(&n, text_span(text)) || n < 1 || n > SCAN_LANES_MAX)
		return cli_error(CLI_USAGE,
				 "%s: not a number of threads between 1 and %d",
				 text, SCAN_LANES_MAX) == CLI_DONE;
	c->scan.lanes = (unsigned)n;
	return true;
}

static bool set_option(struct command_line *c, int option, const char *value)
{
	switch (option) {
	case 'o':
		c->case_file = value;
		return true;
	case 'j':
		return set_threads(c, value);
	case 'q':
		c->quiet = true;
		return true;
	case OPTION_JSON:
		c->json = true;
		return true;
	case OPTION_SHARES:
		c->shares = true;
		return true;
	case OPTION_FILTER:
		c->scan.capture.filter = value;
		return true;
	case OPTION_SINCE:
		return cli_time(&c->scan.capture.since, value);
	case OPTION_UNTIL:
		return cli_time(&c->scan.capture.until, value);
	case OPTION_SITE:
		return add_sites(&c->scan, value);
	case OPTION_NETWORK:
		return cli_network(&c->finding.network, value);
	case OPTION_RECOVER:
		c->scan.recover = true;
		return true;
	case OPTION_KEYLOG:
		return cli_keylog(&c->scan.keys, value);
	case OPTION_CONFIDENCE:
		return cli_confidence(&c->finding.confidence, value);
	case OPTION_MAX_FLOWS:
		return set_max_flows(c, value);
	case OPTION_FAIL_ON:
		return set_fail_on(c, value);
	default:
		return false;
	}
}

/* What of the command line a case remembers of its inputs. */
static void record(struct command_line *c, int option, const char *value)
{
	for (size_t i = 0; options[i].name; i++) {
		if (options[i].val == option && option > OPTION_SHARES)
			buf_printf(&c->record, "%s--%s%s%s",
				   c->record.n ? " " : "", options[i].name,
				   value ? " " : "", value ? value : "");
	}
}

/* CLI_DONE to go on; -1 after --help. */
static int read_options(struct command_line *c, int argc, char **argv)
{
	int option;

	*c = (struct command_line){ .fail_on = GRADE_NEVER };
	c->scan.capture.since = c->scan.capture.until = TS_NONE;
	c->finding.confidence = 0.95;
	buf_init(&c->record, 4096);
	while ((option = getopt_long(argc, argv, "j:o:qh", options, NULL)) !=
	       -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return -1;
		}
		if (option == '?' || !set_option(c, option, optarg))
			return CLI_USAGE;
		record(c, option, optarg);
	}
	if (optind == argc) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	if (c->shares && !c->json)
		return cli_error(CLI_USAGE, "--shares needs --json");
	/* Only a case and single shares cite the inputs they come from. */
	c->scan.capture.without_sha256 = !c->case_file && !c->shares;
	c->scan.version = CLI_VERSION;
	c->scan.command = buf_str(&c->record);
	return CLI_DONE;
}

/* A first signal ends the reading, and what was found until then is told; a
 * second one ends the program. */
static atomic_bool stopped;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&stopped, true);
}

static void handle_signals(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static void on_progress(void *context, const struct capture *capture,
			uint64_t packets)
{
	struct command_line *c = context;

	progress_show(&c->progress, capture, packets);
}

static void on_searching(void *context, uint64_t from, uint64_t tried,
			 uint64_t all)
{
	struct command_line *c = context;

	/* All is read: a search is resumed where it was killed. */
	handle_signals(SIG_DFL);
	if (atomic_load(&stopped))
		raise(SIGTERM);
	if (c->scan.progress)
		progress_search(&c->progress, from, tried, all);
}

static void on_trouble(void *context, const char *sentence)
{
	struct command_line *c = context;

	progress_end(&c->progress);
	cli_error(CLI_FAILED, "%s", sentence);
}

static bool found(const struct command_line *c, const struct findings *f)
{
	for (size_t i = 0; i < f->n && c->fail_on != GRADE_NEVER; i++) {
		const char *grade = finding_standing(&f->finding[i]);

		for (int g = 0; g <= c->fail_on; g++) {
			if (strcmp(grade, finding_standings[g]) == 0)
				return true;
		}
	}
	return false;
}

static enum status tell(struct command_line *c, struct report *r)
{
	struct finding_groups miners = { 0 }, workers = { 0 };
	enum status st;

	st = finding_groups_by_miner(&miners, r->store, r->findings,
				     c->finding.confidence);
	if (st == ST_OK)
		st = finding_groups_by_worker(&workers, r->store, r->findings,
					      c->finding.confidence);
	r->miners = &miners;
	r->workers = &workers;
	r->shares = c->shares;
	r->version = CLI_VERSION;
	r->colour = cli_colour();
	if (st == ST_OK)
		st = c->json ? report_json(stdout, r) : report_table(stdout, r);
	finding_groups_free(&miners);
	finding_groups_free(&workers);
	r->miners = r->workers = NULL;
	return st;
}

static int scan(struct command_line *c, struct store *store,
		const char *const *names, size_t n)
{
	struct findings findings = { 0 };
	struct scan_counts counts;
	struct why why = { "" };
	struct report report = { .store = store,
				 .findings = &findings,
				 .counts = &counts };
	int code;

	c->scan.context = c;
	c->scan.progress =
		!c->quiet && isatty(STDERR_FILENO) ? on_progress : NULL;
	c->scan.searching = on_searching;
	c->scan.capture.stop = &stopped;
	handle_signals(on_signal);
	progress_begin(&c->progress);
	const double started = progress_now();
	const enum status st =
		scan_run(store, names, n, &c->scan, &counts, on_trouble, &why);

	progress_end(&c->progress);
	report.seconds = progress_now() - started;
	code = cli_exit_of(st);
	if (st == ST_USAGE || st == ST_IO)
		cli_error(CLI_FAILED, "%s", why.text);
	if (st == ST_USAGE)
		return code;
	/* Whatever happened: what was found is told. */
	if (store_keep_shares(store, SHARES_KEPT) != ST_OK ||
	    finding_load_all(&findings, store, &c->finding) != ST_OK ||
	    tell(c, &report) != ST_OK)
		code = cli_error(CLI_FAILED, "the findings cannot be written");
	else if (code == CLI_DONE && found(c, &findings))
		code = CLI_FOUND;
	finding_free_all(&findings);
	return code;
}

int cmd_scan(int argc, char **argv)
{
	struct command_line c;
	struct store *store;
	struct why why;
	int code = read_options(&c, argc, argv);

	if (code != CLI_DONE)
		return code < 0 ? CLI_DONE : code;
	store = store_open(c.case_file, STORE_CREATE, &why);
	if (!store)
		return cli_error(CLI_FAILED, "%s", why.text);
	code = scan(&c, store, (const char *const *)argv + optind,
		    (size_t)(argc - optind));
	if (store_close(store, &why) != ST_OK && code == CLI_DONE)
		code = cli_error(CLI_FAILED, "%s", why.text);
	tls_keys_free(c.scan.keys);
	buf_fini(&c.record);
	return code;
}
