#include "analysis/money.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/deal.h"
#include "analysis/worth.h"
#include "base/mem.h"
#include "coin/target.h"
#include "track/proof.h"

#define DAY_SECONDS   86400.0
#define BLOCK_SECONDS 600.0

struct counting {
	struct money *out;
	struct worth *worth;
	const struct prices *prices;
	double *credited, *value; /* of each subject, as added up */
	uint64_t *accepted;
	size_t bins; /* of worth: as many as the series have, or 1 */
};

/* The one chain of all members that proved work. */
static const struct network *chain_of(const struct series_subject *s)
{
	const struct network *found = NULL;
	bool any = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct finding *f = s->member[i];

		if (f->work.unique == 0)
			continue;
		if (any && f->identity.network != found)
			return NULL;
		found = f->identity.network;
		any = true;
	}
	return found;
}

static enum status on_session(void *context, struct store *store,
			      const char *id, const struct finding *f)
{
	struct counting *c = context;

	return worth_read(c->worth, store, id, f);
}

static bool is_credited(const struct fact_share *f)
{
	return f->verdict == FACT_ACCEPTED && work_counts(f->proof);
}

static void add_value(struct counting *c, uint32_t subject, struct ts time,
		      double coins)
{
	const double price = c->prices ? prices_at(c->prices, time) : NAN;

	if (!c->prices || !c->out[subject].bitcoin)
		return;
	if (isnan(price))
		c->out[subject].credited_unpriced++;
	else
		c->value[subject] += coins * price;
}

static void on_share(void *context, const struct fact_share *f,
		     const uint32_t *subject, size_t n)
{
	struct counting *c = context;
	struct worth_job job;
	const bool known = f->algorithm == FACT_SHA256D && f->has_job &&
			   worth_of_job(&job, c->worth, f->job_position) &&
			   job.reward > 0;

	for (size_t i = 0; i < n; i++) {
		struct money *m = &c->out[subject[i]];

		c->accepted[subject[i]]++;
		if (!known || !m->network) {
			m->unvalued++;
			continue;
		}
		const double coins =
			f->difficulty / job.difficulty * job.reward;

		m->credited_shares++;
		m->by_subsidy += job.by_subsidy;
		c->credited[subject[i]] += coins;
		add_value(c, subject[i], f->time, coins);
	}
}

/* What a hash was worth over some time: means over the bins of a series. */
struct means {
	double coins, blocks; /* a hash; NAN: not known */
	double value;         /* of it in the currency; NAN: a day without */
};

struct weighing { /* sums over bins */
	double weight, coins, blocks, value;
};

static void weigh(struct weighing *w, const struct worth_bin *worth,
		  double weight, double price)
{
	if (!(weight > 0))
		return;
	w->weight += weight;
	w->blocks += weight * worth->inverse / TARGET_HASHES;
	w->coins += weight * worth->per_difficulty / TARGET_HASHES;
	w->value += weight * worth->per_difficulty / TARGET_HASHES * price;
}

static struct means means_of(const struct weighing *w)
{
	if (!(w->weight > 0))
		return (struct means){ NAN, NAN, NAN };
	return (struct means){ .coins = w->coins > 0 ? w->coins / w->weight
						     : NAN,
			       .blocks = w->blocks / w->weight,
			       .value = w->value / w->weight };
}

static bool has_hashes(const struct series *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->bin[i].hashes > 0)
			return true;
	}
	return false;
}

/* By the work in each bin, so that a rate that grew with the difficulty is
 * weighed as it was; without any, by the time that was observed. */
static struct means means_seen(const struct series *s,
			       const struct worth_bin *worth, size_t bins,
			       const struct prices *prices)
{
	const bool by_work = has_hashes(s);
	struct weighing w = { 0 };

	for (size_t i = 0; s->n == 0 && i < bins; i++)
		weigh(&w, &worth[i], 1, NAN);
	for (size_t i = 0; i < s->n; i++) {
		const struct series_bin *b = &s->bin[i];

		weigh(&w, &worth[i], by_work ? b->hashes : b->seconds,
		      prices ? prices_at(prices, b->from) : NAN);
	}
	return means_of(&w);
}

struct estimate money_expected(const struct estimate *rate, double seconds,
			       const struct series *s,
			       const struct worth_bin *worth, size_t bins)
{
	return rate_scaled(rate,
			   means_seen(s, worth, bins, NULL).coins * seconds);
}

/* How long what was found takes at the mean rate, over what was found. */
static double seconds_a_hash(const struct series *s)
{
	double hashes = 0, seconds = 0;

	for (size_t i = 0; i < s->n; i++) {
		hashes += s->bin[i].hashes;
		seconds += s->bin[i].seconds;
	}
	return hashes > 0 ? seconds / hashes : 0;
}

/* Over all the time from first to last: what was seen as it was seen, and at
 * its mean rate what was not. */
static struct means means_whole(const struct series *s,
				const struct worth_bin *worth, size_t bins,
				struct ts first, struct ts last)
{
	const double each = seconds_a_hash(s);
	struct weighing w = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		const struct series_bin *b = &s->bin[i];
		const double seen = each > 0 ? b->hashes * each : b->seconds;
		const double from = ts_seconds(first, b->from);
		const double to = from + s->bin_seconds;
		const double end = ts_seconds(first, last);
		const double unseen =
			fmin(to, end) - fmax(from, 0) - b->seconds;

