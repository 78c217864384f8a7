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

/* One miner, one extended channel. */
static void say_session(void)
{
	script_say(&script, 0, say_setup(0));
	script_say(&script, 1,
		   (struct stratum2_message){
			   .type = STRATUM2_SETUP_SUCCESS,
			   .setup_success = { .used_version = 2 } });
	script_say(&script, 0, say_open(1, "acct.w1", 1e12F, true));
	script_say(&script, 1, say_opened(1, 7, 0, "PP", 0x10, true));
	script_say(&script, 1, say_job(7, 1, true, 0));
	script_say(&script, 1, say_block(7, 1, 0xaa));
	script_say(&script, 0, say_submit(7, 0, 1, "abcd"));
	script_say(&script, 1, say_accepted(7, 0, 1));
	script_say(&script, 1, say_target(7, 0x08));
	script_say(&script, 1, say_job(7, 2, true, 0x60000005));
	script_say(&script, 0, say_submit(7, 1, 2, "abce"));
	script_say(&script, 1, say_refused(7, 1, "difficulty-too-low"));
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

	say_session();
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

	say_session();
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

/* Noise before, between after a gap, and a frame that cannot be. */
static void test_resync(void)
{
	struct talk t;
	uint8_t noise[300];

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(i * i * 31 + i / 7);
	say_session();
	script_piece(&script, 2);
	buf_add(script_piece(&script, 0), noise, sizeof(noise));
	script_say(&script, 0, say_submit(7, 2, 2, "late"));
	buf_add(script_piece(&script, 0), noise, sizeof(noise));
	script_say(&script, 0, say_submit(7, 3, 2, "more"));
	uint64_t wrong = 0;

	for (size_t step = 1; step < 40; step++) {
		talk_play(&t, &script, step);
		wrong += !strstr(buf_str(&t.out), "en2=6c617465");
		wrong += !strstr(buf_str(&t.out), "en2=6d6f7265");
		wrong += talk_state(&t).faults[DIALECT_FRAME] != 1;
		talk_fini(&t);
	}
	OK(wrong == 0);
	script_fini(&script);
}

static bool speaks(const struct buf *b, size_t skip)
{
	const struct message m = { .text = { b->p + skip, b->n - skip } };

	return stratum2_dialect.speaks(
		&(struct dialect_input){ .message = &m });
}

/* Each message by itself, whole, cut, and behind a rest of another. */
static void test_speaks(void)
{
	const struct stratum2_message good[] = {
		say_setup(0),
		say_setup(2),
		say_open(1, "w", 0, false),
		say_open(1, "w", 0, true),
		say_opened(1, 2, 3, "pp", 1, false),
		say_opened(1, 2, 3, "pp", 1, true),
		say_job(1, 2, false, 0),
		say_job(1, 2, false, 0x60000000),
		say_target(1, 1),
		say_block(1, 2, 3),
		say_submit(1, 2, 3, NULL),
		say_submit(1, 2, 3, "abc"),
		say_accepted(1, 2, 3),
		say_refused(1, 2, "stale-share"),
	};
	uint64_t wrong = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct buf b;

		buf_init(&b, 1u << 16);
		stratum2_message_write(&b, &good[i]);
		OK(speaks(&b, 0));
		const size_t n = b.n;

		for (b.n = 0; b.n < n; b.n++)
			wrong += speaks(&b, 0);
		stratum2_message_write(&b, &good[i]);
		/* The tail of one, then a whole one. */
		wrong += !speaks(&b, 5);
		/* Another frame does not begin behind it. */
		buf_add(&b, "abcdefghij", 10);
		wrong += speaks(&b, 5);
		buf_fini(&b);
	}
	OK(wrong == 0);
}

static void test_speaks_not(void)
{
	static uint8_t zeros[4096];
	struct stratum2_message m = say_setup(0);
	struct buf b = { .p = zeros, .n = sizeof(zeros) };

	OK(!speaks(&b, 0));
	buf_init(&b, 1u << 16);
	m.setup.min_version = 3;
	stratum2_message_write(&b, &m);
	OK(!speaks(&b, 0));
	buf_clear(&b);
	m = say_setup(0);
	m.setup.host = (struct span){ zeros, 5 };
	stratum2_message_write(&b, &m);
	OK(!speaks(&b, 0));
	/* Mostly zeros: other binary protocols have such. */
	const struct stratum2_message weak[] = {
		{ .type = STRATUM2_SETUP_SUCCESS },
		{ .type = STRATUM2_SETUP_ERROR },
		{ .type = STRATUM2_ENDPOINT_CHANGED },
		{ .type = STRATUM2_RECONNECT },
		{ .type = STRATUM2_OPEN_ERROR },
		{ .type = STRATUM2_SET_GROUP },
		{ .type = STRATUM2_NEW_JOB },
		{ .type = STRATUM2_SET_NEW_PREV_HASH },
		{ .type = STRATUM2_SUBMIT_STANDARD },
	};
	for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
		buf_clear(&b);
		stratum2_message_write(&b, &weak[i]);
		OK(!speaks(&b, 0));
	}
	buf_fini(&b);
}

