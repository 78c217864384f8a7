#include <string.h>

#include "base/hex.h"
#include "proto/monero.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The login, job and submit below are the examples of xmrig-proxy's page
 * STRATUM.md; the others are forms that pools and miners were seen to send. */
#define BLOB                                                                   \
	"070780e6b9d60586ba419a0c224e3c6c3e134cc45c4fa04d8ee2d91c2595463c57"   \
	"eef0a4f0796c000000002fcc4d62fa6c77e76c30017c768be5c61d83ec9d3a085d"   \
	"524ba8053ecc3224660d"
#define RESULT                                                                 \
	"e1364b8782719d7683e2ccd3d8f724bc59dfa780a9e960e7c0e0046acdb40100"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffff"
/* Difficulty 10,000. */
#define TARGET10K "00068db8bac710cb" ONES
#define EASY      "ffffffffffffffff" ONES

#define LOGIN                                                                  \
	">{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{"     \
	"\"login\":\"48edf.rig\",\"pass\":\"x\",\"agent\":\"XMRig/2.6.0\"}}"
#define JOB "\"blob\":\"" BLOB "\",\"job_id\":\"q7PL\",\"target\":\"b88d0600\""
#define WELCOME                                                                \
	"<{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":"    \
	"\"1be0\",\"job\":{" JOB ",\"id\":\"1be0\"},\"status\":\"OK\"}}"
#define NOTIFY "<{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{" JOB "}}"
#define NONCE(id, nonce)                                                       \
	">{\"id\":" id ",\"jsonrpc\":\"2.0\",\"method\":\"submit\","           \
	"\"params\":{\"id\":\"1be0\",\"job_id\":\"q7PL\",\"nonce\":\"" nonce   \
	"\",\"result\":\"" RESULT "\"}}"
#define SUBMIT(id) NONCE(id, "d0030040")
#define OKAY(id)                                                               \
	"<{\"id\":" id ",\"jsonrpc\":\"2.0\",\"error\":null,"                  \
	"\"result\":{\"status\":\"OK\"}}"

#define LOGGED "login agent=XMRig/2.6.0 worker=48edf.rig\n"
#define GIVEN(algorithm, target, height)                                       \
	"job id=q7PL claimed" algorithm " prev=00000000 blob=" BLOB            \
	" 00000000 00000000 00000000 old target=" target height "\n"
#define NOTED GIVEN("", TARGET10K, "")
#define SHARED(n, worker)                                                      \
	"share " n " worker=" worker                                           \
	" job=q7PL en2= 00000000 400003d0 result=" RESULT "\n"
#define GRIN_JOB                                                               \
	"<{\"id\":\"Stratum\",\"jsonrpc\":\"2.0\",\"method\":\"job\","         \
	"\"params\":{\"difficulty\":1,\"height\":16375,\"job_id\":5,"          \
	"\"pre_pow\":\"0001000000000000\"}}"
#define GRIN_SUBMIT                                                            \
	">{\"id\":\"0\",\"jsonrpc\":\"2.0\",\"method\":\"submit\","            \
	"\"params\":{\"height\":16419,\"job_id\":0,\"nonce\":8895699,"         \
	"\"pow\":[1,2,3,4,5,6,7,8]}}"

