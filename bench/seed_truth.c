#include "bench/seed_truth.h"

#include "base/json_write.h"

#define TRUTH_MAX (1u << 20)

static void text(struct json_writer *w, const char *key, const char *v)
{
	json_write_key(w, key);
	json_write_text(w, v);
}

static void number(struct json_writer *w, const char *key, double v)
{
	json_write_key(w, key);
	json_write_double(w, v);
}

static void count(struct json_writer *w, const char *key, uint64_t v)
{
	json_write_key(w, key);
	json_write_uint(w, v);
}

static void moment(struct json_writer *w, const char *key, int64_t ns)
{
	json_write_key(w, key);
	json_write_ts(w, (struct ts){ ns });
}

/* The power that the table of machines has for so many hashes. */
static double joules(double hashes)
{
	return hashes * SEED_MACHINE_WATTS / SEED_MACHINE_RATE;
}

static void sums(struct json_writer *w, const struct seed_truth_day *d)
{
	count(w, "sessions", d->sessions);
	count(w, "shares", d->shares);
	count(w, "accepted", d->accepted);
	number(w, "difficulty_sum", d->work);
	number(w, "hashes", d->hashes);
	number(w, "joules", joules(d->hashes));
	number(w, "credited_btc", d->credited);
	number(w, "expected_btc", d->expected);
}

static void add(struct seed_truth_day *to, const struct seed_truth_day *d)
{
	to->sessions += d->sessions;
	to->shares += d->shares;
	to->accepted += d->accepted;
	to->hashes += d->hashes;
	to->work += d->work;
	to->credited += d->credited;
	to->expected += d->expected;
}

static void day(struct json_writer *w, const struct seed_truth *t,
		const struct seed_story *s, int d)
{
	char from[TS_TEXT];

	ts_text((struct ts){ SEED_BEGIN + d * SEED_DAY_NS }, from);
	from[10] = '\0'; /* the date */
	json_write_begin(w, '{');
	text(w, "date", from);
	count(w, "machines", s->day[d].machines);
	number(w, "difficulty", s->day[d].difficulty);
	sums(w, &t->day[d]);
	number(w, "hashrate_mean", t->day[d].hashes / 86400);
	number(w, "watts_mean", joules(t->day[d].hashes) / 86400);
	json_write_end(w, '}');
}

static void days(struct json_writer *w, const struct seed_truth *t,
		 const struct seed_story *s)
{
	json_write_key(w, "days");
	json_write_begin(w, '[');
	for (int d = 0; d < SEED_DAYS; d++)
		day(w, t, s, d);
	json_write_end(w, ']');
}

static void outages(struct json_writer *w, const struct seed_story *s)
{
	json_write_key(w, "outages");
	json_write_begin(w, '[');
	for (int i = 0; i < SEED_OUTAGES; i++) {
		const struct seed_outage *o = &s->outage[i];

		json_write_begin(w, '{');
		text(w, "of", o->line ? "line" : "machines");
		moment(w, "from", o->from);
		moment(w, "to", o->to);
		json_write_end(w, '}');
	}
	json_write_end(w, ']');
}

static void machine(struct json_writer *w)
{
	json_write_key(w, "machine");
	json_write_begin(w, '{');
	text(w, "model", SEED_MODEL);
	text(w, "user_agent", SEED_AGENT);
	number(w, "hashrate", SEED_MACHINE_RATE);
	number(w, "watts", SEED_MACHINE_WATTS);
	json_write_end(w, '}');
}

static void pool(struct json_writer *w, const struct seed_truth *t)
{
	json_write_key(w, "pool");
	json_write_begin(w, '{');
	text(w, "host", SEED_POOL_HOST);
	text(w, "ip", SEED_POOL_IP);
	count(w, "port", SEED_POOL_PORT);
	text(w, "tag", SEED_POOL_TAG);
	text(w, "payout", t->payout);
	text(w, "account", t->account);
	json_write_end(w, '}');
}

static void peak(struct json_writer *w, const struct seed_truth *t,
		 const struct seed_story *s)
{
	int best = 0;

	for (int d = 1; d < SEED_DAYS; d++) {
		if (t->day[d].hashes > t->day[best].hashes)
			best = d;
	}
	json_write_key(w, "peak");
	day(w, t, s, best);
}

static void write(struct json_writer *w, const struct seed_truth *t,
		  const struct seed_story *s)
{
	struct seed_truth_day all = { 0 };

	for (int d = 0; d < SEED_DAYS; d++)
		add(&all, &t->day[d]);
	json_write_begin(w, '{');
	text(w, "type", "truth");
	text(w, "grade", "simulated");
	count(w, "seed", t->seed);
	moment(w, "sensor_from", SEED_BEGIN);
	moment(w, "sensor_to", SEED_END);
	moment(w, "onset", SEED_ONSET);
	moment(w, "first_share", t->first.ns);
	moment(w, "last_share", t->last.ns);
	text(w, "site", SEED_SITE);
	json_write_key(w, "clients");
	json_write_begin(w, '[');
	for (int i = 0; i < SEED_CLIENTS; i++)
		json_write_text(w, seed_clients[i]);
	json_write_end(w, ']');
	machine(w);
	pool(w, t);
	count(w, "contacts", t->contacts);
	sums(w, &all);
	peak(w, t, s);
	outages(w, s);
	days(w, t, s);
	json_write_end(w, '}');
}

bool seed_truth_write(FILE *out, const struct seed_truth *t,
		      const struct seed_story *s)
{
	struct json_writer w;
	struct buf line;
	bool ok;

	buf_init(&line, TRUTH_MAX);
	json_write_init(&w, &line);
	write(&w, t, s);
	buf_text(&line, "\n");
	ok = !line.full && fwrite(line.p, 1, line.n, out) == line.n &&
	     fflush(out) == 0;
	buf_fini(&line);
	return ok;
}
