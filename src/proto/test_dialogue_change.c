/* Conversations that begin as one thing and go on as another; whose beginning
 * was not captured; with holes; and those that are no mining. */
#include "proto/test_dialogue.h"

static void write_answered_lines(struct script *s)
{
	say_request(s, "POST", "/", GETWORK);
	say(s, 1, SUBSCRIBED "\n" NOTIFY("a") "\n");
	say(s, 0, SUBSCRIBE "\n");
	say(s, 1, SUBSCRIBED "\n");
	say(s, 0, SUBMIT("4", "a") "\n");
	say(s, 1, YES("4") "\n");
}

#define NOTED_ANSWERED                                                         \
	NOTED_NAMES "talk\n" NOTED_JOB("a")                                    \
		NOTED_LOGIN NOTED_EXTRANONCE NOTED_SHARE("0",                  \
							 "a") "accepted 0\n"

/* As cgminer's probes of ports of HTTP are answered. */
static void write_refused_lines(struct script *s)
{
	say(s, 0, SUBSCRIBE "\n");
	say(s, 1,
	    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
	    "400 Bad Request");
}

static void write_hello_lines(struct script *s)
{
	make_client_hello(script_piece(s, 0));
	say(s, 1, "{\"id\":null,\"error\":\"parse error\"}\n");
	say(s, 0, SUBSCRIBE "\n");
	say(s, 1, SUBSCRIBED "\n" NOTIFY("a") "\n");
}

/* The bytes of a hello behind a segment's end may be any. */
static void write_hello_brace(struct script *s)
{
	struct make m;
	struct buf hello;

	make_init(&m, MAKE_1_3);
	buf_init(&hello, 1024);
	make_client_hello(&hello);
	hello.p[20] = '{'; /* of the random */
	buf_add(script_piece(s, 0), hello.p, 20);
	buf_add(script_piece(s, 0), hello.p + 20, hello.n - 20);
	make_server_hello(&m, script_piece(s, 1));
	buf_fini(&hello);
	make_fini(&m);
}

/* A body in a piece of its own, behind a hole in which its head was: it is no
 * line, as that end spoke HTTP before. */
static void write_lost_head(struct script *s)
{
	say_request(s, "POST", "/", GETWORK);
	say_answer(s, 200, NULL, TEXT(WORK));
	say_request(s, "POST", "/", GETWORK);
	say_lost(s, 1, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
	say(s, 1, WORK);
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":true}"));
}

/* The same before any work was read. */
static void write_lost_head_early(struct script *s)
{
	say_request(s, "POST", "/", GETWORK);
	say_answer(s, 200, NULL, TEXT("{\"id\":0,\"result\":null}"));
	say_request(s, "POST", "/", GETWORK);
	say_lost(s, 1, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
	say(s, 1, WORK);
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":true}"));
}

/* Whoever is the miner by one dialect is not the pool by another. */
static void write_turned(struct script *s)
{
	say_request(s, "POST", "/", GETWORK);
	say(s, 1, "{\"id\":0,\"result\":7}\n" SUBSCRIBE "\n");
	say(s, 0, SUBSCRIBED "\n" NOTIFY("a") "\n");
	say(s, 1, SUBMIT("4", "a") "\n");
}

/* Is one reader in use for all, and what it had before thrown away? */
static void write_flips(struct script *s)
{
	for (int i = 0; i < 40; i++) {
		say_request(s, "POST", "/", "{\"id\":1}");
		say(s, 1, "{\"id\":1,\"result\":7}\n{\"half");
	}
	say_request(s, "POST", "/", GETWORK);
	say_answer(s, 200, NULL, TEXT(WORK));
}

/* Another dialect's work behind work: the first stays, and its numbers. */
static void write_two_dialects(struct script *s)
{
	say_request(s, "POST", "/", GETWORK);
	say(s, 1, "{\"id\":0,\"result\":null}\n");
	say(s, 0, WORKED "\n");
	say(s, 0, SUBMIT("4", "a") "\n");
	say(s, 1, NOTIFY("a") "\n");
	say(s, 0, WORKED "\n");
}

