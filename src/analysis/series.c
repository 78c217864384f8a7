#include "analysis/series.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/series_private.h"
#include "base/mem.h"
#include "track/proof.h"

#define NS          1e9
#define QUIET_NS(s) ((int64_t)((s)*NS))
#define SPAN_DAY    86400.0
#define CLIENTS_MAX (1u << 24)

double series_bin_seconds(double span_seconds)
{
	static const double length[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300 };

	if (span_seconds >= 7 * SPAN_DAY)
		return SPAN_DAY;
	if (span_seconds > SPAN_DAY)
		return 3600;
	for (size_t i = 0; i < sizeof(length) / sizeof(length[0]); i++) {
		if (span_seconds <= 240 * length[i])
			return length[i];
	}
	return 600;
}

/* What the store's inputs and sessions reach over. */
struct reach {
	struct series_spans inputs;
	struct ts from, to;
};

static void widen(struct reach *r, struct ts from, struct ts to)
{
	if (!ts_known(from) || !ts_known(to) || from.ns < 0 || from.ns > to.ns)
		return;
	if (!ts_known(r->from) || from.ns < r->from.ns)
		r->from = from;
	if (!ts_known(r->to) || to.ns > r->to.ns)
		r->to = to;
}

static bool on_input(void *context, const struct fact_input *f, int64_t row)
{
	struct reach *r = context;

	(void)row;
	widen(r, f->first, f->last);
	series_spans_add(&r->inputs, f->first, f->last);
	return true;
}

static bool on_session(void *context, const struct fact_session *f)
{
	widen(context, f->first, f->last);
	return true;
}

struct ts series_grid_from(const struct series_grid *g, size_t i)
{
	return (struct ts){ g->from.ns + (int64_t)i * g->bin_ns };
}

size_t series_grid_at(const struct series_grid *g, struct ts t)
{
	if (t.ns <= g->from.ns)
		return 0;
	const uint64_t i = (uint64_t)(t.ns - g->from.ns) / (uint64_t)g->bin_ns;

	return i < g->n ? (size_t)i : g->n - 1;
}

static struct series_grid grid_over(const struct reach *r, size_t num_subjects,
				    double bin_seconds)
{
	const size_t room = num_subjects > 0 ? SERIES_CELLS_MAX / num_subjects
					     : SERIES_BINS_MAX;
	const uint64_t most = room < 1                 ? 1
			      : room < SERIES_BINS_MAX ? room
						       : SERIES_BINS_MAX;
	struct series_grid g = { 0 };
	uint64_t ns;

	if (!ts_known(r->from))
		return g;
	if (!(bin_seconds > 0))
		bin_seconds = series_bin_seconds(ts_seconds(r->from, r->to));
	ns = (uint64_t)llround(fmin(fmax(bin_seconds, 1e-3), 1e9) * NS);
	for (;; ns *= 2) {
		const uint64_t from = (uint64_t)r->from.ns / ns * ns;
		const uint64_t bins = ((uint64_t)r->to.ns - from) / ns + 1;

		if (bins > most && ns < (uint64_t)INT64_MAX / 4)
			continue;
		g.from.ns = (int64_t)from;
		g.bin_ns = (int64_t)ns;
		g.n = bins > most ? (size_t)most : (size_t)bins;
		return g;
	}
}

/* One stretch of time, cut at the bins' edges. */
static bool next_part(const struct series_grid *g, size_t bin, struct ts *from,
		      struct ts to, double *seconds)
{
	struct ts end = bin + 1 < g->n ? series_grid_from(g, bin + 1) : to;

	if (end.ns > to.ns)
		end = to;
	*seconds = end.ns > from->ns ? ts_seconds(*from, end) : 0;
	*from = end;
	return end.ns < to.ns;
}

