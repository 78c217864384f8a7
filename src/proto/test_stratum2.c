#include "proto/test_stratum2.h"

#include "pow/share.h"

static struct script script; /* too large for the stack */

static void check(const char *name, const char *wanted)
{
	struct talk t;

	printf("# %s\n", name);
	talk_play(&t, &script, SIZE_MAX);
	const bool good = strcmp(buf_str(&t.out), wanted) == 0;

	OK(good);
	if (!good)
		printf("# got:\n%s# wanted:\n%s", buf_str(&t.out), wanted);
	talk_fini(&t);
}

#define TARGET(high)                                                           \
	" target=" high                                                        \
	"00000000000000000000000000000000000000000000000000000000000000"
static const char session[] =
	"login agent=Maker/S9/fw-1 host=pool.example mask=ffffffff\n"
	"talk\n"
	"login worker=acct.w1\n"
	"rate=999999995904\n"
	"login extranonce1=\n"
	"talk\n"
	"job id=7/1 prev=aa000000 cb1=3c3c5050 cb2=3e3e branches=0 20000000 "
	"1d00ffff 60000000 clean" TARGET(
		"10") "\n"
		      "share 0 worker=acct.w1 job=7/1 en2=61626364 60000001 "
		      "01020304 "
		      "bits=20004000\n"
		      "accepted 0\n"
		      "talk\n"
		      "job id=7/2 prev=aa000000 cb1=3c3c5050 cb2=3e3e "
		      "branches=0 20000000 "
		      "1d00ffff 60000005 old" TARGET(
			      "08") "\n"
				    "share 1 worker=acct.w1 job=7/2 "
				    "en2=61626365 60000001 01020304 "
				    "bits=20004000\n"
				    "rejected 1 because=difficulty-too-low\n";

static void test_session(void)
{
	struct talk t;

	script_session(&script);
	check("one extended channel", session);
	talk_play(&t, &script, SIZE_MAX);
	const struct dialect_state state = talk_state(&t);

	OK(state.client == 0 && state.unmatched == 0);
	OK(strcmp(state.name, "stratum-v2") == 0);
	for (int i = 0; i < DIALECT_FAULTS; i++)
		OK(state.faults[i] == 0);
	talk_fini(&t);
	script_fini(&script);
}

/* Every way to cut one direction's piece in two, and pieces of all sizes. */
static void test_splits(void)
{
	uint64_t wrong = 0;
	struct talk t;

	script_session(&script);
	for (size_t step = 1; step < 120; step++) {
		talk_play(&t, &script, step);
		wrong += strcmp(buf_str(&t.out), session) != 0;
		talk_fini(&t);
	}
	OK(wrong == 0);
	/* All that one end says, one after the other, cut anywhere. */
	struct script merged = { 0 };
	struct buf *both[2] = { script_piece(&merged, 0),
				script_piece(&merged, 1) };

	for (size_t i = 0; i < script.n; i++)
		buf_add(both[script.piece[i].from], script.piece[i].bytes.p,
			script.piece[i].bytes.n);
	talk_play(&t, &merged, SIZE_MAX);
	char *whole = mem_text(t.out.p, t.out.n);

	talk_fini(&t);
	for (size_t step = 1; step < both[1]->n; step++) {
		talk_play(&t, &merged, step);
		wrong += strcmp(buf_str(&t.out), whole) != 0;
		talk_fini(&t);
	}
	OK(wrong == 0);
	free(whole);
	script_fini(&merged);
	script_fini(&script);
}

/* A standard channel: header only. SetTarget holds for a job that still waits.
 * The other job that waited is void. */
static void test_standard(void)
{
	script_say(&script, 0, say_open(5, "w", 0, false));
	script_say(&script, 1, say_opened(5, 3, 1, "PPPP", 0x10, false));
	script_say(&script, 1, say_job(3, 8, false, 0));
	script_say(&script, 1, say_job(3, 9, false, 0));
	script_say(&script, 1, say_target(3, 0x04));
	script_say(&script, 1, say_block(3, 9, 0xbb));
	script_say(&script, 1, say_block(3, 8, 0xcc));
	script_say(&script, 0, say_submit(3, 10, 9, NULL));
	script_say(&script, 1, say_accepted(3, 10, 1));
	check("a standard channel",
	      "login worker=w mask=ffffffff\n"
	      "rate=0\n"
	      "login extranonce1=\n"
	      "talk\n"
	      "talk\n"
	      "talk\n"
	      "job id=3/9 prev=bb000000 cb1= cb2= branches=1 20000000 1d00ffff "
	      "60000000 clean" TARGET("04") "\n"
					    "talk\n"
					    "share 0 worker=w job=3/9 en2= "
					    "60000001 01020304 bits=20004000\n"
					    "accepted 0\n");
	script_fini(&script);
}

