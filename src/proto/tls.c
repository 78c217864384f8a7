#include "proto/tls.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/tls_private.h"

/* What is not yet a whole record, and as much again to look at. */
#define PENDING_MAX ((size_t)2 * TLS_RECORD_MAX)

static const char *const status_texts[] = {
#define TEXT(name, text) [name] = (text),
	TLS_STATUS_LIST(TEXT)
#undef TEXT
};

const char *tls_status_text(enum tls_status s)
{
	return status_texts[s];
}

struct tls *tls_new(const struct tls_keys *keys)
{
	struct tls *t = mem_new(1, sizeof(*t));

	t->keys = keys;
	t->facts.client = -1;
	buf_init(&t->names, TLS_NAMES_MAX);
	for (int i = 0; i < 2; i++) {
		buf_init(&t->hello[i], TLS_HANDSHAKE_MAX);
		buf_init(&t->end[i].pending, PENDING_MAX);
		buf_init(&t->end[i].message,
			 TLS_HANDSHAKE_MAX + TLS_RECORD_MAX);
	}
	return t;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	for (int i = 0; i < 2; i++) {
		buf_fini(&t->end[i].pending);
		buf_fini(&t->end[i].message);
		buf_fini(&t->hello[i]);
	}
	buf_fini(&t->names);
	tls_opener_free(t->opener);
	free(t->plain);
	OPENSSL_cleanse(t, sizeof(*t));
	free(t);
}

/* What a record's sink call needs to know. */
struct reading {
	struct tls *t;
	struct tls_end *e;
	int from;
	struct message where; /* of the chunk in hand */
	tls_sink *sink;
	void *context;
};

static void give(struct reading *x, struct span plain, uint32_t position)
{
	const bool lost = x->e->lost;

	x->t->counts.application++;
	if (!plain.n)
		return;
	x->where.text = plain;
	x->where.position = position;
	x->e->lost = false;
	x->sink(x->context, x->from, &x->where, lost);
}

static void opened(struct reading *x, struct span plain, uint8_t type,
		   uint32_t position)
{
	if (type == TLS_APPLICATION)
		give(x, plain, position);
	else if (type == TLS_HANDSHAKE)
		tls_handshake_feed(x->t, x->from, plain);
	else if (type == TLS_CHANGE_CIPHER && x->t->facts.version != TLS_1_3)
		x->t->renegotiated = true; /* to keys that no log names */
}

/* In TLS 1.3 it is there for show. */
static void change_cipher(struct tls *t, struct tls_end *e)
{
	if (t->facts.version == TLS_1_3 || !e->hello)
		return;
	e->protects = true;
	e->sequence = 0;
}

static void protected_record(struct reading *x, const struct tls_record *r)
{
	struct tls *t = x->t;
	struct span plain;
	uint8_t type;

	/* What is not this type in TLS 1.3 is not encrypted. */
	if (t->facts.version == TLS_1_3 && r->type != TLS_APPLICATION)
		return;
	tls_secret_look(t);
	if (tls_record_open(t, x->e, &plain, &type, r))
		opened(x, plain, type, r->position);
}

static void whole_record(struct reading *x, const struct tls_record *r)
{
	struct tls *t = x->t;

	t->counts.records++;
	if (t->renegotiated) {
		t->counts.sealed++;
	} else if (x->e->protects) {
		protected_record(x, r);
	} else if (r->type == TLS_CHANGE_CIPHER) {
		change_cipher(t, x->e);
	} else if (r->type == TLS_HANDSHAKE) {
		tls_handshake_feed(t, x->from, r->body);
	} else if (r->type == TLS_APPLICATION) {
		/* Early data of a client; else its beginning is missing. */
		t->counts.sealed++;
		x->e->doubt = true;
		x->e->lost = true;
		t->missed = t->missed || t->facts.client != x->from;
	}
}

/* type 1 | version 2 | length 2 | body. PARSE_BAD: there is none here. */
static enum parse read_record(struct tls_record *r, struct span in)
{
	struct cur c = cur_over(in);
	const uint8_t type = cur_u8(&c);
	const uint16_t version = cur_be16(&c), n = cur_be16(&c);

	if (!cur_ok(&c))
		return PARSE_MORE;
	if (type < TLS_CHANGE_CIPHER || type > TLS_HEARTBEAT ||
	    version >> 8 != 3 || (version & 0xff) > 4 || n > TLS_BODY_MAX ||
	    (n == 0 && type != TLS_APPLICATION))
		return PARSE_BAD;
	const struct span body = cur_take(&c, n);

	if (!cur_ok(&c))
		return PARSE_MORE;
	*r = (struct tls_record){
		.type = type,
		.version = version,
		.header = { in.p, TLS_RECORD_HEADER },
		.body = body,
	};
	return PARSE_OK;
}

/* Hellos that are not whole now will never be. */
static void lose(struct tls *t, struct tls_end *e)
{
	t->missed = t->missed || !e->hello;
	e->seeking = true;
	e->doubt = true;
	e->lost = true;
	e->skip = 0;
	buf_fini(&e->message);
}

/* Behind a gap. A record is what is authentic; and in TLS 1.2 the change to
 * encryption, should it not have been seen. */
