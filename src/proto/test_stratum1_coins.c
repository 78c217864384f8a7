/* Other coins' jobs and shares under Stratum's names. */
#include "proto/stratum1.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define Z16  "0000000000000000"
#define Z64  Z16 Z16 Z16 Z16
#define Z384 Z64 Z64 Z64 Z64 Z64 Z64

/* Zcash's solution: 1,344 bytes; of 144,5: 100; of 192,7: 400. */
#define SOLUTION_200_9 "fd4005" Z384 Z384 Z384 Z384 Z384 Z384 Z384
#define SOLUTION_144_5 "64" Z64 Z64 Z64 "00000000"
#define SOLUTION_192_7 "fd9001" Z384 Z384 "00000000000000000000000000000000"

/* nanopool's first job of 2017-01-16, and a share's fields before the solution
 */
#define ZEC_JOB                                                                \
	"\"1484582181\",\"04000000\",\"225ff9589d1e119708ed631987823bfb84f7"   \
	"58d92ab81a9545c0864700000000\",\"04b9b0f549e188b5477894a109d209c5"    \
	"9c3880d665bea0deb7995f92f48a8140\",\"" Z64 "\",\"25ed7c58\","         \
	"\"83837b1c\""
#define ZEC_NOTIFY                                                             \
	"<{\"id\":0,\"params\":[" ZEC_JOB ",true],\"method\":\"mining."        \
	"notify\"}"
#define ZEC_NOTED                                                              \
	"job id=1484582181 equihash prev=225ff958 part=04b9b0f5 "              \
	"part=00000000 00000004 1c7b8383 587ced25 clean\n"
#define ZEC_SUBMIT(solution)                                                   \
	">{\"id\":4,\"method\":\"mining.submit\",\"params\":[\"w\","           \
	"\"1484582181\",\"25ed7c58\",\"f30c0000000000000000000000000000\","    \
	"\"" solution "\"]}"
#define ZEC_SHARED(n)                                                          \
	"share " n " worker=w job=1484582181 "                                 \
	"en2=f30c0000000000000000000000000000 587ced25 00000000 "

/* NiceHash's own example. */
#define SEED "abad8f99f3918bf903c6a909d9bbc0fdfa5a2f4b9cb1196175ec825c6610126c"
#define HEADER                                                                 \
	"645cf20198c2f3861e947d4f67e3ab63b7b2e24dcc9095bd9123e7b33371f6cc"
#define ETH_NOTIFY                                                             \
	"<{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"bf0488aa\"," \
	"\"" SEED "\",\"" HEADER "\",true]}"
#define ETH_NOTED                                                              \
	"job id=bf0488aa ethash prev=645cf201 part=abad8f99 00000000 "         \
	"00000000 00000000 clean\n"
#define ETH_SUBMIT(nonce)                                                      \
	">{\"id\":244,\"method\":\"mining.submit\",\"params\":[\"username\","  \
	"\"bf0488aa\",\"" nonce "\"]}"
#define ETH_SHARED(n)                                                          \
	"share " n " worker=username job=bf0488aa en2=6a909d9bbc0f 00000000 "  \
	"00000000\n"

#define NOTIFY(params) "<{\"method\":\"mining.notify\",\"params\":[" params "]}"
#define SUBMIT(params)                                                         \
	">{\"id\":4,\"method\":\"mining.submit\",\"params\":[" params "]}"
#define BTC_JOB                                                                \
	"\"bf\",\"" HEADER "\",\"0100\",\"ff\",[],\"00000002\",\"1c2ac4af\","  \
	"\"504e86b9\",false"
#define BTC_SHARE "\"w\",\"bf\",\"00\",\"504e86b9\",\"b2957c02\""
#define FOREIGN   "job id=1 foreign\nshare 0 worker=w job=1 foreign\n"
/* A share that could be Bitcoin's. */
#define LIKE_BTC SUBMIT("\"w\",\"1\",\"00\",\"504e86b9\",\"b2957c02\"")
#define T        "\",\""

