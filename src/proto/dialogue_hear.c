#include <string.h>

#include "proto/dialogue_private.h"

void dialogue_name(struct dialogue *d, struct buf *which, struct span text)
{
	if (text.n == 0 || text.n > DIALOGUE_NAME_MAX ||
	    (which->n == text.n && memcmp(which->p, text.p, text.n) == 0))
		return;
	buf_clear(which);
	buf_add(which, text.p, text.n);
	d->names.untold = true;
}

/* Who speaks for the miner is its own side of the carrier, which is the
 * dialect's. */
void dialogue_tell_names(struct dialogue *d, const struct event *e)
{
	struct event login = *e;

	if (!d->names.untold)
		return;
	d->names.untold = false;
	login.type = EVENT_LOGIN;
	login.login = (struct event_login){
		.user_agent = buf_span(&d->names.agent),
		.host = buf_span(&d->names.host),
		.host_source = d->names.host_source,
		.worker = buf_span(&d->names.user),
	};
	d->sink(d->context, &login);
}

static int client_of(const struct dialogue *d)
{
	struct dialect_state state;

	d->dialect->state(d->reader, &state);
	return state.client;
}

/* The miner does not change its end, whatever another dialect thinks. */
static void on_event(void *context, const struct event *e)
{
	struct dialogue *d = context;
	struct event named = *e;

	if (d->client < 0)
		d->client = client_of(d);
	else if (d->client != client_of(d))
		return;
	d->recognised = true;
	d->worked = d->worked || e->type == EVENT_JOB || e->type == EVENT_SHARE;
	dialogue_tell_names(d, e);
	if (e->type == EVENT_SHARE && e->share.worker.n == 0)
		named.share.worker = buf_span(&d->names.user);
	d->sink(d->context, &named);
}

void dialogue_speak(struct dialogue *d, const struct dialect *dialect)
{
	if (d->dialect)
		d->dialect->close(d->reader);
	d->dialect = dialect;
	d->reader = dialect ? dialect->open() : NULL;
}

static const struct dialect *speaker(const struct dialect_input *in,
				     enum dialect_carrier carrier)
{
	size_t n;
	const struct dialect *const *all = dialect_all(&n);

	for (size_t i = 0; i < n; i++) {
		if (all[i]->carrier == carrier && all[i]->speaks(in))
			return all[i];
	}
	return NULL;
}

const struct dialect *dialogue_frames(const struct dialect_input *in)
{
	return speaker(in, DIALECT_BYTES);
}

/* Of a connection one dialect is read, the first that is recognised; but where
 * it began as HTTP and went on as lines, it is what is spoken in these, unless
 * work was read already: shares are numbered by one reader. That is none here
 * where a tunnel has a dialogue. */
static void find_dialect(struct dialogue *d)
{
	const struct dialect *found;

	if ((d->dialect && (!d->astray || d->worked)) || d->inside)
		return;
	found = speaker(&d->in, DIALECT_JSON);
	if (!found)
		return;
	d->astray = false;
	if (found == d->dialect)
		return;
	dialogue_speak(d, found);
}

/* Facts are known by where they lay, so that each object has a place of its
 * own: elements of a batch lie one byte behind the other, and of one that was
 * compressed there may be more than bytes. */
static uint32_t own_place(struct dialogue *d, int from, uint32_t place)
{
	const uint32_t more = d->behind[from] - place;

	if (d->heard_from[from] && more <= DIALOGUE_BODY_MAX)
		place = d->behind[from];
	d->heard_from[from] = true;
	d->behind[from] = place + 1;
	return place;
}

static void hear_object(struct dialogue *d, struct message one,
			const struct json_node *object)
{
	one.text = object->raw;
	one.position = own_place(d, d->in.from, one.position);
	d->in.message = &one;
	d->in.object = object;
	d->heard++;
	find_dialect(d);
	if (d->dialect && d->dialect->carrier == DIALECT_JSON)
		d->dialect->read(d->reader, &d->in, on_event, d);
	d->in.message = NULL;
}

/* A few bytes may decode to very many objects, each of which is asked for all
 * that a dialect says. */
static void hear_batch(struct dialogue *d, const struct message *m,
		       const struct json_node *array)
{
	uint32_t n = 0;

	for (const struct json_node *e = json_at(&d->doc, array, 0); e;
	     e = json_after(&d->doc, array, e)) {
		if (e->type != JSON_OBJECT)
			continue;
		if (n++ == DIALOGUE_BATCH_MAX) {
			d->oversized++;
			return;
		}
		hear_object(d, *m, e);
	}
}

/* What a large message took is not kept: there may be many dialogues. */
static void tidy(struct dialogue *d)
{
	const struct json_node *root = json_root(&d->doc);

	if (!root || root->next > DIALOGUE_NODES_KEEP)
		json_fini(&d->doc);
}

void dialogue_hear(struct dialogue *d, int from, const struct message *m,
		   bool http, uint64_t exchange)
{
	d->in = (struct dialect_input){
		.from = from, .doc = &d->doc, .http = http, .exchange = exchange
	};
	if (!json_parse(&d->doc, NULL, m->text)) {
		d->not_json++;
		d->heard++;
	} else {
		const struct json_node *root = json_root(&d->doc);

		if (root->type == JSON_OBJECT)
			hear_object(d, *m, root);
		else if (root->type == JSON_ARRAY)
			hear_batch(d, m, root);
	}
	tidy(d);
}

void dialogue_hear_frames(struct dialogue *d, int from,
			  const struct message *piece)
{
	d->in = (struct dialect_input){ .from = from, .message = piece };
	d->dialect->read(d->reader, &d->in, on_event, d);
}

void dialogue_hear_end(struct dialogue *d, int from)
{
	if (d->dialect->end)
		d->dialect->end(d->reader, from, on_event, d);
}
