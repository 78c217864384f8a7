/* cover - do the intervals hold the truth as often as they say?
 *
 *	cover [runs [first]]
 *
 * Simulated miners of known truth, so many runs of each (10,000) from number
 * `first` (0) on, and the same functions that reports are made by. Prints the
 * table of docs/coverage.md. An interval at 95 % is to hold the truth in at
 * least 94.5 % of the runs, and to be no more than 5 % wider in the mean than
 * the reference interval, which knows more than a capture tells. Exit status 1
 * if one is not. With fewer runs chance is allowed for: three standard
 * deviations. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/machines.h"
#include "analysis/money.h"
#include "analysis/rate.h"
#include "analysis/timing.h"
#include "coin/target.h"
#include "cover_miner.h"

#define RUNS       10000
#define CONFIDENCE 0.95
#define HELD       0.945
#define WIDER      1.05

/* The reward and difficulty of a day in 2017, and machines of that time: of one
 * the agent gives the name, of the other there is no agent. */
#define REWARD     12.5
#define DIFFICULTY 559970892890.8
#define AGENT      "Antminer S7/1.0"
#define DATE       INT64_C(1494979200000000000) /* 2017-05-17 */
#define JOULE      (1300 / 13e12)               /* of an Antminer S9 */

static const struct cover_scenario scenarios[] = {
	{ .name = "constant", .rate = { 1 }, .weight = 30 },
	{ .name = "constant, about 3 shares", .rate = { 1 }, .weight = 2000 },
	{ .name = "tenfold step",
	  .rate = { 1, 10 },
	  .change = { 3000 },
	  .jitter = 900,
	  .weight = 60 },
	{ .name = "step by half",
	  .rate = { 1, 1.5 },
	  .change = { 3000 },
	  .jitter = 900,
	  .weight = 6 },
	{ .name = "steered from too low",
	  .rate = { 1 },
	  .weight = 1,
	  .pace = 30 },
	{ .name = "steered from too high",
	  .rate = { 1 },
	  .weight = 1000,
	  .pace = 30 },
	{ .name = "tenfold step, steered",
	  .rate = { 1, 10 },
	  .change = { 3000 },
	  .jitter = 900,
	  .weight = 20,
	  .pace = 20 },
	{ .name = "on and off",
	  .rate = { 1 },
	  .weight = 20,
	  .on = 900,
	  .off = 900 },
	{ .name = "seen to connect",
	  .rate = { 1 },
	  .weight = 30,
	  .begin = 1830 },
	{ .name = "starts and stops while connected",
	  .rate = { 0, 1, 0 },
	  .change = { 1500, 4500 },
	  .jitter = 900,
	  .weight = 20 },
	{ .name = "five side by side behind a proxy",
	  .rate = { 1 },
	  .weight = 20,
	  .machines = 5,
	  .unlike = 0.4 },
	{ .name = "tenfold step, five side by side",
	  .rate = { 1, 10 },
	  .change = { 3000 },
	  .jitter = 900,
	  .weight = 60,
	  .machines = 5,
	  .unlike = 0.6 },
	{ .name = "tenfold step, 40 % of the minutes lost",
	  .rate = { 1, 10 },
	  .change = { 3000 },
	  .jitter = 900,
	  .weight = 60,
	  .lost = 0.4 },
	{ .name = "one second in ten looked at",
	  .rate = { 1 },
	  .weight = 3,
	  .sampled = 6 },
};
#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

/* What a run gives for a quantity. */
struct answer {
	bool asked; /* the scenario has it */
	struct estimate e;
	double truth;
	double reference; /* width; 0: by the spread of `sum` over the runs */
	/* Of which the spread about its truth is the reference, and what one
	 * of it is. */
	double sum, sum_true, unit;
};

struct measured {
	const struct cover_run *run;
	const struct timing *timing;
};

/* As analysis/work has it: one difficulty, or several. */
static struct estimate rate_of(const struct cover_run *r)
{
	if (r->one_weight && r->scenario->machines <= 1)
		return rate_constant(r->shares, r->exposure, CONFIDENCE);
	return rate_mean_of_sums(r->sum, r->squares, r->seconds, r->heaviest,
				 CONFIDENCE);
}

/* unit: what one hash/s comes to. */
static struct answer rate_answer(const struct measured *m, double unit)
{
	const struct cover_run *r = m->run;
	struct answer a = { .asked = true,
			    .e = rate_of(r),
			    .truth = r->hashes_true / r->seconds * unit,
			    .sum = r->sum,
			    .sum_true = r->hashes_true,
			    .unit = unit / r->seconds };

	if (r->shares == 0)
		a.e.method = NULL;
	return a;
}

static struct answer rate(const struct measured *m)
{
	return rate_answer(m, 1);
}

