#include "proto/http.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "proto/http_private.h"

#define SIZE_LINE_MAX 4096 /* a chunk's size with extensions, a trailer */

struct http *http_new(void)
{
	struct http *h = mem_new(1, sizeof(*h));

	h->client = -1;
	for (int d = 0; d < 2; d++) {
		struct http_side *s = &h->side[d];

		s->in_step = true;
		buf_init(&s->head, HTTP_HEAD_MAX);
		buf_init(&s->size, SIZE_LINE_MAX);
		buf_init(&s->body, HTTP_BODY_MAX);
	}
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	for (int d = 0; d < 2; d++) {
		buf_fini(&h->side[d].head);
		buf_fini(&h->side[d].size);
		buf_fini(&h->side[d].body);
	}
	free(h);
}

static void lose_step(struct http_side *s)
{
	http_give_rest(s);
	s->in_step = false;
}

static enum http_asked asked_by(const struct http_head *head)
{
	if (http_head_is(head->method, "HEAD"))
		return HTTP_ASKED_HEAD;
	if (http_head_is(head->method, "CONNECT"))
		return HTTP_ASKED_CONNECT;
	return HTTP_ASKED;
}

static bool is_interim(unsigned status)
{
	return status < HTTP_STATUS_SUCCESSFUL && status != HTTP_SWITCHING;
}

/* RFC 9112, 6.3, 1 and 2; 101 ends HTTP (RFC 9110, 15.2.2). */
static bool without_body(struct http_side *s, const struct http_head *head,
			 enum http_asked asked)
{
	const bool connected = asked == HTTP_ASKED_CONNECT &&
			       head->status >= HTTP_STATUS_SUCCESSFUL &&
			       head->status < HTTP_STATUS_REDIRECTED;

	s->opens = connected || head->status == HTTP_SWITCHING;
	return s->opens || s->interim || head->status == 204 ||
	       head->status == 304 || asked == HTTP_ASKED_HEAD;
}

static void broken(struct http_reading *r)
{
	r->h->counts.broken++;
	http_pair_lost(&r->h->pair, !r->side->response);
	lose_step(r->side);
}

static void length_known(struct http_reading *r, uint64_t length)
{
	struct http_side *s = r->side;

	s->state = HTTP_AT_LENGTH;
	s->left = length;
	if (length > HTTP_BODY_MAX) {
		r->h->counts.oversized++;
		s->oversized = true;
	}
	if (length == 0)
		http_give(r);
}

/* Requests have no body unless they say so, but some forget to. */
static void length_unstated(struct http_reading *r,
			    const struct http_head *head)
{
	if (r->side->response || http_head_is(head->method, "POST"))
		r->side->state = HTTP_AT_UNSTATED;
	else
		http_give(r);
}

static void body_begins(struct http_reading *r, const struct http_head *head)
{
	struct http_side *s = r->side;
	uint64_t length = 0;

	switch (http_head_body(&length, head)) {
	case HTTP_BODY_ABSENT:
		length_unstated(r, head);
		break;
	case HTTP_BODY_LENGTH:
		length_known(r, length);
		break;
	case HTTP_BODY_CHUNKED:
		s->state = HTTP_AT_SIZE;
		break;
	case HTTP_BODY_UNTIL_CLOSE:
		if (!s->response) {
			broken(r);
			break;
		}
		s->state = HTTP_AT_CLOSE;
		break;
	case HTTP_BODY_BROKEN:
		broken(r);
		break;
	}
}

static void head_done(struct http_reading *r)
{
	struct http_side *s = r->side;
	struct http_reading other = http_give_other(r);
	struct http_head head;

	if (!http_head_parse(&head, &s->head)) {
		broken(r);
		return;
	}
	if (!s->response) {
		s->number = http_pair_request(&r->h->pair, asked_by(&head));
		body_begins(r, &head);
		return;
	}
	/* An answered request has no more to come. */
	if (other.side->state == HTTP_AT_UNSTATED)
		http_give(&other);
	s->interim = is_interim(head.status);
	const struct http_open open =
		http_pair_response(&r->h->pair, s->interim);

	s->number = open.number;
	r->h->counts.unpaired += open.number == HTTP_UNPAIRED;
	if (without_body(s, &head, open.asked))
		http_give(r);
	else
		body_begins(r, &head);
}

/* Adds bytes up to and with LF, as many as the limit allows; *done: it ends in
 * LF now. */
static size_t add_line(bool *done, struct buf *line, size_t limit,
		       struct span text)
{
	const size_t room = limit - line->n;
	const uint8_t *end = memchr(text.p, '\n', text.n);
	const size_t n = end ? (size_t)(end - text.p) + 1 : text.n;

	*done = end && n <= room;
	buf_add(line, text.p, n < room ? n : room);
	return n < room ? n : room;
}

static bool is_empty_line(struct span line)
{
	return (line.n == 1 && line.p[0] == '\n') ||
	       (line.n == 2 && line.p[0] == '\r' && line.p[1] == '\n');
}

