#include <math.h>
#include <stdlib.h>

#include "analysis/assessment_private.h"
#include "base/mem.h"

struct adding {
	const struct series *series;
	double *packets; /* in each bin */
	/* By how much more in each bin than in the one before, for what covers
	 * bins whole: a row may cover all, and there may be millions. */
	double *more;
	bool any;
};

static double bin_of(const struct adding *x, struct ts t)
{
	return ts_seconds(x->series->from, t) / x->series->bin_seconds;
}

/* A row may be longer than a bin: its packets are spread evenly over it. */
static void spread(struct adding *x, double from, double to, double packets)
{
	const double begin = fmax(from, 0);
	const double end = fmin(to, (double)x->series->n);
	const double each = packets / (to - from); /* in a whole bin */
	const size_t first = (size_t)begin;

	if (from == to && from >= 0 && from < (double)x->series->n)
		x->packets[first] += packets;
	if (!(begin < end))
		return;
	const size_t last = (size_t)end;

	if (last == first) {
		x->packets[first] += each * (end - begin);
		return;
	}
	x->packets[first] += each * ((double)first + 1 - begin);
	x->more[first + 1] += each;
	x->more[last] -= each;
	if (last < x->series->n)
		x->packets[last] += each * (end - (double)last);
}

static struct adding begin_adding(const struct series *s, double *packets)
{
	return (struct adding){ .series = s,
				.packets = packets,
				.more = mem_new(s->n + 1, sizeof(double)) };
}

static void end_adding(struct adding *x)
{
	double whole = 0;

	for (size_t b = 0; b < x->series->n; b++) {
		whole += x->more[b];
		x->packets[b] += fmax(0, whole); /* sums round */
	}
	free(x->more);
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
	double *own = mem_new(all->series.n + 1, sizeof(own[0]));
	struct adding x = begin_adding(&all->series, own);

	for (size_t i = 0; i < all->num_members; i++) {
		const struct fact_session *s = &all->member[i]->session;

		if (ts_known(s->first) && ts_known(s->last))
			spread(&x, bin_of(&x, s->first), bin_of(&x, s->last),
			       (double)(s->client_packets + s->server_packets));
	}
	end_adding(&x);
	for (size_t i = 0; i < all->series.n; i++)
		t->packets[i] = fmax(0, t->packets[i] - own[i]);
	free(own);
}

enum status assessment_traffic(struct assessment *a, struct store *store)
{
	const struct series *s = &a->subject[0].series;
	const size_t n = s->n ? s->n : 1;
	struct timing_traffic *t = &a->traffic;
	struct adding x;
	enum status st;

	t->packets = mem_new(n, sizeof(t->packets[0]));
	x = begin_adding(s, t->packets);
	t->seconds = mem_new(n, sizeof(t->seconds[0]));
	for (size_t i = 0; i < s->n; i++)
		t->seconds[i] = s->bin[i].sensor;
	st = store_traffics(store, on_traffic, &x);
	end_adding(&x);
	if (x.any) {
		take_own_out(a);
	} else {
		free(t->packets);
		free(t->seconds);
		*t = (struct timing_traffic){ 0 };
	}
	return st;
}