		weigh(&w, &worth[i], seen + fmax(unseen, 0), NAN);
	}
	/* One moment, or beyond what the bins hold. */
	return w.weight > 0 ? means_of(&w) : means_seen(s, worth, bins, NULL);
}

static void chances(struct money *out)
{
	const struct estimate *b = &out->blocks_expected;

	if (b->method)
		out->chance_of_none =
			(struct estimate){ exp(-b->high), exp(-b->mid),
					   exp(-b->low), b->confidence,
					   b->method };
}

static void expect(struct money *out, const struct counting *c,
		   const struct series_subject *subject, const struct series *s,
		   const struct work *work)
{
	const struct worth_bin *worth = worth_bins(c->worth, out->network);
	struct worth_job latest;
	struct ts first, last;

	if (!worth || !worth_last(&latest, c->worth, out->network))
		return;
	out->network_difficulty = latest.difficulty;
	out->network_rate = latest.difficulty * TARGET_HASHES / BLOCK_SECONDS;
	out->reward = latest.reward > 0 ? latest.reward : NAN;
	out->per_day = rate_scaled(&work->rate, DAY_SECONDS * out->reward /
							latest.difficulty /
							TARGET_HASHES);
	deal_span(&first, &last, subject);
	const struct means seen = means_seen(s, worth, c->bins, c->prices);
	const struct means whole = means_whole(s, worth, c->bins, first, last);

	out->expected = money_expected(&work->rate, out->observed_seconds, s,
				       worth, c->bins);
	out->expected_whole =
		rate_scaled(&work->rate, whole.coins * out->whole_seconds);
	out->blocks_expected =
		rate_scaled(&work->rate, seen.blocks * out->observed_seconds);
	out->network_portion =
		rate_scaled(&work->rate, seen.blocks * BLOCK_SECONDS);
	if (out->bitcoin && c->prices)
		out->expected_value = rate_scaled(
			&work->rate, seen.value * out->observed_seconds);
	chances(out);
}

static void begin(struct money *out, const struct series_subject *subject,
		  const struct work *work, const struct prices *prices)
{
	const struct network *n = chain_of(subject);
	struct ts first, last;

	deal_span(&first, &last, subject);
	*out = (struct money){
		.network = worth_has_coins(n) ? n : NULL,
		.bitcoin = n && n->coin && strcmp(n->coin, "BTC") == 0,
		.credited = NAN,
		.expected = rate_unknown,
		.expected_whole = rate_unknown,
		.observed_seconds = work->rate_seconds,
		.whole_seconds = fmax(0, ts_seconds(first, last)),
		.per_day = rate_unknown,
		.blocks_expected = rate_unknown,
		.chance_of_none = rate_unknown,
		.blocks_found = work->blocks,
		.network_portion = rate_unknown,
		.network_rate = NAN,
		.network_difficulty = NAN,
		.reward = NAN,
		.currency = prices ? prices_currency(prices) : NULL,
		.credited_value = NAN,
		.expected_value = rate_unknown,
	};
}

/* What was credited is nothing, and known to be, where there was no accepted
 * share at all on a known chain. */
static void end(struct money *out, const struct counting *c, size_t i,
		const struct work *work)
{
	const uint64_t accepted = c->accepted[i];

	out->not_credited =
		work->unique > accepted ? work->unique - accepted : 0;
	if (!out->network || (out->credited_shares == 0 && out->unvalued > 0))
		return;
	out->credited = c->credited[i];
	if (out->bitcoin && c->prices &&
	    (out->credited_shares == 0 ||
	     out->credited_unpriced < out->credited_shares))
		out->credited_value = c->value[i];
}

static struct worth *worth_over(size_t *bins, const struct series *const *s,
				size_t n)
{
	size_t with = 0;

	while (with < n - 1 && s[with]->n == 0)
		with++;
	for (size_t i = 0; i < n; i++)
		assert(s[i]->n == 0 || s[i]->n == s[with]->n);
	*bins = s[with]->n > 0 ? s[with]->n : 1;
	return worth_new(s[with]->from, s[with]->bin_seconds, s[with]->n);
}

enum status money_of_subjects(struct money *out, struct store *store,
			      const struct series_subject *subject,
			      const struct series *const *series,
			      const struct work *const *work, size_t n,
			      const struct prices *prices)
{
	struct counting c = { .out = out, .prices = prices };
	const struct deal_visitor visitor = { .context = &c,
					      .session = on_session,
					      .counts = is_credited,
					      .share = on_share };
	uint64_t passed_over;
	enum status st;

	if (n == 0)
		return ST_OK;
	c.worth = worth_over(&c.bins, series, n);
	c.credited = mem_new(n, sizeof(c.credited[0]));
	c.value = mem_new(n, sizeof(c.value[0]));
	c.accepted = mem_new(n, sizeof(c.accepted[0]));
	for (size_t i = 0; i < n; i++)
		begin(&out[i], &subject[i], work[i], prices);
	st = deal_shares(&passed_over, store, subject, n, &visitor);
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		out[i].passed_over = passed_over;
		end(&out[i], &c, i, work[i]);
		expect(&out[i], &c, &subject[i], series[i], work[i]);
	}
	worth_free(c.worth);
	free(c.credited);
	free(c.value);
	free(c.accepted);
	return st;
}

enum status money_of_subject(struct money *out, struct store *store,
			     const struct series_subject *subject,
			     const struct series *series,
			     const struct work *work,
			     const struct prices *prices)
{
	return money_of_subjects(out, store, subject, &series, &work, 1,
				 prices);
}
