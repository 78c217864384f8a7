#include "analysis/machines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/deal.h"
#include "analysis/rhythm.h"
#include "analysis/spread.h"
#include "base/map.h"
#include "base/mem.h"
#include "coin/target.h"
#include "pow/share.h"

#define NAMES_MAX (1u << 20)
#define TERAHASH  1e12

const char *machines_pattern_text(enum machines_pattern p)
{
	switch (p) {
	case MACHINES_PATTERN_UNKNOWN:
		break;
	case MACHINES_PATTERN_UNIFORM:
		return "uniform";
	case MACHINES_PATTERN_LOW:
		return "low";
	case MACHINES_PATTERN_STEPPED:
		return "stepped";
	case MACHINES_PATTERN_FIXED:
		return "fixed";
	}
	return "unknown";
}

/* False: it was there before. */
static bool add_agent(struct machines *out, const char *text)
{
	for (size_t i = 0; i < out->num_agents; i++) {
		if (strcmp(out->agent[i].text, text) == 0) {
			out->agent[i].sessions++;
			return false;
		}
	}
	if (out->num_agents == MACHINES_AGENTS_MAX) {
		out->agents_dropped++;
		return true;
	}
	out->agent[out->num_agents++] = (struct machines_agent){
		.text = text,
		.software = hardware_software(text),
		.sessions = 1,
	};
	return true;
}

/* The models that a single agent or several name; more than fit are none. */
static void list_models(struct machines *out, const struct hardware_set *set)
{
	size_t all;
	const struct hardware *h = hardware_all(&all);

	if (out->narrow < HARDWARE_FAMILY)
		return;
	for (size_t i = 0; i < all; i++) {
		if (!hardware_set_has(set, &h[i]))
			continue;
		if (out->num_models == MACHINES_MODELS_MAX) {
			out->num_models = 0;
			return;
		}
		out->model[out->num_models++] = &h[i];
	}
}

static const char *one_kind(const struct hardware_set *set)
{
	static const char *const text[] = {
		[HARDWARE_CPU] = "cpu",
		[HARDWARE_GPU] = "gpu",
		[HARDWARE_FPGA] = "fpga",
		[HARDWARE_ASIC] = "asic",
	};
	const char *found = NULL;
	size_t n;
	const struct hardware *h = hardware_all(&n);

	for (size_t i = 0; i < n; i++) {
		if (!hardware_set_has(set, &h[i]))
			continue;
		if (found && found != text[h[i].kind])
			return NULL;
		found = text[h[i].kind];
	}
	return found;
}

static struct hardware_set read_agents(struct machines *out,
				       const struct series_subject *s)
{
	struct hardware_set set = { { 0 } };

	bool any_unknown = false;

	out->narrow = s->n > 0 ? HARDWARE_NAMED : HARDWARE_ANY;
	for (size_t i = 0; i < s->n; i++) {
		const char *agent = s->member[i]->session.user_agent;
		const bool fresh = agent ? add_agent(out, agent) : !any_unknown;
		const enum hardware_narrow narrow =
			fresh ? hardware_set_add(&set, agent) : out->narrow;

		any_unknown = any_unknown || !agent;
		if (narrow < out->narrow)
			out->narrow = narrow;
	}
	list_models(out, &set);
	if (out->narrow != HARDWARE_ANY)
		out->kind = one_kind(&set);
	return set;
}

bool machines_by_sha256d(const struct finding *const *member, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const enum fact_algorithm a = member[i]->session.algorithm;

		if (a != FACT_SHA256D && a != FACT_NO_ALGORITHM)
			return false;
		any = any || a == FACT_SHA256D;
	}
	return any;
}

/* What an agent names is there, whenever the table says that it was sold. */
static struct ts sold_by(enum hardware_narrow narrow, struct ts at)
{
	return narrow == HARDWARE_NAMED ? TS_NONE : at;
}

static void bound(struct machines *out, const struct hardware_set *set,
		  const struct work *work, struct ts at)
{
	const struct hardware *fastest =
		hardware_fastest(set, sold_by(out->narrow, at));

	if (work->unique == 0)
		return;
	out->at_least = 1;
	if (!work->rate.method || !fastest)
		return;
	out->fastest = fastest;
	out->at_least = fmax(1, ceil(work->rate.low / fastest->rate));
}

struct estimate machines_power(const struct estimate *rate,
			       const struct hardware_set *set,
			       enum hardware_narrow narrow, struct ts at)
{
	const struct ts sold = sold_by(narrow, at);
	const struct hardware *frugal = hardware_most_frugal(set, sold);
	double median = hardware_median_efficiency(set, sold);
	double worst = hardware_worst_efficiency(set, sold);

