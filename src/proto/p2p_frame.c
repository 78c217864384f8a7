#include <assert.h>
#include <string.h>

#include "hash/sha256d.h"
#include "proto/p2p_private.h"

#define HEAD_OLD 20

/* Bytes taken in at a time, and kept for the next message. */
#define SLICE (1u << 16)

/* `version` begins with the protocol's version and the services. Before the
 * checksum came, versions were below 60000 and services 0 or 1; a checksum is
 * no such number but by chance (1 in 20,000), and then what follows it is. */
#define VERSION_LEAST  200u
#define VERSION_BEYOND 200000u
#define VERSION_MIN    46u /* bytes of the payload */

/* clang-format off */
static const struct p2p_network networks[] = {
	{ "bitcoin-p2p", P2P_HEADER_PROVES, { 0xf9, 0xbe, 0xb4, 0xd9 } },
	{ "bitcoin-p2p-testnet3", P2P_HEADER_PROVES, { 0x0b, 0x11, 0x09, 0x07 } },
	{ "bitcoin-p2p-testnet4", P2P_HEADER_PROVES, { 0x1c, 0x16, 0x3f, 0x28 } },
	{ "bitcoin-p2p-signet", P2P_HEADER_PROVES, { 0x0a, 0x03, 0xcf, 0x40 } },
	{ "bitcoin-p2p-regtest", P2P_HEADER_NAMES, { 0xfa, 0xbf, 0xb5, 0xda } },
	{ "bitcoin-cash-p2p", P2P_HEADER_PROVES, { 0xe3, 0xe1, 0xf3, 0xe8 } },
	{ "bitcoin-cash-p2p-testnet", P2P_HEADER_PROVES, { 0xf4, 0xe5, 0xf3, 0xf4 } },
	{ "litecoin-p2p", P2P_HEADER_NAMES, { 0xfb, 0xc0, 0xb6, 0xdb } },
	{ "litecoin-p2p-testnet", P2P_HEADER_NAMES, { 0xfd, 0xd2, 0xc8, 0xf1 } },
	{ "dogecoin-p2p", P2P_HEADER_NAMES, { 0xc0, 0xc0, 0xc0, 0xc0 } },
	{ "dogecoin-p2p-testnet", P2P_HEADER_NAMES, { 0xfc, 0xc1, 0xb7, 0xdc } },
	{ "namecoin-p2p", P2P_HEADER_NAMES, { 0xf9, 0xbe, 0xb4, 0xfe } },
	{ "dash-p2p", P2P_HEADER_OTHER, { 0xbf, 0x0c, 0x6b, 0xbd } },
	{ "zcash-p2p", P2P_HEADER_OTHER, { 0x24, 0xe9, 0x27, 0x64 } },
};
/* clang-format on */

const struct p2p_network *p2p_network_of(const uint8_t magic[4])
{
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++) {
		if (memcmp(networks[i].magic, magic, 4) == 0)
			return &networks[i];
	}
	return NULL;
}

bool p2p_begun(struct span first)
{
	struct p2p_head head;

	if (first.n >= 4)
		return p2p_head_parse(&head, first, NULL) == PARSE_MORE;
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++) {
		if (memcmp(networks[i].magic, first.p, first.n) == 0)
			return true;
	}
	return false;
}

static bool is_magic(const uint8_t magic[4], const struct p2p_network *network)
{
	return network ? memcmp(network->magic, magic, 4) == 0
		       : p2p_network_of(magic) != NULL;
}

/* Letters, digits, signs; then zeros to the end. */
static bool read_command(char out[P2P_COMMAND + 1], struct span raw)
{
	size_t n = 0;

	while (n < raw.n && raw.p[n] > 0x20 && raw.p[n] < 0x7f)
		n++;
	for (size_t i = n; i < raw.n; i++) {
		if (raw.p[i] != 0)
			return false;
	}
	memcpy(out, raw.p, n);
	out[n] = '\0';
	return n > 0;
}

/* Does the payload follow the length at once, without a checksum? all: from
 * the magic on. */
static enum parse is_old(bool *old, const struct p2p_head *head,
			 struct span all)
{
	struct cur c = cur_over(all);

	*old = false;
	cur_take(&c, HEAD_OLD);
	const uint32_t first = cur_le32(&c);

	if (!cur_ok(&c))
		return PARSE_MORE;
	if (strcmp(head->command, "verack") == 0 && head->length == 0)
		*old = memcmp(all.p, all.p + HEAD_OLD, 4) == 0;
	if (strcmp(head->command, "version") != 0 || head->length < VERSION_MIN)
		return PARSE_OK;
	const uint32_t second = cur_le32(&c);

