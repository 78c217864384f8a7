#include "active/probe_course.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "active/probe_say.h"

#define SAY_MAX (64u << 10)

static struct ts today(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (struct ts){ t.tv_sec * INT64_C(1000000000) + t.tv_nsec };
}

static int64_t limit(const struct probe_course *c, int64_t now)
{
	return now + (int64_t)(c->options->timeout_s * 1e9);
}

/* What is asked next, or the end. */
static void plan(struct probe_course *c)
{
	c->attempt = (struct probe_attempt){ .verdict = PROBE_SILENT };
	c->phase = probe_plan(&c->attempt.kind, &c->attempt.tls, &c->result,
			      c->options)
			   ? PROBE_COURSE_WAITING
			   : PROBE_COURSE_OVER;
}

void probe_course_begin(struct probe_course *c,
			const struct probe_target *target,
			const struct probe_options *o, struct tls_client *tls,
			int64_t now)
{
	*c = (struct probe_course){ .options = o,
				    .tls = tls,
				    .result = { .target = target } };
	plan(c);
	if (c->phase == PROBE_COURSE_OVER)
		return;
	c->phase = PROBE_COURSE_NAMING;
	c->deadline = limit(c, now);
	c->name = probe_name_new(target->host, target->port);
}

/* No address, so that nothing was asked. */
static void nameless(struct probe_course *c, const char *words)
{
	c->attempt.verdict = PROBE_UNREACHABLE;
	c->attempt.time = today();
	snprintf(c->attempt.words, sizeof(c->attempt.words), "%s", words);
	probe_result_add(&c->result, &c->attempt);
	c->phase = PROBE_COURSE_OVER;
}

static void naming(struct probe_course *c, int64_t now)
{
	char words[PROBE_WORDS_MAX];

	if (probe_name_found(c->name, &c->address, words)) {
		if (c->address)
			c->phase = PROBE_COURSE_WAITING;
		else
			nameless(c, words);
	} else if (now >= c->deadline) {
		nameless(c, "its address was not found in time");
	}
}

void probe_course_connect(struct probe_course *c, int64_t now)
{
	c->began = now;
	c->deadline = limit(c, now);
	c->attempt.time = today();
	c->step = 0;
	c->tried++;
	probe_name_text(c->attempt.address, c->address->ai_addr,
			c->address->ai_addrlen);
	c->link = probe_link_new(c->address->ai_addr, c->address->ai_addrlen,
				 c->attempt.tls ? c->tls : NULL,
				 c->result.target->host);
	c->phase = PROBE_COURSE_TALKING;
}

static void hang_up(struct probe_course *c)
{
	probe_judge_free(c->judge);
	probe_link_free(c->link);
	c->judge = NULL;
	c->link = NULL;
}

/* The connection is over; what comes next is planned. */
static void conclude(struct probe_course *c, int64_t now)
{
	c->attempt.seconds = (double)(now - c->began) * 1e-9;
	probe_result_add(&c->result, &c->attempt);
	hang_up(c);
	plan(c);
}

static void judged(struct probe_course *c, enum probe_ending how, int64_t now)
{
	struct findings found = { .n = 0 };

	probe_judge_end(c->judge, &c->attempt, &found, how, today());
	if (c->attempt.verdict == PROBE_CLOSED)
		snprintf(c->attempt.words, sizeof(c->attempt.words), "%s",
			 probe_link_words(c->link));
	if (found.n > 0 && (c->result.findings.n == 0 ||
			    c->attempt.verdict < c->result.verdict)) {
		finding_free_all(&c->result.findings);
		c->result.findings = found;
	} else {
		finding_free_all(&found);
	}
	conclude(c, now);
}

/* An address that cannot be reached leaves those behind it. */
static void unreached(struct probe_course *c, const char *words, int64_t now)
{
	const struct probe_attempt same = { .kind = c->attempt.kind,
					    .tls = c->attempt.tls,
					    .verdict = PROBE_SILENT };

	c->attempt.verdict = PROBE_UNREACHABLE;
	snprintf(c->attempt.words, sizeof(c->attempt.words), "%s", words);
	conclude(c, now);
	if (c->reached || !c->address->ai_next || c->tried >= PROBE_ADDRESSES)
		return;
	c->address = c->address->ai_next;
	c->attempt = same;
	c->phase = PROBE_COURSE_WAITING;
}

