#include <string.h>

#include "coin/header.h"
#include "coin/merkle.h"
#include "coin/test_block_sample.h"
#include "hash/sha256d.h"
#include "proto/getblocktemplate.h"
#include "proto/test_dialect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Bitcoin's block 170 and its two transactions, of which the second, the first
 * payment ever, is known by its id; and a template it could have been made
 * of. */
#define ROOT "ff104ccb05421ab93e63f8c3ce5c2c2e9dbb37de2764b3a3175c8166562cac7d"
#define KEY                                                                    \
	"0100000055bd840a78798ad0da853f68974f3d183e2bd1db6a842c1feecf222a"     \
	"00000000" ROOT
#define HEADER KEY "51b96a49ffff001d283e9e70"
#define COINBASE                                                               \
	"0100000001000000000000000000000000000000000000000000000000000000"     \
	"0000000000ffffffff0704ffff001d0102ffffffff0100f2052a010000004341"     \
	"04d46c4968bde02899d2aa0963367c7a6ce34eec332b32e42e5f3407e052d64a"     \
	"c625da6f0718e7b302140434bd725706957c092db53805b821a85b23a7ac6172"     \
	"5bac00000000"
#define PAYMENT                                                                \
	"0100000001c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce25"     \
	"857fcd3704000000004847304402204e45e16932b8af514961a1d3a1a25fdf3f"     \
	"4f7732e9d624c6c61548ab5fb8cd410220181522ec8eca07de4860a4acdd1290"     \
	"9d831cc56cbbac4622082221a8768d1d0901ffffffff0200ca9a3b0000000043"     \
	"4104ae1a62fe09c5f51b13905f07f06b99a2f7159b2225f374cd378d71302fa2"     \
	"8414e7aab37397f554a7df5f142c21c1b7303b8a0626f1baded5c72a704f7e6c"     \
	"d84cac00286bee0000000043410411db93e1dcdb8a016b49840f8c53bc1eb68a"     \
	"382e97b1482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa9b8b"     \
	"64f9d4c03f999b8643f656b412a3ac00000000"
#define PAYMENT_ID                                                             \
	"f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
#define BLOCK HEADER "02" COINBASE PAYMENT
#define PREVIOUS                                                               \
	"000000002a22cfee1f2c846adbd12b3e183d4f97683f85dad08a79780a84bd55"

#define ZEROS48 "000000000000000000000000000000000000000000000000"
#define NETWORK "00000000ffff0000" ZEROS48
#define HALF    "00007fff80000000" ZEROS48
#define EASY    "0000ffff00000000" ZEROS48

#define TEMPLATE(at, more)                                                     \
	at "{\"id\":0,\"error\":null,\"result\":{\"version\":1,"               \
	   "\"previousblockhash\":\"" PREVIOUS                                 \
	   "\",\"transactions\":[{\"data\":\"" PAYMENT                         \
	   "\",\"hash\":\"" PAYMENT_ID                                         \
	   "\",\"depends\":[],\"fee\":0,\"sigops\":2}],\"bits\":\"1d00ffff\"," \
	   "\"curtime\":1231731025,\"height\":170" more "}}"
#define OFFERED(id, state, target)                                             \
	"job id=" id " prev=55bd840a cb1= cb2= branches=0 00000001 1d00ffff "  \
	"496ab951 " state " target=" target " height=170 template\n"
#define VALUE ",\"coinbasevalue\":5000000000"
#define GET                                                                    \
	">1{\"id\":0,\"method\":\"getblocktemplate\",\"params\":[{"            \
	"\"capabilities\":[\"coinbasetxn\",\"workid\"],\"rules\":[\"segwit\"]" \
	"}]}"
#define SUBMIT(at, data)                                                       \
	at "{\"method\":\"submitblock\",\"params\":[\"" data "\"],\"id\":1}"
#define MADE(target)                                                           \
	"job id=" KEY " prev=55bd840a cb1=" COINBASE                           \
	" cb2= branches=1 00000001 1d00ffff 496ab951 old target=" target "\n"
#define PART(target)                                                           \
	"job id=" KEY " prev=55bd840a cb1= cb2= branches=1 00000001 1d00ffff " \
	"496ab951 old target=" target "\n"