static bool found(struct reading *x, const struct tls_record *r)
{
	struct tls *t = x->t;
	struct tls_end *e = x->e;
	struct span plain;
	uint8_t type;

	if (r->type == TLS_CHANGE_CIPHER) {
		if (e->protects || !e->hello || t->facts.version != TLS_1_2 ||
		    r->version != TLS_1_2 || r->body.n != 1 ||
		    r->body.p[0] != 1)
			return false;
		e->seeking = false;
		e->doubt = false;
		whole_record(x, r);
		return true;
	}
	if (t->renegotiated || r->version != TLS_1_2 ||
	    (t->facts.version == TLS_1_3 && r->type != TLS_APPLICATION))
		return false;
	tls_secret_look(t);
	if (!tls_record_try(t, e, &plain, &type, r))
		return false;
	t->counts.records++;
	e->seeking = false;
	e->protects = true;
	opened(x, plain, type, r->position);
	return true;
}

/* How many bytes are done with; 0: more are needed. */
static size_t seek(struct reading *x, struct span in, uint32_t position)
{
	struct tls_record r;

	/* Without a key nothing tells a record from what looks like one. */
	if (!x->t->keyed) {
		tls_secret_look(x->t);
		if (!x->t->keyed)
			return in.n;
	}
	switch (read_record(&r, in)) {
	case PARSE_OK:
		r.position = position;
		return found(x, &r) ? TLS_RECORD_HEADER + r.body.n : 1;
	case PARSE_MORE:
		return 0;
	case PARSE_BAD:
		break;
	}
	return 1;
}

static size_t step(struct reading *x, struct span in, uint32_t position)
{
	struct tls_record r;

	if (x->e->seeking)
		return seek(x, in, position);
	switch (read_record(&r, in)) {
	case PARSE_OK:
		r.position = position;
		whole_record(x, &r);
		return TLS_RECORD_HEADER + r.body.n;
	case PARSE_MORE:
		return 0;
	case PARSE_BAD:
		break;
	}
	x->t->counts.broken++;
	lose(x->t, x->e);
	return seek(x, in, position);
}

/* Returns how many of the bytes are done with. */
static size_t walk(struct reading *x, struct span in, uint32_t position)
{
	size_t used = 0;

	while (used < in.n) {
		const struct span rest = { in.p + used, in.n - used };
		const size_t n = step(x, rest, position + (uint32_t)used);

		if (n == 0)
			break;
		used += n;
		x->e->eaten += n;
	}
	return used;
}

static struct span behind(struct span s, size_t n)
{
	return (struct span){ s.p + n, s.n - n };
}

/* Goes on with what is pending and as much of text as it can hold; returns
 * what of text is left. */
static struct span feed_pending(struct reading *x, struct span text)
{
	struct buf *pending = &x->e->pending;
	const size_t room = PENDING_MAX - pending->n;
	const size_t n = text.n < room ? text.n : room;

	buf_add(pending, text.p, n);
	const size_t used = walk(x, buf_span(pending), x->e->position);

	buf_drop(pending, used);
	x->e->position += (uint32_t)used;
	return behind(text, n);
}

void tls_feed(struct tls *t, int from, struct message chunk, tls_sink *sink,
	      void *context)
{
	struct reading x = { t, &t->end[from], from, chunk, sink, context };
	struct buf *pending = &x.e->pending;
	struct span text = chunk.text;

	while (pending->n > 0 && text.n > 0)
		text = feed_pending(&x, text);
	if (pending->n == 0 && text.n > 0) {
		const uint32_t at =
			chunk.position + (uint32_t)(chunk.text.n - text.n);
		const size_t used = walk(&x, text, at);

		x.e->position = at + (uint32_t)used;
		text = behind(text, used);
		if (text.n > 0)
			buf_add(pending, text.p, text.n);
	}
	if (pending->n == 0)
		buf_fini(pending); /* there may be many connections */
}

void tls_gap(struct tls *t, int from, uint64_t lost)
{
	t->counts.lost += lost;
	lose(t, &t->end[from]);
	buf_fini(&t->end[from].pending);
}

bool tls_idle(const struct tls *t, int from)
{
	const struct tls_end *e = &t->end[from];

	return e->pending.n == 0 && !(e->hello && e->seeking);
}

uint64_t tls_held(const struct tls *t)
{
	uint64_t held = t->names.room + (t->plain ? TLS_BODY_MAX : 0);

	for (int i = 0; i < 2; i++)
		held += t->end[i].pending.room + t->end[i].message.room +
			t->hello[i].room;
	return held;
}

enum tls_status tls_status(const struct tls *t)
{
	if (t->renegotiated)
		return TLS_RENEGOTIATED;
	if (!t->end[0].hello || !t->end[1].hello)
		return t->missed ? TLS_NO_HELLO : TLS_BEGUN;
	if (!t->readable)
		return TLS_NO_SUITE;
	if (!t->end[0].traffic[TLS_EPOCH_TRAFFIC].known &&
	    !t->end[1].traffic[TLS_EPOCH_TRAFFIC].known)
		return TLS_NO_KEYS;
	return TLS_KEYED;
}

const struct tls_facts *tls_facts(const struct tls *t)
{
	return &t->facts;
}

const struct tls_facts *tls_facts_all(struct tls *t)
{
	tls_fingerprint(t);
	return &t->facts;
}

const struct tls_counts *tls_counts(const struct tls *t)
{
	return &t->counts;
}