static void say(struct probe_course *c)
{
	struct buf words;

	buf_init(&words, SAY_MAX);
	if (probe_say(&words, c->step, c->attempt.kind, c->result.target,
		      c->options)) {
		probe_link_say(c->link, buf_span(&words));
		probe_judge_feed(c->judge, 0, buf_span(&words), today());
		c->step++;
	}
	buf_fini(&words);
}

static void opened(struct probe_course *c)
{
	struct probe_ends ends = { .host = c->result.target->host };

	c->reached = true;
	if (!c->result.certificate.seen)
		probe_link_certificate(&c->result.certificate, c->link);
	probe_link_ends(c->link, &ends.own, &ends.server);
	c->judge = probe_judge_new(c->attempt.kind, &ends);
	say(c);
}

/* Both the first bytes and the answers to what was said before. */
static void hear(struct probe_course *c, enum probe_link_state state,
		 const struct buf *heard)
{
	if (!c->judge && (state == PROBE_LINK_OPEN ||
			  state == PROBE_LINK_SHUT || state == PROBE_LINK_FULL))
		opened(c);
	if (!c->judge)
		return;
	probe_judge_feed(c->judge, 1, buf_span(heard), today());
	if (state == PROBE_LINK_OPEN && c->step > 0 &&
	    probe_judge_took(c->judge, c->step))
		say(c);
}

static void late(struct probe_course *c, int64_t now)
{
	if (c->judge) {
		judged(c, PROBE_TIMEOUT, now);
		return;
	}
	if (!c->attempt.tls || !c->reached) {
		unreached(c, "no connection in time", now);
		return;
	}
	c->attempt.verdict = PROBE_NO_TLS;
	snprintf(c->attempt.words, sizeof(c->attempt.words),
		 "no handshake in time");
	conclude(c, now);
}

static void talking(struct probe_course *c, int64_t now)
{
	struct buf heard;

	buf_init(&heard, (size_t)2 * PROBE_BYTES_MAX);
	const enum probe_link_state state = probe_link_step(c->link, &heard);

	if (state != PROBE_LINK_CONNECTING && state != PROBE_LINK_REFUSED)
		c->reached = true;
	hear(c, state, &heard);
	buf_fini(&heard);
	switch (state) {
	case PROBE_LINK_REFUSED:
		unreached(c, probe_link_words(c->link), now);
		return;
	case PROBE_LINK_NO_TLS:
		c->attempt.verdict = PROBE_NO_TLS;
		snprintf(c->attempt.words, sizeof(c->attempt.words), "%s",
			 probe_link_words(c->link));
		conclude(c, now);
		return;
	case PROBE_LINK_SHUT:
		judged(c, PROBE_SHUT, now);
		return;
	case PROBE_LINK_FULL:
		judged(c, PROBE_OVERFLOW, now);
		return;
	case PROBE_LINK_CONNECTING:
	case PROBE_LINK_SHAKING:
	case PROBE_LINK_OPEN:
		break;
	}
	if (c->judge && probe_judge_done(c->judge))
		judged(c, PROBE_ENDED, now);
	else if (now >= c->deadline)
		late(c, now);
}

void probe_course_step(struct probe_course *c, int64_t now)
{
	switch (c->phase) {
	case PROBE_COURSE_NAMING:
		naming(c, now);
		break;
	case PROBE_COURSE_TALKING:
		talking(c, now);
		break;
	case PROBE_COURSE_WAITING:
	case PROBE_COURSE_OVER:
		break;
	}
}

void probe_course_stop(struct probe_course *c, int64_t now)
{
	if (c->phase == PROBE_COURSE_OVER)
		return;
	if (c->judge)
		judged(c, PROBE_TIMEOUT, now);
	/* A pool that was just found leaves nothing to ask. */
	c->result.interrupted = c->phase != PROBE_COURSE_OVER;
	hang_up(c);
	c->phase = PROBE_COURSE_OVER;
}

void probe_course_fini(struct probe_course *c)
{
	hang_up(c);
	probe_name_free(c->name);
	c->name = NULL;
	probe_result_fini(&c->result);
}
