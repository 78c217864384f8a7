/* What answers mean, fed whole, in pieces and byte by byte. */
#include <stdlib.h>
#include <string.h>

#include "active/probe_judge.h"
#include "active/probe_say.h"
#include "base/mem.h"
#include "test/tap.h"

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

struct judge_vector {
	const char *name;
	enum probe_kind kind;
	const char *answer[4]; /* to what is said first, second, .. */
	enum probe_ending how;
	enum probe_verdict wanted;
	const char *words; /* that must be among them */
	bool done;         /* decided before the end */
};

#define SUBSCRIBED                                                             \
	"{\"id\":1,\"result\":[[[\"mining.notify\",\"ae\"]],\"f8002c90\",4],"  \
	"\"error\":null}\n"
/* A job of Bitcoin's first days in Stratum, from the protocol's description of
 * 2012 (slush's pool). */
#define NOTIFY                                                                 \
	"{\"params\": [\"bf\", "                                               \
	"\"4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000\"" \
	", \"01000000010000000000000000000000000000000000000000000000000000"   \
	"000000000000ffffffff20020862062f503253482f04b8864e5008\", "           \
	"\"072f736c7573682f000000000100f2052a010000001976a914d23fcdf86f7e75"   \
	"6a64a7a9688ef9903327048ed988ac00000000\", [], \"00000002\", "         \
	"\"1c2ac4af\", \"504e86b9\", false], \"id\": null, \"method\": "       \
	"\"mining.notify\"}\n"
#define HTTP(status, fields, body)                                             \
	"HTTP/1.1 " status "\r\n" fields "Connection: close\r\n\r\n" body

