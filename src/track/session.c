#include "track/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/map.h"
#include "base/mem.h"
#include "hash/sha256d.h"
#include "track/session_private.h"

/* The same conversation gets the same id, whoever captured it and whenever. */
static void make_id(char id[FACT_ID], const struct session_ends *ends)
{
	uint8_t raw[45], hash[32];
	const uint32_t first[2] = { ends->client_first, ends->server_first };

	memcpy(raw, ends->client.ip, 16);
	memcpy(raw + 16, ends->server.ip, 16);
	raw[32] = (uint8_t)(ends->client.port >> 8);
	raw[33] = (uint8_t)ends->client.port;
	raw[34] = (uint8_t)(ends->server.port >> 8);
	raw[35] = (uint8_t)ends->server.port;
	for (size_t i = 0; i < 8; i++)
		raw[36 + i] = (uint8_t)(first[i / 4] >> (i % 4 * 8));
	raw[44] = ends->from_start;
	sha256d(hash, raw, sizeof(raw));
	hex_text(id, hash, (FACT_ID - 1) / 2);
}

static void replace(struct buf *b, struct span with)
{
	buf_clear(b);
	buf_add(b, with.p, with.n);
}

/* What the next job will have, where this capture begins behind all that is
 * known. */
static void resume_state(struct session *s, const struct fact_session *old)
{
	replace(&s->extranonce1, old->extranonce1);
	s->extranonce1_source = old->extranonce1_source;
	replace(&s->difficulty, old->difficulty);
	if (old->version_mask)
		s->version_mask = old->version_mask;
}

/* And what its jobs had, where it does not. */
static bool resume_job(void *context, const struct fact_job *f)
{
	struct session *s = context;

	/* Only what lies before this capture is its past. */
	if (f->time.ns >= s->ends.first.ns)
		return true;
	jobs_add(&s->relation->jobs, f);
	if (f->extranonce1_source != FACT_UNKNOWN) {
		replace(&s->extranonce1, f->extranonce1);
		s->extranonce1_source = f->extranonce1_source;
	}
	if (f->difficulty.n > 0)
		replace(&s->difficulty, f->difficulty);
	return true;
}

static bool resume_share(void *context, const struct fact_share *f)
{
	struct session *s = context;

	relation_hash_seen(s->relation, f->hash, s->id, f->position);
	if (f->has_version_bits)
		s->version_mask = f->version_mask;
	return true;
}

/* A conversation that the case holds already goes on where it stopped. */
static void resume(struct session *s)
{
	struct fact_session key = { 0 }, old;

	key.client_ip = s->client_ip;
	key.server_ip = s->server_ip;
	key.client_port = s->ends.client.port;
	key.server_port = s->ends.server.port;
	key.from_start = s->ends.from_start;
	key.client_first = key.client_end = s->ends.client_first;
	key.server_first = key.server_end = s->ends.server_first;
	key.first = key.last = s->ends.first;
	if (!store_join(s->store, &old, &key))
		return;
	/* What is lent by the store is good until it is asked again. */
	const uint32_t old_end = old.client_end;
	const struct ts old_last = old.last;

	memcpy(s->id, old.id, FACT_ID);
	s->algorithm = old.algorithm;
	store_jobs(s->store, s->id, resume_job, s);
	store_shares(s->store, s->id, resume_share, s);
	if (old_last.ns <= s->ends.first.ns && store_join(s->store, &old, &key))
		resume_state(s, &old);
	const struct fact_job *latest = jobs_newest(&s->relation->jobs);

	if (!latest || strcmp(latest->session, s->id) != 0 ||
	    old_end != s->ends.client_first)
		return;
	/* No byte of the miner lies between the captures: it was observed all
	 * the time, unless a job is missing, which its next share will tell. */
	relation_job(s->relation, s->id, old_last,
		     session_difficulty(s, latest));
	relation_doubt(s->relation, old_last);
}

struct session *session_new(struct store *store, const int64_t *rows,
			    const struct session_ends *ends,
			    struct relation *relation)
{
	struct session *s = mem_new(1, sizeof(*s));
	/* Which dialect it is may show later: what is stored first stays. */
	const struct session_state none = { .last = ends->first,
					    .client_end = ends->client_first,
					    .server_end = ends->server_first };

	s->store = store;
	s->rows = rows;
	s->ends = *ends;
	s->version_mask = SESSION_MASK_UNKNOWN;
	endpoint_ip_text(s->client_ip, &ends->client);
	endpoint_ip_text(s->server_ip, &ends->server);
	make_id(s->id, ends);
	buf_init(&s->user_agent, SESSION_TEXT_MAX);
	buf_init(&s->server_agent, SESSION_TEXT_MAX);
	buf_init(&s->host, SESSION_TEXT_MAX);
	buf_init(&s->extranonce1, EVENT_EXTRANONCE1_MAX);
	buf_init(&s->difficulty, 64);
	buf_init(&s->worker, SESSION_TEXT_MAX);
	s->workers = map_new(SESSION_WORKERS_MAX, 0);
	s->own_relation = !relation;
	s->relation =
		relation ? relation : relation_new(store, RELATION_BYTES_MAX);
	store_hold(store); /* what it lends is looked at */
	resume(s);
	store_release(store);
	session_write(s, &none);
	return s;
}

