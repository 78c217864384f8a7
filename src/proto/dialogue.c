#include "proto/dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/dialogue_private.h"

struct dialogue *dialogue_new(const struct tls_keys *keys, bool from_start,
			      event_sink *sink, void *context)
{
	struct dialogue *d = mem_new(1, sizeof(*d));

	d->keys = keys;
	d->from_start = from_start;
	d->sink = sink;
	d->context = context;
	d->client = -1;
	json_init(&d->doc, DIALOGUE_NODES_MAX);
	buf_init(&d->names.agent, DIALOGUE_NAME_MAX);
	buf_init(&d->names.host, DIALOGUE_NAME_MAX);
	buf_init(&d->names.user, DIALOGUE_NAME_MAX);
	for (int from = 0; from < 2; from++) {
		buf_init(&d->start[from].bytes,
			 DIALOGUE_START_MAX + DIALOGUE_PIECE_MAX);
		message_init(&d->line[from]);
	}
	return d;
}

void dialogue_free(struct dialogue *d)
{
	if (!d)
		return;
	dialogue_speak(d, NULL);
	dialogue_free(d->inside);
	websocket_free(d->websocket);
	http_free(d->http);
	tls_free(d->tls);
	for (int from = 0; from < 2; from++) {
		buf_fini(&d->start[from].bytes);
		message_fini(&d->line[from]);
	}
	buf_fini(&d->names.agent);
	buf_fini(&d->names.host);
	buf_fini(&d->names.user);
	json_fini(&d->doc);
	free(d);
}

/* What goes on inside has this dialogue's sink, with the names it knows. */
static void on_inside(void *context, const struct event *e)
{
	struct dialogue *d = context;

	if (d->tls && d->names.host.n == 0) {
		const char *name = tls_facts(d->tls)->server_name;

		d->names.host_source = "tls";
		dialogue_name(
			d, &d->names.host,
			(struct span){ (const uint8_t *)name, strlen(name) });
	}
	dialogue_tell_names(d, e);
	d->sink(d->context, e);
}

/* The dialogue in a tunnel. There is none where there are too many around it,
 * or a dialect was recognised before: a connection has one reader. */
static struct dialogue *inside(struct dialogue *d)
{
	if (!d->inside && !d->reader && d->depth < DIALOGUE_DEPTH_MAX) {
		d->inside = dialogue_new(d->keys, true, on_inside, d);
		d->inside->depth = d->depth + 1;
	}
	return d->inside;
}

static void feed_inside(struct dialogue *d, int from, const struct message *m)
{
	struct dialogue *in = inside(d);

	if (in)
		dialogue_feed(in, from, *m);
}

static void gap_inside(struct dialogue *d, int from, uint64_t lost)
{
	struct dialogue *in = inside(d);

	if (in)
		dialogue_gap(in, from, lost);
}

static void on_line(void *context, const struct message *m)
{
	struct dialogue *d = context;

	dialogue_hear(d, d->in.from, m, false, 0);
}

static void on_websocket(void *context, const struct websocket_message *m)
{
	struct dialogue *d = context;

	if (!m->binary)
		dialogue_hear(d, m->from, &m->at, false, 0);
}

static void on_tunnel(struct dialogue *d, const struct http_message *m)
{
	if (d->websocket)
		websocket_feed(d->websocket, m->from, m->at, on_websocket, d);
	else
		feed_inside(d, m->from, &m->at);
}

/* "pool.example:3333", "[::1]:80": the port is known from the connection. */
static struct span without_port(struct span host)
{
	size_t n = host.n;

	while (n > 0 && host.p[n - 1] >= '0' && host.p[n - 1] <= '9')
		n--;
	if (n > 1 && n < host.n && host.p[n - 1] == ':' &&
	    (host.p[n - 2] == ']' || memchr(host.p, ':', n - 1) == NULL))
		host.n = n - 1;
	return host;
}

static void name_ends(struct dialogue *d, const struct http_message *m)
{
	const struct span *agent = http_header(m, "user-agent");

	d->names.host_source = "http";
	if (agent)
		dialogue_name(d, &d->names.agent, *agent);
	dialogue_name(d, &d->names.host, without_port(m->host));
	dialogue_name(d, &d->names.user, m->user);
}

static void on_http(void *context, const struct http_message *m)
{
	struct dialogue *d = context;

	switch (m->kind) {
	case HTTP_TUNNEL:
		on_tunnel(d, m);
		return;
	case HTTP_REQUEST:
		name_ends(d, m);
		break;
	case HTTP_RESPONSE:
		if (!d->websocket && websocket_opens(m))
			d->websocket = websocket_new(m);
		break;
	}
	d->heard++;
	if (m->whole && m->at.text.n > 0)
		dialogue_hear(d, m->from, &m->at, true, m->number);
}