/* Two channels of a group, each with its own prefix and target: one message is
 * a job for each. A third is moved into the group later. */
static void test_group(void)
{
	struct talk t;

	script_say(&script, 0, say_open(1, "a", 1e9F, false));
	script_say(&script, 1, say_opened(1, 11, 1, "A", 0x10, false));
	script_say(&script, 0, say_open(2, "b", 3e9F, true));
	script_say(&script, 1, say_opened(2, 12, 1, "B", 0x20, true));
	script_say(&script, 1, say_job(1, 50, true, 0));
	script_say(&script, 1, say_block(1, 50, 0xdd));
	script_say(&script, 0, say_submit(12, 1, 50, "xyz"));
	check("a group",
	      "login worker=a mask=ffffffff\n"
	      "rate=1000000000\n"
	      "login extranonce1=\n"
	      "login worker=b\n"
	      "rate=4000000000\n"
	      "talk\n"
	      "talk\n"
	      "job id=11/50 prev=dd000000 cb1=3c3c41 cb2=3e3e branches=0 "
	      "20000000 1d00ffff 60000000 clean" TARGET(
		      "10") "\n"
			    "job id=12/50 prev=dd000000 cb1=3c3c42 cb2=3e3e "
			    "branches=0 "
			    "20000000 1d00ffff 60000000 clean" TARGET(
				    "20") "\n"
					  "share 0 worker=b job=12/50 "
					  "en2=78797a 60000001 01020304 "
					  "bits=20004000\n");
	script_fini(&script);
	const uint8_t members[] = { 12, 0, 0, 0, 13, 0, 0, 0 };

	script_say(&script, 0, say_open(1, "a", 0, true));
	script_say(&script, 1, say_opened(1, 12, 1, "A", 0x10, true));
	script_say(&script, 1, say_opened(3, 13, 1, "C", 0x10, true));
	script_say(&script, 1,
		   (struct stratum2_message){
			   .type = STRATUM2_SET_GROUP,
			   .set_group = { .group = 2,
					  .channels = { members, 8 } } });
	script_say(&script, 1, say_target(2, 0x01));
	script_say(&script, 1, say_job(2, 51, true, 0));
	script_say(&script, 1, say_block(2, 51, 0xee));
	talk_play(&t, &script, SIZE_MAX);
	/* The second job of one message begins one byte further on. */
	OK(t.last == t.at[1] - script.piece[script.n - 1].bytes.n + 1);
	OK(strstr(buf_str(&t.out), "job id=12/51") &&
	   strstr(buf_str(&t.out), "job id=13/51"));
	OK(talk_state(&t).unmatched == 1); /* nobody asked for channel 13 */
	talk_fini(&t);
	script_fini(&script);
}

/* The group has its block: a channel that joins later, too. The block may be
 * told to a member alone, though its job came for the group. */
static void test_group_block(void)
{
	struct talk t;

	script_say(&script, 0, say_open(1, "a", 0, true));
	script_say(&script, 1, say_opened(1, 11, 1, "A", 0x10, true));
	script_say(&script, 1, say_block(1, 9, 0xdd));
	script_say(&script, 0, say_open(2, "b", 0, true));
	script_say(&script, 1, say_opened(2, 12, 1, "B", 0x10, true));
	script_say(&script, 1, say_job(12, 3, true, 0x60000003));
	script_say(&script, 1, say_job(1, 4, true, 0));
	script_say(&script, 1, say_block(12, 4, 0xee));
	talk_play(&t, &script, SIZE_MAX);
	OK(strstr(buf_str(&t.out), "job id=12/3 prev=dd000000 cb1=3c3c42"));
	OK(strstr(buf_str(&t.out), "job id=12/4 prev=ee000000 cb1=3c3c42"));
	OK(!strstr(buf_str(&t.out), "id=11/") &&
	   !strstr(buf_str(&t.out), "id=1/"));
	talk_fini(&t);
	script_fini(&script);
}

