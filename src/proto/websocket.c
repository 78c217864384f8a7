#include "proto/websocket.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "proto/http_private.h"
#include "proto/websocket_private.h"

/* What zlib takes for a window of 32 KiB (zconf.h), rounded up. */
#define INFLATE_HELD (44u << 10)

/* One direction being read. */
struct reading {
	struct websocket *w;
	struct websocket_side *side;
	int from;
	websocket_sink *sink;
	void *context;
};

bool websocket_opens(const struct http_message *response)
{
	const struct span *upgrade = http_header(response, "upgrade");
	struct span list, word;

	if (response->status != HTTP_SWITCHING || !upgrade)
		return false;
	list = *upgrade;
	while (http_head_listed(&word, &list))
		if (http_head_is(word, "websocket"))
			return true;
	return false;
}

/* The next part of an extension (RFC 6455, 9.1), stepped over: its name, or a
 * parameter with its value, which follows '='. */
static struct span take_part(struct span *extension)
{
	const uint8_t *end = memchr(extension->p, ';', extension->n);
	const size_t n = end ? (size_t)(end - extension->p) : extension->n;
	struct span part = { extension->p, n };

	extension->p += end ? n + 1 : n;
	extension->n -= end ? n + 1 : n;
	while (part.n > 0 && part.p[0] <= ' ') {
		part.p++;
		part.n--;
	}
	while (part.n > 0 && part.p[part.n - 1] <= ' ')
		part.n--;
	return part;
}

static void read_extension(struct websocket *w, struct span extension)
{
	struct span part = take_part(&extension);

	if (!http_head_is(part, "permessage-deflate"))
		return;
	w->deflate = true;
	while (extension.n > 0) {
		part = take_part(&extension);
		if (http_head_is(part, "client_no_context_takeover"))
			w->side[w->client].inflate.fresh = true;
		if (http_head_is(part, "server_no_context_takeover"))
			w->side[!w->client].inflate.fresh = true;
	}
}

struct websocket *websocket_new(const struct http_message *response)
{
	struct websocket *w = mem_new(1, sizeof(*w));

	w->client = !response->from;
	for (size_t i = 0; i < response->fields; i++) {
		const struct http_field *f = &response->field[i];
		struct span list = f->value, word;

		if (!http_head_is(f->name, "sec-websocket-extensions"))
			continue;
		while (http_head_listed(&word, &list))
			read_extension(w, word);
	}
	for (int d = 0; d < 2; d++) {
		buf_init(&w->side[d].wait, WEBSOCKET_HUNT_MAX);
		buf_init(&w->side[d].again, WEBSOCKET_HUNT_MAX);
		buf_init(&w->side[d].body, WEBSOCKET_MESSAGE_MAX);
	}
	return w;
}

void websocket_free(struct websocket *w)
{
	if (!w)
		return;
	for (int d = 0; d < 2; d++) {
		buf_fini(&w->side[d].wait);
		buf_fini(&w->side[d].again);
		buf_fini(&w->side[d].body);
		websocket_inflate_fini(&w->side[d].inflate);
	}
	free(w);
}

/* What a large message took is not kept. */
static void tidy(struct buf *b)
{
	if (b->room > WEBSOCKET_KEEP)
		buf_fini(b);
	buf_clear(b);
}

static void message_over(struct websocket_side *s)
{
	tidy(&s->body);
	s->inside = s->compressed = s->holed = s->oversized = false;
}

/* The message in hand will not become whole. */
static void message_lost(struct websocket *w, struct websocket_side *s)
{
	w->counts.cut += s->inside;
	message_over(s);
}

static bool inflate_body(struct reading *r, struct buf *out)
{
	struct websocket_counts *n = &r->w->counts;
	bool large = false;

	if (websocket_inflate_message(&r->side->inflate, out, &large,
				      buf_span(&r->side->body)))
		return true;
	n->oversized += large;
	n->undecodable += !large;
	return false;
}

/* A message that is not given leaves the next ones without what they may
 * refer to. */
static void give(struct reading *r)
{
	struct websocket_side *s = r->side;
	struct websocket_message m = {
		.from = r->from,
		.binary = s->opcode == WEBSOCKET_BINARY,
		.at = s->last,
	};
	struct buf inflated;

	buf_init(&inflated, WEBSOCKET_MESSAGE_MAX);
	m.at.position = s->position;
	m.at.text = buf_span(&s->body);
	if (s->holed || s->oversized) {
		r->w->counts.cut += s->holed;
		websocket_inflate_forget(&s->inflate);
	} else if (!s->compressed) {
		r->w->counts.whole++;
		r->sink(r->context, &m);
	} else if (inflate_body(r, &inflated)) {
		m.at.text = buf_span(&inflated);
		r->w->counts.whole++;
		r->sink(r->context, &m);
	}
	buf_fini(&inflated);
	message_over(s);
}