	/* Of a family that is no longer sold, all of it. */
	if (median <= 0)
		median = hardware_median_efficiency(set, TS_NONE);
	if (worst < median)
		worst = hardware_worst_efficiency(set, TS_NONE);
	if (!rate->method || !frugal || median <= 0 ||
	    rate->high < hardware_slowest_rate(set))
		return rate_unknown;
	return (struct estimate){
		.low = rate->low / TERAHASH * frugal->joules_per_terahash,
		.mid = rate->mid / TERAHASH * median,
		.high = rate->high / TERAHASH * worst,
		.confidence = rate->confidence,
		.method =
			narrow >= HARDWARE_FAMILY ? "agent" : "hardware-table",
	};
}

/* A session begins (or ends, with the opposite sign) with so many parts. */
struct edge {
	int64_t ns;
	int sign;
	uint32_t subranges;
};

static int by_time(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return y->sign - x->sign; /* one of no length is one, too */
}

static void most_at_once(struct machines *out, const struct series_subject *s)
{
	struct edge *edge = mem_new(2 * s->n + 1, sizeof(edge[0]));
	int64_t connections = 0, subranges = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct finding *f = s->member[i];
		const uint32_t parts = s->worker ? 0 : f->subranges.machines;

		edge[2 * i] = (struct edge){ f->session.first.ns, 1, parts };
		edge[2 * i + 1] =
			(struct edge){ f->session.last.ns, -1, parts };
	}
	qsort(edge, 2 * s->n, sizeof(edge[0]), by_time);
	for (size_t i = 0; i < 2 * s->n; i++) {
		connections += edge[i].sign;
		subranges += edge[i].sign * (int64_t)edge[i].subranges;
		if (connections > out->connections)
			out->connections = (uint32_t)connections;
		if (subranges > out->subranges)
			out->subranges = (uint32_t)subranges;
	}
	free(edge);
}

static void put(struct map *m, const char *text)
{
	if (text)
		map_put(m, (struct span){ (const uint8_t *)text, strlen(text) },
			NULL);
}

static void count_names(struct machines *out, const struct series_subject *s)
{
	struct map *workers = map_new(NAMES_MAX, 0);
	struct map *addresses = map_new(NAMES_MAX, 0);

	for (size_t i = 0; i < s->n; i++) {
		const struct finding *f = s->member[i];

		put(addresses, f->session.client_ip);
		for (uint32_t w = 0; !s->worker && w < f->num_workers; w++)
			put(workers, f->worker[w]);
	}
	out->addresses = (uint32_t)map_count(addresses);
	out->workers = s->worker ? 1 : (uint32_t)map_count(workers);
	map_free(workers);
	map_free(addresses);
}

static void indicate(struct machines *out, const struct series_subject *s)
{
	const uint32_t *const all[] = { &out->connections, &out->workers,
					&out->subranges, &out->addresses };

	most_at_once(out, s);
	count_names(out, s);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (*all[i] > out->indicated)
			out->indicated = *all[i];
	}
}

/* Payload bytes and packets of one finding's conversations. */
static void add_traffic(struct machines *out, const struct finding *f)
{
	const struct fact_session *s = &f->session;

	out->client_bytes += s->client_bytes;
	out->server_bytes += s->server_bytes;
	out->packets += s->client_packets + s->server_packets;
}

static void measure(struct machines *out, const struct series_subject *s,
		    const struct work *work, struct ts at)
{
	*out = (struct machines){ .rhythm = NAN,
				  .power = rate_unknown,
				  .energy = rate_unknown,
				  .energy_whole = rate_unknown,
				  .bytes_per_second = NAN };
	const struct hardware_set set = read_agents(out, s);

	struct ts first, last;

	deal_span(&first, &last, s);
	const double seconds = ts_seconds(first, last);

	indicate(out, s);
	for (size_t i = 0; i < s->n; i++)
		add_traffic(out, s->member[i]);
	if (out->packets > 0 && seconds > 0)
		out->bytes_per_second =
			(double)(out->client_bytes + out->server_bytes) /
			seconds;
	if (!machines_by_sha256d(s->member, s->n)) {
		out->at_least = work->unique > 0;
		return;
	}
	bound(out, &set, work, at);
	out->power = machines_power(&work->rate, &set, out->narrow, at);
	out->energy = rate_scaled(&out->power, work->rate_seconds);
	out->energy_whole = rate_scaled(&out->power, seconds);
}

/* What of a subject's shares tells of firmware. */
struct habits {
	struct spread nonce, version_bits;
	/* Nobody says which end of extranonce2 counts up. */
	struct spread forward, backward;
	struct rhythm rhythm;
};

