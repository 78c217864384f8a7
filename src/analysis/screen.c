#include "analysis/screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain/trace_path.h"
#include "coin/address_asset.h"

/* Those that spread coins by a rule that can be argued for; poison would make
 * every coin in the end everybody's. */
static const enum taint_policy policies[] = { TAINT_HAIRCUT, TAINT_FIFO,
					      TAINT_LIFO };
#define POLICIES (sizeof(policies) / sizeof(policies[0]))

const char *screen_when_text(enum screen_when w)
{
	static const char *const text[] = {
		[SCREEN_UNDATED] = "not known",
		[SCREEN_BEFORE] = "before it was listed",
		[SCREEN_AFTER] = "after it was listed",
		[SCREEN_ACROSS] = "before and after it was listed",
	};

	return text[w];
}

struct screening {
	struct screened *out;
	const struct lists *lists;
	const struct screen_options *options;
	struct script_set source;
	struct trace trace;
	uint64_t *tainted[POLICIES];
};

static size_t entries(size_t out[SCREEN_HITS_MAX], const struct lists *l,
		      struct span script)
{
	const size_t n = lists_by_script(out, SCREEN_HITS_MAX, l, script);

	return n < SCREEN_HITS_MAX ? n : SCREEN_HITS_MAX;
}

/* Coins of many are behind it. */
static bool is_service(void *context, struct span script)
{
	const struct screening *x = context;

	return lists_service(x->lists, script);
}

