#include "proto/rpc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MINER    0
#define POOL     1

enum {
	KIND_SUBMIT = 1,
	KIND_OTHER
};

/* A message in a malloc of exactly its size. */
struct said {
	struct json doc;
	struct message m;
	struct dialect_input in;
	uint8_t *exact;
};

static void say(struct said *s, int from, const char *text)
{
	const size_t n = strlen(text);

	*s = (struct said){ .in = { .from = from } };
	s->exact = mem_new(n, 1);
	memcpy(s->exact, text, n);
	s->m.text = (struct span){ s->exact, n };
	json_init(&s->doc, 4096);
	if (!json_parse(&s->doc, NULL, s->m.text))
		abort();
	s->in.message = &s->m;
	s->in.doc = &s->doc;
	s->in.object = json_root(&s->doc);
}

static void said_fini(struct said *s)
{
	json_fini(&s->doc);
	free(s->exact);
}

/* A conversation, step by step: "+ID" the miner asks; "@N ID" by HTTP, in the
 * exchange N; "-ID" the pool answers, "=N ID" by HTTP; "!" and "?": bytes of
 * the pool, of the miner are lost; "f": the oldest request is forgotten.
 * Wanted: for each answer the number of its request, "u" where unclear, "." for
 * none. */
struct matching {
	const char *name;
	const char *step[12];
	const char *wanted;
	uint64_t unmatched;
};

static const struct matching matchings[] = {
	{ "by id", { "+1", "+2", "-2", "-1" }, "10", 0 },
	{ "none asked", { "+1", "-2", "-1", "-1" }, ".0.", 2 },
	{ "equal ids in order",
	  { "+4", "+4", "+4", "-4", "-4", "-4", "-4" },
	  "012.",
	  1 },
	{ "ids are texts, in quotes or not",
	  { "+1", "+\"1\"", "-\"1\"", "-1", "-1.0" },
	  "01.",
	  1 },
	{ "null is an id", { "+null", "-null" }, "0", 0 },
	{ "a loss makes one of two unclear",
	  { "+4", "+4", "!", "-4", "-4" },
	  "u1",
	  0 },
	{ "of three, two",
	  { "+4", "+4", "+4", "!", "-4", "-4", "-4" },
	  "uu2",
	  0 },
	{ "but not one alone", { "+4", "!", "-4" }, "0", 0 },
	{ "nor another id's", { "+4", "+5", "!", "-5", "-4" }, "10", 0 },
	{ "a newer takes the id over",
	  { "+4", "+4", "!", "+4", "-4", "-4" },
	  "2.",
	  1 },
	{ "what the miner sent is lost",
	  { "+4", "+4", "?", "-4", "-4" },
	  "01",
	  0 },
	{ "exchanges of HTTP",
	  { "@7 1", "@8 1", "=8 1", "=7 1", "=9 1" },
	  "10.",
	  1 },
	{ "and no exchange is none",
	  { "@7 1", "-1", "+1", "=7 1", "-1" },
	  ".01",
	  1 },
	{ "forgotten", { "+1", "+1", "f", "-1", "-1" }, "1.", 1 },
	{ "forgotten, and nothing left",
	  { "f", "+1", "f", "f", "-1" },
	  ".",
	  1 },
};

static void step(struct rpc *r, const char *text, uint64_t *asked,
		 struct buf *out)
{
	const bool http = *text == '@' || *text == '=';
	const bool asks = *text == '+' || *text == '@';
	struct rpc_request q = { .number = 99 };
	const char *id = text + 1;
	char message[128];
	struct said s;

	if (*text == '!' || *text == '?') {
		rpc_lost(r, *text == '!' ? POOL : MINER);
		return;
	}
	if (*text == 'f') {
		rpc_forget(r, KIND_OTHER);
		rpc_forget(r, KIND_SUBMIT);
		return;
	}
	if (http)
		id += 2;
	snprintf(message, sizeof(message), "{\"id\":%s,%s}", id,
		 asks ? "\"method\":\"m\"" : "\"result\":true");
	say(&s, asks ? MINER : POOL, message);
	s.in.http = http;
	s.in.exchange = (uint64_t)(text[1] - '0');
	if (asks) {
		rpc_remember(r, &s.in, KIND_SUBMIT, (*asked)++);
	} else {
		const enum rpc_found found = rpc_answer(r, &q, &s.in);

		if (found == RPC_ANSWER)
			buf_printf(out, "%d", (int)q.number);
		else
			buf_text(out, found == RPC_NONE ? "." : "u");
		OK(found == RPC_NONE ? q.number == 99 : q.kind == KIND_SUBMIT);
	}
	said_fini(&s);
}