#define SHARED(n)                                                              \
	"share " n " worker= job=" KEY " en2= 496ab951 709e3e28 "              \
	"witness=none\n"
#define PARTLY(n)                                                              \
	"share " n " worker= job=" KEY                                         \
	" en2= 496ab951 709e3e28 header=" HEADER "\n"
#define LOGIN  "login extranonce1=\n"
#define BAD(n) "share " n " worker= job=" KEY " malformed\n"

static const struct dialect_vector vectors[] = {
	/* clang-format off */
	{ .name = "a template, and the block made of it",
	  { GET, TEMPLATE("<1", VALUE ",\"target\":\"" NETWORK "\",\"longpollid\":\"tip7\""), SUBMIT(">2", BLOCK), "<2{\"result\":null,\"error\":null,\"id\":1}" },
	  "talk\n" OFFERED("tip7", "old", NETWORK) LOGIN MADE(NETWORK) SHARED("0") "accepted 0\n" },
	{ .name = "a block alone: nBits is its target; the second one logs in no more",
	  { SUBMIT(">1", BLOCK), "<1{\"result\":\"duplicate\",\"error\":null,\"id\":1}", SUBMIT(">2", BLOCK), "<2{\"result\":null,\"id\":1}" },
	  LOGIN MADE(NETWORK) SHARED("0") "rejected 0 because=duplicate\n" MADE(NETWORK) SHARED("1") "accepted 1\n" },
	{ .name = "a pool's easier target, from the template that was seen first",
	  { TEMPLATE("<", VALUE ",\"target\":\"" EASY "\",\"workid\":\"w 1\",\"submitold\":false"), ">{\"method\":\"submitblock\",\"params\":[\"" BLOCK "\",{\"workid\":\"w 1\"}],\"id\":1}", "<{\"result\":\"high-hash\",\"error\":null,\"id\":1}" },
	  OFFERED("w 1", "clean", EASY) LOGIN MADE(EASY) SHARED("0") "rejected 0 because=high-hash\n" },
	{ .name = "of two templates for a block the newer counts",
	  { TEMPLATE("<", VALUE ",\"target\":\"" EASY "\",\"workid\":\"1\""), TEMPLATE("<", VALUE ",\"target\":\"" HALF "\",\"workid\":\"2\""), SUBMIT(">", BLOCK) },
	  OFFERED("1", "old", EASY) OFFERED("2", "old", HALF) LOGIN MADE(HALF) SHARED("0") },
	{ .name = "without a target or a name",
	  { GET, TEMPLATE("<1", VALUE) },
	  "talk\n" OFFERED(PREVIOUS "-1231731025", "old", NETWORK) },
	{ .name = "with a coinbase (BIP 23)",
	  { TEMPLATE("<1", ",\"workid\":\"1\",\"coinbasetxn\":{\"data\":\"" COINBASE "\"}") },
	  "job id=1 prev=55bd840a cb1=" COINBASE " cb2= branches=1 00000001 1d00ffff 496ab951 old target=" NETWORK " height=170 template\n" },
	{ .name = "with a coinbase that cannot be read",
	  { TEMPLATE("<1", ",\"workid\":\"1\",\"coinbasetxn\":{\"data\":\"" COINBASE "00\"}"), TEMPLATE("<2", ",\"workid\":\"1\",\"coinbasetxn\":{\"data\":7}"), TEMPLATE("<3", ",\"workid\":\"1\",\"coinbasetxn\":{\"data\":\"0\"}"), TEMPLATE("<4", ",\"workid\":\"1\",\"coinbasetxn\":{\"data\":\"0g\"}") },
	  OFFERED("1", "old", NETWORK) OFFERED("1", "old", NETWORK) OFFERED("1", "old", NETWORK) OFFERED("1", "old", NETWORK) },
	{ .name = "with a coinbase, but transactions of no known id; a version below 0",
	  { "<{\"result\":{\"version\":-1,\"previousblockhash\":\"" PREVIOUS "\",\"transactions\":[{\"data\":\"" PAYMENT "\"}],\"bits\":\"1d00ffff\",\"curtime\":1,\"coinbasetxn\":{\"data\":\"" COINBASE "\"},\"workid\":\"1\"}}" },
	  "job id=1 prev=55bd840a cb1= cb2= branches=0 ffffffff 1d00ffff 00000001 old target=" NETWORK " template\n" },
	{ .name = "a proposal is a question (BIP 23)",
	  { ">1{\"method\":\"getblocktemplate\",\"params\":[{\"mode\":\"proposal\",\"data\":\"" BLOCK "\"}],\"id\":1}", "<1{\"result\":\"bad-txns\",\"id\":1}", ">2{\"method\":\"getblocktemplate\",\"params\":[{\"mode\":\"proposal\",\"data\":\"" BLOCK "\"}],\"id\":1}", "<2{\"result\":null,\"error\":null,\"id\":1}" },
	  "talk\ntalk\ntalk\ntalk\n" },
	{ .name = "mode submit is a submission",
	  { ">1{\"method\":\"getblocktemplate\",\"params\":[{\"mode\":\"submit\",\"data\":\"" BLOCK "\"}],\"id\":1}", "<1{\"result\":null,\"error\":null,\"id\":1}" },
	  LOGIN MADE(NETWORK) SHARED("0") "accepted 0\n" },
	{ .name = "parameters by name",
	  { ">1{\"method\":\"submitblock\",\"params\":{\"hexdata\":\"" BLOCK "\"},\"id\":1}", ">2{\"method\":\"getblocktemplate\",\"params\":{\"template_request\":{\"rules\":[]}},\"id\":1}" },
	  LOGIN MADE(NETWORK) SHARED("0") "talk\n" },
	{ .name = "is there a submitblock? (NOMP asks)",
	  { ">1{\"method\":\"submitblock\",\"params\":[],\"id\":7}", "<1{\"result\":null,\"error\":{\"code\":-1,\"message\":\"submitblock <hex data>\"},\"id\":7}" },
	  "talk\ntalk\n" },
	{ .name = "refused with an error",
	  { SUBMIT(">1", BLOCK), "<1{\"result\":null,\"error\":{\"code\":-22,\"message\":\"Block decode failed\"},\"id\":1}" },
	  LOGIN MADE(NETWORK) SHARED("0") "rejected 0 because=Block decode failed\n" },
	{ .name = "a part of a block (BIP 23): header alone, and with the coinbase",
	  { SUBMIT(">1", HEADER), SUBMIT(">2", HEADER "02" COINBASE), "<2{\"result\":null,\"id\":1}" },
	  PART(NETWORK) PARTLY("0") PART(NETWORK) PARTLY("1") "accepted 1\n" },
	{ .name = "faults: another root, a cut block, more behind it",
	  { SUBMIT(">1", HEADER "01" COINBASE), SUBMIT(">2", HEADER "02" COINBASE "00"), SUBMIT(">3", BLOCK "00"), SUBMIT(">4", HEADER "00"), "<1{\"result\":\"bad-txnmrklroot\",\"id\":1}" },
	  BAD("0") BAD("1") BAD("2") BAD("3") "rejected 0 because=bad-txnmrklroot\n", NULL, { [DIALECT_BLOCK] = 4 } },
	{ .name = "faults: no bytes",
	  { GET, ">{\"method\":\"submitblock\",\"params\":[7]}", SUBMIT(">2", ""), SUBMIT(">3", HEADER "0"), SUBMIT(">4", HEADER "0g"), SUBMIT(">5", "00") },
	  "talk\nshare 0 worker= job= malformed\nshare 1 worker= job= malformed\nshare 2 worker= job= malformed\nshare 3 worker= job= malformed\nshare 4 worker= job= malformed\n",
	  NULL, { [DIALECT_TYPE] = 2, [DIALECT_HEX] = 2, [DIALECT_BLOCK] = 1 } },
	{ .name = "faults: a template",
	  { GET, "<1{\"id\":0,\"result\":{\"version\":true,\"previousblockhash\":\"" PREVIOUS "\",\"transactions\":[],\"bits\":\"1d00ffff\",\"curtime\":1,\"coinbasevalue\":1}}",
	    "<2{\"id\":0,\"result\":{\"version\":1,\"previousblockhash\":\"00\",\"transactions\":[],\"bits\":\"1d00ffff\",\"curtime\":1,\"coinbasevalue\":1}}" },
	  "talk\ntalk\ntalk\n", NULL, { [DIALECT_TYPE] = 2 } },
	{ .name = "Zcash's template, and a block of that header",
	  { GET, TEMPLATE("<1", ",\"longpollid\":\"z\",\"defaultroots\":{},\"coinbasetxn\":{\"data\":\"00\"}"), SUBMIT(">2", BLOCK "00"), "<2{\"result\":null,\"id\":1}" },
	  "talk\njob id=z foreign\nshare 0 worker= job= foreign\naccepted 0\n" },
	{ .name = "what the wrong end sends",
	  { GET, TEMPLATE(">1", VALUE), SUBMIT("<2", BLOCK), "<2{\"method\":\"getblocktemplate\",\"params\":[]}" },
	  "talk\n" },
	{ .name = "polls of a node between",
	  { ">{\"id\":0,\"method\":\"getblocktemplate\"}", ">{\"id\":0,\"method\":\"getmininginfo\",\"params\":[]}", "<{\"id\":0,\"result\":null,\"error\":\"no\"}", "<{\"id\":0,\"result\":null,\"error\":\"no\"}", "<{\"id\":0,\"result\":null,\"error\":\"no\"}" },
	  "talk\ntalk\n", .unmatched = 1 },
	{ .name = "not this dialect",
	  { ">{\"method\":\"getblocktemplate\",\"params\":{\"wallet_address\":\"4\",\"reserve_size\":8}}", ">{\"method\":\"getblocktemplate\",\"params\":[7]}", ">{\"method\":\"getblocktemplate\",\"params\":{}}", SUBMIT(">", "00"), SUBMIT(">", HEADER "0"), SUBMIT(">", KEY "51b96a4900000000283e9e70"),
	    ">{\"method\":\"submitblock\"}", ">{\"method\":\"getmininginfo\",\"params\":[]}", ">{\"method\":\"getnetworkhashps\",\"params\":[]}", ">{\"method\":\"submitheader\",\"params\":[\"" HEADER "\"]}", "<{\"result\":{\"previousblockhash\":\"" PREVIOUS "\",\"bits\":\"1d00ffff\",\"height\":1}}",
	    "<{\"result\":{\"version\":1,\"previousblockhash\":\"" PREVIOUS "\",\"transactions\":[],\"bits\":\"1d00fffg\",\"curtime\":1,\"coinbasevalue\":1}}" }, "" },
	/* clang-format on */
};

