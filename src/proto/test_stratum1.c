#include <string.h>

#include "base/hex.h"
#include "proto/rpc.h"
#include "proto/stratum1.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define Z16       "0000000000000000"
#define Z64       Z16 Z16 Z16 Z16
#define PREV      "4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000"
#define JOB       "\"bf\",\"" PREV "\",\"0100\",\"ff\",[],\"00000002\","
#define SUBSCRIBE ">{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}"
#define BITS      "\"1c2ac4af\",\"504e86b9\""
#define NOTIFY                                                                 \
	"<{\"params\":[" JOB BITS ",false],\"id\":null,"                       \
	"\"method\":\"mining.notify\"}"
#define NOTED                                                                  \
	"job id=bf prev=f8b6164d cb1=0100 cb2=ff branches=0 00000002 "         \
	"1c2ac4af 504e86b9 old\n"
#define SUBMIT(id, job)                                                        \
	">{\"params\":[\"slush.miner1\",\"" job "\",\"00000001\","             \
	"\"504e86ed\",\"b2957c02\"],\"id\":" id ",\"method\":"                 \
	"\"mining.submit\"}"
#define SHARED(n)                                                              \
	"share " n " worker=slush.miner1 job=bf en2=00000001 504e86ed "        \
	"b2957c02\n"

/* The first messages are the protocol's own example (slush's pool, 2012);
 * the others are forms that pools and miners were seen to send. */