	*old = first < VERSION_BEYOND &&
	       (second < VERSION_LEAST || second >= VERSION_BEYOND);
	return cur_ok(&c) ? PARSE_OK : PARSE_MORE;
}

enum parse p2p_head_parse(struct p2p_head *out, struct span bytes,
			  const struct p2p_network *network)
{
	struct p2p_head head = { .size = P2P_HEAD };
	struct cur c = cur_over(bytes);
	const struct span magic = cur_take(&c, 4);
	const struct span command = cur_take(&c, P2P_COMMAND);
	bool old;

	if (magic.n == 4 && !is_magic(magic.p, network))
		return PARSE_BAD;
	head.length = cur_le32(&c);
	if (!cur_ok(&c))
		return PARSE_MORE;
	if (!read_command(head.command, command) ||
	    head.length > P2P_LENGTH_MAX)
		return PARSE_BAD;
	const enum parse found = is_old(&old, &head, bytes);

	if (found != PARSE_OK)
		return found;
	if (old)
		head.size = HEAD_OLD;
	else
		memcpy(head.checksum, cur_take(&c, 4).p, 4);
	*out = head;
	return PARSE_OK;
}

void p2p_framing_init(struct p2p_framing *f)
{
	*f = (struct p2p_framing){ .state = P2P_FRESH };
	buf_init(&f->wait, P2P_HEAD + P2P_PAYLOAD_MAX + SLICE);
}

void p2p_framing_fini(struct p2p_framing *f)
{
	buf_fini(&f->wait);
}

void p2p_framing_gap(struct p2p_framing *f)
{
	f->at += f->wait.n;
	buf_clear(&f->wait);
	f->skip = 0;
	f->state = P2P_FRESH;
}

bool p2p_framing_begun(const struct p2p_framing *f, struct message *out,
		       const char *command, const struct p2p_network *network)
{
	struct p2p_head head;
	struct span rest = buf_span(&f->wait);

	if (p2p_head_parse(&head, rest, network) != PARSE_OK ||
	    strcmp(head.command, command) != 0)
		return false;
	*out = f->last;
	out->position = f->position;
	out->text = (struct span){ rest.p + head.size, rest.n - head.size };
	return true;
}

/* One piece of a direction, as its messages are taken off. */
struct taking {
	struct p2p *p2p;
	struct p2p_framing *f;
	const struct dialect_input *in;
	event_sink *sink;
	void *context;
	size_t done; /* bytes of f->wait that are dealt with */
};

static struct span rest_of(const struct taking *t)
{
	return (struct span){ t->f->wait.p + t->done, t->f->wait.n - t->done };
}

static void deliver(struct taking *t, const struct p2p_head *head, bool damaged)
{
	struct message m = *t->in->message;
	struct dialect_input in = *t->in;
	struct p2p_reading r = {
		.p2p = t->p2p, .in = &in, .sink = t->sink, .context = t->context
	};

	in.message = &m;
	m.position = t->f->position + (uint32_t)t->done;
	m.text = (struct span){ rest_of(t).p + head->size, head->length };
	p2p_message(&r, head->command, damaged);
}

static bool is_whole(const struct p2p_head *head, const uint8_t *payload)
{
	uint8_t sum[32];

	if (head->size != P2P_HEAD)
		return true;
	sha256d(sum, payload, head->length);
	return memcmp(sum, head->checksum, sizeof(head->checksum)) == 0;
}

/* Behind a candidate that was none. One with a wrong checksum may hide true
 * ones, but to hash what it claims for each magic in it could take for ever: no
 * more is hashed in vain than there were bytes. */
static void hunt_on(struct taking *t, const struct p2p_head *head)
{
	const uint64_t whole = head->size + UINT64_C(0) + head->length;
	const uint64_t end = t->f->at + t->done + whole;

	if (t->f->wasted + head->length <= end) {
		t->f->wasted += head->length;
		t->done += 4;
	} else {
		t->done += whole;
	}
}

/* To the first byte that could begin a magic. False: there is none but at the
 * end. */
static bool hunt(struct taking *t)
{
	const struct span rest = rest_of(t);

	for (size_t i = 0; i + 4 <= rest.n; i++) {
		if (is_magic(rest.p + i, t->p2p->network)) {
			t->done += i;
			return true;
		}
	}
	if (rest.n > 3)
		t->done += rest.n - 3;
	return false;
}