static void look(struct series *s, const struct series_grid *g,
		 const struct series_spans *inputs)
{
	for (size_t i = 0; i < inputs->n; i++) {
		struct ts at = inputs->span[i].from;
		double seconds;
		bool more = true;

		for (size_t b = series_grid_at(g, at); more; b++) {
			more = next_part(g, b, &at, inputs->span[i].to,
					 &seconds);
			s->bin[b].sensor += seconds;
		}
	}
}

static void begin(struct series *s, const struct series_grid *g,
		  const struct finding *x)
{
	const struct ts from = x->session.first, to = x->session.last;
	struct series_bin *bin;

	if (!ts_known(from) || !ts_known(to) || to.ns < from.ns || from.ns < 0)
		return;
	bin = &s->bin[series_grid_at(g, from)];
	if (x->kind == FINDING_CONTACT)
		bin->contacts++;
	if (x->kind != FINDING_SESSION)
		return;
	bin->begun++;
	/* Counted as those that begin less those that have ended; summed up
	 * when all are in. */
	bin->sessions++;
	const size_t behind = series_grid_at(g, to) + 1;

	if (behind < s->n)
		s->bin[behind].sessions--;
	if (!ts_known(s->opened) || from.ns < s->opened.ns)
		s->opened = from;
	if (!ts_known(s->closed) || to.ns > s->closed.ns)
		s->closed = to;
}

/* Of the hours of a week, how long inputs were read within these spans. */
static void tell_week(double hour[SERIES_WEEK_HOURS],
		      const struct series_spans *inputs,
		      const struct series_spans *within)
{
	struct series_spans seen = series_spans_common(within, inputs);

	series_spans_week(hour, &seen);
	series_spans_free(&seen);
}

static void show_presence(struct series *s, const struct series_grid *g,
			  const struct series_subject *subject,
			  const struct series_spans *inputs)
{
	struct series_spans open = { 0 };

	for (size_t i = 0; i < subject->n; i++) {
		const struct finding *x = subject->member[i];

		begin(s, g, x);
		if (x->kind == FINDING_SESSION)
			series_spans_add(&open, x->session.first,
					 x->session.last);
	}
	for (size_t b = 1; b < s->n; b++)
		s->bin[b].sessions += s->bin[b - 1].sessions;
	if (ts_known(s->opened)) {
		s->opened_after = series_spans_quiet_before(
			inputs, s->opened, QUIET_NS(SERIES_QUIET_BEFORE));
		s->closed_before = series_spans_quiet_behind(
			inputs, s->closed, QUIET_NS(SERIES_QUIET_BEHIND));
		s->looked_behind = series_spans_left(inputs, s->closed);
	}
	if (ts_known(s->opened))
		tell_week(s->sensor, inputs,
			  &(struct series_spans){
				  &(struct series_span){ s->opened, s->closed },
				  1, 1 });
	series_spans_unite(&open);
	tell_week(s->open, inputs, &open);
	series_spans_free(&open);
}

static double unit_of(const struct series_gather *gather)
{
	return target_hashes(proof_unit(gather->algorithm));
}

/* Each session's own time, before it is united with the others'. Bins that are
 * filled are counted as those that begin less those that have ended: thousands
 * of sessions may reach over thousands of bins. */
static void spread_sessions(struct series *s, const struct series_grid *g,
			    const struct observation *time)
{
	int64_t *filled = mem_new(g->n + 1, sizeof(*filled));

	for (size_t i = 0; i < time->n; i++) {
		const struct observation_stretch *x = &time->stretch[i];
		const size_t first = series_grid_at(g, x->from);
		const size_t last = series_grid_at(g, x->to);
		struct ts at = x->from;
		double seconds;

		if (x->difficulty <= 0 || x->from.ns >= x->to.ns)
			continue;
		next_part(g, first, &at, x->to, &seconds);
		s->bin[first].session_seconds += seconds;
		if (last == first)
			continue;
		filled[first + 1]++;
		filled[last]--;
		s->bin[last].session_seconds +=
			ts_seconds(series_grid_from(g, last), x->to);
	}
	for (size_t b = 0; b < g->n; b++) {
		filled[b + 1] += filled[b];
		s->bin[b].session_seconds += (double)filled[b] * s->bin_seconds;
	}
	free(filled);
}

