#include "proto/ethereum.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* nanopool's first job of 2017-01-17, and the share of that session */
#define HEADER                                                                 \
	"415559c31768833f25b6dbfbb39be72e71375e14a3a711e589696850bc9431ec"
#define SEED "71a56feffb6f10ea9d76e1a9464eb0abd86e4349ae98fb794923a65b650282a3"
#define TARGET                                                                 \
	"00000000dbe6fecebdedd5beb573440e5a884d1b2fbf06fcce912adcb8d8422e"
#define MIX  "44e9206e9c830706f60e0129bdd117a2718d6553f3405b477541994df3583d4b"
#define WORK "\"0x" HEADER "\",\"0x" SEED "\",\"0x" TARGET "\""
#define PUSH "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":[" WORK "]}"
#define GET                                                                    \
	"{\"worker\": \"\", \"jsonrpc\": \"2.0\", \"params\": [], \"id\": 3, " \
	"\"method\": \"eth_getWork\"}"
#define JOB                                                                    \
	"job id=" HEADER " ethash prev=415559c3 part=71a56fef 00000000 "       \
	"00000000 00000000 old target=" TARGET
#define SUBMIT                                                                 \
	"{\"id\":4,\"method\":\"eth_submitWork\",\"params\":["                 \
	"\"0x07a05fa4133e5126\",\"0x" HEADER "\",\"0x" MIX "\"]}"
#define SHARED(n)                                                              \
	"share " n " worker= job=" HEADER                                      \
	" en2=07a05fa4133e5126 00000000 00000000 solution=32\n"
#define RATE                                                                   \
	"{\"id\":6,\"jsonrpc\":\"2.0\",\"method\":\"eth_submitHashrate\","     \
	"\"params\":[\"0x1d08a61\", \"0x0000000000000000000000000000000000000" \
	"000000000000000000002df91be\"]}"
#define CALL(method)                                                           \
	"{\"jsonrpc\":\"2.0\",\"method\":\"" method "\",\"params\":[],\"id\":" \
	"1}"

static const struct dialect_vector lines[] = {
	/* clang-format off */
	{ .name = "a session of 2017",
	  { ">{\"worker\": \"eth1.0\", \"jsonrpc\": \"2.0\", \"params\": [\"0x00112233445566778899aabbccddeeff00112233/w.1/a@example.org\", \"x\"], \"id\": 2, \"method\": \"eth_submitLogin\"}",
	    "<{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":true}", "<" PUSH, ">" GET, "<" PUSH, ">" RATE, ">" SUBMIT,
	    "<{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":true}", "<{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":true}" },
	  "login worker=0x00112233445566778899aabbccddeeff00112233/w.1/a@example.org\ntalk\n" JOB "\ntalk\n" JOB "\nrate=30444129\n"
	  SHARED("0") "accepted 0\ntalk\n" },
	{ .name = "every message that may come first: work", { "<" PUSH, ">" SUBMIT, "<{\"id\":4,\"result\":false}" }, JOB "\n" SHARED("0") "rejected 0\n" },
	{ .name = "a question for work", { ">" GET, "<" PUSH }, "talk\n" JOB "\n" },
	{ .name = "a share; its worker; a reason",
	  { ">{\"id\":4,\"worker\":\"r\\u0069g\",\"method\":\"eth_submitWork\",\"params\":[\"07A05FA4133E5126\",\"" HEADER "\",\"" MIX "\"]}",
	    "<{\"id\":4,\"result\":null,\"error\":{\"code\":23,\"message\":\"Invalid share\"}}" },
	  "share 0 worker=rig job=" HEADER " en2=07a05fa4133e5126 00000000 00000000 solution=32\nrejected 0 because=Invalid share\n" },
	{ .name = "a rate says nothing: it may be Stratum's", { ">" RATE, "<{\"id\":6,\"result\":true}" }, "" },
	{ .name = "work that is pushed answers the oldest question",
	  { ">" GET, ">{\"id\":3,\"method\":\"eth_submitWork\",\"params\":[\"0x07a05fa4133e5126\",\"0x" HEADER "\",\"0x" MIX "\"]}", "<" PUSH, "<{\"id\":3,\"result\":true}" },
	  "talk\n" SHARED("0") JOB "\naccepted 0\n" },
	{ .name = "one id for all: the refusal of work is not a share's",
	  { ">{\"id\":4,\"method\":\"eth_getWork\",\"params\":[]}", ">" SUBMIT, "<{\"id\":4,\"error\":{\"code\":0,\"message\":\"Work not ready\"}}", "<{\"id\":4,\"result\":true}" },
	  "talk\n" SHARED("0") "talk\naccepted 0\n" },
	{ .name = "an answer lost in a gap",
	  { ">" SUBMIT, "!", ">" SUBMIT, "<{\"id\":4,\"result\":true}", "<{\"id\":4,\"result\":true}" }, SHARED("0") SHARED("1") "accepted 1\n", NULL, { 0 }, 1 },
	{ .name = "work with the number of its block, and a short boundary",
	  { ">" GET, "<{\"id\":3,\"result\":[" WORK ",\"0x9d3a1b\"]}", "<{\"id\":0,\"result\":[\"0x" HEADER "\",\"0x" SEED "\",\"0xdbe6\",\"0x1ffffffff\"]}" },
	  "talk\n" JOB " height=10304027\njob id=" HEADER " ethash prev=415559c3 part=71a56fef 00000000 00000000 00000000 old "
	  "target=000000000000000000000000000000000000000000000000000000000000dbe6\n" },
	{ .name = "what the wrong end sends", { "<" PUSH, ">" PUSH, "<" SUBMIT, "<" GET, ">{\"id\":4,\"result\":true}" }, JOB "\n" },
	{ .name = "no work: a last hash that is no boundary; two hashes; five; words; no 0x; a fourth that is no number",
	  { "<{\"id\":0,\"result\":[\"0x" HEADER "\",\"0x" SEED "\",\"0x" MIX "\"]}", "<{\"id\":0,\"result\":[\"0x" HEADER "\",\"0x" TARGET "\"]}",
	    "<{\"id\":0,\"result\":[" WORK "," WORK "]}", "<{\"id\":0,\"result\":[" WORK ",true]}", "<{\"id\":0,\"result\":[\"" HEADER "\",\"" SEED "\",\"" TARGET "\"]}",
	    "<{\"id\":0,\"result\":[\"0x" HEADER "\",\"0x" SEED "\",\"0xdbe6\"]}", "<{\"id\":0,\"result\":{\"a\":[" WORK "]}}", "<{\"id\":0,\"result\":\"" HEADER "\"}",
	    "<{\"id\":0,\"method\":\"eth_subscription\",\"result\":[" WORK "]}" }, "" },
	{ .name = "not mining",
	  { ">" CALL("web3_clientVersion"), "<{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"Geth/v1.8.2-stable/linux-amd64/go1.9.2\"}", ">" CALL("eth_blockNumber"), ">" CALL("eth_call"),
	    ">" CALL("eth_getBalance"), ">" CALL("eth_mining"), ">" CALL("eth_hashrate"), ">" CALL("mining.subscribe"), ">{\"method\":7}",
	    ">{\"params\":[\"eth_getWork\"],\"id\":\"eth_submitWork\"}", ">{\"method\":\"eth_getwork\"}" }, "" },
	{ .name = "faults",
	  { ">{\"id\":1,\"method\":\"eth_submitLogin\"}", ">{\"id\":1,\"method\":\"eth_submitLogin\",\"params\":[]}", ">{\"id\":1,\"method\":\"eth_submitHashrate\",\"params\":[\"0x10000000000000000\",\"\"]}",
	    ">{\"id\":1,\"method\":\"eth_submitHashrate\"}", ">{\"id\":4,\"method\":\"eth_submitWork\"}", ">{\"id\":4,\"worker\":\"r\",\"method\":\"eth_submitWork\",\"params\":[\"0x07\",\"0x" HEADER "\",\"0x" MIX "\"]}",
	    ">{\"id\":4,\"method\":\"eth_submitWork\",\"params\":[\"0x07a05fa4133e5126\",\"0x" HEADER "\"]}", ">{\"id\":4,\"method\":\"eth_submitWork\",\"params\":[7]}",
	    ">{\"id\":3,\"method\":\"eth_getWork\"}", "<{\"id\":3,\"result\":[\"0x00\"]}" },
	  "talk\ntalk\ntalk\ntalk\nshare 0 worker= job= malformed\nshare 1 worker=r job= malformed\nshare 2 worker= job= malformed\nshare 3 worker= job= malformed\ntalk\ntalk\n", NULL,
	  { [DIALECT_NO_PARAMS] = 3, [DIALECT_SHORT] = 2, [DIALECT_HEX] = 3, [DIALECT_TYPE] = 1 } },
	/* clang-format on */
};

