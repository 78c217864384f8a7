#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/websocket.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEQ      0xfffffff8u /* so that positions wrap */
#define SCRIPT   10

struct act {
	const char *bytes;
	size_t n;
	int from;
	uint32_t lost;
};
/* clang-format off */
#define C(text)    { .bytes = (text), .n = sizeof(text) - 1, .from = 0 }
#define S(text)    { .bytes = (text), .n = sizeof(text) - 1, .from = 1 }
#define LOST(d, k) { .from = (d), .lost = (k) }
/* clang-format on */

#define DEFLATE "permessage-deflate"
/* "Hello" under the mask of RFC 6455's examples, 5.7. */
#define MASKED "\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"

static const struct vector {
	const char *name, *extensions;
	struct act act[SCRIPT];
	const char *wanted;
	struct websocket_counts counts;
} vectors[] = {
	{ "RFC 6455, 5.7: unmasked, masked",
	  "",
	  { S("\x81\x05Hello"), C("\x81\x85" MASKED) },
	  "S0 [Hello]\nC0 [Hello]\n",
	  { .whole = 2 } },
	{ "RFC 6455, 5.7: fragments, a ping and its pong between them",
	  "",
	  { S("\x01\x03Hel\x89\x05Hello"), C("\x8a\x85" MASKED),
	    S("\x80\x02lo\x82\x01x") },
	  "S0 [Hello]\nS16 binary [x]\n",
	  { .whole = 2, .control = 2 } },
	{ "empty messages and fragments, close",
	  "",
	  { S("\x81\x00\x01\x00\x00\x00\x80\x02{}\x88\x02\x03\xe8"),
	    C("\x88\x80"
	      "abcd") },
	  "S0 []\nS2 [{}]\n",
	  { .whole = 2, .control = 2 } },
	{ "RFC 7692, 7.2.3.1: one frame, and in fragments",
	  DEFLATE,
	  { S("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"),
	    C("\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00") },
	  "S0 [Hello]\nC0 [Hello]\n",
	  { .whole = 2 } },
	{ "RFC 7692, 7.2.3.2: the window is shared; a plain one between",
	  "x-other; a=1, permessage-deflate; server_max_window_bits=10",
	  { S("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x81\x01x"
	      "\xc1\x05\xf2\x00\x11\x00\x00") },
	  "S0 [Hello]\nS9 [x]\nS12 [Hello]\n",
	  { .whole = 3 } },
	{ "no context takeover by the server, so what needs one is damaged",
	  DEFLATE "; server_no_context_takeover",
	  { S("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"
	      "\xc1\x05\xf2\x00\x11\x00\x00"),
	    C("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"
	      "\xc1\x05\xf2\x00\x11\x00\x00") },
	  "S0 [Hello]\nC0 [Hello]\nC9 [Hello]\n",
	  { .whole = 3, .undecodable = 1 } },
	{ "RFC 7692, 7.2.3.3 to 7.2.3.6: stored, final, two blocks, empty",
	  DEFLATE,
	  { S("\xc1\x0b\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"),
	    S("\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00"
	      "\xc1\x05\xf2\x00\x11\x00\x00"),
	    S("\xc1\x0d\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"),
	    S("\xc1\x01\x00\xc1\x05\xf2\x00\x11\x00\x00") },
	  "S0 [Hello]\nS13 [Hello]\nS23 [Hello]\nS30 [Hello]\nS45 []\n"
	  "S48 [Hello]\n",
	  { .whole = 6 } },
	{ "compressed bytes that end early, or are damaged",
	  DEFLATE,
	  { S("\xc1\x03\xf2\x48\xcd"), S("\xc1\x02\xff\xff"),
	    S("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00") },
	  "S9 [Hello]\n",
	  { .whole = 1, .undecodable = 2 } },
	{ "a hole in a payload",
	  "",
	  { S("\x81\x05He"), LOST(1, 2), S("o\x81\x02{}\x01\x05He"), LOST(1, 3),
	    S("\x80\x01x\x81\x01y") },
	  "S7 [{}]\nS21 [y]\n",
	  { .whole = 2, .cut = 2 } },
	{ "a hole whose end is not known: JSON in a whole frame",
	  "",
	  { S("\x81\x05He"), LOST(1, 9),
	    S("\x81\x02[x\x81\x02{\x81\x03{\"}\x81\x82{}"),
	    S("\x01\x02{}\x80\x00\x81\x07{\"a\":1}\x81\x01x"),
	    C("\x81\x85" MASKED), LOST(0, 1),
	    C("\x81\x02{}\x82\x82 `@@[\x1d") },
	  "S35 [{\"a\":1}]\nS44 [x]\nC0 [Hello]\nC16 binary [{}]\n",
	  { .whole = 4, .cut = 1 } },
	{ "JSON and more is not what is looked for",
	  "",
	  { LOST(1, 1), S("\x81\x04{}xx\x81\x02{}") },
	  "S7 [{}]\n",
	  { .whole = 1 } },
	{ "a length in more bytes than it needs; RSV1 in a later fragment",
	  DEFLATE,
	  { S("\x81\x7e\x00\x01x\x81\x02{}"),
	    C("\x41\x80"
	      "abcd\xc0\x80"
	      "abcd\x81\x82\x00\x00\x00\x00{}") },
	  "S5 [{}]\nC12 [{}]\n",
	  { .whole = 2, .cut = 1, .broken = 2 } },
	{ "and a window that is lost",
	  DEFLATE,
	  { S("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"), LOST(1, 4),
	    S("\xc1\x05\xf2\x00\x11\x00\x00"
	      "\xc1\x08\x00\x02\x00\xfd\xff{}\x00\xc1\x05\xf2\x00\x11\x00"
	      "\x00") },
	  "S0 [Hello]\nS20 [{}]\n",
	  { .whole = 2, .undecodable = 1 } },
	{ "frames that cannot be",
	  "",
	  { S("\x81\x01x\xc1\x02{}\x81\x02{}"), /* RSV1 */
	    C("\x83\x00"), S("\x09\x00\x81\x02{}"),
	    S("\x89\x7e\x00\x7e\x81\x7e\x00\x7d\x81\x02{}"),
	    S("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff\x81\x02{}"),
	    S("\x81\x7f\x80\x00\x00\x00\x00\x01\x00\x00\x81\x02{}") },
	  "S0 [x]\nS7 [{}]\nS13 [{}]\nS25 [{}]\nS39 [{}]\nS53 [{}]\n",
	  { .whole = 6, .broken = 6 } },
	{ "a message that begins within another, one that goes on from none",
	  "",
	  { S("\x01\x01x\x81\x01y\x80\x01z\x81\x01y") },
	  "S3 [y]\nS9 [y]\n",
	  { .whole = 2, .broken = 2, .cut = 1 } },
};