/* From the middle, with no prefix known: nobody mines for the group itself. */
static void test_group_midstream(void)
{
	const uint8_t members[] = { 4, 0, 0, 0 };
	struct talk t;

	script_say(&script, 1, say_block(4, 9, 0xaa));
	script_say(&script, 1,
		   (struct stratum2_message){
			   .type = STRATUM2_SET_GROUP,
			   .set_group = { .group = 2,
					  .channels = { members, 4 } } });
	script_say(&script, 1, say_job(2, 50, true, 0));
	script_say(&script, 1, say_block(2, 50, 0xbb));
	talk_play(&t, &script, SIZE_MAX);
	OK(strstr(buf_str(&t.out), "job id=4/50"));
	OK(!strstr(buf_str(&t.out), "job id=2/50"));
	talk_fini(&t);
	script_fini(&script);
}

static void test_verdicts(void)
{
	script_say(&script, 0, say_submit(1, 1, 1, NULL));
	for (uint32_t i = 2; i <= 6; i++)
		script_say(&script, 0, say_submit(1, i, 1, NULL));
	script_say(&script, 0, say_submit(2, 3, 1, NULL));
	script_say(&script, 1, say_refused(1, 2, "stale-share"));
	script_say(&script, 1, say_accepted(1, 3, 2)); /* 1 and 3 */
	script_say(&script, 1, say_accepted(1, 6, 2)); /* 6, and which? */
	script_say(&script, 1, say_accepted(1, 4, 1)); /* by its number */
	script_say(&script, 1, say_refused(1, 77, "invalid-job-id"));
	script_say(&script, 1, say_accepted(2, 3, 1));
	script_say(&script, 1, say_accepted(2, 3, 1));
	struct talk t;

	talk_play(&t, &script, SIZE_MAX);
	const char *verdicts = strstr(buf_str(&t.out), "rejected");

	OK(verdicts && strcmp(verdicts, "rejected 1 because=stale-share\n"
					"accepted 0\n"
					"accepted 2\n"
					"accepted 5\n"
					"accepted 3\n"
					"talk\n"
					"accepted 6\n"
					"talk\n") == 0);
	OK(talk_state(&t).unmatched == 2);
	talk_fini(&t);
	script_fini(&script);
}

/* What was passed over once is not counted again; and equal numbers (some send
 * but one) are accepted one by one, in order. */
static void test_verdicts_counted(void)
{
	struct talk t;

	for (uint32_t i = 1; i <= 2; i++)
		script_say(&script, 0, say_submit(1, i, 1, NULL));
	script_say(&script, 1, say_accepted(1, 2, 1));
	for (uint32_t i = 3; i <= 4; i++)
		script_say(&script, 0, say_submit(1, i, 1, NULL));
	script_say(&script, 1, say_accepted(1, 4, 2));
	script_say(&script, 0, say_submit(2, 0, 1, NULL));
	script_say(&script, 0, say_submit(2, 0, 1, NULL));
	script_say(&script, 1, say_accepted(2, 0, 1));
	script_say(&script, 1, say_target(2, 1));
	script_say(&script, 1, say_accepted(2, 0, 1));
	talk_play(&t, &script, SIZE_MAX);
	OK(strstr(buf_str(&t.out), "accepted 2\naccepted 3\n"));
	OK(!strstr(buf_str(&t.out), "accepted 0\n"));
	OK(strstr(buf_str(&t.out), "accepted 4\ntalk\naccepted 5\n"));
	talk_fini(&t);
	script_fini(&script);
}

/* Sequence numbers go on from 2^32 - 1 to 0. After lost answers only the last
 * number is sure. */