static void test_matching(void)
{
	for (size_t i = 0; i < COUNT(matchings); i++) {
		const struct matching *v = &matchings[i];
		struct rpc r;
		struct buf out;
		uint64_t asked = 0;

		printf("# %s\n", v->name);
		buf_init(&out, 256);
		rpc_init(&r);
		rpc_sender_fits(&r, MINER, true);
		for (size_t k = 0; k < COUNT(v->step) && v->step[k]; k++)
			step(&r, v->step[k], &asked, &out);
		OK(strcmp(buf_str(&out), v->wanted) == 0);
		OK(r.unmatched == v->unmatched);
		rpc_fini(&r);
		buf_fini(&out);
	}
}

/* Is the message an answer? */
static void test_answer(void)
{
	static const struct {
		const char *text;
		bool plain, bare;
	} table[] = {
		{ "{\"id\":1,\"result\":true}", true, true },
		{ "{\"id\":1,\"result\":null}", true, true },
		{ "{\"id\":1,\"error\":null}", true, true },
		{ "{\"id\":1,\"method\":null,\"result\":1}", true, true },
		{ "{\"id\":1,\"method\":\"m\",\"result\":1}", false, false },
		{ "{\"id\":1,\"method\":7,\"result\":1}", false, false },
		{ "{\"id\":1}", false, true },
		{ "{\"result\":1}", false, false }, /* another id */
		{ "{}", false, false },
	};

	for (size_t i = 0; i < 2 * COUNT(table); i++) {
		const bool bare = i % 2, wanted = bare ? table[i / 2].bare
						       : table[i / 2].plain;
		struct rpc r;
		struct rpc_request q;
		struct said ask, s;

		rpc_init(&r);
		r.bare = bare;
		say(&ask, MINER, "{\"id\":1,\"method\":\"m\"}");
		say(&s, POOL, table[i / 2].text);
		rpc_remember(&r, &ask.in, KIND_SUBMIT, 0);
		OK(rpc_answer(&r, &q, &s.in) == RPC_NONE); /* who is who? */
		OK(rpc_sender_fits(&r, POOL, false) && r.client == MINER);
		OK(!rpc_sender_fits(&r, POOL, true) &&
		   !rpc_sender_fits(&r, MINER, false));
		s.in.from = MINER;
		OK(rpc_answer(&r, &q, &s.in) == RPC_NONE);
		s.in.from = POOL;
		OK((rpc_answer(&r, &q, &s.in) == RPC_ANSWER) == wanted);
		said_fini(&ask);
		said_fini(&s);
		rpc_fini(&r);
	}
}

/* Ids longer than is kept, and more requests than are remembered. */
static void test_bounds(void)
{
	struct rpc r;
	struct rpc_request q;
	struct said s;
	char text[256], id[128];

	rpc_init(&r);
	rpc_sender_fits(&r, MINER, true);
	memset(id, 'a', sizeof(id));
	id[100] = '\0';
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "{\"id\":\"%s\",\"result\":1}",
			 id);
		say(&s, i ? POOL : MINER, text);
		if (i)
			OK(rpc_answer(&r, &q, &s.in) == RPC_ANSWER &&
			   q.id_n == RPC_ID_MAX);
		else
			rpc_remember(&r, &s.in, KIND_SUBMIT, 0);
		said_fini(&s);
	}
	for (uint64_t i = 0; i < RPC_REQUESTS_MAX + UINT64_C(3); i++) {
		say(&s, MINER, "{\"id\":4,\"method\":\"m\"}");
		rpc_remember(&r, &s.in, KIND_SUBMIT, i);
		said_fini(&s);
	}
	OK(r.num_requests == RPC_REQUESTS_MAX);
	say(&s, POOL, "{\"id\":4,\"result\":1}");
	OK(rpc_answer(&r, &q, &s.in) == RPC_ANSWER && q.number == 3);
	said_fini(&s);
	rpc_fini(&r);
}

