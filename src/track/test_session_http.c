#include <math.h>
#include <string.h>

#include "coin/header.h"
#include "track/test_session_play.h"

/* Sessions by HTTP: they share a relation. */
struct web {
	struct store *store;
	struct relations *all;
	struct relation *relation[2];
	struct session *session[2];
	struct session_ends ends[2];
	int64_t row;
	uint32_t position;
	double now;
};

static void web_begin(struct web *w)
{
	*w = (struct web){ .store = store_open(NULL, STORE_CREATE, NULL),
			   .position = 100 };
	OK(store_input_begin(w->store, &w->row, "made up") == ST_OK);
	w->all = relations_new(w->store);
	for (uint16_t i = 0; i < 2; i++) {
		w->ends[i] = ends_at(0);
		w->ends[i].client.port = (uint16_t)(50000 + i);
		w->relation[i] = relations_get(w->all, &w->ends[i].client,
					       &w->ends[i].server);
		w->session[i] = session_new(w->store, &w->row, &w->ends[i],
					    w->relation[i]);
	}
}

static uint32_t web_event(struct web *w, int i, struct event e)
{
	w->position += 100;
	w->now += 1;
	e.ts = TRACK_TIME(w->now);
	e.frame = 1;
	e.position = w->position;
	session_event(w->session[i], &e);
	return w->position;
}

static void web_end(struct web *w)
{
	const struct session_state state = { .dialect = "getwork",
					     .carrier = "http",
					     .last = TRACK_TIME(w->now),
					     .client_end = 9000,
					     .server_end = 9000 };

	for (int i = 0; i < 2; i++) {
		session_free(w->session[i], &state);
		relations_put(w->relation[i]);
	}
	relations_free(w->all);
}

/* getwork: the root in the job, the header in the share. */
static uint8_t work_header[HEADER_SIZE];
static struct event_job work_of(const char *id, const char *difficulty)
{
	struct event_job job = track_job(id);
	struct target t;

	job.coinbase1 = job.coinbase2 = (struct span){ NULL, 0 };
	job.has_target = target_from_difficulty(
		&t, track_difficulty(difficulty), TARGET_SHA256D);
	target_write(job.target, &t);
	return job;
}

static struct event_share header_share(uint64_t number, const char *id,
				       uint32_t nonce)
{
	const struct event_job job = track_job(id);
	struct header h = { .version = job.version,
			    .time = job.ntime,
			    .nbits = job.nbits,
			    .nonce = nonce };
	struct event_share share = track_share(number, id, nonce);

	memcpy(h.previous, job.previous, 32);
	memcpy(h.merkle_root, track_branch, 32);
	header_write(work_header, &h);
	share.header = (struct span){ work_header, HEADER_SIZE };
	share.extranonce2 = (struct span){ NULL, 0 };
	return share;
}

static uint32_t header_mined(const char *id, uint32_t from)
{
	const struct event_job job = work_of(id, TRACK_EASY);
	const struct target t = target_of_hash(job.target);
	uint8_t hash[32];

	do {
		header_share(0, id, from++);
		share_hash(hash, work_header, TARGET_SHA256D);
	} while (!target_met(hash, &t));
	return from - 1;
}

/* Each session's id is found by its client's port. */
struct ids {
	char of[2][FACT_ID];
};

static bool on_id(void *context, const struct fact_session *f)
{
	struct ids *ids = context;

	memcpy(ids->of[f->client_port - 50000], f->id, FACT_ID);
	return true;
}

static void test_headers(void)
{
	const uint32_t nonce = header_mined("a", 0);
	const uint32_t other = header_mined("a", nonce + 1);
	struct event work = { .type = EVENT_JOB,
			      .job = work_of("a", TRACK_EASY) };
	struct event share = { .type = EVENT_SHARE };
	struct fact_share f;
	struct fact_job job;
	struct ids ids;
	struct web w;

	web_begin(&w);
	const uint32_t handed = web_event(&w, 0, work);

	share.share = header_share(0, "a", nonce);
	const uint32_t here = web_event(&w, 0, share);
	const uint32_t there = web_event(&w, 1, share);

	share.share = header_share(1, "unknown", other);
	const uint32_t unknown = web_event(&w, 1, share);

	web_end(&w);
	OK(store_sessions(w.store, on_id, &ids) == ST_OK);
	f = share_at(w.store, ids.of[0], here);
	OK(f.proof == FACT_PROVED && f.job_position == handed && !f.duplicate);
	/* Its job is copied into its session. */
	f = share_at(w.store, ids.of[1], there);
	OK(f.proof == FACT_PROVED && f.duplicate &&
	   f.job_position == there + FACT_SHOWN);
	OK(fabs(f.difficulty / 1e-8 - 1) < 1e-9);
	OK(store_job_at(w.store, &job, ids.of[1], there + FACT_SHOWN));
	OK(job.target.n == 32 && job.branches.n == 32 && job.coinbase1.n == 0);
	/* Of work that was not seen the header alone is known. */
	f = share_at(w.store, ids.of[1], unknown);
	OK(f.proof == FACT_NO_DIFFICULTY && f.hash.n == 32 && !f.target.n);
	OK(store_job_at(w.store, &job, ids.of[1], unknown + FACT_SHOWN));
	OK(job.target.n == 0 && job.nbits == TRACK_NBITS);
	OK(!store_job_at(w.store, &job, ids.of[0], there + FACT_SHOWN));
	store_close(w.store, NULL);
}

