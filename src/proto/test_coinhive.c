#include <string.h>

#include "proto/coinhive.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* No capture in clear is at hand. The messages have the members that the
 * browser's script and two open servers write (docs/formats/coinhive.md);
 * blob, target and result are those of xmrig-proxy's page STRATUM.md. */
#define BLOB                                                                   \
	"070780e6b9d60586ba419a0c224e3c6c3e134cc45c4fa04d8ee2d91c2595463c57"   \
	"eef0a4f0796c000000002fcc4d62fa6c77e76c30017c768be5c61d83ec9d3a085d"   \
	"524ba8053ecc3224660d"
#define RESULT                                                                 \
	"e1364b8782719d7683e2ccd3d8f724bc59dfa780a9e960e7c0e0046acdb40100"
#define ONES "ffffffffffffffffffffffffffffffffffffffffffffffff"

#define AUTH                                                                   \
	">{\"type\":\"auth\",\"params\":{\"version\":7,\"site_key\":\"7NYW\"," \
	"\"type\":\"anonymous\",\"user\":null,\"goal\":0}}"
#define AUTHED "<{\"type\":\"authed\",\"params\":{\"token\":\"\",\"hashes\":0}}"
#define JOB    "\"job_id\":\"q7PL\",\"blob\":\"" BLOB "\",\"target\":\"ffffff00\""
#define SHARE                                                                  \
	"\"job_id\":\"q7PL\",\"nonce\":\"d0030040\",\"result\":\"" RESULT "\""
#define NOTIFY "<{\"type\":\"job\",\"params\":{" JOB "}}"
#define SUBMIT ">{\"type\":\"submit\",\"params\":{\"version\":7," SHARE "}}"
#define OKAY   "<{\"type\":\"hash_accepted\",\"params\":{\"hashes\":256}}"
#define ERROR  "<{\"type\":\"error\",\"params\":{\"error\":\"Unknown job\"}}"
#define BANNED "<{\"type\":\"banned\",\"params\":{\"banned\":1514764800}}"

#define HANDSHAKE                                                              \
	">{\"identifier\":\"handshake\",\"pool\":\"pool.example\","            \
	"\"login\":\"49kk\",\"password\":\"\",\"userid\":\"\",\"version\":5}"
#define GIVE                                                                   \
	"<{\"identifier\":\"job\",\"job_id\":\"q7PL\",\"algo\":\"cn\","        \
	"\"variant\":1,\"blob\":\"" BLOB "\",\"target\":\"ffffff00\"}"
#define SOLVED   ">{\"identifier\":\"solved\"," SHARE "}"
#define ACCEPTED "<{\"identifier\":\"hashsolved\"}"
#define REFUSED  "<{\"identifier\":\"error\",\"param\":\"pool rejected hash\"}"

/* (2^64 - 1) / floor((2^32 - 1) / 0x00ffffff), by Python. */
#define NOTED(algorithm)                                                       \
	"job id=q7PL claimed" algorithm " prev=00000000 blob=" BLOB            \
	" 00000000 00000000 00000000 old target=00ffffffffffffff" ONES "\n"
#define SHARED(n, worker)                                                      \
	"share " n " worker=" worker                                           \
	" job=q7PL en2= 00000000 400003d0 result=" RESULT "\n"

