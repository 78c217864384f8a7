#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/report_trace.h"
#include "report/answers.h"
#include "report/redact.h"

static const char usage[] =
	"usage: assay report [OPTION...] CASE\n\n"
	"Answers from a case (assay scan -o CASE): since when, how much, with "
	"what,\n"
	"for how much money, by whom; each with its bounds, and with what it "
	"rests on.\n"
	"Without an output it prints a summary.\n\n"
	"outputs (FILE - is standard output):\n"
	"      --html FILE        the report as one page that needs nothing "
	"else\n"
	"      --json FILE        all of it as one document "
	"(docs/report-json.md)\n"
	"      --csv DIR          a table for each part\n"
	"      --stix FILE        STIX 2.1 bundle (docs/report-stix.md)\n"
	"      --misp FILE        MISP event\n"
	"      --zeek FILE        a log with a line for each session\n\n"
	"what it is held against:\n"
	"      --hypotheses FILE  instead of the shipped ones "
	"(docs/hypotheses.md)\n"
	"      --sites FILE       names of prefixes, to group clients by\n"
	"      --asn FILE         MaxMind database of autonomous systems\n"
	"      --country FILE     MaxMind database of countries\n"
	"      --prices FILE      a coin's price day by day; without it income "
	"is in\n"
	"                         coins only\n"
	"      --chain PATH       a node's blocks: the page also tells where "
	"the "
	"coins went\n"
	"                         that coinbases paid to the payout addresses\n"
	"      --list FILE        names of addresses on the way "
	"(docs/lists.md); may be\n"
	"                         repeated\n"
	"      --network NAME     take the jobs for this chain: main, test, "
	"signet,\n"
	"                         regtest, ltc, ltc-test\n\n"
	"      --confidence P     of intervals (default 0.95)\n"
	"      --bin SECONDS      of the timeline (default: as it suits)\n"
	"      --title TEXT       of the report\n"
	"      --date TIME        given as the time it was made at, so that "
	"the same\n"
	"                         case gives the same bytes\n"
	"      --redact           names and addresses replaced by pseudonyms, "
	"to share\n"
	"      --redact-key FILE  by this key of 32 bytes, so that several "
	"reports agree\n"
	"  -q, --quiet            no summary beside outputs\n"
	"  -h, --help\n\n"
	"Exit status: 0 done; 1 the case or an output failed; 2 wrong "
	"usage.\n";

/* The outputs that are one file each. */
enum output {
	OUTPUT_HTML,
	OUTPUT_JSON,
	OUTPUT_STIX,
	OUTPUT_MISP,
	OUTPUT_ZEEK,
	OUTPUTS
};

enum {
	OPTION_OUTPUT = 256, /* and one more for each */
	OPTION_CSV = OPTION_OUTPUT + OUTPUTS,
	OPTION_HYPOTHESES,
	OPTION_SITES,
	OPTION_ASN,
	OPTION_COUNTRY,
	OPTION_PRICES,
	OPTION_CHAIN,
	OPTION_LIST,
	OPTION_NETWORK,
	OPTION_CONFIDENCE,
	OPTION_BIN,
	OPTION_TITLE,
	OPTION_DATE,
	OPTION_REDACT,
	OPTION_REDACT_KEY,
};

