#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/answers.h"

#define LISTED_MAX 6 /* of a kind; the other outputs list all */
#define FIELD_TEXT 400

struct page {
	FILE *out;
	const struct assessment *a;
	bool colour;
	struct buf safe;
};

/* Captured text made safe; lives until the next call. */
static const char *safe(struct page *p, const char *text)
{
	const struct span s = { (const uint8_t *)text, strlen(text) };

	buf_clear(&p->safe);
	text_safe(&p->safe, s, 100);
	return buf_str(&p->safe);
}

static void field(struct page *p, const char *name, const char *text)
{
	fprintf(p->out, "  %-12s %s\n", name, text);
}

/* "7.15 MH/s  (95 %: 5.97 MH/s to 8.48 MH/s)" */
static const char *estimate_text(char out[FIELD_TEXT], const struct estimate *e,
				 const char *unit)
{
	char low[TEXT_SI], mid[TEXT_SI], high[TEXT_SI];

	if (!e->method)
		snprintf(out, FIELD_TEXT, "not determined");
	else
		snprintf(out, FIELD_TEXT, "%s%s  (%g %%: %s%s to %s%s)",
			 text_si(mid, e->mid), unit, e->confidence * 100,
			 text_si(low, e->low), unit, text_si(high, e->high),
			 unit);
	return out;
}

static const char *bitcoin_text(char out[FIELD_TEXT], const struct estimate *e,
				const char *coin)
{
	if (!e->method)
		snprintf(out, FIELD_TEXT, "not determined");
	else
		snprintf(out, FIELD_TEXT, "%.4g %s  (%g %%: %.4g to %.4g)",
			 e->mid, coin, e->confidence * 100, e->low, e->high);
	return out;
}

/* Equihash counts solutions. */
static const char *rate_text(char out[FIELD_TEXT], const struct estimate *e,
			     const struct work *of)
{
	return estimate_text(
		out, e,
		of->tries && strcmp(of->tries, "Sol") == 0 ? "Sol/s" : "H/s");
}

/* To the second: bounds are never so near as to need more. */
static const char *second(char out[TS_TEXT], struct ts t)
{
	ts_text(t, out);
	if (strlen(out) > 19)
		memcpy(out + 19, "Z", 2);
	return out;
}

static const char *moment_text(char out[FIELD_TEXT],
			       const struct timing_moment *m)
{
	char low[TS_TEXT], mid[TS_TEXT], high[TS_TEXT];

	switch (m->known) {
	case TIMING_UNKNOWN:
		snprintf(out, FIELD_TEXT, "not determined");
		break;
	case TIMING_WITHIN:
		snprintf(out, FIELD_TEXT, "%s  (between %s and %s)",
			 second(mid, m->mid), second(low, m->low),
			 second(high, m->high));
		break;
	case TIMING_BEFORE:
		snprintf(out, FIELD_TEXT,
			 "before %s: it was so when the sensor began",
			 second(high, m->high));
		break;
	case TIMING_AFTER:
		snprintf(out, FIELD_TEXT,
			 "after %s: it was so when the sensor ended",
			 second(low, m->low));
		break;
	}
	return out;
}

static void who(struct page *p)
{
	const struct assessment *a = p->a;
	size_t listed = 0, n[SUBJECT_WORKER + 1] = { 0 };

	for (size_t i = 0; i < a->num_subjects; i++)
		n[a->subject[i].kind]++;
	fprintf(p->out,
		"  %-12s %zu client address%s, %zu worker name%s, %llu "
		"session%s; %llu contact%s without a share\n",
		"who", n[SUBJECT_MINER], n[SUBJECT_MINER] == 1 ? "" : "es",
		n[SUBJECT_WORKER], n[SUBJECT_WORKER] == 1 ? "" : "s",
		(unsigned long long)a->sessions, a->sessions == 1 ? "" : "s",
		(unsigned long long)a->contacts, a->contacts == 1 ? "" : "s");
	for (size_t i = 1; i < a->num_subjects; i++) {
		const struct subject *s = &a->subject[i];
		char rate[FIELD_TEXT];

		if (s->kind == SUBJECT_WORKER)
			continue;
		if (listed++ == LISTED_MAX) {
			field(p, "", "and more: see --json or --html");
			break;
		}
		fprintf(p->out, "  %-12s %s %s: %s, %s\n", "",
			assessment_kind_text(s->kind), safe(p, s->name),
			s->grade, rate_text(rate, &s->work.rate, &s->work));
	}
}

