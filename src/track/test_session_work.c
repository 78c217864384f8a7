#include <string.h>

#include "track/test_session_play.h"

static void send_target(struct play *p, const char *difficulty)
{
	struct event e = { .type = EVENT_DIFFICULTY,
			   .difficulty = { .has_target = true } };
	struct target t;

	OK(target_from_difficulty(&t, track_difficulty(difficulty),
				  TARGET_SHA256D));
	target_write(e.difficulty.target, &t);
	send_event(p, e);
}

/* A target in place of a difficulty, and either again. */
static void test_targets(void)
{
	const uint32_t easy = mined("a", 0, TRACK_EASY, TRACK_HARD);
	struct play p;
	struct fact_job job;

	play_begin(&p, NULL, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_target(&p, TRACK_HARD);
	send_job(&p, "a");
	const uint32_t at = p.position;

	send_share(&p, "a", easy); /* too easy */
	send_target(&p, TRACK_EASY);
	send_share(&p, "a", easy); /* at once */
	send_job(&p, "b");
	send_share(&p, "b", easy);
	send_difficulty(&p, TRACK_HARD);
	send_share(&p, "b", easy); /* its job's still holds */
	send_job(&p, "c");
	send_share(&p, "c", easy);
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.by_proof[FACT_HIGH] == 2 && s.by_proof[FACT_PROVED] == 3);
	OK(s.at_once == 1 && s.duplicate == 4 && s.periods == 3);
	OK(store_job_at(p.store, &job, s.session.id, at));
	OK(job.target.n == 32 && job.difficulty.n == 0);
	store_close(p.store, NULL);
}

/* Claimed hashes: fit, do not fit, lie just above; a claim that is accepted
 * stays one. Who submits is who logged in. */
static void test_claimed(void)
{
	struct event_job job = { .id = TRACK_SPAN("m"),
				 .readable = true,
				 .work = EVENT_CLAIMED,
				 .coinbase1 = TRACK_SPAN("a blob"),
				 .has_target = true,
				 .height = 3000000,
				 .algorithm = TRACK_SPAN("rx/0") };
	struct event_share share = { .job_id = TRACK_SPAN("m"),
				     .readable = true,
				     .has_result = true };
	struct fact_share f;
	struct fact_job kept;
	struct play p;

	memset(job.target, 0xff, 28); /* a byte of zeros and three of 1s */
	job.target[28] = job.target[29] = job.target[30] = 0xff;
	play_begin(&p, NULL, 0);
	send_event(&p, (struct event){
			       .type = EVENT_LOGIN,
			       .login = { .worker = TRACK_SPAN("48edf") } });
	const uint32_t job_at =
		send_event(&p, (struct event){ .type = EVENT_JOB, .job = job });

	memcpy(share.result, job.target, 32);
	const uint32_t fits = send_event(
		&p, (struct event){ .type = EVENT_SHARE, .share = share });

	share.number = 1;
	share.result[31] = 1;
	memset(share.result, 0, 31); /* the next number */
	const uint32_t nearly = send_event(
		&p, (struct event){ .type = EVENT_SHARE, .share = share });

	share.number = 2;
	share.result[31] = 0xff;
	const uint32_t far = send_event(
		&p, (struct event){ .type = EVENT_SHARE, .share = share });

	share.number = 3;
	share.has_result = false;
	const uint32_t nothing = send_event(
		&p, (struct event){ .type = EVENT_SHARE, .share = share });

	for (uint64_t i = 0; i < 4; i++)
		send_verdict(&p, i, true);
	send_event(&p, (struct event){ .type = EVENT_RATE, .rate = { 1234 } });
	send_event(&p, (struct event){ .type = EVENT_RATE, .rate = { 1500 } });
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.session.algorithm == FACT_CRYPTONIGHT);
	OK(s.session.reported_rate == 1500);
	f = share_at(p.store, s.session.id, fits);
	OK(f.proof == FACT_CLAIMED && f.difficulty == 256 && !f.rounding);
	OK(f.worker.n == 5 && memcmp(f.worker.p, "48edf", 5) == 0);
	f = share_at(p.store, s.session.id, nearly);
	OK(f.proof == FACT_CLAIMED && f.rounding);
	f = share_at(p.store, s.session.id, far);
	OK(f.proof == FACT_HIGH && f.verdict == FACT_ACCEPTED);
	f = share_at(p.store, s.session.id, nothing);
	OK(f.proof == FACT_MALFORMED && f.hash.n == 0);
	OK(store_job_at(p.store, &kept, s.session.id, job_at));
	OK(kept.height == 3000000 && kept.variant.n == 4);
	OK(s.periods == 1 && s.by_proof[FACT_PROVED] == 0);
	store_close(p.store, NULL);
}

/* Equihash: what is no solution is told as that; a nonce of another length as
 * malformed. */
static void test_equihash(void)
{
	static const uint8_t roots[64], solution[1344], nonce2[28];
	struct event_job job = { .id = TRACK_SPAN("z"),
				 .readable = true,
				 .work = EVENT_EQUIHASH,
				 .branches = { roots, sizeof(roots) },
				 .version = 4,
				 .nbits = 0x1f07ffff,
				 .ntime = 1495012320 };
	struct event_share share = { .job_id = TRACK_SPAN("z"),
				     .readable = true,
				     .extranonce2 = { nonce2, 28 },
				     .ntime = 1495012320,
				     .solution = { solution, 1344 } };
	struct play p;

	play_begin(&p, NULL, 0);
	send_extranonce1(&p, TRACK_EXTRANONCE1, false);
	send_target(&p, TRACK_EASY);
	send_event(&p, (struct event){ .type = EVENT_JOB, .job = job });
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	share.extranonce2.n = 27;
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	share.extranonce2.n = 28;
	share.solution.n = 1343;
	send_event(&p, (struct event){ .type = EVENT_SHARE, .share = share });
	play_end(&p);
	const struct summary s = sum_up(&p);

	OK(s.by_proof[FACT_NO_SOLUTION] == 1);
	OK(s.by_proof[FACT_MALFORMED] == 2);
	OK(s.session.algorithm == FACT_EQUIHASH);
	store_close(p.store, NULL);
}

int main(void)
{
	test_targets();
	test_claimed();
	test_equihash();
	return tap_end();
}
