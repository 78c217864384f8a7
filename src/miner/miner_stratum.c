/* Stratum v1: what is read is read by the sensor's own dialect, which hears
 * both ends; what is no event to it, by stratum1_told(). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/mem.h"
#include "base/num.h"
#include "miner/miner_private.h"
#include "proto/dialogue.h"
#include "proto/message.h"
#include "proto/stratum1.h"

#define OPEN_MS   15000  /* to connect, and for TLS */
#define WORK_MS   60000  /* then to the first job */
#define SILENT_MS 600000 /* without a word: it is gone */
#define ANSWER_MS 60000  /* to a share */

#define HEARD_MAX   (2u << 20)
#define STALE_ERROR 21 /* "job not found", by convention */

struct stratum {
	struct miner *m;
	struct miner_url url;
	struct miner_link *link;
	struct buf heard, out;
	void *reader; /* the dialect's */
	struct message_reader lines[2];
	uint32_t position[2];
	struct json doc[2]; /* 0: what we said; 1: what the pool said */
	uint64_t next_id, subscribe_id, authorize_id, shares;
	bool over, opened, subscribed, authorized;
	char words[MINER_WORDS_MAX];

	/* For the next job; the mask at once. */
	uint8_t extranonce1[EVENT_EXTRANONCE1_MAX];
	size_t extranonce1_n;
	uint32_t extranonce2_n;
	struct target target;
	bool has_mask;
	uint32_t mask;

	bool stale; /* of the answer in hand */
	int64_t now_ms, opened_ms, heard_ms, asked_ms;
};

static struct span span_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static void end(struct stratum *s, const char *why,
		const struct json_node *words)
{
	char text[MINER_WORDS_MAX] = "";

	if (s->over)
		return;
	s->over = true;
	if (words && !json_string(text, NULL, sizeof(text), words))
		text[0] = '\0';
	snprintf(s->words, sizeof(s->words),
		 text[0] ? "%s: %.200s" : "%s%.200s", why, text);
}

static void says(struct stratum *s, const char *what,
		 const struct json_node *words)
{
	char text[MINER_WORDS_MAX];
	size_t n;

	if (words && json_string(text, &n, sizeof(text), words))
		miner_source_says(s->m, what,
				  (struct span){ (const uint8_t *)text, n });
}

static void login_event(struct stratum *s, const struct event_login *l)
{
	if (l->has_extranonce1) {
		if (l->extranonce1.n > 0)
			memcpy(s->extranonce1, l->extranonce1.p,
			       l->extranonce1.n);
		s->extranonce1_n = l->extranonce1.n;
	}
	if (!l->has_version_mask || s->m->o->no_rolling)
		return;
	s->has_mask = true;
	s->mask = l->version_mask & SHARE_VERSION_MASK;
}

static void difficulty_event(struct stratum *s,
			     const struct event_difficulty *d)
{
	struct cur c = cur_over((struct span){ d->target, sizeof(d->target) });
	struct target t;

	if (d->has_target) {
		for (size_t i = 0; i < 4; i++)
			s->target.word[i] = cur_le64(&c);
	} else if (target_from_difficulty(&t, d->decimal, TARGET_SHA256D)) {
		s->target = t;
	} else {
		miner_source_says(s->m, "not a difficulty", d->decimal);
	}
}

static void job_event(struct stratum *s, const struct event_job *j)
{
	const struct miner_work_parts parts = {
		.id = j->id,
		.extranonce1 = { s->extranonce1, s->extranonce1_n },
		.extranonce2_n = s->extranonce2_n,
		.job = { .coinbase1 = j->coinbase1,
			 .coinbase2 = j->coinbase2,
			 .branches = j->branches,
			 .version = j->version,
			 .nbits = j->nbits },
		.ntime = j->ntime,
		.has_mask = s->has_mask,
		.mask = s->mask,
		.target = s->target,
	};
	const struct miner_job_told told = { .dialect = "stratum-v1",
					     .clean = j->clean };
	struct miner_work_parts p = parts;

	if (!s->subscribed) {
		miner_source_says(s->m, "a job before the subscription", j->id);
		return;
	}
	if (!j->readable || j->work != EVENT_HEADER || j->coinbase1.n == 0) {
		end(s, "not a job of Bitcoin's", NULL);
		return;
	}
	memcpy(p.job.previous, j->previous, sizeof(p.job.previous));
	miner_source_job(s->m, &p, &told);
}

