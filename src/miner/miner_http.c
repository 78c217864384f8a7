/* getblocktemplate and getwork over HTTP: one connection for work and shares,
 * one for the long poll. What is read is read by the sensor's own dialects,
 * which hear both ends; what a block is made of, by
 * getblocktemplate_offer_read(). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "miner/miner_call.h"
#include "miner/miner_private.h"
#include "miner/miner_template.h"
#include "proto/dialogue.h"
#include "proto/getblocktemplate.h"
#include "proto/getwork.h"

#define ANSWER_MS 30000
/* Work is asked for again so often, without and with a long poll; a long poll
 * that failed is tried again after the first of these, and is not waited for
 * longer than an hour. */
#define FRESH_MS      5000
#define FRESH_POLL_MS 30000
#define POLL_MS       3600000
#define ID_MAX        256
#define DIGITS_MAX    24

enum asked {
	ASKED_WORK,
	ASKED_SUBMIT,
	ASKED_POLL,
};

struct http_source;

struct line { /* one of the two connections */
	struct http_source *s;
	struct miner_call call;
	enum asked asked;
	uint64_t exchange;
};

struct http_source {
	struct miner *m;
	struct miner_url url, poll_url;
	struct line main, poll;
	bool template; /* getblocktemplate, else getwork */
	bool can_poll, opened, over;
	struct daemon *reader; /* the dialects' */
	struct json doc;
	struct message message; /* that doc is of */
	struct buf body, block;
	struct miner_template made;
	uint64_t exchanges, shares, next_id;
	char workid[ID_MAX], longpollid[ID_MAX]; /* "": none */
	int64_t now_ms, work_ms, poll_ms;        /* ms: when to ask next */
	uint8_t polled[32]; /* previous block when the poll began */
	/* Of the answer in hand. */
	bool got_work, judged, block_accepted;
	enum asked answering;
	struct why why;
	char words[MINER_WORDS_MAX];
};

static void end(struct http_source *s, const char *why)
{
	if (!s->over)
		snprintf(s->words, sizeof(s->words), "%.250s", why);
	s->over = true;
}

static const char *dialect_name(const struct http_source *s)
{
	return s->template ? getblocktemplate_dialect.name
			   : getwork_dialect.name;
}

static void keep_text(char *out, const struct json_node *node)
{
	if (!node || !json_string(out, NULL, ID_MAX, node))
		out[0] = '\0';
}

/* ------------------------------------------------------------- answers */

/* Shares for the block before are of no use any more. */
static bool is_clean(const struct http_source *s, const uint8_t previous[32])
{
	return !s->m->work ||
	       memcmp(s->m->work->parts.job.previous, previous, 32) != 0;
}

static void give_getwork(struct http_source *s, const struct event_job *j)
{
	const struct miner_job_told told = { .dialect = dialect_name(s),
					     .clean = is_clean(s, j->previous),
					     .height = j->height };
	struct miner_work_parts p = {
		.id = j->id,
		.job = { .branches = j->branches,
			 .version = j->version,
			 .nbits = j->nbits },
		.ntime = j->ntime,
		.target = target_of_hash(j->target),
	};

	memcpy(p.job.previous, j->previous, sizeof(p.job.previous));
	s->got_work = miner_source_job(s->m, &p, &told);
}

static void give_template(struct http_source *s,
			  const struct getblocktemplate_offer *o,
			  struct span id)
{
	const struct miner_job_told told = { .dialect = dialect_name(s),
					     .clean = is_clean(s,
							       o->job.previous),
					     .height = o->job.height };
	struct miner_work_parts p =
		miner_template_parts(&s->made, o, s->m->o->script);

	p.id = id;
	keep_text(s->workid, o->workid);
	keep_text(s->longpollid, o->longpollid);
	s->can_poll = s->longpollid[0] != '\0';
	s->poll_url = s->url;
	if (o->longpolluri && o->longpolluri->type == JSON_STRING)
		miner_url_follow(&s->poll_url, &s->url, o->longpolluri->raw);
	s->got_work = miner_source_job(s->m, &p, &told);
}

static void on_event(void *context, const struct event *e)
{
	struct http_source *s = context;

	if (e->from == 0)
		return;
	if (e->type == EVENT_JOB && !s->template && !e->job.is_template)
		give_getwork(s, &e->job);
	if (e->type != EVENT_VERDICT)
		return;
	s->judged = true;
	s->block_accepted = s->template && e->verdict.accepted;
	miner_source_verdict(s->m, e->verdict.number, e->verdict.accepted,
			     e->verdict.reason.n >= 5 &&
				     !memcmp(e->verdict.reason.p, "stale", 5),
			     e->verdict.reason);
}

/* The dialect hears what this end sent (0) or got (1). */
static bool let_hear(struct http_source *s, const struct line *l, int from,
		     struct span body, struct dialect_input *in)
{
	size_t at;

