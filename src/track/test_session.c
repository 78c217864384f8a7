#include "track/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "track/test_session_play.h"

/* Jobs, shares, verdicts, and a duplicate. */
static void test_proved(void)
{
	const uint32_t nonce = mined("a", 0, TRACK_EASY, "");
	const uint32_t other = mined("a", nonce + 1, TRACK_EASY, "");
	struct fact_share f;
	struct play p;

	play_begin(&p, NULL, 0);
	struct summary s = sum_up(&p);

	/* The dialect may yet turn out to be another. */
	OK(s.sessions == 1 && strcmp(s.dialect, "none") == 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_difficulty(&p, TRACK_EASY);
	send_job(&p, "a");
	const uint32_t first = send_share(&p, "a", nonce);

	send_share(&p, "a", nonce);
	send_share(&p, "a", other);
	send_share(&p, "b", nonce);
	send_verdict(&p, 0, true);
	send_verdict(&p, 1, false);
	send_verdict(&p, 0, false); /* given already */
	send_verdict(&p, 99, true); /* of no share */
	play_end(&p);
	s = sum_up(&p);
	OK(s.sessions == 1 && s.shares == 4 && s.jobs == 1 && s.workers == 2);
	OK(s.by_proof[FACT_PROVED] == 3 && s.by_proof[FACT_NO_JOB] == 1);
	OK(s.duplicate == 1 && s.accepted == 1 && s.rejected == 1);
	OK(strcmp(s.dialect, "stratum-v1") == 0);
	OK(strcmp(s.user_agent, "a/1") == 0);
	OK(s.session.algorithm == FACT_SHA256D);
	OK(s.session.extranonce1_source == FACT_SUBSCRIBE);
	OK(s.periods == 1 && fabs(s.seconds - 8) < 1e-6);
	OK(fabs(s.session.clock_offset + 4) < 1);
	OK(store_share_at(p.store, &f, s.session.id, first));
	OK(f.verdict == FACT_ACCEPTED && f.frame == first / 100);
	OK(!f.duplicate && f.has_job && fabs(f.difficulty / 1e-8 - 1) < 1e-9);
	store_close(p.store, NULL);
}

/* extranonce1, difficulty and mask hold from the next job, or at once. */
static void test_changes(void)
{
	const uint32_t easy = mined("a", 0, TRACK_EASY, TRACK_HARD);
	struct play p;

	play_begin(&p, NULL, 0);
	send_job(&p, "none");
	send_share(&p, "none", easy); /* extranonce1 not known */
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_job(&p, "no difficulty");
	send_share(&p, "no difficulty", easy);
	send_difficulty(&p, TRACK_HARD);
	send_job(&p, "a");
	send_share(&p, "a", easy); /* too easy */
	send_difficulty(&p, TRACK_EASY);
	send_share(&p, "a", easy); /* at once; the same header again */
	send_extranonce1(&p, TRACK_SPAN("\x08\0\0\x03"), true);
	send_share(&p, "a", easy); /* the old one holds for the old job */
	send_difficulty(&p, "nonsense");
	send_job(&p, "b");
	send_share(&p, "b", easy);
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.by_proof[FACT_NO_EXTRANONCE1] == 1);
	OK(s.by_proof[FACT_NO_DIFFICULTY] == 2);
	OK(s.by_proof[FACT_HIGH] == 1 && s.by_proof[FACT_PROVED] == 2);
	OK(s.at_once == 2 && s.duplicate == 3);
	OK(s.session.extranonce1_source == FACT_SET);
	store_close(p.store, NULL);
}

static void test_unreadable(void)
{
	struct event_job foreign = track_job("f");
	struct event_share share = track_share(0, "f", 1);
	struct play p;

	foreign.readable = false;
	play_begin(&p, NULL, 0);
	send_event(&p, (struct event){ .type = EVENT_JOB, .job = foreign });
	share.readable = false;
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	share.foreign = true;
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	send_event(&p, (struct event){ .type = EVENT_TALK });
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.jobs == 0 && s.periods == 0 && s.shares == 2);
	OK(s.by_proof[FACT_MALFORMED] == 1);
	OK(s.by_proof[FACT_UNSUPPORTED] == 1);
	store_close(p.store, NULL);
}

static void test_version_bits(void)
{
	struct event_share share = track_share(0, "a", 1);
	struct play p;

	play_begin(&p, NULL, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_difficulty(&p, "1e-20"); /* every hash meets it */
	send_job(&p, "a");
	share.has_version_bits = true;
	share.version_bits = 0x1fffe000; /* of no captured mask: BIP 320's */
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	send_event(&p, (struct event){ .type = EVENT_LOGIN,
				       .login = { .has_version_mask = true,
						  .version_mask = 0x2000 } });
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	share.version_bits = 0x2000;
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.by_proof[FACT_PROVED] == 2 && s.by_proof[FACT_MALFORMED] == 1);
	store_close(p.store, NULL);
}