/* The tail of a body and what follows in HTTP. */
static void write_tail_http(struct script *s)
{
	say(s, 1, "0000\"}],\"error\":null}");
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":true}"));
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":false}"));
}

/* A whole body, whose head came in a piece before the first. */
static void write_body_http(struct script *s)
{
	say(s, 1, WORK);
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":true}"));
}

static void write_tail_lines(struct script *s)
{
	say(s, 1, "\",\"01ff\",\"2f\",[],true]}\n" NOTIFY("a") "\n");
	say(s, 0, SUBMIT("4", "a") "\n");
	say(s, 1, YES("4") "\n");
}

/* A piece of many segments, as captured with offloading. */
static void write_large(struct script *s)
{
	struct buf body;

	buf_init(&body, 1 << 20);
	buf_text(&body,
		 "{\"id\":0,\"method\":\"getwork\",\"params\":[],\"x\":\"");
	for (int i = 0; i < 60; i++)
		buf_text(&body, PREVHASH);
	buf_text(&body, "\"}");
	say_request(s, "POST", "/", buf_str(&body));
	say_answer(s, 200, NULL, TEXT(WORK));
	buf_fini(&body);
}

static void write_lines_gap(struct script *s)
{
	say(s, 0, SUBSCRIBE "\n");
	say(s, 1, SUBSCRIBED "\n" NOTIFY("a") "\n");
	say(s, 0, SUBMIT("4", "a") "\n" SUBMIT("4", "b") "\n");
	say(s, 1, "{\"id\":4,\"resul");
	say_lost(s, 1, "t\":true}\n{\"id");
	say(s, 1, "\":4,\"result\":true}\n");
	say(s, 0, SUBMIT("4", "c") "\n");
	say(s, 1, YES("4") "\n");
}

static void write_gap_first(struct script *s)
{
	say_lost(s, 0, SUBSCRIBE);
	say(s, 0, AUTHORIZE "\n");
	say(s, 1, "{\"id\"");
	say_lost(s, 1, "xx");
	say(s, 1, NOTIFY("a") "\n");
}

static void write_http_gap(struct script *s)
{
	say_request(s, "POST", "/", WORKED);
	say(s, 1, "HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"id\"");
	say_lost(s, 1, ":1,\"result\"");
	say(s, 1, ":true}");
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":true}"));
}

