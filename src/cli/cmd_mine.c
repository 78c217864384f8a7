#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/cli.h"
#include "coin/address.h"
#include "miner/miner.h"
#include "miner/miner_crew.h"

#define SCRIPT_ROOM   64
#define USER_MAX      200
#define BENCHMARK_S   10
#define SECONDS_MAX   1e9
#define SHARES_MAX    1e15
#define RETRIES_MAX   1e6
#define DEFAULT_USER  "assay"
#define DEFAULT_TOKEN "x" /* what miners fill in where none is wanted */

static const char usage[] =
	"usage: assay mine [OPTION...] URL...\n"
	"       assay mine --benchmark[=SECONDS] [OPTION...]\n\n"
	"Mines Bitcoin's SHA-256d with the processor, in the open. That earns "
	"nothing: it\n"
	"costs thousands of times more than it finds. It exists to make "
	"traffic whose\n"
	"truth is known, in a laboratory, for testing what finds miners.\n\n"
	"A URL is stratum+tcp://HOST:PORT, stratum+ssl://HOST:PORT, or "
	"http(s)://HOST:PORT\n"
	"(getblocktemplate of a node, getwork). If one fails the next is "
	"tried.\n\n"
	"  -u, --user NAME        login, or worker (default " DEFAULT_USER ")\n"
	"  -p, --password TEXT    (default " DEFAULT_TOKEN ")\n"
	"      --address ADDRESS  whom a node's block pays; needed for "
	"getblocktemplate\n"
	"      --gbt, --getwork   only that one by HTTP; default: in this "
	"order\n"
	"  -t, --threads N        default: as many as there are processors\n"
	"      --affinity         keep each thread on one processor\n"
	"      --time S           end after so many seconds\n"
	"      --shares N         end after so many accepted shares\n"
	"      --retries N        end after trying all URLs so often in vain\n"
	"      --log FILE         what was done and its verdicts, one JSON "
	"object a line\n"
	"      --insecure         take any certificate\n"
	"      --follow           let the pool send us to another host\n"
	"      --no-rolling       do not ask for version rolling\n"
	"      --benchmark[=S]    only hash, without any network (default 10 "
	"s)\n"
	"  -q, --quiet            no lines while mining\n"
	"  -h, --help\n\n"
	"Exit status: 0 done; 1 no server, or the log failed; 2 wrong usage.\n";

enum {
	OPTION_ADDRESS = 256,
	OPTION_GBT,
	OPTION_GETWORK,
	OPTION_AFFINITY,
	OPTION_TIME,
	OPTION_SHARES,
	OPTION_RETRIES,
	OPTION_LOG,
	OPTION_INSECURE,
	OPTION_FOLLOW,
	OPTION_NO_ROLLING,
	OPTION_BENCHMARK,
};

