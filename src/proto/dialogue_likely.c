/* What may be the beginning of a dialogue, told from one payload's raw bytes:
 * this is asked of every flow's first payloads, so it allocates nothing and
 * looks no further than it must. */
#include <string.h>
#include <strings.h>

#include "proto/dialogue_private.h"
#include "proto/http_private.h"
#include "proto/p2p.h"
#include "proto/tls_private.h"

/* What the head of an HTTP message says of its body. */
struct head {
	struct span type; /* Content-Type; empty: not told, or not in sight */
	bool upgrade;     /* to another protocol */
	bool coded;       /* the body's first byte says nothing */
	bool empty;       /* its length is told to be 0 */
	bool work;        /* fields that only mining has */
	bool ended;       /* all of it is in sight */
	struct span body; /* what is in sight of it */
};

static bool has_word(struct span text, const char *word)
{
	const size_t n = strlen(word);

	for (size_t at = 0; at + n <= text.n; at++) {
		if (strncasecmp((const char *)text.p + at, word, n) == 0)
			return true;
	}
	return false;
}

/* The value, if the line is the field of that name. */
static bool is_field(struct span *value, struct span line, const char *name)
{
	const size_t n = strlen(name);

	if (line.n <= n || line.p[n] != ':' ||
	    strncasecmp((const char *)line.p, name, n) != 0)
		return false;
	*value = (struct span){ line.p + n + 1, line.n - n - 1 };
	while (value->n > 0 && http_head_space(value->p[0])) {
		value->p++;
		value->n--;
	}
	return true;
}

static void read_field(struct head *h, struct span line)
{
	struct span value;

	switch (line.p[0] | 0x20) {
	case 'c':
		if (is_field(&value, line, "content-type"))
			h->type = value;
		else if (is_field(&value, line, "content-encoding"))
			h->coded = true;
		else if (is_field(&value, line, "content-length"))
			h->empty = value.n > 0 && value.p[0] == '0';
		break;
	case 't':
		h->coded |= is_field(&value, line, "transfer-encoding");
		break;
	case 'u':
		h->upgrade |= is_field(&value, line, "upgrade");
		break;
	case 'x':
		h->work |= is_field(&value, line, "x-long-polling") ||
			   is_field(&value, line, "x-roll-ntime") ||
			   is_field(&value, line, "x-stratum") ||
			   is_field(&value, line, "x-mining-extensions");
		break;
	default:
		break;
	}
}

/* Steps over the next line, without its end. False: there is none, or only a
 * part of it is in sight. */
static bool take_line(struct span *line, struct span *rest)
{
	const uint8_t *end = memchr(rest->p, '\n', rest->n);

	if (!end)
		return false;
	*line = (struct span){ rest->p, (size_t)(end - rest->p) };
	rest->p += line->n + 1;
	rest->n -= line->n + 1;
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

static struct head read_head(struct span payload)
{
	struct head h = { 0 };
	struct span line;

	while (take_line(&line, &payload)) {
		if (line.n == 0) {
			h.body = payload;
			h.ended = true;
			break;
		}
		read_field(&h, line);
	}
	return h;
}

/* JSON comes as such, as plain text, or (by curl, say) as if from a form. */
static bool type_allows(struct span type)
{
	return type.n == 0 || has_word(type, "json") ||
	       has_word(type, "text/plain") || has_word(type, "urlencoded");
}

/* A body in sight must begin a value; objects are asked for elsewhere. */
static bool body_allows(const struct head *h)
{
	struct span body = h->body;

	while (body.n > 0 && http_head_space(body.p[0])) {
		body.p++;
		body.n--;
	}
	return !h->empty && (h->coded || body.n == 0 || body.p[0] == '[');
}

/* Of HTTP most is not worth a dialogue: what mining says it says in bodies of
 * POST and in their answers, or behind an upgrade or CONNECT. Who only asks (a
 * long poll) is heard from the answer on. */
static bool http_worth(struct span payload)
{
	static const char switching[] = "HTTP/1.1 101";
	const struct head h = read_head(payload);

	switch (payload.p[0]) {
	case 'G':
		return h.upgrade || h.work;
	case 'H':
		if (payload.n > strlen(switching) &&
		    !memcmp(payload.p, switching, strlen(switching)))
			return true;
		/* Who answers JSON says so at once. */
		if (!h.ended && h.type.n == 0 && !h.work)
			return false;
		break;
	case 'P':
		if (payload.p[1] != 'O')
			return false;
		break;
	default:
		return payload.p[0] == 'C';
	}
	return h.work || (type_allows(h.type) && body_allows(&h));
}

/* Only what the first byte allows is looked at closely: most packets are
 * neither. */
bool dialogue_likely(struct span payload, bool from_start)
{
	const struct message m = { .text = payload };
	const struct dialect_input in = { .message = &m,
					  .from_start = from_start };

	if (payload.n == 0)
		return false;
	if (payload.p[0] == '{' || message_likely(payload))
		return true;
	if (from_start && (http_begun(payload) || tls_begun(payload)))
		return true;
	if (payload.p[0] >= 'A' && payload.p[0] <= 'Z' && http_likely(payload))
		return http_worth(payload);
	if (payload.p[0] == TLS_HANDSHAKE && tls_likely(payload))
		return true;
	return dialogue_frames(&in) != NULL;
}

/* Stratum v2: extension 2, which is 0 | type 1, of which SetupConnection and
 * its answers are the first three | length 3, the low byte first. */
static bool may_be_stratum2(struct span first)
{
	static const uint8_t most[] = { 0, 0, 2, 0xff, 0xff, 0 };

	for (size_t i = 0; i < first.n && i < sizeof(most); i++) {
		if (first.p[i] > most[i])
			return false;
	}
	return true;
}

bool dialogue_begun(struct span first)
{
	size_t space = 0;

	while (space < first.n && http_head_space(first.p[space]))
		space++;
	return space == first.n || first.p[space] == '{' ||
	       first.p[space] == '[' || http_begun(first) || tls_begun(first) ||
	       may_be_stratum2(first) || p2p_begun(first);
}
