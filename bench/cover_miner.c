#include "cover_miner.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define SECONDS (COVER_BINS * COVER_BIN_S)

static uint64_t state;

/* xorshift64*, its upper 52 bits and a half: uniform in (0, 1). */
static double uniform(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return ((double)((state * 2685821657736338717u) >> 12) + 0.5) * 0x1p-52;
}

static struct ts moment(double seconds)
{
	return (struct ts){ llround(seconds * 1e9) };
}

/* One connection's part of the whole. */
struct machine {
	double part; /* of the rate */
	double weight;
};

static double level_at(const struct cover_run *r, double t)
{
	const struct cover_scenario *s = r->scenario;
	double rate = s->rate[0];

	for (size_t k = 0; k + 1 < COVER_LEVELS && s->change[k] > 0; k++) {
		if (t >= r->change[k])
			rate = s->rate[k + 1];
	}
	return rate;
}

/* When the level changes next, or `end`. */
static double level_end(const struct cover_run *r, double t, double end)
{
	for (size_t k = 0; k + 1 < COVER_LEVELS && r->scenario->change[k] > 0;
	     k++) {
		if (t < r->change[k])
			return fmin(r->change[k], end);
	}
	return end;
}

/* Is the minute that t lies in one that was lost? By its number, so that it can
 * be asked more than once. */
static bool looked(const struct cover_run *r, const bool *lost, double t)
{
	const double in_minute = fmod(t, COVER_BIN_S);

	if (lost[(size_t)(t / COVER_BIN_S)])
		return false;
	return r->scenario->sampled <= 0 || in_minute < r->scenario->sampled;
}

/* Up to where what is true of t stays true: the minute, or the part of it that
 * was looked at, ends. */
static double looked_end(const struct cover_run *r, double t, double end)
{
	const double minute = floor(t / COVER_BIN_S) * COVER_BIN_S;
	const double part = minute + r->scenario->sampled;

	return fmin(end, t < part ? part : minute + COVER_BIN_S);
}

/* A stretch in which nothing changes. */
static void add_time(struct cover_run *r, const struct machine *m, double t,
		     double seconds, bool first)
{
	struct series_bin *b = &r->series.bin[(size_t)(t / COVER_BIN_S)];
	const double level = level_at(r, t);

	b->session_seconds += seconds;
	b->heaviest = fmax(b->heaviest, m->weight);
	r->heaviest = fmax(r->heaviest, m->weight);
	r->hashes_true += seconds * level * m->part;
	if (!first)
		return;
	b->seconds += seconds;
	b->exposure += seconds / m->weight;
	r->seconds += seconds;
	r->exposure += seconds / m->weight;
	if (level < r->top)
		return;
	r->top_seconds += seconds;
	r->top_exposure += seconds / m->weight;
}

static void observe(struct cover_run *r, const struct machine *m,
		    const bool *lost, double from, double to, bool first)
{
	double t = from;

	while (t < to) {
		const double next = looked_end(r, t, level_end(r, t, to));

		if (looked(r, lost, t))
			add_time(r, m, t, next - t, first);
		t = next;
	}
}

static void keep(struct cover_run *r, const struct machine *m, const bool *lost,
		 double t)
{
	struct series_bin *b = &r->series.bin[(size_t)(t / COVER_BIN_S)];

	if (!looked(r, lost, t))
		return;
	b->shares++;
	b->rate_shares++;
	b->hashes += m->weight;
	b->hashes_squared += m->weight * m->weight;
	b->rate_hashes = b->hashes;
	b->rate_squares = b->hashes_squared;
	if (!ts_known(b->first) || moment(t).ns < b->first.ns)
		b->first = moment(t);
	if (!ts_known(b->last) || moment(t).ns > b->last.ns)
		b->last = moment(t);
	r->one_weight = r->one_weight &&
			(r->shares == 0 || m->weight == r->last_weight);
	r->shares++;
	r->sum += m->weight;
	r->squares += m->weight * m->weight;
	r->last_weight = m->weight;
	if (level_at(r, t) >= r->top) {
		r->top_shares++;
		r->top_sum += m->weight;
	}
}

/* When so many hashes more are done, or `end`. */
static double done_at(const struct cover_run *r, const struct machine *m,
		      double t, double end, double hashes)
{
	while (t < end) {
		const double until = level_end(r, t, end);
		const double rate = level_at(r, t) * m->part;
		const double possible = (until - t) * rate;

		if (hashes < possible)
			return t + hashes / rate;
		hashes -= possible;
		t = until;
	}
	return end;
}