static void write_websocket_gap(struct script *s)
{
	say(s, 0, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
	say(s, 1,
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\n\r\n");
	say_frame(s, 0, TEXT(CN_AUTH), false);
	say(s, 1, "\x81\x30{\"ty");
	say_lost(s, 1, "more than that frame has, and a part of the next one");
	say_frame(s, 1, TEXT(CN_JOB), false);
	say_frame(s, 0, TEXT(CN_SUBMIT), false);
	say_frame(s, 1, TEXT(CN_OKAY), false);
}

static void write_frames_gap(struct script *s)
{
	script_say(s, 0, say_open(5, "w", 0, false));
	script_say(s, 1, say_opened(5, 3, 1, "PPPP", 0x10, false));
	say_lost(s, 1, "xxxxxxx");
	say(s, 1, "tail");
	script_say(s, 1, say_job(3, 9, false, 0x60000000));
	script_say(s, 1, say_block(3, 9, 0xbb));
	script_say(s, 1, say_job(3, 10, false, 0x60000000));
}

/* A body of which a record is lost: where it ends no one can tell. */
static void write_tls_gap(struct script *s)
{
	static const char answer[] =
		"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n{\"result\":\"";
	struct make m;
	struct buf lost, text;

	make_init(&m, MAKE_1_3);
	buf_init(&lost, 4096);
	buf_init(&text, 4096);
	make_client_hello(script_piece(s, 0));
	make_server_hello(&m, script_piece(s, 1));
	make_finish(&m, script_piece(s, 1), 1);
	make_finish(&m, script_piece(s, 0), 0);
	for (int i = 0; i < 2; i++) {
		const struct http_writing w = { .method = "POST",
						.target = "/",
						.host = "a",
						.body = TEXT(WORKED) };

		buf_clear(&text);
		http_write_request(&text, &w);
		make_sealed(&m, script_piece(s, 0), 0, TLS_APPLICATION, text.p,
			    text.n);
		if (i == 0) {
			make_sealed(&m, script_piece(s, 1), 1, TLS_APPLICATION,
				    answer, strlen(answer));
			make_sealed(&m, &lost, 1, TLS_APPLICATION, PREVHASH,
				    64);
			buf_add(script_piece(s, 3), lost.p, lost.n);
			make_sealed(&m, script_piece(s, 1), 1, TLS_APPLICATION,
				    "\"}", 2);
			continue;
		}
		buf_clear(&text);
		buf_text(&text, "HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n"
				"{\"id\":1,\"result\":true}");
		make_sealed(&m, script_piece(s, 1), 1, TLS_APPLICATION, text.p,
			    text.n);
	}
	buf_fini(&lost);
	buf_fini(&text);
	make_fini(&m);
}

static void write_ssh(struct script *s)
{
	say(s, 1, "SSH-2.0-OpenSSH_9.2p1\r\n");
	say(s, 0, "SSH-2.0-OpenSSH_9.3\r\n");
	struct buf *b = script_piece(s, 0);

	for (int i = 0; i < 1400; i++)
		buf_u8(b, (uint8_t)(i * i >> 3));
}

static void write_smtp(struct script *s)
{
	say(s, 1, "220 mail.example ESMTP\r\n");
	say(s, 0, "EHLO a.example\r\n");
	say(s, 1, "250-mail.example\r\n250 HELP\r\n");
	say(s, 0, "MAIL FROM:<a@a.example>\r\n");
	say(s, 0, "DATA\r\n");
	say(s, 0,
	    "Subject: mining.submit\r\n\r\n{\"mining.notify\":1}\r\n.\r\n");
}

static void write_page(struct script *s)
{
	static const char *const fields[] = { "Content-Type: text/html", NULL };

	say_request(s, "GET", "/", "");
	say_answer(s, 200, fields,
		   TEXT("<script>\n{\"method\":\"mining.submit\","
			"\"params\":[]}\n</script>"));
	say_request(s, "POST", "/api", "{\"method\":\"getinfo\",\"id\":1}");
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":{\"data\":\"\"}}"));
}

static void write_ethereum_node(struct script *s)
{
	say_request(s, "POST", "/",
		    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		    "\"eth_blockNumber\",\"params\":[]},{\"jsonrpc\":\"2.0\","
		    "\"id\":2,\"method\":\"eth_getBalance\",\"params\":[]}]");
	say_answer(s, 200, NULL,
		   TEXT("[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1b4\"},"
			"{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x0\"}]"));
}

static void write_electrum(struct script *s)
{
	say(s, 0,
	    "{\"id\":0,\"method\":\"server.version\",\"params\":[\"4\","
	    "\"1.4\"]}\n");
	say(s, 1, "{\"id\":0,\"result\":[\"ElectrumX 1.16\",\"1.4\"]}\n");
	say(s, 0,
	    "{\"id\":1,\"method\":\"blockchain.headers.subscribe\","
	    "\"params\":[]}\n");
	say(s, 1,
	    "{\"id\":1,\"result\":{\"height\":1,\"hex\":\"" PREVHASH "\"}}\n");
}

static void write_mqtt(struct script *s)
{
	static const uint8_t connect[] = { 0x10, 15,  0,   4,   'M', 'Q',
					   'T',  'T', 4,   2,   0,   60,
					   0,    3,   'a', 'b', 'c' };

	buf_add(script_piece(s, 0), connect, sizeof(connect));
	buf_add(script_piece(s, 1), "\x20\2\0\0", 4);
	buf_add(script_piece(s, 0), "\x30\x16\0\4t/ab{\"method\":\"job\"}", 24);
}