static void spread_time(struct series *s, const struct series_grid *g,
			struct series_gather *gather)
{
	const struct observation *time = &gather->time;
	double all_seconds = 0, all_exposure = 0;

	gather->seconds = mem_new(time->n + 1, sizeof(double));
	gather->exposure = mem_new(time->n + 1, sizeof(double));
	for (size_t i = 0; i < time->n; i++) {
		const struct observation_stretch *x = &time->stretch[i];
		const double hashes = observation_hashes(x, unit_of(gather));
		struct ts at = x->from;
		double seconds;
		bool more = hashes > 0 && isfinite(hashes);

		for (size_t b = series_grid_at(g, at); more; b++) {
			struct series_bin *bin = &s->bin[b];

			more = next_part(g, b, &at, x->to, &seconds);
			bin->seconds += seconds;
			bin->exposure += seconds / hashes;
			bin->heaviest = fmax(bin->heaviest, hashes);
			all_seconds += seconds;
			all_exposure += seconds / hashes;
		}
		gather->seconds[i + 1] = all_seconds;
		gather->exposure[i + 1] = all_exposure;
	}
}

/* How much had been observed at t. */
static void observed_until(const struct series_gather *g, struct ts t,
			   double *seconds, double *exposure)
{
	size_t low = 0, high = g->time.n;

	while (low < high) { /* the first that ends behind t */
		const size_t mid = low + (high - low) / 2;

		if (g->time.stretch[mid].to.ns <= t.ns)
			low = mid + 1;
		else
			high = mid;
	}
	*seconds = g->seconds[low];
	*exposure = g->exposure[low];
	if (low == g->time.n || g->time.stretch[low].from.ns >= t.ns)
		return;
	const struct observation_stretch *x = &g->time.stretch[low];
	const double part = ts_seconds(x->from, t) / ts_seconds(x->from, x->to);

	*seconds += part * (g->seconds[low + 1] - g->seconds[low]);
	*exposure += part * (g->exposure[low + 1] - g->exposure[low]);
}

static void note_gap(struct series_bin *bin, struct series_gather *g,
		     struct ts t)
{
	double seconds, exposure;

	observed_until(g, t, &seconds, &exposure);
	const struct series_gap gap = {
		.from = g->last_share,
		.to = t,
		.seconds = seconds - g->last_seconds,
		.exposure = exposure - g->last_exposure,
	};

	if (ts_known(g->last_share) &&
	    (!ts_known(bin->gap.to) || gap.exposure > bin->gap.exposure))
		bin->gap = gap;
	g->last_share = t;
	g->last_seconds = seconds;
	g->last_exposure = exposure;
}

static void add_share(struct series_bin *bin, struct series_gather *g,
		      const struct series_item *x)
{
	bin->shares++;
	if (!ts_known(bin->first))
		bin->first = x->time;
	bin->last = x->time;
	note_gap(bin, g, x->time);
	if (g->mixed)
		return;
	bin->hashes += x->hashes;
	bin->hashes_squared += x->hashes * x->hashes;
	if (!x->announced || !observation_at(&g->time, x->time, true))
		return;
	bin->rate_shares++;
	bin->rate_hashes += x->hashes;
	bin->rate_squares += x->hashes * x->hashes;
	bin->heaviest = fmax(bin->heaviest, x->hashes);
}

/* Clients that submitted: the bin each was last seen in by each subject. */
static bool is_new(struct map *seen, uint32_t subject, uint32_t client,
		   size_t bin)
{
	const uint32_t pair[2] = { subject, client };
	uint64_t *last = map_put(
		seen, (struct span){ (const uint8_t *)pair, sizeof(pair) },
		NULL);

	if (!last || *last == bin + 1)
		return false;
	*last = bin + 1;
	return true;
}