static struct ts time_of(const struct screening *x,
			 const struct trace_output *o)
{
	const struct trace *t = &x->trace;
	const uint32_t tx = t->backward ? o->spent_by : o->tx;
	struct chain_block b;

	if (tx == TRACE_NONE)
		return TS_NONE;
	chain_block(&b, x->options->chain, t->tx[tx].block);
	return (struct ts){ b.time * INT64_C(1000000000) };
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Of one entity on one list there is one exposure, whichever of its addresses
 * it is by; entries without a name stand alone. */
static struct screen_exposure *exposure_of(const struct screening *x,
					   struct screen_side *side,
					   size_t entry)
{
	const struct list_entry *e = lists_entry(x->lists, entry);

	for (size_t i = 0; i < side->n; i++) {
		const struct list_entry *other =
			lists_entry(x->lists, side->exposure[i].entry);

		if (side->exposure[i].entry == entry ||
		    (same_text(e->entity, other->entity) &&
		     same_text(e->list, other->list)))
			return &side->exposure[i];
	}
	side->exposure = mem_resize(side->exposure, side->n + 1,
				    sizeof(side->exposure[0]));
	side->exposure[side->n] = (struct screen_exposure){
		.entry = entry,
		.hops = UINT32_MAX,
		.entities = UINT32_MAX,
		.first = TS_NONE,
		.last = TS_NONE,
	};
	return &side->exposure[side->n++];
}

/* Sums by policy lie in what will be low and high at the end. */
struct sums {
	uint64_t by[POLICIES];
};

static void keep_path(struct screening *x, struct screen_exposure *e,
		      uint32_t output)
{
	const struct trace *t = &x->trace;
	uint32_t *path;
	size_t n;

	trace_path(&path, &n, t, output);
	free(e->path);
	e->path = mem_new(n ? n : 1, sizeof(e->path[0]));
	e->num_path = n;
	for (size_t i = 0; i < n; i++) {
		const struct outpoint at =
			trace_outpoint(t, &t->output[path[i]]);

		memcpy(e->path[i], at.txid, 32);
	}
	if (x->options->clusters) {
		uint32_t last = UINT32_MAX;

		e->entities = 0;
		for (size_t i = 1; i + 1 < n; i++) {
			const uint32_t c = cluster_of(
				x->options->clusters,
				trace_script(t, &t->output[path[i]]));

			e->entities += c != last;
			last = c;
		}
	}
	free(path);
}

static void widen(struct screen_exposure *e, struct ts t)
{
	if (!ts_known(t))
		return;
	if (!ts_known(e->first) || t.ns < e->first.ns)
		e->first = t;
	if (!ts_known(e->last) || t.ns > e->last.ns)
		e->last = t;
}

static void add(struct screening *x, struct screen_side *side,
		struct sums **sums, uint32_t output, size_t entry)
{
	const struct trace_output *o = &x->trace.output[output];
	const size_t before = side->n;
	struct screen_exposure *e = exposure_of(x, side, entry);
	const size_t at = (size_t)(e - side->exposure);

	if (!*sums || side->n > before) {
		*sums = mem_resize(*sums, side->n, sizeof((*sums)[0]));
		(*sums)[at] = (struct sums){ { 0 } };
	}
	e->outputs++;
	e->sat += o->sat;
	for (size_t p = 0; p < POLICIES; p++)
		(*sums)[at].by[p] += x->tainted[p][output];
	widen(e, time_of(x, o));
	if (o->hops < e->hops) {
		e->hops = o->hops;
		keep_path(x, e, output);
	}
}

static enum screen_when when_of(const struct screen_exposure *e, struct ts day)
{
	if (!ts_known(day) || !ts_known(e->first))
		return SCREEN_UNDATED;
	if (e->last.ns < day.ns)
		return SCREEN_BEFORE;
	return e->first.ns >= day.ns ? SCREEN_AFTER : SCREEN_ACROSS;
}

static void range(uint64_t *low, uint64_t *high, const uint64_t by[POLICIES])
{
	*low = *high = by[0];
	for (size_t p = 1; p < POLICIES; p++) {
		*low = by[p] < *low ? by[p] : *low;
		*high = by[p] > *high ? by[p] : *high;
	}
}

static int compare(const void *a, const void *b)
{
	const struct screen_exposure *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? 1 : -1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

static void sum_ends(struct screening *x, struct screen_side *side)
{
	const struct trace *t = &x->trace;
	struct sums ended[TRACE_ENDS] = { { { 0 } } };

	for (size_t i = 0; i < t->num_outputs; i++) {
		const struct trace_output *o = &t->output[i];

		side->ends[o->end]++;
		for (size_t p = 0; p < POLICIES; p++)
			ended[o->end].by[p] += x->tainted[p][i];
	}
	for (int e = 0; e < TRACE_ENDS; e++)
		range(&side->ended_low[e], &side->ended_high[e], ended[e].by);
}

static void judge(struct screening *x, struct screen_side *side)
{
	const struct trace *t = &x->trace;
	struct sums *sums = NULL;

	for (uint32_t i = 0; i < t->num_outputs; i++) {
		size_t hit[SCREEN_HITS_MAX];
		const struct trace_output *o = &t->output[i];

		if (o->source)
			continue;
		const size_t n = entries(hit, x->lists, trace_script(t, o));

		for (size_t k = 0; k < n; k++)
			add(x, side, &sums, i, hit[k]);
	}
	side->traced_sat = t->sources_sat;
	for (size_t i = 0; sums && i < side->n; i++) {
		struct screen_exposure *e = &side->exposure[i];
		const double all = (double)t->sources_sat;

		range(&e->low, &e->high, sums[i].by);
		e->portion_low = all > 0 ? (double)e->low / all : NAN;
		e->portion_high = all > 0 ? (double)e->high / all : NAN;
		e->when = when_of(e, lists_entry(x->lists, e->entry)->listed);
	}
	sum_ends(x, side);
	if (side->n > 0)
		qsort(side->exposure, side->n, sizeof(side->exposure[0]),
		      compare);
	side->done = true;
	free(sums);
}

static enum status trace_side(struct screening *x, struct screen_side *side,
			      bool backward, struct why *why)
{
	const struct screen_options *o = x->options;
	const struct trace_options options = {
		.scripts = &x->source,
		.stop = o->through_services ? NULL : is_service,
		.stop_context = x,
		.hops_max = o->hops_max,
		.outputs_max = o->outputs_max,
		.threads = o->threads,
		.progress = o->progress,
		.progress_context = o->progress_context,
	};
	struct trace_taint_sums sums;
	enum status st =
		backward ? trace_backward(&x->trace, o->chain, &options, why)
			 : trace_forward(&x->trace, o->chain, &options, why);
	const size_t n = x->trace.num_outputs ? x->trace.num_outputs : 1;

	if (st == ST_OK && !backward)
		st = trace_verify(&x->trace, o->chain, &options, why);
	for (size_t p = 0; p < POLICIES; p++)
		x->tainted[p] = mem_new(n, sizeof(x->tainted[p][0]));
	for (size_t p = 0; p < POLICIES && st == ST_OK; p++)
		trace_taint(x->tainted[p], &sums, &x->trace, policies[p]);
	if (st == ST_OK)
		judge(x, side);
	for (size_t p = 0; p < POLICIES; p++)
		free(x->tainted[p]);
	trace_free(&x->trace);
	return st;
}

static bool on_member(void *context, struct span script, uint32_t cluster)
{
	struct screening *x = context;
	struct screened *s = x->out;
	size_t hit[SCREEN_HITS_MAX];
	const size_t n = entries(hit, x->lists, script);

	(void)cluster;
	if (script.n == s->script_n && !memcmp(script.p, s->script, script.n))
		return true; /* itself: told directly */
	for (size_t i = 0; i < n && s->num_clustered < SCREEN_HITS_MAX; i++)
		s->clustered[s->num_clustered++] = hit[i];
	return true;
}

static enum status screen_cluster(struct screening *x, struct why *why)
{
	struct screened *s = x->out;
	uint32_t cluster;
	const enum status st =
		cluster_find(&cluster, x->options->clusters,
			     (struct span){ s->script, s->script_n }, why);

	if (st != ST_OK || cluster == UINT32_MAX)
		return st;
	s->cluster_size = cluster_size(x->options->clusters, cluster);
	return cluster_list(x->options->clusters, x->options->chain, &cluster,
			    1, on_member, x, why);
}

enum status screen_address(struct screened *out, const char *address,
			   const struct lists *lists,
			   const struct screen_options *options,
			   struct why *why)
{
	struct screening x = { .out = out, .lists = lists, .options = options };
	const struct span text = { (const uint8_t *)address, strlen(address) };
	enum status st = ST_OK;

	*out = (struct screened){ .address = address };
	out->asset = address_asset(out->script, &out->script_n, text);
	out->num_direct =
		out->script_n > 0
			? entries(out->direct, lists,
				  (struct span){ out->script, out->script_n })
			: lists_by_text(out->direct, SCREEN_HITS_MAX, lists,
					text);
	if (out->num_direct > SCREEN_HITS_MAX)
		out->num_direct = SCREEN_HITS_MAX;
	if (!options->chain || out->script_n == 0)
		return ST_OK;
	if (options->clusters)
		st = screen_cluster(&x, why);
	script_set_init(&x.source);
	script_set_add(&x.source, (struct span){ out->script, out->script_n },
		       0);
	if (st == ST_OK)
		st = trace_side(&x, &out->from, true, why);
	if (st == ST_OK)
		st = trace_side(&x, &out->to, false, why);
	script_set_fini(&x.source);
	return st;
}

static void free_side(struct screen_side *side)
{
	for (size_t i = 0; i < side->n; i++)
		free(side->exposure[i].path);
	free(side->exposure);
}

void screen_free(struct screened *s)
{
	free_side(&s->from);
	free_side(&s->to);
	*s = (struct screened){ 0 };
}