static void test_verdict(void)
{
	static const struct {
		const char *text;
		int plain, null_accepts; /* 1 accepted, 0 refused, -1 neither */
		const char *why, *null_why;
	} table[] = {
		{ "{\"result\":true}", 1, 1, "", "" },
		{ "{\"result\":true,\"error\":null}", 1, 1, "", "" },
		{ "{\"result\":{\"status\":\"OK\"}}", 1, 1, "", "" },
		{ "{\"result\":{\"status\":\"O\\u004b\"}}", 1, 1, "", "" },
		{ "{\"result\":{\"status\":\"KO\"}}", 0, 0, "", "" },
		{ "{\"result\":false}", 0, 0, "", "" },
		{ "{\"result\":1}", 0, 0, "", "" },
		{ "{\"result\":null}", -1, 1, "", "" },
		{ "{\"result\":null,\"error\":null}", -1, 1, "", "" },
		{ "{\"error\":null}", -1, -1, "", "" },
		{ "{}", -1, -1, "", "" },
		{ "{\"result\":\"high-hash\"}", 0, 0, "", "high-hash" },
		{ "{\"result\":null,\"error\":[21,\"stale\",null]}", 0, 0,
		  "stale", "stale" },
		{ "{\"result\":true,\"error\":[21,\"st\\u0061le\"]}", 0, 0,
		  "stale", "stale" },
		{ "{\"error\":{\"code\":-1,\"message\":\"Low\"}}", 0, 0, "Low",
		  "Low" },
		{ "{\"error\":\"no\"}", 0, 0, "no", "no" },
		{ "{\"error\":[21]}", 0, 0, "", "" },
		{ "{\"error\":[]}", 0, 0, "", "" },
		{ "{\"error\":7}", 0, 0, "", "" },
		{ "{\"error\":{\"message\":7}}", 0, 0, "", "" },
		{ "{\"result\":false,\"reject-reason\":\"a\\nb\"}", 0, 0,
		  "a\nb", "a\nb" },
		{ "{\"result\":true,\"reject-reason\":\"a\"}", 1, 1, "", "" },
		{ "{\"error\":[1,\"x\"],\"reject-reason\":\"y\"}", 0, 0, "y",
		  "y" },
	};

	for (size_t i = 0; i < 2 * COUNT(table); i++) {
		const bool null_accepts = i % 2;
		const int wanted = null_accepts ? table[i / 2].null_accepts
						: table[i / 2].plain;
		const char *why =
			null_accepts ? table[i / 2].null_why : table[i / 2].why;
		struct event e = { .type = EVENT_TALK };
		struct rpc r;
		struct said s;

		printf("# %s\n", table[i / 2].text);
		rpc_init(&r);
		say(&s, POOL, table[i / 2].text);
		rpc_begin(&r, &s.in);
		const bool says =
			rpc_verdict(&r, &e, s.in.object, null_accepts);

		OK(says == (wanted >= 0));
		OK(e.type == (says ? EVENT_VERDICT : EVENT_TALK));
		OK(!says ||
		   (e.verdict.accepted == (wanted == 1) &&
		    e.verdict.reason.n == strlen(why) &&
		    (!*why || !memcmp(e.verdict.reason.p, why, strlen(why)))));
		rpc_end(&r, &s.in);
		said_fini(&s);
		rpc_fini(&r);
	}
}

static const struct json_node *element(const struct said *s, uint32_t i)
{
	return json_at(&s->doc, json_get(&s->doc, s->in.object, "params"), i);
}

static void test_hex(void)
{
	static const uint8_t before[32] = { 0xee, 0xee };
	static const struct {
		const char *text;
		bool good;
		uint64_t low; /* the number's lowest 64 bits */
		bool small;   /* there are no others */
	} table[] = {
		{ "\"0\"", true, 0, true },
		{ "\"0x1\"", true, 1, true },
		{ "\"fF\"", true, 255, true },
		{ "\"0x07a05fa4133e5126\"", true, 0x07a05fa4133e5126, true },
		{ "\"10000000000000000\"", true, 0, false },
		{ "\"0x00000000000000000000000000000000000000000000000000000"
		  "00000000102\"",
		  true, 0x102, true },
		{ "\"f0000000000000000000000000000000000000000000000000000"
		  "00000000003\"",
		  true, 3, false },
		{ "\"00000000000000000000000000000000000000000000000000000"
		  "000000000001\"",
		  false, 0, false }, /* 65 digits */
		{ "\"\"", false, 0, false },
		{ "\"0x\"", false, 0, false },
		{ "\"0X1\"", false, 0, false },
		{ "\"g\"", false, 0, false },
		{ "\"-1\"", false, 0, false },
		{ "\" 1\"", false, 0, false },
		{ "\"\\u0031\"", false, 0, false },
		{ "1", false, 0, false },
		{ "null", false, 0, false },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		uint8_t number[32];
		uint64_t v = 77, low = 0;
		char text[128];
		struct said s;

		printf("# %s\n", table[i].text);
		snprintf(text, sizeof(text), "{\"params\":[%s]}",
			 table[i].text);
		say(&s, MINER, text);
		memcpy(number, before, 32);
		OK(rpc_hex_number(number, element(&s, 0)) == table[i].good);
		for (size_t k = 8; k-- > 0;)
			low = low << 8 | number[k];
		OK(table[i].good ? low == table[i].low
				 : !memcmp(number, before, 32));
		OK(rpc_hex_u64(&v, element(&s, 0)) == table[i].small);
		OK(v == (table[i].small ? table[i].low : 77));
		said_fini(&s);
	}
	OK(!rpc_hex_number((uint8_t[32]){ 0 }, NULL));
}