static void when(struct page *p, const struct subject *s)
{
	const struct timing *t = &s->timing;
	const struct timing_segments *all =
		t->by_presence ? &t->presence : &t->work;
	char text[FIELD_TEXT], rate[FIELD_TEXT];

	field(p, "since", moment_text(text, &t->onset));
	if (t->guard == TIMING_GUARD_FAILED)
		field(p, "",
		      "all traffic began to change there too: it may be the "
		      "sensor that began");
	if (t->guard == TIMING_GUARD_UNKNOWN && t->onset.known == TIMING_WITHIN)
		field(p, "",
		      "not held against all traffic: the case has none, or too "
		      "little of it");
	if (all->n == 1) {
		field(p, "peak", "no change found: one rate all the time");
	} else if (t->peak < all->n) {
		const struct timing_segment *peak = &all->segment[t->peak];

		field(p, "peak", moment_text(text, &peak->from));
		if (!t->by_presence)
			field(p, "", rate_text(rate, &t->peak_rate, &s->work));
	}
	field(p, "until", moment_text(text, &t->end));
	if (t->duty.portion > 0)
		fprintf(p->out,
			"  %-12s %.1f %% of the time looked at, from first to "
			"last; %u outage%s too long for chance\n",
			"worked", t->duty.portion * 100, t->duty.outages,
			t->duty.outages == 1 ? "" : "s");
}

static void how_much(struct page *p, const struct subject *s)
{
	const struct money *m = &s->money;
	char text[FIELD_TEXT];

	fprintf(p->out,
		"  %-12s %llu shares, %llu of them %s and unique; 2^%.1f "
		"hashes",
		"work", (unsigned long long)s->work.submitted,
		(unsigned long long)s->work.unique,
		s->work.simulated ? "simulated"
		: s->work.proved  ? "proved"
				  : "claimed",
		s->work.work_bits);
	if (s->work.chance_bits > 0)
		fprintf(p->out, "; chance without hashing 2^-%.0f",
			floor(s->work.chance_bits));
	fputc('\n', p->out);
	field(p, "hash rate",
	      s->scattered
		      ? "not one: it was seen for less than half of the time"
		      : rate_text(text, &s->work.rate, &s->work));
	if (m->bitcoin && m->network_portion.method)
		fprintf(p->out,
			"  %-12s %.3g %% of the network's  (%g %%: %.3g %% to "
			"%.3g %%)\n",
			"", m->network_portion.mid * 100,
			m->network_portion.confidence * 100,
			m->network_portion.low * 100,
			m->network_portion.high * 100);
}

static void with_what(struct page *p, const struct subject *s)
{
	const struct machines *m = &s->machines;
	struct estimate energy;
	char text[FIELD_TEXT];

	if (m->at_least > 0)
		fprintf(p->out, "  %-12s at least %.0f%s%s%s%s\n", "machines",
			m->at_least,
			m->fastest && s->timing.peak < s->timing.work.n
				? ", at the peak"
				: "",
			m->fastest ? " (none was faster than " : "",
			m->fastest ? m->fastest->model : "",
			m->fastest ? ")" : "");
	else
		field(p, "machines", "not determined");
	if (m->indicated > 0)
		fprintf(p->out,
			"  %-12s indicated, no bound: %u (connections %u, "
			"workers %u, parts of the extranonce2 %u)\n",
			"", m->indicated, m->connections, m->workers,
			m->subranges);
	for (size_t i = 0; i < m->num_agents && i < LISTED_MAX; i++)
		fprintf(p->out, "  %-12s %s%s%s\n", i == 0 ? "software" : "",
			safe(p, m->agent[i].text),
			m->agent[i].software ? ": " : "",
			m->agent[i].software ? m->agent[i].software : "");
	field(p, "power", estimate_text(text, &m->power, "W"));
	energy = rate_scaled(&m->energy, 1 / 3600.0);
	field(p, "energy", estimate_text(text, &energy, "Wh"));
}