static struct websocket *opened(const char *extensions)
{
	const struct http_field field = {
		.name = { (const uint8_t *)"Sec-WebSocket-Extensions", 24 },
		.value = { (const uint8_t *)extensions, strlen(extensions) },
	};
	const struct http_message response = { .kind = HTTP_RESPONSE,
					       .from = 1,
					       .status = HTTP_SWITCHING,
					       .field = &field,
					       .fields = 1 };

	return websocket_new(&response);
}

static void note(void *context, const struct websocket_message *m)
{
	struct buf *out = context;

	buf_printf(out, "%c%u %s[", "CS"[m->from], m -> at.position - SEQ,
		   m->binary ? "binary " : "");
	buf_add(out, m->at.text.p, m->at.text.n);
	buf_text(out, "]\n");
}

static void feed(struct websocket *w, struct buf *log, int from, const void *p,
		 size_t n, uint32_t at)
{
	/* Exactly as many bytes as there are, for the sanitizers. */
	uint8_t *exact = mem_new(n ? n : 1, 1);

	if (n)
		memcpy(exact, p, n);
	websocket_feed(
		w, from,
		(struct message){ .text = { exact, n }, .position = SEQ + at },
		note, log);
	free(exact);
}

/* Plays the script's first limit bytes, each act in pieces of step bytes, but
 * the act that holds byte cut in two. */
static struct websocket_counts play(struct buf *log, const struct vector *v,
				    size_t step, size_t cut, size_t limit)
{
	struct websocket *w = opened(v->extensions);
	uint32_t at[2] = { 0, 0 };
	size_t done = 0;

	buf_init(log, 1u << 20);
	for (const struct act *a = v->act; a < v->act + SCRIPT; a++) {
		const size_t left = limit - done;
		const size_t n = a->n < left ? a->n : left;
		size_t used = 0;

		while (used < n) {
			size_t k = n - used < step ? n - used : step;

			if (cut > done && cut - done < k)
				k = cut - done;
			feed(w, log, a->from, a->bytes + used, k, at[a->from]);
			used += k;
			done += k;
			at[a->from] += (uint32_t)k;
		}
		if (a->lost > 0)
			websocket_gap(w, a->from, a->lost);
		at[a->from] += a->lost;
	}
	const struct websocket_counts counts = *websocket_counts(w);

	websocket_free(w);
	return counts;
}

static bool splits_agree(const struct vector *v, const struct buf *whole,
			 struct websocket_counts counts)
{
	bool good = true;
	size_t all = 0;

	for (size_t i = 0; i < SCRIPT; i++)
		all += v->act[i].n;
	for (size_t cut = 0; cut <= all; cut++) {
		struct buf log, prefix;
		/* Byte by byte the first time. */
		const struct websocket_counts n =
			play(&log, v, cut ? SIZE_MAX : 1, cut, SIZE_MAX);

		good &= log.n == whole->n &&
			(!log.n || !memcmp(log.p, whole->p, log.n)) &&
			!memcmp(&n, &counts, sizeof(n));
		play(&prefix, v, SIZE_MAX, 0, cut);
		good &= prefix.n <= whole->n &&
			(!prefix.n || !memcmp(prefix.p, whole->p, prefix.n));
		buf_fini(&log);
		buf_fini(&prefix);
	}
	return good;
}