/* Junk is counted once, until HTTP is found again. */
static void out_of_step(struct http_reading *r)
{
	r->h->counts.broken += r->side->in_step;
	r->side->in_step = false;
}

static void start_done(struct http_reading *r)
{
	struct http_side *s = r->side;
	const int client = r->h->client;
	const unsigned may = client < 0 ? HTTP_MAY_REQUEST | HTTP_MAY_RESPONSE
			     : client == r->from ? HTTP_MAY_REQUEST
						 : HTTP_MAY_RESPONSE;
	size_t at = 0;

	if (is_empty_line(buf_span(&s->head))) {
		buf_clear(&s->head);
		return;
	}
	if (!http_head_find(&at, &s->response, buf_span(&s->head), may)) {
		/* It may have been meant as one. */
		if (s->in_step)
			http_pair_lost(&r->h->pair, r->from == client);
		out_of_step(r);
		buf_clear(&s->head);
		return;
	}
	if (at > 0)
		out_of_step(r);
	buf_drop(&s->head, at);
	s->position += (uint32_t)at;
	s->in_step = true;
	s->spoke = true;
	s->line = s->head.n;
	s->state = HTTP_AT_FIELD;
	r->h->client = s->response ? !r->from : r->from;
}

static size_t read_start(struct http_reading *r, struct span text)
{
	struct http_side *s = r->side;
	bool done;

	if (r->h->tunnel) {
		s->state = HTTP_AT_TUNNEL;
		return 0;
	}
	if (s->head.n == 0)
		s->position = s->at;
	const size_t n = add_line(&done, &s->head, HTTP_LINE_MAX, text);

	if (done) {
		start_done(r);
	} else if (s->head.n == HTTP_LINE_MAX) {
		/* A start line may still come at the end of this one. */
		out_of_step(r);
		buf_drop(&s->head, HTTP_LINE_MAX / 2);
		s->position += HTTP_LINE_MAX / 2;
	}
	return n;
}

static size_t read_field(struct http_reading *r, struct span text)
{
	struct http_side *s = r->side;
	bool done;
	const size_t n = add_line(&done, &s->head, HTTP_HEAD_MAX, text);

	if (done) {
		const struct span line = { s->head.p + s->line,
					   s->head.n - s->line };

		s->line = s->head.n;
		if (is_empty_line(line))
			head_done(r);
	} else if (s->head.n == HTTP_HEAD_MAX) {
		r->h->counts.oversized++;
		http_pair_lost(&r->h->pair, !s->response);
		lose_step(s);
	}
	return n;
}

/* Keeps bytes of the body, unless some are missing or they are too many. */
static void keep(struct http_reading *r, struct span bytes)
{
	struct http_side *s = r->side;

	if (s->holed || s->oversized)
		return;
	if (!buf_add(&s->body, bytes.p, bytes.n)) {
		r->h->counts.oversized++;
		s->oversized = true;
		buf_fini(&s->body);
	}
}

static size_t read_counted(struct http_reading *r, struct span text)
{
	struct http_side *s = r->side;
	const size_t n = s->left < text.n ? (size_t)s->left : text.n;

	keep(r, (struct span){ text.p, n });
	s->left -= n;
	if (s->left > 0)
		return n;
	if (s->state == HTTP_AT_CHUNK)
		s->state = HTTP_AT_CHUNK_END;
	else
		http_give(r);
	return n;
}

/* RFC 9112, 7.1: chunk-size [chunk-ext] CRLF. */
static bool parse_size(uint32_t *size, struct span line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] != ';' && !http_head_space(line.p[n]))
		n++;
	return hex_u32(size, (struct span){ line.p, n });
}

static void size_done(struct http_reading *r)
{
	struct http_side *s = r->side;
	uint32_t size;

	switch (s->state) {
	case HTTP_AT_SIZE:
		if (!parse_size(&size, buf_span(&s->size))) {
			broken(r);
			return;
		}
		s->left = size;
		s->state = size ? HTTP_AT_CHUNK : HTTP_AT_TRAILER;
		break;
	case HTTP_AT_CHUNK_END:
		if (!is_empty_line(buf_span(&s->size))) {
			broken(r);
			return;
		}
		s->state = HTTP_AT_SIZE;
		break;
	case HTTP_AT_TRAILER:
		s->trailers += s->size.n;
		if (is_empty_line(buf_span(&s->size))) {
			http_give(r);
			return;
		}
		break;
	case HTTP_AT_START:
	case HTTP_AT_FIELD:
	case HTTP_AT_LENGTH:
	case HTTP_AT_CHUNK:
	case HTTP_AT_UNSTATED:
	case HTTP_AT_JSON:
	case HTTP_AT_CLOSE:
	case HTTP_AT_TUNNEL:
		break;
	}
	buf_clear(&s->size);
}

