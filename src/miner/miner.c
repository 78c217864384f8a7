#include "miner/miner.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "hash/nonces.h"
#include "miner/miner_private.h"
#include "miner/miner_wait.h"

#define TICK_MS 100
#define RATE_MS 5000
/* A server that gave work for so long is as good as one that judged. */
#define USEFUL_MS 60000

static const struct miner_source *kind_of(const struct miner_url *url)
{
	return url->http ? &miner_http_source : &miner_stratum_source;
}

/* Chance enough for a pause. */
static uint64_t chance(const struct miner *m)
{
	return (uint64_t)m->now_ms * UINT64_C(0x9e3779b97f4a7c15) >> 20 ^
	       (uint64_t)getpid();
}

static void connect_next(struct miner *m)
{
	const struct miner_url *url = &m->o->url[m->url];

	if (m->redirected)
		url = &m->redirect;
	m->source_jobs = m->source_verdicts = 0;
	m->source_ms = m->now_ms;
	m->source = kind_of(url);
	m->at = m->source->open(m, url);
	m->redirected = false;
}

static void give_up_pending(struct miner *m)
{
	const struct miner_judged j = { .submitted = true };

	for (size_t i = 0; i < m->num_pending; i++) {
		m->totals.unanswered++;
		miner_log_share(&m->log, m->o->user, &m->pending[i].find, &j);
		miner_work_put(m->pending[i].find.work);
	}
	m->num_pending = 0;
}

static void close_source(struct miner *m)
{
	if (!m->source)
		return;
	m->source->close(m->at);
	m->source = NULL;
	m->at = NULL;
	miner_source_rest(m);
	give_up_pending(m);
}

/* It judged shares, or gave work for a while. */
static bool was_useful(const struct miner *m)
{
	return m->source_verdicts > 0 ||
	       (m->source_jobs > 0 && m->now_ms - m->source_ms >= USEFUL_MS);
}

/* One that was of use is tried again; of the others the next in turn, with a
 * longer pause each time all were tried. */
static void plan_next(struct miner *m, bool useful)
{
	if (useful) {
		m->failures = 0;
		m->next_try_ms = m->now_ms + miner_wait_ms(1, chance(m));
		return;
	}
	m->session[0] = '\0';
	m->url = (m->url + 1) % m->o->num_urls;
	if (m->url > 0)
		return;
	m->failures++;
	m->next_try_ms = m->now_ms + miner_wait_ms(m->failures, chance(m));
}

static void source_over(struct miner *m)
{
	const char *url = m->o->url[m->url].text;
	const bool redirected = m->redirected;

	miner_tell(m, "%s: %s", url, m->source->words(m->at));
	miner_log_connection(&m->log, "over", url, m->source->words(m->at));
	const bool useful = was_useful(m);

	close_source(m);
	if (!redirected)
		plan_next(m, useful);
}

static void discard(struct miner *m, const struct miner_find *f)
{
	const struct miner_judged j = { .submitted = false };

	m->totals.discarded++;
	miner_log_share(&m->log, m->o->user, f, &j);
	miner_work_put(f->work);
}

static void count_find(struct miner *m, const struct miner_find *f)
{
	struct target t;

	m->totals.found++;
	m->totals.blocks += target_from_nbits(&t, f->work->parts.job.nbits) &&
			    target_met(f->hash, &t);
}

static void submit(struct miner *m, const struct miner_find *f)
{
	struct miner_pending *p = &m->pending[m->num_pending];

	count_find(m, f);
	if (f->work->parts.epoch != m->epoch ||
	    !m->source->submit(m->at, &p->key, f)) {
		discard(m, f);
		return;
	}
	p->find = *f;
	m->num_pending++;
}

/* Without a server what is found is of no use to anyone. */
static void take_finds(struct miner *m)
{
	struct miner_find f;

	miner_crew_calm(m->crew);
	while (!m->source || (m->num_pending < MINER_PENDING_MAX &&
			      m->source->is_ready(m->at))) {
		if (!miner_crew_take(m->crew, &f))
			return;
		if (m->source) {
			submit(m, &f);
			continue;
		}
		count_find(m, &f);
		discard(m, &f);
	}
}

static void wait_for_news(struct miner *m)
{
	struct pollfd p[1 + MINER_SOURCE_FDS] = {
		{ .fd = miner_crew_fd(m->crew), .events = POLLIN }
	};
	size_t n = 1;

	if (m->source) {
		n += m->source->poll(m->at, p + 1);
		/* What nobody could take now shall not keep us awake. */
		if (!m->source->is_ready(m->at) ||
		    m->num_pending == MINER_PENDING_MAX)
			p[0].events = 0;
	}
	poll(p, (nfds_t)n, TICK_MS);
	m->now_ms = miner_clock_ms();
}

static void turn(struct miner *m)
{
	if (!m->source && m->now_ms >= m->next_try_ms)
		connect_next(m);
	wait_for_news(m);
	if (m->source && !m->source->step(m->at, m->now_ms))
		source_over(m);
	take_finds(m);
	if (m->now_ms - m->rate_ms >= RATE_MS)
		miner_tell_rate(m, false);
}

static double seconds_of(const struct miner *m)
{
	return (double)(m->now_ms - m->began_ms) / 1000;
}

