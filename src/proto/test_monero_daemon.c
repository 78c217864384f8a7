#include <string.h>

#include "base/hex.h"
#include "proto/monero_daemon.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Members as on getmonero.org's page of the daemon's RPC. The header is that
 * of a job of 2021, height 2,334,341 (field capture). */
#define HEADER                                                                 \
	"0e0e96b8b883067ec6b03d8720ac81a3dbdf2b281b3e05ac5f8c32c36bfbe0148f"   \
	"c5a942748b4800000000"
#define BLOB HEADER "26b9101c6065d737f042a24d4b6aaed112cd7b8cb20c81c7c2eb49"
#define BLOCK                                                                  \
	HEADER "02c5bd8e0101ffc1bd8e01" HEADER                                 \
	       "01234567890123456789012345678901234567890123456789"
#define ASK(id)                                                                \
	">0{\"jsonrpc\":\"2.0\",\"id\":" id                                    \
	",\"method\":\"get_block_template\","                                  \
	"\"params\":{\"wallet_address\":\"44GB\",\"reserve_size\":8}}"
#define GIVE(id)                                                               \
	"<0{\"id\":" id ",\"jsonrpc\":\"2.0\",\"result\":{"                    \
	"\"blockhashing_blob\":\"" BLOB "\",\"blocktemplate_blob\":\"" BLOCK   \
	"\",\"difficulty\":226807339040,\"height\":2334341,"                   \
	"\"prev_hash\":\"00\",\"status\":\"OK\"}}"
#define SUBMIT(id)                                                             \
	">1{\"jsonrpc\":\"2.0\",\"id\":" id                                    \
	",\"method\":\"submit_block\",\"params\":[\"" BLOCK "\"]}"
/* floor((2^256 - 1) / 226807339040), by Python. */
#define TARGET                                                                 \
	"0000000004d907fa93c1fb68e25fcb00"                                     \
	"078f73071ff7bc2c995bae1414aa6dbf"
#define NOTED                                                                  \
	"job id= claimed prev=00000000 blob=" BLOB                             \
	" 00000000 00000000 00000000 old target=" TARGET " height=2334341\n"

static const struct dialect_vector vectors[] = {
	/* clang-format off */
	{ .name = "a template, a block",
	  { ASK("0"), GIVE("0"), SUBMIT("0"), "<1{\"id\":0,\"jsonrpc\":\"2.0\",\"result\":{\"status\":\"OK\"}}" },
	  "login worker=44GB\n" NOTED "share 0 worker=44GB job= foreign\naccepted 0\n" },
	{ .name = "XMRig's names for them; a block refused",
	  { ">{\"id\":1,\"method\":\"getblocktemplate\",\"params\":{\"wallet_address\":\"44GB\",\"extra_nonce\":\"00\"}}",
	    ">{\"id\":2,\"method\":\"submitblock\",\"params\":[\"" BLOCK "\"]}",
	    "<{\"id\":2,\"error\":{\"code\":-7,\"message\":\"Block not accepted\"}}" },
	  "login worker=44GB\nshare 0 worker=44GB job= foreign\nrejected 0 because=Block not accepted\n" },
	{ .name = "the same wallet is told once",
	  { ASK("0"), ASK("0"), "<0{\"id\":0,\"error\":{\"code\":-9,\"message\":\"Core is busy\"}}" }, "login worker=44GB\ntalk\ntalk\n" },
	{ .name = "begun with the template", { GIVE("0"), ASK("0") }, NOTED "login worker=44GB\n", NULL, { 0 }, 1 },
	{ .name = "begun with the block; an older daemon tells less",
	  { SUBMIT("0"), "<{\"id\":7,\"result\":{\"blocktemplate_blob\":\"" BLOCK "\",\"difficulty\":0,\"height\":5}}" },
	  "share 0 worker= job= foreign\njob id= claimed prev=00000000 00000000 00000000 00000000 old height=5\n", NULL, { 0 }, 1 },
	{ .name = "malformed", { ASK("0"), "<0{\"id\":0,\"result\":{\"blocktemplate_blob\":\"" BLOCK "\",\"blockhashing_blob\":\"0g\",\"difficulty\":1,\"height\":5}}" },
	  "login worker=44GB\ntalk\n", NULL, { [DIALECT_HEX] = 1 } },
	{ .name = "the wrong end is not heard", { ASK("0"), "<0{\"id\":0,\"method\":\"submit_block\",\"params\":[\"" BLOCK "\"]}" }, "login worker=44GB\n" },
	/* clang-format on */
};