static void test_verdicts_lost(void)
{
	script_say(&script, 0, say_submit(1, UINT32_MAX, 1, NULL));
	script_say(&script, 0, say_submit(1, 0, 1, NULL));
	script_say(&script, 1, say_accepted(1, 0, 2));
	script_say(&script, 0, say_submit(1, 1, 1, NULL));
	script_say(&script, 0, say_submit(1, 2, 1, NULL));
	script_piece(&script, 3);
	script_say(&script, 1, say_accepted(1, 2, 2));
	struct talk t;

	talk_play(&t, &script, SIZE_MAX);
	OK(strstr(buf_str(&t.out), "accepted 0\naccepted 1\n"));
	OK(strstr(buf_str(&t.out), "accepted 3\n"));
	OK(!strstr(buf_str(&t.out), "accepted 2\n"));
	talk_fini(&t);
	script_fini(&script);
}

/* The capture began later: prefix and target are not known, and extranonce1 is
 * not said to be empty. A job for an unknown block is none. */
static void test_midstream(void)
{
	script_say(&script, 1, say_job(4, 1, false, 0x60000000));
	script_say(&script, 1, say_block(4, 9, 0xaa));
	script_say(&script, 1, say_job(4, 2, true, 0x60000009));
	script_say(&script, 0, say_submit(4, 70, 2, "q"));
	script_say(&script, 1, say_accepted(4, 70, 1));
	check("from the middle",
	      "login mask=ffffffff\n"
	      "talk\n"
	      "talk\n"
	      "job id=4/2 prev=aa000000 cb1=3c3c cb2=3e3e branches=0 20000000 "
	      "1d00ffff 60000009 old\n"
	      "share 0 worker= job=4/2 en2=71 60000001 01020304 "
	      "bits=20004000\n"
	      "accepted 0\n");
	script_fini(&script);
	/* Once another's prefix is known, it can not be told any more. */
	script_say(&script, 1, say_block(4, 9, 0xaa));
	script_say(&script, 1, say_opened(1, 5, 0, "P", 0x10, true));
	script_say(&script, 1, say_job(4, 2, true, 0x60000009));
	check("a prefix known, another not", "login mask=ffffffff\n"
					     "talk\n"
					     "login extranonce1=\n"
					     "talk\n");
	script_fini(&script);
}

static void test_closed(void)
{
	struct stratum2_message bye = { .type = STRATUM2_CLOSE,
					.refusal = { .id = 500,
						     .text = TEXT("bye") } };
	struct talk t;

	script_say(&script, 0, say_open(1, "a", 5e9F, true));
	script_say(&script, 1, say_opened(1, 2, 500, "P", 1, true));
	script_say(&script, 1, say_job(2, 1, true, 0));
	script_say(&script, 1, bye);
	script_say(&script, 0, say_open(2, "c", 0, true));
	script_say(&script, 1, say_opened(2, 2, 500, "P", 1, true));
	script_say(&script, 1, say_block(2, 1, 1));
	script_say(&script, 0, say_open(3, "b", 1e9F, true));
	talk_play(&t, &script, SIZE_MAX);
	OK(!strstr(buf_str(&t.out), "job id="));
	OK(strstr(buf_str(&t.out), "worker=b\nrate=1000000000\n"));
	talk_fini(&t);
	script_fini(&script);
}

/* Bitcoin's first block as a share: its coinbase cut so that the prefix of the
 * channel and the extranonce are "The Times 03/Jan". */
struct genesis {
	struct buf coinbase1, coinbase2;
	struct event_job job;
	struct event_share share;
	uint32_t mask;
};

static void genesis_event(void *context, const struct event *e)
{
	struct genesis *g = context;

	if (e->type == EVENT_LOGIN && e->login.has_version_mask)
		g->mask = e->login.version_mask;
	if (e->type == EVENT_SHARE)
		g->share = e->share;
	if (e->type != EVENT_JOB)
		return;
	g->job = e->job;
	buf_add(&g->coinbase1, e->job.coinbase1.p, e->job.coinbase1.n);
	buf_add(&g->coinbase2, e->job.coinbase2.p, e->job.coinbase2.n);
}

static const char genesis_prefix[] =
	"0100000001000000000000000000000000000000000000000000000000000000000000"
	"0000ffffffff4d04ffff001d010445";
static const char genesis_suffix[] =
	"2f323030392043"
	"68616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f"
	"757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe55"
	"48271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4"
	"f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