static const struct dialect_vector
	vectors
		[] = {
			/* clang-format off */
	{ .name = "subscribe, with ids of subscriptions",
	  { ">{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": []}",
	    "<{\"id\": 1, \"result\": [ [ [\"mining.set_difficulty\", \"b4b6693b72a50c7116db18d6497cac52\"], [\"mining.notify\", \"ae6812eb4cd7735a302a8a9dd95cf71f\"]], \"08000002\", 4], \"error\": null}" },
	  "login\nlogin extranonce1=08000002\n" },
	{ .name = "subscribe, without them, with agent, resumption and host",
	  { ">{\"id\":\"a\",\"method\":\"mining.subscribe\",\"params\":[\"cpuminer/2.5.1\",\"deadbeef\",\"pool.example\",3333]}",
	    "<{\"error\":null,\"result\":[[],\"f000000f00\",8],\"id\":\"a\"}" },
	  "login agent=cpuminer/2.5.1 host=pool.example\nlogin extranonce1=f000000f00\n" },
	{ .name = "subscribe, null in place of the ids; extranonce1 of no bytes",
	  { ">{\"id\":0,\"method\":\"mining.subscribe\"}",
	    "<{\"id\":0,\"result\":[null,\"\",8],\"error\":null}" },
	  "login\nlogin extranonce1=\n" },
	{ .name = "subscribe refused",
	  { SUBSCRIBE, "<{\"id\":1,\"result\":null,\"error\":[20,\"no\",null]}" },
	  "login\ntalk\n" },
	{ .name = "subscribe answered with nonsense",
	  { SUBSCRIBE, "<{\"id\":1,\"result\":[[],7,4]}", SUBSCRIBE, "<{\"id\":1,\"result\":[[],\"0g\",4]}" },
	  "login\ntalk\nlogin\ntalk\n", NULL, { [DIALECT_TYPE] = 1, [DIALECT_HEX] = 1 } },
	{ .name = "extranonce1 of 32 bytes, and of 33",
	  { SUBSCRIBE, "<{\"id\":1,\"result\":[[],\"" Z64 "\",4]}", SUBSCRIBE, "<{\"id\":1,\"result\":[[],\"" Z64 "00\",4]}" },
	  "login\nlogin extranonce1=" Z64 "\nlogin\ntalk\n", NULL, { [DIALECT_HEX] = 1 } },
	{ .name = "authorize",
	  { ">{\"params\": [\"slush.miner1\", \"password\"], \"id\": 2, \"method\": \"mining.authorize\"}",
	    "<{\"error\": null, \"id\": 2, \"result\": true}" },
	  "login worker=slush.miner1\ntalk\n" },
	{ .name = "authorize with escapes, and with a blank name",
	  { ">{\"params\":[\"a\\u0062\\\"\\n\"],\"id\":2,\"method\":\"mining.authorize\"}",
	    ">{\"params\":[\"\"],\"id\":2,\"method\":\"mining.authorize\"}" },
	  "login worker=ab\"\n\nlogin\n" },
	{ .name = "configure (BIP 310), its answer after a job",
	  { ">{\"method\": \"mining.configure\",\"id\": 1,\"params\": [[\"minimum-difficulty\", \"version-rolling\"],{\"minimum-difficulty.value\": 2048,\"version-rolling.mask\": \"1fffe000\", \"version-rolling.min-bit-count\": 2}]}",
	    NOTIFY,
	    "<{\"error\": null,\"id\": 1,\"result\": {\"version-rolling\": true,\"version-rolling.mask\": \"18000000\",\"minimum-difficulty\": true}}" },
	  "talk\n" NOTED "login mask=18000000\n" },
	{ .name = "configure refused; a mask that is none",
	  { ">{\"method\":\"mining.configure\",\"id\":1,\"params\":[]}", "<{\"id\":1,\"result\":{\"version-rolling\":false}}",
	    ">{\"method\":\"mining.configure\",\"id\":1,\"params\":[]}", "<{\"id\":1,\"result\":{\"version-rolling.mask\":\"x\"}}" },
	  "talk\ntalk\ntalk\ntalk\n", NULL, { [DIALECT_HEX] = 1 } },
	{ .name = "set_version_mask (BIP 310)",
	  { "<{\"params\":[\"00003000\"], \"id\":null, \"method\": \"mining.set_version_mask\"}" },
	  "login mask=00003000\n" },
	{ .name = "set_extranonce",
	  { "<{\"id\":null,\"method\":\"mining.set_extranonce\",\"params\":[\"08000002ff\",3]}" },
	  "login set=08000002ff\n" },
	{ .name = "difficulty: number, fraction, text, exponent",
	  { "<{ \"id\": null, \"method\": \"mining.set_difficulty\", \"params\": [2]}",
	    "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[104.34782609]}",
	    "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[\"16383.75\"]}",
	    "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[1e-12]}" },
	  "difficulty=2\ndifficulty=104.34782609\ndifficulty=16383.75\ndifficulty=1e-12\n" },
	{ .name = "difficulty: what is none",
	  { "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[\"easy\"]}", "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[\"\"]}",
	    "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[\"0x10\"]}", "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[\"NaN\"]}",
	    "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[0]}", "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[-1]}" },
	  "talk\ntalk\ntalk\ntalk\ntalk\ntalk\n", NULL, { [DIALECT_TYPE] = 6 } },
	{ .name = "difficulty: one with more digits than we hold is one, and the least",
	  { "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[0.33333333333333331483]}",
	    "<{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[1e-390]}" },
	  "difficulty=0.33333333333333331483\ndifficulty=1e-390\n" },
	{ .name = "notify",
	  { "<{\"params\": [\"bf\", \"" PREV "\", \"01000000ff\", \"072f736c7573682f\",[\"" Z64 "\"], \"00000002\", \"1c2ac4af\", \"504e86b9\", true], \"id\": null, \"method\": \"mining.notify\"}" },
	  "job id=bf prev=f8b6164d cb1=01000000ff cb2=072f736c7573682f branches=1 00000002 1c2ac4af 504e86b9 clean\n" },
	{ .name = "a job id with a space, a number as job id, no clean",
	  { "<{\"method\":\"mining.notify\",\"params\":[\"a b\",\"" PREV "\",\"\",\"\",[],\"2\",\"1c2ac4af\",\"1\",false]}",
	    "<{\"method\":\"mining.notify\",\"params\":[7,\"" PREV "\",\"\",\"\",[],\"00000002\",\"1c2ac4af\",\"504e86b9\"]}" },
	  "job id=a b prev=f8b6164d cb1= cb2= branches=0 00000002 1c2ac4af 00000001 old\njob id=7 prev=f8b6164d cb1= cb2= branches=0 00000002 1c2ac4af 504e86b9 old\n" },
	{ .name = "submit, without leading zeros, and with version bits",
	  { ">{\"id\":4,\"method\":\"mining.submit\",\"params\":[\"w\",\"j\",\"\",\"1\",\"2\"]}",
	    ">{\"id\":4,\"method\":\"mining.submit\",\"params\":[\"w\",\"j\",\"00\",\"504e86ed\",\"b2957c02\",\"00002000\"]}",
	    ">{\"id\":4,\"method\":\"mining.submit\",\"params\":[\"w\",\"j\",\"00\",\"504e86ed\",\"b2957c02\",null]}" },
	  "share 0 worker=w job=j en2= 00000001 00000002\nshare 1 worker=w job=j en2=00 504e86ed b2957c02 bits=00002000\nshare 2 worker=w job=j en2=00 504e86ed b2957c02\n" },
	{ .name = "ids as number, text and null; answers out of order",
	  { SUBMIT("7", "bf"), SUBMIT("\"x\"", "bf"), SUBMIT("null", "bf"),
	    "<{\"id\":null,\"result\":true,\"error\":null}", "<{\"id\":\"x\",\"result\":true}", "<{\"result\":true,\"id\":7}" },
	  SHARED("0") SHARED("1") SHARED("2") "accepted 2\naccepted 1\naccepted 0\n" },
	{ .name = "the same id for all: answers in order",
	  { SUBMIT("4", "bf"), SUBMIT("4", "bf"),
	    "<{\"id\":4,\"result\":true,\"error\":null}", "<{\"id\":4,\"result\":null,\"error\":[21,\"Job not found\",null]}" },
	  SHARED("0") SHARED("1") "accepted 0\nrejected 1 because=Job not found\n" },
	{ .name = "refusals",
	  { SUBMIT("4", "bf"), "<{\"id\":4,\"result\":false,\"error\":null,\"reject-reason\":\"high-hash\"}",
	    SUBMIT("4", "bf"), "<{\"id\":4,\"result\":null,\"error\":{\"code\":23,\"message\":\"low \\u0064ifficulty\"}}",
	    SUBMIT("4", "bf"), "<{\"id\":4,\"error\":\"stale\"}",
	    SUBMIT("4", "bf"), "<{\"id\":4,\"result\":false}",
	    SUBMIT("4", "bf"), "<{\"id\":4,\"result\":null,\"error\":null}" },
	  SHARED("0") "rejected 0 because=high-hash\n" SHARED("1") "rejected 1 because=low difficulty\n"
	  SHARED("2") "rejected 2 because=stale\n" SHARED("3") "rejected 3\n" SHARED("4") "talk\n" },
	{ .name = "requests from the server, which the miner answers",
	  { NOTIFY, "<{\"id\":9,\"method\":\"client.get_version\",\"params\":[]}", ">{\"id\":9,\"result\":\"cgminer/4.10.0\",\"error\":null}",
	    "<{\"id\":null,\"method\":\"client.show_message\",\"params\":[\"hi\"]}", "<{\"id\":null,\"method\":\"client.reconnect\",\"params\":[]}",
	    "<{\"id\":9,\"method\":\"mining.ping\",\"params\":[]}" },
	  NOTED "talk\ntalk\ntalk\ntalk\n" },
	{ .name = "requests whose answers must not be taken for a share's",
	  { ">{\"id\":4,\"method\":\"mining.extranonce.subscribe\",\"params\":[]}", ">{\"id\":4,\"method\":\"mining.suggest_difficulty\",\"params\":[1]}",
	    ">{\"id\":4,\"method\":\"mining.get_transactions\",\"params\":[\"bf\"]}", SUBMIT("4", "bf"),
	    "<{\"id\":4,\"result\":false}", "<{\"id\":4,\"error\":[20]}", "<{\"id\":4,\"result\":[]}", "<{\"id\":4,\"result\":true}" },
	  "talk\ntalk\ntalk\n" SHARED("0") "talk\ntalk\ntalk\naccepted 0\n" },
	{ .name = "a ping of the miner's is a request, too; one of the pool's is not",
	  .line = { NOTIFY, ">{\"id\":4,\"method\":\"mining.ping\",\"params\":[]}", "<{\"id\":5,\"method\":\"mining.ping\",\"params\":[]}",
	    SUBMIT("4", "bf"), SUBMIT("5", "bf"), "<{\"id\":4,\"result\":\"pong\"}", "<{\"id\":4,\"result\":true}", "<{\"id\":5,\"result\":true}" },
	  .wanted = NOTED "talk\ntalk\n" SHARED("0") SHARED("1") "talk\naccepted 0\naccepted 1\n" },
	{ .name = "true with an error is a refusal",
	  .line = { SUBMIT("4", "bf"), "<{\"id\":4,\"result\":true,\"error\":[20,\"no\",null]}" },
	  .wanted = SHARED("0") "rejected 0 because=no\n" },
	{ .name = "an answer to what was not seen",
	  { NOTIFY, "<{\"id\":4,\"result\":true,\"error\":null}", "<{\"id\":4}" },
	  NOTED, NULL, { 0 }, 1 },
	{ .name = "an answer lost in a gap: the next submit with that id takes over",
	  { SUBMIT("4", "bf"), "!", SUBMIT("4", "bf"), "<{\"id\":4,\"result\":true}" },
	  SHARED("0") SHARED("1") "accepted 1\n" },
	{ .name = "a gap that lost no answer",
	  { SUBMIT("4", "bf"), "!", "<{\"id\":4,\"result\":true}" },
	  SHARED("0") "accepted 0\n" },
	{ .name = "a gap with two open: the first answer may be either's, the second is not",
	  { SUBMIT("4", "bf"), SUBMIT("4", "bf"), "!", "<{\"id\":4,\"result\":true}", "<{\"id\":4,\"result\":false}" },
	  SHARED("0") SHARED("1") "talk\nrejected 1\n" },
	{ .name = "a gap with two open, of ids of their own",
	  { SUBMIT("4", "bf"), SUBMIT("5", "bf"), "!", "<{\"id\":5,\"result\":true}" },
	  SHARED("0") SHARED("1") "accepted 1\n" },
	{ .name = "a gap of the miner's bytes loses no answer",
	  { SUBMIT("4", "bf"), "?", SUBMIT("4", "bf"), "<{\"id\":4,\"result\":true}" },
	  SHARED("0") SHARED("1") "accepted 0\n" },
	{ .name = "another coin's shape behind a Bitcoin job changes nothing",
	  { NOTIFY, "<{\"method\":\"mining.notify\",\"params\":[\"bf\",\"" Z64 "\",\"" Z64 "\",true]}", SUBMIT("4", "bf") },
	  NOTED "talk\n" SHARED("0"), NULL, { [DIALECT_TYPE] = 1 } },
	{ .name = "a Bitcoin job settles it against a hint",
	  { "<{\"method\":\"mining.set_target\",\"params\":[\"" Z64 "\"]}", NOTIFY, SUBMIT("4", "bf") },
	  "difficulty= target=" Z64 "\n" NOTED SHARED("0") },
	{ .name = "what the wrong end sends",
	  { NOTIFY, "<{\"params\":[\"w\",\"bf\",\"00\",\"1\",\"2\"],\"id\":4,\"method\":\"mining.submit\"}",
	    ">{\"method\":\"mining.set_difficulty\",\"params\":[1]}" },
	  NOTED },
	{ .name = "what either end sends says nothing of who is who",
	  { ">{\"id\":1,\"method\":\"mining.ping\",\"params\":[]}", "<{\"id\":1,\"method\":\"mining.ping\",\"params\":[]}" }, "" },
	{ .name = "not this dialect",
	  { ">{\"id\":1,\"method\":\"eth_submitLogin\",\"params\":[\"x\"]}", ">{\"method\":7}", ">{\"id\":1,\"jsonrpc\":\"2.0\"}",
	    ">{\"params\":[\"mining.submit\"]}", ">{\"id\":1,\"result\":true}" }, "" },
	{ .name = "faults: params",
	  { "<{\"method\":\"mining.notify\"}", "<{\"method\":\"mining.notify\",\"params\":{}}", "<{\"method\":\"mining.set_difficulty\",\"params\":[]}",
	    "<{\"method\":\"mining.set_difficulty\",\"params\":[true]}", "<{\"method\":\"mining.notify\",\"params\":[\"bf\",\"" PREV "\"]}" },
	  "talk\ntalk\ntalk\ntalk\ntalk\n", NULL, { [DIALECT_NO_PARAMS] = 2, [DIALECT_SHORT] = 2, [DIALECT_TYPE] = 1 } },
	{ .name = "faults: a submit that cannot be read is still one",
	  { ">{\"method\":\"mining.submit\",\"params\":[\"w\",\"j\",\"0\",\"1\",\"2\"]}", ">{\"method\":\"mining.submit\",\"params\":[\"w\",\"j\",\"00\",\"1\",2]}",
	    ">{\"method\":\"mining.submit\",\"params\":[\"w\",\"j\",\"00\",\"1\",\"123456789\"]}", ">{\"method\":\"mining.submit\",\"params\":[\"w\",\"j\",\"" Z64 "00\",\"1\",\"2\"]}",
	    ">{\"method\":\"mining.submit\",\"params\":null}", ">{\"method\":\"mining.submit\",\"params\":[\"w\",[]]}" },
	  "share 0 worker=w job=j malformed\nshare 1 worker=w job=j malformed\nshare 2 worker=w job=j malformed\nshare 3 worker=w job=j malformed\n"
	  "share 4 worker= job= malformed\nshare 5 worker=w job= malformed\n", NULL,
	  { [DIALECT_HEX] = 2, [DIALECT_TYPE] = 2, [DIALECT_SIZE] = 1, [DIALECT_NO_PARAMS] = 1 } },
	{ .name = "faults: a job's bytes",
	  { "<{\"method\":\"mining.notify\",\"params\":[\"bf\",\"00\",\"\",\"\",[],\"2\",\"1\",\"1\",false]}", "<{\"method\":\"mining.notify\",\"params\":[\"bf\",\"" PREV "\",\"0\",\"\",[],\"2\",\"1\",\"1\",false]}",
	    "<{\"method\":\"mining.notify\",\"params\":[\"bf\",\"" PREV "\",\"\",\"\",[\"00\"],\"2\",\"1\",\"1\",false]}", "<{\"method\":\"mining.notify\",\"params\":[\"bf\",\"" PREV "\",\"\",\"\",{},\"2\",\"1\",\"1\",false]}" },
	  "talk\ntalk\ntalk\ntalk\n", NULL, { [DIALECT_HEX] = 3, [DIALECT_TYPE] = 1 } },
			/* clang-format on */
		};

