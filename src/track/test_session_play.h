/* test_session_play - one conversation, played to a session event by event. */
#ifndef TRACK_TEST_SESSION_PLAY_H
#define TRACK_TEST_SESSION_PLAY_H

#include <stdio.h>
#include <string.h>

#include "test/tap.h"
#include "track/relations.h"
#include "track/session.h"
#include "track/test_track_sample.h"

/* One conversation, and what the store then holds of it. */
struct play {
	struct store *store;
	struct session *session;
	int64_t row;
	struct session_state state;
	double now;
	uint32_t position;
	uint64_t shares;
};

static inline struct session_ends ends_at(double now)
{
	struct session_ends ends = { .from_start = true,
				     .client_first = 1000,
				     .server_first = 2000,
				     .first = TRACK_TIME(now) };

	ends.client.ip[15] = 1;
	ends.client.port = 50000;
	ends.server.ip[15] = 2;
	ends.server.port = 3333;
	return ends;
}

static inline void play_begin(struct play *p, struct store *store, double now)
{
	const struct session_ends ends = ends_at(now);
	struct why why;

	*p = (struct play){ .store = store, .now = now, .position = 5000 };
	if (!store)
		p->store = store_open(NULL, STORE_CREATE, &why);
	OK(store_input_begin(p->store, &p->row, "made up") == ST_OK);
	p->session = session_new(p->store, &p->row, &ends, NULL);
}

/* Ends the session; the store stays. */
static inline void play_end(struct play *p)
{
	p->state.dialect = "stratum-v1";
	p->state.last = TRACK_TIME(p->now);
	p->state.client_end = 9000;
	p->state.server_end = 9000;
	session_free(p->session, &p->state);
	p->session = NULL;
}

static inline uint32_t send_event(struct play *p, struct event e)
{
	p->position += 100;
	p->now += 1;
	e.ts = TRACK_TIME(p->now);
	e.frame = p->position / 100;
	e.position = p->position;
	session_event(p->session, &e);
	return p->position;
}

static inline void send_extranonce1(struct play *p, struct span value, bool set)
{
	send_event(p,
		   (struct event){ .type = EVENT_LOGIN,
				   .login = { .user_agent = TRACK_SPAN("a/1"),
					      .worker = TRACK_SPAN("w"),
					      .has_extranonce1 = true,
					      .extranonce1_set = set,
					      .extranonce1 = value } });
}

static inline void send_difficulty(struct play *p, const char *text)
{
	send_event(p,
		   (struct event){ .type = EVENT_DIFFICULTY,
				   .difficulty = { .decimal = track_difficulty(
							   text) } });
}

static inline void send_job(struct play *p, const char *id)
{
	send_event(p,
		   (struct event){ .type = EVENT_JOB, .job = track_job(id) });
}

static inline uint32_t send_share(struct play *p, const char *id,
				  uint32_t nonce)
{
	return send_event(p, (struct event){ .type = EVENT_SHARE,
					     .share = track_share(p->shares++,
								  id, nonce) });
}

static inline void send_verdict(struct play *p, uint64_t number, bool accepted)
{
	send_event(p, (struct event){
			      .type = EVENT_VERDICT,
			      .verdict = { .number = number,
					   .accepted = accepted,
					   .reason = TRACK_SPAN("why") } });
}

struct summary {
	struct fact_session session;
	char dialect[32], user_agent[32];
	size_t sessions, shares, jobs, workers, periods;
	double seconds;
	uint64_t by_proof[FACT_PROOFS], accepted, rejected, duplicate, at_once;
};

static inline bool on_session(void *context, const struct fact_session *f)
{
	struct summary *s = context;

	s->session = *f;
	snprintf(s->dialect, sizeof(s->dialect), "%s",
		 f->dialect ? f->dialect : "none");
	snprintf(s->user_agent, sizeof(s->user_agent), "%s",
		 f->user_agent ? f->user_agent : "none");
	s->sessions++;
	return true;
}

static inline bool on_share(void *context, const struct fact_share *f)
{
	struct summary *s = context;

	s->shares++;
	s->by_proof[f->proof]++;
	s->accepted += f->verdict == FACT_ACCEPTED;
	s->rejected += f->verdict == FACT_REJECTED;
	s->duplicate += f->duplicate;
	s->at_once += f->at_once;
	return true;
}

static inline bool on_job(void *context, const struct fact_job *f)
{
	struct summary *s = context;

	s->jobs += f->input > 0;
	return true;
}

static inline bool on_worker(void *context, struct span name)
{
	struct summary *s = context;

	s->workers += name.n > 0;
	return true;
}

static inline bool on_period(void *context, const struct fact_period *f)
{
	struct summary *s = context;

	s->periods++;
	s->seconds += ts_seconds(f->from, f->to);
	return true;
}

static inline struct summary sum_up(struct play *p)
{
	struct summary s = { .sessions = 0 };

	OK(store_sessions(p->store, on_session, &s) == ST_OK);
	OK(store_shares(p->store, NULL, on_share, &s) == ST_OK);
	OK(store_jobs(p->store, NULL, on_job, &s) == ST_OK);
	OK(store_workers(p->store, NULL, on_worker, &s) == ST_OK);
	OK(store_periods(p->store, NULL, on_period, &s) == ST_OK);
	return s;
}

static inline uint32_t mined(const char *id, uint32_t from, const char *met,
			     const char *missed)
{
	const struct event_job job = track_job(id);

	return track_mine(&job, TRACK_EXTRANONCE1, from, met, missed);
}

static inline struct fact_share share_at(struct store *s, const char *id,
					 uint32_t at)
{
	struct fact_share f = { .proof = FACT_PROOFS };

	OK(store_share_at(s, &f, id, at));
	return f;
}

#endif /* TRACK_TEST_SESSION_PLAY_H */
