#include "report/answers_note.h"

#include <math.h>

#include "base/text.h"
#include "report/answers_private.h"
#include "report/report_private.h"

const char *answers_note_simulated(const struct assessment *a)
{
	return a->simulated ? "SIMULATED, of no one: " : "";
}

void answers_note_estimate(struct buf *out, const struct estimate *e,
			   const char *unit)
{
	char mid[TEXT_SI], low[TEXT_SI], high[TEXT_SI];

	if (!e->method) {
		buf_text(out, "not determined");
		return;
	}
	buf_printf(out, "%s%s (%s%s to %s%s", text_si(mid, e->mid), unit,
		   text_si(low, e->low), unit, text_si(high, e->high), unit);
	if (e->confidence > 0)
		buf_printf(out, " at %.4g %%", e->confidence * 100);
	buf_printf(out, ", %s)", e->method);
}

static void moment(struct buf *out, const struct timing_moment *m)
{
	char low[TS_TEXT], mid[TS_TEXT], high[TS_TEXT];

	switch (m->known) {
	case TIMING_UNKNOWN:
		buf_text(out, "not determined");
		break;
	case TIMING_WITHIN:
		buf_printf(out, "%s (%s to %s)", ts_text(m->mid, mid),
			   ts_text(m->low, low), ts_text(m->high, high));
		break;
	case TIMING_BEFORE:
		buf_printf(out, "at or before %s", ts_text(m->high, high));
		break;
	case TIMING_AFTER:
		buf_printf(out, "at or after %s", ts_text(m->low, low));
		break;
	}
}

static void rate(struct buf *out, const struct assessment *a,
		 const struct subject *s, const char *separator)
{
	const struct work *w = &s->work;

	buf_printf(out,
		   "%sGrade: %s. Shares: %ju submitted, %ju proved, %ju "
		   "claimed, %ju simulated, %ju accepted.",
		   answers_note_simulated(a), answers_grade(a, s->grade),
		   (uintmax_t)w->submitted, (uintmax_t)w->proved,
		   (uintmax_t)w->claimed, (uintmax_t)w->simulated,
		   (uintmax_t)w->accepted);
	buf_printf(out, "%sHash rate: ", separator);
	if (s->scattered)
		buf_text(out, "its time is too scattered for one");
	else
		answers_note_estimate(out, &w->rate, report_rate_unit(w));
	buf_printf(out, ", over %.6g s observed.", w->rate_seconds);
}

static void times(struct buf *out, const struct timing *t,
		  const char *separator)
{
	buf_printf(out, "%sOnset: ", separator);
	moment(out, &t->onset);
	if (t->guard == TIMING_GUARD_FAILED)
		buf_text(out, ", which may be the sensor's");
	buf_printf(out, ".%sEnd: ", separator);
	moment(out, &t->end);
	buf_text(out, ".");
}

static void machines(struct buf *out, const struct machines *m,
		     const char *separator)
{
	buf_printf(out, "%sMachines: ", separator);
	if (m->at_least > 0)
		buf_printf(out, "at least %.0f", m->at_least);
	else
		buf_text(out, "number not determined");
	if (m->indicated > 0)
		buf_printf(out, ", %u indicated", m->indicated);
	buf_printf(out, ".%sPower: ", separator);
	answers_note_estimate(out, &m->power, "W");
	buf_text(out, ".");
}

static void money(struct buf *out, const struct money *m, const char *separator)
{
	const char *coin = m->bitcoin ? "BTC" : "of a test network's coins";

	buf_printf(out, "%sCredited: ", separator);
	if (isfinite(m->credited))
		buf_printf(out, "%.6g %s by %ju shares", m->credited, coin,
			   (uintmax_t)m->credited_shares);
	else
		buf_text(out, "not determined");
	buf_printf(out, ".%sExpected in the observed time: ", separator);
	answers_note_estimate(out, &m->expected, coin);
	buf_text(out, ".");
}

void answers_note_subject(struct buf *out, const struct assessment *a,
			  const struct subject *s, const char *separator)
{
	rate(out, a, s, separator);
	times(out, &s->timing, separator);
	machines(out, &s->machines, separator);
	money(out, &s->money, separator);
}

/* Which items would change the order, each alone. */
static void flips(struct buf *out, const struct hypotheses *h,
		  const char *separator)
{
	if (h->num_flips == 0)
		return;
	buf_printf(out, "%sAlone, if it were wrong, would change the order: ",
		   separator);
	for (size_t i = 0; i < h->num_flips; i++)
		buf_printf(out, "%s%s", i ? ", " : "",
			   hypothesis_quantity_text(
				   h->column[h->flips[i]].quantity));
	buf_text(out, ".");
}

void answers_note_hypothesis(struct buf *out, const struct assessment *a,
			     size_t row, const char *separator)
{
	const struct hypotheses *h = &a->hypotheses;
	const struct hypothesis_row *r = &h->row[row];

	buf_printf(out, "%sPosterior %.3g (%.3g to %.3g) from a prior of %.3g",
		   answers_note_simulated(a), r->posterior, r->low, r->high,
		   r->prior);
	if (r->words)
		buf_printf(out, ": %s", r->words);
	buf_text(out, ".");
	if (h->confidence)
		buf_printf(out, "%sConfidence, apart from that: %s.", separator,
			   h->confidence);
	if (!h->discriminates)
		buf_printf(out,
			   "%sThe evidence cannot discriminate between the "
			   "hypotheses.",
			   separator);
	flips(out, h, separator);
}
