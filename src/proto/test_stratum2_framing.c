/* What begins a conversation, and what it meets: noise, gaps, other protocols,
 * extensions, more of everything than there is room for. */
#include "proto/test_stratum2.h"

static struct script script; /* too large for the stack */

/* Noise before, between after a gap, and a frame that cannot be. */
static void test_resync(void)
{
	struct talk t;
	uint8_t noise[300];

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(i * i * 31 + i / 7);
	script_session(&script);
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
		/* The tail of one, then a whole one: it is looked at only where
		 * a piece begins. */
		wrong += speaks(&b, 5);
		/* Another frame does not begin behind it. */
		buf_add(&b, "abcdefghij", 10);
		wrong += speaks(&b, n);
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
		script_say(&script, 0, say_submit(1, 2, 3, NULL));
		script_piece(&script, 2);
		script_say(&script, 0, say_submit(1, 2, 3, NULL));
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

/* Openings that nobody answered make room for one that is. */
static void test_unanswered(void)
{
	struct talk t;

	for (uint32_t i = 0; i < STRATUM2_CHANNELS_MAX + 6; i++)
		script_say(&script, 0, say_open(i, "never", 0, true));
	script_say(&script, 0, say_open(1000, "late", 0, true));
	script_say(&script, 1, say_opened(1000, 3, 0, "P", 1, true));
	script_say(&script, 0, say_submit(3, 0, 1, "x"));
	talk_play(&t, &script, SIZE_MAX);
	OK(strstr(buf_str(&t.out), "share 0 worker=late"));
	talk_fini(&t);
	script_fini(&script);
}

/* An extension's message is passed over, wherever it is cut. */
static void test_extension(void)
{
	static const uint8_t frame[] = { 1, 0, 0,    6,    0,    0,
					 1, 0, 0x80, 0x1a, 0x18, 0 };
	uint64_t wrong = 0;

	script_say(&script, 0, say_submit(1, 1, 3, "e"));
	struct buf *b = script_piece(&script, 0);
	const struct stratum2_message next = say_submit(1, 2, 3, "f");

	buf_add(b, frame, sizeof(frame));
	stratum2_message_write(b, &next);
	for (size_t step = 1; step < 50; step++) {
		struct talk t;

		talk_play(&t, &script, step);
		wrong += !strstr(buf_str(&t.out), "en2=66");
		wrong += talk_state(&t).faults[DIALECT_FRAME] != 0;
		talk_fini(&t);
	}
	OK(wrong == 0);
	script_fini(&script);
}

int main(void)
{
	test_resync();
	test_speaks();
	test_speaks_not();
	test_other_protocols();
	test_odd();
	test_limits();
	test_unanswered();
	test_extension();
	return tap_end();
}