/* More branches than there may be, in one notify. */
static void test_branches(void)
{
	for (int n = EVENT_BRANCHES_MAX; n <= EVENT_BRANCHES_MAX + 1; n++) {
		struct dialect_talk t;
		struct buf line;

		dialect_talk_init(&t, &stratum1_dialect);
		buf_init(&line, 1u << 16);
		buf_text(&line, "<{\"method\":\"mining.notify\",\"params\":["
				"\"bf\",\"" PREV "\",\"\",\"\",[");
		for (int i = 0; i < n; i++)
			buf_printf(&line, "%s\"" Z64 "\"", i ? "," : "");
		buf_text(&line, "],\"2\"," BITS ",true]}");
		dialect_talk_line(&t, buf_str(&line));
		OK((strstr(buf_str(&t.out), "branches=64") != NULL) ==
		   (n == EVENT_BRANCHES_MAX));
		OK(dialect_talk_state(&t).faults[DIALECT_BRANCHES] ==
		   (n > EVENT_BRANCHES_MAX));
		buf_fini(&line);
		dialect_talk_fini(&t);
	}
}

/* Answers that never come do not pile up: the oldest are forgotten. */
static void test_many(void)
{
	struct dialect_talk t;
	char line[200];

	dialect_talk_init(&t, &stratum1_dialect);
	for (int i = 0; i <= RPC_REQUESTS_MAX; i++) {
		snprintf(line, sizeof(line),
			 ">{\"id\":%d,\"method\":\"mining.submit\","
			 "\"params\":[\"w\",\"j\",\"\",\"1\",\"2\"]}",
			 i);
		dialect_talk_line(&t, line);
	}
	buf_clear(&t.out);
	dialect_talk_line(&t, "<{\"id\":0,\"result\":true}");
	dialect_talk_line(&t, "<{\"id\":1,\"result\":true}");
	dialect_talk_line(&t, "<{\"id\":256,\"result\":true}");
	OK(strcmp(buf_str(&t.out), "accepted 1\naccepted 256\n") == 0);
	OK(dialect_talk_state(&t).unmatched == 1);
	dialect_talk_fini(&t);
}

