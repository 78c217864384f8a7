/* Every carrier with the dialects that it brings, from the first byte on. */
#include <zlib.h>

#include "proto/test_dialogue.h"

static void write_stratum(struct script *s)
{
	say(s, 0, SUBSCRIBE "\n");
	say(s, 1, SUBSCRIBED "\n");
	say(s, 0, AUTHORIZE "\n");
	say(s, 1, AUTHORIZED "\n" NOTIFY("a") "\n");
	say(s, 0, SUBMIT("4", "a") "\n" SUBMIT("4", "b") "\n");
	say(s, 1, YES("4") "\n" NO("4") "\n");
}

#define NOTED_STRATUM                                                          \
	NOTED_LOGIN NOTED_EXTRANONCE NOTED_WORKER "talk\n" NOTED_JOB("a")      \
		NOTED_SHARE("0", "a") NOTED_SHARE(                             \
			"1", "b") "accepted 0\nrejected 1 because=stale\n"

/* The example of xmrig-proxy's page STRATUM.md. */
static void write_monero(struct script *s)
{
	say(s, 0,
	    "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{"
	    "\"login\":\"48edf.rig\",\"pass\":\"x\",\"agent\":\"XMRig/2.6.0\""
	    "}}\n");
	say(s, 1,
	    "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"blob\":"
	    "\"" CN_BLOB "\",\"job_id\":\"q7PL\",\"target\":\"ffffff00\"}}\n");
	say(s, 0,
	    "{\"id\":2,\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":{"
	    "\"id\":\"1be0\",\"job_id\":\"q7PL\",\"nonce\":\"d0030040\","
	    "\"result\":\"" CN_RESULT "\"}}\n");
	say(s, 1,
	    "{\"id\":2,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{"
	    "\"status\":\"OK\"}}\n");
}

static void write_proxy_line(struct script *s)
{
	say(s, 0, "PROXY TCP4 192.0.2.1 192.0.2.2 40000 3333\r\n");
	write_stratum(s);
}

static void write_one_end(struct script *s)
{
	say(s, 1, SUBSCRIBED "\n" NOTIFY("a") "\n" YES("4") "\n");
	say(s, 1, NOTIFY("b") "\n");
}

static void write_getwork(struct script *s)
{
	say_request(s, "POST", "/", GETWORK);
	say_answer(s, 200, NULL, TEXT(WORK));
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL,
		   TEXT("{\"id\":1,\"error\":null,"
			"\"result\":true}"));
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL,
		   TEXT("{\"id\":1,\"error\":null,"
			"\"result\":false}"));
}

static void write_batch(struct script *s)
{
	say_request(s, "POST", "/",
		    "[" WORKED ",7," WORKED ",{\"id\":2,\"method\":\"getinfo\"}"
		    ",[" WORKED "]]");
	say_answer(s, 200, NULL,
		   TEXT("[{\"id\":1,\"result\":true},"
			"{\"id\":2,\"result\":{}},"
			"{\"id\":1,\"result\":false}]"));
	say_request(s, "POST", "/", WORKED);
}

static struct span packed(struct buf *out, struct span text, int window)
{
	z_stream z = { .next_in = (uint8_t *)(uintptr_t)text.p,
		       .avail_in = (uInt)text.n };
	static uint8_t room[1 << 16];

	z.next_out = room;
	z.avail_out = sizeof(room);
	if (deflateInit2(&z, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) !=
		    Z_OK ||
	    deflate(&z, window < 0 ? Z_SYNC_FLUSH : Z_FINISH) < 0)
		abort();
	buf_init(out, sizeof(room));
	/* A WebSocket message is sent without the 4 bytes of the flush. */
	buf_add(out, room, z.total_out - (window < 0 ? 4 : 0));
	deflateEnd(&z);
	return buf_span(out);
}

static void write_gzip(struct script *s)
{
	static const char *const fields[] = { "Content-Encoding: gzip", NULL };
	struct buf b;

	say_request(s, "POST", "/", GETWORK);
	say_answer(s, 200, fields, packed(&b, TEXT(WORK), 15 + 16));
	buf_fini(&b);
}

static void say_upgrade(struct script *s, const char *extension)
{
	const char *const fields[] = { "Upgrade: websocket",
				       "Connection: Upgrade", extension, NULL };

	say(s, 0,
	    "GET /proxy HTTP/1.1\r\nHost: ws.example\r\nUpgrade: websocket\r\n"
	    "User-Agent: Mozilla/5.0\r\nConnection: Upgrade\r\n\r\n");
	say_answer(s, 101, fields, TEXT(""));
}