static const struct option options[] = {
	{ "html", required_argument, NULL, OPTION_OUTPUT + OUTPUT_HTML },
	{ "json", required_argument, NULL, OPTION_OUTPUT + OUTPUT_JSON },
	{ "stix", required_argument, NULL, OPTION_OUTPUT + OUTPUT_STIX },
	{ "misp", required_argument, NULL, OPTION_OUTPUT + OUTPUT_MISP },
	{ "zeek", required_argument, NULL, OPTION_OUTPUT + OUTPUT_ZEEK },
	{ "csv", required_argument, NULL, OPTION_CSV },
	{ "hypotheses", required_argument, NULL, OPTION_HYPOTHESES },
	{ "sites", required_argument, NULL, OPTION_SITES },
	{ "asn", required_argument, NULL, OPTION_ASN },
	{ "country", required_argument, NULL, OPTION_COUNTRY },
	{ "prices", required_argument, NULL, OPTION_PRICES },
	{ "chain", required_argument, NULL, OPTION_CHAIN },
	{ "list", required_argument, NULL, OPTION_LIST },
	{ "network", required_argument, NULL, OPTION_NETWORK },
	{ "confidence", required_argument, NULL, OPTION_CONFIDENCE },
	{ "bin", required_argument, NULL, OPTION_BIN },
	{ "title", required_argument, NULL, OPTION_TITLE },
	{ "date", required_argument, NULL, OPTION_DATE },
	{ "redact", no_argument, NULL, OPTION_REDACT },
	{ "redact-key", required_argument, NULL, OPTION_REDACT_KEY },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct command_line {
	const char *output[OUTPUTS], *csv;
	const char *hypotheses, *sites, *asn, *country, *prices;
	const char *redact_key;
	struct assessment_options assessment;
	struct answers_about about;
	struct report_trace trace;
	bool quiet;
	char title[256];
};

static bool set_bin(struct command_line *c, const char *text)
{
	const struct span s = { (const uint8_t *)text, strlen(text) };
	double seconds;

	if (!num_double(&seconds, s) || seconds < 1 || seconds > 366 * 86400.0)
		return cli_error(CLI_USAGE,
				 "%s: not a number of seconds between 1 and "
				 "31622400 (a year)",
				 text) == CLI_DONE;
	c->assessment.bin_seconds = seconds;
	return true;
}

static bool add_list(struct command_line *c, const char *path)
{
	struct report_trace *t = &c->trace;

	if (t->num_lists == REPORT_TRACE_LISTS_MAX)
		return cli_error(CLI_USAGE, "more than %d --list",
				 REPORT_TRACE_LISTS_MAX) == CLI_DONE;
	t->list[t->num_lists++] = path;
	return true;
}

/* What has a value of its own to check. */
static bool set_value(struct command_line *c, int option, const char *value)
{
	switch (option) {
	case OPTION_LIST:
		return add_list(c, value);
	case OPTION_NETWORK:
		return cli_network(&c->assessment.network, value);
	case OPTION_CONFIDENCE:
		return cli_confidence(&c->assessment.confidence, value);
	case OPTION_BIN:
		return set_bin(c, value);
	case OPTION_DATE:
		return cli_time(&c->about.generated, value);
	case OPTION_REDACT:
		c->about.redacted = true;
		return true;
	case OPTION_REDACT_KEY:
		c->about.redacted = true;
		c->redact_key = value;
		return true;
	case 'q':
		c->quiet = true;
		return true;
	default:
		return false;
	}
}

static bool set_option(struct command_line *c, int option, const char *value)
{
	const char **const text[] = {
		[OPTION_CSV] = &c->csv,
		[OPTION_HYPOTHESES] = &c->hypotheses,
		[OPTION_SITES] = &c->sites,
		[OPTION_ASN] = &c->asn,
		[OPTION_COUNTRY] = &c->country,
		[OPTION_PRICES] = &c->prices,
		[OPTION_CHAIN] = &c->trace.path,
		[OPTION_TITLE] = &c->about.title,
	};

	if (option >= OPTION_OUTPUT && option < OPTION_OUTPUT + OUTPUTS) {
		c->output[option - OPTION_OUTPUT] = value;
		return true;
	}
	if (option >= OPTION_CSV &&
	    (size_t)option < sizeof(text) / sizeof(text[0]) && text[option]) {
		*text[option] = value;
		return true;
	}
	return set_value(c, option, value);
}

/* CLI_DONE to go on; -1 after --help. */
static int read_options(struct command_line *c, int argc, char **argv)
{
	int option;

	*c = (struct command_line){ .assessment.confidence = 0.95,
				    .about = { .version = CLI_VERSION,
					       .generated = TS_NONE } };
	while ((option = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return -1;
		}
		if (option == '?' || !set_option(c, option, optarg))
			return CLI_USAGE;
	}
	if (optind + 1 != argc) {
		fputs(usage, stderr);
		return CLI_USAGE;
	}
	if (c->trace.path && c->about.redacted)
		return cli_error(CLI_USAGE,
				 "--chain tells addresses and transactions, "
				 "which --redact is to hide: give one of them");
	if (!c->about.title && c->about.redacted)
		c->about.title = "Report"; /* a file's name may tell, too */
	if (!c->about.title) {
		const char *slash = strrchr(argv[optind], '/');

		/* Whose case it is may be in the file's name. */
		if (c->about.redacted)
			snprintf(c->title, sizeof(c->title), "Report");
		else
			snprintf(c->title, sizeof(c->title), "Report on %s",
				 slash ? slash + 1 : argv[optind]);
		c->about.title = c->title;
	}
	if (!ts_known(c->about.generated))
		c->about.generated = cli_now();
	return CLI_DONE;
}

static enum status write_output(FILE *out, enum output kind,
				const struct assessment *a,
				const struct answers_about *about)
{
	switch (kind) {
	case OUTPUT_HTML:
		return answers_html(out, a, about);
	case OUTPUT_JSON:
		return answers_json(out, a, about);
	case OUTPUT_STIX:
		return answers_stix(out, a, about);
	case OUTPUT_MISP:
		return answers_misp(out, a, about);
	case OUTPUT_ZEEK:
		return answers_zeek(out, a, about);
	case OUTPUTS:
		break;
	}
	return ST_USAGE;
}

static int write_csv(const char *directory, const struct assessment *a)
{
	int code = CLI_DONE;

	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		return cli_error(CLI_FAILED, "%s: %s", directory,
				 strerror(errno));
	for (size_t i = 0; answers_tables[i] && code == CLI_DONE; i++) {
		char path[4096];
		struct output_file f;

		if (snprintf(path, sizeof(path), "%s/%s.csv", directory,
			     answers_tables[i]) >= (int)sizeof(path))
			return cli_error(CLI_FAILED,
					 "%.60s...: the path is too long",
					 directory);
		code = output_begin(&f, path);
		if (code == CLI_DONE)
			code = output_end(
				&f, answers_csv(f.out, a, answers_tables[i]));
	}
	return code;
}

static bool any_output(const struct command_line *c)
{
	for (int i = 0; i < OUTPUTS; i++) {
		if (c->output[i])
			return true;
	}
	return c->csv != NULL;
}

static int write_all(const struct command_line *c, const struct assessment *a)
{
	int code = CLI_DONE;
	bool on_stdout = false;

	for (int i = 0; i < OUTPUTS && code == CLI_DONE; i++) {
		struct output_file f;

		if (!c->output[i])
			continue;
		on_stdout |= strcmp(c->output[i], "-") == 0;
		code = output_begin(&f, c->output[i]);
		if (code == CLI_DONE)
			code = output_end(&f,
					  write_output(f.out, (enum output)i, a,
						       &c->about));
	}
	if (code == CLI_DONE && c->csv)
		code = write_csv(c->csv, a);
	if (code == CLI_DONE && !on_stdout && !(c->quiet && any_output(c)) &&
	    answers_summary(stdout, a, &c->about, cli_colour()) != ST_OK)
		code = cli_error(CLI_FAILED,
				 "the summary cannot be written: %s",
				 strerror(errno));
	return code;
}

static bool read_key(uint8_t key[32], const char *path)
{
	FILE *in = fopen(path, "rb");
	const size_t n = in ? fread(key, 1, 32, in) : 0;

	if (in)
		fclose(in);
	return n == 32 ||
	       cli_error(
		       CLI_FAILED,
		       "%s: not a key; it takes 32 bytes, as from: head -c 32 "
		       "/dev/urandom",
		       path) == CLI_DONE;
}

static int assess(struct command_line *c, struct store *store)
{
	struct assessment a;
	uint8_t key[32];
	struct why why = { "" };
	int code = CLI_DONE;

	if (c->redact_key && !read_key(key, c->redact_key))
		return CLI_FAILED;
	if (assessment_make(&a, store, &c->assessment, &why) != ST_OK) {
		code = cli_error(CLI_FAILED, "%s", why.text);
	} else {
		code = report_trace_make(&c->trace, &a);
		if (code == CLI_DONE && c->trace.path)
			c->about.trace = &c->trace.told;
		if (c->about.redacted)
			redact_assessment(&a, c->redact_key ? key : NULL);
		if (code == CLI_DONE)
			code = write_all(c, &a);
	}
	report_trace_free(&c->trace);
	assessment_free(&a);
	return code;
}

/* The files that a report is held against. */
struct given {
	struct hypothesis_file hypotheses;
	struct prices *prices;
	struct sites *sites;
};

static bool read_given(struct given *g, const struct command_line *c,
		       struct why *why)
{
	*g = (struct given){ 0 };
	if (hypothesis_file_read(&g->hypotheses, c->hypotheses, why) != ST_OK)
		return false;
	if (c->prices && !(g->prices = prices_read(c->prices, why)))
		return false;
	if (c->sites || c->asn || c->country)
		g->sites = sites_open(c->sites, c->asn, c->country, why);
	return g->sites || !(c->sites || c->asn || c->country);
}

static void free_given(struct given *g)
{
	hypothesis_file_free(&g->hypotheses);
	if (g->prices)
		prices_free(g->prices);
	if (g->sites)
		sites_close(g->sites);
}

int cmd_report(int argc, char **argv)
{
	struct command_line c;
	struct store *store = NULL;
	struct given given;
	struct why why;
	int code = read_options(&c, argc, argv);

	if (code != CLI_DONE)
		return code < 0 ? CLI_DONE : code;
	if (!read_given(&given, &c, &why) ||
	    !(store = store_open(argv[optind], STORE_READ, &why)))
		code = cli_error(CLI_FAILED, "%s", why.text);
	c.assessment.hypotheses = &given.hypotheses;
	c.assessment.prices = given.prices;
	c.assessment.sites = given.sites;
	if (code == CLI_DONE)
		code = assess(&c, store);
	if (store)
		store_close(store, NULL);
	free_given(&given);
	return code;
}
