#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/http.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEQ      0xfffffff0u /* so that positions wrap */
#define SCRIPT   12

/* What an end does: sends bytes, has some lost, or ends. */
struct act {
	const char *bytes;
	size_t n;
	int from;
	uint32_t lost;
};
/* clang-format off */
#define A(text)    { .bytes = (text), .n = sizeof(text) - 1, .from = 0 }
#define B(text)    { .bytes = (text), .n = sizeof(text) - 1, .from = 1 }
#define LOST(d, k) { .from = (d), .lost = (k) }
#define END(d)     { .bytes = "", .from = (d) }
/* clang-format on */

#define ANSWER    "{\"result\":null,\"error\":null,\"id\":1}\n"
#define GET       "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK2       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
#define CODED(c)  "HTTP/1.1 200 OK\r\nContent-Encoding: " c "\r\n"
#define LENGTH(n) "Content-Length: " #n "\r\n\r\n"

/* Debian's zlib, brotli 1.0.9 and zstd 1.5.4 made these of ANSWER. */
#define ANSWER_ZLIB "\x78\x9c" ANSWER_RAW "\xee\x5c\x0c\x12"
#define ANSWER_RAW                                                             \
	"\xab\x56\x2a\x4a\x2d\x2e\xcd\x29\x51\xb2\xca\x2b\xcd\xc9\xd1\x51"     \
	"\x4a\x2d\x2a\xca\x2f\x82\x71\x32\x53\x94\xac\x0c\x6b\xb9\x00"
#define ANSWER_BROTLI "\x8b\x11\x80" ANSWER "\x03"
#define ANSWER_ZSTD   "\x28\xb5\x2f\xfd\x00\x58\x21\x01\x00" ANSWER
#define ANSWER_TWO_MEMBERS                                                     \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\x4a\x2d\x2e"     \
	"\xcd\x29\x51\xb2\x02\x00\xe6\x4e\xed\x89\x0a\x00\x00\x00\x1f\x8b"     \
	"\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x2b\xcd\xc9\xd1\x51\x4a\x2d"     \
	"\x2a\xca\x2f\x52\xb2\xca\x03\x73\x32\x53\x94\xac\x0c\x6b\xb9\x00"     \
	"\x87\xed\x89\x79\x1a\x00\x00\x00"
#define ANSWER_GZIP_ZLIB                                                       \
	"\x78\x9c\x93\xef\xe6\x60\x00\x01\x26\xe6\xd5\x61\x5a\x5e\xba\x7a"     \
	"\x67\x35\x03\x37\x9d\xd2\x3e\x7b\xf2\x62\xa0\x97\xae\xd6\x29\xfd"     \
	"\xa6\x42\xa3\xe0\x29\x6b\x78\xb2\x77\x32\xec\x7a\xb6\x78\x8e\x0a"     \
	"\x50\x21\x00\x70\x83\x10\xb3"
/* eloipool's answer to cpuminer's share (capture of the project's lab). */
#define ELOIPOOL                                                               \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"                \
	"X-Long-Polling: /LP\r\nDate: Sun, 22 Nov 2026 14:44:59 GMT\r\n"       \
	"Server: Eloipool\r\nX-Source-Code: /src/\r\n"                         \
	"Content-Encoding: gzip\r\nVary: Content-Encoding\r\n"                 \
	"Content-Length: 56\r\n\r\n"                                           \
	"\x1f\x8b\x08\x00\xeb\xff\x02\x6b\x02\xff\xab\x56\xca\x4c\x51\xb2"     \
	"\x52\x30\xd4\x51\x50\x4a\x2d\x2a\xca\x2f\x02\xb2\xf3\x4a\x73\x72"     \
	"\x80\xdc\xa2\xd4\xe2\xd2\x9c\x12\x20\xbf\xa4\xa8\x34\xb5\x16\x00"     \
	"\x21\xcc\xd7\x79\x28\x00\x00\x00"

