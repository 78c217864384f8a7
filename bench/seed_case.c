/* seed_case - a case in which nothing is real, to learn and to test with.
 *
 *	seed_case [--seed N] [--shares N] OUT.db
 *
 * Writes a case of grade `simulated` (bench/seed_story.h tells its story), and
 * beside it OUT.truth.json with what is true of it. The same arguments make the
 * same rows. docs/seed-case.md. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "bench/seed_session.h"
#include "coin/address.h"

#define PATH_BYTES  4096
#define MINUTE_NS   (INT64_C(60) * 1000000000)
#define SHARES_MAX  2e7
#define CONNECTIONS 64

static const char usage[] =
	"usage: seed_case [--seed N] [--shares N] OUT.db\n\n"
	"Makes a case in which nothing is real, for teaching and tests, and "
	"OUT.truth.json\n"
	"with what is true of it. About 100000 shares, or about --shares.\n";

struct command_line {
	uint64_t seed, shares;
	const char *path;
	char truth[PATH_BYTES];
};

static struct span span_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static bool set_number(uint64_t *out, const char *text, uint64_t most)
{
	uint64_t v;

	if (!num_u64(&v, span_of(text)) || v > most) {
		fprintf(stderr, "seed_case: %s: not a number up to %llu\n",
			text, (unsigned long long)most);
		return false;
	}
	*out = v;
	return true;
}

static bool set_path(struct command_line *c, const char *path)
{
	const size_t n = strlen(path);
	const bool tail = n > 3 && strcmp(path + n - 3, ".db") == 0;

	c->path = path;
	if (access(path, F_OK) == 0) {
		fprintf(stderr, "seed_case: %s: exists already\n", path);
		return false;
	}
	return snprintf(c->truth, sizeof(c->truth), "%.*s.truth.json",
			(int)(tail ? n - 3 : n), path) < PATH_BYTES;
}

static bool read_arguments(struct command_line *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "shares", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's' && set_number(&c->seed, optarg, UINT64_MAX))
			continue;
		if (option == 'n' &&
		    set_number(&c->shares, optarg, (uint64_t)SHARES_MAX))
			continue;
		return false;
	}
	if (optind != argc - 1 || c->shares == 0) {
		fputs(usage, stderr);
		return false;
	}
	return set_path(c, argv[optind]);
}

/* Pays to 20 letters instead of the hash of a key: nobody has one. */
static void make_script(uint8_t out[SEED_SCRIPT], char address[ADDRESS_TEXT],
			const char *letters)
{
	static const uint8_t head[] = { 0x76, 0xa9, 20 },
			     tail[] = { 0x88, 0xac };

	memcpy(out, head, sizeof(head));
	memcpy(out + 3, letters, 20);
	memcpy(out + 23, tail, sizeof(tail));
	address_of_script(address, (struct span){ out, SEED_SCRIPT },
			  network_named("main"));
}

static enum status give_traffic(const struct seed_place *p, int day)
{
	const int64_t begin = SEED_BEGIN + day * SEED_DAY_NS;
	enum status st = ST_OK;

	for (int b = 0; b < SEED_BINS && st == ST_OK; b++) {
		const struct seed_bin *bin = &p->story->bin[day][b];
		const int64_t from =
			begin + INT64_C(1000000000) * SEED_BIN_S * b;
		const struct fact_traffic f = {
			.input = p->row[day],
			.start = { from },
			.seconds = SEED_BIN_S,
			.packets = bin->packets,
			.bytes = bin->bytes,
			.connections = bin->connections,
			.first = { from },
			.last = { from + INT64_C(1000000000) * SEED_BIN_S - 1 },
		};

		st = store_traffic(p->store, &f);
	}
	return st;
}

/* One file a day, which never was. */
static enum status give_input(struct seed_place *p, int day)
{
	const int64_t begin = SEED_BEGIN + day * SEED_DAY_NS;
	char name[64], date[TS_TEXT], options[64];
	struct fact_input f = {
		.name = name,
		.packets = p->story->packets[day],
		.first = { begin },
		.last = { begin + SEED_DAY_NS - 1 },
		.status = "simulated: there is no such file",
		.version = "seed_case",
		.options = options,
	};

	ts_text((struct ts){ begin }, date);
	snprintf(name, sizeof(name), "simulated-%.10s.pcap", date);
	snprintf(options, sizeof(options), "--seed %llu",
		 (unsigned long long)p->truth->seed);
	for (int b = 0; b < SEED_BINS; b++)
		f.bytes += p->story->bin[day][b].bytes;
	if (store_input_begin(p->store, &p->row[day], name) != ST_OK ||
	    give_traffic(p, day) != ST_OK)
		return ST_IO;
	return store_input_end(p->store, p->row[day], &f);
}