static const struct dialect_vector vectors[] = {
	/* clang-format off */
	{ .name = "a visitor mines",
	  { AUTH, AUTHED, NOTIFY, SUBMIT, OKAY, SUBMIT, ERROR, SUBMIT, BANNED },
	  "login worker=7NYW\ntalk\n" NOTED("") SHARED("0", "7NYW") "accepted 0\n" SHARED("1", "7NYW") "rejected 1 because=Unknown job\n"
	  SHARED("2", "7NYW") "rejected 2 because=banned\n" },
	{ .name = "errors that judge no share",
	  { AUTH, "<{\"type\":\"error\",\"params\":{\"error\":\"invalid_site_key\"}}", BANNED },
	  "login worker=7NYW\ntalk\ntalk\n" },
	{ .name = "verdicts in the order of the shares",
	  { SUBMIT, SUBMIT, OKAY, ERROR, OKAY },
	  SHARED("0", "") SHARED("1", "") "accepted 0\nrejected 1 because=Unknown job\ntalk\n", NULL, { 0 }, 1 },
	{ .name = "a loss",
	  { SUBMIT, SUBMIT, "!", OKAY, SUBMIT, "!", SUBMIT, OKAY },
	  SHARED("0", "") SHARED("1", "") "talk\n" SHARED("2", "") SHARED("3", "") "accepted 3\n" },
	{ .name = "the other's share to check",
	  { NOTIFY, "<{\"type\":\"verify\",\"params\":{\"verify_id\":\"1\",\"blob\":\"00\"}}",
	    ">{\"type\":\"verified\",\"params\":{\"verify_id\":\"1\",\"verified\":true}}" },
	  NOTED("") "talk\ntalk\n" },
	{ .name = "begun with authed", { AUTHED, OKAY }, "talk\ntalk\n", NULL, { 0 }, 1 },
	{ .name = "begun with hash_accepted", { OKAY, SUBMIT }, "talk\n" SHARED("0", ""), NULL, { 0 }, 1 },
	{ .name = "the wrong end is not heard",
	  { AUTH, ">{\"type\":\"job\",\"params\":{" JOB "}}", "<{\"type\":\"submit\",\"params\":{" SHARE "}}", ">{\"type\":\"hash_accepted\",\"params\":{\"hashes\":1}}" },
	  "login worker=7NYW\n" },
	{ .name = "malformed",
	  { AUTH, ">{\"type\":\"auth\",\"params\":{\"site_key\":7}}", ">{\"type\":\"submit\"}", ">{\"type\":\"submit\",\"params\":{\"job_id\":\"q7PL\"}}",
	    "<{\"type\":\"job\"}", "<{\"type\":\"job\",\"params\":{\"job_id\":\"a\",\"target\":\"ffffff00\",\"blob\":\"00\"}}", "<{\"type\":7}", "<{\"type\":\"authed\"}" },
	  "login worker=7NYW\ntalk\ntalk\nshare 0 worker=7NYW job=q7PL malformed\ntalk\ntalk\ntalk\n", NULL,
	  { [DIALECT_TYPE] = 1, [DIALECT_NO_PARAMS] = 2, [DIALECT_HEX] = 1, [DIALECT_SIZE] = 1 } },
	{ .name = "webminerpool",
	  { HANDSHAKE, GIVE, SOLVED, ACCEPTED, SOLVED, REFUSED, "<{\"identifier\":\"error\",\"param\":\"connection closed\"}" },
	  "login host=pool.example worker=49kk\n" NOTED(" algorithm=cn") SHARED("0", "49kk") "accepted 0\n" SHARED("1", "49kk")
	  "rejected 1 because=pool rejected hash\ntalk\n", "webminerpool" },
	{ .name = "webminerpool, the end of the connection judges no share",
	  { SOLVED, "<{\"identifier\":\"error\",\"param\":\"connection closed\"}", ACCEPTED }, SHARED("0", "") "talk\naccepted 0\n", "webminerpool" },
	{ .name = "webminerpool, a login by number",
	  { ">{\"identifier\":\"handshake\",\"loginid\":\"ab\\u0063\",\"userid\":\"\",\"version\":5}", SOLVED }, "login worker=abc\n" SHARED("0", "abc"), "webminerpool" },
	{ .name = "webminerpool, begun with hashsolved", { ACCEPTED, GIVE }, "talk\n" NOTED(" algorithm=cn"), "webminerpool", { 0 }, 1 },
	{ .name = "one family a connection", { GIVE, SUBMIT, OKAY, SOLVED }, NOTED(" algorithm=cn") SHARED("0", ""), "webminerpool" },
	/* clang-format on */
};

/* Messages of web pages that share words with these. */
static const char *const others[] = {
	/* clang-format off */
	">{\"type\":\"auth\",\"params\":{\"token\":\"a\",\"type\":\"bearer\"}}",
	">{\"type\":\"auth\",\"params\":{\"site_key\":\"a\"}}",
	">{\"type\":\"auth\",\"site_key\":\"a\",\"user\":\"b\"}",
	">{\"type\":\"auth\",\"access_token\":\"a\"}", /* Home Assistant */
	"<{\"type\":\"authed\",\"params\":{\"token\":\"a\"}}",
	"<{\"type\":\"auth_ok\",\"ha_version\":\"2021\"}",
	"<{\"type\":\"job\",\"params\":{\"job_id\":\"17\",\"state\":\"done\"}}",
	"<{\"type\":\"job\"," JOB "}",
	"<{\"identifier\":\"job\",\"params\":{" JOB "}}",
	"<{\"type\":\"error\",\"params\":{\"error\":\"invalid_site_key\"}}",
	"<{\"type\":\"banned\",\"params\":{\"banned\":1}}",
	"<{\"type\":\"verify\",\"params\":{\"verify_id\":\"1\"}}",
	"<{\"type\":\"hash_accepted\",\"params\":{\"hash\":\"00\"}}",
	">{\"type\":\"submit\",\"params\":{\"form\":\"1\",\"nonce\":\"d0030040\"}}",
	">{\"type\":\"submit\",\"params\":{\"job_id\":\"1\",\"nonce\":\"d0030040\",\"result\":\"00\"}}",
	">{\"identifier\":\"handshake\",\"login\":\"a\",\"password\":\"b\"}",
	">{\"identifier\":\"handshake\",\"version\":5}",
	"<{\"identifier\":\"{\\\"channel\\\":\\\"Chat\\\"}\",\"type\":\"confirm_subscription\"}", /* Rails' Action Cable */
	"<{\"identifier\":\"hashsolved\",\"id\":7}",
	"<{\"identifier\":\"error\",\"param\":\"pool rejected hash\"}",
	"<{\"identifier\":\"solved\",\"job_id\":\"1\"}",
	"<{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{" JOB "}}", /* Monero's */
	"<[\"job\",{" JOB "}]",
	/* clang-format on */
};

static void test_others(void)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		struct dialect_talk t;

		dialect_talk_init(&t, &coinhive_dialect);
		dialect_talk_line(&t, others[i]);
		OK(!t.reader && t.out.n == 0);
		if (t.reader)
			printf("# %s\n", others[i]);
		dialect_talk_fini(&t);
	}
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialect_test(&coinhive_dialect, &vectors[i], "coinhive");
	dialect_test_truncated(&coinhive_dialect, vectors, COUNT(vectors));
	test_others();
	return tap_end();
}
