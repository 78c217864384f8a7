#include "analysis/work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/observation.h"
#include "base/map.h"
#include "base/mem.h"
#include "coin/target.h"
#include "track/proof.h"

#define SHARES_MAX (1u << 24)

struct item { /* one unique proved share */
	struct ts time;
	double hashes;   /* expected for its target */
	double fraction; /* its hash / 2^256 */
	bool announced;  /* its difficulty was */
};

struct gather {
	struct work *work;
	struct map *hashes;              /* seen in any of the sessions */
	struct map *missed;              /* hashes above their targets */
	uint64_t num_missed, num_proved; /* unique */
	struct map *targets; /* of unique proved shares: how many have each */
	double log_alike;    /* sum of ln(n!) over these */
	const struct observation_jobs *jobs; /* of the session that is read */
	/* What the unique shares are made by; of several the difficulties and
	 * tries are no common number. */
	enum fact_algorithm algorithm;
	bool mixed;
	struct item *item;
	size_t num_items, room_items;
	struct observation time;
	/* Of a worker among others: the dialogue it was last seen in, by
	 * number, and the next worker of that. */
	size_t in_dialogue, num_dialogues;
	struct gather *next_present;
};

bool work_counts(enum fact_proof p)
{
	return p == FACT_PROVED || p == FACT_CLAIMED || p == FACT_SIMULATED;
}

static bool on_period(void *context, const struct fact_period *f)
{
	struct gather *g = context;

	return observation_add(&g->time, f, g->jobs);
}

static void add_item(struct gather *g, const struct fact_share *f)
{
	if (g->num_items == SHARES_MAX)
		return;
	if (g->num_items == g->room_items) {
		g->room_items = g->room_items ? g->room_items * 2 : 64;
		g->item =
			mem_resize(g->item, g->room_items, sizeof(g->item[0]));
	}
	const struct target value = target_of_hash(f->hash.p);

	g->item[g->num_items++] = (struct item){
		.time = f->time,
		.hashes =
			f->difficulty * target_hashes(proof_unit(f->algorithm)),
		.fraction = exp2(-target_bits(&value)),
		.announced = observation_announced(g->jobs, f->job_position),
	};
}

static void count_difficulty(struct work *w, double d)
{
	if (d <= 0)
		return;
	if (w->difficulty_min == 0 || d < w->difficulty_min)
		w->difficulty_min = d;
	if (d > w->difficulty_max)
		w->difficulty_max = d;
}

static void count_unique(struct gather *g, const struct fact_share *f)
{
	struct work *w = g->work;
	const struct target t = target_of_hash(f->target.p);

	uint64_t *alike = f->proof == FACT_PROVED
				  ? map_put(g->targets, f->target, NULL)
				  : NULL;

	if (alike)
		g->log_alike += log((double)++*alike);
	g->num_proved += f->proof == FACT_PROVED;
	w->unique++;
	w->blocks += f->proof != FACT_SIMULATED && proof_solves_block(f);
	if (f->proof == FACT_PROVED)
		w->chance_bits += target_bits(&t);
	g->mixed = g->mixed || (w->unique > 1 && f->algorithm != g->algorithm);
	g->algorithm = f->algorithm;
	w->difficulty_sum += f->difficulty;
	w->tries = proof_tries(f->algorithm);
	w->work_bits += f->difficulty * target_hashes(proof_unit(f->algorithm));
	add_item(g, f);
}

/* Is its hash not in the map yet? Then it is now, unless nobody will ask for it
 * again. */
static bool is_fresh(struct map *hashes, const struct fact_share *f)
{
	bool fresh = true;

	return f->alone || (map_put(hashes, f->hash, &fresh) && fresh);
}

static bool on_share(void *context, const struct fact_share *f)
{
	struct gather *g = context;
	struct work *w = g->work;

	w->submitted++;
	w->by_proof[f->proof]++;
	/* Also one that is told too badly to weigh taints the rest. */
	w->simulated += f->proof == FACT_SIMULATED;
	w->accepted += f->verdict == FACT_ACCEPTED;
	w->rejected += f->verdict == FACT_REJECTED;
	count_difficulty(w, f->difficulty);
	if (f->hash.n != 32 || f->target.n != 32)
		return true;
	if (f->proof == FACT_HIGH)
		g->num_missed += is_fresh(g->missed, f);
	if (!work_counts(f->proof))
		return true;
	w->proved += f->proof == FACT_PROVED;
	w->claimed += f->proof == FACT_CLAIMED;
	w->rounding += f->rounding;
	w->at_once += f->at_once;
	if (is_fresh(g->hashes, f))
		count_unique(g, f);
	return true;
}

/* ln of the number of ways to deal the headers out to the targets, and to none
 * of them. Whoever submits headers at random may point to any that passed, and
 * a pool that is in league may announce a lower difficulty just before each
 * one that would not. */