/* Income expected in the observed time. */
static struct answer income(const struct measured *m)
{
	const struct cover_run *r = m->run;
	struct answer a = rate_answer(m, r->seconds * REWARD / DIFFICULTY /
						 TARGET_HASHES);
	struct worth_bin worth[COVER_BINS];
	const struct estimate rate = a.e;

	for (size_t i = 0; i < COVER_BINS; i++)
		worth[i] = (struct worth_bin){ REWARD / DIFFICULTY,
					       1 / DIFFICULTY };
	a.e = money_expected(&rate, r->seconds, &r->series, worth, COVER_BINS);
	return a;
}

static struct answer power_of(const struct measured *m, const char *agent,
			      double joules)
{
	struct answer a = rate_answer(m, joules);
	struct hardware_set set = { { 0 } };
	const enum hardware_narrow narrow = hardware_set_add(&set, agent);
	const struct estimate rate = a.e;

	a.e = machines_power(&rate, &set, narrow, (struct ts){ DATE });
	return a;
}

static struct answer power(const struct measured *m)
{
	const struct hardware *h;

	if (hardware_by_agent(&h, 1, AGENT) != 1)
		abort();
	return power_of(m, AGENT, h->joules_per_terahash * 1e-12);
}

static struct answer power_unnamed(const struct measured *m)
{
	return power_of(m, NULL, JOULE);
}

static struct answer peak(const struct measured *m)
{
	const struct cover_run *r = m->run;
	const struct timing *t = m->timing;
	struct answer a = { .asked = true,
			    .truth = r->top,
			    .sum = r->top_sum,
			    .sum_true = r->top * r->top_seconds,
			    .unit = 1 / r->top_seconds };

	if (t->peak < t->work.n)
		a.e = t->peak_rate;
	/* One session has an exposure, and with it an exact interval. */
	if (r->scenario->machines <= 1) {
		const struct estimate e = rate_constant(
			r->top_shares, r->top_exposure, CONFIDENCE);

		a.reference = e.high - e.low;
	}
	return a;
}

static struct estimate moment_of(struct timing_moment m)
{
	if (m.known != TIMING_WITHIN)
		return (struct estimate){ NAN, NAN, NAN, CONFIDENCE, NULL };
	return (struct estimate){ (double)m.low.ns * 1e-9,
				  (double)m.mid.ns * 1e-9,
				  (double)m.high.ns * 1e-9, CONFIDENCE,
				  "moment" };
}

/* Who knows the rate waits so long for a share, in 95 %. */
static double known_wait(const struct cover_run *r)
{
	return -log(1 - CONFIDENCE) * r->scenario->weight / r->top;
}

static struct answer onset(const struct measured *m)
{
	const struct cover_run *r = m->run;
	const struct cover_scenario *s = r->scenario;

	return (struct answer){ .asked = s->begin > 0 || s->rate[0] <= 0,
				.e = moment_of(m->timing->onset),
				.truth = s->begin > 0 ? s->begin : r->change[0],
				.reference = known_wait(r) };
}

static struct answer end(const struct measured *m)
{
	const struct cover_run *r = m->run;
	const struct cover_scenario *s = r->scenario;

	return (struct answer){ .asked = s->change[1] > 0,
				.e = moment_of(m->timing->end),
				.truth = r->change[1],
				.reference = known_wait(r) };
}

/* From one rate to another: known to bins only, so that there is no reference
 * to be near to. */
static struct answer change(const struct measured *m)
{
	const struct cover_run *r = m->run;
	const struct timing *t = m->timing;
	struct answer a = { .asked = r->scenario->rate[0] > 0 &&
				     r->scenario->change[0] > 0,
			    .truth = r->change[0],
			    .reference = NAN };

	if (t->peak > 0 && t->peak < t->work.n)
		a.e = moment_of(t->work.segment[t->peak].from);
	return a;
}

/* Shortcuts that others take, to see that they fail. */
static struct answer last_difficulty(const struct measured *m)
{
	const struct cover_run *r = m->run;

	return (struct answer){
		.asked = r->scenario->pace > 0,
		.e = rate_constant(r->shares, r->seconds / r->last_weight,
				   CONFIDENCE),
		.truth = r->hashes_true / r->seconds,
		.reference = NAN,
	};
}

static struct answer one_exposure(const struct measured *m)
{
	const struct cover_run *r = m->run;

	return (struct answer){
		.asked = r->scenario->pace > 0 && r->scenario->change[0] > 0,
		.e = rate_constant(r->shares, r->exposure, CONFIDENCE),
		.truth = r->hashes_true / r->seconds,
		.reference = NAN,
	};
}

struct quantity {
	const char *name;
	struct answer (*ask)(const struct measured *m);
	enum demand {
		HOLDS_AND_NARROW,
		HOLDS,
		FAILS /* a shortcut: shown to */
	} demand;
};

