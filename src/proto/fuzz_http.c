/* Input: u8 step | acts: u8 what (bit 0: which end; bits 1 and 2: 0 or 3 bytes
 * follow, 1 bytes are lost, 2 the end has sent its last) | u8 n | n bytes, or n
 * lost. The length of the last act is all that is left.
 *
 * The properties: cut in pieces of any size, and byte by byte, the connection
 * gives the same messages and counts; requests are numbered without a hole
 * as they are completed or dropped; a final response answers a request whose
 * head was sent, each at most once, in order; messages of an end lie one
 * behind the other within what it sent; the client does not change; raw bytes
 * come only behind a message that opens a tunnel. What we write, with the body
 * compressed by zlib, is read with the same body. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "proto/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct talk {
	struct http *h;
	uint64_t digest, whole, unpaired;
	uint64_t next_request, next_answer;
	uint32_t sent[2], behind[2];
	bool opened;
	int client;
};

static void mix(struct talk *t, const void *p, size_t n)
{
	t->digest = map_hash(t->digest, p, n);
}

static void mix_span(struct talk *t, struct span s)
{
	mix(t, &s.n, sizeof(s.n));
	mix(t, s.n ? (const void *)s.p : "", s.n);
}

static void on_raw(struct talk *t, const struct http_message *m)
{
	must(t->opened && m->at.text.n > 0);
	/* Byte for byte, so that pieces do not matter. */
	for (size_t i = 0; i < m->at.text.n; i++) {
		const uint32_t at = m->at.position + (uint32_t)i;

		mix(t, &at, sizeof(at));
		mix(t, m->at.text.p + i, 1);
	}
}

static void on_response(struct talk *t, const struct http_message *m)
{
	const bool interim = m->status < 200 && m->status != HTTP_SWITCHING;

	must(m->status >= 100 && m->status <= HTTP_STATUS_MAX);
	t->opened |= m->status / 100 == 2 || m->status == HTTP_SWITCHING;
	if (m->number == HTTP_UNPAIRED) {
		t->unpaired++;
		return;
	}
	must(m->number >= t->next_answer);
	t->next_answer = m->number + !interim;
}

static void on_message(void *context, const struct http_message *m)
{
	struct talk *t = context;
	const int client = http_client(t->h);

	must(client >= 0 && (t->client < 0 || t->client == client));
	t->client = client;
	must(m->at.position >= t->behind[m->from] &&
	     m->at.position < t->sent[m->from]);
	t->behind[m->from] = m->at.position + (m->kind != HTTP_TUNNEL);
	if (m->kind == HTTP_TUNNEL) {
		on_raw(t, m);
		return;
	}
	must((m->kind == HTTP_REQUEST) == (m->from == client));
	must(m->at.text.n <= HTTP_BODY_MAX && m->fields <= HTTP_FIELDS_MAX);
	t->whole += m->whole;
	mix(t, &m->at.position, sizeof(m->at.position));
	mix(t, &m->number, sizeof(m->number));
	mix(t, &m->whole, sizeof(m->whole));
	mix_span(t, m->at.text);
	mix_span(t, m->target);
	mix_span(t, m->user);
	for (size_t i = 0; i < m->fields; i++) {
		mix_span(t, m->field[i].name);
		mix_span(t, m->field[i].value);
	}
	if (m->kind == HTTP_RESPONSE) {
		on_response(t, m);
		return;
	}
	must(m->number >= t->next_request && m->method.n > 0);
	t->next_request = m->number + 1;
}

static void feed(struct talk *t, int from, struct span bytes, size_t step)
{
	while (bytes.n > 0) {
		const size_t n = bytes.n < step ? bytes.n : step;
		/* A copy, so that what is read must be in it. */
		uint8_t *copy = mem_new(n, 1);
		const struct message chunk = { .text = { copy, n },
					       .position = t->sent[from] };

		memcpy(copy, bytes.p, n);
		t->sent[from] += (uint32_t)n;
		http_feed(t->h, from, chunk, on_message, t);
		free(copy);
		bytes.p += n;
		bytes.n -= n;
	}
}

static struct http_counts play(struct talk *t, struct cur c, size_t step)
{
	*t = (struct talk){ .h = http_new(), .client = -1 };
	while (cur_left(&c) > 1) {
		const unsigned what = cur_u8(&c), from = what & 1;
		const size_t n = cur_u8(&c), left = cur_left(&c);

		if ((what >> 1 & 3) == 1) {
			http_gap(t->h, (int)from, n + 1);
			t->sent[from] += (uint32_t)n + 1;
		} else if ((what >> 1 & 3) == 2) {
			http_end(t->h, (int)from, on_message, t);
		} else {
			feed(t, (int)from, cur_take(&c, n < left ? n : left),
			     step);
		}
	}
	const struct http_counts counts = *http_counts(t->h);

	must(counts.whole == t->whole && t->unpaired <= counts.unpaired);
	http_free(t->h);
	t->h = NULL;
	return counts;
}

static struct span deflated(struct buf *out, struct span body)
{
	uLongf n = compressBound((uLong)body.n);
	uint8_t *made = mem_new(n, 1);

	must(compress(made, &n, body.p, (uLong)body.n) == Z_OK);
	buf_init(out, n);
	must(buf_add(out, made, n));
	free(made);
	return buf_span(out);
}

struct copy {
	struct span body;
	int n;
};

static void on_copy(void *context, const struct http_message *m)
{
	struct copy *copy = context;
	const struct span got = m->at.text;

	must(m->whole && got.n == copy->body.n);
	must(got.n == 0 || !memcmp(got.p, copy->body.p, got.n));
	copy->n++;
}

static void round_trip(struct span body, size_t step)
{
	static const char *const fields[] = { "Content-Encoding: deflate",
					      NULL };
	struct copy copy = { .body = body };
	struct http *h = http_new();
	struct buf packed, out;
	const struct http_writing w = { .method = "POST",
					.target = "/",
					.host = "a",
					.status = 200,
					.reason = "OK",
					.fields = fields,
					.body = deflated(&packed, body) };

	buf_init(&out, 1u << 24);
	for (int from = 0; from < 2; from++) {
		buf_clear(&out);
		must(from ? http_write_response(&out, &w)
			  : http_write_request(&out, &w));
		must(http_likely(buf_span(&out)));
		for (size_t at = 0; at < out.n; at += step) {
			const size_t n = out.n - at < step ? out.n - at : step;

			http_feed(h, from,
				  (struct message){ .text = { out.p + at, n } },
				  on_copy, &copy);
		}
	}
	must(copy.n == 2);
	http_free(h);
	buf_fini(&packed);
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_over((struct span){ data, size });
	const size_t step = cur_u8(&c) + UINT64_C(1);
	struct talk whole, cut;
	struct http_counts a, b;

	if (!cur_ok(&c))
		return 0;
	a = play(&whole, c, SIZE_MAX);
	for (int i = 0; i < 2; i++) {
		b = play(&cut, c, i ? step : 1);
		must(!memcmp(&a, &b, sizeof(a)));
		must(whole.digest == cut.digest);
	}
	round_trip(cur_take(&c, cur_left(&c)), step);
	return 0;
}
