#include <string.h>

#include "coin/header.h"
#include "coin/target.h"
#include "track/session_private.h"

static const struct span none = { NULL, 0 };

struct proof_demand session_demand(const struct session *s)
{
	return (struct proof_demand){
		.difficulty = buf_span(&s->difficulty),
		.target = s->has_target ? (struct span){ s->target, 32 } : none,
	};
}

double session_difficulty(const struct session *s, const struct fact_job *job)
{
	const enum fact_algorithm algorithm =
		job->algorithm ? job->algorithm : s->algorithm;
	const enum target_unit unit = proof_unit(algorithm);
	const enum target_unit announced =
		unit == TARGET_TRIES ? TARGET_SHA256D : unit;
	struct target t;

	/* Which hash a header is for is often known later only. */
	if (job->target.n == 32) {
		t = target_of_hash(job->target.p);
		return target_difficulty(
			&t, announced == TARGET_SCRYPT ? TARGET_SHA256D : unit);
	}
	if (!target_from_difficulty(&t, job->difficulty, announced))
		return 0;
	return target_difficulty(&t, unit);
}

static enum fact_algorithm algorithm_of(enum event_work work)
{
	switch (work) {
	case EVENT_HEADER:
		break;
	case EVENT_EQUIHASH:
		return FACT_EQUIHASH;
	case EVENT_ETHASH:
		return FACT_ETHASH;
	case EVENT_CLAIMED:
		return FACT_CRYPTONIGHT;
	}
	return FACT_NO_ALGORITHM;
}

static void demand(struct fact_job *f, const struct session *s,
		   const struct event_job *job)
{
	const struct proof_demand d = session_demand(s);

	f->difficulty = job->has_target ? none : d.difficulty;
	f->target =
		job->has_target ? (struct span){ job->target, 32 } : d.target;
}

static struct fact_job read_event(const struct session *s,
				  const struct event *e)
{
	const struct event_job *job = &e->job;
	struct fact_job f = {
		.position = e->position,
		.time = e->ts,
		.frame = e->frame,
		.input = s->rows[e->input],
		.job_id = job->id,
		.extranonce1 = buf_span(&s->extranonce1),
		.extranonce1_source = s->extranonce1_source,
		.coinbase1 = job->coinbase1,
		.coinbase2 = job->coinbase2,
		.branches = job->branches,
		.version = job->version,
		.nbits = job->nbits,
		.ntime = job->ntime,
		.clean = job->clean,
		.algorithm = algorithm_of(job->work),
		.variant = job->algorithm,
		.height = job->height,
	};

	memcpy(f.session, s->id, FACT_ID);
	memcpy(f.previous, job->previous, 32);
	demand(&f, s, job);
	return f;
}

/* What a submitted block was asked to meet stood in the template it was made
 * of, which may have come by another connection. */
static void find_demand(struct session *s, struct fact_job *f)
{
	const struct fact_job *asked =
		jobs_on_block(&s->relation->jobs, f->previous);

	if (asked) {
		f->target = asked->target;
		f->difficulty = none;
	}
}

void session_job(struct session *s, const struct event *e)
{
	struct fact_job f;

	if (!e->job.readable)
		return;
	f = read_event(s, e);
	if (e->job.submitted) {
		f.position += FACT_SHOWN;
		find_demand(s, &f);
	}
	if (f.ntime > 0 && ts_known(e->ts) &&
	    s->num_offsets < SESSION_OFFSETS_MAX)
		s->offset[s->num_offsets++] = f.ntime - (double)e->ts.ns / 1e9;
	if (s->algorithm == FACT_NO_ALGORITHM)
		s->algorithm = f.algorithm;
	jobs_add(&s->relation->jobs, &f);
	store_job(s->store, &f);
	/* What a submission shows of its job was not handed out then. */
	if (!e->job.submitted)
		relation_job(s->relation, s->id, e->ts,
			     session_difficulty(s, &f));
}

void session_complete_jobs(struct session *s)
{
	struct jobs *jobs = &s->relation->jobs;

	for (uint32_t i = 0; i < jobs->n; i++) {
		struct fact_job f = *jobs_oldest(jobs);

		if (strcmp(f.session, s->id) != 0 ||
		    f.extranonce1_source != FACT_UNKNOWN) {
			jobs_add(jobs, &f);
			continue;
		}
		f.extranonce1 = buf_span(&s->extranonce1);
		f.extranonce1_source = s->extranonce1_source;
		store_job(s->store, &f);
		jobs_add(jobs, &f); /* as the newest: all change places */
	}
}

static void place(struct fact_job *f, const struct session *s,
		  const struct event *e)
{
	memcpy(f->session, s->id, FACT_ID);
	f->position = e->position + FACT_SHOWN;
	f->time = e->ts;
	f->frame = e->frame;
	f->input = s->rows[e->input];
}

struct fact_job session_job_of_header(struct session *s, const struct event *e,
				      const struct fact_job *known)
{
	const uint8_t *raw = e->share.header.p;
	struct header header;
	struct fact_job f = { 0 };

	header_read(&header, raw);
	if (known)
		f = *known;
	place(&f, s, e);
	f.job_id = e->share.job_id;
	f.coinbase1 = f.coinbase2 = none;
	f.branches = (struct span){ raw + HEADER_ROOT_AT, 32 };
	memcpy(f.previous, header.previous, 32);
	f.version = header.version;
	f.nbits = header.nbits;
	f.ntime = header.time;
	store_job(s->store, &f);
	return f;
}

struct fact_job session_job_copied(struct session *s, const struct event *e,
				   const struct fact_job *known)
{
	struct fact_job f = *known;

	place(&f, s, e);
	store_job(s->store, &f);
	return f;
}
