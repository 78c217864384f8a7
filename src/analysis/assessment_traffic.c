#include <math.h>
#include <stdlib.h>

#include "analysis/assessment_private.h"
#include "base/mem.h"

struct adding {
	const struct series *series;
	struct timing_traffic *out;
	bool any;
};

static double bin_of(const struct adding *x, struct ts t)
{
	return ts_seconds(x->series->from, t) / x->series->bin_seconds;
}

/* A row may be longer than a bin: its packets are spread evenly over it. */
static void spread(struct adding *x, double from, double to, double packets)
{
	const double length = to - from;

	if (!(from < (double)x->series->n) || !(to >= 0))
		return;
	for (size_t b = from > 0 ? (size_t)from : 0; b < x->series->n; b++) {
		const double begins = fmax(from, (double)b);
		const double ends = fmin(to, (double)b + 1);

		if (length <= 0) {
			x->out->packets[b] += packets;
			return;
		}
		if (ends <= begins)
			return;
		x->out->packets[b] += packets * (ends - begins) / length;
	}
}

static bool on_traffic(void *context, const struct fact_traffic *f)
{
	struct adding *x = context;

	if (!ts_known(f->first) || !ts_known(f->last))
		return true;
	x->any = true;
	spread(x, bin_of(x, f->first), bin_of(x, f->last), (double)f->packets);
	return true;
}

/* What the operation's own conversations carried is no other traffic: it is
 * taken out where they lie, in equal parts of their time. */
static void take_own_out(struct assessment *a)
{
	const struct subject *all = &a->subject[0];
	struct timing_traffic *t = &a->traffic;
	struct timing_traffic own = { .packets = mem_new(
					      all->series.n ? all->series.n : 1,
					      sizeof(double)) };
	struct adding x = { .series = &all->series, .out = &own };

	for (size_t i = 0; i < all->num_members; i++) {
		const struct fact_session *s = &all->member[i]->session;

		if (ts_known(s->first) && ts_known(s->last))
			spread(&x, bin_of(&x, s->first), bin_of(&x, s->last),
			       (double)(s->client_packets + s->server_packets));
	}
	for (size_t i = 0; i < all->series.n; i++)
		t->packets[i] = fmax(0, t->packets[i] - own.packets[i]);
	free(own.packets);
}

enum status assessment_traffic(struct assessment *a, struct store *store)
{
	const struct series *s = &a->subject[0].series;
	const size_t n = s->n ? s->n : 1;
	struct timing_traffic *t = &a->traffic;
	struct adding x = { .series = s, .out = t };
	enum status st;

	t->packets = mem_new(n, sizeof(t->packets[0]));
	t->seconds = mem_new(n, sizeof(t->seconds[0]));
	for (size_t i = 0; i < s->n; i++)
		t->seconds[i] = s->bin[i].sensor;
	st = store_traffics(store, on_traffic, &x);
	if (x.any) {
		take_own_out(a);
	} else {
		free(t->packets);
		free(t->seconds);
		*t = (struct timing_traffic){ 0 };
	}
	return st;
}