/* The machines of a day, dealt out. */
static uint32_t machines_of(const struct seed_day *day, uint32_t connection)
{
	return day->machines / day->connections +
	       (connection < day->machines % day->connections);
}

/* When it may connect, or SEED_END. */
static int64_t next_start(struct seed_place *p, uint32_t connection, int64_t at)
{
	while (at < SEED_END) {
		const int d = seed_story_day(at);
		const struct seed_outage *o = seed_story_outage(p->story, at);

		if (connection >= p->story->day[d].connections)
			at = SEED_BEGIN + (d + 1) * SEED_DAY_NS +
			     (int64_t)(120 * seed_random_uniform(&p->random) *
				       (double)MINUTE_NS);
		else if (o && o->line && at >= o->from)
			at = o->to +
			     (int64_t)(seed_random_exponential(&p->random) *
				       (double)MINUTE_NS);
		else
			return at;
	}
	return SEED_END;
}

/* Connections come and go so that their day has the sessions it is to have. */
static int64_t end_of(struct seed_place *p, int64_t from)
{
	const struct seed_day *day = &p->story->day[seed_story_day(from)];
	const struct seed_outage *o = seed_story_outage(p->story, from);
	const double mean =
		(double)SEED_DAY_NS * day->connections / day->sessions;
	int64_t to = from + MINUTE_NS +
		     (int64_t)(mean * seed_random_exponential(&p->random));

	if (o && !o->line)
		o = o + 1 < p->story->outage + SEED_OUTAGES ? o + 1 : NULL;
	if (o && to > o->from)
		to = o->from;
	return to < SEED_END ? to : SEED_END;
}

static enum status run_connection(struct seed_place *p, uint32_t connection)
{
	int64_t at = SEED_ONSET + (int64_t)(20 * connection *
					    seed_random_uniform(&p->random) *
					    (double)MINUTE_NS / 2);
	enum status st = ST_OK;

	if (connection == 0)
		at = SEED_ONSET;
	while (st == ST_OK && (at = next_start(p, connection, at)) < SEED_END) {
		const struct seed_day *day = &p->story->day[seed_story_day(at)];
		const int64_t to = end_of(p, at);

		st = seed_session_make(p, connection,
				       machines_of(day, connection), at, to);
		at = to + (int64_t)(0.3 * seed_random_exponential(&p->random) *
				    (double)MINUTE_NS);
	}
	return st;
}

static enum status make_case(struct seed_place *p)
{
	enum status st = ST_OK;

	for (int d = 0; d < SEED_DAYS && st == ST_OK; d++)
		st = give_input(p, d);
	for (uint32_t c = 0; c < CONNECTIONS && st == ST_OK; c++)
		st = run_connection(p, c);
	return st;
}

static bool write_truth(const char *path, const struct seed_truth *t,
			const struct seed_story *s)
{
	FILE *f = fopen(path, "w");
	bool ok = f && seed_truth_write(f, t, s);

	ok = f && fclose(f) == 0 && ok;
	if (!ok)
		fprintf(stderr, "seed_case: %s: %s\n", path, strerror(errno));
	return ok;
}

static bool make(struct seed_place *p, const struct command_line *c)
{
	struct why why = { "" };
	enum status st;

	p->store = store_open(c->path, STORE_CREATE, &why);
	if (!p->store) {
		fprintf(stderr, "seed_case: %s\n", why.text);
		return false;
	}
	st = make_case(p);
	if (store_close(p->store, &why) != ST_OK || st != ST_OK) {
		fprintf(stderr, "seed_case: %s\n", why.text);
		return false;
	}
	return write_truth(c->truth, p->truth, p->story);
}

int main(int argc, char **argv)
{
	struct command_line c = { .seed = 20170517, .shares = 100000 };
	struct seed_truth truth = { .first = TS_NONE, .last = TS_NONE };
	struct seed_place place = { .truth = &truth };
	uint8_t account[SEED_SCRIPT];
	struct seed_story *story;
	bool ok;

	if (!read_arguments(&c, argc, argv))
		return 2;
	truth.seed = c.seed;
	place.random.state = ~c.seed;
	make_script(place.script, truth.payout, "simulated pool's box");
	make_script(account, truth.account, "simulated account...");
	story = seed_story_new(c.seed, (double)c.shares);
	place.story = story;
	ok = make(&place, &c);
	free(story);
	return ok ? 0 : 1;
}