static bool is(struct span s, const char *text)
{
	return s.n == strlen(text) && (!s.n || !memcmp(s.p, text, s.n));
}

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* One parameter, which must be good or be one fault; behind a fault all give
 * nothing and no other fault is counted. */
static void test_take(void)
{
	enum take {
		TEXT,
		NUMBER,
		HEX,
		U32,
		EXACTLY,
		TARGET,
		HASHES,
		BOOL
	};
	static const struct {
		enum take take;
		const char *param, *wanted;
		int fault; /* -1: none */
	} table[] = {
		{ TEXT, "\"ab\"", "ab", -1 },
		{ TEXT, "\"a\\u0062\\n\"", "ab\n", -1 },
		{ TEXT, "17", "17", -1 },
		{ TEXT, "null", "", -1 },
		{ TEXT, "\"\"", "", -1 },
		{ TEXT, "[]", "", DIALECT_TYPE },
		{ TEXT, "true", "", DIALECT_TYPE },
		{ NUMBER, "1.5", "1.5", -1 },
		{ NUMBER, "\"1e3\"", "1e3", -1 },
		{ NUMBER, "null", "", DIALECT_TYPE },
		{ HEX, "\"6162\"", "ab", -1 },
		{ HEX, "\"\"", "", -1 },
		{ HEX, "\"616263646566\"", "abcdef", -1 },
		{ HEX, "\"61626364656667\"", "", DIALECT_SIZE },
		{ HEX, "\"616\"", "", DIALECT_HEX },
		{ HEX, "\"zz\"", "", DIALECT_HEX },
		{ HEX, "61", "", DIALECT_TYPE },
		{ U32, "\"61626364\"", "dcba", -1 },
		{ U32, "\"616263\"", "cba", -1 },
		{ U32, "\"0x61\"", "", DIALECT_HEX },
		{ U32, "\"161626364\"", "", DIALECT_HEX },
		{ U32, "\"\"", "", DIALECT_HEX },
		{ U32, "97", "", DIALECT_TYPE },
		{ EXACTLY, "\"6162\"", "ab", -1 },
		{ EXACTLY, "\"0x6162\"", "ab", -1 },
		{ EXACTLY, "\"61\"", "", DIALECT_HEX },
		{ EXACTLY, "\"616263\"", "", DIALECT_HEX },
		{ EXACTLY, "null", "", DIALECT_TYPE },
		{ TARGET, "\"0x6162\"", "ba", -1 },
		{ TARGET, "\"\"", "", DIALECT_HEX },
		{ TARGET, "6162", "", DIALECT_TYPE },
		{ HASHES, "[]", "", -1 },
		{ HASHES, "[\"" HASH "\"]", "\x00\x11\x22",
		  -1 }, /* 32 bytes: see below */
		{ HASHES, "[\"" HASH "\",7]", "", DIALECT_HEX },
		{ HASHES, "[\"00\"]", "", DIALECT_HEX },
		{ HASHES, "\"[]\"", "", DIALECT_TYPE },
		{ BOOL, "true", "y", -1 },
		{ BOOL, "false", "", -1 },
		{ BOOL, "1", "", -1 },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		struct rpc r;
		struct said s;
		struct span got = { NULL, 0 };
		uint8_t room[32] = { 0 };
		uint32_t v;
		char text[256];

		printf("# %d %s\n", table[i].take, table[i].param);
		snprintf(text, sizeof(text), "{\"params\":[%s]}",
			 table[i].param);
		say(&s, MINER, text);
		rpc_init(&r);
		rpc_begin(&r, &s.in);
		struct rpc_params p = rpc_params(&r, s.in.object);

		switch (table[i].take) {
		case TEXT:
			got = rpc_take_text(&p);
			break;
		case NUMBER:
			got = rpc_take_number(&p);
			break;
		case HEX:
			got = rpc_take_hex(&p, 6);
			break;
		case U32:
			v = rpc_take_u32(&p);
			for (; v; v >>= 8)
				room[got.n++] = (uint8_t)v;
			got.p = room;
			break;
		case EXACTLY:
			memset(room, 'x', 2);
			rpc_take_exactly(&p, room, 2);
			got = (struct span){ room, room[0] ? 2 : 0 };
			OK(room[0] || !room[1]);
			break;
		case TARGET:
			memset(room, 'x', 32);
			rpc_take_target(&p, room);
			got = (struct span){ room, strlen((char *)room) };
			break;
		case HASHES:
			got = rpc_take_hashes(&p);
			OK(got.n % 32 == 0);
			if (got.n == 32) {
				OK(got.p[0] == 0 && got.p[31] == 0xff);
				got.n = 0;
			}
			break;
		case BOOL:
			got = (struct span){ (const uint8_t *)"y",
					     rpc_take_bool(&p) };
			break;
		}
		OK(is(got, table[i].take == HASHES ? "" : table[i].wanted));
		OK(p.bad == (table[i].fault >= 0));
		/* There are no more: one fault, and never a second. */
		OK(!rpc_more(&p) && !rpc_take_bool(&p));
		OK(rpc_take_text(&p).n == 0 && rpc_take_u32(&p) == 0 && p.bad);
		for (int f = 0; f < DIALECT_FAULTS; f++) {
			const int one = table[i].fault >= 0 ? table[i].fault
							    : DIALECT_SHORT;

			OK(r.faults[f] == (f == one ? 1U : 0U));
		}
		rpc_end(&r, &s.in);
		said_fini(&s);
		rpc_fini(&r);
	}
}