static const struct dialect_vector vectors[] = {
	/* clang-format off */
	{ .name = "login, job in its answer, submit, verdict",
	  { LOGIN, WELCOME, SUBMIT("2"), OKAY("2"), SUBMIT("3"),
	    "<{\"id\":3,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"Low difficulty share\"}}" },
	  LOGGED NOTED SHARED("0", "48edf.rig") "accepted 0\n" SHARED("1", "48edf.rig") "rejected 1 because=Low difficulty share\n" },
	{ .name = "a job, and what XMRig's extensions add to it",
	  { "<{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{" JOB ",\"algo\":\"rx/0\",\"height\":2334341,\"seed_hash\":\"ae2b\",\"variant\":1}}",
	    "<{\"method\":\"job\",\"params\":{" JOB ",\"algo\":\"cn\\/r\",\"height\":4294967296}}" },
	  GIVEN(" algorithm=rx/0", TARGET10K, " height=2334341") GIVEN(" algorithm=cn/r", TARGET10K, "") },
	{ .name = "a job with a target of 8 bytes, with one of all ones, and numbered",
	  { "<{\"method\":\"job\",\"params\":{\"blob\":\"" BLOB "\",\"job_id\":\"q7PL\",\"target\":\"0123456789abcdef\"}}",
	    "<{\"method\":\"job\",\"params\":{\"blob\":\"" BLOB "\",\"job_id\":\"q7PL\",\"target\":\"ffffffff\"}}",
	    "<{\"method\":\"job\",\"params\":{\"blob\":\"" BLOB "\",\"job_id\":77,\"target\":\"FFFFFFFF\"}}" },
	  GIVEN("", "efcdab8967452301" ONES, "") GIVEN("", EASY, "")
	  "job id=77 claimed prev=00000000 blob=" BLOB " 00000000 00000000 00000000 old target=" EASY "\n" },
	{ .name = "a login by rigid and NiceHash; the pool's extensions",
	  { ">{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"w\",\"pass\":\"\",\"rigid\":\"r1\",\"algo\":[\"cn/1\",\"rx/0\"]}}",
	    "<{\"id\":1,\"result\":{\"id\":\"a\",\"job\":{" JOB "},\"extensions\":[\"algo\",\"nicehash\",\"keepalive\"],\"status\":\"OK\"}}",
	    NONCE("2", "ff03004A") },
	  "login worker=w\n" NOTED "share 0 worker=w job=q7PL en2= 00000000 4a0003ff result=" RESULT "\n" },
	{ .name = "a nonce of 8 bytes",
	  { NONCE("2", "0102030405060708") },
	  "share 0 worker= job=q7PL en2=0102030405060708 00000000 00000000 result=" RESULT "\n" },
	{ .name = "all submits with one id, as xmr-stak does",
	  { SUBMIT("1"), SUBMIT("1"), OKAY("1"), "<{\"id\":1,\"error\":\"no\",\"result\":null}" },
	  SHARED("0", "") SHARED("1", "") "accepted 0\nrejected 1 because=no\n" },
	{ .name = "keepalived, and its answer, from either side first",
	  { ">{\"id\":9,\"method\":\"keepalived\",\"params\":{\"id\":\"1be0\"}}",
	    "<{\"id\":9,\"error\":null,\"result\":{\"status\":\"KEEPALIVED\"}}", SUBMIT("9"), OKAY("9") },
	  "talk\ntalk\n" SHARED("0", "") "accepted 0\n" },
	{ .name = "the answer alone",
	  { "<{\"id\":9,\"error\":null,\"result\":{\"status\":\"KEEPALIVED\"}}", OKAY("9"), SUBMIT("9") },
	  "talk\n" SHARED("0", ""), NULL, { 0 }, 2 },
	{ .name = "begun with the answer to the login: the job is there",
	  { WELCOME, SUBMIT("2"), OKAY("2"), OKAY("3") },
	  NOTED SHARED("0", "") "accepted 0\n", NULL, { 0 }, 2 },
	{ .name = "begun with a job",
	  { OKAY("7"), NOTIFY, SUBMIT("8"), OKAY("8") },
	  NOTED SHARED("0", "") "accepted 0\n" },
	{ .name = "getjob (node-cryptonote-pool)",
	  { LOGIN, ">{\"id\":2,\"method\":\"getjob\",\"params\":{\"id\":\"1be0\"}}", "<{\"id\":2,\"result\":{" JOB "},\"error\":null}" },
	  LOGGED "talk\n" NOTED },
	{ .name = "a miner that makes its own block",
	  { "<{\"method\":\"job\",\"params\":{\"job_id\":\"q7PL\",\"target\":\"ffffffff\",\"pool_wallet\":\"44Aa\",\"extra_nonce\":\"00\"}}",
	    ">{\"id\":3,\"method\":\"block_template\",\"params\":{\"id\":\"1be0\",\"job_id\":\"q7PL\",\"blob\":\"00\"}}" },
	  "job id=q7PL claimed prev=00000000 00000000 00000000 00000000 old target=" EASY "\ntalk\n" },
	{ .name = "Yada's target is another kind of number",
	  { NOTIFY, "<{\"method\":\"job\",\"params\":{\"blob\":\"" BLOB "\",\"job_id\":\"q7PL\",\"target\":\"0000ffff\",\"algo\":\"rx/yada\"}}" },
	  NOTED "job id=q7PL claimed algorithm=rx/yada prev=00000000 blob=" BLOB " 00000000 00000000 00000000 old\n" },
	{ .name = "a login refused, a login again",
	  { LOGIN, "<{\"id\":1,\"error\":{\"code\":-1,\"message\":\"Invalid payment address provided\"}}",
	    ">{\"id\":2,\"method\":\"login\",\"params\":{\"login\":\"w\\u0032\",\"agent\":\"a\"}}", SUBMIT("3") },
	  LOGGED "talk\nlogin agent=a worker=w2\n" SHARED("0", "w2") },
	{ .name = "malformed jobs",
	  { NOTIFY, "<{\"method\":\"job\"}", "<{\"method\":\"job\",\"params\":{}}", "<{\"method\":\"job\",\"params\":{\"job_id\":\"a\"}}",
	    "<{\"method\":\"job\",\"params\":{\"job_id\":\"a\",\"target\":\"00000000\",\"blob\":\"" BLOB "\"}}",
	    "<{\"method\":\"job\",\"params\":{\"job_id\":\"a\",\"target\":\"ffffff\",\"blob\":\"" BLOB "\"}}",
	    "<{\"method\":\"job\",\"params\":{\"job_id\":\"a\",\"target\":\"ffffffff\",\"blob\":\"00\"}}",
	    "<{\"method\":\"job\",\"params\":{\"job_id\":\"a\",\"target\":\"ffffffff\",\"blob\":\"g" BLOB "g\"}}",
	    "<{\"method\":\"job\",\"params\":{\"job_id\":\"a\",\"target\":\"ffffffff\"}}",
	    "<{\"id\":1,\"result\":{\"job\":{\"job_id\":\"a\"}}}" },
	  NOTED "talk\ntalk\ntalk\ntalk\ntalk\ntalk\ntalk\ntalk\n", NULL,
	  { [DIALECT_NO_PARAMS] = 1, [DIALECT_SHORT] = 1, [DIALECT_TYPE] = 2, [DIALECT_HEX] = 3, [DIALECT_SIZE] = 1 }, 1 },
	{ .name = "malformed shares; one that names no job is none",
	  { LOGIN, ">{\"id\":2,\"method\":\"submit\",\"params\":{\"job_id\":\"a\"}}", "<{\"id\":2,\"result\":{\"status\":\"OK\"}}",
	    ">{\"id\":3,\"method\":\"submit\",\"params\":{\"job_id\":\"a\",\"nonce\":\"00\",\"result\":\"" RESULT "\"}}",
	    ">{\"id\":4,\"method\":\"submit\",\"params\":{\"job_id\":\"a\",\"nonce\":\"00000000\",\"result\":\"00\"}}",
	    ">{\"id\":5,\"method\":\"submit\",\"params\":[\"w\",\"a\"]}", "<{\"id\":5,\"result\":{\"status\":\"OK\"}}", ">{\"id\":6,\"method\":\"login\"}" },
	  LOGGED "share 0 worker=48edf.rig job=a malformed\naccepted 0\nshare 1 worker=48edf.rig job=a malformed\n"
	  "share 2 worker=48edf.rig job=a malformed\ntalk\ntalk\ntalk\n", NULL, { [DIALECT_HEX] = 3, [DIALECT_NO_PARAMS] = 1, [DIALECT_TYPE] = 1 } },
	{ .name = "the wrong end is not heard",
	  { LOGIN, ">{\"method\":\"job\",\"params\":{" JOB "}}", "<{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"w\",\"pass\":\"x\"}}",
	    ">{\"id\":1,\"result\":{\"job\":{" JOB "}}}" },
	  LOGGED },
	{ .name = "a loss: the newest of several with one id is meant",
	  { SUBMIT("1"), SUBMIT("1"), "!", SUBMIT("1"), OKAY("1"), SUBMIT("2"), SUBMIT("2"), "!", OKAY("2"), OKAY("2") },
	  SHARED("0", "") SHARED("1", "") SHARED("2", "") "accepted 2\n" SHARED("3", "") SHARED("4", "") "talk\naccepted 4\n" },
	{ .name = "Grin in the same envelope",
	  { ">{\"id\":\"0\",\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"l\",\"pass\":\"p\",\"agent\":\"grin-miner\"}}",
	    "<{\"id\":\"0\",\"jsonrpc\":\"2.0\",\"method\":\"login\",\"result\":\"ok\",\"error\":null}",
	    GRIN_JOB, GRIN_SUBMIT, "<{\"id\":\"0\",\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"result\":\"ok\",\"error\":null}", NOTIFY },
	  "login agent=grin-miner worker=l\njob id=5 foreign\nshare 0 worker=l job=0 foreign\ntalk\n", "stratum-grin", { [DIALECT_TYPE] = 1 } },
	{ .name = "Grin's job alone, and share alone", { GRIN_JOB, GRIN_SUBMIT }, "job id=5 foreign\nshare 0 worker= job=0 foreign\n", "stratum-grin" },
	{ .name = "Grin's share between Monero's", { NOTIFY, GRIN_SUBMIT, SUBMIT("1") }, NOTED "talk\n" SHARED("0", ""), NULL, { [DIALECT_TYPE] = 1 } },
	/* clang-format on */
};

