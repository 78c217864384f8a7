#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "proto/stratum2_private.h"

static uint8_t *copy_span(uint8_t *to, struct span *s)
{
	if (s->n)
		memcpy(to, s->p, s->n);
	s->p = to;
	return to + s->n;
}

static void drop(struct stratum2 *s, uint32_t i)
{
	s->waiting_bytes -= s->waiting[i].n;
	free(s->waiting[i].block);
	memmove(s->waiting + i, s->waiting + i + 1,
		(s->num_waiting - i - 1) * sizeof(s->waiting[0]));
	s->num_waiting--;
}

void stratum2_job_drop_oldest(struct stratum2 *s)
{
	drop(s, 0);
}

/* Those that were sent to that id, or to one of the group that it is. */
void stratum2_job_drop_of(struct stratum2 *s, uint32_t id)
{
	for (uint32_t i = s->num_waiting; i > 0; i--) {
		const struct stratum2_channel *c = stratum2_channel_find(
			s, s->waiting[i - 1].m.job.channel);

		if (!c || stratum2_channel_addressed(c, id))
			drop(s, i - 1);
	}
}

void stratum2_job_keep(struct stratum2 *s, const struct stratum2_message *m)
{
	struct stratum2_waiting w = { .m = *m };
	struct stratum2_job *job = &w.m.job;

	w.n = job->path.n + job->prefix.n + job->suffix.n;
	while (s->num_waiting == STRATUM2_JOBS_MAX ||
	       (s->num_waiting > 0 &&
		s->waiting_bytes + w.n > STRATUM2_JOB_BYTES_MAX))
		stratum2_job_drop_oldest(s);
	w.block = mem_new(w.n, 1);
	copy_span(copy_span(copy_span(w.block, &job->path), &job->prefix),
		  &job->suffix);
	w.m.tail = (struct span){ w.block, 0 };
	if (s->num_waiting == s->room_waiting) {
		s->room_waiting = s->room_waiting ? s->room_waiting * 2 : 4;
		s->waiting = mem_resize(s->waiting, s->room_waiting,
					sizeof(s->waiting[0]));
	}
	s->waiting[s->num_waiting++] = w;
	s->waiting_bytes += w.n;
}

/* An extended job's coinbase1 ends in the channel's prefix. Without one it can
 * be told only while no channel's is known: extranonce1 is then unknown to all,
 * and not, as told otherwise, empty. */
static bool build(struct stratum2 *s, struct event_job *job,
		  const struct stratum2_message *m,
		  const struct stratum2_channel *c)
{
	if (m->type == STRATUM2_NEW_JOB) {
		job->branches = (struct span){ m->job.merkle_root, 32 };
		return true;
	}
	if (m->job.path.n > EVENT_BRANCHES_MAX * UINT64_C(32)) {
		s->faults[DIALECT_BRANCHES]++;
		return false;
	}
	if (!c->has_prefix && s->prefix_told)
		return false;
	const size_t at = s->scratch.n;

	if (!buf_add(&s->scratch, m->job.prefix.p, m->job.prefix.n) ||
	    !buf_add(&s->scratch, c->prefix, c->prefix_n))
		return false;
	job->coinbase1 = (struct span){ buf_span(&s->scratch).p + at,
					s->scratch.n - at };
	job->coinbase2 = m->job.suffix;
	job->branches = m->job.path;
	return true;
}

static void tell_one(struct stratum2 *s, struct stratum2_out *out,
		     const struct stratum2_message *m,
		     const struct stratum2_channel *c,
		     const struct stratum2_prev_hash *prev, bool clean)
{
	struct event e = out->place;
	char id[24];

	buf_clear(&s->scratch);
	e.type = EVENT_JOB;
	e.job = (struct event_job){
		.readable = true,
		.version = m->job.version,
		.nbits = prev->nbits,
		.ntime = prev->min_ntime,
		.clean = clean,
		.has_target = c->has_target,
	};
	if (out->jobs >= out->size || !build(s, &e.job, m, c))
		return;
	const int n = snprintf(id, sizeof(id), "%u/%u", c->id, m->job.job);

	e.job.id = (struct span){ (const uint8_t *)id, (size_t)n };
	memcpy(e.job.previous, prev->prev_hash, 32);
	memcpy(e.job.target, c->target, 32);
	e.position += out->jobs;
	stratum2_tell(s, out, &e);
	out->jobs++;
}

/* To its channel, or to each of its group. */
static void tell(struct stratum2 *s, struct stratum2_out *out,
		 const struct stratum2_message *m,
		 const struct stratum2_prev_hash *prev, bool clean)
{
	bool group = false;

	for (uint32_t i = 0; i < s->num_channels; i++)
		group |= s->channel[i].has_group &&
			 s->channel[i].group == m->job.channel;
	for (uint32_t i = 0; i < s->num_channels; i++) {
		const struct stratum2_channel *c = &s->channel[i];

		/* Nobody submits shares to the group itself. */
		if (stratum2_channel_addressed(c, m->job.channel) &&
		    (!group || c->id != m->job.channel))
			tell_one(s, out, m, c, prev, clean);
	}
}

/* Jobs wait under the id that they were sent to. The block may be told to that
 * id, to the group of it, or to a member of a group that has the job. */
void stratum2_job_activate(struct stratum2 *s, struct stratum2_out *out,
			   const struct stratum2_prev_hash *prev)
{
	const struct stratum2_channel *to =
		stratum2_channel_find(s, prev->channel);

	for (uint32_t i = 0; i < s->num_waiting; i++) {
		const struct stratum2_message *m = &s->waiting[i].m;
		const struct stratum2_channel *c =
			stratum2_channel_find(s, m->job.channel);

		if (m->job.job != prev->job)
			continue;
		if (c && stratum2_channel_addressed(c, prev->channel))
			tell(s, out, m, prev, true);
		else if (to && to->has_group && to->group == m->job.channel)
			tell_one(s, out, m, to, prev, true);
	}
	/* All others are void. */
	stratum2_job_drop_of(s, prev->channel);
}

/* A job for the block that is known already. */
void stratum2_job_active(struct stratum2 *s, struct stratum2_out *out,
			 const struct stratum2_message *m)
{
	const struct stratum2_channel *c =
		stratum2_channel_find(s, m->job.channel);
	struct stratum2_prev_hash prev;

	if (c && !c->has_prev && c->has_group)
		c = stratum2_channel_find(s, c->group);
	if (!c || !c->has_prev)
		return;
	prev = c->prev;
	prev.min_ntime = m->job.min_ntime;
	tell(s, out, m, &prev, false);
}