struct made {
	uint8_t hash[32];
	struct header header;
	char seen[8];
	size_t num_seen;
};

/* The header, as it follows from the job and the share. */
static void make(void *context, const struct event *e)
{
	struct made *m = context;
	uint8_t raw[HEADER_SIZE];
	struct header *h = &m->header;

	if (m->num_seen + 1 < sizeof(m->seen))
		m->seen[m->num_seen++] = (char)('0' + (int)e->type);
	if (e->type == EVENT_JOB) {
		sha256d(h->merkle_root, e->job.coinbase1.p, e->job.coinbase1.n);
		merkle_fold(h->merkle_root, e->job.branches.p,
			    e->job.branches.n / 32);
		memcpy(h->previous, e->job.previous, 32);
		h->version = e->job.version;
		h->nbits = e->job.nbits;
	} else if (e->type == EVENT_SHARE) {
		h->time = e->share.ntime;
		h->nonce = e->share.nonce;
		header_write(raw, h);
		sha256d(m->hash, raw, sizeof(raw));
		OK(e->share.is_block && e->share.readable);
	}
}

static struct made submit(const char *block)
{
	void *reader = getblocktemplate_dialect.open();
	struct made made = { .num_seen = 0 };
	struct buf line;
	struct json doc;

	json_init(&doc, DIALECT_NODES_MAX);
	buf_init(&line, 1u << 16);
	buf_printf(&line, "{\"method\":\"submitblock\",\"params\":[\"%s\"]}",
		   block);
	const struct message m = { .text = buf_span(&line) };
	struct dialect_input in = { .message = &m, .doc = &doc };