static double log_ways(const struct gather *g)
{
	const double missed = (double)g->num_missed;
	const double all = (double)g->num_proved + missed;

	return lgamma(all + 1) - lgamma(missed + 1) - g->log_alike;
}

/* Such a pool may also announce what the hashes happen to meet. The chance
 * that n targets, each set by the highest of its hashes, come to x (in natural
 * logarithms) or more is at most exp(-x) times the sum of x^k / k! over k < n:
 * ln of that sum. */
static double log_targets(double x, size_t n)
{
	double term = 0, sum = 0;

	for (size_t k = 1; k < n && x > 0; k++) {
		term += log(x / (double)k);
		sum = fmax(sum, term) + log1p(exp(-fabs(sum - term)));
	}
	return sum;
}

static void allow_for_choices(const struct gather *g)
{
	const double x = g->work->chance_bits * log(2);
	const double less = log_ways(g) + log_targets(x, map_count(g->targets));

	g->work->chance_bits = fmax(0, x - less) / log(2);
}

struct window { /* what the estimators need */
	double *hashes;
	size_t n;
	double seconds, exposure, heaviest, lightest;
	double largest; /* fraction of 2^256 */
};

static void add_period(struct window *w, const struct observation_stretch *p,
		       double unit)
{
	const double seconds = ts_seconds(p->from, p->to);
	const double hashes = observation_hashes(p, unit);

	w->seconds += seconds;
	if (hashes <= 0)
		return;
	w->exposure += seconds / hashes;
	if (hashes > w->heaviest)
		w->heaviest = hashes;
	if (w->lightest == 0 || hashes < w->lightest)
		w->lightest = hashes;
}

/* Shares and times under announced difficulties, or (announced false) under
 * those that never were. */
static struct window window_of(const struct gather *g, bool announced,
			       double unit)
{
	struct window w = { 0 };

	w.hashes = mem_new(g->num_items + 1, sizeof(double));
	for (size_t i = 0; i < g->num_items; i++) {
		const struct item *item = &g->item[i];

		if (item->announced != announced ||
		    !observation_at(&g->time, item->time, announced))
			continue;
		w.hashes[w.n++] = item->hashes;
		if (item->fraction > w.largest)
			w.largest = item->fraction;
	}
	for (size_t i = 0; i < g->time.n; i++) {
		if (!announced || g->time.stretch[i].difficulty > 0)
			add_period(&w, &g->time.stretch[i], unit);
	}
	return w;
}

static bool one_weight(const struct window *w)
{
	/* Difficulties are decimal texts; their targets differ from them in
	 * the last bits only. */
	const double tolerance = 1e-9 * w->heaviest;

	for (size_t i = 0; i < w->n; i++) {
		if (fabs(w->hashes[i] - w->heaviest) > tolerance)
			return false;
	}
	return w->heaviest - w->lightest <= tolerance;
}

/* Sessions side by side have a difficulty each, so that several of them have
 * no one exposure: their mean over time is taken. */
static void estimate(struct gather *g, double confidence, double unit,
		     bool alone)
{
	struct work *out = g->work;
	struct window w = window_of(g, true, unit);

	if (w.n == 0) {
		struct window unknown = window_of(g, false, unit);

		if (unknown.n > 0 && !g->mixed) {
			free(w.hashes);
			w = unknown;
			if (w.seconds > 0)
				out->rate = rate_with_unknown_target(
					w.largest, w.n, w.seconds, confidence);
			goto out;
		}
		free(unknown.hashes);
	}
	if (g->num_items == 0 || w.seconds <= 0 || w.heaviest <= 0 || g->mixed)
		goto out;
	if (alone && one_weight(&w))
		out->rate = rate_constant(w.n, w.exposure, confidence);
	else
		out->rate = rate_mean(w.hashes, w.n, w.seconds, w.heaviest,
				      confidence);
out:
	out->rate_shares = w.n;
	out->rate_seconds = w.seconds;
	out->rate_exposure = w.exposure;
	free(w.hashes);
}

static double unit_of_sessions(const struct gather *g)
{
	/* All unique shares are of one algorithm; or nothing is told. */
	return g->num_items > 0 && g->work->difficulty_sum > 0
		       ? g->work->work_bits / g->work->difficulty_sum
		       : TARGET_HASHES;
}

static void gather_init(struct gather *g, struct work *out)
{
	*out = (struct work){ .tries = proof_tries(FACT_NO_ALGORITHM) };
	*g = (struct gather){ .work = out,
			      .targets = map_new(SHARES_MAX, 0),
			      .missed = map_new(SHARES_MAX, 0),
			      .hashes = map_new(SHARES_MAX, 0) };
}

static void gather_fini(struct gather *g)
{
	map_free(g->hashes);
	map_free(g->missed);
	map_free(g->targets);
	free(g->item);
	observation_free(&g->time);
}