static const struct judge_vector judged[] = {
	{ "a job after both answers",
	  PROBE_STRATUM,
	  { SUBSCRIBED, "{\"id\":2,\"result\":true,\"error\":null}\n" NOTIFY },
	  PROBE_ENDED,
	  PROBE_JOB,
	  "",
	  true },
	{ "a job at once",
	  PROBE_STRATUM,
	  { SUBSCRIBED NOTIFY },
	  PROBE_ENDED,
	  PROBE_JOB,
	  "",
	  true },
	{ "no job",
	  PROBE_STRATUM,
	  { SUBSCRIBED, "{\"id\":2,\"result\":true,\"error\":null}\n" },
	  PROBE_TIMEOUT,
	  PROBE_SPEAKS,
	  "",
	  false },
	{ "an error to authorize",
	  PROBE_STRATUM,
	  { SUBSCRIBED, "{\"id\":2,\"result\":null,\"error\":[24,"
			"\"Unauthorized worker\",null]}\n" },
	  PROBE_ENDED,
	  PROBE_REFUSES,
	  "Unauthorized worker",
	  true },
	{ "authorize is false",
	  PROBE_STRATUM,
	  { SUBSCRIBED, "{\"id\":2,\"result\":false,\"error\":null}\n" },
	  PROBE_ENDED,
	  PROBE_REFUSES,
	  "false",
	  true },
	{ "an error to subscribe",
	  PROBE_STRATUM,
	  { "{\"id\":1,\"result\":null,\"error\":[20,\"Banned\",null]}\n" },
	  PROBE_ENDED,
	  PROBE_REFUSES,
	  "Banned",
	  true },
	{ "no such method, in Stratum",
	  PROBE_STRATUM,
	  { "{\"id\":1,\"result\":null,\"error\":[-3,\"Method not "
	    "found\",null]}\n" },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "Method not found",
	  true },
	{ "no such method, in JSON-RPC",
	  PROBE_STRATUM,
	  { "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,"
	    "\"message\":\"unknown method\"}}\n" },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "unknown method",
	  true },
	{ "another dialect's error",
	  PROBE_STRATUM,
	  { "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,"
	    "\"message\":\"Unauthenticated\"}}\n" },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "Unauthenticated",
	  true },
	{ "a good answer that is nobody's",
	  PROBE_STRATUM,
	  { "{\"id\":1,\"result\":\"welcome\"}\n" },
	  PROBE_TIMEOUT,
	  PROBE_OTHER,
	  "",
	  false },
	{ "our own words come back",
	  PROBE_STRATUM,
	  { "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n" },
	  PROBE_TIMEOUT,
	  PROBE_OTHER,
	  "",
	  false },
	{ "a share is no job",
	  PROBE_STRATUM,
	  { "{\"id\":4,\"method\":\"mining.submit\",\"params\":[\"w\",\"bf\","
	    "\"00000001\",\"504e86ed\",\"b2957c02\"]}\n" },
	  PROBE_TIMEOUT,
	  PROBE_OTHER,
	  "",
	  false },
	{ "a word is no pool",
	  PROBE_STRATUM,
	  { "220 mining.notify pool stratum ready\r\n" },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "",
	  true },
	{ "closed",
	  PROBE_STRATUM,
	  { NULL },
	  PROBE_SHUT,
	  PROBE_CLOSED,
	  "",
	  false },
	{ "silent",
	  PROBE_STRATUM,
	  { NULL },
	  PROBE_TIMEOUT,
	  PROBE_SILENT,
	  "",
	  false },
	{ "no end",
	  PROBE_STRATUM,
	  { "{\"id\":1,\"result\":[\"xxxx" },
	  PROBE_OVERFLOW,
	  PROBE_OTHER,
	  "no end",
	  false },
	{ "half an answer",
	  PROBE_STRATUM,
	  { "{\"id\":1,\"resu" },
	  PROBE_TIMEOUT,
	  PROBE_OTHER,
	  "nothing whole",
	  false },
	{ "Monero's login",
	  PROBE_MONERO,
	  { "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":"
	    "\"a\",\"job\":{\"blob\":\"0606f9a5e4d905cee4e1a5ee8de9b5ddb9e8"
	    "cf8cbdcf4ee5b0e5f1d3c1b4a1b2c3d4e5f60718290000000011223344556677"
	    "8899aabbccddeeff00112233445566778899aabbccddeeff0001\","
	    "\"job_id\":\"j\",\"target\":\"b88d0600\"},\"status\":\"OK\"}}\n" },
	  PROBE_ENDED,
	  PROBE_JOB,
	  "",
	  true },
	{ "Monero's login refused",
	  PROBE_MONERO,
	  { "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":"
	    "\"Miner not registered\"}}\n" },
	  PROBE_ENDED,
	  PROBE_REFUSES,
	  "Miner not registered",
	  true },
	{ "Stratum's error to login",
	  PROBE_MONERO,
	  { "{\"id\":1,\"result\":null,\"error\":[20,\"Unknown\",null]}\n" },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "Unknown",
	  true },
	{ "a node wants a user",
	  PROBE_GETBLOCKTEMPLATE,
	  { HTTP("401 Unauthorized",
		 "WWW-Authenticate: Basic realm=\"jsonrpc\"\r\n"
		 "Content-Length: 0\r\n",
		 "") },
	  PROBE_ENDED,
	  PROBE_REFUSES,
	  "401",
	  true },
	{ "any server wants a user",
	  PROBE_GETBLOCKTEMPLATE,
	  { HTTP("401 Unauthorized",
		 "WWW-Authenticate: Basic realm=\"router\"\r\n"
		 "Content-Length: 0\r\n",
		 "") },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "401",
	  true },
	{ "a node that is not ready",
	  PROBE_GETBLOCKTEMPLATE,
	  { HTTP("500 Internal Server Error", "Content-Length: 68\r\n",
		 "{\"result\":null,\"error\":{\"code\":-9,\"message\":\"not "
		 "connected\"},\"id\":1}") },
	  PROBE_ENDED,
	  PROBE_REFUSES,
	  "not connected",
	  true },
	{ "a node without getwork",
	  PROBE_GETWORK,
	  { HTTP("404 Not Found", "Content-Length: 75\r\n",
		 "{\"result\":null,\"error\":{\"code\":-32601,\"message\":"
		 "\"Method not found\"},\"id\":1}") },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "Method not found",
	  true },
	{ "a template, to the end of the connection",
	  PROBE_GETBLOCKTEMPLATE,
	  { HTTP("200 OK", "",
		 "{\"id\":1,\"error\":null,\"result\":{\"version\":4,"
		 "\"previousblockhash\":\"0000000000000000000000000000000000000"
		 "0000000000000000000000000ab\",\"transactions\":[],"
		 "\"coinbasevalue\":5000000000,\"bits\":\"1d00ffff\",\"curtime"
		 "\":1500000000,\"height\":7}}") },
	  PROBE_SHUT,
	  PROBE_JOB,
	  "",
	  true },
	{ "a web server",
	  PROBE_GETBLOCKTEMPLATE,
	  { HTTP("200 OK", "Content-Length: 13\r\n", "<html></html>") },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "",
	  true },
	{ "no HTTP",
	  PROBE_GETWORK,
	  { "SSH-2.0-x\r\n" },
	  PROBE_ENDED,
	  PROBE_OTHER,
	  "",
	  true },
};

static const struct probe_options asking = { .version = "0",
					     .user = "assay-probe" };

struct judging {
	struct probe_judge *judge;
	struct probe_target target;
	struct ts now;
	unsigned step;
};

static void say(struct judging *g, enum probe_kind kind)
{
	struct buf words;

	buf_init(&words, 1u << 16);
	if (probe_say(&words, g->step, kind, &g->target, &asking)) {
		probe_judge_feed(g->judge, 0, buf_span(&words), g->now);
		g->step++;
	}
	buf_fini(&words);
}