/* The same words, but not mining: services that speak JSON-RPC, too. */
static const char *const others[] = {
	/* clang-format off */
	">{\"id\":1,\"method\":\"login\",\"params\":{\"user\":\"admin\",\"pass\":\"x\"}}",
	">{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"admin\",\"password\":\"x\"}}",
	">{\"id\":1,\"method\":\"login\",\"params\":[\"login\",\"agent\",\"pass\"]}",
	">{\"id\":1,\"method\":\"login\",\"params\":{\"login\":7,\"agent\":\"a\",\"pass\":\"x\"}}",
	">{\"id\":1,\"method\":\"login\",\"login\":\"a\",\"agent\":\"a\"}",
	">{\"id\":1,\"method\":\"submit\",\"params\":{\"form\":\"contact\",\"job_id\":\"4711\"}}",
	">{\"id\":1,\"method\":\"submit\",\"params\":{\"job_id\":\"a\",\"nonce\":\"d0030040\",\"result\":\"ok\"}}",
	">{\"id\":1,\"method\":\"submit\",\"params\":{\"nonce\":\"d0030040\",\"result\":\"" RESULT "\"}}",
	">{\"id\":1,\"method\":\"submit\",\"params\":{\"job_id\":\"a\",\"nonce\":\"d003004g\",\"result\":\"" RESULT "\"}}",
	">{\"id\":1,\"method\":\"mining.submit\",\"params\":[\"w\",\"a\",\"00\",\"504e86ed\",\"b2957c02\"]}",
	"<{\"method\":\"job\",\"params\":{\"job_id\":\"17\",\"state\":\"done\",\"target\":\"build\"}}",
	"<{\"method\":\"job\",\"params\":{\"job_id\":\"17\",\"target\":\"deadbeef\",\"blob\":\"sha1:00ff\"}}",
	"<{\"method\":\"job\",\"params\":{\"target\":\"b88d0600\",\"blob\":\"" BLOB "\"}}",
	"<{\"job_id\":\"17\",\"target\":\"b88d0600\",\"blob\":\"" BLOB "\"}",
	">{\"id\":1,\"method\":\"keepalived\"}",
	">{\"id\":1,\"method\":\"keepalived\",\"params\":[]}",
	">{\"id\":1,\"method\":\"keepalive\",\"params\":{\"id\":\"a\"}}",
	">{\"id\":1,\"method\":\"getjob\",\"params\":{\"id\":\"a\"}}",
	">{\"id\":1,\"method\":\"block_template\",\"params\":{\"id\":\"a\"}}",
	"<{\"id\":1,\"result\":{\"status\":\"OK\"},\"error\":null}",
	"<{\"id\":1,\"result\":{\"status\":\"KEEPALIVE\"},\"error\":null}",
	"<{\"id\":1,\"result\":{\"job\":{\"id\":\"17\"}},\"error\":null}",
	/* Electrum; a node of Ethereum; a language server; MongoDB's and
	 * Elasticsearch's logs; Kodi; Zabbix; a build server. */
	">{\"id\":0,\"method\":\"server.version\",\"params\":[\"4.0\",\"1.4\"]}",
	"<{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":{\"hex\":\"" BLOB "\",\"height\":100}}",
	">{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"eth_submitWork\",\"params\":[\"0x0000000000000001\",\"0x" RESULT "\",\"0x" RESULT "\"]}",
	"<{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":{\"difficulty\":\"0x4ea3f27bc\",\"hash\":\"0x" RESULT "\",\"nonce\":\"0x689056015818adbe\"}}",
	">{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"initialize\",\"params\":{\"processId\":1,\"rootUri\":null}}",
	"<{\"t\":{\"$date\":\"2020\"},\"s\":\"I\",\"c\":\"ACCESS\",\"msg\":\"login\",\"attr\":{\"login\":\"a\",\"pass\":\"b\"}}",
	">{\"query\":{\"match\":{\"method\":\"login\"}},\"params\":{\"login\":\"a\",\"agent\":\"b\"}}",
	">{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"JSONRPC.Ping\"}",
	">{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"user.login\",\"params\":{\"login\":\"Admin\",\"pass\":\"zabbix\"}}",
	"<{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"job_id\":5,\"difficulty\":\"hard\",\"height\":7,\"pre_pow\":\"00\"}}",
	">{\"method\":\"submit\",\"params\":{\"job_id\":5,\"nonce\":1,\"height\":7,\"pow\":[1,2]}}",
	">[\"login\",{\"login\":\"a\",\"agent\":\"b\"}]",
	/* clang-format on */
};

static void test_others(void)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		struct dialect_talk t;

		dialect_talk_init(&t, &monero_dialect);
		dialect_talk_line(&t, others[i]);
		OK(!t.reader && t.out.n == 0);
		if (t.reader)
			printf("# %s\n", others[i]);
		dialect_talk_fini(&t);
	}
}