	OK(json_parse(&doc, NULL, m.text));
	in.object = json_root(&doc);
	OK(getblocktemplate_dialect.speaks(&in));
	getblocktemplate_dialect.read(reader, &in, make, &made);
	getblocktemplate_dialect.close(reader);
	json_fini(&doc);
	buf_fini(&line);
	return made;
}

/* The hashes are those that the chains know these blocks by. */
static void test_proof(void)
{
	static const char *const known[][2] = {
		{ BLOCK_0, "000000000019d6689c085ae165831e934ff763ae46a2a6c172"
			   "b3f1b60a8ce26f" },
		{ BLOCK_170, "00000000d1145790a8694403d4063f323d499e655c834268"
			     "34d4ce2f8dd4a2ee" },
	};
	char text[65];

	OK(strcmp(BLOCK, BLOCK_170) == 0);
	for (size_t i = 0; i < COUNT(known); i++) {
		const struct made m = submit(known[i][0]);

		OK(strcmp(hex_text_reversed(text, m.hash, 32), known[i][1]) ==
		   0);
		/* Login, then the job, then the share. */
		OK(strcmp(m.seen, "023") == 0);
	}
}

/* A block with witnesses, as its node has it, and as a miner hands it in. */
static void test_witness(void)
{
	struct dialect_talk t;
	struct buf line;
	char *all = mem_text(BLOCK_REGTEST, strlen(BLOCK_REGTEST));
	static const char value[] = "01200000000000000000000000000000000000000"
				    "00000000000000000000000000000";

	dialect_talk_init(&t, &getblocktemplate_dialect);
	buf_init(&line, 1u << 16);
	buf_printf(&line, ">{\"method\":\"submitblock\",\"params\":[\"%s\"]}",
		   all);
	dialect_talk_line(&t, buf_str(&line));
	OK(strstr(buf_str(&t.out), "height=157\n") != NULL);
	OK(strstr(buf_str(&t.out), " witness=good\n") != NULL);
	OK(strstr(buf_str(&t.out), " branches=3 ") != NULL);

	/* Without the coinbase's flag and stack. */
	char *flag = all + 2 * (HEADER_SIZE + 1 + 4);
	char *stack = strstr(all, value);

	memmove(stack, stack + 68, strlen(stack + 68) + 1);
	memmove(flag, flag + 4, strlen(flag + 4) + 1);
	buf_clear(&line);
	buf_clear(&t.out);
	buf_printf(&line, ">{\"method\":\"submitblock\",\"params\":[\"%s\"]}",
		   all);
	dialect_talk_line(&t, buf_str(&line));
	OK(strstr(buf_str(&t.out), " witness=filled\n") != NULL);
	free(all);
	buf_fini(&line);
	dialect_talk_fini(&t);
}

