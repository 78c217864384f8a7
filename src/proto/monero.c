#include "proto/monero.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct monero {
	struct rpc rpc;
	struct buf login; /* the last one */
	uint64_t shares;
	bool settled; /* a job or a share showed whose the words are */
	bool grin;
};

enum request_kind {
	REQUEST_OTHER,
	REQUEST_SUBMIT
};

struct method {
	const char *name;
	bool by_client;
	/* Fills in the event; false: there is nothing to tell. */
	bool (*read)(struct monero *s, struct event *e,
		     const struct json_node *params);
	/* Are these params nobody else's? */
	bool (*shaped)(const struct json *doc, const struct json_node *params);
};

static bool is_string(const struct json_node *node)
{
	return node && node->type == JSON_STRING;
}

static bool is_number(const struct json_node *node)
{
	return node && node->type == JSON_NUMBER;
}

static bool login_shaped(const struct json *doc, const struct json_node *params)
{
	return is_string(json_get(doc, params, "login")) &&
	       (is_string(json_get(doc, params, "agent")) ||
		is_string(json_get(doc, params, "pass")));
}

static bool keepalive_shaped(const struct json *doc,
			     const struct json_node *params)
{
	return is_string(json_get(doc, params, "id"));
}

/* Grin's job: {"difficulty", "height", "job_id", "pre_pow"}; its share:
 * {"height", "job_id", "nonce", "pow": [42 numbers]}. */
static bool grin_job_shaped(const struct json *doc,
			    const struct json_node *params)
{
	return is_string(json_get(doc, params, "pre_pow")) &&
	       is_number(json_get(doc, params, "difficulty")) &&
	       is_number(json_get(doc, params, "height")) &&
	       is_number(json_get(doc, params, "job_id"));
}

static bool grin_share_shaped(const struct json *doc,
			      const struct json_node *params)
{
	const struct json_node *cycle = json_get(doc, params, "pow");

	return cycle && cycle->type == JSON_ARRAY && cycle->n >= 8 &&
	       is_number(json_at(doc, cycle, 0)) &&
	       is_number(json_get(doc, params, "nonce")) &&
	       is_number(json_get(doc, params, "height")) &&
	       is_number(json_get(doc, params, "job_id"));
}

static bool job_shaped(const struct json *doc, const struct json_node *params)
{
	return monero_job_shaped(doc, params) || grin_job_shaped(doc, params);
}

static bool submit_shaped(const struct json *doc,
			  const struct json_node *params)
{
	return monero_share_shaped(doc, params) ||
	       grin_share_shaped(doc, params);
}

/* One connection mines one coin: what has the other's shape after the first
 * job or share is malformed. */
static bool settle(struct monero *s, bool grin)
{
	if (s->settled && s->grin != grin) {
		s->rpc.faults[DIALECT_TYPE]++;
		return false;
	}
	s->settled = true;
	s->grin = grin;
	return true;
}

static bool read_login(struct monero *s, struct event *e,
		       const struct json_node *params)
{
	const struct json_node *name = json_get(s->rpc.doc, params, "login");

	if (!is_string(name)) {
		s->rpc.faults[DIALECT_TYPE]++;
		return false;
	}
	const struct span login = rpc_text(&s->rpc, name);

	if (!monero_login_keep(&s->rpc, &s->login, login))
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){
		.worker = login,
		.user_agent = rpc_text(&s->rpc,
				       json_get(s->rpc.doc, params, "agent")),
	};
	return true;
}

static bool read_job(struct monero *s, struct event *e,
		     const struct json_node *params)
{
	struct event_job job = { .readable = false };

	if (grin_job_shaped(s->rpc.doc, params)) {
		job.id = json_get(s->rpc.doc, params, "job_id")->raw;
		if (!settle(s, true))
			return false;
	} else if (!monero_job_read(&s->rpc, &job, params) ||
		   !settle(s, false)) {
		return false;
	}
	e->type = EVENT_JOB;
	e->job = job;
	return true;
}

/* A share that cannot be read is still a share: it was submitted. But one that
 * names no job is somebody else's "submit". */
static bool read_submit(struct monero *s, struct event *e,
			const struct json_node *params)
{
	const bool grin = grin_share_shaped(s->rpc.doc, params);
	struct event_share share = { .foreign = true };

	if (!monero_names_job(s->rpc.doc, params)) {
		s->rpc.faults[DIALECT_NO_PARAMS]++;
		return false;
	}
	if (grin)
		share.job_id = json_get(s->rpc.doc, params, "job_id")->raw;
	else
		share = monero_share_read(&s->rpc, params);
	if ((grin || share.readable) && !settle(s, grin))
		return false;
	share.number = s->shares++;
	share.worker = buf_span(&s->login);
	e->type = EVENT_SHARE;
	e->share = share;
	return true;
}