static const struct vector {
	const char *name;
	struct act act[SCRIPT];
	const char *wanted;
	struct http_counts counts;
	int client;
} vectors[] = {
	{ "RFC 9110, 3.9",
	  { A("GET /hello.txt HTTP/1.1\r\nUser-Agent: curl/7.64.1\r\n"
	      "Host: www.example.com\r\nAccept-Language: en, mi\r\n\r\n"),
	    B("HTTP/1.1 200 OK\r\nDate: Mon, 27 Jul 2009 12:28:53 GMT\r\n"
	      "Server: Apache\r\n"
	      "Last-Modified: Wed, 22 Jul 2009 19:15:56 GMT\r\n"
	      "ETag: \"34aa387-d-1568eb00\"\r\nAccept-Ranges: bytes\r\n"
	      "Content-Length: 51\r\nVary: Accept-Encoding\r\n"
	      "Content-Type: text/plain\r\n\r\nHello World! My content "
	      "includes a trailing CRLF.\r\n") },
	  "A0 0 0 GET /hello.txt at www.example.com whole []\n"
	  "B0 0 200 whole [Hello World! My content includes a trailing CRLF."
	  "\r\n]\n",
	  { .whole = 2 },
	  0 },
	{ "RFC 7617, 2; the second end is the client",
	  { B("GET / HTTP/1.0\r\nAuthorization: Basic "
	      "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"),
	    A("HTTP/1.0 304 Not Modified\r\nContent-Length: 9\r\n\r\n") },
	  "B0 0 0 GET / by Aladdin open sesame whole []\n"
	  "A0 0 304 whole []\n",
	  { .whole = 2 },
	  1 },
	{ "getwork share from the lab",
	  { A("POST / HTTP/1.1\r\nHost: 10.99.0.10:8337\r\n"
	      "Authorization: Basic Z3d1c2VyOng=\r\nContent-Length: 6\r\n\r\n"
	      "{...}\n"),
	    B(ELOIPOOL) },
	  "A0 0 0 POST / at 10.99.0.10:8337 by gwuser x whole [{...}\n]\n"
	  "B0 0 200 whole [{\"id\": 1, \"error\": null, \"result\": true}]\n",
	  { .whole = 2 },
	  0 },
	/* RFC 9112, 7.1: sizes, extensions, trailers. */
	{ "chunked",
	  { A(GET),
	    B("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	      "Content-Length: 5\r\n\r\n4\r\nWiki\r\n0005;a=\"b\"\r\npedia\r\n"
	      "0\r\nExpires: never\r\n\r\n"),
	    A(GET), B(OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nB0 0 200 whole [Wikipedia]\n"
	  "A27 1 0 GET / at a whole []\nB115 1 200 whole [ok]\n",
	  { .whole = 4 },
	  0 },
	{ "pipelined, bare LF, empty lines, odd fields",
	  { A("\r\nGET /1 HTTP/1.1\nHost :  a \n\nHEAD /2 HTTP/1.1\r\n"
	      "no colon\r\nX: a\r\n  b\r\nhOST: b\r\n\r\n"),
	    B("HTTP/1.1 200\nContent-Length:2\n\nab\r\n"
	      "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n") },
	  "A2 0 0 GET /1 at a whole []\nA30 1 0 HEAD /2 at b x=a    b whole "
	  "[]\n"
	  "B0 0 200 whole [ab]\nB35 1 200 whole []\n",
	  { .whole = 4 },
	  0 },
	{ "RFC 9110, 10.1.1: 100-continue, and another 1xx",
	  { A("PUT /somewhere/fun HTTP/1.1\r\nHost: origin.example.com\r\n"
	      "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"),
	    B("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
	      "Link: x\r\n\r\n"),
	    A("abc"), B("HTTP/1.1 204 No Content\r\n\r\n") },
	  "B0 0 100 whole []\nB25 0 103 whole []\n"
	  "A0 0 0 PUT /somewhere/fun at origin.example.com whole [abc]\n"
	  "B62 0 204 whole []\n",
	  { .whole = 4 },
	  0 },
	{ "until the connection closes",
	  { A(GET), B("HTTP/1.0 200 OK\r\n\r\nall of it"), END(1) },
	  "A0 0 0 GET / at a whole []\nB0 0 200 whole [all of it]\n",
	  { .whole = 2 },
	  0 },
	{ "JSON of no stated length, both ways",
	  { A("POST / HTTP/1.0\r\n\r\n{\"id\":[\"}\"]}"),
	    B("HTTP/1.0 200 OK\r\n\r\n{\"id\":1}\n"),
	    A("POST / HTTP/1.0\r\n\r\n"), B("HTTP/1.0 200 OK\r\n\r\n[1]") },
	  "A0 0 0 POST / whole [{\"id\":[\"}\"]}]\nB0 0 200 whole "
	  "[{\"id\":1}]\n"
	  "A31 1 0 POST / whole []\nB28 1 200 whole [[1]]\n",
	  { .whole = 4 },
	  0 },
	{ "begins like JSON and is not",
	  { A(GET), B("HTTP/1.0 200 OK\r\n\r\n{\"\n\"} text"), END(1) },
	  "A0 0 0 GET / at a whole []\nB0 0 200 whole [{\"\n\"} text]\n",
	  { .whole = 2 },
	  0 },
	{ "101 ends HTTP",
	  { A("GET /ws HTTP/1.1\r\nUpgrade: x\r\n\r\n"),
	    B("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nHTTP/1.1 200 "),
	    A("\x81\n"), B("\n") },
	  "A0 0 0 GET /ws whole []\nB0 0 101 whole []\n"
	  "B38 raw 0 [HTTP/1.1 200 ]\nA32 raw 0 [\x81\n]\nB51 raw 0 [\n]\n",
	  { .whole = 2 },
	  0 },
	{ "RFC 9110, 9.3.6: CONNECT; bytes that did not wait for the answer",
	  { A("CONNECT server.example.com:80 HTTP/1.1\r\n"
	      "Host: server.example.com\r\n\r\n{\"id\":1}"),
	    B("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}") },
	  "A0 0 0 CONNECT server.example.com:80 at server.example.com whole "
	  "[]\nB0 0 200 whole []\nA68 raw 0 [{\"id\":1}]\nB38 raw 0 [{}]\n",
	  { .whole = 2 },
	  0 },
	{ "CONNECT refused",
	  { A("CONNECT a:1 HTTP/1.1\r\n\r\n"),
	    B("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno") },
	  "A0 0 0 CONNECT a:1 whole []\nB0 0 403 whole [no]\n",
	  { .whole = 2 },
	  0 },
	{ "deflate",
	  { B(CODED("deflate") LENGTH(37) ANSWER_ZLIB) },
	  "B0 ? 200 whole [" ANSWER "]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "deflate without its header",
	  { B(CODED("Deflate") LENGTH(31) ANSWER_RAW) },
	  "B0 ? 200 whole [" ANSWER "]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "brotli",
	  { B(CODED("br") LENGTH(40) ANSWER_BROTLI) },
	  "B0 ? 200 whole [" ANSWER "]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "zstd",
	  { B(CODED("zstd") LENGTH(45) ANSWER_ZSTD) },
	  "B0 ? 200 whole [" ANSWER "]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "gzip of two members",
	  { B(CODED("x-gzip") LENGTH(72) ANSWER_TWO_MEMBERS) },
	  "B0 ? 200 whole [" ANSWER "]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "one coding upon the other",
	  { B(CODED("gzip, identity,deflate") LENGTH(55) ANSWER_GZIP_ZLIB) },
	  "B0 ? 200 whole [" ANSWER "]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "one of them for the transfer",
	  { B(CODED("gzip") "Transfer-Encoding: deflate, chunked\r\n\r\n"
			    "37\r\n" ANSWER_GZIP_ZLIB "\r\n0\r\n\r\n") },
	  "B0 ? 200 whole [" ANSWER "]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "claimed, not done",
	  { B(CODED("gzip") LENGTH(2) "{}") },
	  "B0 ? 200 whole [{}]\n",
	  { .whole = 1, .unpaired = 1 },
	  0 },
	{ "unknown coding; coded bytes that end early; damage",
	  { A(GET), B(CODED("compress") LENGTH(2) "ab"), A(GET),
	    B(CODED("gzip") LENGTH(3) "\x1f\x8b\x08"), A(GET),
	    B(CODED("br") LENGTH(4) "\xff\xff\xff\xff") },
	  "A0 0 0 GET / at a whole []\nB0 0 200 part []\n"
	  "A27 1 0 GET / at a whole []\nB68 1 200 part []\n"
	  "A54 2 0 GET / at a whole []\nB133 2 200 part []\n",
	  { .whole = 3, .undecodable = 3 },
	  0 },
	{ "begun before the capture",
	  { B("g\":true}HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), A(GET),
	    B(OK2 "ok") },
	  "B8 ? 404 whole []\nA0 0 0 GET / at a whole []\nB46 0 200 whole [ok]"
	  "\n",
	  { .whole = 3, .unpaired = 1, .broken = 1 },
	  0 },
	{ "a hole in a body: behind it reading goes on",
	  { A(GET), B("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
	    LOST(1, 5), B("de"), A(GET), B(OK2 "o"), LOST(1, 1), A(GET),
	    B(OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nB0 0 200 part [abc]\n"
	  "A27 1 0 GET / at a whole []\nA54 2 0 GET / at a whole []\n"
	  "B49 1 200 part [o]\nB89 2 200 whole [ok]\n",
	  { .whole = 4, .cut = 2 },
	  0 },
	{ "a hole in a chunk",
	  { A(GET),
	    B("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	      "9\r\nab"),
	    LOST(1, 7), B("\r\n0\r\n\r\n"), A(GET), B(OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nB0 0 200 part [ab]\n"
	  "A27 1 0 GET / at a whole []\nB66 1 200 whole [ok]\n",
	  { .whole = 3, .cut = 1 },
	  0 },
	{ "a hole that may hide an answer: unpaired until the next request",
	  { A(GET), B(OK2 "o"), LOST(1, 60), B(" tail " OK2 "ok"), A(GET),
	    B(OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nB105 ? 200 whole [ok]\n"
	  "A27 1 0 GET / at a whole []\nB145 1 200 whole [ok]\n",
	  { .whole = 4, .cut = 1, .unpaired = 1 },
	  0 },
	{ "a hole that may hide a request",
	  { A(GET), LOST(0, 50), B(OK2 "ok" OK2 "ok"), A(".}" GET),
	    B(OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nB0 0 200 whole [ok]\n"
	  "B40 ? 200 whole [ok]\nA79 1 0 GET / at a whole []\n"
	  "B80 1 200 whole [ok]\n",
	  { .whole = 5, .unpaired = 1 },
	  0 },
	{ "two requests behind a hole: unpaired until one comes alone",
	  { A(GET), B(OK2 "o"), LOST(1, 41), A(GET GET), B(OK2 "ok"), A(GET),
	    B(OK2 "ok" OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nA27 1 0 GET / at a whole []\n"
	  "A54 2 0 GET / at a whole []\nB80 ? 200 whole [ok]\n"
	  "A81 3 0 GET / at a whole []\nB120 3 200 whole [ok]\n"
	  "B160 ? 200 whole [ok]\n",
	  { .whole = 7, .cut = 1, .unpaired = 2 },
	  0 },
	{ "an answer nobody asked for: so it is unknown what was",
	  { B(OK2 "ok"), A(GET GET), B(OK2 "ok") },
	  "B0 ? 200 whole [ok]\nA0 0 0 GET / at a whole []\n"
	  "A27 1 0 GET / at a whole []\nB40 ? 200 whole [ok]\n",
	  { .whole = 4, .unpaired = 2 },
	  0 },
	{ "a hole one byte longer than the body",
	  { A(GET), B(OK2 "o"), LOST(1, 2), B(OK2 "ok"), A(GET), B(OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nB41 ? 200 whole [ok]\n"
	  "A27 1 0 GET / at a whole []\nB81 1 200 whole [ok]\n",
	  { .whole = 4, .cut = 1, .unpaired = 1 },
	  0 },
	{ "credentials that are not Basic, or not Base64",
	  { A("GET /1 HTTP/1.1\r\nAuthorization: Bearer QTpi\r\n\r\n"
	      "GET /2 HTTP/1.1\r\nAuthorization: Basic QTpiQ\r\n\r\n"
	      "GET /3 HTTP/1.1\r\nAuthorization: Basic Q?pi\r\n\r\n"
	      "GET /4 HTTP/1.1\r\nAuthorization: basic  QTpi\r\n\r\n") },
	  "A0 0 0 GET /1 whole []\nA47 1 0 GET /2 whole []\n"
	  "A94 2 0 GET /3 whole []\nA140 3 0 GET /4 by A b whole []\n",
	  { .whole = 4 },
	  0 },
	{ "a version that does not end its line",
	  { A("GET / HTTP/1.1 b\r\n\r\n" GET) },
	  "A20 0 0 GET / at a whole []\n",
	  { .whole = 1, .broken = 1 },
	  0 },
	{ "a client that pipelines is never sure again",
	  { A(GET GET), B(OK2 "ok"), LOST(1, 40), A(GET), B(OK2 "ok") },
	  "A0 0 0 GET / at a whole []\nA27 1 0 GET / at a whole []\n"
	  "B0 0 200 whole [ok]\nA54 2 0 GET / at a whole []\n"
	  "B80 ? 200 whole [ok]\n",
	  { .whole = 5, .unpaired = 1 },
	  0 },
	{ "junk, and what cannot be",
	  { A("hello\r\nGET\r\n" GET "GET / HTTP/1.1\r\n"
	      "Content-Length: 1, 2\r\n\r\n"),
	    A("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
	    A("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"),
	    A(GET) },
	  "A12 0 0 GET / at a whole []\nA173 4 0 GET / at a whole []\n",
	  { .whole = 2, .broken = 4 },
	  0 },
	{ "ends in the middle",
	  { A(GET "GET / HTTP/1.1\r\n"), B(OK2 "o"), END(0), END(1) },
	  "A0 0 0 GET / at a whole []\n",
	  { .whole = 1, .cut = 2 },
	  0 },
	{ "not HTTP at all",
	  { A("{\"id\":1,\"method\":\"mining.subscribe\"}\n{}\n"), B("{}\n") },
	  "",
	  { .broken = 2 },
	  -1 },
};

struct log {
	struct buf text;
	int raw_from; /* who sent the raw bytes that end the text; -1: none */
};

static void span_text(struct buf *out, const char *before, struct span s)
{
	buf_text(out, before);
	buf_add(out, s.p, s.n);
}

static void note_raw(struct log *log, const struct http_message *m)
{
	if (log->raw_from == m->from) {
		log->text.n -= 2; /* goes on */
	} else {
		buf_printf(&log->text, "%c%u raw %llu [", "AB"[m->from],
			   m -> at.position - SEQ,
			   (unsigned long long)m->number);
	}
	span_text(&log->text, "", m->at.text);
	buf_text(&log->text, "]\n");
	log->raw_from = m->from;
}

static void note(void *context, const struct http_message *m)
{
	struct log *log = context;
	struct buf *out = &log->text;
	const struct span *x = http_header(m, "x");

	if (m->kind == HTTP_TUNNEL) {
		note_raw(log, m);
		return;
	}
	log->raw_from = -1;
	buf_printf(out, "%c%u ", "AB"[m->from], m -> at.position - SEQ);
	if (m->number == HTTP_UNPAIRED)
		buf_text(out, "?");
	else
		buf_printf(out, "%llu", (unsigned long long)m->number);
	buf_printf(out, " %u", m->status);
	if (m->kind == HTTP_REQUEST) {
		span_text(out, " ", m->method);
		span_text(out, " ", m->target);
	}
	if (m->host.n)
		span_text(out, " at ", m->host);
	if (m->has_credentials) {
		span_text(out, " by ", m->user);
		span_text(out, " ", m->password);
	}
	if (x)
		span_text(out, " x=", *x);
	span_text(out, m->whole ? " whole [" : " part [", m->at.text);
	buf_text(out, "]\n");
}

static void feed(struct http *h, struct log *log, int from, const char *p,
		 size_t n, uint32_t at)
{
	/* Exactly as many bytes as there are, for the sanitizers. */
	uint8_t *exact = mem_new(n ? n : 1, 1);

	if (n)
		memcpy(exact, p, n);
	http_feed(
		h, from,
		(struct message){ .text = { exact, n }, .position = SEQ + at },
		note, log);
	free(exact);
}

/* Plays the script's first limit bytes, each act in pieces of step bytes, but
 * the act that holds byte cut in two. */
static struct http_counts play(struct log *log, const struct vector *v,
			       size_t step, size_t cut, size_t limit)
{
	struct http *h = http_new();
	uint32_t at[2] = { 0, 0 };
	size_t done = 0;

	buf_init(&log->text, 1u << 20);
	log->raw_from = -1;
	for (const struct act *a = v->act; a < v->act + SCRIPT; a++) {
		const size_t left = limit - done;
		const size_t n = a->n < left ? a->n : left;
		size_t used = 0;

		while (used < n) {
			size_t k = n - used < step ? n - used : step;

			if (cut > done && cut - done < k)
				k = cut - done;
			feed(h, log, a->from, a->bytes + used, k, at[a->from]);
			used += k;
			done += k;
			at[a->from] += (uint32_t)k;
		}
		if (a->lost > 0)
			http_gap(h, a->from, a->lost);
		else if (a->bytes && a->n == 0 && limit == SIZE_MAX)
			http_end(h, a->from, note, log);
		at[a->from] += a->lost;
	}
	const struct http_counts counts = *http_counts(h);

	http_free(h);
	return counts;
}

static bool same_log(const struct log *a, const struct log *b)
{
	return a->text.n == b->text.n &&
	       (!a->text.n || !memcmp(a->text.p, b->text.p, a->text.n));
}

static bool splits_agree(const struct vector *v, const struct log *whole,
			 struct http_counts counts)
{
	bool good = true;
	size_t all = 0;

	for (size_t i = 0; i < SCRIPT; i++)
		all += v->act[i].n;
	for (size_t cut = 0; cut <= all; cut++) {
		struct log log, prefix;
		/* Byte by byte the first time. */
		const struct http_counts n =
			play(&log, v, cut ? SIZE_MAX : 1, cut, SIZE_MAX);

		good &= same_log(&log, whole) &&
			!memcmp(&n, &counts, sizeof(n));
		play(&prefix, v, SIZE_MAX, 0, cut);
		/* Less its last bracket: what is raw may have gone on. */
		if (prefix.text.n)
			good &= prefix.text.n <= whole->text.n &&
				!memcmp(prefix.text.p, whole->text.p,
					prefix.text.n - 2);
		buf_fini(&log.text);
		buf_fini(&prefix.text);
	}
	return good;
}

static void test_vectors(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct log log;
		const struct http_counts n =
			play(&log, v, SIZE_MAX, 0, SIZE_MAX);
		const bool good = log.text.n == strlen(v->wanted) &&
				  !strcmp(buf_str(&log.text), v->wanted) &&
				  !memcmp(&n, &v->counts, sizeof(n));

		if (!good)
			printf("# %s\n# %s# whole %u cut %u oversized %u "
			       "broken %u undecodable %u unpaired %u\n",
			       v->name, buf_str(&log.text), (unsigned)n.whole,
			       (unsigned)n.cut, (unsigned)n.oversized,
			       (unsigned)n.broken, (unsigned)n.undecodable,
			       (unsigned)n.unpaired);
		OK(good);
		const bool agree = splits_agree(v, &log, n);

		if (!agree)
			printf("# %s: splits differ\n", v->name);
		OK(agree);
		buf_fini(&log.text);
	}
}

static void test_client(void)
{
	struct http *h = http_new();
	struct log log = { .raw_from = -1 };

	buf_init(&log.text, 1u << 16);
	OK(http_client(h) == -1 && !http_in_tunnel(h));
	feed(h, &log, 1, "GET / HTTP/1.1\r\n", 16, 0);
	OK(http_client(h) == 1);
	feed(h, &log, 0, OK2 "ok", sizeof(OK2 "ok") - 1, 0);
	OK(http_client(h) == 1 && http_counts(h)->whole == 1);
	http_free(h);
	h = http_new();
	feed(h, &log, 1, OK2, sizeof(OK2) - 1, 0);
	OK(http_client(h) == 0);
	http_free(h);
	http_free(NULL);
	buf_fini(&log.text);
}

static void test_likely(void)
{
	static const struct {
		const char *text;
		bool likely;
	} table[] = {
		{ "POST / HTTP/1.1\r\nHost: a", true },
		{ "POST / HTTP/1.1", true },
		{ "GET /LP?a=b%20c HTTP/1.0\n", true },
		{ "M-SEARCH * HTTP/1.1\r\n", true },
		{ "HTTP/1.1 200 OK\r\n", true },
		{ "HTTP/1.0 404\r\n", true },
		{ "HTTP/1.1 101", true },
		{ "POST / HTTP/1.", false },
		{ "POST / HTTP/1.1x", false },
		{ "POST / HTTP/2.0\r\n", false },
		{ "POST  / HTTP/1.1\r\n", false },
		{ "POST HTTP/1.1\r\n", false },
		{ "post / HTTP/1.1\r\n", false },
		{ " GET / HTTP/1.1\r\n", false },
		{ "{\"GET / HTTP/1.1\r\n", false },
		{ "GET /a b HTTP/1.1\r\n", false },
		{ "HTTP/1.1 99 OK\r\n", false },
		{ "HTTP/1.1 600 OK\r\n", false },
		{ "HTTP/1.1 20", false },
		{ "HTTP/1.1 2000\r\n", false },
		{ "HTTP/1.1  200\r\n", false },
		{ "RTSP/1.0 200 OK\r\n", false },
		{ "SIP/2.0 200 OK\r\n", false },
		{ "", false },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		const size_t n = strlen(table[i].text);
		uint8_t *exact = mem_new(n ? n : 1, 1);

		if (n)
			memcpy(exact, table[i].text, n);
		OK(http_likely((struct span){ exact, n }) == table[i].likely);
		free(exact);
	}
}

int main(void)
{
	test_vectors();
	test_client();
	test_likely();
	return tap_end();
}