	if (!json_parse(&s->doc, &at, body))
		return false;
	s->message = (struct message){ .text = body };
	*in = (struct dialect_input){ .from = from,
				      .message = &s->message,
				      .doc = &s->doc,
				      .object = json_root(&s->doc),
				      .http = true,
				      .exchange = l->exchange };
	return in->object->type == JSON_OBJECT;
}

static void read_template(struct http_source *s, const struct dialect_input *in)
{
	struct getblocktemplate_offer o;
	char id[DIGITS_MAX];

	if (!getblocktemplate_offer_read(&o, in, &s->why))
		return;
	snprintf(id, sizeof(id), "%llu", (unsigned long long)s->m->totals.jobs);
	give_template(s, &o, (struct span){ (uint8_t *)id, strlen(id) });
	getblocktemplate_offer_fini(&o);
}

/* What an error says, for people. */
static void read_error(struct http_source *s, const struct dialect_input *in)
{
	const struct json_node *error = json_get(in->doc, in->object, "error");
	const struct json_node *words = json_get(in->doc, error, "message");
	char text[MINER_WORDS_MAX];

	if (!words)
		words = error;
	if (words && json_string(text, NULL, sizeof(text), words))
		status_why(&s->why, ST_BAD, "the server says: %s", text);
}

/* With an error nodes send a result, too: null. */
static bool has_result(const struct dialect_input *in)
{
	const struct json_node *result = daemon_result(in);

	return result && result->type != JSON_NULL;
}

static void hear_answer(struct http_source *s, const struct line *l,
			struct span body)
{
	struct dialect_input in;

	if (!let_hear(s, l, 1, body, &in))
		return;
	read_error(s, &in);
	if (s->template && has_result(&in) && s->answering != ASKED_SUBMIT)
		read_template(s, &in);
	daemon_read(s->reader, &in, on_event, s);
}

static void work_answered(struct http_source *s)
{
	if (s->got_work) {
		s->work_ms =
			s->now_ms + (s->can_poll ? FRESH_POLL_MS : FRESH_MS);
		return;
	}
	/* Tried in this order, as others do. */
	if (s->template && s->m->o->getwork && s->m->source_jobs == 0) {
		s->template = false;
		s->work_ms = s->now_ms;
		return;
	}
	end(s, s->why.text);
}

/* A block that was taken is the one before the next. */
static void submit_answered(struct http_source *s)
{
	if (!s->judged)
		end(s, s->why.text);
	if (!s->block_accepted)
		return;
	miner_source_rest(s->m);
	s->work_ms = s->now_ms;
}

/* bitcoind answers at once, again and again, until it has seen one block since
 * it was started. */
static void poll_answered(struct http_source *s)
{
	if (!s->got_work) {
		s->poll_ms = s->now_ms + FRESH_MS;
		return;
	}
	s->poll_ms = is_clean(s, s->polled) ? s->now_ms
					    : s->poll.call.since_ms + FRESH_MS;
	s->work_ms = s->now_ms + FRESH_POLL_MS;
}

static void find_poll(struct http_source *s, const struct http_message *m)
{
	const struct span *path = http_header(m, "X-Long-Polling");

	if (!s->template && path)
		s->can_poll = miner_url_follow(&s->poll_url, &s->url, *path);
}

static void on_answer(void *context, const struct http_message *m)
{
	struct line *l = context;
	struct http_source *s = l->s;

	if (!s->opened)
		miner_source_opened(s->m, miner_call_address(&l->call));
	s->opened = true;
	s->got_work = s->judged = s->block_accepted = false;
	s->answering = l->asked;
	status_why(&s->why, ST_BAD, "HTTP status %u, and no work", m->status);
	if (m->status == 401 || m->status == 403) {
		end(s, "the server refuses the user (see --user, --password)");
		return;
	}
	find_poll(s, m);
	hear_answer(s, l, m->at.text);
	switch (l->asked) {
	case ASKED_WORK:
		work_answered(s);
		break;
	case ASKED_SUBMIT:
		submit_answered(s);
		break;
	case ASKED_POLL:
		poll_answered(s);
		break;
	}
}

/* ------------------------------------------------------------ requests */

static bool ask(struct line *l, enum asked what, const struct miner_url *url,
		const char *method)
{
	struct http_source *s = l->s;
	char host[MINER_AUTHORITY_MAX], agent[96];

	snprintf(agent, sizeof(agent), "User-Agent: %s", s->m->agent);
	const char *const fields[] = { agent, "Content-Type: application/json",
				       "Accept: application/json", NULL };
	const struct http_writing w = {
		.method = method,
		.target = url->path,
		.host = miner_url_authority(host, url),
		.user = s->m->o->user,
		.password = s->m->o->password,
		.fields = fields,
		.body = buf_span(&s->body),
	};
	struct dialect_input in;

	l->asked = what;
	l->exchange = s->exchanges++;
	if (s->body.full || !miner_call_begin(&l->call, url, &w, s->now_ms)) {
		end(s, "a request that cannot be written");
		return false;
	}
	if (s->body.n > 0 && let_hear(s, l, 0, buf_span(&s->body), &in))
		daemon_read(s->reader, &in, on_event, s);
	return true;
}