static void write_coinhive(struct script *s)
{
	say_upgrade(s, NULL);
	say_frame(s, 0, TEXT(CN_AUTH), false);
	say_frame(s, 1, TEXT(CN_AUTHED), false);
	say_frame(s, 1, TEXT(CN_JOB), false);
	say_frame(s, 0, TEXT(CN_SUBMIT), false);
	say_frame(s, 1, TEXT(CN_OKAY), false);
}

#define NOTED_COINHIVE                                                         \
	"login agent=Mozilla/5.0 host=ws.example\nlogin "                      \
	"worker=7NYW\ntalk\n" NOTED_CN_JOB NOTED_CN_SHARE(                     \
		"7NYW") "accepted 0\n"

static void say_packed(struct script *s, int from, const char *text)
{
	struct buf b;

	say_frame(s, from, packed(&b, TEXT(text), -15), true);
	buf_fini(&b);
}

/* More objects than are heard, in about as many bytes on the wire. */
#define BATCH (DIALOGUE_BATCH_MAX + 1)
#define NIL   "0x0000000000000000000000000000000000000000000000000000000000000000"
#define FULL                                                                   \
	"0x00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define ETHER "{\"id\":0,\"result\":[\"" NIL "\",\"" NIL "\",\"" FULL "\"]}"

static void write_packed_batch(struct script *s)
{
	struct buf text;

	say_upgrade(s, "Sec-WebSocket-Extensions: permessage-deflate");
	buf_init(&text, 1 << 20);
	for (unsigned i = 0; i < BATCH; i++)
		buf_text(&text, i ? "," ETHER : "[" ETHER);
	buf_text(&text, "]");
	for (int i = 0; i < 2; i++)
		say_packed(s, 1, buf_str(&text));
	buf_fini(&text);
}

static void write_coinhive_packed(struct script *s)
{
	say_upgrade(s, "Sec-WebSocket-Extensions: permessage-deflate; "
		       "client_no_context_takeover; "
		       "server_no_context_takeover");
	say_packed(s, 0, CN_AUTH);
	say_packed(s, 1, CN_AUTHED);
	say_packed(s, 1, CN_JOB);
	say_packed(s, 0, CN_SUBMIT);
	say_packed(s, 1, CN_OKAY);
}

static void say_connect(struct script *s)
{
	say(s, 0,
	    "CONNECT pool.example:3333 HTTP/1.1\r\n"
	    "Host: pool.example:3333\r\nUser-Agent: m/1\r\n\r\n");
	say(s, 1, "HTTP/1.1 200 Connection established\r\n\r\n");
}

static void write_connect(struct script *s)
{
	say_connect(s);
	write_stratum(s);
}

#define NOTED_CONNECT "login agent=m/1 host=pool.example\n"

static void write_connect_http(struct script *s)
{
	say_connect(s);
	write_getwork(s);
}

/* A tunnel in which a tunnel is opened, ever again. */
static void write_connects(struct script *s)
{
	for (int i = 0; i < 8; i++)
		say_connect(s);
	write_stratum(s);
}

/* Work was read before the tunnel: it has no reader of its own, as its shares
 * would have the numbers of those before. */
static void write_connect_later(struct script *s)
{
	say_request(s, "POST", "/", WORKED);
	say_answer(s, 200, NULL, TEXT("{\"id\":1,\"result\":true}"));
	write_connect(s);
}

/* A tunnel is opened while the client's request is not whole: what is in it has
 * a dialogue, and the request's body no reader of its own. */
static void write_early_tunnel(struct script *s)
{
	say(s, 0,
	    "CONNECT pool.example:3333 HTTP/1.1\r\nHost: pool.example:3333\r\n"
	    "Content-Length: 34\r\n\r\n{\"method\":");
	say(s, 1, "HTTP/1.1 200 OK\r\n\r\n");
	say(s, 1, NOTIFY("a") "\n");
	say(s, 0, "\"getwork\",\"id\":1} ");
	say(s, 0, "     \n" SUBMIT("4", "a") "\n");
	say(s, 1, YES("4") "\n");
}

static void write_stratum2(struct script *s)
{
	script_session(s);
}

/* What test_stratum2.c has of the same session. */
#define NOTED_STRATUM2                                                         \
	"login agent=Maker/S9/fw-1 host=pool.example mask=ffffffff\n"          \
	"talk\nlogin worker=acct.w1\nrate=999999995904\n"                      \
	"login extranonce1=\ntalk\n"                                           \
	"job id=7/1 prev=aa000000 cb1=3c3c5050 cb2=3e3e branches=0 20000000 "  \
	"1d00ffff 60000000 clean target=10" ZEROS62 "\n"                       \
	"share 0 worker=acct.w1 job=7/1 en2=61626364 60000001 01020304 "       \
	"bits=20004000\naccepted 0\ntalk\n"                                    \
	"job id=7/2 prev=aa000000 cb1=3c3c5050 cb2=3e3e branches=0 20000000 "  \
	"1d00ffff 60000005 old target=08" ZEROS62 "\n"                         \
	"share 1 worker=acct.w1 job=7/2 en2=61626365 60000001 01020304 "       \
	"bits=20004000\nrejected 1 because=difficulty-too-low\n"

static const struct dialogue_vector vectors[] = {
	/* clang-format off */
	{ .name = "Stratum", write_stratum, NOTED_STRATUM, "lines", "stratum-v1" },
	{ .name = "Monero's", write_monero, "login agent=XMRig/2.6.0 worker=48edf.rig\n" NOTED_CN_JOB NOTED_CN_SHARE("48edf.rig") "accepted 0\n", "lines", "monero" },
	{ .name = "Stratum behind a proxy's line", write_proxy_line, NOTED_STRATUM, "lines", "stratum-v1" },
	{ .name = "one direction alone", write_one_end, NOTED_JOB("a") NOTED_JOB("b"), "lines", "stratum-v1" },
	{ .name = "getwork", write_getwork, NOTED_NAMES "talk\n" NOTED_WORK NOTED_WORKED("0", "w.1") "accepted 0\n" NOTED_WORKED("1", "w.1") "rejected 1\n", "http", "getwork" },
	{ .name = "a batch", write_batch, NOTED_NAMES NOTED_WORKED("0", "w.1") NOTED_WORKED("1", "w.1") "accepted 0\nrejected 1\n" NOTED_WORKED("2", "w.1"), "http", "getwork" },
	{ .name = "a body in gzip", write_gzip, NOTED_NAMES "talk\n" NOTED_WORK, "http", "getwork" },
	{ .name = "a WebSocket", write_coinhive, NOTED_COINHIVE, "websocket", "coinhive" },
	{ .name = "a WebSocket, compressed", write_coinhive_packed, NOTED_COINHIVE, "websocket", "coinhive" },
	{ .name = "a tunnel", write_connect, NOTED_CONNECT NOTED_STRATUM, "http/lines", "stratum-v1" },
	{ .name = "HTTP in a tunnel", write_connect_http, NOTED_CONNECT NOTED_NAMES "talk\n" NOTED_WORK NOTED_WORKED("0", "w.1") "accepted 0\n" NOTED_WORKED("1", "w.1") "rejected 1\n", "http/http", "getwork" },
	{ .name = "tunnels in tunnels", write_connects, "", "http/http/http/http", NULL },
	{ .name = "a tunnel behind work", write_connect_later, NOTED_NAMES NOTED_WORKED("0", "w.1") "accepted 0\n", "http", "getwork" },
	{ .name = "a tunnel opened early", write_early_tunnel, NOTED_JOB("a") "login host=pool.example\n" NOTED_SHARE("0", "a") "accepted 0\n", "http/lines", "stratum-v1" },
	{ .name = "frames", write_stratum2, NOTED_STRATUM2, "frames", "stratum-v2" },
	/* clang-format on */
};

/* TLS, whose records hold what another script says. */
static void seal(struct script *s, struct make *m,
		 void (*write)(struct script *))
{
	static struct script inside;

	make_client_hello(script_piece(s, 0));
	make_server_hello(m, script_piece(s, 1));
	make_finish(m, script_piece(s, 1), 1);
	make_finish(m, script_piece(s, 0), 0);
	write(&inside);
	for (size_t i = 0; i < inside.n; i++) {
		const int from = inside.piece[i].from;
		const struct span all = buf_span(&inside.piece[i].bytes);
		const size_t half = all.n / 2;
		struct buf *out = script_piece(s, from);

		make_sealed(m, out, from, TLS_APPLICATION, all.p, half);
		make_sealed(m, out, from, TLS_APPLICATION, all.p + half,
			    all.n - half);
	}
	script_fini(&inside);
}

static struct make make;
static void (*sealed)(struct script *);

static void write_sealed(struct script *s)
{
	seal(s, &make, sealed);
}

static void test_tls(void)
{
	static const struct dialogue_vector inside[] = {
		{ .name = "Stratum in TLS",
		  write_stratum,
		  NOTED_STRATUM,
		  "tls/lines",
		  "stratum-v1" },
		{ .name = "getwork in TLS",
		  write_getwork,
		  NOTED_NAMES "talk\n" NOTED_WORK
			  NOTED_WORKED("0", "w.1") "accepted 0\n" NOTED_WORKED(
				  "1", "w.1") "rejected 1\n",
		  "tls/http",
		  "getwork" },
		{ .name = "a WebSocket in TLS",
		  write_coinhive,
		  NOTED_COINHIVE,
		  "tls/websocket",
		  "coinhive" },
	};

	for (int kind = 0; kind < MAKE_KINDS; kind++) {
		for (size_t i = 0; i < COUNT(inside); i++) {
			struct dialogue_vector v = inside[i];

			make_init(&make, (enum make_kind)kind);
			sealed = v.write;
			v.write = write_sealed;
			dialogue_test(&v, buf_span(&make.keys));
			make_fini(&make);
		}
	}
}

/* Without its keys nothing is heard, but the names are there. */
static void test_tls_closed(void)
{
	struct dialogue_vector v = {
		.name = "TLS without keys", write_sealed, "", "tls", NULL
	};

	make_init(&make, MAKE_1_3);
	sealed = write_stratum;
	dialogue_test(&v, TEXT(""));
	make_fini(&make);
}

static uint8_t random_byte(void)
{
	static uint64_t state = 1;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint8_t)((state * 0x2545f4914f6cdd1d) >> 56);
}