static void test_prevhash(void)
{
	uint8_t wire[32], out[32];
	char text[65];

	/* Block 125,552's predecessor (its header and hash are public): as
	 * people write it, and as it goes over the wire. */
	static const char known[] = "00000000000008a3a41b85b8b29ad444def299fee2"
				    "1793cd8b9e567eab02cd81";
	static const char sent[] = "ab02cd818b9e567ee21793cddef299feb29ad444a4"
				   "1b85b8000008a300000000";

	OK(hex_bytes(wire, 32,
		     (struct span){ (const uint8_t *)sent, sizeof(sent) - 1 }));
	stratum1_prevhash(out, wire);
	OK(strcmp(hex_text_reversed(text, out, 32), known) == 0);
	stratum1_prevhash(out, out);
	OK(memcmp(out, wire, 32) == 0);
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialect_test(&stratum1_dialect, &vectors[i], "stratum-v1");
	dialect_test_truncated(&stratum1_dialect, vectors, COUNT(vectors));
	test_branches();
	test_many();
	test_prevhash();
	for (int f = 0; f < DIALECT_FAULTS; f++)
		OK(dialect_fault_text((enum dialect_fault)f)[0] != '\0');
	OK(dialect_fault_text(DIALECT_FAULTS)[0] == '\0');
	return tap_end();
}