static void judging_begin(struct judging *g, const struct judge_vector *v)
{
	const struct probe_ends ends = { .own = { .port = 1 },
					 .server = { .port = 2 },
					 .host = "eu.miningpoolhub.com" };

	*g = (struct judging){ .now = { INT64_C(1350000000000000000) } };
	OK(probe_target_parse(&g->target, text_span("pool.example:1"), NULL) ==
	   ST_OK);
	g->judge = probe_judge_new(v->kind, &ends);
	say(g, v->kind);
}

/* Piece by piece, each in a malloc of its size. */
static void feed(struct judging *g, const char *text, size_t piece)
{
	for (size_t at = 0, n; at < strlen(text); at += n) {
		n = strlen(text) - at < piece ? strlen(text) - at : piece;
		uint8_t *exact = mem_new(n, 1);

		memcpy(exact, text + at, n);
		probe_judge_feed(g->judge, 1, (struct span){ exact, n },
				 g->now);
		free(exact);
	}
}

static void test_judge(const struct judge_vector *v, size_t piece)
{
	struct probe_attempt a = { .kind = v->kind };
	struct findings found = { .n = 0 };
	struct judging g;

	judging_begin(&g, v);
	for (size_t i = 0; i < 4 && v->answer[i]; i++) {
		feed(&g, v->answer[i], piece);
		if (!probe_judge_done(g.judge) &&
		    probe_judge_took(g.judge, g.step))
			say(&g, v->kind);
	}
	/* What has no length ends with the connection, but for JSON. */
	const bool done = probe_judge_done(g.judge);

	probe_judge_end(g.judge, &a, &found, v->how, g.now);
	const bool good = done == v->done && a.verdict == v->wanted &&
			  strstr(a.words, v->words) != NULL &&
			  (found.n > 0) == (v->wanted <= PROBE_SPEAKS);

	OK(good);
	if (!good)
		printf("# %s (%zu): %s, \"%s\", done %d, found %zu\n", v->name,
		       piece, probe_verdict_text(a.verdict), a.words, done,
		       found.n);
	finding_free_all(&found);
	probe_judge_free(g.judge);
}

/* What a pool's words tell of its chain. */
static void test_found(void)
{
	struct probe_attempt a = { .kind = PROBE_STRATUM };
	struct findings found = { .n = 0 };
	struct judging g;

	judging_begin(&g, &judged[0]);
	feed(&g, judged[0].answer[0], 1000);
	say(&g, PROBE_STRATUM);
	OK(g.step == 2);
	feed(&g, judged[0].answer[1], 1000);
	probe_judge_end(g.judge, &a, &found, PROBE_ENDED, g.now);
	OK(found.n == 1);
	const struct finding *f = &found.finding[0];

	OK(f->session.dialect && !strcmp(f->session.dialect, "stratum-v1"));
	OK(f->identity.nbits == 0x1c2ac4af);
	OK(f->identity.server_role && !strcmp(f->identity.server_role, "pool"));
	OK(strstr(f->identity.tag, "/slush/") != NULL);
	OK(f->identity.listed &&
	   !strcmp(f->identity.listed, "miningpoolhub.com"));
	OK(f->num_workers == 0 && !f->identity.account[0]);
	OK(a.received ==
	   strlen(judged[0].answer[0]) + strlen(judged[0].answer[1]));
	OK(a.first_n == PROBE_FIRST_MAX);
	OK(!memcmp(a.first, judged[0].answer[0], strlen(judged[0].answer[0])));
	finding_free_all(&found);
	probe_judge_free(g.judge);
}

static void test_carriers(void)
{
	static const char alert[] = "\x15\x03\x01";
	const struct judge_vector v = { .kind = PROBE_STRATUM };
	struct findings found = { .n = 0 };
	struct probe_attempt a = { .kind = PROBE_STRATUM };
	struct judging g;

	judging_begin(&g, &v);
	feed(&g, alert, 1);
	OK(probe_judge_done(g.judge));
	probe_judge_end(g.judge, &a, &found, PROBE_SHUT, g.now);
	OK(a.saw_tls && !a.saw_http && a.verdict == PROBE_OTHER);
	probe_judge_free(g.judge);
	judging_begin(&g, &v);
	feed(&g, HTTP("400 Bad Request", "", ""), 1);
	probe_judge_end(g.judge, &a, &found, PROBE_SHUT, g.now);
	OK(a.saw_http && !a.saw_tls && found.n == 0);
	probe_judge_free(g.judge);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
		test_judge(&judged[i], 4096);
		test_judge(&judged[i], 1);
		test_judge(&judged[i], 7);
	}
	test_found();
	test_carriers();
	return tap_end();
}