static bool no_message(struct taking *t)
{
	if (t->f->state == P2P_PLACED)
		t->p2p->faults[DIALECT_FRAME]++;
	t->f->state = P2P_HUNTING;
	t->done++;
	return true;
}

/* A message is here: by its checksum, or because one was to be here. */
static void place(struct taking *t)
{
	t->f->state = P2P_PLACED;
	if (!t->p2p->network)
		t->p2p->network = p2p_network_of(rest_of(t).p);
}

static void skip(struct taking *t, const struct p2p_head *head)
{
	const uint64_t whole = head->size + UINT64_C(0) + head->length;
	const size_t here = rest_of(t).n;

	t->p2p->faults[DIALECT_SIZE]++;
	t->f->skip = whole > here ? whole - here : 0;
	t->done += whole > here ? here : (size_t)whole;
}

static void take_message(struct taking *t, const struct p2p_head *head)
{
	const struct span rest = rest_of(t);
	const bool whole = is_whole(head, rest.p + head->size);

	if (!whole && t->f->state == P2P_HUNTING) {
		hunt_on(t, head);
		return;
	}
	place(t);
	if (!whole)
		t->p2p->faults[DIALECT_FRAME]++;
	deliver(t, head, !whole);
	t->done += head->size + (size_t)head->length;
}

/* Takes one message off, or a piece that is none. False: more is needed. */
static bool take(struct taking *t)
{
	struct p2p_head head;
	const struct p2p_framing *f = t->f;

	if (f->state == P2P_HUNTING && !hunt(t))
		return false;
	const struct span rest = rest_of(t);

	switch (p2p_head_parse(&head, rest, t->p2p->network)) {
	case PARSE_MORE:
		return false;
	case PARSE_BAD:
		return no_message(t);
	case PARSE_OK:
		break;
	}
	if (f->state == P2P_HUNTING && head.length > P2P_PAYLOAD_MAX)
		return no_message(t);
	if (f->state != P2P_HUNTING)
		place(t);
	if (head.length > P2P_PAYLOAD_MAX) {
		skip(t, &head);
		return true;
	}
	if (rest.n < head.size + (size_t)head.length)
		return false;
	take_message(t, &head);
	return true;
}

static void take_all(struct taking *t)
{
	struct p2p_framing *f = t->f;

	while (t->done < f->wait.n && take(t))
		;
	f->at += t->done;
	f->position += (uint32_t)t->done;
	buf_drop(&f->wait, t->done);
	/* What a large message took is not kept: there are many readers. */
	if (f->wait.n == 0 && f->wait.room > SLICE)
		buf_fini(&f->wait);
	t->done = 0;
}

void p2p_framing_feed(struct p2p *p, const struct dialect_input *in,
		      event_sink *sink, void *context)
{
	struct p2p_framing *f = &p->framing[in->from];
	struct taking t = {
		.p2p = p, .f = f, .in = in, .sink = sink, .context = context
	};
	struct span left = in->message->text;
	uint32_t position = in->message->position;

	f->last = *in->message;
	f->last.text.n = 0;
	while (left.n > 0) {
		size_t n = left.n < SLICE ? left.n : SLICE;

		if (f->skip > 0) {
			n = f->skip < n ? (size_t)f->skip : n;
			f->skip -= n;
			f->at += n;
		} else {
			if (f->wait.n == 0)
				f->position = position;
			buf_add(&f->wait, left.p, n);
			take_all(&t);
		}
		left.p += n;
		left.n -= n;
		position += (uint32_t)n;
	}
}

bool p2p_write(struct buf *out, const uint8_t magic[4], const char *command,
	       struct span payload, bool old)
{
	const size_t size = old ? HEAD_OLD : P2P_HEAD, n = strlen(command);
	uint8_t head[P2P_HEAD] = { 0 }, sum[32];

	assert(n <= P2P_COMMAND);
	if (out->full || payload.n > P2P_LENGTH_MAX ||
	    size + payload.n > out->limit - out->n) {
		out->full = true;
		return false;
	}
	memcpy(head, magic, 4);
	for (size_t i = 0; i < n; i++)
		head[4 + i] = (uint8_t)command[i];
	for (int i = 0; i < 4; i++)
		head[16 + i] = (uint8_t)(payload.n >> 8 * i);
	sha256d(sum, payload.p, payload.n);
	memcpy(head + HEAD_OLD, sum, 4);
	return buf_add(out, head, size) && buf_add(out, payload.p, payload.n);
}
