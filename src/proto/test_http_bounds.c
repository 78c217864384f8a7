#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/http.h"
#include "test/tap.h"

#define GET       "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK2       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
#define CODED(c)  "HTTP/1.1 200 OK\r\nContent-Encoding: " c "\r\n"
#define LENGTH(n) "Content-Length: " #n "\r\n\r\n"

struct sizes {
	size_t body;
	uint64_t given;
	bool whole;
};

static void note_size(void *context, const struct http_message *m)
{
	struct sizes *s = context;

	s->given++;
	s->body = m->at.text.n;
	s->whole = m->whole;
}

static void feed_many(struct http *h, struct sizes *s, const char *head,
		      char fill, size_t n)
{
	static uint8_t piece[1u << 16];

	memset(piece, fill, sizeof(piece));
	http_feed(h, 1,
		  (struct message){
			  .text = { (const uint8_t *)head, strlen(head) } },
		  note_size, s);
	while (n > 0) {
		const size_t k = n < sizeof(piece) ? n : sizeof(piece);

		http_feed(h, 1, (struct message){ .text = { piece, k } },
			  note_size, s);
		n -= k;
	}
}

/* What is too large is passed over, and its memory given back. */
static void test_limits(void)
{
	struct http *h = http_new();
	struct sizes s = { 0 };

	feed_many(h, &s, "HTTP/1.1 200 OK\r\nContent-Length: 16777216\r\n\r\n",
		  'x', HTTP_BODY_MAX);
	OK(s.given == 1 && s.whole && s.body == HTTP_BODY_MAX);
	OK(http_held(h) <= 6 * HTTP_KEEP);
	feed_many(h, &s, "HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n",
		  'x', HTTP_BODY_MAX + 1);
	OK(s.given == 2 && !s.whole && s.body == 0);
	feed_many(h, &s,
		  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		  "1000001\r\n",
		  'x', HTTP_BODY_MAX + 1);
	feed_many(h, &s, "\r\n0\r\n\r\n", 'x', 0);
	OK(s.given == 3 && !s.whole && s.body == 0);
	OK(http_counts(h)->oversized == 2 && http_held(h) <= 6 * HTTP_KEEP);
	feed_many(h, &s, "HTTP/1.1 200 OK\r\nX: ", 'x', HTTP_HEAD_MAX);
	OK(http_counts(h)->oversized == 3 && s.given == 3);
	OK(http_held(h) <= 6 * HTTP_KEEP);
	/* A line without end, and at its end a start line. */
	feed_many(h, &s, "", 'x', 10 * HTTP_LINE_MAX);
	feed_many(h, &s, OK2 "ok", 'x', 0);
	OK(s.given == 4 && s.whole && s.body == 2);
	OK(http_counts(h)->broken == 0 && http_counts(h)->whole == 2);
	http_free(h);
}

/* Zeros that would become a thousand times as many. */
static void test_bomb(void)
{
	/* Python's zlib, level 9, of 1,000,000 zeros: zeros but for these. */
	static const uint8_t begin[] = { 0x78, 0xda, 0xed, 0xc1, 0x01, 0x01,
					 0x00, 0x00, 0x00, 0x82, 0x20, 0xff,
					 0xaf, 0x6e, 0x48, 0x40, 0x01 };
	static const uint8_t end[] = { 0xaf, 0x06, 0x43, 0x21, 0x00, 0x01 };
	uint8_t bomb[991] = { 0 };
	struct http *h = http_new();
	struct sizes s = { 0 };

	memcpy(bomb, begin, sizeof(begin));
	memcpy(bomb + sizeof(bomb) - sizeof(end), end, sizeof(end));
	feed_many(h, &s, CODED("deflate") LENGTH(991), 'x', 0);
	http_feed(h, 1, (struct message){ .text = { bomb, sizeof(bomb) } },
		  note_size, &s);
	OK(s.given == 1 && !s.whole);
	OK(s.body == HTTP_EXPANSION_BASE + 991 * HTTP_EXPANSION_MAX);
	OK(http_counts(h)->oversized == 1 && http_counts(h)->undecodable == 0);
	http_free(h);
}

