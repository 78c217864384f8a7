#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "active/list_store.h"
#include "base/json_write.h"
#include "base/num.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/cli_lists.h"

static const char usage[] =
	"usage: assay lists update [OPTION...] DIR [URL|FILE...]\n"
	"       assay lists show [--json] DIR|FILE...\n\n"
	"Keeps lists of addresses (docs/lists.md) in a directory, which trace "
	"and screen\n"
	"take as --list DIR.\n\n"
	"  update  gets lists from where you say; without a source, those that "
	"are there,\n"
	"          again. A list is replaced only by one that can be read; "
	"otherwise the\n"
	"          old one stays. DIR/index.json keeps where each is from, "
	"when it came,\n"
	"          and its SHA-256\n"
	"  show    which lists are there, how many entries, how old\n\n"
	"      --http           allow plain HTTP, which anybody on the way "
	"could change\n"
	"      --max-bytes N    of one list (default: 1 GB)\n"
	"      --timeout S      seconds for one list (default: 600)\n"
	"      --stall S        seconds with less than 100 bytes each "
	"(default: "
	"30)\n"
	"      --json           one JSON object a line\n"
	"  -h, --help\n\n"
	"Exit status: 0 all done; 1 a list failed; 2 wrong usage.\n";

enum {
	OPTION_HTTP = 256,
	OPTION_MAX_BYTES,
	OPTION_TIMEOUT,
	OPTION_STALL,
	OPTION_JSON
};

static const struct option options[] = {
	{ "http", no_argument, NULL, OPTION_HTTP },
	{ "max-bytes", required_argument, NULL, OPTION_MAX_BYTES },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "stall", required_argument, NULL, OPTION_STALL },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

#define MOST_BYTES (UINT64_C(1) << 30)

struct command_line {
	struct list_store_options get;
	bool json;
	struct buf line;
	struct json_writer w;
};

static struct ts now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (struct ts){ t.tv_sec * INT64_C(1000000000) };
}

static bool set_number(uint64_t *out, const char *text, uint64_t most)
{
	const struct span s = { (const uint8_t *)text, strlen(text) };

	return (num_u64(out, s) && *out >= 1 && *out <= most) ||
	       cli_error(CLI_USAGE, "%s: not a number from 1 to %llu", text,
			 (unsigned long long)most) == CLI_DONE;
}

static bool set_option(struct command_line *c, int option, const char *value)
{
	uint64_t n;

	switch (option) {
	case OPTION_HTTP:
		c->get.plain_http = true;
		return true;
	case OPTION_JSON:
		c->json = true;
		return true;
	case OPTION_MAX_BYTES:
		return set_number(&c->get.most_bytes, value, MOST_BYTES);
	case OPTION_TIMEOUT:
	case OPTION_STALL:
		if (!set_number(&n, value, 86400))
			return false;
		*(option == OPTION_STALL ? &c->get.stall_seconds
					 : &c->get.seconds) = (unsigned)n;
		return true;
	default:
		return false;
	}
}