static void gather_end(struct gather *g, double confidence, bool alone)
{
	struct work *out = g->work;

	observation_unite(&g->time);
	estimate(g, confidence, unit_of_sessions(g), alone);
	allow_for_choices(g);
	out->work_bits = out->work_bits > 0 ? log2(out->work_bits) : 0;
	if (!g->mixed)
		return;
	out->work_bits = 0;
	out->difficulty_min = out->difficulty_max = out->difficulty_sum = 0;
}

static enum status add_up(struct work *out, struct store *store,
			  const char *const *sessions, size_t n,
			  double confidence, bool alone)
{
	struct gather g;
	enum status st = ST_OK;

	gather_init(&g, out);
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		struct observation_jobs jobs;

		st = observation_jobs_read(&jobs, store, sessions[i]);
		g.jobs = &jobs;
		if (st == ST_OK)
			st = store_shares(store, sessions[i], on_share, &g);
		if (st == ST_OK)
			st = store_periods(store, sessions[i], on_period, &g);
		observation_jobs_free(&jobs);
	}
	if (st == ST_OK)
		gather_end(&g, confidence, alone);
	gather_fini(&g);
	return st;
}

enum status work_of_sessions(struct work *out, struct store *store,
			     const char *const *sessions, size_t n,
			     double confidence)
{
	return add_up(out, store, sessions, n, confidence, n == 1);
}

enum status work_of_connections(struct work *out, struct store *store,
				const char *const *sessions, size_t n,
				double confidence)
{
	return add_up(out, store, sessions, n, confidence, true);
}

enum status work_of_session(struct work *out, struct store *store,
			    const char *session, double confidence)
{
	return work_of_sessions(out, store, &session, 1, confidence);
}

/* All workers of a dialogue at once: a proxy may have thousands. */
struct dealing {
	struct gather *worker;        /* one each */
	struct map *by_name;          /* index + 1 */
	struct gather *present;       /* those who submitted in its dialogue */
	struct observation_jobs jobs; /* of the session that is read */
	size_t num_dialogues;
};

static struct gather *worker_of(const struct dealing *d, struct span name)
{
	const uint64_t *place = name.n ? map_find(d->by_name, name) : NULL;

	return place ? &d->worker[*place - 1] : NULL;
}

static bool deal_share(void *context, const struct fact_share *f)
{
	struct dealing *d = context;
	struct gather *g = worker_of(d, f->worker);

	if (!g)
		return true;
	g->jobs = &d->jobs;
	on_share(g, f);
	if (g->in_dialogue != d->num_dialogues) {
		g->in_dialogue = d->num_dialogues;
		g->num_dialogues++;
		g->next_present = d->present;
		d->present = g;
	}
	return true;
}

static bool deal_period(void *context, const struct fact_period *f)
{
	struct dealing *d = context;

	for (struct gather *g = d->present; g; g = g->next_present)
		observation_add(&g->time, f, &d->jobs);
	return true;
}

static enum status deal_session(struct dealing *d, struct store *store,
				const char *session, bool periods)
{
	enum status st = observation_jobs_read(&d->jobs, store, session);

	if (st == ST_OK && !periods)
		st = store_shares(store, session, deal_share, d);
	if (st == ST_OK && periods)
		st = store_periods(store, session, deal_period, d);
	observation_jobs_free(&d->jobs);
	return st;
}

/* A period is told in the session whose job opened it, a share in the one that
 * carried it: who submitted shows when all are read. */
static enum status deal_dialogue(struct dealing *d, struct store *store,
				 const struct work_dialogue *dialogue)
{
	enum status st = ST_OK;

	d->present = NULL;
	d->num_dialogues++;
	for (size_t i = 0; i < dialogue->n && st == ST_OK; i++)
		st = deal_session(d, store, dialogue->session[i], false);
	for (size_t i = 0; i < dialogue->n && st == ST_OK && d->present; i++)
		st = deal_session(d, store, dialogue->session[i], true);
	return st;
}

enum status work_of_workers(struct work *out, const char *const *names,
			    size_t num_names, struct store *store,
			    const struct work_dialogue *dialogue, size_t n,
			    double confidence)
{
	struct dealing d = { .worker = mem_new(num_names + 1,
					       sizeof(d.worker[0])),
			     .by_name = map_new(num_names + 1, 0) };
	enum status st = ST_OK;

	for (size_t i = 0; i < num_names; i++) {
		const struct span name = { (const uint8_t *)names[i],
					   strlen(names[i]) };
		uint64_t *place = map_put(d.by_name, name, NULL);

		gather_init(&d.worker[i], &out[i]);
		if (place)
			*place = i + 1;
	}
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = deal_dialogue(&d, store, &dialogue[i]);
	for (size_t i = 0; i < num_names; i++) {
		if (st == ST_OK)
			gather_end(&d.worker[i], confidence,
				   d.worker[i].num_dialogues == 1);
		gather_fini(&d.worker[i]);
	}
	free(d.worker);
	map_free(d.by_name);
	return st;
}