static void money(struct page *p, const struct subject *s)
{
	const struct money *m = &s->money;
	const char *coin =
		m->network && m->network->coin ? m->network->coin : "coins";
	char text[FIELD_TEXT];

	if (!m->bitcoin)
		field(p, "income",
		      m->network ? "a test network's: coins without worth"
				 : "not on Bitcoin's main chain, or not known "
				   "to be");
	if (isnan(m->credited))
		field(p, "credited", "not determined");
	else
		fprintf(p->out,
			"  %-12s %.8f %s by %llu accepted shares, before "
			"fees\n",
			"credited", m->credited, coin,
			(unsigned long long)m->credited_shares);
	if (!m->bitcoin)
		return;
	field(p, "expected", bitcoin_text(text, &m->expected, coin));
	fprintf(p->out, "  %-12s %s%s\n", "a day",
		bitcoin_text(text, &m->per_day, coin),
		m->per_day.method ? ", at the last job's difficulty and reward"
				  : "");
}

static bool pays_alike(const struct identity *a, const struct identity *b)
{
	if (a->num_payouts != b->num_payouts)
		return false;
	for (uint32_t i = 0; i < a->num_payouts; i++) {
		if (strcmp(a->payout[i].address, b->payout[i].address) != 0)
			return false;
	}
	return true;
}

/* Whom the jobs of one session pay, and whether others do so. */
static void paid_by(struct page *p, const struct subject *s,
		    const struct identity *id)
{
	size_t listed = 0, others = 0;

	for (uint32_t n = 0; n < id->num_payouts && listed < LISTED_MAX; n++) {
		if (id->payout[n].address[0])
			fprintf(p->out,
				"  %-12s %s (%.3g %% of the job's reward)\n",
				listed++ == 0 ? "paid to" : "",
				id->payout[n].address,
				id->payout[n].portion * 100);
	}
	for (size_t i = 0; i < s->num_members; i++)
		others += !pays_alike(id, &s->member[i]->identity);
	if (others > 0)
		fprintf(p->out,
			"  %-12s those are one session's; %zu of %zu pay "
			"others, or "
			"nobody that is known\n",
			"", others, s->num_members);
}

static bool pays_known(const struct identity *id)
{
	for (uint32_t i = 0; i < id->num_payouts; i++) {
		if (id->payout[i].address[0])
			return true;
	}
	return false;
}

static void paid_to(struct page *p, const struct subject *s)
{
	size_t i = 0;

	while (i < s->num_members && !pays_known(&s->member[i]->identity))
		i++;
	if (i < s->num_members)
		paid_by(p, s, &s->member[i]->identity);
}

static void weighing(struct page *p)
{
	const struct hypotheses *h = &p->a->hypotheses;
	const struct hypothesis_file *file = p->a->options.hypotheses;

	for (size_t i = 0; i < h->num_rows; i++)
		fprintf(p->out, "  %-12s %s: %.2f to %.2f%s%s\n",
			i == 0 ? "hypotheses" : "", file->hypothesis[i].name,
			h->row[i].low, h->row[i].high,
			h->row[i].words ? ", " : "",
			h->row[i].words ? h->row[i].words : "");
	if (h->num_rows > 0 && !h->discriminates)
		field(p, "", "the evidence cannot discriminate between them");
	if (h->num_rows > 0 && h->confidence)
		fprintf(p->out, "  %-12s %s confidence in this weighing\n", "",
			h->confidence);
}

enum status answers_summary(FILE *out, const struct assessment *a,
			    const struct answers_about *about, bool colour)
{
	struct page p = { .out = out, .a = a, .colour = colour };
	const struct subject *s = &a->subject[0];
	const char *bold = colour ? "\033[1m" : "";
	const char *plain = colour ? "\033[0m" : "";

	buf_init(&p.safe, 1u << 16);
	fprintf(out, "%s%s%s\n", bold, safe(&p, about->title), plain);
	if (a->simulated)
		fprintf(out,
			"%sSIMULATED: made by a generator, for teaching "
			"and tests; nothing of it was seen%s\n",
			bold, plain);
	if (about->redacted)
		fputs("names and addresses are pseudonyms\n", out);
	fputc('\n', out);
	who(&p);
	if (a->sessions > 0) {
		when(&p, s);
		how_much(&p, s);
		with_what(&p, s);
		money(&p, s);
		paid_to(&p, s);
		weighing(&p);
	}
	buf_fini(&p.safe);
	return fflush(out) == 0 && !ferror(out) ? ST_OK : ST_IO;
}