/* A session from its first job on. A pool that steers looks at every eighth
 * share, and turns the weight by a factor of at most four. */
static void session(struct cover_run *r, struct machine m, const bool *lost,
		    double from, double to, bool first)
{
	const double pace = r->scenario->pace;
	double t = from, told = from, turned = from;
	unsigned n = 0;

	for (;;) {
		t = done_at(r, &m, t, to, -log(uniform()) * m.weight);
		if (t >= to)
			break;
		keep(r, &m, lost, t);
		if (pace <= 0 || ++n % 8 != 0)
			continue;
		observe(r, &m, lost, told, t, first);
		m.weight *= fmax(0.25, fmin(4, 8 * pace / (t - turned)));
		told = turned = t;
	}
	observe(r, &m, lost, told, to, first);
}

static void open_session(struct cover_run *r, double from, double to)
{
	struct series *s = &r->series;

	/* It is connected half a second before it has work. */
	if (!ts_known(s->opened))
		s->opened = moment(fmax(0, from - 0.5));
	if (from > 0 && from <= r->scenario->begin)
		s->opened_after = s->opened;
	s->closed = moment(to);
	for (size_t b = (size_t)(from / COVER_BIN_S);
	     b < COVER_BINS && (double)b * COVER_BIN_S < to; b++)
		s->bin[b].sessions++;
	s->bin[(size_t)(from / COVER_BIN_S)].begun++;
}

static void run_machine(struct cover_run *r, const struct machine *m,
			const bool *lost, bool first)
{
	const struct cover_scenario *s = r->scenario;
	double from = s->begin, to;

	do {
		to = s->on > 0 ? fmin(from + s->on, SECONDS) : SECONDS;
		if (first)
			open_session(r, from, to);
		session(r, *m, lost, from, to, first);
		from = to + s->off;
	} while (from < SECONDS && s->on > 0);
}

static void clear(struct cover_run *r)
{
	struct series_bin *bin = r->series.bin;
	const struct cover_scenario *s = r->scenario;

	*r = (struct cover_run){
		.scenario = s,
		.series = { .bin_seconds = COVER_BIN_S,
			    .bin = bin,
			    .n = COVER_BINS,
			    .opened = TS_NONE,
			    .closed = TS_NONE,
			    .opened_after = TS_NONE,
			    .closed_before = TS_NONE },
		.one_weight = true,
	};
	for (size_t i = 0; i < COVER_BINS; i++)
		bin[i] = (struct series_bin){
			.from = moment((double)i * COVER_BIN_S),
			.sensor = s->sampled > 0 ? s->sampled : COVER_BIN_S,
			.first = TS_NONE,
			.last = TS_NONE,
			.gap = { TS_NONE, TS_NONE, 0, 0 },
		};
	for (size_t k = 0; k < COVER_LEVELS; k++)
		r->top = fmax(r->top, s->rate[k]);
}

void cover_run_make(struct cover_run *r, uint64_t number)
{
	const struct cover_scenario *s = r->scenario;
	const size_t machines = s->machines > 0 ? s->machines : 1;
	struct machine m = { 1, s->weight };
	bool lost[COVER_BINS + 1] = { false };
	double parts = 0;

	state = (number + 1) * 0x9e3779b97f4a7c15u;
	for (int i = 0; i < 8; i++)
		uniform();
	clear(r);
	for (size_t k = 0; k + 1 < COVER_LEVELS; k++)
		r->change[k] = s->change[k] + s->jitter * (2 * uniform() - 1);
	for (size_t i = 0; i < COVER_BINS; i++) {
		lost[i] = uniform() < s->lost;
		if (lost[i])
			r->series.bin[i].sensor = 0;
	}
	for (size_t i = 0; i < machines; i++)
		parts += pow(0.5, (double)i);
	for (size_t i = 0; i < machines; i++) {
		m.part = pow(0.5, (double)i) / parts;
		m.weight = s->weight * pow(s->unlike, (double)i);
		run_machine(r, &m, lost, i == 0);
	}
}

void cover_run_init(struct cover_run *r, const struct cover_scenario *s)
{
	*r = (struct cover_run){ .scenario = s };
	r->series.bin = mem_new(COVER_BINS, sizeof(r->series.bin[0]));
}

void cover_run_fini(struct cover_run *r)
{
	free(r->series.bin);
}