static size_t read_size(struct http_reading *r, struct span text)
{
	struct http_side *s = r->side;
	bool done;
	const size_t n = add_line(&done, &s->size, SIZE_LINE_MAX, text);

	if (s->trailers > HTTP_HEAD_MAX ||
	    (!done && s->size.n == SIZE_LINE_MAX)) {
		r->h->counts.oversized++;
		http_pair_lost(&r->h->pair, !s->response);
		lose_step(s);
	} else if (done) {
		size_done(r);
	}
	return n;
}

/* A body whose length nobody stated: what its first byte makes likely. */
static size_t read_unstated(struct http_reading *r, struct span text)
{
	struct http_side *s = r->side;
	size_t n = 0;

	while (n < text.n && http_head_space(text.p[n]))
		n++;
	if (n == text.n)
		return n;
	if (text.p[n] == '{' || text.p[n] == '[')
		s->state = HTTP_AT_JSON;
	else if (s->response)
		s->state = HTTP_AT_CLOSE;
	else
		http_give(r);
	return n;
}

static size_t read_json(struct http_reading *r, struct span text)
{
	struct http_side *s = r->side;
	size_t n = 0;
	const enum parse found = json_scan(&s->scan, &n, text);

	keep(r, (struct span){ text.p, n });
	if (found == PARSE_OK)
		http_give(r);
	else if (found == PARSE_BAD && s->response)
		s->state = HTTP_AT_CLOSE;
	else if (found == PARSE_BAD)
		broken(r);
	return n;
}

static size_t step(struct http_reading *r, struct span text)
{
	switch (r->side->state) {
	case HTTP_AT_START:
		return read_start(r, text);
	case HTTP_AT_FIELD:
		return read_field(r, text);
	case HTTP_AT_LENGTH:
	case HTTP_AT_CHUNK:
		return read_counted(r, text);
	case HTTP_AT_SIZE:
	case HTTP_AT_CHUNK_END:
	case HTTP_AT_TRAILER:
		return read_size(r, text);
	case HTTP_AT_UNSTATED:
		return read_unstated(r, text);
	case HTTP_AT_JSON:
		return read_json(r, text);
	case HTTP_AT_CLOSE:
		keep(r, text);
		return text.n;
	case HTTP_AT_TUNNEL:
		http_give_raw(r, text, r->side->at);
		return text.n;
	}
	return text.n;
}

void http_feed(struct http *h, int from, struct message chunk, http_sink *sink,
	       void *context)
{
	struct http_reading r = { h, &h->side[from], from, sink, context };
	struct span text = chunk.text;

	r.side->last = chunk;
	r.side->last.text = (struct span){ NULL, 0 };
	r.side->at = chunk.position;
	while (text.n > 0) {
		const size_t used = step(&r, text);

		text.p += used;
		text.n -= used;
		r.side->at += (uint32_t)used;
	}
}

/* Where it will go on is not known. */
static void lose_message(struct http *h, int from)
{
	struct http_side *s = &h->side[from];

	h->counts.cut +=
		s->state != HTTP_AT_START || (s->in_step && s->head.n > 0);
	if (h->client >= 0)
		http_pair_lost(&h->pair, from == h->client);
	lose_step(s);
}

void http_lose(struct http *h)
{
	lose_message(h, 0);
	lose_message(h, 1);
}

void http_gap(struct http *h, int from, uint64_t lost)
{
	struct http_side *s = &h->side[from];
	const bool counted =
		s->state == HTTP_AT_LENGTH || s->state == HTTP_AT_CHUNK;

	if (s->state == HTTP_AT_TUNNEL)
		return;
	if (s->state == HTTP_AT_CLOSE || (counted && lost <= s->left)) {
		s->left -= counted ? lost : 0;
		s->holed = true;
		return;
	}
	lose_message(h, from);
}

void http_end(struct http *h, int from, http_sink *sink, void *context)
{
	struct http_reading r = { h, &h->side[from], from, sink, context };
	struct http_side *s = r.side;

	if (s->state == HTTP_AT_TUNNEL)
		return;
	if (s->state == HTTP_AT_CLOSE || s->state == HTTP_AT_UNSTATED ||
	    (s->state == HTTP_AT_LENGTH && s->left == 0)) {
		http_give(&r);
		return;
	}
	h->counts.cut +=
		s->state != HTTP_AT_START || (s->in_step && s->head.n > 0);
	lose_step(s);
}

int http_client(const struct http *h)
{
	return h->client;
}

bool http_in_tunnel(const struct http *h)
{
	return h->tunnel;
}

bool http_idle(const struct http *h, int from)
{
	const struct http_side *s = &h->side[from];

	return !h->tunnel && s->state == HTTP_AT_START &&
	       (s->in_step ? s->head.n == 0 : !s->spoke);
}

uint64_t http_held(const struct http *h)
{
	uint64_t held = 0;

	for (int d = 0; d < 2; d++)
		held += h->side[d].head.room + h->side[d].size.room +
			h->side[d].body.room;
	return held;
}

const struct http_counts *http_counts(const struct http *h)
{
	return &h->counts;
}