/* The other protocols on the same transport are recognised and not read. */
static void test_other_protocols(void)
{
	static const char *const names[] = { "stratum-v2-declaration",
					     "stratum-v2-templates" };
	static const uint8_t frame[] = { 0, 0, 0x71, 3,    0, 0, 1, 2,
					 3, 0, 0,    0x57, 0, 0, 0 };

	for (uint8_t i = 0; i < 2; i++) {
		struct talk t;

		script_say(&script, 0, say_setup((uint8_t)(i + 1)));
		buf_add(script_piece(&script, 0), frame, sizeof(frame));
		talk_play(&t, &script, 2);
		OK(strcmp(buf_str(&t.out),
			  "login agent=Maker/S9/fw-1 host=pool.example "
			  "mask=ffffffff\n") == 0);
		OK(strcmp(talk_state(&t).name, names[i]) == 0);
		OK(talk_state(&t).faults[DIALECT_FRAME] == 0);
		talk_fini(&t);
		script_fini(&script);
	}
}

/* The pool does not submit, nor the miner hand out jobs. A submission too long
 * by a field of an extension; one that cannot be read. */
static void test_odd(void)
{
	static const uint8_t odd[] = { 0, 0x80, 0x1b, 25, 0, 0, 1, 0, 0, 0, 0,
				       0, 0,    0,    0,  0, 0, 0, 0, 0, 0, 0,
				       0, 0,    0,    0,  0, 0, 0, 0, 33 };
	struct stratum2_message m = say_submit(1, 2, 3, "e");

	m.tail = (struct span){ (const uint8_t *)"\x00\x02\x01\x00\x03wrk", 8 };
	script_say(&script, 0, say_submit(1, 1, 3, "e"));
	script_say(&script, 1, say_submit(1, 1, 3, "e"));
	script_say(&script, 0, say_job(1, 1, true, 0));
	script_say(&script, 0, m);
	buf_add(script_piece(&script, 0), odd, sizeof(odd));
	struct talk t;

	talk_play(&t, &script, SIZE_MAX);
	OK(strcmp(buf_str(&t.out),
		  "login mask=ffffffff\n"
		  "share 0 worker= job=1/3 en2=65 60000001 01020304 "
		  "bits=20004000\n"
		  "share 1 worker=wrk job=1/3 en2=65 60000001 01020304 "
		  "bits=20004000\n"
		  "share 2 worker= job= malformed\n") == 0);
	OK(talk_state(&t).faults[DIALECT_SIZE] == 1);
	talk_fini(&t);
	script_fini(&script);
}

/* More of everything than there is room for. */
static void test_limits(void)
{
	struct talk t;

	script_say(&script, 0, say_setup(0));
	for (uint32_t i = 0; i < STRATUM2_CHANNELS_MAX + 10; i++)
		script_say(&script, 1, say_opened(i, i, 500, "P", 1, true));
	struct buf *jobs = script_piece(&script, 1);
	const struct stratum2_message big = say_job(0, 1, true, 0);

	for (uint32_t i = 0; i < STRATUM2_JOBS_MAX + 10; i++) {
		struct stratum2_message m = big;

		m.job.job = i;
		stratum2_message_write(jobs, &m);
	}
	struct buf *shares = script_piece(&script, 0);

	for (uint32_t i = 0; i < STRATUM2_OPEN_MAX + 10; i++) {
		const struct stratum2_message m = say_submit(0, i, 1, "x");

		stratum2_message_write(shares, &m);
	}
	script_say(&script, 1, say_block(0, 3, 1)); /* forgotten */
	script_say(&script, 1, say_accepted(0, 1000, STRATUM2_OPEN_MAX + 10));
	talk_play(&t, &script, SIZE_MAX);
	OK(!strstr(buf_str(&t.out), "job id="));
	OK(!strstr(buf_str(&t.out), "accepted 9\n"));
	OK(strstr(buf_str(&t.out), "accepted 10\n"));
	talk_fini(&t);
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
	script_say(&script, 0, say_open(1, "satoshi", 0, true));
	script_say(&script, 1, say_opened(1, 2, 0, "The Time", 0, true));
	script_say(&script, 1, job);
	script_say(&script, 1, block);
	script_say(&script, 0, share);
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
		const struct message m = { .text = buf_span(
						   &script.piece[i].bytes) };
		const struct dialect_input in = {
			.message = &m, .from = script.piece[i].from
		};

		stratum2_dialect.read(reader, &in, genesis_event, &g);
	}
	/* The last message's bytes are still there. */
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
	test_verdicts();
	test_verdicts_lost();
	test_midstream();
	test_resync();
	test_speaks();
	test_speaks_not();
	test_other_protocols();
	test_odd();
	test_limits();
	test_closed();
	test_genesis();
	return tap_end();
}
