#include <string.h>

#include "proto/tls_private.h"

enum {
	MESSAGE_CLIENT_HELLO = 1,
	MESSAGE_SERVER_HELLO = 2,
	MESSAGE_ENCRYPTED_EXTENSIONS = 8,
	MESSAGE_CERTIFICATE = 11,
	MESSAGE_FINISHED = 20,
	MESSAGE_KEY_UPDATE = 24,
};

#define MESSAGE_HEADER 4
#define EXTENSION_ALPN 16

/* Names of a list, with commas between. */
static void join(char out[TLS_TEXT_MAX], struct span alpn)
{
	struct cur c = cur_over(alpn);
	size_t at = 0;

	while (cur_left(&c)) {
		const struct span name = cur_take(&c, cur_u8(&c));
		const size_t comma = at > 0;

		if (!tls_printable(name) || name.n + comma >= TLS_TEXT_MAX - at)
			continue;
		if (comma)
			out[at++] = ',';
		memcpy(out + at, name.p, name.n);
		at += name.n;
	}
	out[at] = '\0';
}

/* Both hellos are known, the second from `from`: what follows can be
 * understood, or not. */
static void agree(struct tls *t, int from)
{
	const struct tls_facts *f = &t->facts;

	if (!t->end[0].hello || !t->end[1].hello)
		return;
	t->readable = tls_suite(&t->suite, f->version, f->suite);
	for (int i = 0; i < 2; i++) {
		struct tls_end *e = &t->end[i];

		e->protects = e->protects || f->version == TLS_1_3;
		e->epoch = f->version == TLS_1_3 ? TLS_EPOCH_HANDSHAKE
						 : TLS_EPOCH_TRAFFIC;
	}
	if (f->version == TLS_1_3)
		buf_fini(&t->end[!from].message); /* it was not encrypted */
	tls_secret_look(t);
}

static bool client_hello(struct tls *t, int from, struct span body)
{
	struct tls_hello h;

	if (!tls_hello_client(&h, body))
		return false;
	/* The second, which HelloRetryRequest asks for, has the same random. */
	if (t->end[from].hello || t->facts.client >= 0)
		return true;
	t->facts.client = from;
	t->end[from].hello = true;
	memcpy(t->client_random, h.random.p, TLS_RANDOM);
	tls_text(t->facts.server_name, h.name);
	join(t->facts.alpn_offered, h.alpn);
	buf_add(&t->hello[0], body.p, body.n);
	agree(t, from);
	return true;
}

static bool server_hello(struct tls *t, int from, struct span body)
{
	struct tls_hello h;

	if (!tls_hello_server(&h, body))
		return false;
	if (t->end[from].hello)
		return true;
	struct cur suite = cur_over(h.suites), version = cur_over(h.versions);

	if (tls_hello_is_retry(&h)) {
		t->facts.version = TLS_1_3; /* the real one follows */
		return true;
	}
	t->end[from].hello = true;
	t->facts.suite = cur_be16(&suite);
	t->facts.has_suite = true;
	t->facts.version = h.versions.n ? cur_be16(&version) : h.version;
	memcpy(t->server_random, h.random.p, TLS_RANDOM);
	join(t->facts.alpn, h.alpn);
	buf_add(&t->hello[1], body.p, body.n);
	agree(t, from);
	return true;
}

/* TLS 1.2: all certificates, length 3 | each: length 3 | certificate
 * TLS 1.3: context, length 1, in front; each with its extensions behind. */
static bool certificate(struct tls *t, struct span body)
{
	struct cur c = cur_over(body);

	if (t->facts.version == TLS_1_3)
		cur_take(&c, cur_u8(&c));
	const uint32_t high = cur_u8(&c);
	struct cur all = cur_sub(&c, high << 16 | cur_be16(&c));

	if (!cur_done(&c))
		return false;
	if (!cur_left(&all) || t->names.n)
		return true; /* a client may have none */
	const uint32_t n = cur_u8(&all);
	const struct span der = cur_take(&all, n << 16 | cur_be16(&all));

	if (!cur_ok(&all) ||
	    !tls_names(&t->names, &t->facts.names_dropped, der))
		return false;
	t->facts.names = buf_span(&t->names);
	return true;
}

