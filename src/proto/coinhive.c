#include "proto/coinhive.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/monero.h"

enum family {
	FAMILY_NONE,
	FAMILY_COINHIVE,    /* named by "type", contents in "params" */
	FAMILY_WEBMINERPOOL /* named by "identifier", contents beside it */
};

struct coinhive {
	struct rpc rpc;
	enum family family; /* of the first message */
	struct buf login;   /* the last one */
	uint64_t shares;
};

struct kind {
	const char *name;
	/* Fills in the event; false: there is nothing to tell. */
	bool (*read)(struct coinhive *s, struct event *e,
		     const struct dialect_input *in,
		     const struct json_node *body);
	/* Is this nobody else's? NULL: cannot be told. */
	bool (*shaped)(const struct json *doc, const struct json_node *body);
	enum family family;
	bool by_client;
};

static bool is_string(const struct json_node *node)
{
	return node && node->type == JSON_STRING;
}

static bool is_text(const struct json_node *node)
{
	return is_string(node) && node->raw.n > 0;
}

static bool is_number(const struct json_node *node)
{
	return node && node->type == JSON_NUMBER;
}

static bool auth_shaped(const struct json *doc, const struct json_node *body)
{
	return is_text(json_get(doc, body, "site_key")) &&
	       is_text(json_get(doc, body, "type"));
}

static bool authed_shaped(const struct json *doc, const struct json_node *body)
{
	return json_get(doc, body, "token") &&
	       is_number(json_get(doc, body, "hashes"));
}

static bool accepted_shaped(const struct json *doc,
			    const struct json_node *body)
{
	return is_number(json_get(doc, body, "hashes"));
}

static bool handshake_shaped(const struct json *doc,
			     const struct json_node *body)
{
	return is_number(json_get(doc, body, "version")) &&
	       (is_text(json_get(doc, body, "loginid")) ||
		(is_text(json_get(doc, body, "pool")) &&
		 is_text(json_get(doc, body, "login"))));
}

/* Alone in its message. */
static bool solved_shaped(const struct json *doc, const struct json_node *body)
{
	(void)doc;
	return body->n == 1;
}

static bool read_login(struct coinhive *s, struct event *e,
		       const struct json_node *name,
		       const struct json_node *pool)
{
	const struct span login = rpc_text(&s->rpc, name);

	if (!is_text(name)) {
		s->rpc.faults[DIALECT_TYPE]++;
		return false;
	}
	if (!monero_login_keep(&s->rpc, &s->login, login))
		return false;
	e->type = EVENT_LOGIN;
	e->login = (struct event_login){ .worker = login,
					 .host = rpc_text(&s->rpc, pool),
					 .host_source = "handshake" };
	return true;
}

static bool read_auth(struct coinhive *s, struct event *e,
		      const struct dialect_input *in,
		      const struct json_node *body)
{
	return read_login(s, e, json_get(in->doc, body, "site_key"), NULL);
}

static bool read_handshake(struct coinhive *s, struct event *e,
			   const struct dialect_input *in,
			   const struct json_node *body)
{
	const struct json_node *account = json_get(in->doc, body, "loginid");

	if (!account)
		account = json_get(in->doc, body, "login");
	return read_login(s, e, account, json_get(in->doc, body, "pool"));
}

static bool read_job(struct coinhive *s, struct event *e,
		     const struct dialect_input *in,
		     const struct json_node *body)
{
	struct event_job job;

	(void)in;
	if (!monero_job_read(&s->rpc, &job, body))
		return false;
	e->type = EVENT_JOB;
	e->job = job;
	return true;
}

static bool read_share(struct coinhive *s, struct event *e,
		       const struct dialect_input *in,
		       const struct json_node *body)
{
	if (!monero_names_job(in->doc, body)) {
		s->rpc.faults[DIALECT_NO_PARAMS]++;
		return false;
	}
	e->type = EVENT_SHARE;
	e->share = monero_share_read(&s->rpc, body);
	e->share.worker = buf_span(&s->login);
	e->share.number = s->shares++;
	rpc_remember(&s->rpc, in, 0, e->share.number);
	return true;
}

/* The share that this message judges, if it can be told. */
static bool read_verdict(struct coinhive *s, struct event *e,
			 const struct dialect_input *in, bool accepted,
			 struct span reason)
{
	struct rpc_request r;

	if (rpc_match(&s->rpc, &r, in) != RPC_ANSWER)
		return false;
	e->type = EVENT_VERDICT;
	e->verdict = (struct event_verdict){ .number = r.number,
					     .accepted = accepted,
					     .reason = reason };
	return true;
}

static bool read_accepted(struct coinhive *s, struct event *e,
			  const struct dialect_input *in,
			  const struct json_node *body)
{
	(void)body;
	return read_verdict(s, e, in, true, (struct span){ NULL, 0 });
}

