#include <math.h>
#include <string.h>

#include "analysis/assessment_private.h"

#define DAY_S 86400.0
/* Hours of a day are alike where it worked in the least of them for no less
 * than this of what it did in the most. */
#define HOURS_ALIKE 0.8

static struct estimate not_determined(double confidence)
{
	return (struct estimate){ NAN, NAN, NAN, confidence, NULL };
}

/* Counted, so that its interval is itself. */
static struct estimate counted(double n, double confidence)
{
	return n > 0 ? (struct estimate){ n, n, n, confidence, "counted" }
		     : not_determined(confidence);
}

/* The highest stretch tells what the operation could do; one rate over the
 * whole time where no stretch is known. What is expected of one is SHA-256d's:
 * another algorithm's hash is no like amount of work. */
static struct estimate peak_rate(const struct subject *s, double confidence)
{
	const struct timing *t = &s->timing;

	if (!machines_by_sha256d(s->member, s->num_members))
		return not_determined(confidence);
	return t->peak < t->work.n && t->peak_rate.method ? t->peak_rate
							  : s->work.rate;
}

static struct estimate scaled(struct estimate e, double factor)
{
	e.low *= factor;
	e.mid *= factor;
	e.high *= factor;
	return e;
}

/* A lower bound: nothing says that there were not more. */
static struct estimate at_least(double least, double confidence,
				const char *method)
{
	return least > 0 ? (struct estimate){ least, least, INFINITY,
					      confidence, method }
			 : not_determined(confidence);
}

/* Clients, or workers. Where there were more than subjects are kept of, they
 * are at least so many. */
static struct estimate number_of(const struct assessment *a,
				 enum subject_kind kind, double confidence)
{
	double n = 0;

	for (size_t i = 0; i < a->num_subjects; i++)
		n += a->subject[i].kind == kind;
	return a->subjects_dropped > 0 ? at_least(n, confidence, "counted")
				       : counted(n, confidence);
}

/* A test network's coins are worth nothing, and all of it is one miner's. */
static struct estimate on_main_chain(const struct money *m, struct estimate e)
{
	return m->bitcoin ? e : not_determined(e.confidence);
}

static struct ts earlier(struct ts a, struct ts b)
{
	return a.ns < b.ns ? a : b;
}

static struct ts later(struct ts a, struct ts b)
{
	return a.ns > b.ns ? a : b;
}

/* Days between two moments, with the interval that theirs give. */
static struct estimate days(const struct timing_moment *from,
			    const struct timing_moment *to, double confidence)
{
	struct estimate e = { .confidence = confidence,
			      .method = "change points" };

	if (from->known != TIMING_WITHIN || to->known != TIMING_WITHIN)
		return not_determined(confidence);
	e.low = ts_seconds(from->high, later(to->low, from->high)) / DAY_S;
	e.mid = ts_seconds(from->mid, later(to->mid, from->mid)) / DAY_S;
	e.high = ts_seconds(earlier(from->low, to->high), to->high) / DAY_S;
	return e;
}

/* It was still going on when the sensor's time ended: at least so long. */
static struct estimate duration(const struct subject *s, double confidence)
{
	const struct timing *t = &s->timing;

	if (t->end.known == TIMING_AFTER && t->onset.known == TIMING_WITHIN)
		return at_least(ts_seconds(t->onset.high, s->last) / DAY_S,
				confidence, "change points");
	return days(&t->onset, &t->end, confidence);
}

static struct timing_moment peak_moment(const struct timing *t)
{
	const struct timing_segments *all =
		t->by_presence ? &t->presence : &t->work;

	return t->peak < all->n ? all->segment[t->peak].from
				: (struct timing_moment){ 0 };
}

/* Does it work at all hours alike? What is day and what is night depends on
 * where it is, which is for the reader to say. */
static const char *hours_of(const struct timing_duty *d)
{
	double low = 1, high = 0;

	for (int h = 0; h < 24; h++) {
		if (isnan(d->hour[h]))
			return NULL;
		low = fmin(low, d->hour[h]);
		high = fmax(high, d->hour[h]);
	}
	return high > 0 && low > HOURS_ALIKE * high ? "constant" : NULL;
}

/* The only list tells of public pools; what is on none may be anything. */
static const char *pool_of(const struct subject *s)
{
	const char *word = NULL;

	for (size_t i = 0; i < s->num_members; i++) {
		const struct finding *f = s->member[i];
		const char *dialect = f->session.dialect;

		if (dialect && strcmp(dialect, "getblocktemplate") == 0)
			return "solo";
		if (f->identity.pool || f->identity.listed)
			word = "public";
	}
	return word;
}

static const char *proxy_of(const struct subject *s)
{
	for (size_t i = 0; i < s->num_members; i++) {
		const struct finding *f = s->member[i];
		const char *role = f->identity.client_role;

		if (f->subranges.machines > 1 ||
		    (role && strcmp(role, "proxy") == 0))
			return "yes";
	}
	return NULL; /* a proxy that leaves no trace is no evidence of none */
}

static void word(struct hypothesis_evidence *e, const char *text,
		 const char *grade)
{
	e->word = text;
	e->grade = grade;
}

static void number(struct hypothesis_evidence *e, struct estimate value,
		   const char *grade)
{
	e->value = value;
	e->grade = grade;
}

void assessment_evidence(struct assessment *a)
{
	const struct subject *s = &a->subject[0];
	const double p = a->options.confidence;
	const struct estimate rate = peak_rate(s, p);
	const struct timing_moment peak = peak_moment(&s->timing);
	struct hypothesis_evidence *e = a->evidence;

	for (int q = 0; q < HYPOTHESIS_QUANTITIES; q++)
		e[q] = (struct hypothesis_evidence){ .value = not_determined(p),
						     .grade = s->grade };
	number(&e[HYPOTHESIS_HASHRATE], rate, s->grade);
	number(&e[HYPOTHESIS_PORTION],
	       on_main_chain(&s->money, s->money.network_portion), s->grade);
	number(&e[HYPOTHESIS_MACHINES],
	       at_least(s->machines.at_least, p, "fastest machine"), s->grade);
	number(&e[HYPOTHESIS_CLIENTS], number_of(a, SUBJECT_MINER, p),
	       "counted");
	number(&e[HYPOTHESIS_WORKERS], number_of(a, SUBJECT_WORKER, p),
	       "counted");
	number(&e[HYPOTHESIS_POWER],
	       s->work.rate.method && rate.method && s->work.rate.mid > 0
		       ? scaled(s->machines.power, rate.mid / s->work.rate.mid)
		       : s->machines.power,
	       s->grade);
	number(&e[HYPOTHESIS_INCOME],
	       on_main_chain(&s->money, s->money.per_day), s->grade);
	number(&e[HYPOTHESIS_DURATION], duration(s, p), "counted");
	number(&e[HYPOTHESIS_DUTY], counted(s->timing.duty.portion, p),
	       "counted");
	number(&e[HYPOTHESIS_BANDWIDTH],
	       counted(s->machines.bytes_per_second, p), "counted");
	number(&e[HYPOTHESIS_RAMP], days(&s->timing.onset, &peak, p),
	       "counted");
	word(&e[HYPOTHESIS_HARDWARE], s->machines.kind, "indicated");
	word(&e[HYPOTHESIS_POOL], pool_of(s), "listed");
	word(&e[HYPOTHESIS_PROXY], proxy_of(s), "indicated");
	word(&e[HYPOTHESIS_HOURS], hours_of(&s->timing.duty), "counted");
}