/* The same work handed out again with a harder target: the first one's holds
 * for what was found for it, also if another session had it. */
static void test_older_elsewhere(void)
{
	const uint32_t nonce = mined("a", 0, TRACK_EASY, TRACK_HARD);
	struct event job = { .type = EVENT_JOB, .job = track_job("a") };
	struct event login = { .type = EVENT_LOGIN,
			       .login = { .has_extranonce1 = true,
					  .extranonce1 = TRACK_EXTRANONCE1 } };
	struct fact_share f;
	struct fact_job kept;
	struct target t;
	struct ids ids;
	struct web w;

	web_begin(&w);
	for (int i = 0; i < 2; i++) {
		OK(target_from_difficulty(
			&t, track_difficulty(i ? TRACK_HARD : TRACK_EASY),
			TARGET_SHA256D));
		job.job.has_target = true;
		target_write(job.job.target, &t);
		web_event(&w, i, login);
		web_event(&w, i, job);
	}
	const uint32_t at = web_event(
		&w, 1,
		(struct event){ .type = EVENT_SHARE,
				.share = track_share(0, "a", nonce) });

	web_end(&w);
	OK(store_sessions(w.store, on_id, &ids) == ST_OK);
	f = share_at(w.store, ids.of[1], at);
	OK(f.proof == FACT_PROVED && f.job_position == at + FACT_SHOWN);
	OK(store_job_at(w.store, &kept, ids.of[1], at + FACT_SHOWN) &&
	   kept.target.n == 32);
	store_close(w.store, NULL);
}

/* A submitted block is held to what its template asked, wherever that was. */
static void test_blocks(void)
{
	struct event work = { .type = EVENT_JOB,
			      .job = work_of("t", TRACK_EASY) };
	struct event block = { .type = EVENT_JOB, .job = track_job("b") };
	struct event share = { .type = EVENT_SHARE };
	const struct event_job whole = track_job("b");
	const uint32_t nonce = track_mine(&whole, TRACK_EXTRANONCE1, 0,
					  TRACK_EASY, TRACK_HARD);
	static uint8_t coinbase[200];
	struct fact_share f;
	struct fact_job job;
	struct ids ids;
	struct web w;
	size_t n = 0;

	/* All of it in one piece: nothing is the session's. */
	memcpy(coinbase, whole.coinbase1.p, whole.coinbase1.n);
	n = whole.coinbase1.n;
	memcpy(coinbase + n, "\x08\0\0\x02\0\0\0\x01", 8);
	n += 8;
	memcpy(coinbase + n, whole.coinbase2.p, whole.coinbase2.n);
	n += whole.coinbase2.n;
	block.job.coinbase1 = (struct span){ coinbase, n };
	block.job.coinbase2 = (struct span){ NULL, 0 };
	block.job.submitted = true;
	web_begin(&w);
	web_event(&w, 0, work);
	w.position -= 100; /* job and share are of one message */
	const uint32_t shown = web_event(&w, 1, block);

	w.position -= 100;
	share.share = track_share(0, "b", nonce);
	share.share.extranonce2 = (struct span){ NULL, 0 };
	share.share.is_block = true;
	share.share.witness = BLOCK_WITNESS_GOOD;
	const uint32_t at = web_event(&w, 1, share);

	web_end(&w);
	OK(at == shown && store_sessions(w.store, on_id, &ids) == ST_OK);
	f = share_at(w.store, ids.of[1], at);
	OK(f.proof == FACT_PROVED && f.witness == FACT_WITNESS_GOOD);
	OK(fabs(f.difficulty / 1e-8 - 1) < 1e-9 &&
	   f.job_position == at + FACT_SHOWN);
	OK(store_job_at(w.store, &job, ids.of[1], at + FACT_SHOWN) &&
	   job.target.n == 32);
	store_close(w.store, NULL);
}

/* Nobody's word on extranonces reaches into another connection. */
static void test_apart(void)
{
	struct event job = { .type = EVENT_JOB, .job = track_job("a") };
	struct event login = { .type = EVENT_LOGIN,
			       .login = { .has_extranonce1 = true,
					  .extranonce1 = TRACK_EXTRANONCE1 } };
	struct fact_job kept;
	struct ids ids;
	struct web w;

	web_begin(&w);
	const uint32_t at = web_event(&w, 0, job);

	web_event(&w, 1, login);
	web_end(&w);
	OK(store_sessions(w.store, on_id, &ids) == ST_OK);
	OK(store_job_at(w.store, &kept, ids.of[0], at));
	OK(kept.extranonce1_source == FACT_UNKNOWN);
	store_close(w.store, NULL);
}

int main(void)
{
	test_headers();
	test_older_elsewhere();
	test_blocks();
	test_apart();
	return tap_end();
}