/* The same job under another mask: what is found from now on fits it. */
static void mask_changed(struct stratum *s)
{
	const struct miner_job_told told = { .dialect = "stratum-v1" };
	struct miner_work_parts p;

	if (s->m->source_jobs == 0 || !s->m->work)
		return;
	p = s->m->work->parts;
	if (p.has_mask == s->has_mask && p.mask == s->mask)
		return;
	p.has_mask = s->has_mask;
	p.mask = s->mask;
	miner_source_job(s->m, &p, &told);
}

static bool contains(struct span text, const char *word)
{
	for (size_t i = 0; i + strlen(word) <= text.n; i++) {
		if (strncasecmp((const char *)text.p + i, word, strlen(word)) ==
		    0)
			return true;
	}
	return false;
}

static void verdict_event(struct stratum *s, const struct event_verdict *v)
{
	const bool stale = s->stale || contains(v->reason, "stale") ||
			   contains(v->reason, "job not found");

	s->asked_ms = s->now_ms;
	miner_source_verdict(s->m, v->number, v->accepted, stale, v->reason);
}

static void on_event(void *context, const struct event *e)
{
	struct stratum *s = context;

	if (e->from == 0)
		return;
	switch (e->type) {
	case EVENT_LOGIN:
		login_event(s, &e->login);
		mask_changed(s);
		break;
	case EVENT_DIFFICULTY:
		difficulty_event(s, &e->difficulty);
		break;
	case EVENT_JOB:
		job_event(s, &e->job);
		break;
	case EVENT_VERDICT:
		verdict_event(s, &e->verdict);
		break;
	case EVENT_SHARE:
	case EVENT_RATE:
	case EVENT_ANNOUNCE:
	case EVENT_TALK:
		break;
	}
}

static bool parse(struct stratum *s, struct dialect_input *in,
		  const struct message *message, int from)
{
	size_t at;

	*in = (struct dialect_input){ .from = from, .message = message };
	if (!json_parse(&s->doc[from], &at, message->text))
		return false;
	in->doc = &s->doc[from];
	in->object = json_root(in->doc);
	return in->object->type == JSON_OBJECT;
}

static void on_said(void *context, const struct message *message)
{
	struct stratum *s = context;
	struct dialect_input in;

	if (parse(s, &in, message, 0))
		stratum1_dialect.read(s->reader, &in, on_event, s);
}

/* Sends what is in out, and lets the dialect hear it. */
static void say(struct stratum *s)
{
	const struct message piece = { .text = buf_span(&s->out),
				       .position = s->position[0] };

	message_feed(&s->lines[0], piece, on_said, s);
	s->position[0] += (uint32_t)s->out.n;
	if (!miner_link_say(s->link, buf_span(&s->out)))
		end(s, "it does not read what is sent", NULL);
	buf_clear(&s->out);
}

static void introduce(struct stratum *s)
{
	const struct miner_options *o = s->m->o;

	if (!o->no_rolling)
		stratum1_write_configure(&s->out, s->next_id++,
					 SHARE_VERSION_MASK);
	s->subscribe_id = s->next_id++;
	if (s->m->session[0])
		stratum1_write_resume(&s->out, s->subscribe_id, s->m->agent,
				      s->m->session);
	else
		stratum1_write_subscribe(&s->out, s->subscribe_id, s->m->agent);
	stratum1_write_extranonce_subscribe(&s->out, s->next_id++);
	s->authorize_id = s->next_id++;
	stratum1_write_authorize(&s->out, s->authorize_id, o->user,
				 o->password);
	say(s);
}