static bool is_control(const struct websocket_head *head)
{
	return head->opcode >= WEBSOCKET_CLOSE;
}

static void frame_done(struct reading *r)
{
	struct websocket_side *s = r->side;

	s->state = WEBSOCKET_AT_HEAD;
	if (!is_control(&s->head) && s->inside && s->head.fin)
		give(r);
}

static void head_done(struct reading *r, uint32_t position)
{
	struct websocket_side *s = r->side;
	struct websocket_counts *n = &r->w->counts;

	if (is_control(&s->head)) {
		n->control++;
	} else if (s->head.opcode != WEBSOCKET_CONTINUATION) {
		n->broken += s->inside;
		message_lost(r->w, s);
		s->inside = true;
		s->opcode = s->head.opcode;
		s->compressed = s->head.compressed;
		s->position = position;
	} else {
		/* The rest of one whose beginning was lost. */
		n->broken += !s->inside;
	}
	s->left = s->head.length;
	s->state = WEBSOCKET_AT_PAYLOAD;
	if (s->left == 0)
		frame_done(r);
}

static void hunt(struct websocket *w, struct websocket_side *s)
{
	message_lost(w, s);
	websocket_inflate_forget(&s->inflate);
	s->state = WEBSOCKET_HUNTING;
	s->unseen = true;
}

static size_t read_head(struct reading *r, struct span text)
{
	struct websocket_side *s = r->side;
	const size_t had = s->wait.n, room = WEBSOCKET_HEAD_MAX - had;
	const size_t n = text.n < room ? text.n : room;
	const uint32_t position = s->at - (uint32_t)had;

	buf_add(&s->wait, text.p, n);
	switch (websocket_frame_parse(&s->head, buf_span(&s->wait),
				      r->w->deflate)) {
	case PARSE_OK:
		buf_clear(&s->wait);
		head_done(r, position);
		return s->head.bytes - had;
	case PARSE_MORE:
		return n;
	case PARSE_BAD:
		r->w->counts.broken++;
		hunt(r->w, s);
		return n;
	}
	return n;
}

static void keep(struct reading *r, struct span bytes, uint64_t at)
{
	struct websocket_side *s = r->side;
	const size_t had = s->body.n;

	if (is_control(&s->head) || !s->inside || s->holed || s->oversized)
		return;
	if (!buf_add(&s->body, bytes.p, bytes.n)) {
		r->w->counts.oversized++;
		s->oversized = true;
		buf_fini(&s->body);
	} else if (s->head.masked) {
		websocket_frame_mask(s->body.p + had, bytes.n, s->head.mask,
				     at);
	}
}

static size_t read_payload(struct reading *r, struct span text)
{
	struct websocket_side *s = r->side;
	const size_t n = s->left < text.n ? (size_t)s->left : text.n;

	keep(r, (struct span){ text.p, n }, s->head.length - s->left);
	s->left -= n;
	if (s->left == 0)
		frame_done(r);
	return n;
}

static bool is_json(struct span text)
{
	struct json_scan scan = { 0 };
	size_t n = 0;

	return json_scan(&scan, &n, text) == PARSE_OK && n == text.n;
}

/* Takes the mask and compression off a frame's payload, and looks at it. */
static bool holds_json(const struct websocket_head *head, struct span payload)
{
	struct websocket_inflate inflate = { .fresh = true };
	struct buf plain, inflated;
	bool large = false, good;

	buf_init(&plain, WEBSOCKET_HUNT_MAX);
	buf_init(&inflated, WEBSOCKET_MESSAGE_MAX);
	buf_add(&plain, payload.p, payload.n);
	if (head->masked)
		websocket_frame_mask(plain.p, plain.n, head->mask, 0);
	if (head->compressed)
		good = websocket_inflate_message(&inflate, &inflated, &large,
						 buf_span(&plain)) &&
		       is_json(buf_span(&inflated));
	else
		good = is_json(buf_span(&plain));
	buf_fini(&plain);
	buf_fini(&inflated);
	return good;
}

static bool begins_json(const struct websocket_head *head, struct span rest)
{
	const uint8_t first = rest.p[0] ^ (head->masked ? head->mask[0] : 0);

	return head->compressed || first == '{' || first == '[';
}