/* One share under a difficulty, answered; as the store then has it. */
static struct fact_share judged(const char *difficulty, uint32_t nonce,
				bool accepted, double *own)
{
	struct fact_share f;
	struct play p;

	play_begin(&p, NULL, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_difficulty(&p, difficulty);
	send_job(&p, "a");
	const uint32_t at = send_share(&p, "a", nonce);

	send_verdict(&p, 0, accepted);
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(store_share_at(p.store, &f, s.session.id, at));
	const struct target t = target_of_hash(f.hash.p);

	*own = target_difficulty(&t, TARGET_SHA256D);
	/* What it points to goes with the store. */
	f.header = f.hash = f.target = (struct span){ NULL, 0 };
	store_close(p.store, NULL);
	return f;
}

/* A hash just above the target counts once the pool has accepted it. */
static void test_rounding(void)
{
	const uint32_t nonce = mined("a", 0, TRACK_EASY, "");
	struct fact_share f;
	char just[40], too_far[40];
	double own;

	f = judged(TRACK_EASY, nonce, true, &own);
	OK(f.proof == FACT_PROVED && !f.rounding);
	snprintf(just, sizeof(just), "%.17f", own * (1 + ldexp(1, -17)));
	snprintf(too_far, sizeof(too_far), "%.17f", own * (1 + ldexp(1, -13)));
	f = judged(just, nonce, true, &own);
	OK(f.proof == FACT_PROVED && f.rounding && f.difficulty == own);
	OK(f.algorithm == FACT_SHA256D && f.verdict == FACT_ACCEPTED);
	f = judged(just, nonce, false, &own);
	OK(f.proof == FACT_HIGH && !f.rounding && f.difficulty > own);
	f = judged(too_far, nonce, true, &own);
	OK(f.proof == FACT_HIGH && !f.rounding);
}

/* The second capture of one conversation begins where the first one ended. */
static void test_resumed(void)
{
	const uint32_t nonce = mined("a", 0, TRACK_EASY, "");
	const uint32_t other = mined("a", nonce + 1, TRACK_EASY, "");
	struct play p;
	struct why why;

	play_begin(&p, NULL, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_difficulty(&p, TRACK_EASY);
	send_job(&p, "a");
	send_share(&p, "a", nonce);
	play_end(&p);
	struct summary s = sum_up(&p);
	const struct fact_session before = s.session;
	struct store *store = p.store;

	/* Again the same: nothing changes. */
	play_begin(&p, store, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_difficulty(&p, TRACK_EASY);
	send_job(&p, "a");
	send_share(&p, "a", nonce);
	play_end(&p);
	s = sum_up(&p);
	OK(s.sessions == 1 && s.shares == 1 && s.duplicate == 0);
	OK(s.seconds == 1 && s.jobs == 1);

	/* What follows, captured alone, is proved with what went before. */
	play_begin(&p, store, 100);
	p.position = 8000;
	send_share(&p, "a", other);
	send_share(&p, "a", nonce); /* seen in the first capture */
	play_end(&p);
	s = sum_up(&p);
	OK(s.sessions == 1 && strcmp(s.session.id, before.id) == 0);
	OK(s.shares == 3 && s.by_proof[FACT_PROVED] == 3);
	OK(s.duplicate == 1);
	OK(store_close(store, &why) == ST_OK);
}

/* Lost bytes are time in which nothing was seen. */
static void test_gaps(void)
{
	struct play p;

	play_begin(&p, NULL, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_difficulty(&p, TRACK_EASY);
	send_job(&p, "a"); /* at 3 */
	session_gap(p.session, true, TRACK_TIME(5), TRACK_TIME(7));
	p.now = 7;
	send_share(&p, "a", 1); /* at 8 */
	session_gap(p.session, false, TRACK_TIME(10), TRACK_TIME(11));
	p.now = 19;
	send_share(&p, "lost", 1); /* at 20 */
	p.now = 29;
	send_job(&p, "c"); /* at 30 */
	p.now = 40;
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.periods == 3 && fabs(s.seconds - (2 + 3 + 10)) < 1e-6);
	store_close(p.store, NULL);
}

/* More of everything than is remembered. */
static void test_limits(void)
{
	const uint32_t nonce = mined("first", 0, TRACK_EASY, "");
	struct play p;
	char name[32];

	play_begin(&p, NULL, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_difficulty(&p, TRACK_EASY);
	send_job(&p, "first");
	for (int i = 0; i < RELATION_JOBS_MAX; i++) {
		snprintf(name, sizeof(name), "job %d", i);
		send_job(&p, name);
	}
	OK(session_jobs_dropped(p.session) == 1);
	send_share(&p, "first", nonce);
	send_share(&p, "job 0", nonce);
	for (int i = 0; i < 300; i++)
		send_share(&p, "no", 1);
	send_verdict(&p, 0, true); /* forgotten */
	send_verdict(&p, 301, true);
	send_event(&p, (struct event){
			       .type = EVENT_LOGIN,
			       .login = { .user_agent = { track_branch, 0 },
					  .worker = { track_branch, 0 } } });
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.by_proof[FACT_NO_JOB] == 301 && s.by_proof[FACT_PROVED] == 1);
	OK(s.accepted == 1);
	store_close(p.store, NULL);
}

int main(void)
{
	test_proved();
	test_changes();
	test_unreadable();
	test_version_bits();
	test_rounding();
	test_resumed();
	test_gaps();
	test_limits();
	return tap_end();
}