static void subscribed(struct stratum *s, const struct stratum1_told *t)
{
	if (!t->good || !t->has_extranonce2) {
		s->m->session[0] = '\0';
		end(s, "the pool refuses the subscription", t->words);
		return;
	}
	s->subscribed = true;
	s->extranonce2_n = t->extranonce2_n;
	if (!t->session || !json_string(s->m->session, NULL,
					sizeof(s->m->session), t->session))
		s->m->session[0] = '\0';
}

static void answered(struct stratum *s, const struct stratum1_told *t)
{
	s->stale = t->error == STALE_ERROR;
	if (t->number == s->subscribe_id)
		subscribed(s, t);
	else if (t->number == s->authorize_id && !t->good)
		end(s, "the pool refuses the user", t->words);
	else if (t->number == s->authorize_id)
		s->authorized = true;
}

static void reconnect(struct stratum *s, const struct stratum1_told *t)
{
	struct miner_url url = s->url;
	char host[MINER_HOST_MAX];

	if (t->host && json_string(host, NULL, sizeof(host), t->host) &&
	    strcasecmp(host, url.host) != 0) {
		if (!s->m->o->follow) {
			says(s,
			     "the pool sends us to another host, which is "
			     "not followed (--follow)",
			     t->host);
			return;
		}
		snprintf(url.host, sizeof(url.host), "%s", host);
	}
	if (t->port)
		snprintf(url.port, sizeof(url.port), "%u", (unsigned)t->port);
	miner_source_redirect(s->m, &url, t->wait_s);
	end(s, "the pool asks for another connection", NULL);
}

static void told(struct stratum *s, const struct stratum1_told *t)
{
	switch (t->kind) {
	case STRATUM1_TOLD_OTHER:
		break;
	case STRATUM1_TOLD_ANSWER:
		answered(s, t);
		break;
	case STRATUM1_TOLD_EXTRANONCE:
		if (t->has_extranonce2)
			s->extranonce2_n = t->extranonce2_n;
		break;
	case STRATUM1_TOLD_VERSION:
		stratum1_write_answer(&s->out, t->id, s->m->agent);
		say(s);
		break;
	case STRATUM1_TOLD_PING:
		stratum1_write_answer(&s->out, t->id, STRATUM1_PONG);
		say(s);
		break;
	case STRATUM1_TOLD_MESSAGE:
		says(s, "the pool says", t->words);
		break;
	case STRATUM1_TOLD_RECONNECT:
		reconnect(s, t);
		break;
	}
}

static void on_heard(void *context, const struct message *message)
{
	struct stratum *s = context;
	struct dialect_input in;

	if (s->over || !parse(s, &in, message, 1))
		return;
	const struct stratum1_told t = stratum1_told(in.doc, in.object);

	told(s, &t);
	if (!s->over)
		stratum1_dialect.read(s->reader, &in, on_event, s);
	s->stale = false;
}

static void *open_source(struct miner *m, const struct miner_url *url)
{
	struct stratum *s = mem_new(1, sizeof(*s));

	s->m = m;
	s->url = *url;
	s->next_id = 1;
	s->opened_ms = s->now_ms = m->now_ms;
	/* What holds where a pool says nothing. */
	target_from_difficulty(&s->target, span_of("1"), TARGET_SHA256D);
	s->reader = stratum1_dialect.open();
	for (int i = 0; i < 2; i++) {
		message_init(&s->lines[i]);
		json_init(&s->doc[i], DIALOGUE_NODES_MAX);
	}
	buf_init(&s->heard, HEARD_MAX);
	buf_init(&s->out, 1u << 20);
	s->link = miner_link_open(url, m->tls);
	return s;
}

static void close_source(void *source)
{
	struct stratum *s = source;

	miner_link_close(s->link);
	stratum1_dialect.close(s->reader);
	for (int i = 0; i < 2; i++) {
		message_fini(&s->lines[i]);
		json_fini(&s->doc[i]);
	}
	buf_fini(&s->heard);
	buf_fini(&s->out);
	free(s);
}

static size_t poll_source(const void *source, struct pollfd *out)
{
	const struct stratum *s = source;

	out[0] = (struct pollfd){ .fd = miner_link_fd(s->link),
				  .events = miner_link_events(s->link) };
	return 1;
}