#define Z32 "00000000000000000000000000000000"
static const char *const others[] = {
	/* clang-format off */
	/* Bitcoin's (BIP 22), with its versions 1, 4, BIP 9's and a rolled one. */
	">{\"id\":0,\"method\":\"getblocktemplate\",\"params\":[{\"rules\":[\"segwit\"]}]}",
	">{\"id\":0,\"method\":\"getblocktemplate\",\"params\":[]}",
	">{\"id\":0,\"method\":\"getblocktemplate\",\"params\":{\"rules\":[\"segwit\"]}}",
	"<{\"id\":0,\"result\":{\"version\":536870912,\"previousblockhash\":\"" Z32 Z32 "\",\"height\":1,\"difficulty\":1}}",
	">{\"id\":0,\"method\":\"submitblock\",\"params\":[\"01000000" Z32 Z32 Z32 Z32 Z32 "\"]}",
	">{\"id\":0,\"method\":\"submitblock\",\"params\":[\"04000000ffffffff" Z32 Z32 Z32 Z32 Z32 "\"]}",
	">{\"id\":0,\"method\":\"submitblock\",\"params\":[\"00000020ffffffff" Z32 Z32 Z32 Z32 Z32 "\"]}",
	">{\"id\":0,\"method\":\"submitblock\",\"params\":[\"0400c020b8b88306" Z32 Z32 Z32 Z32 Z32 "\"]}",
	">{\"id\":0,\"method\":\"submit_block\",\"params\":[\"deadbeef\"]}",
	">{\"id\":0,\"method\":\"submit_block\",\"params\":{\"block\":\"" BLOCK "\"}}",
	">{\"id\":0,\"method\":\"get_block\",\"params\":{\"wallet_address\":\"a\"}}",
	">{\"id\":0,\"method\":\"get_block_template\",\"params\":{\"wallet_address\":\"\"}}",
	"<{\"id\":0,\"result\":{\"blob\":\"" BLOCK "\",\"difficulty\":1,\"height\":1}}",
	"<{\"id\":0,\"result\":{\"blocktemplate_blob\":\"" Z32 Z32 Z32 Z32 Z32 "\",\"difficulty\":1,\"height\":1}}",
	"<{\"id\":0,\"result\":{\"status\":\"OK\"}}",
	/* clang-format on */
};

static void test_others(void)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		struct dialect_talk t;

		dialect_talk_init(&t, &monero_daemon_dialect);
		dialect_talk_line(&t, others[i]);
		OK(!t.reader && t.out.n == 0);
		if (t.reader)
			printf("# %s\n", others[i]);
		dialect_talk_fini(&t);
	}
}

struct target_vector {
	uint64_t difficulty;
	const char *wanted; /* by Python */
};

static void test_targets(void)
{
	static const struct target_vector vectors_of[] = {
		/* clang-format off */
		{ 0, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
		{ 1, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
		{ 2, "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
		{ 3, "5555555555555555555555555555555555555555555555555555555555555555" },
		{ 10000, "00068db8bac710cb295e9e1b089a027525460aa64c2f837b4a2339c0ebedfa43" },
		{ 226807339040, "0000000004d907fa93c1fb68e25fcb00078f73071ff7bc2c995bae1414aa6dbf" },
		{ UINT64_C(0x8000000000000001), "0000000000000001fffffffffffffffc0000000000000007fffffffffffffff0" },
		{ UINT64_MAX, "0000000000000001000000000000000100000000000000010000000000000001" },
		/* clang-format on */
	};

	for (size_t i = 0; i < COUNT(vectors_of); i++) {
		uint8_t out[32];
		char text[65];

		monero_daemon_target(out, vectors_of[i].difficulty);
		OK(!strcmp(hex_text_reversed(text, out, 32),
			   vectors_of[i].wanted));
	}
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialect_test(&monero_daemon_dialect, &vectors[i],
			     "monero-daemon");
	dialect_test_truncated(&monero_daemon_dialect, vectors, COUNT(vectors));
	test_others();
	test_targets();
	return tap_end();
}
