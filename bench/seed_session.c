#include "bench/seed_session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hex.h"
#include "coin/address.h"
#include "coin/network.h"
#include "coin/target.h"

#define SECOND_NS      INT64_C(1000000000)
#define COINBASE_MAX   256
#define EXTRANONCE1    4
#define EXTRANONCE2    8
#define SUBMIT_BYTES   158 /* of a message */
#define ANSWER_BYTES   38
#define NOTIFY_BYTES   720
#define LOGIN_BYTES    260
#define GREETING_BYTES 310
#define REJECTED       0.01 /* of all shares */

/* What is kept while one is made. */
struct making {
	struct seed_place *place;
	struct fact_session session;
	struct fact_job job;
	struct fact_share share;
	struct buf coinbase1, coinbase2;
	uint8_t extranonce1[EXTRANONCE1], branches[64];
	uint8_t target[32];
	struct target bound;
	char worker[ADDRESS_TEXT + 8], job_id[12], difficulty_text[32];
	double difficulty;
	uint32_t machines, connection, height;
	uint32_t client_at, server_at; /* sequence numbers */
	uint64_t jobs, shares;
	double reward, chance; /* of the height: BTC; of one hash */
};

static struct span span_of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

/* Where in its day's file a packet would have been. */
static void cite(const struct making *m, int64_t *input, uint64_t *frame,
		 int64_t ns)
{
	const int day = seed_story_day(ns);
	const double part =
		(double)((ns - SEED_BEGIN) % SEED_DAY_NS) / (double)SEED_DAY_NS;

	*input = m->place->row[day];
	*frame = 1 + (uint64_t)(part * (double)m->place->story->packets[day]);
}

static void put_u32(struct buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		buf_u8(b, (uint8_t)(v >> i * 8));
}

/* BIP 34's height, a tag, room for both extranonces; one output. */
static void make_coinbase(struct making *m)
{
	static const uint8_t head[] = { 1, 0, 0, 0, 1 }, none[32];
	const struct span tag = span_of(SEED_POOL_TAG);
	const size_t script = 4 + 1 + tag.n + EXTRANONCE1 + EXTRANONCE2;
	const uint64_t reward = seed_story_reward(m->height);

	buf_clear(&m->coinbase1);
	buf_clear(&m->coinbase2);
	buf_add(&m->coinbase1, head, sizeof(head));
	buf_add(&m->coinbase1, none, sizeof(none));
	put_u32(&m->coinbase1, UINT32_MAX);
	buf_u8(&m->coinbase1, (uint8_t)script);
	put_u32(&m->coinbase1, 3 | m->height << 8);
	buf_u8(&m->coinbase1, (uint8_t)tag.n);
	buf_add(&m->coinbase1, tag.p, tag.n);
	put_u32(&m->coinbase2, UINT32_MAX);
	buf_u8(&m->coinbase2, 1);
	put_u32(&m->coinbase2, (uint32_t)reward);
	put_u32(&m->coinbase2, (uint32_t)(reward >> 32));
	buf_u8(&m->coinbase2, SEED_SCRIPT);
	buf_add(&m->coinbase2, m->place->script, SEED_SCRIPT);
	put_u32(&m->coinbase2, 0);
	m->reward = (double)reward / 1e8;
}

/* The next thing to work on; it is told when somebody found something for it,
 * or when it is the first. */
static enum status begin_job(struct making *m, int64_t ns, uint32_t height)
{
	struct seed_random r = { m->place->truth->seed ^ height };
	struct fact_job *f = &m->job;
	struct target network;

	m->height = height;
	make_coinbase(m);
	seed_random_bytes(&r, m->branches, sizeof(m->branches));
	snprintf(m->job_id, sizeof(m->job_id), "%x", height * 16);
	*f = (struct fact_job){
		.position = m->server_at,
		.time = { ns },
		.job_id = span_of(m->job_id),
		.extranonce1 = { m->extranonce1, EXTRANONCE1 },
		.extranonce1_source = FACT_SUBSCRIBE,
		.coinbase1 = buf_span(&m->coinbase1),
		.coinbase2 = buf_span(&m->coinbase2),
		.branches = { m->branches, sizeof(m->branches) },
		.version = 0x20000000,
		.ntime = (uint32_t)(ns / SECOND_NS),
		.clean = true,
		.difficulty = span_of(m->difficulty_text),
	};
	memcpy(f->session, m->session.id, FACT_ID);
	seed_story_previous(f->previous, height);
	if (!network_btc_nbits(&f->nbits, height) ||
	    !target_from_nbits(&network, f->nbits))
		return ST_BAD;
	m->chance = 1 / (target_difficulty(&network, TARGET_SHA256D) *
			 TARGET_HASHES);
	cite(m, &f->input, &f->frame, ns);
	m->server_at += NOTIFY_BYTES;
	return m->jobs++ == 0 ? store_job(m->place->store, f) : ST_OK;
}