static void test_write(void)
{
	static const char *const fields[] = { "X-Mining-Extensions: midstate",
					      NULL };
	static const char *const split[] = { "X: a\r\nY: b", NULL };
	static const uint8_t body[] = "{}";
	struct http_writing w = { .method = "POST",
				  .target = "/",
				  .host = "pool:8332",
				  .user = "Aladdin",
				  .password = "open sesame",
				  .fields = fields,
				  .body = { body, 2 } };
	struct buf out;

	buf_init(&out, 400);
	OK(http_write_request(&out, &w));
	OK(!strcmp(buf_str(&out),
		   "POST / HTTP/1.1\r\nHost: pool:8332\r\nAuthorization: "
		   "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"
		   "X-Mining-Extensions: midstate\r\n"
		   "Content-Length: 2\r\n\r\n{}"));
	const size_t n = out.n;

	w.fields = split;
	OK(!http_write_request(&out, &w) && out.n == n);
	w.fields = NULL;
	w.host = "a\nb";
	OK(!http_write_request(&out, &w) && out.n == n);
	w.host = "a";
	w.method = "GET";
	w.user = NULL;
	w.body.n = 0;
	buf_clear(&out);
	OK(http_write_request(&out, &w) && !strcmp(buf_str(&out), GET));
	buf_clear(&out);
	w.status = 200;
	w.reason = "OK";
	OK(http_write_response(&out, &w));
	OK(!strcmp(buf_str(&out),
		   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
	w.status = 101;
	buf_clear(&out);
	OK(http_write_response(&out, &w));
	OK(!strcmp(buf_str(&out), "HTTP/1.1 101 OK\r\n\r\n"));
	buf_fini(&out);
	buf_init(&out, 18);
	OK(!http_write_response(&out, &w));
	buf_fini(&out);
}

static void on_copy(void *context, const struct http_message *m)
{
	const struct http_writing *w = context;
	const bool request = m->kind == HTTP_REQUEST;

	OK(m->whole && m->number == 0 && m->at.text.n == w->body.n);
	OK(!memcmp(m->at.text.p, w->body.p, w->body.n));
	OK(m->status == (request ? 0 : w->status));
	OK(m->has_credentials == request);
	OK(m->host.n == (request ? strlen(w->host) : 0));
	OK(m->password.n == (request ? strlen(w->password) : 0));
	OK(m->target.n == (request ? strlen(w->target) : 0));
}

/* What we write we read. */
static void test_round_trip(void)
{
	struct http *h = http_new();
	struct buf out;
	struct http_writing w = { .method = "POST",
				  .target = "/x?y",
				  .host = "h",
				  .user = "",
				  .password = "a:b",
				  .status = 500,
				  .reason = "",
				  .body = { (const uint8_t *)"ab\0c", 4 } };

	buf_init(&out, 1u << 16);
	OK(http_write_request(&out, &w));
	http_feed(h, 0, (struct message){ .text = buf_span(&out) }, on_copy,
		  &w);
	buf_clear(&out);
	OK(http_write_response(&out, &w));
	http_feed(h, 1, (struct message){ .text = buf_span(&out) }, on_copy,
		  &w);
	OK(http_counts(h)->whole == 2);
	buf_fini(&out);
	http_free(h);
}

static void test_begun(void)
{
	static const char *const starts[] = { "POST /a HTTP/1.1 ",
					      "M-SEARCH * HTTP/1.0\n",
					      "HTTP/1.1 200 ", NULL };
	static const char *const others[] = {
		"post", "POST ",      "POST  ", "POST /\r",      "POST / HTTX",
		"-A",   "POST\r\n",   "HTTP/2", "HTTP/1.1 200 ", " ",
		"{",    "POST /\x7f", NULL
	};
	uint64_t wrong = 0;

	for (size_t i = 0; starts[i]; i++)
		for (size_t n = 1; n <= strlen(starts[i]); n++)
			wrong += http_begun((struct span){
					 (const uint8_t *)starts[i], n }) !=
				 (n < strlen(starts[i]));
	OK(wrong == 0);
	for (size_t i = 0; others[i]; i++) {
		printf("# %s\n", others[i]);
		OK(http_begun((struct span){ (const uint8_t *)others[i],
					     strlen(others[i]) }) ==
		   (strcmp(others[i], "POST ") == 0));
	}
}

static void drop(void *context, const struct http_message *m)
{
	*(int *)context += m->whole;
}

static void say_all(struct http *h, int from, const char *text, int *whole)
{
	http_feed(h, from,
		  (struct message){
			  .text = { (const uint8_t *)text, strlen(text) } },
		  drop, whole);
}

/* Between messages, or never in one. */
static void test_idle(void)
{
	struct http *h = http_new();
	int whole = 0;

	OK(http_idle(h, 0) && http_idle(h, 1));
	say_all(h, 0, "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{", &whole);
	OK(!http_idle(h, 0) && http_idle(h, 1));
	say_all(h, 0, "}", &whole);
	OK(http_idle(h, 0) && whole == 1);
	say_all(h, 1, "what\nis", &whole);
	OK(http_idle(h, 1)); /* it spoke no HTTP */
	say_all(h, 1, "\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", &whole);
	OK(!http_idle(h, 1));
	http_gap(h, 1, 9);
	OK(!http_idle(h, 1)); /* what comes may be the rest of a body */
	say_all(h, 1, "HTTP/1.1 204 OK\r\n\r\n", &whole);
	OK(http_idle(h, 1) && whole == 2);
	say_all(h, 0, "POST / HTTP/1.1\r\nContent-Le", &whole);
	http_lose(h);
	OK(http_counts(h)->cut == 2);
	say_all(h, 0, "GET / HTTP/1.1\r\n\r\n", &whole);
	OK(whole == 3);
	http_free(h);
}

int main(void)
{
	test_begun();
	test_idle();
	test_limits();
	test_bomb();
	test_write();
	test_round_trip();
	return tap_end();
}