static void add_shares(struct series *out, const struct series_grid *g,
		       struct series_read *r)
{
	struct map *seen = map_new(CLIENTS_MAX, 0);

	for (size_t i = 0; i < r->num_items; i++) {
		const struct series_item *x = &r->item[i];
		const size_t b = series_grid_at(g, x->time);
		size_t n;
		const uint32_t *of = series_sets_members(r->sets, x->set, &n);

		for (size_t k = 0; k < n; k++) {
			struct series_bin *bin = &out[of[k]].bin[b];

			add_share(bin, &r->gather[of[k]], x);
			bin->clients += is_new(seen, of[k], x->client, b);
		}
	}
	map_free(seen);
}

static void estimate(struct series *s, const struct series_gather *g,
		     double confidence)
{
	uint64_t shares = 0;

	for (size_t b = 0; b < s->n; b++)
		shares += s->bin[b].rate_shares;
	for (size_t b = 0; b < s->n; b++) {
		struct series_bin *x = &s->bin[b];

		x->rate = (struct estimate){ NAN, NAN, NAN, confidence, NULL };
		if (shares > 0 && !g->mixed && x->seconds > 0)
			x->rate = rate_mean_of_sums(x->rate_hashes,
						    x->rate_squares, x->seconds,
						    x->heaviest, confidence);
	}
}

static void lay_out(struct series *s, const struct series_grid *g)
{
	*s = (struct series){ .from = g->from,
			      .bin_seconds = (double)g->bin_ns / NS,
			      .n = g->n,
			      .opened = TS_NONE,
			      .closed = TS_NONE,
			      .opened_after = TS_NONE,
			      .closed_before = TS_NONE };
	s->bin = mem_new(g->n + 1, sizeof(s->bin[0]));
	for (size_t b = 0; b < g->n; b++) {
		struct series_bin *x = &s->bin[b];

		x->from = series_grid_from(g, b);
		x->first = x->last = x->gap.from = x->gap.to = TS_NONE;
	}
}

static void fill(struct series *out, const struct series_subject *subject,
		 size_t n, const struct series_grid *g, struct series_read *r,
		 const struct series_spans *inputs)
{
	for (size_t i = 0; i < n; i++) {
		struct series *s = &out[i];
		struct series_gather *gather = &r->gather[i];

		gather->last_share = TS_NONE;
		s->dropped = r->dropped;
		look(s, g, inputs);
		show_presence(s, g, &subject[i], inputs);
		spread_sessions(s, g, &gather->time);
		observation_unite(&gather->time);
		spread_time(s, g, gather);
	}
	add_shares(out, g, r);
}

enum status series_load(struct series *out,
			const struct series_subject *subject, size_t n,
			struct store *store, double bin_seconds,
			double confidence)
{
	struct reach reach = { .from = TS_NONE, .to = TS_NONE };
	struct series_read r = { 0 };
	struct series_grid g;
	enum status st = store_inputs(store, on_input, &reach);

	for (size_t i = 0; i < n; i++)
		out[i] = (struct series){ 0 };
	if (st == ST_OK)
		st = store_sessions(store, on_session, &reach);
	if (st == ST_OK)
		st = series_read_all(&r, subject, n, store);
	if (st != ST_OK)
		goto out;
	series_spans_unite(&reach.inputs);
	g = grid_over(&reach, n, bin_seconds);
	for (size_t i = 0; i < n; i++)
		lay_out(&out[i], &g);
	if (g.n > 0)
		fill(out, subject, n, &g, &r, &reach.inputs);
	for (size_t i = 0; i < n; i++)
		estimate(&out[i], &r.gather[i], confidence);
out:
	series_read_free(&r, r.gather ? n : 0);
	series_spans_free(&reach.inputs);
	return st;
}

void series_free(struct series *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(s[i].bin);
		s[i] = (struct series){ 0 };
	}
}