static const struct dialect_vector zcash[] = {
	/* clang-format off */
	{ .name = "Zcash: nanopool",
	  { ">{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": [\"equihashminer\", null, \"zec-eu1.nanopool.org\", \"6666\"]}",
	    "<{\"id\":1,\"result\":[null,\"e66c000000000000bbb0a52bb340bc35\"],\"error\":null}",
	    "<{\"id\":0,\"params\":[\"0004189300000000000000000000000000000000000000000000000000000000\"],\"method\":\"mining.set_target\"}",
	    ZEC_NOTIFY, ZEC_SUBMIT(SOLUTION_200_9), "<{\"id\":4,\"result\":true,\"error\":null}" },
	  "login agent=equihashminer host=zec-eu1.nanopool.org\nlogin extranonce1=e66c000000000000bbb0a52bb340bc35\n"
	  "difficulty= target=0004189300000000000000000000000000000000000000000000000000000000\n"
	  ZEC_NOTED ZEC_SHARED("0") "solution=1344\naccepted 0\n" },
	{ .name = "Zcash: flypool names the session by nonce 1",
	  { ">{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"EWBF 0.3.4b\",null,\"eu1-zcash.flypool.org\",\"3333\"]}",
	    "<{\"id\":1,\"result\":[\"04d567b212\", \"04d567b212\"], \"error\": null}", ZEC_NOTIFY,
	    "<{\"id\":null,\"method\":\"mining.set_extranonce\",\"params\":[\"04d567b213\"]}" },
	  "login agent=EWBF 0.3.4b host=eu1-zcash.flypool.org\nlogin extranonce1=04d567b212\n" ZEC_NOTED "login set=04d567b213\n" },
	{ .name = "Zcash: without clean, with the name of a personalisation",
	  { NOTIFY(ZEC_JOB), NOTIFY(ZEC_JOB ",false,\"192_7\",\"ZERO_PoW\"") },
	  "job id=1484582181 equihash prev=225ff958 part=04b9b0f5 part=00000000 00000004 1c7b8383 587ced25 old\n"
	  "job id=1484582181 equihash prev=225ff958 part=04b9b0f5 part=00000000 00000004 1c7b8383 587ced25 old\n" },
	{ .name = "Zcash: a share shows it before any job does; other lengths",
	  { ZEC_SUBMIT(SOLUTION_200_9), ZEC_SUBMIT(SOLUTION_144_5), ZEC_SUBMIT(SOLUTION_192_7), ZEC_NOTIFY },
	  ZEC_SHARED("0") "solution=1344\n" ZEC_SHARED("1") "solution=100\n" ZEC_SHARED("2") "solution=400\n" ZEC_NOTED },
	{ .name = "Zcash: shares that cannot be read",
	  { ZEC_NOTIFY, ZEC_SUBMIT("fd4005" Z64), ZEC_SUBMIT("fe4005" Z64), ZEC_SUBMIT("00"), ZEC_SUBMIT("0g"), ZEC_SUBMIT(""), ZEC_SUBMIT("0001"),
	    SUBMIT("\"w\",\"1\",\"25ed7c58\",\"" Z64 "00\",\"0200\""), SUBMIT("\"w\",\"1\",\"25ed7c\",\"00\",\"0200\""),
	    SUBMIT("\"w\",\"1\",7,\"00\",\"0200\""), SUBMIT("\"w\",\"1\"") },
	  ZEC_NOTED "share 0 worker=w job=1484582181 malformed\nshare 1 worker=w job=1484582181 malformed\nshare 2 worker=w job=1484582181 malformed\n"
	  "share 3 worker=w job=1484582181 malformed\nshare 4 worker=w job=1484582181 malformed\nshare 5 worker=w job=1484582181 malformed\n"
	  "share 6 worker=w job=1 malformed\nshare 7 worker=w job=1 malformed\nshare 8 worker=w job=1 malformed\nshare 9 worker=w job=1 malformed\n",
	  NULL, { [DIALECT_SIZE] = 6, [DIALECT_HEX] = 2, [DIALECT_TYPE] = 1, [DIALECT_SHORT] = 1 } },
	{ .name = "Zcash: jobs that cannot be read, once it is settled; targets that are none",
	  { ZEC_NOTIFY, NOTIFY("\"1\",\"04000000\",\"" Z64 "\",\"" Z64 "\",\"00\",\"25ed7c58\",\"83837b1c\",true"), NOTIFY("\"1\",\"04000000\",7"), NOTIFY("\"1\""),
	    NOTIFY(BTC_JOB), "<{\"method\":\"mining.set_target\",\"params\":[\"" Z64 "0\"]}", "<{\"method\":\"mining.set_target\",\"params\":[1]}",
	    "<{\"method\":\"mining.set_target\",\"params\":[\"ffff0\"]}" },
	  ZEC_NOTED "talk\ntalk\ntalk\ntalk\ntalk\ntalk\ndifficulty= target=00000000000000000000000000000000000000000000000000000000000ffff0\n",
	  NULL, { [DIALECT_HEX] = 2, [DIALECT_TYPE] = 3, [DIALECT_SHORT] = 1 } },
	/* clang-format on */
};

static const struct dialect_vector ethereum[] = {
	/* clang-format off */
	{ .name = "Ethereum: NiceHash",
	  { ">{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": [\"MinerName/1.0.0\", \"EthereumStratum/1.0.0\"]}",
	    "<{\"id\": 1, \"result\": [[\"mining.notify\", \"ae6812eb4cd7735a302a8a9dd95cf71f\", \"EthereumStratum/1.0.0\"], \"080c\"], \"error\": null}",
	    "<{\"id\": null, \"method\": \"mining.set_difficulty\", \"params\": [0.5]}",
	    ETH_NOTIFY, ETH_SUBMIT("6a909d9bbc0f"), ">{\"id\":9,\"method\":\"eth_submitHashrate\",\"params\":[\"0x1d08a61\",\"0x" Z64 "\"]}",
	    "<{\"id\":9,\"result\":true}", "<{\"id\":244,\"result\":true,\"error\":null}" },
	  "login agent=MinerName/1.0.0\nlogin extranonce1=080c\ndifficulty=0.5\n" ETH_NOTED ETH_SHARED("0") "rate=30444129\ntalk\naccepted 0\n" },
	{ .name = "Ethereum: shares before the first job, with subscription and without",
	  { ">{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"m\",\"EthereumStratum/1.0.0\"]}", ETH_SUBMIT("6a909d9bbc0f") },
	  "login agent=m\n" ETH_SHARED("0") },
	{ .name = "Ethereum: a share alone",
	  { ETH_SUBMIT("6a909d9bbc0f") }, ETH_SHARED("0") },
	{ .name = "Ethereum: the answer to subscribe alone tells nothing of it",
	  { ">{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}", "<{\"id\":1,\"result\":[[\"mining.notify\",\"1\",\"EthereumStratum/1.0.0\"],\"08\"]}" },
	  "login\nlogin extranonce1=08\n" },
	{ .name = "Ethereum: with boundary and mix hash, without clean",
	  { NOTIFY("\"b0\",\"0x" HEADER "\",\"0x" SEED "\",\"0x00000000ffff0000000000000000000000000000000000000000000000000000\",true"),
	    NOTIFY("\"b1\",\"0x" HEADER "\",\"0x" SEED "\",\"0x00000000ffff0000000000000000000000000000000000000000000000000000\""),
	    SUBMIT("\"w\",\"b0\",\"0x07a05fa4133e5126\",\"0x" HEADER "\",\"0x" SEED "\"") },
	  "job id=b0 ethash prev=645cf201 part=abad8f99 00000000 00000000 00000000 clean target=00000000ffff0000000000000000000000000000000000000000000000000000\n"
	  "job id=b1 ethash prev=645cf201 part=abad8f99 00000000 00000000 00000000 old target=00000000ffff0000000000000000000000000000000000000000000000000000\n"
	  "share 0 worker=w job=b0 en2=07a05fa4133e5126 00000000 00000000 solution=32\n" },
	{ .name = "Ethereum: three parameters",
	  { NOTIFY("\"b0\",\"" SEED "\",\"" HEADER "\""), SUBMIT("\"w\",\"b0\",\"00\"") },
	  "job id=b0 ethash prev=645cf201 part=abad8f99 00000000 00000000 00000000 old\nshare 0 worker=w job=b0 en2=00 00000000 00000000\n" },
	{ .name = "Ethereum: what cannot be read",
	  { ETH_NOTIFY, ETH_SUBMIT("6a909d9bbc0"), ETH_SUBMIT("00112233445566778899"), SUBMIT("\"w\",\"bf\""),
	    SUBMIT("\"w\",\"bf\",\"0x07\",\"0x" HEADER "\",\"0x" SEED "\""), NOTIFY("\"b\",\"00\",\"" HEADER "\",true") },
	  ETH_NOTED "share 0 worker=username job=bf0488aa malformed\nshare 1 worker=username job=bf0488aa malformed\nshare 2 worker=w job=bf malformed\n"
	  "share 3 worker=w job=bf malformed\ntalk\n", NULL, { [DIALECT_HEX] = 3, [DIALECT_SIZE] = 1, [DIALECT_SHORT] = 1 } },
	/* clang-format on */
};

/* The examples of EIP 1571. */
#define ETH2_NOTIFY NOTIFY("\"bf0488aa\",\"6526d5\",\"" HEADER "\",\"0\"")
#define ETH2_NOTED                                                             \
	"job id=bf0488aa ethash prev=645cf201 00000000 00000000 00000000 old " \
	"height=6629077\n"
#define ETH2_SUBMIT                                                            \
	">{\"id\":31,\"method\":\"mining.submit\",\"params\":[\"bf0488aa\","   \
	"\"68765fccd712\",\"w-123\"]}"
#define ETH2_SHARED(n)                                                         \
	"share " n " worker=w-123 job=bf0488aa en2=68765fccd712 00000000 "     \
	"00000000\n"
#define ETH2_TARGET                                                            \
	"0000000112e0be826d694b2e62d01511f12a6061fbaec8bc02357593e70e52ba"

static const struct dialect_vector
	ethereum2[] = {
		/* clang-format off */
	{ .name = "EthereumStratum/2: login",
	  { ">{\"id\":0,\"method\":\"mining.hello\",\"params\":{\"agent\":\"ethminer-0.17\",\"host\":\"somemininigpool.com\",\"port\":\"4d2\",\"proto\":\"EthereumStratum/2.0.0\"}}",
	    "<{\"id\":0,\"result\":{\"proto\":\"EthereumStratum/2.0.0\",\"encoding\":\"plain\"}}",
	    ">{\"id\":1,\"method\":\"mining.subscribe\",\"params\":\"s-12345\"}", "<{\"id\":1,\"result\":\"s-12345\"}",
	    ">{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"account.machine\",\"password\"]}", "<{\"id\":2,\"result\":\"w-123\"}" },
	  "login agent=ethminer-0.17 host=somemininigpool.com\ntalk\nlogin\ntalk\nlogin worker=account.machine\ntalk\n" },
	{ .name = "EthereumStratum/2: work; an id alone is a yes",
	  { "<{\"method\":\"mining.set\",\"params\":{\"epoch\":\"dc\",\"target\":\"0112e0be826d694b2e62d01511f12a6061fbaec8bc02357593e70e52ba\",\"algo\":\"ethash\",\"extranonce\":\"af4c\"}}",
	    ETH2_NOTIFY, ETH2_SUBMIT, "<{\"id\":31}", ETH2_SUBMIT, "<{\"id\":31,\"error\":{\"code\":404,\"message\":\"Job not found\"}}", ETH2_SUBMIT, "<{\"id\":31,\"result\":true}" },
	  "difficulty= target=" ETH2_TARGET "\nlogin set=af4c\n" ETH2_NOTED ETH2_SHARED("0") "accepted 0\n" ETH2_SHARED("1") "rejected 1 because=Job not found\n"
	  ETH2_SHARED("2") "accepted 2\n" },
	{ .name = "EthereumStratum/2: a share alone, which version 1's could not be",
	  { ETH2_SUBMIT, "<{\"id\":31}" }, ETH2_SHARED("0") "accepted 0\n" },
	{ .name = "EthereumStratum/2: rates, of the miner's only; the rest",
	  { ETH2_NOTIFY, ">{\"id\":16,\"method\":\"mining.hashrate\",\"params\":[\"500000\",\"w-123\"]}", "<{\"id\":16,\"result\":[\"4f0000\",\"w-123\"]}",
	    "<{\"method\":\"mining.hashrate\",\"params\":{\"interval\":60,\"hr\":\"500000\"}}", ">{\"id\":50,\"method\":\"mining.noop\"}", "<{\"id\":50}",
	    "<{\"method\":\"mining.reconnect\",\"params\":{\"host\":\"h\"}}", ">{\"method\":\"mining.bye\"}" },
	  ETH2_NOTED "rate=5242880\ntalk\ntalk\ntalk\ntalk\ntalk\ntalk\n" },
	{ .name = "EthereumStratum/2: only what changes is set",
	  { "<{\"method\":\"mining.set\",\"params\":{\"extranonce\":\"\"}}", "<{\"method\":\"mining.set\",\"params\":{\"epoch\":\"dd\"}}",
	    "<{\"method\":\"mining.set\",\"params\":{\"target\":\"g\",\"extranonce\":\"0\"}}", "<{\"method\":\"mining.set\",\"params\":[]}",
	    NOTIFY("\"1\",\"6526d5\",\"" HEADER "\",\"1\"") },
	  "login set=\ntalk\ntalk\ntalk\njob id=1 ethash prev=645cf201 00000000 00000000 00000000 clean height=6629077\n", NULL, { [DIALECT_HEX] = 2 } },
	{ .name = "EthereumStratum/2: faults",
	  { ETH2_NOTIFY, ">{\"id\":1,\"method\":\"mining.hashrate\",\"params\":[\"x\"]}", ">{\"id\":1,\"method\":\"mining.hashrate\"}",
	    SUBMIT("\"bf\",\"1\",\"w\""), SUBMIT("\"bf\"") },
	  ETH2_NOTED "talk\ntalk\nshare 0 worker= job=bf malformed\nshare 1 worker= job=bf malformed\n", NULL,
	  { [DIALECT_HEX] = 2, [DIALECT_NO_PARAMS] = 1, [DIALECT_SHORT] = 1 } },
		/* clang-format on */
	};

/* What must not be taken for Bitcoin's, nor for that of those above. */
static const struct dialect_vector foreign[] = {
	/* clang-format off */
	{ .name = "Decred: the header in coinb1's place",
	  { NOTIFY("\"1\",\"" HEADER "\",\"" HEADER Z64 Z64 "000000000000000000000000\",\"07000000\",[],\"07000000\",\"1a1ea2d9\",\"5a18e3c5\",true"), LIKE_BTC },
	  FOREIGN, "stratum-decred" },
	{ .name = "Bitcoin: a coinb1 as long as Decred's",
	  { NOTIFY("\"bf\",\"" HEADER "\",\"01000000" Z64 Z64 Z64 "0000000000000000\",\"00000000\",[],\"00000002\",\"1c2ac4af\",\"504e86b9\",true"), SUBMIT(BTC_SHARE) },
	  "job id=bf prev=01f25c64 cb1=01000000" Z64 Z64 Z64 "0000000000000000 cb2=00000000 branches=0 00000002 1c2ac4af 504e86b9 clean\n"
	  "share 0 worker=w job=bf en2=00 504e86b9 b2957c02\n", "stratum-v1" },
	{ .name = "Sia: a time of 8 bytes",
	  { NOTIFY("\"1\",\"" HEADER "\",\"00\",\"00\",[\"" SEED "\"],\"\",\"1a1ea2d9\",\"c5e3185a00000000\",true"),
	    SUBMIT("\"w\",\"1\",\"00000000\",\"c5e3185a00000000\",\"0011223344556677\"") },
	  FOREIGN, "stratum-sia" },
	{ .name = "Sia: a share alone",
	  { SUBMIT("\"w\",\"1\",\"00000000\",\"c5e3185a00000000\",\"0011223344556677\"") }, "share 0 worker=w job=1 foreign\n", "stratum-sia" },
	{ .name = "Kaspa: numbers",
	  { ">{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"m\",\"EthereumStratum/1.0.0\"]}", "<{\"id\":1,\"result\":[true,\"EthereumStratum/1.0.0\"]}",
	    NOTIFY("\"1\",[1,2,3,18446744073709551615],1700000000000"), SUBMIT("\"w\",\"1\",\"0x0011223344556677\"") },
	  "login agent=m\ntalk\n" FOREIGN, "stratum-kaspa" },
	{ .name = "Kaspa: hexadecimal",
	  { NOTIFY("\"1\",\"" HEADER Z16 "\""), SUBMIT("\"w\",\"1\",\"00112233445566\"") }, FOREIGN, "stratum-kaspa" },
	{ .name = "KawPow, behind a target",
	  { "<{\"method\":\"mining.set_target\",\"params\":[\"" ETH2_TARGET "\"]}", NOTIFY("\"1\",\"" HEADER "\",\"" SEED "\",\"" ETH2_TARGET "\",true,1700000,\"1b00c64f\""),
	    SUBMIT("\"w\",\"1\",\"0x07a05fa4133e5126\",\"0x" HEADER "\",\"0x" SEED "\"") },
	  "difficulty= target=" ETH2_TARGET "\n" FOREIGN, "stratum-kawpow" },
	{ .name = "Handshake: roots",
	  { NOTIFY("\"1\",\"" HEADER T HEADER T HEADER T HEADER T Z64 "\",\"00000000\",\"1a1ea2d9\",\"5a18e3c5\""), LIKE_BTC }, FOREIGN, "stratum-handshake" },
	{ .name = "Handshake: with a coinbase",
	  { NOTIFY("\"1\",\"" HEADER "\",\"00\",\"00\",[],\"" HEADER T HEADER T HEADER "\",\"00000000\",\"1a1ea2d9\",\"5a18e3c5\",true"), LIKE_BTC },
	  FOREIGN, "stratum-handshake" },
	{ .name = "VerusHash: Zcash's, and a template",
	  { NOTIFY("\"1\",\"04000100\",\"" HEADER T HEADER T Z64 "\",\"25ed7c58\",\"83837b1c\",true,\"" Z64 Z64 "\""), LIKE_BTC }, FOREIGN, "stratum-verus" },
	{ .name = "Nervos: unknown, and a target after it is no hint",
	  { NOTIFY("\"1\",\"" HEADER "\",1,\"" HEADER "\",true"), "<{\"method\":\"mining.set_target\",\"params\":[\"" ETH2_TARGET "\"]}",
	    SUBMIT("\"w\",\"1\",\"000000000000000000114026\"") },
	  "job id=1 foreign\ndifficulty= target=" ETH2_TARGET "\nshare 0 worker=w job=1 foreign\n", "stratum-other" },
	{ .name = "CryptoNote under mining.*, Ergo, Conflux",
	  { NOTIFY("\"1\",\"" Z64 Z64 "00000000000000000000\",\"dc460300\""), NOTIFY("\"2\",1700000,\"" HEADER "\",\"\",\"\",2,\"123456789\",\"\",true"),
	    NOTIFY("\"3\",\"1234\",\"0x" HEADER "\",\"0x" SEED "\""), LIKE_BTC },
	  "job id=1 foreign\njob id=2 foreign\njob id=3 foreign\nshare 0 worker=w job=1 foreign\n", "stratum-other" },
	{ .name = "an unknown job settles nothing: Bitcoin's does",
	  { NOTIFY("\"1\",1,2"), NOTIFY(BTC_JOB), SUBMIT(BTC_SHARE) },
	  "job id=1 foreign\njob id=bf prev=01f25c64 cb1=0100 cb2=ff branches=0 00000002 1c2ac4af 504e86b9 old\nshare 0 worker=w job=bf en2=00 504e86b9 b2957c02\n", "stratum-v1" },
	{ .name = "a rate alone is not Stratum's",
	  { ">{\"id\":9,\"method\":\"eth_submitHashrate\",\"params\":[\"0x1d08a61\",\"0x" Z64 "\"]}", ">{\"id\":9,\"method\":\"mining.hashrate\",\"params\":[\"1\"]}",
	    ">{\"method\":\"mining.bye\"}" }, "", "" },
	/* clang-format on */
};

static void test_all(const struct dialect_vector *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		dialect_test(&stratum1_dialect, &v[i], name);
	dialect_test_truncated(&stratum1_dialect, v, n);
}

int main(void)
{
	test_all(zcash, COUNT(zcash), "stratum-zcash");
	test_all(ethereum, COUNT(ethereum), "stratum-ethereum");
	test_all(ethereum2, COUNT(ethereum2), "stratum-ethereum2");
	test_all(foreign, COUNT(foreign), "");
	return tap_end();
}
