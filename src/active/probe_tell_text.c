#include <stdio.h>
#include <string.h>

#include "active/probe.h"
#include "base/text.h"

#define PAYOUTS_MAX 6
#define COLUMNS     100

static void safe(struct buf *out, struct span s, size_t max)
{
	text_safe(out, s, max);
}

static void safe_text(struct buf *out, const char *text)
{
	safe(out, (struct span){ (const uint8_t *)text, strlen(text) },
	     COLUMNS);
}

static void field(struct buf *out, const char *name, const char *text)
{
	if (!text || !text[0])
		return;
	buf_printf(out, "  %-11s ", name);
	safe_text(out, text);
	buf_text(out, "\n");
}

static const char *meaning(const struct probe_result *r)
{
	if (r->num_attempts == 0)
		return "not asked";
	switch (r->verdict) {
	case PROBE_JOB:
		return probe_result_text(r);
	case PROBE_SPEAKS:
		return "speaks it, but gave no job";
	case PROBE_REFUSES:
		return "speaks it, but refuses";
	case PROBE_OTHER:
		return "answers something else";
	case PROBE_NO_TLS:
		return "no TLS";
	case PROBE_CLOSED:
		return "closed";
	case PROBE_SILENT:
		return "no answer";
	case PROBE_UNREACHABLE:
		return "cannot connect";
	case PROBE_VERDICTS:
		break;
	}
	return "";
}

static void attempt_line(struct buf *out, const struct probe_result *r,
			 size_t i)
{
	const struct probe_attempt *a = &r->attempt[i];

	buf_printf(out, "  %-11s %s%s", i == 0 ? "asked" : "",
		   probe_kind_text(a->kind), a->tls ? " in TLS" : "");
	if (a->address[0] && strcmp(a->address, r->target->text) != 0)
		buf_printf(out, " at %s", a->address);
	buf_printf(out, ": %s", probe_verdict_text(a->verdict));
	if (a->words[0]) {
		buf_text(out, ": ");
		safe_text(out, a->words);
	}
	buf_text(out, "\n");
	if (a->verdict == PROBE_OTHER) {
		buf_printf(out, "  %-11s first bytes: ", "");
		safe(out, (struct span){ a->first, a->first_n },
		     PROBE_FIRST_MAX);
		buf_text(out, "\n");
	}
}

static void chain_line(struct buf *out, const struct identity *i)
{
	if (i->jobs == 0)
		return;
	buf_printf(out, "  %-11s %s", "network",
		   i->network   ? i->network->coin ? i->network->coin
						   : i->network->name
		   : i->not_btc ? "not Bitcoin (a coin of its format)"
				: "not determined");
	if (i->variant[0]) {
		buf_text(out, ", ");
		safe_text(out, i->variant);
	}
	if (i->height_last)
		buf_printf(out, ", block height %u", i->height_last);
	if (i->network_difficulty > 0)
		buf_printf(out, ", difficulty %.10g", i->network_difficulty);
	buf_text(out, "\n");
}

static void pool_lines(struct buf *out, const struct identity *i)
{
	if (i->pool)
		buf_printf(out, "  %-11s %s (by its %s)\n", "pool", i->pool,
			   i->pool_source);
	field(out, "listed", i->listed);
	field(out, "coinbase", i->tag);
	for (uint32_t n = 0; n < i->num_payouts && n < PAYOUTS_MAX; n++) {
		const struct identity_payout *p = &i->payout[n];

		buf_printf(out, "  %-11s %s%s  %llu.%08llu (%.3g %%)\n",
			   n == 0 ? "pays" : "",
			   p->address[0] ? p->address
					 : address_kind_text(p->kind),
			   p->address[0] ? "" : ", address not determined",
			   (unsigned long long)(p->sat / 100000000),
			   (unsigned long long)(p->sat % 100000000),
			   p->portion * 100);
	}
	if (i->num_payouts > PAYOUTS_MAX)
		buf_printf(out, "  %-11s and %u more (--json lists them)\n", "",
			   i->num_payouts - PAYOUTS_MAX);
}

static void certificate_line(struct buf *out, const struct probe_certificate *c)
{
	if (!c->seen)
		return;
	buf_printf(out, "  %-11s ", "certificate");
	safe_text(out, c->names[0] ? c->names : "without names");
	buf_text(out, c->valid ? "; valid" : "; not valid: ");
	safe_text(out, c->why);
	buf_printf(out, " (%s)\n", c->version);
}

bool probe_tell_text(struct buf *out, const struct probe_result *r)
{
	safe_text(out, r->target->text);
	buf_printf(out, "  %s%s\n", meaning(r),
		   r->interrupted ? " (interrupted)" : "");
	for (size_t i = 0; i < r->num_attempts; i++)
		attempt_line(out, r, i);
	certificate_line(out, &r->certificate);
	if (r->num_attempts > 0)
		field(out, "demands", r->attempt[r->best].difficulty);
	if (r->findings.n > 0) {
		const struct finding *f = &r->findings.finding[0];

		field(out, "dialect", f->session.dialect);
		chain_line(out, &f->identity);
		pool_lines(out, &f->identity);
	}
	return buf_text(out, "\n");
}