static const struct dialect_vector http[] = {
	/* clang-format off */
	{ .name = "polling a node",
	  { ">1" CALL("eth_getWork"), "<1{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[" WORK ",\"0x9d3a1b\"]}", ">2" CALL("eth_getWork"),
	    "<2{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"no mining work available yet\"}}", ">3" SUBMIT, "<3{\"id\":4,\"result\":true}", ">4" RATE, "<4{\"id\":6,\"result\":true}" },
	  "talk\n" JOB " height=10304027\ntalk\ntalk\n" SHARED("0") "accepted 0\nrate=30444129\ntalk\n" },
	{ .name = "begun with any: a rate", { ">1" RATE }, "rate=30444129\n" },
	{ .name = "work whose question was not seen", { "<1" PUSH, ">2" SUBMIT }, JOB "\n" SHARED("0"), NULL, { 0 }, 1 },
	{ .name = "what else the node is asked, answered with what looks like work",
	  { ">1" CALL("eth_getWork"), "<1" PUSH, ">2" CALL("eth_getFilterChanges"), "<2{\"id\":1,\"result\":[" WORK "]}", ">3" CALL("eth_blockNumber"), "<3{\"id\":1,\"result\":\"0x1\"}",
	    "<4{\"id\":1,\"result\":[\"0x" HEADER "\",\"0x" SEED "\",\"0x" MIX "\"]}", "<5{\"id\":1,\"result\":[" WORK "]}" },
	  "talk\n" JOB "\n" JOB "\n", NULL, { 0 }, 3 },
	{ .name = "one id for all",
	  { ">1{\"id\":1,\"method\":\"eth_submitWork\",\"params\":[\"0x07a05fa4133e5126\",\"0x" HEADER "\",\"0x" MIX "\"]}", ">2" CALL("eth_getWork"),
	    "<2{\"id\":1,\"result\":[" WORK "]}", "<1{\"id\":1,\"result\":false}" }, SHARED("0") "talk\n" JOB "\nrejected 0\n" },
	/* clang-format on */
};

static void test_all(const struct dialect_vector *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		dialect_test(&ethereum_dialect, &v[i], name);
	dialect_test_truncated(&ethereum_dialect, v, n);
}

int main(void)
{
	test_all(lines, COUNT(lines), "eth-proxy");
	test_all(http, COUNT(http), "eth-getwork");
	return tap_end();
}