/* Any number that meets the target is as likely as any other. */
static void draw_hash(struct making *m, uint8_t hash[32])
{
	const int top = 31 - (int)(target_bits(&m->bound) / 8);

	do {
		seed_random_bytes(&m->place->random, hash, 32);
		for (int i = 31; i > top; i--)
			hash[i] = 0;
	} while (!target_met(hash, &m->bound));
}

static void credit(struct making *m, struct seed_truth_day *day)
{
	struct seed_truth *t = m->place->truth;
	const struct ts when = m->share.time;

	day->shares++;
	day->work += m->difficulty;
	if (m->share.verdict == FACT_ACCEPTED) {
		day->accepted++;
		day->credited +=
			m->difficulty * TARGET_HASHES * m->chance * m->reward;
	}
	if (!ts_known(t->first) || when.ns < t->first.ns)
		t->first = when;
	if (!ts_known(t->last) || when.ns > t->last.ns)
		t->last = when;
}

/* Each machine has a part of the extranonce2 for its own. */
static enum status submit(struct making *m, int64_t ns)
{
	struct seed_random *r = &m->place->random;
	uint8_t hash[32], extranonce2[EXTRANONCE2];
	struct fact_share *f = &m->share;
	const uint32_t machine = (uint32_t)(seed_random_u64(r) % m->machines);

	draw_hash(m, hash);
	seed_random_bytes(r, extranonce2, sizeof(extranonce2));
	extranonce2[0] = (uint8_t)(machine >> 8);
	extranonce2[1] = (uint8_t)machine;
	*f = (struct fact_share){
		.position = m->client_at,
		.time = { ns },
		.worker = span_of(m->worker),
		.job_id = m->job.job_id,
		.has_job = true,
		.job_position = m->job.position,
		.extranonce2 = { extranonce2, sizeof(extranonce2) },
		.ntime = m->job.ntime +
			 (uint32_t)((ns - m->job.time.ns) / SECOND_NS),
		.nonce = (uint32_t)seed_random_u64(r),
		.proof = FACT_SIMULATED,
		.algorithm = FACT_SHA256D,
		.hash = { hash, sizeof(hash) },
		.difficulty = m->difficulty,
		.target = { m->target, sizeof(m->target) },
		.verdict = FACT_ACCEPTED,
	};
	if (seed_random_uniform(r) < REJECTED) {
		f->verdict = FACT_REJECTED;
		f->reason = span_of("stale");
	}
	memcpy(f->session, m->session.id, FACT_ID);
	cite(m, &f->input, &f->frame, ns);
	m->client_at += SUBMIT_BYTES;
	m->server_at += ANSWER_BYTES;
	m->shares++;
	credit(m, &m->place->truth->day[seed_story_day(ns)]);
	if (store_job(m->place->store, &m->job) != ST_OK)
		return ST_IO;
	return store_share(m->place->store, f);
}

/* While nothing changes: one job, one day, machines that work or stand. */
static enum status work(struct making *m, int64_t from, int64_t to)
{
	const double rate = m->machines * SEED_MACHINE_RATE;
	const double mean_ns = m->difficulty * TARGET_HASHES / rate * 1e9;
	const double hashes = rate * (double)(to - from) / 1e9;
	struct seed_truth_day *day =
		&m->place->truth->day[seed_story_day(from)];
	enum status st = ST_OK;
	double at = (double)from;

