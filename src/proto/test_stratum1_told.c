#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/stratum1.h"
#include "test/tap.h"

#define NO_NUMBER UINT64_MAX

struct row {
	const char *text;
	enum stratum1_told_kind kind;
	uint64_t number;
	bool good;
	int64_t error;
	const char *words, *session, *host;
	int extranonce2_n; /* -1: none */
	uint16_t port;
	uint32_t wait_s;
};

static const struct row rows[] = {
	/* clang-format off */
	/* As ckpool and NOMP answer. */
	{ "{\"id\":1,\"result\":[[[\"mining.notify\",\"5b9c1d2e\"]],\"f8002c90\",4],\"error\":null}",
	  STRATUM1_TOLD_ANSWER, 1, true, 0, NULL, "5b9c1d2e", NULL, 4, 0, 0 },
	{ "{\"id\":\"1\",\"result\":[[[\"mining.set_difficulty\",\"1\"],[\"mining.notify\",\"ae6812eb\"]],\"00\",8],\"error\":null}",
	  STRATUM1_TOLD_ANSWER, 1, true, 0, NULL, "ae6812eb", NULL, 8, 0, 0 },
	{ "{\"id\":1,\"result\":[[\"mining.notify\",\"ab\"],\"00\",0]}",
	  STRATUM1_TOLD_ANSWER, 1, true, 0, NULL, "ab", NULL, 0, 0, 0 },
	{ "{\"id\":1,\"result\":[[],\"00\",33]}",
	  STRATUM1_TOLD_ANSWER, 1, true, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":1,\"result\":[[[\"mining.notify\",7]],\"00\",\"4\"]}",
	  STRATUM1_TOLD_ANSWER, 1, true, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":9,\"result\":null,\"error\":[21,\"Job not found\",null]}",
	  STRATUM1_TOLD_ANSWER, 9, false, 21, "Job not found", NULL, NULL, -1, 0, 0 },
	{ "{\"id\":9,\"result\":false,\"error\":null}",
	  STRATUM1_TOLD_ANSWER, 9, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":9,\"error\":{\"code\":-3,\"message\":\"no\"}}",
	  STRATUM1_TOLD_ANSWER, 9, false, -3, "no", NULL, NULL, -1, 0, 0 },
	{ "{\"id\":9,\"result\":true,\"error\":\"odd\"}",
	  STRATUM1_TOLD_ANSWER, 9, false, 0, "odd", NULL, NULL, -1, 0, 0 },
	{ "{\"id\":18446744073709551615,\"result\":true,\"method\":null}",
	  STRATUM1_TOLD_ANSWER, NO_NUMBER, true, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":null,\"result\":true}",
	  STRATUM1_TOLD_ANSWER, NO_NUMBER, true, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":1}", STRATUM1_TOLD_OTHER, 1, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":null,\"method\":\"mining.notify\",\"params\":[]}",
	  STRATUM1_TOLD_OTHER, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":null,\"method\":\"mining.set_extranonce\",\"params\":[\"08000002\",4]}",
	  STRATUM1_TOLD_EXTRANONCE, NO_NUMBER, false, 0, NULL, NULL, NULL, 4, 0, 0 },
	{ "{\"id\":null,\"method\":\"mining.set_extranonce\",\"params\":[\"08000002\",-4]}",
	  STRATUM1_TOLD_EXTRANONCE, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":5,\"method\":\"client.get_version\",\"params\":[]}",
	  STRATUM1_TOLD_VERSION, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"params\":[],\"id\":42,\"method\":\"mining.ping\"}", /* ckpool */
	  STRATUM1_TOLD_PING, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":5,\"method\":\"client.show_message\",\"params\":[\"hi\"]}",
	  STRATUM1_TOLD_MESSAGE, NO_NUMBER, false, 0, "hi", NULL, NULL, -1, 0, 0 },
	{ "{\"id\":5,\"method\":\"client.show_message\",\"params\":[5]}",
	  STRATUM1_TOLD_MESSAGE, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":null,\"method\":\"client.reconnect\",\"params\":[\"stratum-lb.example\",3333,10]}",
	  STRATUM1_TOLD_RECONNECT, NO_NUMBER, false, 0, NULL, NULL, "stratum-lb.example", -1, 3333, 10 },
	{ "{\"id\":null,\"method\":\"client.reconnect\",\"params\":[\"\",\"3334\",\"0\"]}",
	  STRATUM1_TOLD_RECONNECT, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 3334, 0 },
	{ "{\"id\":null,\"method\":\"client.reconnect\",\"params\":[]}",
	  STRATUM1_TOLD_RECONNECT, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":null,\"method\":\"client.reconnect\",\"params\":[7,65536,4294967296]}",
	  STRATUM1_TOLD_RECONNECT, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	{ "{\"id\":null,\"method\":\"client.reconnect\",\"params\":3}",
	  STRATUM1_TOLD_RECONNECT, NO_NUMBER, false, 0, NULL, NULL, NULL, -1, 0, 0 },
	/* clang-format on */
};

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static bool is(const struct json_node *node, const char *wanted)
{
	return wanted ? json_is(node, wanted) : node == NULL;
}

static void row(const struct row *r)
{
	struct json doc;

	json_init(&doc, 256);
	OK(json_parse(&doc, NULL, text(r->text)));
	const struct stratum1_told t = stratum1_told(&doc, json_root(&doc));

	OK(t.kind == r->kind && t.number == r->number && t.good == r->good);
	OK(t.error == r->error && is(t.words, r->words));
	OK(is(t.session, r->session) && is(t.host, r->host));
	OK(t.has_extranonce2 == (r->extranonce2_n >= 0) &&
	   (!t.has_extranonce2 ||
	    t.extranonce2_n == (uint32_t)r->extranonce2_n));
	OK(t.port == r->port && t.wait_s == r->wait_s);
	json_fini(&doc);
}

/* The answer to client.get_version has the id that was asked with. */
static void version(const char *id, const char *wanted)
{
	struct json doc;
	struct buf out;

	json_init(&doc, 16);
	buf_init(&out, 256);
	if (!json_parse(&doc, NULL, text(id)))
		abort();
	OK(stratum1_write_answer(&out, json_at(&doc, json_root(&doc), 0),
				 "a\"b"));
	OK(!strcmp(buf_str(&out), wanted));
	buf_fini(&out);
	json_fini(&doc);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		row(&rows[i]);
	version("[5]", "{\"id\":5,\"result\":\"a\\\"b\",\"error\":null}\n");
	version("[\"x\\n\"]",
		"{\"id\":\"x\\n\",\"result\":\"a\\\"b\",\"error\":null}\n");
	version("[{}]", "{\"id\":null,\"result\":\"a\\\"b\",\"error\":null}\n");
	version("[]", "{\"id\":null,\"result\":\"a\\\"b\",\"error\":null}\n");
	return tap_end();
}