/* What did not come in time. */
static void watch(struct stratum *s)
{
	if (!s->opened && s->now_ms - s->opened_ms > OPEN_MS)
		end(s, "no connection in time", NULL);
	else if (s->m->source_jobs == 0 &&
		 s->now_ms - s->opened_ms > OPEN_MS + WORK_MS)
		end(s, "no job in time", NULL);
	else if (!s->authorized && s->now_ms - s->opened_ms > OPEN_MS + WORK_MS)
		end(s, "no answer about the user in time", NULL);
	else if (s->opened && s->now_ms - s->heard_ms > SILENT_MS)
		end(s, "not a word for ten minutes", NULL);
	else if (s->m->num_pending > 0 && s->now_ms - s->asked_ms > ANSWER_MS)
		end(s, "shares are not answered", NULL);
}

static void hear(struct stratum *s)
{
	const struct message piece = { .text = buf_span(&s->heard),
				       .position = s->position[1] };

	if (s->heard.n == 0)
		return;
	s->heard_ms = s->now_ms;
	s->position[1] += (uint32_t)s->heard.n;
	message_feed(&s->lines[1], piece, on_heard, s);
	buf_clear(&s->heard);
}

static bool step(void *source, int64_t now_ms)
{
	struct stratum *s = source;

	s->now_ms = now_ms;
	const enum miner_link_state state = miner_link_step(s->link, &s->heard);

	if (state != MINER_LINK_CONNECTING && !s->opened &&
	    (state == MINER_LINK_OPEN || s->heard.n > 0)) {
		s->opened = true;
		s->heard_ms = now_ms;
		miner_source_opened(s->m, miner_link_address(s->link));
		introduce(s);
	}
	/* What came before the end counts. */
	hear(s);
	if (state == MINER_LINK_OVER)
		end(s, miner_link_words(s->link), NULL);
	watch(s);
	return !s->over;
}

static const char *words(const void *source)
{
	const struct stratum *s = source;

	return s->words;
}

/* ckpool gives jobs before it knows the user, and lets shares that come until
 * then fall without an answer. */
static bool is_ready(const void *source)
{
	const struct stratum *s = source;

	return s->subscribed && s->authorized && !s->over;
}

/* Would the pool, under the mask in force now, rebuild the same header? */
static bool still_fits(const struct stratum *s, const struct miner_find *f)
{
	const struct miner_work_parts *p = &f->work->parts;
	const struct share_submit submit = {
		.extranonce1 = p->extranonce1,
		.extranonce2 = { f->choice.extranonce2, p->extranonce2_n },
		.ntime = p->ntime,
		.nonce = f->choice.nonce,
		.has_version_bits = p->has_mask,
		.version_bits = f->choice.version_bits,
		.version_mask = s->mask,
	};
	uint8_t header[HEADER_SIZE];

	return share_header(header, &p->job, &submit) &&
	       memcmp(header, f->header, sizeof(header)) == 0;
}

static bool submit(void *source, uint64_t *key, const struct miner_find *f)
{
	struct stratum *s = source;
	const struct miner_work_parts *p = &f->work->parts;
	const struct stratum1_submission submission = {
		.worker = s->m->o->user,
		.job_id = p->id,
		.extranonce2 = { f->choice.extranonce2, p->extranonce2_n },
		.ntime = p->ntime,
		.nonce = f->choice.nonce,
		.has_version_bits = p->has_mask,
		.version_bits = f->choice.version_bits,
	};

	if (!still_fits(s, f))
		return false;
	if (s->m->num_pending == 0)
		s->asked_ms = s->now_ms;
	*key = s->shares++;
	stratum1_write_submit(&s->out, s->next_id++, &submission);
	say(s);
	return true;
}

const struct miner_source miner_stratum_source = {
	.open = open_source,
	.close = close_source,
	.poll = poll_source,
	.step = step,
	.words = words,
	.is_ready = is_ready,
	.submit = submit,
};