static bool encrypted_extensions(struct tls *t, struct span body)
{
	struct cur c = cur_over(body);
	struct cur each = cur_sub(&c, cur_be16(&c));

	if (!cur_done(&c))
		return false;
	while (cur_left(&each)) {
		uint16_t id;
		const struct span value = tls_hello_extension(&each, &id);
		struct span alpn;

		if (id == EXTENSION_ALPN && tls_hello_alpn(&alpn, value))
			join(t->facts.alpn, alpn);
	}
	return cur_ok(&each);
}

static bool finished(struct tls_end *e, bool tls_1_3)
{
	/* There are more, when a client is asked to prove itself later. */
	if (tls_1_3 && e->epoch == TLS_EPOCH_HANDSHAKE) {
		e->epoch = TLS_EPOCH_TRAFFIC;
		e->sequence = 0;
	}
	return true;
}

/* What counts only in a record that was opened. */
static bool protected_message(struct tls *t, int from, uint8_t type,
			      struct span body)
{
	const bool server = from != t->facts.client;
	const bool tls_1_3 = t->facts.version == TLS_1_3;
	struct tls_end *e = &t->end[from];

	switch (type) {
	case MESSAGE_ENCRYPTED_EXTENSIONS:
		return !server || !tls_1_3 || encrypted_extensions(t, body);
	case MESSAGE_CERTIFICATE:
		return !server || !tls_1_3 || certificate(t, body);
	case MESSAGE_FINISHED:
		return finished(e, tls_1_3);
	case MESSAGE_KEY_UPDATE:
		if (tls_1_3 && e->traffic[TLS_EPOCH_NEXT].known &&
		    e->epoch == TLS_EPOCH_TRAFFIC)
			tls_secret_update(t, e);
		return true;
	default:
		return true;
	}
}

static bool message(struct tls *t, int from, uint8_t type, struct span body)
{
	if (t->end[from].protects)
		return protected_message(t, from, type, body);
	switch (type) {
	case MESSAGE_CLIENT_HELLO:
		return client_hello(t, from, body);
	case MESSAGE_SERVER_HELLO:
		return from == t->facts.client || server_hello(t, from, body);
	case MESSAGE_CERTIFICATE:
		return from == t->facts.client || !t->end[from].hello ||
		       certificate(t, body);
	default:
		return true;
	}
}

/* type 1 | length 3 | body. Returns how many bytes it took; 0: more are
 * needed. */
static size_t next(struct tls *t, int from, struct span bytes)
{
	struct tls_end *e = &t->end[from];
	struct cur c = cur_over(bytes);
	const uint8_t type = cur_u8(&c);
	const uint32_t high = cur_u8(&c);
	const size_t n = high << 16 | cur_be16(&c);

	if (!cur_ok(&c))
		return 0;
	if (n > TLS_HANDSHAKE_MAX) {
		t->counts.oversized++;
		e->skip = n;
		return MESSAGE_HEADER;
	}
	const struct span body = cur_take(&c, n);

	if (!cur_ok(&c))
		return 0;
	if (!message(t, from, type, body))
		t->counts.malformed++;
	return MESSAGE_HEADER + n;
}

void tls_handshake_feed(struct tls *t, int from, struct span bytes)
{
	struct tls_end *e = &t->end[from];
	const bool protects = e->protects;
	size_t used;

	buf_add(&e->message, bytes.p, bytes.n);
	do {
		const size_t skip =
			e->skip < e->message.n ? e->skip : e->message.n;

		buf_drop(&e->message, skip);
		e->skip -= skip;
		used = next(t, from, buf_span(&e->message));
		buf_drop(&e->message, used);
	} while (used > 0 && e->protects == protects);
	/* Behind the last one in clear nothing in clear counts. */
	if (!e->message.n || e->protects != protects)
		buf_fini(&e->message); /* seldom needed again */
}