/* Is a whole frame that was looked for at the start of bytes? As little as
 * possible is waited for. */
static enum parse look(const struct reading *r, struct span bytes)
{
	const struct websocket *w = r->w;
	struct websocket_head head;
	const enum parse found =
		websocket_frame_parse(&head, bytes, w->deflate);

	if (!websocket_frame_wanted(bytes, r->from == w->client))
		return PARSE_BAD;
	if (found != PARSE_OK)
		return found;
	if (head.length == 0 ||
	    head.length > WEBSOCKET_HUNT_MAX - WEBSOCKET_HEAD_MAX)
		return PARSE_BAD;
	const struct span rest = { bytes.p + head.bytes, bytes.n - head.bytes };

	if (rest.n > 0 && !begins_json(&head, rest))
		return PARSE_BAD;
	if (rest.n < head.length)
		return PARSE_MORE;
	return holds_json(&head, (struct span){ rest.p, (size_t)head.length })
		       ? PARSE_OK
		       : PARSE_BAD;
}

static struct span rest_again(const struct websocket_side *s)
{
	const struct span all = buf_span(&s->again);

	return (struct span){ all.p + s->again_at, all.n - s->again_at };
}

/* All that is there goes to where it is looked through. What was found is read
 * again, from its first byte on. */
static void look_through(struct reading *r, struct span *text)
{
	struct websocket_side *s = r->side;
	const struct span again = rest_again(s);
	const size_t room = WEBSOCKET_HUNT_MAX - s->wait.n - again.n;
	const size_t n = text->n < room ? text->n : room;
	enum parse found = PARSE_BAD;
	size_t i = 0;

	s->unseen = false;
	buf_add(&s->wait, again.p, again.n);
	buf_clear(&s->again);
	s->again_at = 0;
	buf_add(&s->wait, text->p, n);
	text->p += n;
	text->n -= n;
	s->at += (uint32_t)(again.n + n);
	for (; i < s->wait.n; i++) {
		found = look(r, (struct span){ s->wait.p + i, s->wait.n - i });
		if (found != PARSE_BAD)
			break;
	}
	buf_drop(&s->wait, i);
	if (found == PARSE_OK) {
		buf_add(&s->again, s->wait.p, s->wait.n);
		s->at -= (uint32_t)s->wait.n;
		buf_clear(&s->wait);
		s->state = WEBSOCKET_AT_HEAD;
	}
}

static void step(struct reading *r, struct span *text)
{
	struct websocket_side *s = r->side;
	const bool again = s->again_at < s->again.n;
	const struct span next = again ? rest_again(s) : *text;
	const size_t used = s->state == WEBSOCKET_AT_HEAD
				    ? read_head(r, next)
				    : read_payload(r, next);

	s->at += (uint32_t)used;
	if (again) {
		s->again_at += used;
	} else {
		text->p += used;
		text->n -= used;
	}
}

void websocket_feed(struct websocket *w, int from, struct message chunk,
		    websocket_sink *sink, void *context)
{
	struct websocket_side *s = &w->side[from];
	struct reading r = { w, s, from, sink, context };
	struct span text = chunk.text;

	s->last = chunk;
	s->last.text = (struct span){ NULL, 0 };
	s->at = chunk.position;
	while (text.n > 0 || s->again_at < s->again.n || s->unseen) {
		if (s->state == WEBSOCKET_HUNTING)
			look_through(&r, &text);
		else
			step(&r, &text);
	}
	buf_clear(&s->again);
	s->again_at = 0;
}

void websocket_gap(struct websocket *w, int from, uint64_t lost)
{
	struct websocket_side *s = &w->side[from];
	struct reading r = { w, s, from, NULL, NULL };

	if (s->state == WEBSOCKET_AT_PAYLOAD && lost <= s->left) {
		s->left -= lost;
		s->holed |= !is_control(&s->head) && s->inside;
		/* With a hole it is not given to anyone. */
		if (s->left == 0)
			frame_done(&r);
		return;
	}
	buf_clear(&s->wait);
	hunt(w, s);
}

uint64_t websocket_held(const struct websocket *w)
{
	uint64_t held = 0;

	for (int d = 0; d < 2; d++)
		held += w->side[d].wait.room + w->side[d].again.room +
			w->side[d].body.room +
			(w->side[d].inflate.ready ? INFLATE_HELD : 0);
	return held;
}

const struct websocket_counts *websocket_counts(const struct websocket *w)
{
	return &w->counts;
}