static void test_params(void)
{
	static const char *const none[] = { "{}", "{\"params\":null}",
					    "{\"params\":{}}",
					    "{\"params\":\"[]\"}" };
	struct rpc r;
	struct said s;
	struct buf b;

	for (size_t i = 0; i < COUNT(none); i++) {
		say(&s, MINER, none[i]);
		rpc_init(&r);
		rpc_begin(&r, &s.in);
		struct rpc_params p = rpc_params(&r, s.in.object);

		OK(p.bad && !rpc_more(&p) && !rpc_take(&p));
		OK(r.faults[DIALECT_NO_PARAMS] == 1 &&
		   r.faults[DIALECT_SHORT] == 0);
		rpc_end(&r, &s.in);
		said_fini(&s);
		rpc_fini(&r);
	}
	/* What was decoded stays where it is until the end. */
	say(&s, MINER, "{\"params\":[\"a\\u0062\",\"6364\",[],true]}");
	rpc_init(&r);
	rpc_begin(&r, &s.in);
	struct rpc_params p = rpc_params(&r, s.in.object);
	const struct span text = rpc_take_text(&p), hex = rpc_take_hex(&p, 2);

	OK(rpc_take_hashes(&p).n == 0 && rpc_more(&p) && rpc_take_bool(&p));
	OK(is(text, "ab") && is(hex, "cd") && !p.bad && !rpc_more(&p));
	uint8_t *room = rpc_keep(&r, 5);

	OK(room && !room[0] && !room[4] && is(text, "ab") && is(hex, "cd"));
	OK(!rpc_keep(&r, MESSAGE_MAX + 1));
	rpc_end(&r, &s.in);
	said_fini(&s);
	rpc_fini(&r);
	/* One branch too many. */
	for (int n = EVENT_BRANCHES_MAX; n <= EVENT_BRANCHES_MAX + 1; n++) {
		buf_init(&b, 1 << 16);
		buf_text(&b, "{\"params\":[[");
		for (int i = 0; i < n; i++)
			buf_text(&b, i ? ",\"" HASH "\"" : "\"" HASH "\"");
		buf_text(&b, "]]}");
		say(&s, MINER, buf_str(&b));
		rpc_init(&r);
		rpc_begin(&r, &s.in);
		p = rpc_params(&r, s.in.object);
		OK(rpc_take_hashes(&p).n ==
		   (n > EVENT_BRANCHES_MAX ? 0 : (size_t)n * 32));
		OK(r.faults[DIALECT_BRANCHES] ==
		   (n > EVENT_BRANCHES_MAX ? 1U : 0U));
		rpc_end(&r, &s.in);
		said_fini(&s);
		rpc_fini(&r);
		buf_fini(&b);
	}
}

int main(void)
{
	test_matching();
	test_answer();
	test_bounds();
	test_verdict();
	test_hex();
	test_take();
	test_params();
	return tap_end();
}