static void on_tls(void *context, int from, const struct message *m, bool lost)
{
	struct dialogue *d = context;

	if (lost)
		gap_inside(d, from, DIALOGUE_LOST_UNKNOWN);
	feed_inside(d, from, m);
}

static bool begins_object(struct span text)
{
	size_t space = 0;

	while (space < text.n && strchr(" \t\r\n", text.p[space]) &&
	       text.p[space] != '\0')
		space++;
	return space < text.n && text.p[space] == '{';
}

/* The carrier that a direction's first bytes show; DIALOGUE_UNSETTLED: none, or
 * too few. *frames: with DIALOGUE_FRAMES, whose. */
static enum dialogue_carrier carrier_of(const struct dialect **frames,
					const struct dialect_input *in)
{
	const struct span text = in->message->text;

	if (begins_object(text))
		return DIALOGUE_LINES;
	if (http_begun(text) || tls_begun(text))
		return DIALOGUE_UNSETTLED;
	if (http_likely(text))
		return DIALOGUE_HTTP;
	if (tls_likely(text))
		return DIALOGUE_TLS;
	*frames = dialogue_frames(in);
	if (*frames)
		return DIALOGUE_FRAMES;
	return message_likely(text) ? DIALOGUE_LINES : DIALOGUE_UNSETTLED;
}

/* What was begun in the carrier before will not be finished. */
static void settle_on(struct dialogue *d, enum dialogue_carrier carrier)
{
	for (int from = 0; from < 2; from++)
		message_gap(&d->line[from]);
	d->changes += d->carrier != DIALOGUE_UNSETTLED;
	d->carrier = carrier;
	switch (carrier) {
	case DIALOGUE_UNSETTLED:
	case DIALOGUE_LINES:
	case DIALOGUE_FRAMES:
		break;
	case DIALOGUE_HTTP:
		if (d->http) {
			http_lose(d->http);
			break;
		}
		d->http = http_new();
		json_fini(&d->doc);
		json_init(&d->doc, DIALOGUE_BODY_MAX);
		break;
	case DIALOGUE_TLS:
		d->tls = tls_new(d->keys);
		break;
	}
}

static void carry(struct dialogue *d, int from, const struct message *m)
{
	switch (d->carrier) {
	case DIALOGUE_UNSETTLED:
		break;
	case DIALOGUE_LINES:
		d->in.from = from;
		message_feed(&d->line[from], *m, on_line, d);
		break;
	case DIALOGUE_HTTP:
		http_feed(d->http, from, *m, on_http, d);
		break;
	case DIALOGUE_TLS:
		tls_feed(d->tls, from, *m, on_tls, d);
		break;
	case DIALOGUE_FRAMES:
		dialogue_hear_frames(d, from, m);
		break;
	}
}

/* No more of that end's first bytes will be waited for: what they are not,
 * they are lines. */
static void start_over(struct dialogue *d, int from)
{
	struct dialogue_start *start = &d->start[from];

	if (start->over || start->bytes.n == 0)
		return;
	start->over = true;
	start->where.text = buf_span(&start->bytes);
	if (d->carrier == DIALOGUE_UNSETTLED)
		settle_on(d, http_likely(start->where.text)  ? DIALOGUE_HTTP
			     : tls_likely(start->where.text) ? DIALOGUE_TLS
							     : DIALOGUE_LINES);
	carry(d, from, &start->where);
	buf_fini(&start->bytes);
}

/* A connection whose first bytes were seen, and whose work was read since, goes
 * on as it does. */
static bool may_change(const struct dialogue *d)
{
	return !d->worked || !d->from_start;
}

/* Lines in which a dialect was recognised become HTTP only by a request:
 * servers of HTTP refuse lines, too, and their client spoke none. */
static bool may_be_http(const struct dialogue *d, struct span text)
{
	static const char version[] = "HTTP/";

	if (!http_likely(text))
		return false;
	if (!d->dialect || d->carrier == DIALOGUE_FRAMES)
		return true;
	return may_change(d) && (d->http || !d->from_start) &&
	       memcmp(text.p, version, strlen(version)) != 0;
}

/* Lines, or frames in which nothing was recognised, may be the middle of
 * something else, whose beginning was not captured. */
static void look_again(struct dialogue *d, int from, const struct message *m)
{
	const struct dialect_input in = { .from = from, .message = m };
	const struct dialect *frames = NULL;

	if (d->carrier == DIALOGUE_LINES
		    ? d->line[from].state == MESSAGE_INSIDE
		    : d->carrier != DIALOGUE_FRAMES || d->recognised)
		return;
	if (may_be_http(d, m->text)) {
		if (d->carrier == DIALOGUE_FRAMES)
			dialogue_speak(d, NULL);
		settle_on(d, DIALOGUE_HTTP);
		return;
	}
	if (d->carrier == DIALOGUE_FRAMES || !d->dialect)
		frames = dialogue_frames(&in);
	if (!frames || frames == d->dialect)
		return;
	dialogue_speak(d, frames);
	settle_on(d, DIALOGUE_FRAMES);
}