struct target_vector {
	const char *hex;
	const char *wanted; /* the top 64 bits; NULL: refused */
};

/* 4 bytes: computed with the rule in arbitrary precision (Python). */
static const struct target_vector targets[] = {
	{ "b88d0600", "00068db8bac710cb" },
	{ "ffff0100", "0001ffffffffffff" },
	{ "dc460300", "000346dc5d638865" },
	{ "01000000", "0000000100000001" },
	{ "00000080", "ffffffffffffffff" },
	{ "ffffff7f", "7fffffffffffffff" },
	{ "ffffffff", "ffffffffffffffff" },
	{ "0100000000000000", "0000000000000001" },
	{ "FFFFFFFFFFFFFF00", "00ffffffffffffff" },
	{ "00000000", NULL },
	{ "0000000000000000", NULL },
	{ "", NULL },
	{ "b88d06", NULL },
	{ "b88d060", NULL },
	{ "b88d06000", NULL },
	{ "b88d0600b88d", NULL },
	{ "b88d0600b88d0600b8", NULL },
	{ "0xb88d06", NULL },
};

static void test_targets(void)
{
	for (size_t i = 0; i < COUNT(targets); i++) {
		const struct span hex = { (const uint8_t *)targets[i].hex,
					  strlen(targets[i].hex) };
		uint8_t out[32] = { 1, 2, 3 }, was[32];
		char text[65];

		memcpy(was, out, 32);
		if (!targets[i].wanted) {
			OK(!monero_target_read(out, hex) &&
			   !memcmp(out, was, 32));
			continue;
		}
		OK(monero_target_read(out, hex));
		hex_text_reversed(text, out, 32);
		OK(!memcmp(text, targets[i].wanted, 16));
		OK(!strcmp(text + 16, ONES));
	}
}

