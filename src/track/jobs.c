#include "track/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define PARTS 8 /* spans of a job */

void jobs_init(struct jobs *j, uint32_t max, size_t max_bytes)
{
	*j = (struct jobs){ .max = max, .max_bytes = max_bytes };
}

static struct span *const *parts(struct fact_job *f, struct span *list[PARTS])
{
	list[0] = &f->job_id;
	list[1] = &f->extranonce1;
	list[2] = &f->coinbase1;
	list[3] = &f->coinbase2;
	list[4] = &f->branches;
	list[5] = &f->difficulty;
	list[6] = &f->target;
	list[7] = &f->variant;
	return list;
}

static size_t size_of(const struct fact_job *f)
{
	return f->job_id.n + f->extranonce1.n + f->coinbase1.n +
	       f->coinbase2.n + f->branches.n + f->difficulty.n + f->target.n +
	       f->variant.n;
}

void jobs_fini(struct jobs *j)
{
	for (uint32_t i = 0; i < j->n; i++)
		free(j->kept[i].block);
	free(j->kept);
	*j = (struct jobs){ 0 };
}

static void drop(struct jobs *j, uint32_t i)
{
	uint8_t *block = j->kept[i].block;

	j->bytes -= size_of(&j->kept[i].job);
	memmove(j->kept + i, j->kept + i + 1,
		(j->n - i - 1) * sizeof(j->kept[0]));
	j->n--;
	/* The analyser does not see that memmove() put another one there.
	 * NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	free(block);
}

static struct jobs_kept copy(const struct fact_job *f)
{
	struct jobs_kept out = { *f, mem_new(size_of(f) + 1, 1) };
	struct span *list[PARTS];
	uint8_t *p = out.block;

	parts(&out.job, list);
	for (size_t i = 0; i < PARTS; i++) {
		if (list[i]->n)
			memcpy(p, list[i]->p, list[i]->n);
		list[i]->p = p;
		p += list[i]->n;
	}
	return out;
}

static bool same_place(const struct fact_job *a, const struct fact_job *b)
{
	return a->position == b->position &&
	       strcmp(a->session, b->session) == 0;
}

void jobs_add(struct jobs *j, const struct fact_job *f)
{
	const struct jobs_kept fresh = copy(f);

	for (uint32_t i = 0; i < j->n; i++) {
		if (same_place(&j->kept[i].job, f)) {
			drop(j, i);
			break;
		}
	}
	while (j->n == j->max ||
	       (j->n > 0 && j->bytes + size_of(f) > j->max_bytes)) {
		/* That nobody will work on any more is no loss. */
		j->dropped +=
			ts_seconds(j->kept[0].job.time, f->time) < JOBS_LIVE_S;
		drop(j, 0);
	}
	if (j->n == j->room) {
		j->room = j->room ? j->room * 2 : 8;
		j->kept = mem_resize(j->kept, j->room, sizeof(j->kept[0]));
	}
	j->kept[j->n++] = fresh;
	j->bytes += size_of(f);
}

const struct fact_job *jobs_oldest(const struct jobs *j)
{
	return j->n > 0 ? &j->kept[0].job : NULL;
}

const struct fact_job *jobs_newest(const struct jobs *j)
{
	return j->n > 0 ? &j->kept[j->n - 1].job : NULL;
}

/* The newest of the first n. */
static const struct fact_job *newest(const struct jobs *j, uint32_t n,
				     struct span id)
{
	while (n-- > 0) {
		const struct span have = j->kept[n].job.job_id;

		if (have.n == id.n && memcmp(have.p, id.p, id.n) == 0)
			return &j->kept[n].job;
	}
	return NULL;
}

const struct fact_job *jobs_find(const struct jobs *j, struct span id)
{
	return newest(j, j->n, id);
}

const struct fact_job *jobs_older(const struct jobs *j,
				  const struct fact_job *job)
{
	uint32_t n = j->n;

	while (n > 0 && !same_place(&j->kept[n - 1].job, job))
		n--;
	return n > 0 ? newest(j, n - 1, job->job_id) : NULL;
}

const struct fact_job *jobs_on_block(const struct jobs *j,
				     const uint8_t previous[32])
{
	for (uint32_t n = j->n; n-- > 0;) {
		const struct fact_job *job = &j->kept[n].job;

		if (job->target.n == 32 &&
		    memcmp(job->previous, previous, 32) == 0)
			return job;
	}
	return NULL;
}

const struct fact_job *jobs_at(const struct jobs *j, uint32_t position)
{
	for (uint32_t i = 0; i < j->n; i++) {
		if (j->kept[i].job.position == position)
			return &j->kept[i].job;
	}
	return NULL;
}