static const struct quantity quantities[] = {
	{ "rate", rate, HOLDS_AND_NARROW },
	{ "expected income", income, HOLDS_AND_NARROW },
	{ "power, machine named", power, HOLDS_AND_NARROW },
	{ "power, machine unknown", power_unnamed, HOLDS },
	{ "peak rate", peak, HOLDS_AND_NARROW },
	{ "onset", onset, HOLDS_AND_NARROW },
	{ "end", end, HOLDS_AND_NARROW },
	{ "change", change, HOLDS },
	{ "(last difficulty for all)", last_difficulty, FAILS },
	{ "(N / E over a change)", one_exposure, FAILS },
};
#define QUANTITIES (sizeof(quantities) / sizeof(quantities[0]))

/* Over the runs. */
struct tally {
	uint64_t asked, answered, held;
	double width, reference;
	double sum, squares, unit;
};

static void count(struct tally *t, const struct answer *a)
{
	if (!a->asked)
		return;
	t->asked++;
	t->sum += a->sum;
	t->squares += (a->sum - a->sum_true) * (a->sum - a->sum_true);
	t->unit += a->unit;
	if (!a->e.method)
		return;
	t->reference += a->reference;
	t->answered++;
	t->held += a->e.low <= a->truth && a->truth <= a->e.high;
	t->width += a->e.high - a->e.low;
}

/* A sum that spreads as this one does is so many times a Poisson count; of such
 * counts the mean width of the exact interval. */
static double width_of_spread(const struct tally *t)
{
	const double n = (double)t->asked, mean = t->sum / n;
	const double spread = t->squares / n;
	const double count = mean * mean / spread;
	const double reach = 8 * sqrt(count) + 20;
	const uint64_t end = (uint64_t)(count + reach);
	double width = 0;

	for (uint64_t k = (uint64_t)fmax(0, count - reach); k < end; k++) {
		const struct estimate e = rate_poisson(k, CONFIDENCE);
		const double n_k = (double)k;

		width += exp(n_k * log(count) - count - lgamma(n_k + 1)) *
			 (e.high - e.low);
	}
	return width * spread / mean * t->unit / n;
}

static bool tell(const struct cover_scenario *s, const struct quantity *q,
		 const struct tally *t, uint64_t runs)
{
	const double held = (double)t->held / (double)t->answered;
	const double few = runs < RUNS ? 3 / sqrt((double)runs) : 0;
	const double reference = t->reference == 0
					 ? width_of_spread(t)
					 : t->reference / (double)t->answered;
	const double wider = t->width / (double)t->answered / reference;
	const bool narrow =
		q->demand != HOLDS_AND_NARROW || wider <= WIDER + few / sqrt(2);
	const bool good =
		q->demand == FAILS
			? held < 0.8
			: held >= HELD - few * sqrt(HELD * (1 - HELD)) &&
				  narrow;

	printf("| %s | %s | %.2f | ", s->name, q->name, 100 * held);
	if (q->demand != HOLDS_AND_NARROW)
		printf("- | ");
	else
		printf("%.3f | ", wider);
	printf("%.2f | %s |\n", 100 * (double)t->answered / (double)t->asked,
	       q->demand == FAILS ? good ? "fails, as it must" : "NOT SHOWN"
	       : good             ? "good"
				  : "NOT GOOD");
	return good;
}

static bool cover(const struct cover_scenario *s, uint64_t first, uint64_t runs)
{
	struct tally tally[QUANTITIES] = { { 0 } };
	struct cover_run r;
	bool good = true;

	cover_run_init(&r, s);
	for (uint64_t i = 0; i < runs; i++) {
		struct timing t;

		cover_run_make(&r, first + i);
		if (timing_of_series(&t, &r.series, NULL, CONFIDENCE) != ST_OK)
			abort();
		for (size_t q = 0; q < QUANTITIES; q++) {
			const struct answer a =
				quantities[q].ask(&(struct measured){ &r, &t });

			count(&tally[q], &a);
		}
		timing_free(&t);
	}
	cover_run_fini(&r);
	for (size_t q = 0; q < QUANTITIES; q++) {
		if (tally[q].answered > 0)
			good = tell(s, &quantities[q], &tally[q], runs) && good;
	}
	return good;
}

int main(int argc, char **argv)
{
	const uint64_t runs = argc > 1 ? strtoull(argv[1], NULL, 10) : RUNS;
	const uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	bool good = true;

	if (runs == 0) {
		fputs("usage: cover [runs [first]]\n", stderr);
		return 2;
	}
	puts("| scenario | quantity | held, % | width / reference | "
	     "answered, % | |\n|---|---|---|---|---|---|");
	for (size_t i = 0; i < SCENARIOS; i++)
		good = cover(&scenarios[i], first, runs) && good;
	return good ? 0 : 1;
}