/* CLI_DONE to go on; -1 after --help. */
static int read_options(struct command_line *c, int argc, char **argv)
{
	int option;

	c->get = (struct list_store_options){ .most_bytes = MOST_BYTES,
					      .seconds = 600,
					      .stall_seconds = 30,
					      .now = now() };
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
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

static void key_text(struct command_line *c, const char *key, const char *text)
{
	json_write_key(&c->w, key);
	json_write_text(&c->w, text);
}

static void key_uint(struct command_line *c, const char *key, uint64_t v)
{
	json_write_key(&c->w, key);
	json_write_uint(&c->w, v);
}

/* Text that others wrote, for a terminal. */
static const char *safe(struct command_line *c, const char *text)
{
	buf_clear(&c->line);
	text_safe(&c->line,
		  (struct span){ (const uint8_t *)text, strlen(text) }, 200);
	return buf_str(&c->line);
}

static void tell_update(struct command_line *c,
			const struct list_store_entry *e,
			enum list_store_news news)
{
	static const char *const text[] = { [LIST_STORE_NEW] = "new",
					    [LIST_STORE_CHANGED] = "changed",
					    [LIST_STORE_SAME] = "unchanged" };

	if (c->json) {
		begin(c, "list");
		key_text(c, "name", e->name);
		key_text(c, "source", e->source);
		key_text(c, "news", text[news]);
		key_uint(c, "entries", e->entries);
		key_uint(c, "bytes", e->bytes);
		key_text(c, "sha256", e->sha256);
		finish(c);
		return;
	}
	printf("%-9s %s: %llu entries, %llu bytes, sha256 %.16s...\n",
	       text[news], safe(c, e->name), (unsigned long long)e->entries,
	       (unsigned long long)e->bytes, e->sha256);
}

static int update_one(struct command_line *c, struct list_store *s,
		      const char *source)
{
	enum list_store_news news;
	struct why why = { "" };
	size_t entry;
	const enum status st =
		list_store_update(s, &entry, &news, source, &c->get, &why);

	if (st != ST_OK)
		return cli_error(st == ST_USAGE ? CLI_USAGE : CLI_FAILED, "%s",
				 why.text);
	tell_update(c, &s->entry[entry], news);
	return CLI_DONE;
}

/* All are tried; the first failure decides the exit status. */
static int update_all(struct command_line *c, struct list_store *s,
		      char **source, int n)
{
	char again[LIST_STORE_URL];
	const size_t known = s->n;
	int code = CLI_DONE;

	for (int i = 0; i < n; i++) {
		const int one = update_one(c, s, source[i]);

		code = code == CLI_DONE ? one : code;
	}
	for (size_t i = 0; n == 0 && i < known; i++) {
		snprintf(again, sizeof(again), "%s", s->entry[i].source);
		const int one = update_one(c, s, again);

		code = code == CLI_DONE ? one : code;
	}
	if (n == 0 && known == 0)
		return cli_error(CLI_USAGE,
				 "%s: no lists in it yet: say where from",
				 s->directory);
	return code;
}

static int run_update(struct command_line *c, char **operand, int n)
{
	struct list_store s;
	struct why why;
	int code;

	if (list_store_open(&s, operand[0], &why) != ST_OK)
		return cli_error(CLI_FAILED, "%s", why.text);
	code = update_all(c, &s, operand + 1, n - 1);
	list_store_free(&s);
	return code;
}

static void tell_source(struct command_line *c, const struct list_source *s)
{
	const double days = ts_seconds(s->published, c->get.now) / 86400;
	char published[TS_TEXT];

	if (c->json) {
		begin(c, "list");
		key_text(c, "path", s->path);
		key_text(c, "list", s->list);
		json_write_key(&c->w, "published");
		json_write_ts(&c->w, s->published);
		json_write_key(&c->w, "published_by_itself");
		json_write_bool(&c->w, s->published_by_itself);
		json_write_key(&c->w, "age_days");
		json_write_double(&c->w, days);
		key_uint(c, "entries", s->entries);
		key_uint(c, "invalid", s->invalid);
		key_uint(c, "repaired", s->repaired);
		finish(c);
		return;
	}
	ts_text(s->published, published);
	printf("%s\n", safe(c, s->path));
	printf("  %s: %zu entries, %zu of them no valid address of their "
	       "asset, %zu repaired\n",
	       safe(c, s->list), s->entries, s->invalid, s->repaired);
	if (published[0])
		printf("  of %.10s (%s), %.0f days old\n", published,
		       s->published_by_itself ? "as it says" : "by its file",
		       days > 0 ? days : 0);
	else
		printf("  when it was published is not determined\n");
}

static int run_show(struct command_line *c, char **operand, int n)
{
	struct lists *l = lists_new();
	int code = CLI_DONE;

	for (int i = 0; i < n; i++) {
		if (!cli_lists_read(l, operand[i]))
			code = CLI_FAILED;
	}
	for (size_t i = 0; i < lists_sources(l); i++)
		tell_source(c, lists_source(l, i));
	lists_free(l);
	return code;
}

int cmd_lists(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const bool update = strcmp(what, "update") == 0;
	struct command_line c = { .json = false };
	int code;

	if (!update && strcmp(what, "show") != 0) {
		const bool help =
			!strcmp(what, "--help") || !strcmp(what, "-h");

		fputs(usage, help ? stdout : stderr);
		return help ? CLI_DONE : CLI_USAGE;
	}
	argv[1] = argv[0];
	argc--;
	argv++;
	buf_init(&c.line, 1u << 16);
	code = read_options(&c, argc, argv);
	if (code == CLI_DONE)
		code = update ? run_update(&c, argv + optind, argc - optind)
			      : run_show(&c, argv + optind, argc - optind);
	buf_fini(&c.line);
	return code < 0 ? CLI_DONE : code;
}