static const struct dialogue_vector vectors[] = {
	/* clang-format off */
	{ .name = "a request in HTTP, answered with lines", write_answered_lines, NOTED_ANSWERED, "lines", "stratum-v1" },
	{ .name = "a line, answered in HTTP", write_refused_lines, NOTED_LOGIN, "lines", "stratum-v1" },
	{ .name = "a TLS hello, answered with a line", write_hello_lines, NOTED_LOGIN NOTED_EXTRANONCE NOTED_JOB("a"), "lines", "stratum-v1" },
	{ .name = "a hello in two segments, the second begins with a brace", write_hello_brace, "", "tls", NULL },
	{ .name = "a body whose head was lost", write_lost_head, NOTED_NAMES "talk\n" NOTED_WORK "talk\n" NOTED_WORKED("0", "w.1") "accepted 0\n", "http", "getwork" },
	{ .name = "a body whose head was lost, early", write_lost_head_early, NOTED_NAMES "talk\ntalk\ntalk\n" NOTED_WORKED("0", "w.1") "accepted 0\n", "http", "getwork" },
	{ .name = "ends that change", write_turned, NOTED_NAMES "talk\n", "lines", "stratum-v1" },
	{ .name = "flips", write_flips, NOTED_NAMES "talk\n" NOTED_WORK, "http", "getwork", .pieces = true },
	{ .name = "two dialects", write_two_dialects, NOTED_NAMES "talk\n" NOTED_WORKED("0", "w.1") NOTED_WORKED("1", "w.1"), "lines", "getwork" },
	{ .name = "the tail of a body, then HTTP", write_tail_http, NOTED_NAMES NOTED_WORKED("0", "w.1") "accepted 0\n" NOTED_WORKED("1", "w.1") "rejected 1\n", "http", "getwork", .middle = true, .pieces = true },
	{ .name = "a body, then HTTP", write_body_http, NOTED_WORK NOTED_NAMES NOTED_WORKED("0", "w.1") "accepted 0\n", "http", "getwork", .middle = true, .pieces = true },
	{ .name = "the tail of a line", write_tail_lines, NOTED_JOB("a") NOTED_SHARE("0", "a") "accepted 0\n", "lines", "stratum-v1", .middle = true },
	{ .name = "a large first piece", write_large, NOTED_NAMES "talk\n" NOTED_WORK, "http", "getwork" },
	{ .name = "a hole in lines", write_lines_gap, NOTED_LOGIN NOTED_EXTRANONCE NOTED_JOB("a") NOTED_SHARE("0", "a") NOTED_SHARE("1", "b") NOTED_SHARE("2", "c") "accepted 2\n", "lines", "stratum-v1" },
	{ .name = "holes at the beginning", write_gap_first, NOTED_WORKER NOTED_JOB("a"), "lines", "stratum-v1" },
	{ .name = "a hole in a body", write_http_gap, NOTED_NAMES NOTED_WORKED("0", "w.1") NOTED_WORKED("1", "w.1") "accepted 1\n", "http", "getwork" },
	{ .name = "a hole in a WebSocket", write_websocket_gap, "login host=a\nlogin worker=7NYW\n" NOTED_CN_JOB NOTED_CN_SHARE("7NYW") "accepted 0\n", "websocket", "coinhive" },
	{ .name = "a hole in frames", write_frames_gap, "login worker=w mask=ffffffff\nrate=0\nlogin extranonce1=\ntalk\ntalk\njob id=3/10 prev=bb000000 cb1= cb2= branches=1 20000000 1d00ffff 60000000 old target=10" ZEROS62 "\n", "frames", "stratum-v2" },
	{ .name = "SSH", write_ssh, "", "lines", NULL },
	{ .name = "SMTP", write_smtp, "", "lines", NULL },
	{ .name = "a page, and a call of some API", write_page, "", "http", NULL },
	{ .name = "a node of Ethereum's", write_ethereum_node, "", "http", NULL },
	{ .name = "an Electrum server", write_electrum, "", "lines", NULL },
	{ .name = "MQTT", write_mqtt, "", "lines", NULL },
	/* clang-format on */
};