/* Targets are remembered by their block, and not more than so many. */
static void test_targets(void)
{
	struct dialect_talk t;
	char line[2048];

	dialect_talk_init(&t, &getblocktemplate_dialect);
	for (int i = 0; i <= DAEMON_TARGETS_MAX; i++) {
		if (i == DAEMON_TARGETS_MAX) {
			dialect_talk_line(&t, SUBMIT(">", HEADER));
			OK(strstr(buf_str(&t.out), EASY) != NULL);
		}
		snprintf(
			line, sizeof(line),
			"<{\"result\":{\"version\":1,\"previousblockhash\":"
			"\"%s%02x\",\"transactions\":[],\"bits\":\"1d00ffff\","
			"\"curtime\":1,\"coinbasevalue\":1,\"target\":\"%s\"}}",
			i ? ZEROS48 "00000000000000" : PREVIOUS, (unsigned)i,
			EASY);
		if (i == 0)
			snprintf(line, sizeof(line), "%s",
				 TEMPLATE("<",
					  VALUE ",\"target\":\"" EASY "\""));
		dialect_talk_line(&t, line);
		buf_clear(&t.out);
	}
	dialect_talk_line(&t, SUBMIT(">", HEADER));
	OK(strstr(buf_str(&t.out), NETWORK) != NULL);
	dialect_talk_fini(&t);
}

int main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++)
		dialect_test(&getblocktemplate_dialect, &vectors[i],
			     "getblocktemplate");
	dialect_test_truncated(&getblocktemplate_dialect, vectors,
			       COUNT(vectors));
	test_proof();
	test_witness();
	test_targets();
	return tap_end();
}