static void say_genesis(void)
{
	uint8_t raw[512];
	size_t n = 0, m = 0;
	struct stratum2_message job = say_job(2, 1, true, 0);
	struct stratum2_message block = say_block(2, 1, 0);
	struct stratum2_message share = say_submit(2, 0, 1, "s 03/Jan");

	hex_parse(raw, &n, sizeof(raw), TEXT(genesis_prefix));
	hex_parse(raw + n, &m, sizeof(raw) - n, TEXT(genesis_suffix));
	job.job.version = 1;
	job.job.prefix = (struct span){ raw, n };
	job.job.suffix = (struct span){ raw + n, m };
	block.prev_hash.min_ntime = share.submit.ntime = 1231006505;
	share.submit.nonce = 2083236893;
	share.submit.version = 1;
	script_say(&script, 0, say_setup(0));
	script_say(&script, 1,
		   (struct stratum2_message){
			   .type = STRATUM2_SETUP_SUCCESS,
			   .setup_success = { .used_version = 2 } });
	script_say(&script, 0, say_open(1, "satoshi", 0, true));
	script_say(&script, 1, say_opened(1, 2, 0, "The Time", 0, true));
	script_say(&script, 1, job);
	script_say(&script, 1, block);
	script_say(&script, 0, share);
	script_say(&script, 1, say_accepted(2, 0, 1));
}

/* Those of docs/formats/stratum2.md, from which zeros and text were left out.
 */
static const char *const genesis_frame[] = {
	"0000002700000002000200000000000c706f6f6c2e6578616d706c65ce85054d616b65"
	"720253390466772d3100",
	"000001060000020000000000",
	NULL,
	NULL,
	NULL,
	NULL,
	"00801b210000020000000000000001000000"
	"1dac2b7c29ab5f4901000000"
	"08732030332f4a616e",
	"00801c14000002000000000000000100000000"
	"00000000000000",
};

static bool is_hex(struct span s, const char *hex)
{
	uint8_t raw[512];
	size_t n = 0;

	return hex_parse(raw, &n, sizeof(raw), TEXT(hex)) && n == s.n &&
	       memcmp(raw, s.p, n) == 0;
}

static void test_genesis(void)
{
	struct genesis g = { .mask = 0 };
	void *reader = stratum2_dialect.open();
	uint8_t header[HEADER_SIZE], hash[32];
	char text[65];

	buf_init(&g.coinbase1, 1024);
	buf_init(&g.coinbase2, 1024);
	say_genesis();
	for (size_t i = 0; i < script.n; i++) {
		const struct span frame = buf_span(&script.piece[i].bytes);
		const struct message m = { .text = frame };
		const struct dialect_input in = {
			.message = &m, .from = script.piece[i].from
		};

		stratum2_dialect.read(reader, &in, genesis_event, &g);
		if (genesis_frame[i])
			OK(is_hex(frame, genesis_frame[i]));
	}
	struct share_job job = { .coinbase1 = buf_span(&g.coinbase1),
				 .coinbase2 = buf_span(&g.coinbase2),
				 .version = g.job.version,
				 .nbits = g.job.nbits };
	const struct share_submit submit = {
		.extranonce2 = { (const uint8_t *)"s 03/Jan", 8 },
		.ntime = g.share.ntime,
		.nonce = g.share.nonce,
		.has_version_bits = g.share.has_version_bits,
		.version_bits = g.share.version_bits,
		.version_mask = g.mask,
	};

	memcpy(job.previous, g.job.previous, 32);
	OK(share_header(header, &job, &submit));
	share_hash(hash, header, TARGET_SHA256D);
	OK(strcmp(hex_text_reversed(text, hash, 32),
		  "000000000019d6689c085ae165831e93"
		  "4ff763ae46a2a6c172b3f1b60a8ce26f") == 0);
	stratum2_dialect.close(reader);
	buf_fini(&g.coinbase1);
	buf_fini(&g.coinbase2);
	script_fini(&script);
}

int main(void)
{
	test_session();
	test_splits();
	test_standard();
	test_group();
	test_group_block();
	test_group_midstream();
	test_verdicts();
	test_verdicts_counted();
	test_verdicts_lost();
	test_midstream();
	test_closed();
	test_genesis();
	return tap_end();
}
