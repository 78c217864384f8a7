#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/answers_private.h"
#include "report/answers_zeek_private.h"
#include "report/report_private.h"

/* Name and type of each field, in order. */
#define FIELDS(X)                                                              \
	X("ts", "time")                                                        \
	X("uid", "string")                                                     \
	X("id.orig_h", "addr")                                                 \
	X("id.orig_p", "port")                                                 \
	X("id.resp_h", "addr")                                                 \
	X("id.resp_p", "port")                                                 \
	X("proto", "enum")                                                     \
	X("duration", "interval")                                              \
	X("kind", "string")                                                    \
	X("dialect", "string")                                                 \
	X("carrier", "string")                                                 \
	X("grade", "string")                                                   \
	X("workers", "set[string]")                                            \
	X("agent", "string")                                                   \
	X("host", "string")                                                    \
	X("server_name", "string")                                             \
	X("pool", "string")                                                    \
	X("account", "string")                                                 \
	X("network", "string")                                                 \
	X("coin", "string")                                                    \
	X("algorithm", "string")                                               \
	X("orig_bytes", "count")                                               \
	X("resp_bytes", "count")                                               \
	X("orig_pkts", "count")                                                \
	X("resp_pkts", "count")                                                \
	X("jobs", "count")                                                     \
	X("shares_submitted", "count")                                         \
	X("shares_proved", "count")                                            \
	X("shares_claimed", "count")                                           \
	X("shares_simulated", "count")                                         \
	X("shares_unique", "count")                                            \
	X("shares_accepted", "count")                                          \
	X("shares_rejected", "count")                                          \
	X("blocks", "count")                                                   \
	X("chance_bits", "double")                                             \
	X("work_bits", "double")                                               \
	X("rate", "double")                                                    \
	X("rate_low", "double")                                                \
	X("rate_high", "double")                                               \
	X("rate_confidence", "double")                                         \
	X("rate_method", "string")                                             \
	X("rate_unit", "string")                                               \
	X("rate_seconds", "interval")                                          \
	X("ja3", "string")                                                     \
	X("ja4", "string")                                                     \
	X("simulated", "bool")

void answers_zeek_quote(struct buf *out, const char *text, bool in_set)
{
	const char *specials = in_set ? "\\," : "\\";

	if (!*text) {
		buf_text(out, "(empty)");
		return;
	}
	if (strcmp(text, "-") == 0 || strcmp(text, "(empty)") == 0)
		buf_printf(out, "\\x%02x", (uint8_t)*text++);
	while (*text) {
		const size_t n = strcspn(text, specials);

		text_safe(out, (struct span){ (const uint8_t *)text, n },
			  SIZE_MAX);
		text += n;
		if (*text)
			buf_printf(out, "\\x%02x", (uint8_t)*text++);
	}
}

static void text(struct telling *x, const char *value)
{
	answers_separate(x, '\t');
	if (value)
		answers_zeek_quote(&x->buf, value, false);
	else
		buf_u8(&x->buf, '-');
}

static void count(struct telling *x, uint64_t v)
{
	answers_separate(x, '\t');
	buf_printf(&x->buf, "%" PRIu64, v);
}

/* 0 means "not determined" for these. */
static void known_count(struct telling *x, uint64_t v)
{
	if (v > 0)
		count(x, v);
	else
		text(x, NULL);
}

static void number(struct telling *x, double v)
{
	answers_separate(x, '\t');
	if (!answers_double(&x->buf, v))
		buf_u8(&x->buf, '-');
}

/* A time, or an interval: seconds with six digits behind the point. */
static void seconds(struct telling *x, bool known, int64_t ns)
{
	const uint64_t us = (uint64_t)(ns < 0 ? 0 : ns) / 1000;

	answers_separate(x, '\t');
	if (known)
		buf_printf(&x->buf, "%" PRIu64 ".%06" PRIu64, us / 1000000,
			   us % 1000000);
	else
		buf_u8(&x->buf, '-');
}

static void workers(struct telling *x, const struct finding *f)
{
	answers_separate(x, '\t');
	if (f->num_workers == 0)
		buf_text(&x->buf, "(empty)");
	for (uint32_t i = 0; i < f->num_workers; i++) {
		buf_text(&x->buf, i ? "," : "");
		answers_zeek_quote(&x->buf, f->worker[i], true);
	}
}

