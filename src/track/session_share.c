#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "pow/share.h"
#include "track/proof.h"
#include "track/session_private.h"

static enum fact_witness witness_of(const struct event_share *share)
{
	if (!share->is_block)
		return FACT_WITNESS_UNKNOWN;
	switch (share->witness) {
	case BLOCK_WITNESS_NONE:
		return FACT_WITNESS_NONE;
	case BLOCK_WITNESS_MISSING:
		return FACT_WITNESS_MISSING;
	case BLOCK_WITNESS_STRIPPED:
		return FACT_WITNESS_STRIPPED;
	/* A node fills in the witness that miners leave out. */
	case BLOCK_WITNESS_FILLED:
	case BLOCK_WITNESS_GOOD:
		return FACT_WITNESS_GOOD;
	case BLOCK_WITNESS_BAD:
		break;
	}
	return FACT_WITNESS_BAD;
}

static struct fact_share read_event(const struct session *s,
				    const struct event *e)
{
	struct fact_share f = { 0 };

	memcpy(f.session, s->id, FACT_ID);
	f.position = e->position;
	f.time = e->ts;
	f.frame = e->frame;
	f.input = s->rows[e->input];
	f.worker = e->share.worker.n ? e->share.worker : buf_span(&s->worker);
	f.job_id = e->share.job_id;
	f.extranonce2 = e->share.extranonce2;
	f.ntime = e->share.ntime;
	f.nonce = e->share.nonce;
	f.has_version_bits = e->share.has_version_bits;
	f.version_bits = e->share.version_bits;
	f.version_mask = s->version_mask != SESSION_MASK_UNKNOWN
				 ? s->version_mask
				 : SHARE_VERSION_MASK;
	f.solution = e->share.solution;
	f.witness = witness_of(&e->share);
	f.by_server = e->from != s->ends.from;
	if (e->share.has_result)
		f.hash = (struct span){ e->share.result, 32 };
	f.proof = e->share.foreign    ? FACT_UNSUPPORTED
		  : e->share.readable ? FACT_HIGH
				      : FACT_MALFORMED;
	return f;
}

static bool same(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* What is demanded now, if it is not what the job was given. */
static struct proof_demand later_demand(const struct session *s,
					const struct fact_job *job)
{
	const struct proof_demand latest = session_demand(s);

	if (job && same(job->difficulty, latest.difficulty) &&
	    same(job->target, latest.target))
		return (struct proof_demand){ { NULL, 0 }, { NULL, 0 } };
	return latest;
}

static void open_drop(struct session *s, uint32_t i)
{
	memmove(s->open + i, s->open + i + 1,
		(s->num_open - i - 1) * sizeof(s->open[0]));
	s->num_open--;
}

static void open_add(struct session *s, struct session_open open)
{
	if (s->num_open == SESSION_OPEN_MAX)
		open_drop(s, 0);
	if (s->num_open == s->room_open) {
		s->room_open = s->room_open ? s->room_open * 2 : 4;
		s->open = mem_resize(s->open, s->room_open, sizeof(s->open[0]));
	}
	s->open[s->num_open++] = open;
}

static void prove(struct session *s, struct proof *room, struct fact_share *f,
		  const struct fact_job *job)
{
	if (job) {
		f->has_job = true;
		f->job_position = job->position;
	}
	proof_make(room, f, job, later_demand(s, job), s->algorithm);
}

/* Keys of a job are of its session: one of another is made one of this, and so
 * is one that is known by the share's header alone. */
static void prove_here(struct session *s, const struct event *e,
		       struct proof *room, struct fact_share *f,
		       const struct fact_job *job)
{
	const bool shown = e->share.header.n == HEADER_SIZE;
	const bool here = job && strcmp(job->session, s->id) == 0;
	struct fact_job made;

	if (here || f->proof != FACT_HIGH || (!job && !shown)) {
		prove(s, room, f, job);
		return;
	}
	made = shown ? session_job_of_header(s, e, job)
		     : session_job_copied(s, e, job);
	prove(s, room, f, &made);
}

static bool is_good(const struct fact_share *f)
{
	return f->proof == FACT_PROVED || f->proof == FACT_CLAIMED;
}

/* A pool may give an id to another job while shares for the first are on their
 * way: what is not proved may belong to the job that had the id before. */
static void prove_older(struct session *s, const struct event *e,
			struct proof *room, struct fact_share *f,
			const struct fact_job *job)
{
	const struct fact_job *older =
		job ? jobs_older(&s->relation->jobs, job) : NULL;
	struct fact_share other = *f;
	struct proof place;

	if (f->proof != FACT_HIGH || !older)
		return;
	prove(s, &place, &other, older);
	if (!is_good(&other))
		return;
	if (strcmp(older->session, s->id) != 0) {
		session_job_copied(s, e, older);
		other.job_position = e->position + FACT_SHOWN;
	}
	proof_keep(room, &other);
	*f = other;
}

void session_share(struct session *s, const struct event *e)
{
	struct fact_share f = read_event(s, e);
	const struct fact_job *job = jobs_find(&s->relation->jobs, f.job_id);
	struct proof room;

	prove_here(s, e, &room, &f, job);
	prove_older(s, e, &room, &f, job);
	if (s->algorithm == FACT_NO_ALGORITHM && f.proof == FACT_PROVED)
		s->algorithm = f.algorithm;
	f.duplicate =
		relation_hash_seen(s->relation, f.hash, s->id, f.position);
	relation_share(s->relation, e->ts, job != NULL);
	store_share(s->store, &f);
	open_add(s, (struct session_open){
			    .number = e->share.number,
			    .position = f.position,
			    .nearly = f.proof == FACT_HIGH && proof_nearly(&f),
		    });
}

/* A pool that rounds its target accepts a hash just above ours: the work is
 * there, at the difficulty the hash itself shows. */
static void accept_rounding(struct session *s, uint32_t position)
{
	struct fact_share f;
	struct proof room;

	if (!store_share_at(s->store, &f, s->id, position) ||
	    f.proof != FACT_HIGH || !proof_nearly(&f))
		return;
	proof_keep(&room, &f);
	/* Nearly a proof of SHA-256d is one. */
	if (f.algorithm == FACT_NO_ALGORITHM)
		f.algorithm = FACT_SHA256D;
	if (s->algorithm == FACT_NO_ALGORITHM)
		s->algorithm = f.algorithm;
	/* What the miner claims stays a claim. */
	f.proof = f.algorithm == FACT_CRYPTONIGHT ? FACT_CLAIMED : FACT_PROVED;
	f.rounding = true;
	f.difficulty = proof_share_difficulty(&f);
	store_share_proof(s->store, &f);
}

void session_verdict(struct session *s, const struct event *e)
{
	for (uint32_t i = 0; i < s->num_open; i++) {
		if (s->open[i].number != e->verdict.number)
			continue;
		const uint32_t position = s->open[i].position;

		store_verdict(s->store, s->id, position,
			      e->verdict.accepted ? FACT_ACCEPTED
						  : FACT_REJECTED,
			      e->verdict.reason);
		if (e->verdict.accepted && s->open[i].nearly)
			accept_rounding(s, position);
		open_drop(s, i);
		return;
	}
}
