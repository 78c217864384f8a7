#include "proto/stratum1.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/stratum1_private.h"

/* Which side sends a method shows who the miner is. A method that both sides
 * may send has no reader and settles nothing. */
enum sender {
	BY_CLIENT,
	BY_SERVER,
	BY_EITHER
};

struct method {
	const char *name;
	enum sender sender;
	enum stratum1_request_kind kind;
	bool (*read)(struct stratum1 *s, struct event *e,
		     const struct json_node *message);
	const char *hint; /* at the dialect, or NULL */
};

/* clang-format off */
static const struct method methods[] = {
	{ "mining.submit", BY_CLIENT, STRATUM1_REQUEST_SUBMIT, stratum1_read_submit, NULL },
	{ "mining.notify", BY_SERVER, STRATUM1_REQUEST_OTHER, stratum1_read_notify, NULL },
	{ "mining.set_difficulty", BY_SERVER, STRATUM1_REQUEST_OTHER, stratum1_read_difficulty, NULL },
	{ "mining.subscribe", BY_CLIENT, STRATUM1_REQUEST_SUBSCRIBE, stratum1_read_subscribe, NULL },
	{ "mining.authorize", BY_CLIENT, STRATUM1_REQUEST_OTHER, stratum1_read_authorize, NULL },
	{ "mining.configure", BY_CLIENT, STRATUM1_REQUEST_CONFIGURE, NULL, NULL },
	{ "mining.set_extranonce", BY_SERVER, STRATUM1_REQUEST_OTHER, stratum1_read_extranonce, NULL },
	{ "mining.set_version_mask", BY_SERVER, STRATUM1_REQUEST_OTHER, stratum1_read_mask, NULL },
	{ "mining.set_target", BY_SERVER, STRATUM1_REQUEST_OTHER, NULL, "stratum-zcash" },
	{ "mining.extranonce.subscribe", BY_CLIENT, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "mining.suggest_difficulty", BY_CLIENT, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "mining.suggest_target", BY_CLIENT, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "mining.get_transactions", BY_CLIENT, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "mining.capabilities", BY_CLIENT, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "mining.multi_version", BY_EITHER, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "mining.ping", BY_EITHER, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "client.get_version", BY_SERVER, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "client.show_message", BY_SERVER, STRATUM1_REQUEST_OTHER, NULL, NULL },
	{ "client.reconnect", BY_SERVER, STRATUM1_REQUEST_OTHER, NULL, NULL },
};
/* clang-format on */

#define STRATUM1_FAULT_WORDS(name, text) text,
const char *stratum1_fault_text(enum stratum1_fault f)
{
	static const char *const words[] = { STRATUM1_FAULT_LIST(
		STRATUM1_FAULT_WORDS) };

	return f < STRATUM1_FAULTS ? words[f] : "";
}

struct stratum1 *stratum1_new(void)
{
	struct stratum1 *s = mem_new(1, sizeof(*s));

	json_init(&s->doc, MESSAGE_NODES_MAX);
	buf_init(&s->scratch, MESSAGE_MAX);
	s->client = -1;
	s->dialect = "stratum-v1";
	return s;
}

void stratum1_free(struct stratum1 *s)
{
	if (!s)
		return;
	json_fini(&s->doc);
	buf_fini(&s->scratch);
	free(s->request);
	free(s);
}

static const struct method *method_of(const struct json_node *name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (json_is(name, methods[i].name))
			return &methods[i];
	}
	return NULL;
}

static void request_drop(struct stratum1 *s, uint32_t i)
{
	memmove(s->request + i, s->request + i + 1,
		(s->num_requests - i - 1) * sizeof(s->request[0]));
	s->num_requests--;
}

static bool id_is(const struct stratum1_request *r, struct span id)
{
	const size_t n = id.n < STRATUM1_ID_MAX ? id.n : STRATUM1_ID_MAX;

	return r->id_n == n && memcmp(r->id, id.p, n) == 0;
}

static struct span id_of(const struct stratum1 *s,
			 const struct json_node *message)
{
	const struct json_node *id = json_get(&s->doc, message, "id");

	return id ? id->raw : (struct span){ (const uint8_t *)"", 0 };
}

/* A newer request takes the id over from one whose answer was probably lost:
 * otherwise every later answer would be off by one. */
static void request_forget_doubtful(struct stratum1 *s, struct span id)
{
	for (uint32_t i = 0; i < s->num_requests;) {
		if (s->request[i].doubtful && id_is(&s->request[i], id))
			request_drop(s, i);
		else
			i++;
	}
}

static void request_remember(struct stratum1 *s, struct span id,
			     enum stratum1_request_kind kind, uint64_t share)
{
	struct stratum1_request *r;

	request_forget_doubtful(s, id);
	if (s->num_requests == STRATUM1_REQUESTS_MAX)
		request_drop(s, 0);
	if (s->num_requests == s->room_requests) {
		s->room_requests = s->room_requests ? s->room_requests * 2 : 4;
		s->request = mem_resize(s->request, s->room_requests,
					sizeof(s->request[0]));
	}
	r = &s->request[s->num_requests++];
	r->id_n = (uint8_t)(id.n < STRATUM1_ID_MAX ? id.n : STRATUM1_ID_MAX);
	memcpy(r->id, id.p, r->id_n);
	r->doubtful = false;
	r->kind = kind;
	r->share = share;
}

