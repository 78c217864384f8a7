#include "proto/http_private.h"

/* What a large message took is not kept. */
static void tidy(struct buf *b)
{
	if (b->room > HTTP_KEEP)
		buf_fini(b);
	buf_clear(b);
}

/* Ready for the next message. */
void http_give_rest(struct http_side *s)
{
	tidy(&s->head);
	tidy(&s->size);
	tidy(&s->body);
	s->line = s->trailers = 0;
	s->left = 0;
	s->scan = (struct json_scan){ 0 };
	s->interim = s->opens = s->holed = s->oversized = false;
	s->state = HTTP_AT_START;
}

void http_give_raw(struct http_reading *r, struct span text, uint32_t position)
{
	struct http_message m = {
		.kind = HTTP_TUNNEL,
		.from = r->from,
		.number = r->h->tunnel_number,
		.whole = true,
		.at = r->side->last,
	};

	m.at.text = text;
	m.at.position = position;
	r->sink(r->context, &m);
}

struct http_reading http_give_other(const struct http_reading *r)
{
	struct http_reading other = *r;

	other.from = !r->from;
	other.side = &r->h->side[other.from];
	return other;
}

/* What was read towards a head that will not come belongs to the tunnel. */
static void open_tunnel(struct http_reading *r, uint64_t number)
{
	struct http_reading other = http_give_other(r);
	struct http_side *s = other.side;

	r->h->tunnel = true;
	r->h->tunnel_number = number;
	if (s->state != HTTP_AT_START && s->state != HTTP_AT_FIELD)
		return; /* its message may still become whole */
	if (s->head.n > 0)
		http_give_raw(&other, buf_span(&s->head), s->position);
	http_give_rest(s);
}

const struct span *http_header(const struct http_message *m, const char *name)
{
	for (size_t i = 0; i < m->fields; i++)
		if (http_head_is(m->field[i].name, name))
			return &m->field[i].value;
	return NULL;
}

static void describe(struct http_message *m, const struct http_head *head,
		     uint8_t *credentials)
{
	const struct span *value;

	m->minor = head->minor;
	m->status = head->status;
	m->method = head->method;
	m->target = head->target;
	m->field = head->field;
	m->fields = head->fields;
	if (head->response)
		return;
	value = http_header(m, "host");
	if (value)
		m->host = *value;
	value = http_header(m, "authorization");
	if (value)
		m->has_credentials = http_basic_parse(&m->user, &m->password,
						      credentials, *value);
}

static bool undo_codings(struct http_reading *r, struct span *body,
			 struct buf *decoded, const struct http_head *head)
{
	const struct http_side *s = r->side;
	struct http_counts *n = &r->h->counts;
	const enum http_undone found = http_coding_undo(body, decoded, head);

	switch (found) {
	case HTTP_UNDONE_WHOLE:
		return true;
	case HTTP_UNDONE_LARGE:
		n->oversized++;
		return false;
	case HTTP_UNDONE_CUT:
	case HTTP_UNDONE_BAD:
		n->undecodable += !s->holed;
		return false;
	}
	return false;
}

/* The message in hand is complete: gives it, and waits for the next. */
void http_give(struct http_reading *r)
{
	struct http_side *s = r->side;
	struct http_counts *n = &r->h->counts;
	uint8_t credentials[HTTP_CREDENTIALS_MAX];
	struct http_head head;
	struct http_message m = {
		.kind = s->response ? HTTP_RESPONSE : HTTP_REQUEST,
		.from = r->from,
		.number = s->number,
		.at = s->last,
	};
	struct buf decoded;
	const bool opens = s->opens;

	buf_init(&decoded, 0);
	/* It was read before, when it became whole. */
	if (http_head_parse(&head, &s->head))
		describe(&m, &head, credentials);
	m.at.position = s->position;
	m.at.text = buf_span(&s->body);
	m.whole = undo_codings(r, &m.at.text, &decoded, &head) && !s->holed &&
		  !s->oversized;
	n->whole += m.whole;
	n->cut += s->holed;
	r->sink(r->context, &m);
	buf_fini(&decoded);
	http_give_rest(s);
	if (opens)
		open_tunnel(r, m.number);
}