static int compare_doubles(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double clock_offset(struct session *s)
{
	if (s->num_offsets == 0)
		return NAN;
	qsort(s->offset, s->num_offsets, sizeof(s->offset[0]), compare_doubles);
	return s->offset[s->num_offsets / 2];
}

void session_write(struct session *s, const struct session_state *state)
{
	struct fact_session f = { 0 };

	memcpy(f.id, s->id, FACT_ID);
	f.dialect = state->dialect;
	f.client_ip = s->client_ip;
	f.server_ip = s->server_ip;
	f.client_port = s->ends.client.port;
	f.server_port = s->ends.server.port;
	f.first = s->ends.first;
	f.last = state->last;
	f.user_agent = s->user_agent.n ? buf_str(&s->user_agent) : NULL;
	f.server_agent = s->server_agent.n ? buf_str(&s->server_agent) : NULL;
	f.host = s->host.n ? buf_str(&s->host) : state->tls_host;
	f.host_source = s->host.n         ? s->host_source
			: state->tls_host ? "tls"
					  : NULL;
	f.server_name = state->server_name;
	f.carrier = state->carrier;
	f.tls_version = state->tls_version;
	f.tls_alpn = state->tls_alpn;
	f.tls_names = state->tls_names;
	f.ja3 = state->ja3;
	f.ja4 = state->ja4;
	f.extranonce1 = buf_span(&s->extranonce1);
	f.extranonce1_source = s->extranonce1_source;
	f.difficulty = buf_span(&s->difficulty);
	f.version_mask = s->version_mask;
	f.algorithm = s->algorithm;
	f.from_start = s->ends.from_start;
	/* One side may have been silent when the session began. */
	f.client_first = s->ends.client_first ? s->ends.client_first
					      : state->client_first;
	f.client_end = state->client_end;
	f.server_first = s->ends.server_first ? s->ends.server_first
					      : state->server_first;
	f.server_end = state->server_end;
	f.client_bytes = state->client_bytes;
	f.server_bytes = state->server_bytes;
	f.client_packets = state->client_packets;
	f.server_packets = state->server_packets;
	f.gaps = state->gaps;
	f.lost = state->lost;
	f.malformed = state->malformed;
	f.replies_unmatched = state->replies_unmatched;
	f.other_calls = state->other_calls;
	f.reported_rate = s->reported_rate;
	f.clock_offset = clock_offset(s);
	store_session(s->store, &f);
}

void session_free(struct session *s, const struct session_state *state)
{
	if (!s)
		return;
	if (s->own_relation)
		relation_free(s->relation, state->last);
	session_write(s, state);
	buf_fini(&s->user_agent);
	buf_fini(&s->server_agent);
	buf_fini(&s->host);
	buf_fini(&s->extranonce1);
	buf_fini(&s->difficulty);
	buf_fini(&s->worker);
	map_free(s->workers);
	free(s->open);
	free(s);
}

void session_gap(struct session *s, bool by_client, struct ts from,
		 struct ts to)
{
	if (by_client)
		relation_hole(s->relation, from, to);
	else
		relation_doubt(s->relation, from);
}

static void worker_seen(struct session *s, struct span name)
{
	bool fresh = false;

	if (name.n == 0 || name.n > SESSION_TEXT_MAX)
		return;
	if (map_put(s->workers, name, &fresh) && fresh)
		store_worker(s->store, s->id, name);
}

static void on_login(struct session *s, const struct event_login *login)
{
	const bool unknown = s->extranonce1_source == FACT_UNKNOWN;

	if (login->user_agent.n > 0)
		replace(&s->user_agent, login->user_agent);
	if (login->server_agent.n > 0)
		replace(&s->server_agent, login->server_agent);
	if (login->host.n > 0)
		replace(&s->host, login->host);
	if (login->host.n > 0)
		s->host_source = login->host_source;
	if (login->worker.n > 0)
		replace(&s->worker, login->worker);
	worker_seen(s, login->worker);
	if (login->has_extranonce1) {
		replace(&s->extranonce1, login->extranonce1);
		s->extranonce1_source =
			login->extranonce1_set ? FACT_SET : FACT_SUBSCRIBE;
		if (unknown && !login->extranonce1_set && s->ends.from_start)
			session_complete_jobs(s);
	}
	if (login->has_version_mask)
		s->version_mask = login->version_mask;
}

static void on_difficulty(struct session *s, const struct event_difficulty *d)
{
	replace(&s->difficulty, d->decimal);
	s->has_target = d->has_target;
	if (d->has_target)
		memcpy(s->target, d->target, sizeof(s->target));
}

void session_event(struct session *s, const struct event *e)
{
	switch (e->type) {
	case EVENT_LOGIN:
		on_login(s, &e->login);
		break;
	case EVENT_DIFFICULTY:
		on_difficulty(s, &e->difficulty);
		break;
	case EVENT_JOB:
		session_job(s, e);
		break;
	case EVENT_SHARE:
		worker_seen(s, e->share.worker);
		session_share(s, e);
		break;
	case EVENT_VERDICT:
		session_verdict(s, e);
		break;
	case EVENT_RATE:
		s->reported_rate = e->rate.hashes_per_s;
		break;
	case EVENT_ANNOUNCE:
	case EVENT_TALK:
		break;
	}
}

const char *session_id(const struct session *s)
{
	return s->id;
}

uint64_t session_held(const struct session *s)
{
	const uint64_t bytes = s->relation->jobs.bytes;

	return s->own_relation ? bytes : bytes / s->relation->sessions;
}

uint64_t session_jobs_dropped(const struct session *s)
{
	return s->own_relation ? s->relation->jobs.dropped : 0;
}