static void place(struct event *e, const struct message *m)
{
	e->ts = m->ts;
	e->frame = m->frame;
	e->input = m->input;
	e->position = m->position;
}

/* The first message that only one side sends shows which end is the miner;
 * false if this one came from the wrong end, or before such a message. */
static bool sender_fits(struct stratum1 *s, int from, enum sender sender)
{
	if (sender == BY_EITHER)
		return s->client >= 0;
	if (s->client < 0)
		s->client = sender == BY_CLIENT ? from : !from;
	return (sender == BY_CLIENT) == (from == s->client);
}

static enum stratum1_seen request(struct stratum1 *s, int from,
				  const struct message *m,
				  const struct method *method, event_sink *sink,
				  void *context)
{
	const struct json_node *root = json_root(&s->doc);
	struct event e = { .type = EVENT_TALK };
	const uint64_t share = s->shares;

	if (!sender_fits(s, from, method->sender))
		return STRATUM1_NOT;
	place(&e, m);
	if (method->read && !method->read(s, &e, root))
		e.type = EVENT_TALK;
	if (method->hint && !s->settled)
		s->dialect = method->hint;
	if (from == s->client)
		request_remember(s, id_of(s, root), method->kind, share);
	sink(context, &e);
	return STRATUM1_YES;
}

static bool read_answer(struct stratum1 *s, struct event *e,
			const struct stratum1_request *r)
{
	const struct json_node *root = json_root(&s->doc);

	switch (r->kind) {
	case STRATUM1_REQUEST_SUBSCRIBE:
		return stratum1_read_subscribed(s, e, root);
	case STRATUM1_REQUEST_CONFIGURE:
		return stratum1_read_configured(s, e, root);
	case STRATUM1_REQUEST_SUBMIT:
		e->verdict.number = r->share;
		return stratum1_read_verdict(s, e, root);
	case STRATUM1_REQUEST_OTHER:
		break;
	}
	return false;
}

/* May the answer be another request's? In a gap answers may have been lost,
 * and of several requests with one id no one can tell whose. */
static bool ambiguous(const struct stratum1 *s, uint32_t i, struct span id)
{
	bool other = false;

	if (!s->request[i].doubtful)
		return false;
	while (!other && ++i < s->num_requests)
		other = id_is(&s->request[i], id);
	return other;
}

/* An object without a method answers the oldest request of the same id. */
static enum stratum1_seen answer(struct stratum1 *s, int from,
				 const struct message *m, event_sink *sink,
				 void *context)
{
	const struct json_node *root = json_root(&s->doc);
	const struct span id = id_of(s, root);
	struct event e = { .type = EVENT_TALK };

	if (s->client < 0 || from == s->client ||
	    (!json_get(&s->doc, root, "result") &&
	     !json_get(&s->doc, root, "error")))
		return STRATUM1_REPLY;
	for (uint32_t i = 0; i < s->num_requests; i++) {
		if (!id_is(&s->request[i], id))
			continue;
		const struct stratum1_request r = s->request[i];
		const bool unclear = ambiguous(s, i, id);

		request_drop(s, i);
		place(&e, m);
		if (unclear || !read_answer(s, &e, &r))
			e.type = EVENT_TALK;
		sink(context, &e);
		return STRATUM1_YES;
	}
	s->unmatched++;
	return STRATUM1_REPLY;
}

/* Decoded bytes are never longer than the message, so with this much room
 * scratch does not move while spans into it are alive. */
static void make_room(struct stratum1 *s, struct span text)
{
	buf_clear(&s->scratch);
	if (s->scratch.room <= text.n && buf_add(&s->scratch, text.p, text.n))
		buf_clear(&s->scratch);
}

/* What a large message took is not kept: there may be many readers. */
static void tidy(struct stratum1 *s, struct span text)
{
	if (text.n <= MESSAGE_KEEP)
		return;
	json_fini(&s->doc);
	buf_fini(&s->scratch);
}

enum stratum1_seen stratum1_message(struct stratum1 *s, int from,
				    const struct message *m, event_sink *sink,
				    void *context)
{
	if (!json_parse(&s->doc, NULL, m->text)) {
		s->not_json++;
		tidy(s, m->text);
		return STRATUM1_NOT;
	}
	make_room(s, m->text);
	const struct json_node *root = json_root(&s->doc);
	const struct json_node *name = json_get(&s->doc, root, "method");
	const struct method *method = method_of(name);
	enum stratum1_seen seen = STRATUM1_NOT;

	if (!name || name->type == JSON_NULL)
		seen = answer(s, from, m, sink, context);
	else if (method)
		seen = request(s, from, m, method, sink, context);
	tidy(s, m->text);
	return seen;
}

void stratum1_gap(struct stratum1 *s, int from)
{
	if (s->client < 0 || from == s->client)
		return;
	for (uint32_t i = 0; i < s->num_requests; i++)
		s->request[i].doubtful = true;
}

int stratum1_client(const struct stratum1 *s)
{
	return s->client;
}

const char *stratum1_dialect(const struct stratum1 *s)
{
	return s->dialect;
}

const uint64_t *stratum1_faults(const struct stratum1 *s)
{
	return s->faults;
}

uint64_t stratum1_not_json(const struct stratum1 *s)
{
	return s->not_json;
}

uint64_t stratum1_unmatched(const struct stratum1 *s)
{
	return s->unmatched;
}
