#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "active/probe.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/cli.h"

#define TARGETS_MAX    100000
#define LINE_MAX_BYTES 4096
#define TELL_MAX       (8u << 20)

static const char usage[] =
	"usage: assay probe [OPTION...] TARGET...\n\n"
	"Asks servers whether they are pools: connects to each, says who asks, "
	"asks\n"
	"for work, and tells what it answered. Nothing is submitted. A TARGET "
	"is\n"
	"HOST:PORT, [V6]:PORT, or one that says how to ask: "
	"stratum+tcp://HOST:PORT,\n"
	"stratum+ssl://, http://HOST:PORT/PATH, https://; - reads targets "
	"from\n"
	"standard input, one a line.\n\n"
	"      --from FILE        more targets, one a line; # begins a "
	"comment\n"
	"      --only LIST        ask in these dialects: stratum, monero,\n"
	"                         getblocktemplate, getwork\n"
	"      --tls WHICH        yes, no, both; default: TLS where nothing "
	"answers in\n"
	"                         clear\n"
	"      --timeout S        of a connection (default 10)\n"
	"      --rate N           connections a second, over all targets "
	"(default 1)\n"
	"      --user NAME        sent as login (default assay-probe)\n"
	"      --json             one JSON object a line\n"
	"  -q, --quiet            tell pools, and those that speak like one, "
	"only\n"
	"  -h, --help\n\n"
	"Exit status: 0 all were asked; 1 none could be reached, or not all "
	"were asked;\n"
	"2 wrong usage.\n";

enum {
	OPTION_FROM = 256,
	OPTION_ONLY,
	OPTION_TLS,
	OPTION_TIMEOUT,
	OPTION_RATE,
	OPTION_USER,
	OPTION_JSON,
};

static const struct option options[] = {
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "tls", required_argument, NULL, OPTION_TLS },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "rate", required_argument, NULL, OPTION_RATE },
	{ "user", required_argument, NULL, OPTION_USER },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct probing {
	struct probe_options probe;
	struct probe_target *target;
	size_t num_targets, room;
	bool json, quiet;
	size_t told, reached;
	bool written; /* standard output takes it */
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool add_target(struct probing *p, struct span text)
{
	struct why why = { "" };

	if (p->num_targets == TARGETS_MAX)
		return cli_error(CLI_USAGE, "more than %d targets",
				 TARGETS_MAX) == CLI_DONE;
	if (p->num_targets == p->room) {
		p->room = p->room ? p->room * 2 : 16;
		p->target =
			mem_resize(p->target, p->room, sizeof(p->target[0]));
	}
	struct probe_target *t = &p->target[p->num_targets];

	if (probe_target_parse(t, text, &why) != ST_OK)
		return cli_error(CLI_USAGE, "%s", why.text) == CLI_DONE;
	if (!(t->kinds & p->probe.kinds))
		return cli_error(CLI_USAGE, "%s: --only leaves nothing to ask",
				 t->text) == CLI_DONE;
	p->num_targets++;
	return true;
}

static bool is_blank(struct span s)
{
	size_t i = 0;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r'))
		i++;
	return i == s.n || s.p[i] == '#';
}

/* One line, without its newline. False at the end. */
static bool read_line(FILE *f, struct buf *b)
{
	int c = EOF;

	buf_clear(b);
	while ((c = getc(f)) != EOF && c != '\n')
		buf_u8(b, (uint8_t)c);
	return c != EOF || b->n > 0 || b->full;
}

static bool add_lines(struct probing *p, FILE *f, const char *name)
{
	unsigned long number = 0;
	struct buf line;
	bool good = true;

	buf_init(&line, LINE_MAX_BYTES);
	while (good && read_line(f, &line)) {
		number++;
		if (line.full)
			good = cli_error(CLI_USAGE,
					 "%s:%lu: longer than any target", name,
					 number) == CLI_DONE;
		else if (!is_blank(buf_span(&line)))
			good = add_target(p, buf_span(&line));
	}
	buf_fini(&line);
	return good && (!ferror(f) || cli_error(CLI_USAGE, "%s: %s", name,
						strerror(errno)) == CLI_DONE);
}

static bool add_file(struct probing *p, const char *name)
{
	if (strcmp(name, "-") == 0)
		return add_lines(p, stdin, "standard input");
	FILE *f = fopen(name, "r");

	if (!f)
		return cli_error(CLI_USAGE, "%s: %s", name, strerror(errno)) ==
		       CLI_DONE;
	const bool good = add_lines(p, f, name);

	fclose(f);
	return good;
}

static bool set_number(double *out, const char *text, double low, double high,
		       const char *what)
{
	double v;

	if (!num_double(&v, text_span(text)) || v < low || v > high)
		return cli_error(CLI_USAGE, "%s: not %s from %g to %g", text,
				 what, low, high) == CLI_DONE;
	*out = v;
	return true;
}

static bool set_tls(struct probing *p, const char *text)
{
	static const struct {
		const char *name;
		enum probe_security security;
	} words[] = { { "yes", PROBE_TLS },
		      { "no", PROBE_CLEAR },
		      { "both", PROBE_BOTH } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].name, text) == 0) {
			p->probe.security = words[i].security;
			return true;
		}
	}
	return cli_error(CLI_USAGE, "--tls %s: give yes, no or both", text) ==
	       CLI_DONE;
}