static const struct option options[] = {
	{ "user", required_argument, NULL, 'u' },
	{ "password", required_argument, NULL, 'p' },
	{ "address", required_argument, NULL, OPTION_ADDRESS },
	{ "gbt", no_argument, NULL, OPTION_GBT },
	{ "getwork", no_argument, NULL, OPTION_GETWORK },
	{ "threads", required_argument, NULL, 't' },
	{ "affinity", no_argument, NULL, OPTION_AFFINITY },
	{ "time", required_argument, NULL, OPTION_TIME },
	{ "shares", required_argument, NULL, OPTION_SHARES },
	{ "retries", required_argument, NULL, OPTION_RETRIES },
	{ "log", required_argument, NULL, OPTION_LOG },
	{ "insecure", no_argument, NULL, OPTION_INSECURE },
	{ "follow", no_argument, NULL, OPTION_FOLLOW },
	{ "no-rolling", no_argument, NULL, OPTION_NO_ROLLING },
	{ "benchmark", optional_argument, NULL, OPTION_BENCHMARK },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct mining {
	struct miner_options miner;
	struct miner_url url[MINER_URLS_MAX];
	uint8_t script[SCRIPT_ROOM];
	const char *log;
	bool benchmark, quiet;
	double benchmark_s;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* A second one ends at once. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool refuse(const char *text, const char *what)
{
	cli_error(CLI_USAGE, "%s: %s", text, what);
	return false;
}

static bool set_seconds(double *out, const char *text)
{
	double v;

	if (!num_double(&v, text_span(text)) || v <= 0 || v > SECONDS_MAX)
		return refuse(text, "not a number of seconds");
	*out = v;
	return true;
}

static bool set_count(uint64_t *out, const char *text, double max)
{
	uint64_t v;

	if (!num_u64(&v, text_span(text)) || v < 1 || (double)v > max)
		return refuse(text, "not a number from 1 on, or too large");
	*out = v;
	return true;
}

static bool set_unsigned(unsigned *out, const char *text, double max)
{
	uint64_t v;

	if (!set_count(&v, text, max))
		return false;
	*out = (unsigned)v;
	return true;
}

/* HTTP's Basic has no room for control characters, nor for a colon in a user;
 * pools' user names have none either. */
static bool set_text(const char **out, const char *text, bool colon)
{
	for (const char *c = text; *c; c++) {
		if ((*c == ':' && !colon) || (unsigned char)*c < ' ' ||
		    *c == 0x7f)
			return refuse("--user, --password",
				      "no control characters, and no colon in "
				      "a user");
	}
	if (strlen(text) > USER_MAX || (!colon && !*text))
		return refuse("--user, --password",
			      "give at most 200 characters");
	*out = text;
	return true;
}

static bool set_address(struct mining *m, const char *text)
{
	const struct network *net;
	size_t n;

	if (!address_parse(&net, m->script, &n, text_span(text)))
		return refuse(text, "not an address of Bitcoin's");
	m->miner.script = (struct span){ m->script, n };
	m->miner.address = text;
	return true;
}

static bool set_benchmark(struct mining *m, const char *text)
{
	m->benchmark = true;
	m->benchmark_s = BENCHMARK_S;
	return !text || set_seconds(&m->benchmark_s, text);
}

static bool set_flag(struct mining *m, int option)
{
	struct miner_options *o = &m->miner;

	switch (option) {
	case OPTION_GBT:
		o->getblocktemplate = true;
		return true;
	case OPTION_GETWORK:
		o->getwork = true;
		return true;
	case OPTION_AFFINITY:
		o->pin = true;
		return true;
	case OPTION_INSECURE:
		o->insecure = true;
		return true;
	case OPTION_FOLLOW:
		o->follow = true;
		return true;
	case OPTION_NO_ROLLING:
		o->no_rolling = true;
		return true;
	case 'q':
		m->quiet = true;
		return true;
	default:
		fputs(usage, stderr);
		return false;
	}
}

static bool set_option(struct mining *m, int option)
{
	struct miner_options *o = &m->miner;

	switch (option) {
	case 'u':
		return set_text(&o->user, optarg, false);
	case 'p':
		return set_text(&o->password, optarg, true);
	case OPTION_ADDRESS:
		return set_address(m, optarg);
	case 't':
		return set_unsigned(&o->threads, optarg, MINER_THREADS_MAX);
	case OPTION_TIME:
		return set_seconds(&o->time_s, optarg);
	case OPTION_SHARES:
		return set_count(&o->shares, optarg, SHARES_MAX);
	case OPTION_RETRIES:
		return set_unsigned(&o->retries, optarg, RETRIES_MAX);
	case OPTION_LOG:
		m->log = optarg;
		return true;
	case OPTION_BENCHMARK:
		return set_benchmark(m, optarg);
	default:
		return set_flag(m, option);
	}
}

static bool add_url(struct mining *m, const char *text)
{
	struct why why = { "" };

	if (m->miner.num_urls == MINER_URLS_MAX)
		return refuse(text, "that are too many URLs");
	if (miner_url_parse(&m->url[m->miner.num_urls], text_span(text),
			    &why) != ST_OK) {
		cli_error(CLI_USAGE, "%s", why.text);
		return false;
	}
	m->miner.num_urls++;
	return true;
}

/* Neither chosen: both, but a template is of no use without an address. */
static bool choose_http(struct mining *m)
{
	struct miner_options *o = &m->miner;
	const bool any = !o->getblocktemplate && !o->getwork;

	if (any) {
		o->getwork = true;
		o->getblocktemplate = o->script.n > 0;
	}
	if (o->getblocktemplate && o->script.n == 0)
		return refuse("--gbt", "give --address, too");
	return true;
}

static unsigned processors(void)
{
	const long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		return 1;
	return n > MINER_THREADS_MAX ? MINER_THREADS_MAX : (unsigned)n;
}

static int run(struct mining *m)
{
	struct miner_totals totals;
	struct why why = { "" };

	if (m->log) {
		m->miner.log = fopen(m->log, "w");
		if (!m->miner.log)
			return cli_error(CLI_FAILED, "%s: %s", m->log,
					 strerror(errno));
	}
	m->miner.out = m->quiet ? NULL : stdout;
	m->miner.terminal = isatty(STDOUT_FILENO);
	catch_signals();
	if (m->benchmark && m->miner.time_s <= 0)
		m->miner.time_s = m->benchmark_s;
	enum status st = m->benchmark
				 ? miner_benchmark(&m->miner, &totals, &why)
				 : miner_run(&m->miner, &totals, &why);

	if (m->miner.log && fclose(m->miner.log) != 0 && st == ST_OK)
		st = status_why(&why, ST_IO, "%s: %s", m->log, strerror(errno));
	if (st != ST_OK)
		return cli_error(cli_exit_of(st), "%s", why.text);
	if (!m->benchmark && totals.jobs == 0)
		return cli_error(CLI_FAILED, "no server gave work");
	return CLI_DONE;
}

int cmd_mine(int argc, char **argv)
{
	struct mining m = { .miner = { .version = CLI_VERSION,
				       .user = DEFAULT_USER,
				       .password = DEFAULT_TOKEN,
				       .threads = processors(),
				       .stop = &stop } };
	bool good = true;
	int option;

	m.miner.url = m.url;
	while (good && (option = getopt_long(argc, argv, "u:p:t:qh", options,
					     NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return CLI_DONE;
		}
		good = set_option(&m, option);
	}
	for (int i = optind; good && i < argc; i++)
		good = add_url(&m, argv[i]);
	if (good && (m.miner.num_urls > 0) == m.benchmark) {
		fputs(usage, stderr);
		good = false;
	}
	return good && choose_http(&m) ? run(&m) : CLI_USAGE;
}