/* Errors are also about logins: without an open share it is none's. */
static bool read_error(struct coinhive *s, struct event *e,
		       const struct dialect_input *in,
		       const struct json_node *body)
{
	const struct json_node *reason = json_get(in->doc, body, "error");

	if (s->rpc.num_requests == 0)
		return false;
	if (!reason)
		reason = json_get(in->doc, in->object, "type");
	return read_verdict(s, e, in, false, rpc_text(&s->rpc, reason));
}

/* The others are the end of the connection, and its reason. */
static bool read_param(struct coinhive *s, struct event *e,
		       const struct dialect_input *in,
		       const struct json_node *body)
{
	const struct json_node *param = json_get(in->doc, body, "param");

	return json_is(param, "pool rejected hash") &&
	       read_verdict(s, e, in, false, rpc_text(&s->rpc, param));
}

/* clang-format off */
static const struct kind kinds[] = {
	{ "auth", read_auth, auth_shaped, FAMILY_COINHIVE, true },
	{ "authed", NULL, authed_shaped, FAMILY_COINHIVE, false },
	{ "job", read_job, monero_job_shaped, FAMILY_COINHIVE, false },
	{ "submit", read_share, monero_share_shaped, FAMILY_COINHIVE, true },
	{ "hash_accepted", read_accepted, accepted_shaped, FAMILY_COINHIVE, false },
	{ "error", read_error, NULL, FAMILY_COINHIVE, false },
	{ "banned", read_error, NULL, FAMILY_COINHIVE, false },
	{ "verify", NULL, NULL, FAMILY_COINHIVE, false },
	{ "verified", NULL, NULL, FAMILY_COINHIVE, true },
	{ "handshake", read_handshake, handshake_shaped, FAMILY_WEBMINERPOOL, true },
	{ "job", read_job, monero_job_shaped, FAMILY_WEBMINERPOOL, false },
	{ "solved", read_share, monero_share_shaped, FAMILY_WEBMINERPOOL, true },
	{ "hashsolved", read_accepted, solved_shaped, FAMILY_WEBMINERPOOL, false },
	{ "error", read_param, NULL, FAMILY_WEBMINERPOOL, false },
};
/* clang-format on */

static const struct kind *kind_of(const struct dialect_input *in)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *key = kinds[i].family == FAMILY_COINHIVE
					  ? "type"
					  : "identifier";

		if (json_is(json_get(in->doc, in->object, key), kinds[i].name))
			return &kinds[i];
	}
	return NULL;
}

static const struct json_node *body_of(const struct kind *k,
				       const struct dialect_input *in)
{
	return k->family == FAMILY_COINHIVE
		       ? json_get(in->doc, in->object, "params")
		       : in->object;
}

static bool speaks(const struct dialect_input *in)
{
	const struct kind *k = kind_of(in);

	return k && k->shaped && k->shaped(in->doc, body_of(k, in));
}

static void *open_reader(void)
{
	struct coinhive *s = mem_new(1, sizeof(*s));

	rpc_init(&s->rpc);
	buf_init(&s->login, MONERO_LOGIN_MAX);
	return s;
}

static void close_reader(void *reader)
{
	struct coinhive *s = reader;

	rpc_fini(&s->rpc);
	buf_fini(&s->login);
	free(s);
}

static void read_kind(struct coinhive *s, const struct kind *k,
		      const struct dialect_input *in, event_sink *sink,
		      void *context)
{
	struct event e = dialect_event(in, EVENT_TALK);

	if (s->family == FAMILY_NONE)
		s->family = k->family;
	if (k->family != s->family ||
	    !rpc_sender_fits(&s->rpc, in->from, k->by_client))
		return;
	if (k->read && !k->read(s, &e, in, body_of(k, in)))
		e.type = EVENT_TALK;
	sink(context, &e);
}

static void read_message(void *reader, const struct dialect_input *in,
			 event_sink *sink, void *context)
{
	struct coinhive *s = reader;
	const struct kind *k = kind_of(in);

	rpc_begin(&s->rpc, in);
	if (k)
		read_kind(s, k, in, sink, context);
	rpc_end(&s->rpc, in);
}

static void lose(void *reader, int from)
{
	struct coinhive *s = reader;

	rpc_lost(&s->rpc, from);
}

static void tell_state(const void *reader, struct dialect_state *out)
{
	const struct coinhive *s = reader;

	out->name =
		s->family == FAMILY_WEBMINERPOOL ? "webminerpool" : "coinhive";
	rpc_state(&s->rpc, out);
}

const struct dialect coinhive_dialect = {
	.name = "coinhive",
	.carrier = DIALECT_JSON,
	.speaks = speaks,
	.open = open_reader,
	.close = close_reader,
	.read = read_message,
	.lost = lose,
	.state = tell_state,
};
