/* What sources tell the miner. */
#include <string.h>

#include "base/text.h"
#include "miner/miner_private.h"

#define REDIRECT_WAIT_MAX_S 60
#define SAFE_MAX            4096

void miner_source_opened(struct miner *m, const char *address)
{
	const char *url = m->o->url[m->url].text;

	m->totals.connections++;
	miner_log_connection(&m->log, "opened", url, address);
	miner_tell(m, "%s: connected (%s)", url, address);
}

static void tell_job(struct miner *m, const struct miner_work *w,
		     const struct miner_job_told *told)
{
	char id[48], height[24] = "";
	const struct span s = w->parts.id;

	snprintf(id, sizeof(id), "%.*s", s.n > 40 ? 40 : (int)s.n,
		 s.n ? (const char *)s.p : "");
	if (told->height)
		snprintf(height, sizeof(height), ", height %u",
			 (unsigned)told->height);
	miner_tell(m, "job %s: difficulty %.6g%s%s", id,
		   target_difficulty(&w->parts.target, TARGET_SHA256D), height,
		   told->clean ? ", clean" : "");
}

/* Behind all that is drawn of the work before, and what the threads may still
 * draw while they have not seen that there is another. */
static uint64_t next_unit(const struct miner *m)
{
	return m->work ? m->work->parts.first_unit +
				 atomic_load(&m->work->drawn) +
				 2 * (uint64_t)m->o->threads
		       : 0;
}

bool miner_source_job(struct miner *m, const struct miner_work_parts *parts,
		      const struct miner_job_told *told)
{
	struct miner_work_parts p = *parts;

	m->epoch += told->clean;
	p.epoch = m->epoch;
	p.first_unit = next_unit(m);
	struct miner_work *w = miner_work_new(&p);

	if (!w) {
		miner_source_says(m, "a job that makes no header", p.id);
		return false;
	}
	m->totals.jobs++;
	m->source_jobs++;
	miner_crew_give(m->crew, w);
	if (!m->working)
		m->work_ms = m->now_ms;
	m->working = true;
	miner_log_job(&m->log, w, told);
	tell_job(m, w, told);
	miner_work_put(m->work);
	m->work = w;
	return true;
}

void miner_source_rest(struct miner *m)
{
	if (m->working)
		m->totals.work_seconds +=
			(double)(m->now_ms - m->work_ms) / 1000;
	m->working = false;
	m->epoch++;
	miner_crew_give(m->crew, NULL);
}

static void forget(struct miner *m, size_t i)
{
	miner_work_put(m->pending[i].find.work);
	m->num_pending--;
	memmove(&m->pending[i], &m->pending[i + 1],
		(m->num_pending - i) * sizeof(m->pending[0]));
}

void miner_source_verdict(struct miner *m, uint64_t key, bool accepted,
			  bool stale, struct span reason)
{
	const struct miner_judged j = { .submitted = true,
					.answered = true,
					.accepted = accepted,
					.stale = stale && !accepted,
					.reason = reason };
	size_t i = 0;

	while (i < m->num_pending && m->pending[i].key != key)
		i++;
	if (i == m->num_pending)
		return; /* an answer to nothing */
	m->source_verdicts++;
	m->totals.accepted += accepted;
	m->totals.rejected += !accepted;
	m->totals.stale += j.stale;
	miner_log_share(&m->log, m->o->user, &m->pending[i].find, &j);
	forget(m, i);
	if (accepted)
		miner_tell(m, "accepted (%llu)",
			   (unsigned long long)m->totals.accepted);
	else
		miner_source_says(m, j.stale ? "stale" : "rejected", reason);
}

void miner_source_says(struct miner *m, const char *what, struct span words)
{
	struct buf safe;

	buf_init(&safe, SAFE_MAX);
	text_safe(&safe, words, MINER_WORDS_MAX);
	miner_tell(m, "%s: %s", what, buf_str(&safe));
	buf_fini(&safe);
}

void miner_source_redirect(struct miner *m, const struct miner_url *url,
			   uint32_t wait_s)
{
	if (wait_s > REDIRECT_WAIT_MAX_S)
		wait_s = REDIRECT_WAIT_MAX_S;
	m->redirect = *url;
	m->redirected = true;
	m->next_try_ms = m->now_ms + (int64_t)wait_s * 1000;
}