static bool is_time(const struct miner *m)
{
	return *m->o->stop ||
	       (m->o->time_s > 0 && seconds_of(m) >= m->o->time_s);
}

static bool has_failed(const struct miner *m)
{
	return m->o->retries > 0 && m->failures >= m->o->retries &&
	       !m->source && !m->redirected;
}

static bool is_over(const struct miner *m)
{
	return is_time(m) || has_failed(m) ||
	       (m->o->shares > 0 && m->totals.accepted >= m->o->shares);
}

static void stop_hashing(struct miner *m)
{
	miner_crew_stop(m->crew);
	m->now_ms = miner_clock_ms();
	m->totals.seconds = seconds_of(m);
	if (m->working)
		m->totals.work_seconds +=
			(double)(m->now_ms - m->work_ms) / 1000;
	m->working = false;
	for (unsigned i = 0; i < m->o->threads; i++)
		m->totals.hashes += miner_crew_hashes(m->crew, i);
	miner_tell_rate(m, true);
}

/* The last shares go out, and their answers come in, or not in time. */
static void flush(struct miner *m)
{
	const int64_t end = m->now_ms + MINER_FLUSH_MS;

	take_finds(m);
	while (m->source && m->num_pending > 0 && m->now_ms < end) {
		wait_for_news(m);
		if (!m->source->step(m->at, m->now_ms))
			source_over(m);
		take_finds(m);
	}
	close_source(m);
	take_finds(m);
}

static uint64_t processor_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void init(struct miner *m, const struct miner_options *o)
{
	*m = (struct miner){ .o = o };
	m->now_ms = m->began_ms = m->rate_ms = miner_clock_ms();
	m->rate_hashes = mem_new(o->threads, sizeof(m->rate_hashes[0]));
	snprintf(m->agent, sizeof(m->agent), "assay/%s", o->version);
	nonces_choose(processor_time);
	miner_log_init(&m->log, o->log);
	miner_log_start(&m->log, o, nonces_kernel_name());
	miner_tell_begin(m);
}

static enum status fini(struct miner *m, enum status st, struct why *why)
{
	struct why log = { "" };

	miner_log_end(&m->log, &m->totals);
	if (miner_log_fini(&m->log, &log) != ST_OK && st == ST_OK)
		st = status_why(why, ST_IO, "%s", log.text);
	miner_crew_free(m->crew);
	miner_work_put(m->work);
	tls_client_free(m->tls);
	free(m->rate_hashes);
	return st;
}

static enum status mine(struct miner *m, struct why *why)
{
	m->crew = miner_crew_new(m->o->threads, m->o->pin, why);
	if (!m->crew)
		return ST_IO;
	m->tls = tls_client_new(
		m->o->insecure ? TLS_CLIENT_TAKES_ANY : TLS_CLIENT_CHECKS, why);
	if (!m->tls)
		return ST_IO;
	while (!is_over(m))
		turn(m);
	stop_hashing(m);
	flush(m);
	miner_tell_end(m);
	if (has_failed(m) && m->totals.jobs == 0)
		return status_why(why, ST_IO, "no server gave work");
	if (has_failed(m))
		return status_why(why, ST_IO, "no server is left");
	return ST_OK;
}

enum status miner_run(const struct miner_options *o, struct miner_totals *out,
		      struct why *why)
{
	struct miner *m = mem_new(1, sizeof(*m));

	init(m, o);
	enum status st = mine(m, why);

	st = fini(m, st, why);
	*out = m->totals;
	free(m);
	return st;
}

/* A job that no hash meets. Versions are rolled as with most pools. */
static struct miner_work *endless_work(const struct miner_options *o)
{
	static const uint8_t coinbase[64];
	const struct miner_work_parts parts = {
		.extranonce2_n = sizeof(uint64_t),
		.job = { .coinbase1 = { coinbase, sizeof(coinbase) } },
		.has_mask = !o->no_rolling,
		.mask = SHARE_VERSION_MASK,
	};

	return miner_work_new(&parts);
}

static enum status measure(struct miner *m, struct why *why)
{
	struct miner_work *w = endless_work(m->o);
	struct pollfd none = { .fd = -1 };

	m->crew = miner_crew_new(m->o->threads, m->o->pin, why);
	if (m->crew) {
		m->began_ms = m->rate_ms = m->work_ms = miner_clock_ms();
		m->working = true;
		miner_crew_give(m->crew, w);
		while (!is_time(m)) {
			poll(&none, 1, TICK_MS);
			m->now_ms = miner_clock_ms();
			if (m->now_ms - m->rate_ms >= RATE_MS)
				miner_tell_rate(m, false);
		}
		stop_hashing(m);
		miner_tell_end(m);
	}
	miner_work_put(w);
	return m->crew ? ST_OK : ST_IO;
}

enum status miner_benchmark(const struct miner_options *o,
			    struct miner_totals *out, struct why *why)
{
	struct miner_options alone = *o;
	struct miner *m = mem_new(1, sizeof(*m));

	alone.num_urls = 0;
	init(m, &alone);
	enum status st = measure(m, why);

	st = fini(m, st, why);
	*out = m->totals;
	free(m);
	return st;
}