static void who(struct telling *x, const struct finding *f)
{
	static const char *const kinds[] = { [FINDING_SESSION] = "session",
					     [FINDING_CONTACT] = "contact",
					     [FINDING_NODE] = "node" };
	const struct fact_session *s = &f->session;
	const bool timed = ts_known(s->first) && ts_known(s->last);

	seconds(x, ts_known(s->first), s->first.ns);
	text(x, s->id);
	text(x, s->client_ip);
	count(x, s->client_port);
	text(x, s->server_ip);
	count(x, s->server_port);
	text(x, "tcp");
	seconds(x, timed, timed ? ts_between(s->first, s->last) : 0);
	text(x, kinds[f->kind]);
	text(x, s->dialect);
	text(x, s->carrier);
	text(x, answers_grade(x->a, finding_standing(f)));
	workers(x, f);
	text(x, s->user_agent);
	text(x, s->host);
	text(x, s->server_name);
}

static void chain(struct telling *x, const struct finding *f)
{
	const struct identity *i = &f->identity;

	text(x, i->pool);
	text(x, i->account[0] ? i->account : NULL);
	text(x, i->network ? i->network->name : NULL);
	text(x, i->network ? i->network->coin : NULL);
	text(x, answers_algorithm(f->session.algorithm));
	known_count(x, f->session.client_bytes);
	known_count(x, f->session.server_bytes);
	known_count(x, f->session.client_packets);
	known_count(x, f->session.server_packets);
	count(x, i->jobs - i->jobs_shown);
}

static void work(struct telling *x, const struct work *w)
{
	const struct estimate *e = &w->rate;
	const bool known = e->method != NULL;
	const bool timed = w->rate_seconds > 0 && w->rate_seconds < 9e9;

	count(x, w->submitted);
	count(x, w->proved);
	count(x, w->claimed);
	count(x, w->simulated);
	count(x, w->unique);
	count(x, w->accepted);
	count(x, w->rejected);
	count(x, w->blocks);
	number(x, w->chance_bits);
	number(x, w->work_bits > 0 ? w->work_bits : NAN);
	number(x, known ? e->mid : NAN);
	number(x, known ? e->low : NAN);
	number(x, known ? e->high : NAN);
	number(x, known ? e->confidence : NAN);
	text(x, e->method);
	text(x, report_rate_unit(w));
	seconds(x, timed, timed ? (int64_t)(w->rate_seconds * 1e9) : 0);
}

static void session(struct telling *x, const struct finding *f)
{
	who(x, f);
	chain(x, f);
	work(x, &f->work);
	text(x, f->session.ja3);
	text(x, f->session.ja4);
	text(x, x->a->simulated ? "T" : "F");
	answers_line_end(x, "\n");
}

/* "#open" and "#close": 2026-11-26-01-33-58. */
static void moment(struct telling *x, const char *what)
{
	char time[TS_TEXT];

	buf_printf(&x->buf, "#%s\t", what);
	if (ts_known(x->about->generated)) {
		ts_text(x->about->generated, time);
		time[10] = time[13] = time[16] = '-';
		time[19] = '\0';
		buf_text(&x->buf, time);
	} else {
		buf_u8(&x->buf, '-');
	}
	buf_u8(&x->buf, '\n');
}

#define NAME_OF(name, type) "\t" name
#define TYPE_OF(name, type) "\t" type

enum status answers_zeek(FILE *out, const struct assessment *a,
			 const struct answers_about *about)
{
	struct telling x;

	answers_begin(&x, out, a, about);
	buf_text(&x.buf, "#separator \\x09\n#set_separator\t,\n"
			 "#empty_field\t(empty)\n#unset_field\t-\n#path\t");
	/* The only line of the head whose text is ours. */
	buf_text(&x.buf, a->simulated ? "assay_simulated\n" : "assay_mining\n");
	moment(&x, "open");
	buf_text(&x.buf, "#fields" FIELDS(NAME_OF) "\n");
	buf_text(&x.buf, "#types" FIELDS(TYPE_OF) "\n");
	for (size_t i = 0; i < a->findings.n; i++)
		session(&x, &a->findings.finding[i]);
	moment(&x, "close");
	return answers_end(&x);
}