static bool set_kinds(struct probing *p, const char *text)
{
	return probe_kinds_parse(&p->probe.kinds, text_span(text)) ||
	       cli_error(CLI_USAGE,
			 "--only %s: give a list of stratum, monero, "
			 "getblocktemplate, getwork",
			 text) == CLI_DONE;
}

/* HTTP's Basic has no room for a colon or for control characters in a user. */
static bool set_user(struct probing *p, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == ':' || (unsigned char)*c < ' ' || *c == 0x7f)
			return cli_error(CLI_USAGE,
					 "--user: no colons or control "
					 "characters") == CLI_DONE;
	}
	if (strlen(text) == 0 || strlen(text) > 200)
		return cli_error(CLI_USAGE,
				 "--user: give 1 to 200 characters") ==
		       CLI_DONE;
	p->probe.user = text;
	return true;
}

static bool set_option(struct probing *p, int option, const char **from)
{
	switch (option) {
	case OPTION_FROM:
		*from = optarg;
		return true;
	case OPTION_ONLY:
		return set_kinds(p, optarg);
	case OPTION_TLS:
		return set_tls(p, optarg);
	case OPTION_TIMEOUT:
		return set_number(&p->probe.timeout_s, optarg, 0.1, 3600,
				  "seconds");
	case OPTION_RATE:
		return set_number(&p->probe.rate, optarg, 0.001, 1000,
				  "connections a second");
	case OPTION_USER:
		return set_user(p, optarg);
	case OPTION_JSON:
		p->json = true;
		return true;
	case 'q':
		p->quiet = true;
		return true;
	default:
		fputs(usage, stderr);
		return false;
	}
}

static bool on_result(void *context, const struct probe_result *r)
{
	struct probing *p = context;
	struct buf out;

	p->told += !r->interrupted && r->num_attempts > 0;
	p->reached += r->num_attempts > 0 && r->verdict < PROBE_UNREACHABLE;
	if (p->quiet && (r->num_attempts == 0 || r->verdict > PROBE_REFUSES))
		return true;
	buf_init(&out, TELL_MAX);
	if (p->json)
		probe_tell_json(&out, r);
	else
		probe_tell_text(&out, r);
	p->written = !out.full && fwrite(out.p, 1, out.n, stdout) == out.n &&
		     fflush(stdout) == 0;
	buf_fini(&out);
	return p->written;
}

static int ask(struct probing *p)
{
	struct why why = { "" };

	catch_signals();
	if (probe_run(p->target, p->num_targets, &p->probe, on_result, p,
		      &why) != ST_OK)
		return cli_error(CLI_FAILED, "%s", why.text);
	if (!p->written)
		return cli_error(CLI_FAILED, "standard output: cannot write");
	if (p->told < p->num_targets)
		return cli_error(CLI_FAILED,
				 "interrupted: %zu of %zu targets were not "
				 "asked to the end",
				 p->num_targets - p->told, p->num_targets);
	return p->reached > 0 ? CLI_DONE : CLI_FAILED;
}

int cmd_probe(int argc, char **argv)
{
	struct probing p = {
		.probe = { .version = CLI_VERSION,
			   .user = "assay-probe",
			   .timeout_s = 10,
			   .rate = 1,
			   .kinds = PROBE_ALL,
			   .security = PROBE_CLEAR_THEN_TLS,
			   .stop = &stop },
		.written = true,
	};
	const char *from = NULL;
	bool good = true;
	int option;

	while (good &&
	       (option = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return CLI_DONE;
		}
		good = set_option(&p, option, &from);
	}
	if (good && from)
		good = add_file(&p, from);
	for (int i = optind; good && i < argc; i++)
		good = strcmp(argv[i], "-") == 0
			       ? add_file(&p, "-")
			       : add_target(&p, text_span(argv[i]));
	if (good && p.num_targets == 0) {
		fputs(usage, stderr);
		good = false;
	}
	const int code = good ? ask(&p) : CLI_USAGE;

	free(p.target);
	return code;
}
