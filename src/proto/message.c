#include "proto/message.h"

#include <string.h>

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

void message_gap(struct message_reader *r)
{
	if (r->state == MESSAGE_INSIDE)
		r->counts.cut++;
	/* What follows may be the tail of a line: message_feed() looks. */
	r->state = MESSAGE_BETWEEN;
	buf_clear(&r->pending);
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

/* Looks for the end of the object that was begun. */
static size_t inside(struct message_reader *r, struct message where,
		     struct span text, message_sink *sink, void *context)
{
	size_t used = 0;
	const enum parse found = json_scan(&r->scan, &used, text);
	const struct span part = { text.p, used };

	if (found == PARSE_BAD) {
		r->counts.broken++;
		r->state = MESSAGE_SKIPPING;
		return used;
	}
	if (found == PARSE_OK && r->pending.n == 0) {
		r->state = MESSAGE_BETWEEN;
		give(r, where, part, sink, context);
		return used;
	}
	if (!buf_add(&r->pending, text.p, found == PARSE_OK ? used : text.n)) {
		r->counts.oversized++;
		r->state = MESSAGE_SKIPPING;
		return found == PARSE_OK ? used : text.n;
	}
	if (found != PARSE_OK)
		return text.n;
	r->state = MESSAGE_BETWEEN;
	give(r, where, buf_span(&r->pending), sink, context);
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

bool message_likely(struct span bytes)
{
	while (bytes.n > 0) {
		bool found;
		size_t n = 0;

		while (n < bytes.n && is_space(bytes.p[n]))
			n++;
		if (n < bytes.n && bytes.p[n] == '{')
			return true;
		bytes = behind(bytes, through_newline(bytes, &found));
		if (!found)
			return false;
	}
	return false;
}