static void test_tls_gap(void)
{
	const struct dialogue_vector v = {
		.name = "a hole in TLS",
		write_tls_gap,
		"login host=a\n" NOTED_WORKED("0", "")
			NOTED_WORKED("1", "") "accepted 1\n",
		"tls/http",
		"getwork"
	};
	struct make m;

	make_init(&m, MAKE_1_3);
	dialogue_test(&v, buf_span(&m.keys));
	make_fini(&m);
}

/* Whatever piece a dialogue would begin at, likely says so. */
static void test_likely(void)
{
	static struct script script;
	uint64_t wrong = 0;

	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct heard all;

		vectors[i].write(&script);
		for (size_t k = 0; k < script.n; k++) {
			if (script.piece[k].from >= 2)
				continue;
			heard_init(&all, TEXT(""), k == 0);
			heard_bytes(&all, script.piece[k].from,
				    buf_span(&script.piece[k].bytes));
			wrong += all.out.n > 0 &&
				 !dialogue_likely(
					 buf_span(&script.piece[k].bytes),
					 k == 0);
			heard_fini(&all);
		}
		script_fini(&script);
	}
	OK(wrong == 0);
	static const struct {
		const char *text;
		bool start, middle;
	} table[] = {
		{ "{", true, true },
		{ " \n {", true, true },
		{ "x\n{", true, true },
		{ "x{", false, false },
		{ "GET / HTTP/1.1\r\n", false, false },
		{ "GET / HTTP/1.1\r\nUpgrade: x\r\n", true, true },
		{ "GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1\r\n", false,
		  false },
		{ "GET / HTTP/1.1\r\nX-Mining-Extensions: a\r\n", true, true },
		{ "POST / HTTP/1.1\r\n", true, true },
		{ "CONNECT a:1 HTTP/1.1\r\n", true, true },
		{ "POST / HTTP/1.1\r\n\r\n", true, true },
		{ "POST / HTTP/1.1\r\n\r\n[", true, true },
		{ "POST / HTTP/1.1\r\n\r\n {", true, true },
		{ "POST / HTTP/1.1\r\n\r\na=b", false, false },
		{ "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\n\r\n\x1f", true,
		  true },
		{ "POST / HTTP/1.1\r\ncontent-type: Text/XML\r\n", false,
		  false },
		{ "POST / HTTP/1.1\r\nContent-Type: application/json\r\n", true,
		  true },
		{ "PUT / HTTP/1.1\r\n", false, false },
		{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", false,
		  false },
		{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
		  "X-Long-Polling: /LP\r\n",
		  true, true },
		{ "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", true,
		  true },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false,
		  false },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5",
		  true, true },
		{ "HTTP/1.1 200 OK\r\n\r\n<html>", false, false },
		{ "HTTP/1.1 101 Switching\r\nContent-Type: text/html\r\n", true,
		  true },
		{ "HTTP/1.1 200 OK\r\n", false, false },
		{ "HTTP/1.1 200 OK\r\n\r\n", true, true },
		{ "HTTP/1.1 200 OK\r\nX-Stratum: a\r\n", true, true },
		{ "P", true, false },
		{ "POST /", true, false },
		{ "POST / HTT", true, false },
		{ "POST / HTTP/2", false, false },
		{ "HTTP/1.0 2", true, false },
		{ "\x16", true, false },
		{ "\x16\x03\x01", true, false },
		{ "\x16\x02", false, false },
		{ "EHLO a\r\n", false, false },
		{ "SSH-2.0-x\r\n", false, false },
		{ "220 mail\r\n", false, false },
		{ "", false, false },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		printf("# %s\n", table[i].text);
		OK(dialogue_likely(TEXT(table[i].text), true) ==
		   table[i].start);
		OK(dialogue_likely(TEXT(table[i].text), false) ==
		   table[i].middle);
	}
}