/* Random bytes begin with a brace, too. */
static bool is_object(struct dialogue *d, struct span text)
{
	struct json_scan scan = { 0 };
	size_t n = 0;

	return json_scan(&scan, &n, text) == PARSE_OK &&
	       json_parse(&d->doc, NULL, (struct span){ text.p, n });
}

/* Pools answer a request in HTTP, or a TLS hello, with a line if they speak
 * nothing else, and the miner may go on so. Is this piece none of what the
 * carrier expects? */
static bool is_stray(struct dialogue *d, int from, const struct message *m)
{
	if (m->text.p[0] != '{' || !may_change(d))
		return false;
	switch (d->carrier) {
	case DIALOGUE_UNSETTLED:
	case DIALOGUE_LINES:
		break;
	case DIALOGUE_HTTP:
		return http_idle(d->http, from);
	case DIALOGUE_TLS:
		return tls_idle(d->tls, from) &&
		       (tls_status(d->tls) == TLS_BEGUN ||
			tls_status(d->tls) == TLS_NO_HELLO);
	case DIALOGUE_FRAMES: /* that turned out to be none */
		return !d->recognised && is_object(d, m->text);
	}
	return false;
}

/* The start of that end is over. */
static void go_on(struct dialogue *d, int from, const struct message *m)
{
	d->start[from].over = true;
	if (d->carrier == DIALOGUE_UNSETTLED)
		settle_on(d, DIALOGUE_LINES);
	if (is_stray(d, from, m)) {
		if (d->carrier == DIALOGUE_FRAMES)
			dialogue_speak(d, NULL);
		d->astray = true;
		settle_on(d, DIALOGUE_LINES);
	} else {
		look_again(d, from, m);
	}
	carry(d, from, m);
}

/* Gathers the first bytes of an end until they show what they are. */
static void begin(struct dialogue *d, int from, const struct message *m)
{
	struct dialogue_start *start = &d->start[from];
	struct message all = *m;
	const struct dialect_input in = { .from = from,
					  .message = &all,
					  .from_start =
						  d->from_start && !d->spoke };
	const struct dialect *frames = NULL;

	if (start->bytes.n > 0) {
		if (!buf_add(&start->bytes, m->text.p, m->text.n)) {
			start_over(d, from);
			go_on(d, from, m);
			return;
		}
		all.position = start->where.position;
		all.text = buf_span(&start->bytes);
	}
	enum dialogue_carrier found = carrier_of(&frames, &in);

	d->spoke = true;
	if (found == DIALOGUE_UNSETTLED && all.text.n < DIALOGUE_START_MAX) {
		if (start->bytes.n == 0)
			buf_add(&start->bytes, m->text.p, m->text.n);
		start->where = all;
		return;
	}
	if (found == DIALOGUE_UNSETTLED)
		found = DIALOGUE_LINES;
	if (frames)
		dialogue_speak(d, frames);
	settle_on(d, found);
	start->over = true;
	carry(d, from, &all);
	buf_fini(&start->bytes);
}

void dialogue_feed(struct dialogue *d, int from, struct message chunk)
{
	if (chunk.text.n == 0)
		return;
	start_over(d, !from);
	if (!d->start[from].over && d->carrier == DIALOGUE_UNSETTLED)
		begin(d, from, &chunk);
	else
		go_on(d, from, &chunk);
}

void dialogue_gap(struct dialogue *d, int from, uint64_t lost)
{
	start_over(d, from);
	d->spoke = true;
	switch (d->carrier) {
	case DIALOGUE_UNSETTLED:
		break;
	case DIALOGUE_LINES:
		message_gap(&d->line[from]);
		break;
	case DIALOGUE_HTTP:
		http_gap(d->http, from, lost);
		if (d->websocket)
			websocket_gap(d->websocket, from, lost);
		else if (http_in_tunnel(d->http))
			gap_inside(d, from, lost);
		break;
	case DIALOGUE_TLS:
		tls_gap(d->tls, from, lost);
		break;
	case DIALOGUE_FRAMES:
		break;
	}
	if (d->reader)
		d->dialect->lost(d->reader, from);
}

void dialogue_end(struct dialogue *d, int from)
{
	start_over(d, from);
	if (d->carrier == DIALOGUE_HTTP && !http_in_tunnel(d->http))
		http_end(d->http, from, on_http, d);
	if (d->carrier == DIALOGUE_LINES)
		message_gap(&d->line[from]);
	if (d->carrier == DIALOGUE_FRAMES)
		dialogue_hear_end(d, from);
	if (d->inside)
		dialogue_end(d->inside, from);
}