/* The largest blob is read, and one byte more is not; a name too long for
 * keeping is no name. */
static void test_sizes(void)
{
	struct dialect_talk t;
	struct buf line;

	buf_init(&line, 1u << 16);
	dialect_talk_init(&t, &monero_dialect);
	for (size_t n = MONERO_BLOB_MAX; n <= MONERO_BLOB_MAX + 1; n++) {
		buf_clear(&line);
		buf_text(&line, "<{\"method\":\"job\",\"params\":{\"job_id\":"
				"\"a\",\"target\":\"ffffffff\",\"blob\":\"");
		for (size_t i = 0; i < n; i++)
			buf_text(&line, "a5");
		buf_text(&line, "\"}}");
		dialect_talk_line(&t, buf_str(&line));
	}
	OK(dialect_talk_state(&t).faults[DIALECT_SIZE] == 1);
	OK(strstr(buf_str(&t.out), "a5a5 00000000") != NULL);
	for (size_t n = MONERO_LOGIN_MAX; n <= MONERO_LOGIN_MAX + 1; n++) {
		buf_clear(&line);
		buf_text(&line, ">{\"method\":\"login\",\"params\":{"
				"\"pass\":\"\",\"login\":\"");
		for (size_t i = 0; i < n; i++)
			buf_text(&line, n > MONERO_LOGIN_MAX ? "b" : "a");
		buf_text(&line, "\"}}");
		dialect_talk_line(&t, buf_str(&line));
	}
	OK(dialect_talk_state(&t).faults[DIALECT_SIZE] == 2);
	buf_clear(&t.out);
	dialect_talk_line(&t, SUBMIT("1"));
	OK(!memcmp(buf_str(&t.out), "share 0 worker=aaaa", 19));
	dialect_talk_fini(&t);
	buf_fini(&line);
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialect_test(&monero_dialect, &vectors[i], "monero");
	dialect_test_truncated(&monero_dialect, vectors, COUNT(vectors));
	test_others();
	test_targets();
	test_sizes();
	return tap_end();
}