static void test_vectors(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct buf log;
		const struct websocket_counts n =
			play(&log, v, SIZE_MAX, 0, SIZE_MAX);
		const bool good = log.n == strlen(v->wanted) &&
				  !strcmp(buf_str(&log), v->wanted) &&
				  !memcmp(&n, &v->counts, sizeof(n));

		if (!good)
			printf("# %s\n# %s# whole %u control %u cut %u "
			       "oversized %u broken %u undecodable %u\n",
			       v->name, buf_str(&log), (unsigned)n.whole,
			       (unsigned)n.control, (unsigned)n.cut,
			       (unsigned)n.oversized, (unsigned)n.broken,
			       (unsigned)n.undecodable);
		OK(good);
		const bool agree = splits_agree(v, &log, n);

		if (!agree)
			printf("# %s: splits differ\n", v->name);
		OK(agree);
		buf_fini(&log);
	}
}

static void on_opening(void *context, const struct http_message *m)
{
	if (m->kind == HTTP_RESPONSE)
		*(bool *)context = websocket_opens(m);
}

static bool opens(const char *response)
{
	const struct span text = { (const uint8_t *)response,
				   strlen(response) };
	struct http *h = http_new();
	bool found = false;

	http_feed(h, 1, (struct message){ .text = text }, on_opening, &found);
	http_free(h);
	return found;
}

static void test_opens(void)
{
	/* RFC 6455, 1.3. */
	OK(opens("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		 "Connection: Upgrade\r\n"
		 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
		 "Sec-WebSocket-Protocol: chat\r\n\r\n"));
	OK(opens("HTTP/1.1 101 S\r\nupgrade: x, WebSocket\r\n\r\n"));
	OK(!opens("HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n"));
	OK(!opens("HTTP/1.1 101 S\r\n\r\n"));
	OK(!opens("HTTP/1.1 200 OK\r\nUpgrade: websocket\r\n"
		  "Content-Length: 0\r\n\r\n"));
}

struct size {
	size_t n;
	uint64_t given;
};

static void note_size(void *context, const struct websocket_message *m)
{
	struct size *s = context;

	s->given++;
	s->n = m->at.text.n;
}

/* RFC 6455, 5.7: 256 bytes and 64 KiB; then what is too large. */
static void test_sizes(void)
{
	static const size_t sizes[] = { 125,
					126,
					256,
					65535,
					65536,
					WEBSOCKET_MESSAGE_MAX,
					(1u << 20) + 1,
					3 };
	static const uint8_t heads[COUNT(sizes)] = {
		2, 4, 4, 4, 10, 10, 10, 2
	};
	static uint8_t payload[(1u << 20) + 1];
	struct websocket *w = opened("");
	struct size s = { 0 };
	struct buf out;

	buf_init(&out, 1u << 21);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		const struct websocket_frame f = {
			.opcode = WEBSOCKET_BINARY,
			.payload = { payload, sizes[i] },
		};

		buf_clear(&out);
		OK(websocket_write(&out, &f) && out.n == sizes[i] + heads[i]);
		websocket_feed(w, 1, (struct message){ .text = buf_span(&out) },
			       note_size, &s);
		OK(websocket_held(w) <= 2 * WEBSOCKET_KEEP);
		OK(s.given == i + 1 - (i > 6) - (i == 6) &&
		   !(i == 6) == (s.n == sizes[i]));
	}
	OK(websocket_counts(w)->oversized == 1);
	buf_fini(&out);
	websocket_free(w);
	websocket_free(NULL);
}

static void test_write(void)
{
	static const uint8_t hello[] = "Hello";
	struct websocket_frame f = { .opcode = WEBSOCKET_TEXT,
				     .masked = true,
				     .mask = { 0x37, 0xfa, 0x21, 0x3d },
				     .payload = { hello, 5 } };
	struct buf out;

	buf_init(&out, 20);
	OK(websocket_write(&out, &f));
	OK(out.n == 11 && !memcmp(out.p, "\x81\x85" MASKED, 11));
	OK(!websocket_write(&out, &f) && out.n == 11);
	f = (struct websocket_frame){ .opcode = WEBSOCKET_TEXT,
				      .unfinished = true,
				      .compressed = true,
				      .payload = { hello, 3 } };
	OK(websocket_write(&out, &f));
	OK(!memcmp(out.p + 11, "\x41\x03Hel", 5));
	buf_fini(&out);
}

int main(void)
{
	test_vectors();
	test_opens();
	test_sizes();
	test_write();
	return tap_end();
}