/* Too few bytes to show anything. */
static void test_begun(void)
{
	static const struct {
		const char *text;
		bool begun;
	} table[] = {
		{ " \r\n", true },
		{ " {\"", true },
		{ "[", true },
		{ "POST", true },
		{ "HTTP/1", true },
		{ "\x16\x03", true },
		{ "\xf9\xbe\xb4\xd9", true },
		{ "\xf9\xbe\xb4\xd8", false },
		{ "SSH-2.0-x", false },
		{ "220 a", false },
		{ "<html>", false },
		{ "<a>", false },
		{ "\xf9\xbe", true },
		{ "\x05\x01\x02\x03", false },
	};
	static const uint8_t setup[] = { 0, 0, 0, 9, 1, 0, 2 };
	static const uint8_t other[] = { 0, 0, 0, 8, 4, 0xd2, 22, 47 };

	for (size_t i = 0; i < COUNT(table); i++) {
		printf("# %s\n", table[i].text);
		OK(dialogue_begun(TEXT(table[i].text)) == table[i].begun);
	}
	for (size_t n = 1; n <= sizeof(setup); n++)
		OK(dialogue_begun((struct span){ setup, n }));
	OK(!dialogue_begun((struct span){ other, sizeof(other) }));
}

/* A frame is looked for where a payload begins, and only there. */
static void test_likely_frames(void)
{
	static struct script script;
	struct span frame;
	struct buf late;

	script_say(&script, 0, say_submit(7, 0, 1, "abcd"));
	frame = buf_span(&script.piece[0].bytes);
	OK(dialogue_likely(frame, true) && dialogue_likely(frame, false));
	for (int first = 0; first < 256; first++) {
		buf_init(&late, 4096);
		buf_u8(&late, (uint8_t)first);
		buf_add(&late, frame.p, frame.n);
		if (first != '{' && dialogue_likely(buf_span(&late), false))
			OK(false);
		buf_fini(&late);
	}
	script_fini(&script);
}

/* What waits is counted, and bounded. */
static void test_held(void)
{
	static struct script script;
	struct heard h;

	heard_init(&h, TEXT(""), true);
	heard_bytes(&h, 0, TEXT("GET /"));
	OK(dialogue_held(h.d) >= 5);
	heard_bytes(&h, 0, TEXT(" HTTP/1.1\r\nHost: a"));
	OK(dialogue_held(h.d) >= 20);
	heard_fini(&h);

	struct buf *b = script_piece(&script, 0);

	buf_text(b, "{\"id\":7,\"a\":[0");
	for (int i = 0; i < 5000; i++)
		buf_text(b, ",0");
	buf_text(b, "]}\n");
	heard_init(&h, TEXT(""), true);
	heard_play(&h, &script, 1000, NOWHERE, 0);
	OK(h.held >= 10000 && dialogue_held(h.d) < 20000);
	OK(h.state.counts.not_json == 1);
	heard_fini(&h);
	script_fini(&script);

	/* A first direction that never shows what it is. */
	heard_init(&h, TEXT(""), true);
	for (int i = 0; i < 100000; i++)
		heard_bytes(&h, 0, TEXT("x"));
	OK(h.held < 8192);
	heard_end(&h);
	OK(!strcmp(h.state.carrier, "lines"));
	heard_fini(&h);
}

static void test_tls_left(void)
{
	static struct script script;
	struct heard h;

	write_hello_lines(&script);
	heard_init(&h, TEXT(""), true);
	heard_bytes(&h, 0, buf_span(&script.piece[0].bytes));
	OK(dialogue_tls(h.d) != NULL && !dialogue_by_http(h.d));
	OK(dialogue_held(h.d) < 4096);
	heard_bytes(&h, 1, buf_span(&script.piece[1].bytes));
	OK(dialogue_tls(h.d) == NULL);
	heard_fini(&h);
	script_fini(&script);
	write_answered_lines(&script);
	heard_init(&h, TEXT(""), true);
	heard_bytes(&h, 0, buf_span(&script.piece[0].bytes));
	OK(dialogue_by_http(h.d) && dialogue_client(h.d) == 0);
	heard_bytes(&h, 1, buf_span(&script.piece[1].bytes));
	OK(!dialogue_by_http(h.d));
	heard_fini(&h);
	script_fini(&script);
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialogue_test(&vectors[i], TEXT(""));
	test_tls_gap();
	test_likely();
	test_begun();
	test_likely_frames();
	test_held();
	test_tls_left();
	return tap_end();
}
