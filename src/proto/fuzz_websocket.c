/* Input: u8 step | u8 extensions (bit 0: deflate, bits 1 and 2: no context
 * takeover by the client, the server) | acts: u8 what (bit 0: which end; bit 1:
 * bytes are lost, else follow) | u8 n | n bytes, or n lost. The length of the
 * last act is all that is left.
 *
 * The properties: cut in pieces of any size, and byte by byte, the connection
 * gives the same messages and counts; messages of an end lie one behind the
 * other within what it sent, none larger than allowed. The bytes, written as
 * two messages in fragments, masked and compressed by zlib in one window, with
 * a ping between, are read as they were; and when bytes between the two are
 * lost, what is read of the second is right or nothing. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/websocket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static struct websocket *opened(unsigned extensions)
{
	static const char *const texts[] = {
		"permessage-deflate",
		"permessage-deflate; client_no_context_takeover",
		"permessage-deflate;server_no_context_takeover",
		("a, permessage-deflate; client_no_context_takeover; "
		 "server_no_context_takeover; server_max_window_bits=9"),
	};
	const char *text = texts[extensions >> 1 & 3];
	const struct http_field field = {
		.name = { (const uint8_t *)"sec-websocket-extensions", 24 },
		.value = { (const uint8_t *)text, strlen(text) },
	};
	const struct http_message response = { .kind = HTTP_RESPONSE,
					       .from = 1,
					       .field = &field,
					       .fields = extensions & 1 };

	return websocket_new(&response);
}

struct talk {
	uint64_t digest, n;
	uint32_t sent[2], behind[2];
};

static void on_message(void *context, const struct websocket_message *m)
{
	struct talk *t = context;

	must(m->at.position >= t->behind[m->from] &&
	     m->at.position < t->sent[m->from]);
	must(m->at.text.n <= WEBSOCKET_MESSAGE_MAX);
	t->behind[m->from] = m->at.position + 1;
	t->digest = map_hash(t->digest, &m->at.position, 4);
	t->digest = map_hash(t->digest, &m->binary, sizeof(m->binary));
	t->digest = map_hash(t->digest,
			     m->at.text.n ? (const void *)m->at.text.p : "",
			     m->at.text.n);
	t->n++;
}

static void feed(struct websocket *w, struct talk *t, int from,
		 struct span bytes, size_t step)
{
	while (bytes.n > 0) {
		const size_t n = bytes.n < step ? bytes.n : step;
		/* A copy, so that what is read must be in it. */
		uint8_t *copy = mem_new(n, 1);
		const struct message chunk = { .text = { copy, n },
					       .position = t->sent[from] };

		memcpy(copy, bytes.p, n);
		t->sent[from] += (uint32_t)n;
		websocket_feed(w, from, chunk, on_message, t);
		free(copy);
		bytes.p += n;
		bytes.n -= n;
	}
}

static struct websocket_counts play(struct talk *t, unsigned extensions,
				    struct cur c, size_t step)
{
	struct websocket *w = opened(extensions);

	*t = (struct talk){ 0 };
	while (cur_left(&c) > 1) {
		const unsigned what = cur_u8(&c);
		const size_t n = cur_u8(&c), left = cur_left(&c);

		if (what & 2) {
			websocket_gap(w, (int)(what & 1), n + 1);
			t->sent[what & 1] += (uint32_t)n + 1;
		} else {
			feed(w, t, (int)(what & 1),
			     cur_take(&c, n < left ? n : left), step);
		}
	}
	const struct websocket_counts counts = *websocket_counts(w);

	must(counts.whole == t->n);
	must(websocket_held(w) <= 2 * WEBSOCKET_MESSAGE_MAX);
	websocket_free(w);
	return counts;
}

/* RFC 7692, 7.2.1: deflate, flush, and leave out what ends a flush. */
static void deflate_message(struct buf *out, z_stream *z, struct span body)
{
	const size_t room = body.n + body.n / 8 + 64;
	uint8_t *made = mem_new(room, 1);

	z->next_in = (Bytef *)(uintptr_t)body.p;
	z->avail_in = (uInt)body.n;
	z->next_out = made;
	z->avail_out = (uInt)room;
	must(deflate(z, Z_SYNC_FLUSH) == Z_OK && z->avail_out > 0);
	buf_clear(out);
	must(buf_add(out, made, room - z->avail_out - 4));
	free(made);
}

/* A message in two fragments with a ping between. */
static void write_message(struct buf *out, struct span payload, bool compressed)
{
	const size_t n = payload.n / 2;
	struct websocket_frame f = { .opcode = WEBSOCKET_TEXT,
				     .unfinished = true,
				     .compressed = compressed,
				     .masked = true,
				     .mask = { 1, 200, 3, 40 },
				     .payload = { payload.p, n } };

	must(websocket_write(out, &f));
	f = (struct websocket_frame){ .opcode = WEBSOCKET_PING };
	must(websocket_write(out, &f));
	f = (struct websocket_frame){ .masked = true,
				      .mask = { 9, 9, 0, 7 },
				      .payload = { payload.p + n,
						   payload.n - n } };
	must(websocket_write(out, &f));
}

struct copy {
	struct span body;
	uint64_t n;
};

static void on_copy(void *context, const struct websocket_message *m)
{
	struct copy *copy = context;
	const struct span got = m->at.text;

	must(got.n == copy->body.n);
	must(got.n == 0 || !memcmp(got.p, copy->body.p, got.n));
	copy->n++;
}

/* lost: so many bytes at the end of the first message, within its payload. */
static void round_trip(struct span body, size_t step, size_t lost)
{
	struct copy copy = { .body = body };
	struct websocket *w = opened(1);
	struct buf packed, out;
	z_stream z = { .next_in = NULL };

	must(deflateInit2(&z, 6, Z_DEFLATED, -12, 8, Z_DEFAULT_STRATEGY) ==
	     Z_OK);
	buf_init(&packed, 1u << 20);
	buf_init(&out, 1u << 20);
	for (int i = 0; i < 2; i++) {
		buf_clear(&out);
		deflate_message(&packed, &z, body);
		write_message(&out, buf_span(&packed), true);
		const size_t end = i == 0 ? out.n - lost : out.n;

		for (size_t at = 0; at < end; at += step) {
			const size_t n = end - at < step ? end - at : step;

			websocket_feed(
				w, 0,
				(struct message){ .text = { out.p + at, n } },
				on_copy, &copy);
		}
		if (i == 0 && lost > 0)
			websocket_gap(w, 0, lost);
	}
	const struct websocket_counts *n = websocket_counts(w);

	must(n->control == 2 && n->broken == 0);
	must(n->whole == copy.n && n->cut == (lost > 0));
	must(copy.n + n->undecodable == (lost > 0 ? 1 : 2));
	must(lost > 0 || copy.n == 2);
	deflateEnd(&z);
	websocket_free(w);
	buf_fini(&packed);
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	const size_t step = cur_u8(&c) + UINT64_C(1);
	const unsigned extensions = cur_u8(&c);
	struct talk whole, cut;
	struct websocket_counts a, b;

	if (!cur_ok(&c))
		return 0;
	a = play(&whole, extensions, c, SIZE_MAX);
	for (int i = 0; i < 2; i++) {
		b = play(&cut, extensions, c, i ? step : 1);
		must(!memcmp(&a, &b, sizeof(a)));
		must(whole.digest == cut.digest);
	}
	const struct span body = cur_take(&c, cur_left(&c));

	if (body.n > 0) { /* zlib flushes nothing twice */
		round_trip(body, step, 0);
		round_trip(body, step, 1);
	}
	return 0;
}