static void ask_for_work(struct http_source *s)
{
	buf_clear(&s->body);
	if (s->template)
		getblocktemplate_write_mine(&s->body, s->next_id++, NULL);
	else
		getwork_write_request(&s->body, s->next_id++);
	ask(&s->main, ASKED_WORK, &s->url, "POST");
}

/* Of getwork: a GET without a body. */
static void ask_for_news(struct http_source *s)
{
	buf_clear(&s->body);
	if (s->template)
		getblocktemplate_write_mine(&s->body, s->next_id++,
					    s->longpollid);
	memcpy(s->polled, s->m->work->parts.job.previous, sizeof(s->polled));
	ask(&s->poll, ASKED_POLL, &s->poll_url, s->template ? "POST" : "GET");
}

static bool submit(void *source, uint64_t *key, const struct miner_find *f)
{
	struct http_source *s = source;

	buf_clear(&s->body);
	buf_clear(&s->block);
	if (!s->template)
		getwork_write_submit(&s->body, s->next_id++, f->header);
	else if (miner_work_block(&s->block, f->work, &f->choice, f->header))
		getblocktemplate_write_submit(&s->body, s->next_id++,
					      buf_span(&s->block),
					      s->workid[0] ? s->workid : NULL);
	else
		return false;
	if (!ask(&s->main, ASKED_SUBMIT, &s->url, "POST"))
		return false;
	*key = s->shares++;
	return true;
}

/* -------------------------------------------------------------- source */

static void *open_source(struct miner *m, const struct miner_url *url)
{
	struct http_source *s = mem_new(1, sizeof(*s));

	s->m = m;
	s->url = s->poll_url = *url;
	s->template = m->o->getblocktemplate;
	s->now_ms = s->work_ms = s->poll_ms = m->now_ms;
	s->next_id = 1;
	s->main.s = s->poll.s = s;
	s->reader = getblocktemplate_dialect.open();
	json_init(&s->doc, DIALOGUE_BODY_MAX);
	buf_init(&s->body, HTTP_BODY_MAX);
	buf_init(&s->block, HTTP_BODY_MAX / 2);
	miner_template_init(&s->made);
	miner_call_init(&s->main.call, m->tls, on_answer, &s->main);
	miner_call_init(&s->poll.call, m->tls, on_answer, &s->poll);
	return s;
}

static void close_source(void *source)
{
	struct http_source *s = source;

	miner_call_fini(&s->main.call);
	miner_call_fini(&s->poll.call);
	getblocktemplate_dialect.close(s->reader);
	json_fini(&s->doc);
	buf_fini(&s->body);
	buf_fini(&s->block);
	miner_template_fini(&s->made);
	free(s);
}

static size_t poll_source(const void *source, struct pollfd *out)
{
	const struct http_source *s = source;
	const size_t n = miner_call_poll(&s->main.call, out);

	return n + miner_call_poll(&s->poll.call, out + n);
}

/* A long poll that ends without an answer is no failure. */
static void step_poll(struct http_source *s)
{
	const struct miner_call *c = &s->poll.call;

	if (!miner_call_step(&s->poll.call) ||
	    (c->waiting && s->now_ms - c->since_ms > POLL_MS)) {
		miner_call_fini(&s->poll.call);
		miner_call_init(&s->poll.call, s->m->tls, on_answer, &s->poll);
		s->poll_ms = s->now_ms + FRESH_MS;
	}
	if (!s->over && s->can_poll && !c->waiting && s->m->source_jobs > 0 &&
	    s->now_ms >= s->poll_ms)
		ask_for_news(s);
}

static void step_main(struct http_source *s)
{
	const struct miner_call *c = &s->main.call;

	if (!miner_call_step(&s->main.call))
		end(s, c->words);
	if (c->waiting && s->now_ms - c->since_ms > ANSWER_MS)
		end(s, "no answer in time");
	if (!s->over && !c->waiting &&
	    (s->now_ms >= s->work_ms || miner_crew_is_done(s->m->crew)))
		ask_for_work(s);
}

static bool step(void *source, int64_t now_ms)
{
	struct http_source *s = source;

	s->now_ms = now_ms;
	step_main(s);
	if (!s->over)
		step_poll(s);
	return !s->over;
}

static const char *words(const void *source)
{
	const struct http_source *s = source;

	return s->words;
}

static bool is_ready(const void *source)
{
	const struct http_source *s = source;

	return !s->over && !s->main.call.waiting;
}

const struct miner_source miner_http_source = {
	.open = open_source,
	.close = close_source,
	.poll = poll_source,
	.step = step,
	.words = words,
	.is_ready = is_ready,
	.submit = submit,
};
