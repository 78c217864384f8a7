#include "track/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void jobs_init(struct jobs *j, uint32_t max, size_t max_bytes)
{
	*j = (struct jobs){ .max = max, .max_bytes = max_bytes };
}

/* One block holds everything a job points to; its first span starts it. */
static struct span *const *parts(struct fact_job *f, struct span *list[6])
{
	list[0] = &f->job_id;
	list[1] = &f->extranonce1;
	list[2] = &f->coinbase1;
	list[3] = &f->coinbase2;
	list[4] = &f->branches;
	list[5] = &f->difficulty;
	return list;
}

static size_t size_of(const struct fact_job *f)
{
	return f->job_id.n + f->extranonce1.n + f->coinbase1.n +
	       f->coinbase2.n + f->branches.n + f->difficulty.n;
}

static void release(struct jobs *j, uint32_t i)
{
	j->bytes -= size_of(&j->job[i]);
	/* allowed cast: the block is ours, the span only borrows it. */
	free((void *)(uintptr_t)j->job[i].job_id.p);
}

void jobs_fini(struct jobs *j)
{
	for (uint32_t i = 0; i < j->n; i++)
		release(j, i);
	free(j->job);
	*j = (struct jobs){ 0 };
}

static void drop(struct jobs *j, uint32_t i)
{
	release(j, i);
	memmove(j->job + i, j->job + i + 1, (j->n - i - 1) * sizeof(j->job[0]));
	j->n--;
}

static struct fact_job copy(const struct fact_job *f)
{
	struct fact_job out = *f;
	struct span *list[6];
	uint8_t *p = mem_new(size_of(f) + 1, 1);

	parts(&out, list);
	for (size_t i = 0; i < 6; i++) {
		if (list[i]->n)
			memcpy(p, list[i]->p, list[i]->n);
		list[i]->p = p;
		p += list[i]->n;
	}
	return out;
}

void jobs_add(struct jobs *j, const struct fact_job *f)
{
	const struct fact_job fresh = copy(f);

	for (uint32_t i = 0; i < j->n; i++) {
		if (j->job[i].position == f->position) {
			drop(j, i);
			break;
		}
	}
	while (j->n == j->max ||
	       (j->n > 0 && j->bytes + size_of(f) > j->max_bytes)) {
		drop(j, 0);
		j->dropped++;
	}
	if (j->n == j->room) {
		j->room = j->room ? j->room * 2 : 8;
		j->job = mem_resize(j->job, j->room, sizeof(j->job[0]));
	}
	j->job[j->n++] = fresh;
	j->bytes += size_of(f);
}

const struct fact_job *jobs_find(const struct jobs *j, struct span id)
{
	for (uint32_t i = j->n; i-- > 0;) {
		const struct span have = j->job[i].job_id;

		if (have.n == id.n && memcmp(have.p, id.p, id.n) == 0)
			return &j->job[i];
	}
	return NULL;
}

const struct fact_job *jobs_at(const struct jobs *j, uint32_t position)
{
	for (uint32_t i = 0; i < j->n; i++) {
		if (j->job[i].position == position)
			return &j->job[i];
	}
	return NULL;
}
