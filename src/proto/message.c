#include "proto/message.h"

#include <string.h>

#define LOOK 16 /* bytes, to tell text */

void message_init(struct message_reader *r)
{
	*r = (struct message_reader){ .state = MESSAGE_BETWEEN };
	buf_init(&r->pending, MESSAGE_MAX);
}

void message_fini(struct message_reader *r)
{
	if (r->state == MESSAGE_INSIDE)
		r->counts.cut++;
	r->state = MESSAGE_BETWEEN;
	buf_fini(&r->pending);
}

/* What a large message took is not kept: there may be many readers. */
static void tidy(struct message_reader *r)
{
	if (r->pending.room > MESSAGE_KEEP)
		buf_fini(&r->pending);
	buf_clear(&r->pending);
}

void message_gap(struct message_reader *r)
{
	if (r->state == MESSAGE_INSIDE)
		r->counts.cut++;
	/* What follows may be the tail of a line: message_feed() looks. */
	r->state = MESSAGE_BETWEEN;
	tidy(r);
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Bytes of text up to and with its first newline; all if there is none. */
static size_t through_newline(struct span text, bool *found)
{
	const uint8_t *end = memchr(text.p, '\n', text.n);

	*found = end != NULL;
	return end ? (size_t)(end - text.p) + 1 : text.n;
}

static struct span behind(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.n - n };
}

static size_t skip(struct message_reader *r, struct span text)
{
	bool found;
	const size_t n = through_newline(text, &found);

	if (found)
		r->state = MESSAGE_BETWEEN;
	return n;
}

/* White space is passed over; an opening brace begins a message. */
static size_t look(struct message_reader *r, struct span text,
		   uint32_t position)
{
	size_t n = 0;

	while (n < text.n && is_space(text.p[n]))
		n++;
	if (n == text.n)
		return n;
	if (text.p[n] == '{') {
		r->state = MESSAGE_INSIDE;
		r->scan = (struct json_scan){ 0 };
		r->position = position + (uint32_t)n;
		buf_clear(&r->pending);
	} else {
		r->state = MESSAGE_SKIPPING;
		r->counts.junk++;
	}
	return n;
}

static void give(struct message_reader *r, struct message where,
		 struct span text, message_sink *sink, void *context)
{
	where.text = text;
	where.position = r->position;
	r->counts.whole++;
	sink(context, &where);
}

/* Looks for the end of the object that was begun, among the bytes that it may
 * still have: where it becomes too large does not depend on how it was cut. */
static size_t inside(struct message_reader *r, struct message where,
		     struct span text, message_sink *sink, void *context)
{
	const size_t room = MESSAGE_MAX - r->pending.n;
	const struct span near = { text.p, text.n < room ? text.n : room };
	size_t used = 0;
	const enum parse found = json_scan(&r->scan, &used, near);
	struct span whole = { text.p, used };

	if (found == PARSE_BAD || (found == PARSE_MORE && used == room)) {
		r->counts.broken += found == PARSE_BAD;
		r->counts.oversized += found == PARSE_MORE;
		r->state = MESSAGE_SKIPPING;
		tidy(r);
		return used;
	}
	if (found == PARSE_MORE || r->pending.n > 0) {
		buf_add(&r->pending, text.p, used);
		whole = buf_span(&r->pending);
	}
	if (found == PARSE_OK) {
		r->state = MESSAGE_BETWEEN;
		give(r, where, whole, sink, context);
		tidy(r);
	}
	return used;
}

void message_feed(struct message_reader *r, struct message where,
		  message_sink *sink, void *context)
{
	struct span text = where.text;
	uint32_t position = where.position;

	while (text.n > 0) {
		size_t used = 0;

		switch (r->state) {
		case MESSAGE_BETWEEN:
			used = look(r, text, position);
			break;
		case MESSAGE_INSIDE:
			used = inside(r, where, text, sink, context);
			break;
		case MESSAGE_SKIPPING:
			used = skip(r, text);
			break;
		}
		text = behind(text, used);
		position += (uint32_t)used;
	}
}

/* Is there nothing but space between p's n-th byte and its line's start? */
static bool begins_line(const uint8_t *p, size_t n)
{
	while (n > 0 && p[n - 1] != '\n' && is_space(p[n - 1]))
		n--;
	return n == 0 || p[n - 1] == '\n';
}

/* JSON, and what is sent in lines beside it, has no control characters but
 * space. A look at the front tells most of what is no text. */
static bool begins_as_text(struct span bytes)
{
	const size_t n = bytes.n < LOOK ? bytes.n : LOOK;

	for (size_t i = 0; i < n; i++) {
		if (bytes.p[i] < ' ' && !is_space(bytes.p[i]))
			return false;
	}
	return true;
}

/* Braces are looked for, and not lines: texts have fewer of them. */
bool message_likely(struct span bytes)
{
	const uint8_t *const end = bytes.p + bytes.n;

	if (!begins_as_text(bytes))
		return false;
	const uint8_t *at = memchr(bytes.p, '{', bytes.n);

	while (at && !begins_line(bytes.p, (size_t)(at - bytes.p)))
		at = memchr(at + 1, '{', (size_t)(end - at - 1));
	return at != NULL;
}