	day->hashes += hashes;
	day->expected += hashes * m->chance * m->reward;
	while (st == ST_OK) {
		at += mean_ns * seed_random_exponential(&m->place->random);
		if (at >= (double)to)
			break;
		st = submit(m, (int64_t)at);
	}
	return st;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static enum status live(struct making *m, int64_t from, int64_t to)
{
	const struct seed_story *story = m->place->story;
	enum status st = ST_OK;
	int64_t next;

	for (int64_t at = from; at < to && st == ST_OK; at = next) {
		const struct seed_outage *o = seed_story_outage(story, at);
		const bool off = o && at >= o->from;
		const uint32_t height = seed_story_height(story, at);

		next = earlier(to, story->found[height - SEED_FIRST_HEIGHT]);
		next = earlier(next, (seed_story_day(at) + 1) * SEED_DAY_NS +
					     SEED_BEGIN);
		if (o)
			next = earlier(next, off ? o->to : o->from);
		if (height != m->height)
			st = begin_job(m, at, height);
		if (st == ST_OK && !off)
			st = work(m, at, next);
	}
	return st;
}

static void set_difficulty(struct making *m, int64_t ns)
{
	snprintf(m->difficulty_text, sizeof(m->difficulty_text), "%.0f",
		 m->place->story->day[seed_story_day(ns)].difficulty);
	target_from_difficulty(&m->bound, span_of(m->difficulty_text),
			       TARGET_SHA256D);
	target_write(m->target, &m->bound);
	m->difficulty = target_difficulty(&m->bound, TARGET_SHA256D);
}

static void greet(struct making *m, int64_t from, int64_t to)
{
	struct seed_random *r = &m->place->random;
	struct fact_session *f = &m->session;
	uint8_t id[(FACT_ID - 1) / 2];

	seed_random_bytes(r, id, sizeof(id));
	seed_random_bytes(r, m->extranonce1, sizeof(m->extranonce1));
	*f = (struct fact_session){
		.dialect = "stratum-v1",
		.client_ip = seed_clients[m->connection % SEED_CLIENTS],
		.client_port = (uint16_t)(20000 + seed_random_u64(r) % 40000),
		.server_ip = SEED_POOL_IP,
		.server_port = SEED_POOL_PORT,
		.first = { from },
		.last = { to },
		.user_agent = SEED_AGENT,
		.host = SEED_POOL_HOST,
		.host_source = "subscribe",
		.carrier = "lines",
		.extranonce1 = { m->extranonce1, EXTRANONCE1 },
		.extranonce1_source = FACT_SUBSCRIBE,
		.difficulty = span_of(m->difficulty_text),
		.algorithm = FACT_SHA256D,
		.from_start = true,
		.client_first = (uint32_t)seed_random_u64(r),
		.server_first = (uint32_t)seed_random_u64(r),
		.clock_offset = 0,
	};
	hex_text(f->id, id, sizeof(id));
	m->client_at = f->client_first + 1 + LOGIN_BYTES;
	m->server_at = f->server_first + 1 + GREETING_BYTES;
	f->client_end = m->client_at;
	f->server_end = m->server_at;
	snprintf(m->worker, sizeof(m->worker), "%s.p%u",
		 m->place->truth->account,
		 (unsigned)(m->connection % SEED_CLIENTS + 1));
}

static enum status part(struct making *m)
{
	struct fact_session *f = &m->session;
	struct fact_period period = { .from = f->first,
				      .to = f->last,
				      .difficulty = m->difficulty };

	f->client_end = m->client_at;
	f->server_end = m->server_at;
	f->client_bytes = f->client_end - f->client_first - 1;
	f->server_bytes = f->server_end - f->server_first - 1;
	f->client_packets = m->shares + 2;
	f->server_packets = m->shares + m->jobs + 3;
	memcpy(period.session, f->id, FACT_ID);
	m->place->truth->contacts += m->shares == 0;
	if (store_period(m->place->store, &period) != ST_OK)
		return ST_IO;
	return store_session(m->place->store, f);
}

enum status seed_session_make(struct seed_place *p, uint32_t connection,
			      uint32_t machines, int64_t from, int64_t to)
{
	struct making m = { .place = p,
			    .machines = machines,
			    .connection = connection };
	enum status st;

	buf_init(&m.coinbase1, COINBASE_MAX);
	buf_init(&m.coinbase2, COINBASE_MAX);
	set_difficulty(&m, from);
	greet(&m, from, to);
	p->truth->day[seed_story_day(from)].sessions++;
	st = store_session(p->store, &m.session);
	if (st == ST_OK)
		st = store_worker(p->store, m.session.id, span_of(m.worker));
	if (st == ST_OK)
		st = live(&m, from, to);
	if (st == ST_OK)
		st = part(&m);
	buf_fini(&m.coinbase1);
	buf_fini(&m.coinbase2);
	return st;
}