/* Sizes and order of the specification. All bytes but the first turn's may be
 * braces to begin with. */
static void test_noise(void)
{
	static const size_t turns[] = { 64, 234, 22 + 80 + 16, 44, 98 };
	static struct script script;
	struct heard h;
	int recognised = 0, cut = 0;

	for (int run = 0; run < 64; run++) {
		for (size_t i = 0; i < COUNT(turns); i++) {
			struct buf *b = script_piece(&script, i % 2);

			for (size_t k = 0; k < turns[i]; k++)
				buf_u8(b, k || !i ? random_byte() : '{');
		}
		heard_init(&h, TEXT(""), true);
		heard_play(&h, &script, SIZE_MAX, NOWHERE, 0);
		recognised += h.state.dialect.client == 0 &&
			      !strcmp(buf_str(&h.out), "talk\n") &&
			      !strcmp(h.state.carrier, "frames");
		heard_fini(&h);
		/* In two pieces is the first turn not looked at. */
		heard_init(&h, TEXT(""), true);
		heard_play(&h, &script, SIZE_MAX, 0, 24 + (size_t)run % 16);
		cut += h.out.n > 0;
		heard_fini(&h);
		/* Nor is it where it need not be the first. */
		heard_init(&h, TEXT(""), false);
		heard_play(&h, &script, SIZE_MAX, NOWHERE, 0);
		cut += h.out.n > 0;
		heard_fini(&h);
		script_fini(&script);
	}
	OK(recognised > 60 && cut <= 8);
}

static void test_packed_batch(void)
{
	static struct script script;
	struct heard h;
	size_t jobs = 0;

	write_packed_batch(&script);
	heard_init(&h, TEXT(""), true);
	heard_play(&h, &script, SIZE_MAX, NOWHERE, 0);
	for (const char *at = buf_str(&h.out); (at = strstr(at, "job id"));
	     at++)
		jobs++;
	OK(jobs == (size_t)2 * DIALOGUE_BATCH_MAX && h.in_order);
	OK(h.state.counts.oversized == 2);
	OK(dialogue_splits(&h, &script, TEXT(""), true));
	heard_fini(&h);
	script_fini(&script);
}

int main(void)
{
	test_packed_batch();
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialogue_test(&vectors[i], TEXT(""));
	test_tls();
	test_tls_closed();
	test_noise();
	return tap_end();
}
