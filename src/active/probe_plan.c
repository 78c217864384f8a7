#include <string.h>

#include "active/probe.h"

void probe_result_add(struct probe_result *r, const struct probe_attempt *a)
{
	if (r->num_attempts == PROBE_ATTEMPTS_MAX)
		return;
	if (r->num_attempts == 0 || a->verdict < r->verdict) {
		r->verdict = a->verdict;
		r->best = r->num_attempts;
	}
	r->attempt[r->num_attempts++] = *a;
}

void probe_result_fini(struct probe_result *r)
{
	finding_free_all(&r->findings);
}

const char *probe_result_text(const struct probe_result *r)
{
	if (r->num_attempts == 0)
		return NULL;
	if (r->verdict != PROBE_JOB)
		return probe_verdict_text(r->verdict);
	const char *role = r->findings.n > 0
				   ? r->findings.finding[0].identity.server_role
				   : NULL;

	return role ? role : "pool";
}

static bool is_answer(enum probe_verdict v)
{
	return v <= PROBE_OTHER;
}

/* What the attempts of one kind of carrier say about the next one. */
struct looked {
	unsigned asked;   /* kinds */
	unsigned useless; /* kinds whose carrier it does not speak */
	bool answered, over;
};

/* Whoever speaks HTTP speaks no lines, and the other way round: it need not be
 * asked all of it. */
static struct looked look(const struct probe_result *r, bool tls)
{
	struct looked l = { .asked = 0 };

	for (size_t i = 0; i < r->num_attempts; i++) {
		const struct probe_attempt *a = &r->attempt[i];

		if (a->tls != tls)
			continue;
		l.asked |= PROBE_BIT(a->kind);
		if (a->verdict == PROBE_NO_TLS || a->saw_tls)
			l.over = true;
		else if (is_answer(a->verdict))
			l.answered = true;
		if (a->received > 0)
			l.useless |= a->saw_http ? PROBE_LINES : PROBE_HTTP;
	}
	return l;
}

static bool next_kind(enum probe_kind *kind, const struct looked *l,
		      unsigned kinds)
{
	const unsigned left = kinds & ~l->asked & ~l->useless;

	if (l->over)
		return false;
	for (unsigned k = 0; k < PROBE_KINDS; k++) {
		if (left & PROBE_BIT(k)) {
			*kind = (enum probe_kind)k;
			return true;
		}
	}
	return false;
}

bool probe_plan(enum probe_kind *kind, bool *tls, const struct probe_result *r,
		const struct probe_options *o)
{
	const unsigned kinds = r->target->kinds & o->kinds;
	enum probe_security security = o->security;

	if (r->target->fixed)
		security = r->target->tls ? PROBE_TLS : PROBE_CLEAR;
	if (r->num_attempts > 0 &&
	    (r->verdict == PROBE_JOB ||
	     r->attempt[r->num_attempts - 1].verdict == PROBE_UNREACHABLE))
		return false;
	const struct looked clear = look(r, false);

	if (security != PROBE_TLS && next_kind(kind, &clear, kinds)) {
		*tls = false;
		return true;
	}
	if (security == PROBE_CLEAR ||
	    (security == PROBE_CLEAR_THEN_TLS && clear.answered))
		return false;
	const struct looked sealed = look(r, true);

	*tls = true;
	return next_kind(kind, &sealed, kinds);
}