/* clang-format off */
static const struct method methods[] = {
	{ "submit", true, read_submit, submit_shaped },
	{ "job", false, read_job, job_shaped },
	{ "login", true, read_login, login_shaped },
	{ "keepalived", true, NULL, keepalive_shaped },
	{ "getjob", true, NULL, NULL },
	/* A miner that made its own block says so before it mines on it. */
	{ "block_template", true, NULL, NULL },
};
/* clang-format on */

static const struct method *method_of(const struct dialect_input *in)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (rpc_method_is(in, methods[i].name))
			return &methods[i];
	}
	return NULL;
}

/* The job in an answer: the login's has it in "job", getjob's is one. */
static const struct json_node *answer_job(const struct dialect_input *in)
{
	const struct json_node *result =
		json_get(in->doc, in->object, "result");
	const struct json_node *job = json_get(in->doc, result, "job");

	if (job && job->type == JSON_OBJECT)
		return job;
	return job_shaped(in->doc, result) ? result : NULL;
}

static bool answer_lives(const struct dialect_input *in)
{
	return json_is(json_get(in->doc,
				json_get(in->doc, in->object, "result"),
				"status"),
		       "KEEPALIVED");
}

static bool speaks(const struct dialect_input *in)
{
	const struct method *m = method_of(in);

	if (m)
		return m->shaped &&
		       m->shaped(in->doc,
				 json_get(in->doc, in->object, "params"));
	return !rpc_has_method(in) &&
	       (job_shaped(in->doc, answer_job(in)) || answer_lives(in));
}

static void *open_reader(void)
{
	struct monero *s = mem_new(1, sizeof(*s));

	rpc_init(&s->rpc);
	buf_init(&s->login, MONERO_LOGIN_MAX);
	return s;
}

static void close_reader(void *reader)
{
	struct monero *s = reader;

	rpc_fini(&s->rpc);
	buf_fini(&s->login);
	free(s);
}

static void request(struct monero *s, const struct dialect_input *in,
		    event_sink *sink, void *context)
{
	const struct method *m = method_of(in);
	const struct json_node *params =
		json_get(in->doc, in->object, "params");
	struct event e = dialect_event(in, EVENT_TALK);
	const uint64_t share = s->shares;

	if (!m || !rpc_sender_fits(&s->rpc, in->from, m->by_client))
		return;
	if (m->read && !m->read(s, &e, params))
		e.type = EVENT_TALK;
	if (m->by_client)
		rpc_remember(&s->rpc, in,
			     e.type == EVENT_SHARE ? REQUEST_SUBMIT
						   : REQUEST_OTHER,
			     share);
	sink(context, &e);
}

/* An answer shows which end is the pool only if no other service gives it. */
static void answer(struct monero *s, const struct dialect_input *in,
		   event_sink *sink, void *context)
{
	const struct json_node *job = answer_job(in);
	const bool own = job_shaped(in->doc, job) || answer_lives(in);
	struct event e = dialect_event(in, EVENT_TALK);
	struct rpc_request r;
	bool told = false;

	if (own && !rpc_sender_fits(&s->rpc, in->from, false))
		return;
	const enum rpc_found found = rpc_answer(&s->rpc, &r, in);

	if (found == RPC_NONE && !own)
		return;
	if (found == RPC_ANSWER && r.kind == REQUEST_SUBMIT) {
		e.verdict.number = r.number;
		told = rpc_verdict(&s->rpc, &e, in->object, false);
	} else if (job) {
		told = read_job(s, &e, job);
	}
	if (!told)
		e.type = EVENT_TALK;
	sink(context, &e);
}

static void read_message(void *reader, const struct dialect_input *in,
			 event_sink *sink, void *context)
{
	struct monero *s = reader;

	rpc_begin(&s->rpc, in);
	if (rpc_has_method(in))
		request(s, in, sink, context);
	else
		answer(s, in, sink, context);
	rpc_end(&s->rpc, in);
}

static void lose(void *reader, int from)
{
	struct monero *s = reader;

	rpc_lost(&s->rpc, from);
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct monero *s = reader;

	out->name = s->grin ? "stratum-grin" : "monero";
	rpc_state(&s->rpc, out);
}

const struct dialect monero_dialect = {
	.name = "monero",
	.carrier = DIALECT_JSON,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_message,
	.lost = lose,
	.state = tell_state,
};