struct watching {
	struct habits *habits;
	/* Of the connection that is read. */
	struct fact_period *period;
	size_t num_periods, room_periods;
	size_t now; /* the period that the last share lay in */
	uint64_t group;
};

static bool on_period(void *context, const struct fact_period *f)
{
	struct watching *w = context;

	if (w->num_periods == w->room_periods) {
		w->room_periods = w->room_periods ? w->room_periods * 2 : 64;
		w->period = mem_resize(w->period, w->room_periods,
				       sizeof(w->period[0]));
	}
	w->period[w->num_periods++] = *f;
	return true;
}

static enum status on_session(void *context, struct store *store,
			      const char *id, const struct finding *f)
{
	struct watching *w = context;

	(void)f;
	w->num_periods = w->now = 0;
	w->group++;
	return store_periods(store, id, on_period, w);
}

static bool is_work(const struct fact_share *f)
{
	return work_counts(f->proof);
}

/* Bits of value under mask, moved together to the top. */
static uint32_t gather_bits(unsigned *width, uint32_t value, uint32_t mask)
{
	uint32_t out = 0;

	*width = 0;
	for (unsigned i = 32; i-- > 0;) {
		if ((mask >> i & 1) == 0)
			continue;
		(*width)++;
		out |= (value >> i & 1) << (32 - *width);
	}
	return out;
}

static void add_extranonce2(struct habits *h, struct span x)
{
	const unsigned width = x.n < 4 ? (unsigned)x.n * 8 : 32;
	uint32_t forward = 0, backward = 0;

	for (size_t i = 0; i < 4 && i < x.n; i++) {
		forward |= (uint32_t)x.p[i] << (24 - 8 * i);
		backward |= (uint32_t)x.p[x.n - 1 - i] << (24 - 8 * i);
	}
	if (width == 0)
		return;
	spread_add(&h->forward, forward, width);
	spread_add(&h->backward, backward, width);
}

/* A number for the period that t lies in; 0: in none. Shares and periods both
 * come by time. */
static uint64_t period_at(struct watching *w, struct ts t)
{
	while (w->now < w->num_periods && w->period[w->now].to.ns < t.ns) {
		w->now++;
		w->group++;
	}
	return w->now < w->num_periods && w->period[w->now].from.ns <= t.ns
		       ? w->group
		       : 0;
}

static void add_habit(struct habits *h, const struct fact_share *f,
		      uint64_t group)
{
	const uint32_t mask =
		f->version_mask ? f->version_mask : SHARE_VERSION_MASK;
	unsigned width;

	spread_add(&h->nonce, f->nonce, 32);
	add_extranonce2(h, f->extranonce2);
	if (f->has_version_bits) {
		const uint32_t bits =
			gather_bits(&width, f->version_bits, mask);

		spread_add(&h->version_bits, bits, width);
	}
	if (group > 0)
		rhythm_add(&h->rhythm, group, f->time);
}

static void on_share(void *context, const struct fact_share *f,
		     const uint32_t *subject, size_t n)
{
	struct watching *w = context;
	const uint64_t group = period_at(w, f->time);

	for (size_t i = 0; i < n; i++)
		add_habit(&w->habits[subject[i]], f, group);
}

/* The end that shows more than chance tells. */
static enum machines_pattern pattern_of_ends(const struct habits *h)
{
	const enum machines_pattern a = spread_pattern(&h->forward);
	const enum machines_pattern b = spread_pattern(&h->backward);

	if (a == MACHINES_PATTERN_LOW || b == MACHINES_PATTERN_LOW)
		return MACHINES_PATTERN_LOW;
	return a > b ? a : b;
}

enum status machines_of_subjects(struct machines *out, struct store *store,
				 const struct series_subject *subject,
				 const struct work *const *work,
				 const struct ts *at, size_t n)
{
	struct watching w = { .habits = mem_new(n + 1, sizeof(w.habits[0])) };
	const struct deal_visitor visitor = { .context = &w,
					      .session = on_session,
					      .counts = is_work,
					      .share = on_share };
	const enum status st = deal_shares(NULL, store, subject, n, &visitor);

	for (size_t i = 0; i < n && st == ST_OK; i++) {
		struct habits *h = &w.habits[i];

		measure(&out[i], &subject[i], work[i], at[i]);
		out[i].nonce = spread_pattern(&h->nonce);
		out[i].version_bits = spread_pattern(&h->version_bits);
		out[i].extranonce2 = pattern_of_ends(h);
		out[i].rhythm = rhythm_variation(&h->rhythm);
	}
	free(w.habits);
	free(w.period);
	return st;
}

enum status machines_of_subject(struct machines *out, struct store *store,
				const struct series_subject *subject,
				const struct work *work, struct ts at)
{
	return machines_of_subjects(out, store, subject, &work, &at, 1);
}
