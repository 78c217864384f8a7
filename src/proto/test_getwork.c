#include <string.h>

#include "coin/header.h"
#include "coin/target.h"
#include "hash/sha256d.h"
#include "proto/getwork.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Work from eloipool and the first share on it, by cpuminer 2.5.1, on a chain
 * of our own. Then Bitcoin's block 125,552 in getwork's form, the example of
 * the wiki's page on hashing. And work that a Vertcoin P2Pool gave cgminer
 * (scrypt's family has the same form). */
#define ZEROS                                                                  \
	"000000800000000000000000000000000000000000000000000000000000000000"   \
	"000000000000000000000080020000"
#define LAB_68                                                                 \
	"30000000d249ebd65d47310d96c5f0952d2a1e32a9125b924b6cac8f8b7b3311"     \
	"00000000abd1160e76f1ead992644cb08da72a6f7118c6258d443ab692e05bdc"     \
	"9db34826"
#define LAB_TIME   "6b02ffe91d03fffc"
#define LAB_WORK   LAB_68 LAB_TIME "456c6f69" ZEROS
#define LAB_SHARE  LAB_68 LAB_TIME "31bf2701" ZEROS
#define LAB_ROLLED LAB_68 "6b02ffea1d03fffc31bf2701" ZEROS
#define LAB_TARGET                                                             \
	"000000000000000000000000000000000000000000000000000006fff9000000"
#define LAB_TARGET_BE                                                          \
	"000000f9ff060000000000000000000000000000000000000000000000000000"
#define LAB_KEY                                                                \
	"00000030d6eb49d20d31475d95f0c596321e2a2d925b12a98fac6c4b11337b8b"     \
	"000000000e16d1abd9eaf176b04c64926f2aa78d25c61871b63a448ddc5be092"     \
	"2648b39d"
#define LAB_JOB                                                                \
	"job id=" LAB_KEY " prev=d6eb49d2 cb1= cb2= branches=1 30000000 "      \
	"1d03fffc 6b02ffe9 "
#define LAB_HEADER(time, nonce) LAB_KEY time "fcff031d" nonce
#define LAB_SHARED(n)                                                          \
	"share " n " worker= job=" LAB_KEY                                     \
	" en2= 6b02ffe9 31bf2701 header=" LAB_HEADER("e9ff026b",               \
						     "0127bf31") "\n"

#define GET ">1{\"method\":\"getwork\",\"params\":[],\"id\":0}"
#define WORK(at)                                                               \
	at "{\"id\":0,\"error\":null,\"result\":{\"data\":\"" LAB_WORK         \
	   "\",\"target\":\"" LAB_TARGET "\""
#define HASH1                                                                  \
	",\"hash1\":"                                                          \
	"\"000000000000000000000000000000000000000000000000000000000000000000" \
	"00008000000000000000000000000000000000000000000000000000010000\""
#define SUBMIT(at, data)                                                       \
	at "{\"method\":\"getwork\",\"params\":[\"" data "\"],\"id\":1}"

static const struct dialect_vector vectors[] = {
	/* clang-format off */
	{ .name = "work asked for, and a share that is accepted",
	  { GET, WORK("<1") HASH1 ",\"submitold\":true}}", SUBMIT(">2", LAB_SHARE), "<2{\"id\":1,\"error\":null,\"result\":true}" },
	  "talk\n" LAB_JOB "old target=" LAB_TARGET_BE "\n" LAB_SHARED("0") "accepted 0\n" },
	{ .name = "rolled time is the same job; answers out of order",
	  { SUBMIT(">2", LAB_SHARE), SUBMIT(">3", LAB_ROLLED), "<3{\"id\":1,\"error\":null,\"result\":false}", "<2{\"id\":1,\"error\":null,\"result\":true}" },
	  LAB_SHARED("0") "share 1 worker= job=" LAB_KEY " en2= 6b02ffea 31bf2701 header=" LAB_HEADER("eaff026b", "0127bf31") "\nrejected 1\naccepted 0\n" },
	{ .name = "a long poll's answer, the first that is seen",
	  { WORK("<1") ",\"submitold\":false}}", SUBMIT(">2", LAB_SHARE) },
	  LAB_JOB "clean target=" LAB_TARGET_BE "\n" LAB_SHARED("0") },
	{ .name = "long polls between shares, without HTTP",
	  { SUBMIT(">", LAB_SHARE), WORK("<") "}}", "<{\"id\":1,\"result\":true}" },
	  LAB_SHARED("0") LAB_JOB "old target=" LAB_TARGET_BE "\naccepted 0\n" },
	{ .name = "80 bytes without padding",
	  { "<{\"result\":{\"data\":\"" LAB_68 LAB_TIME "456c6f69\",\"target\":\"" LAB_TARGET "\"},\"id\":0}", SUBMIT(">", LAB_68 LAB_TIME "31bf2701") },
	  LAB_JOB "old target=" LAB_TARGET_BE "\n" LAB_SHARED("0") },
	{ .name = "Bitcoin's block 125,552",
	  { SUBMIT(">", "00000001ab02cd818b9e567ee21793cddef299feb29ad444a41b85b8000008a300000000c2b620e3758dfcff8bdb2304ae42b91e1e950e71aff797d7b09288fc2b12fcf14dd7f5c71a44b9f29546a142" ZEROS) },
	  "share 0 worker= job=0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122b en2= 4dd7f5c7 9546a142 header=0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695\n" },
	{ .name = "P2Pool's form: identifier, midstate, JSON-RPC 2.0",
	  { ">1{\"id\":0,\"method\":\"getwork\"}",
	    "<1{\"error\":null,\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"hash1\":\"00\",\"target\":\"000000000000000000000000000000000000000000000000000000ffff000000\",\"submitold\":true,\"identifier\":\"863320\",\"data\":\"200000004e0c0043b0caacdf632965a4060642ce2b563531a04837dc0e716ae368e5931eb94ed6683a27b9265f064306c306682dd93c51273bf2afc81d2acb958017c40c5affc1b51b01f8e100000000" ZEROS "\",\"midstate\":\"e86734dd22d7cc145783b5282a737306fbed0cc5aa85e0ddfd209d3eb4aceda2\"}}" },
	  "talk\njob id=0000002043000c4edfaccab0a4652963ce4206063135562bdc3748a0e36a710e1e93e56868d64eb926b9273a0643065f2d6806c327513cd9c8aff23b95cb2a1d0cc41780 prev=43000c4e cb1= cb2= branches=1 20000000 1b01f8e1 5affc1b5 old target=000000ffff000000000000000000000000000000000000000000000000000000\n" },
	{ .name = "refused with words",
	  { SUBMIT(">2", LAB_SHARE), "<2{\"result\":null,\"error\":{\"code\":-8,\"message\":\"Invalid parameter\"},\"id\":1}" },
	  LAB_SHARED("0") "rejected 0 because=Invalid parameter\n" },
	{ .name = "the request refused, by HTTP and by a Stratum port's line",
	  { GET, "<1{\"id\":0,\"result\":null,\"error\":{\"code\":-9,\"message\":\"Not connected\"}}", ">2{\"method\":\"getwork\",\"params\":[],\"id\":0}", "<{\"id\":0,\"result\":null,\"error\":[20,\"Parse error\",null]}" },
	  "talk\ntalk\ntalk\n", .unmatched = 1 },
	{ .name = "after a gap the newer request has the id; no verdict without a request",
	  { SUBMIT(">", LAB_SHARE), "!", SUBMIT(">", LAB_SHARE), "<{\"id\":1,\"result\":true}", "<{\"id\":1,\"result\":true}" },
	  LAB_SHARED("0") LAB_SHARED("1") "accepted 1\n", .unmatched = 1 },
	{ .name = "an answer that could be for two is nobody's",
	  { SUBMIT(">", LAB_SHARE), SUBMIT(">", LAB_SHARE), "!", "<{\"id\":1,\"result\":true}", "<{\"id\":1,\"result\":true}" },
	  LAB_SHARED("0") LAB_SHARED("1") "talk\naccepted 1\n" },
	{ .name = "other calls give nothing, nor do their answers",
	  { GET, ">2{\"method\":\"getinfo\",\"params\":[],\"id\":1}", "<2{\"id\":1,\"result\":{\"blocks\":7},\"error\":null}", ">3{\"method\":\"getinfo\",\"id\":2}", ">4{\"method\":\"getblockcount\",\"id\":2}", ">5{\"method\":7,\"id\":2}", "<9{\"method\":\"getpeers\",\"id\":2}" },
	  "talk\n" },
	{ .name = "what the wrong end sends",
	  { GET, SUBMIT("<2", LAB_SHARE), WORK(">2") "}}" },
	  "talk\n" },
	{ .name = "falls back from getblocktemplate in one connection",
	  { GET, ">2{\"method\":\"getblocktemplate\",\"params\":[],\"id\":0}", "<2{\"id\":0,\"result\":null,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}", SUBMIT(">3", LAB_SHARE) },
	  "talk\ntalk\ntalk\n" LAB_SHARED("0") },
	{ .name = "faults: a share that cannot be read is still one",
	  { GET, ">2{\"method\":\"getwork\",\"params\":[7],\"id\":1}", SUBMIT(">3", "00"), SUBMIT(">4", "0g"), SUBMIT(">5", "000"), SUBMIT(">6", LAB_68 LAB_TIME "31bf270g"), "<4{\"id\":1,\"result\":false}" },
	  "talk\nshare 0 worker= job= malformed\nshare 1 worker= job= malformed\nshare 2 worker= job= malformed\nshare 3 worker= job= malformed\nshare 4 worker= job= malformed\nrejected 2\n",
	  NULL, { [DIALECT_TYPE] = 1, [DIALECT_SHORT] = 2, [DIALECT_HEX] = 2 } },
	{ .name = "another coin's header is another coin's share",
	  { GET, SUBMIT(">2", LAB_68 LAB_TIME "31bf2701" ZEROS ZEROS "00") },
	  "talk\nshare 0 worker= job= foreign\n" },
	{ .name = "faults: work that cannot be read",
	  { GET, "<1{\"id\":0,\"result\":{\"data\":\"" LAB_68 LAB_TIME "456c6f6g\",\"target\":\"" LAB_TARGET "\"}}" },
	  "talk\ntalk\n", NULL, { [DIALECT_HEX] = 1 } },
	{ .name = "not this dialect",
	  { ">{\"id\":1,\"method\":\"eth_getWork\",\"params\":[]}", ">{\"method\":\"getwork\",\"params\":{}}", ">{\"method\":\"getwork\",\"params\":[\"00\"]}", ">{\"method\":\"getwork\",\"params\":[1,2]}", ">{\"method\":\"getmininginfo\",\"params\":[]}",
	    "<{\"result\":{\"data\":\"" LAB_WORK "\"}}", "<{\"result\":{\"data\":\"" LAB_68 LAB_TIME "456c6f6g\",\"target\":\"" LAB_TARGET "\"}}", ">{\"params\":[\"getwork\"],\"method\":null}", "<{\"result\":true}",
	    "<{\"data\":\"" LAB_WORK "\",\"target\":\"" LAB_TARGET "\"}" }, "" },
	/* clang-format on */
};

/* What the events give is a proof: its hash meets the work's target. */
static void prove(void *context, const struct event *e)
{
	uint8_t hash[32];
	struct target *t = context;

	if (e->type == EVENT_JOB)
		*t = target_of_hash(e->job.target);
	if (e->type != EVENT_SHARE)
		return;
	sha256d(hash, e->share.header.p, e->share.header.n);
	OK(target_met(hash, t));
	hash[31]++;
	OK(!target_met(hash, t));
}

static void test_proof(void)
{
	const char *lines[] = { WORK("<") "}}", SUBMIT(">", LAB_SHARE) };
	void *reader = getwork_dialect.open();
	struct target t = { { 0 } };
	struct json doc;

	json_init(&doc, DIALECT_NODES_MAX);
	for (size_t i = 0; i < COUNT(lines); i++) {
		const struct message m = {
			.text = { (const uint8_t *)lines[i] + 1,
				  strlen(lines[i]) - 1 },
		};
		struct dialect_input in = { .message = &m,
					    .from = lines[i][0] == '<' };

		OK(json_parse(&doc, NULL, m.text));
		in.doc = &doc;
		in.object = json_root(&doc);
		OK(getwork_dialect.speaks(&in));
		getwork_dialect.read(reader, &in, prove, &t);
	}
	json_fini(&doc);
	getwork_dialect.close(reader);
}

/* Other methods are counted once each, up to a limit. */
static void test_calls(void)
{
	struct dialect_talk t;
	char line[80];

	dialect_talk_init(&t, &getwork_dialect);
	dialect_talk_line(&t, ">{\"method\":\"getinfo\",\"id\":1}");
	OK(dialect_talk_state(&t).other_calls == 0);
	dialect_talk_line(&t, GET);
	for (int i = 0; i < 2 * DAEMON_CALLS_MAX; i++) {
		snprintf(line, sizeof(line),
			 ">{\"method\":\"call%d\",\"id\":1}", i / 2);
		dialect_talk_line(&t, line);
		OK(dialect_talk_state(&t).other_calls == (uint64_t)i / 2 + 1);
	}
	dialect_talk_line(&t, ">{\"method\":\"another\",\"id\":1}");
	OK(dialect_talk_state(&t).other_calls == DAEMON_CALLS_MAX);
	dialect_talk_fini(&t);
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialect_test(&getwork_dialect, &vectors[i], "getwork");
	dialect_test_truncated(&getwork_dialect, vectors, COUNT(vectors));
	test_proof();
	test_calls();
	return tap_end();
}
