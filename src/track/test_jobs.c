#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"
#include "track/jobs.h"

static struct fact_job made(const char *id, uint32_t position)
{
	return (struct fact_job){
		.position = position,
		.job_id = { (const uint8_t *)id, strlen(id) },
		.nbits = position,
	};
}

static bool found(const struct jobs *j, const char *id, uint32_t position)
{
	const struct fact_job *f =
		jobs_find(j, (struct span){ (const uint8_t *)id, strlen(id) });

	return position ? f && f->position == position : !f;
}

static void test_find(void)
{
	struct jobs j;
	struct fact_job f = made("a", 10);

	jobs_init(&j, 8, 1000);
	OK(found(&j, "a", 0) && !jobs_at(&j, 10));
	jobs_add(&j, &f);
	f = made("b", 20);
	jobs_add(&j, &f);
	f = made("a", 30);
	jobs_add(&j, &f);
	OK(found(&j, "a", 30) && found(&j, "b", 20) && found(&j, "", 0));
	OK(jobs_at(&j, 10) && jobs_at(&j, 30) && !jobs_at(&j, 31));

	/* The same position again replaces, and is the newest. */
	f = made("b", 10);
	jobs_add(&j, &f);
	OK(found(&j, "b", 10) && j.n == 3 && j.dropped == 0);

	/* A job without an id can be asked for, too. */
	f = made("", 40);
	jobs_add(&j, &f);
	OK(found(&j, "", 40));
	jobs_fini(&j);
}

/* What was added is a copy, all of it, and stays where it is. */
static void test_copy(void)
{
	uint8_t *bytes = mem_new(6, 1);
	struct fact_job f = made("", 1);
	struct jobs j;

	for (uint8_t i = 0; i < 6; i++)
		bytes[i] = i;
	f.job_id = (struct span){ bytes, 1 };
	f.extranonce1 = (struct span){ bytes + 1, 1 };
	f.coinbase1 = (struct span){ bytes + 2, 1 };
	f.coinbase2 = (struct span){ bytes + 3, 1 };
	f.branches = (struct span){ bytes + 4, 1 };
	f.difficulty = (struct span){ bytes + 5, 1 };
	jobs_init(&j, 100, 1000);
	jobs_add(&j, &f);
	free(bytes);
	const struct fact_job kept = *jobs_at(&j, 1);

	for (uint32_t i = 2; i < 60; i++) {
		f = made("x", i);
		jobs_add(&j, &f);
	}
	OK(kept.job_id.p[0] == 0 && kept.extranonce1.p[0] == 1);
	OK(kept.coinbase1.p[0] == 2 && kept.coinbase2.p[0] == 3);
	OK(kept.branches.p[0] == 4 && kept.difficulty.p[0] == 5);
	OK(jobs_at(&j, 1)->job_id.p == kept.job_id.p);
	/* A job of its own may be given back to it. */
	jobs_add(&j, jobs_at(&j, 1));
	OK(jobs_at(&j, 1)->difficulty.p[0] == 5 && j.n == 59);
	jobs_fini(&j);
}

static void test_older(void)
{
	static const char *const ids[] = { "a", "b", "a", "c", "a" };
	struct jobs j;

	jobs_init(&j, 10, 1000);
	OK(!jobs_oldest(&j));
	for (uint32_t i = 0; i < 5; i++) {
		const struct fact_job f = made(ids[i], i);

		jobs_add(&j, &f);
	}
	OK(jobs_oldest(&j)->position == 0);
	OK(jobs_older(&j, jobs_at(&j, 4))->position == 2);
	OK(jobs_older(&j, jobs_at(&j, 2))->position == 0);
	OK(!jobs_older(&j, jobs_at(&j, 0)) && !jobs_older(&j, jobs_at(&j, 3)));
	jobs_fini(&j);
}

/* The newest on top of a block whose target is known. */
static void test_on_block(void)
{
	static const uint8_t target[32] = { 9 }, here[32] = { 1 },
			     there[32] = { 2 };
	struct jobs j;

	jobs_init(&j, 10, 1000);
	OK(!jobs_newest(&j) && !jobs_on_block(&j, here));
	for (uint32_t i = 1; i <= 5; i++) {
		struct fact_job f = made("a", i);

		memcpy(f.previous, i == 4 ? there : here, 32);
		if (i != 1 && i != 5)
			f.target = (struct span){ target, 32 };
		jobs_add(&j, &f);
		OK(jobs_newest(&j)->position == i);
	}
	OK(jobs_on_block(&j, here)->position == 3);
	OK(jobs_on_block(&j, there)->position == 4);
	OK(jobs_on_block(&j, here)->target.p[0] == 9);
	OK(!jobs_on_block(&j, target));
	jobs_fini(&j);
}

/* Positions of several sessions coincide: only both are a place. */
static void test_sessions(void)
{
	struct fact_job f = made("a", 10);
	struct jobs j;

	jobs_init(&j, 10, 1000);
	memcpy(f.session, "aaaaaaaaaaaaaaaa", FACT_ID);
	jobs_add(&j, &f);
	memcpy(f.session, "bbbbbbbbbbbbbbbb", FACT_ID);
	jobs_add(&j, &f);
	OK(j.n == 2 && jobs_newest(&j)->session[0] == 'b');
	OK(jobs_older(&j, jobs_newest(&j))->session[0] == 'a');
	OK(!jobs_older(&j, jobs_oldest(&j)));
	f.nbits = 7;
	jobs_add(&j, &f);
	OK(j.n == 2 && jobs_newest(&j)->nbits == 7);
	OK(jobs_oldest(&j)->nbits == 10);
	jobs_fini(&j);
}

/* Ids are bytes, and may be long. */
static void test_ids(void)
{
	static const uint8_t binary[] = { 'a', 0, 'b', 0xff };
	static uint8_t large[1 << 16];
	struct fact_job f = made("a", 1);
	struct jobs j;

	jobs_init(&j, 10, 1 << 20);
	jobs_add(&j, &f);
	f = made("a", 2);
	f.job_id = (struct span){ binary, 4 };
	jobs_add(&j, &f);
	f.position = 3;
	f.job_id.n = 3;
	jobs_add(&j, &f);
	f.position = 4;
	f.job_id = (struct span){ large, sizeof(large) };
	jobs_add(&j, &f);
	OK(jobs_find(&j, (struct span){ binary, 1 })->position == 1);
	OK(jobs_find(&j, (struct span){ binary, 4 })->position == 2);
	OK(jobs_find(&j, (struct span){ binary, 3 })->position == 3);
	OK(!jobs_find(&j, (struct span){ binary, 2 }));
	OK(jobs_find(&j, (struct span){ large, sizeof(large) }));
	large[sizeof(large) - 1] = 1;
	OK(!jobs_find(&j, (struct span){ large, sizeof(large) }));
	jobs_fini(&j);
}

static void test_limits(void)
{
	static const uint8_t large[500];
	struct fact_job f;
	struct jobs j;

	jobs_init(&j, 3, 1000);
	for (uint32_t i = 1; i <= 5; i++) {
		f = made("a", i);
		jobs_add(&j, &f);
	}
	OK(j.n == 3 && j.dropped == 2 && !jobs_at(&j, 2) && jobs_at(&j, 3));

	/* By bytes; and one that is too large alone is kept alone. */
	for (uint32_t i = 6; i <= 8; i++) {
		f = made("a", i);
		f.coinbase1 = (struct span){ large, sizeof(large) };
		jobs_add(&j, &f);
	}
	OK(j.n == 1 && jobs_at(&j, 8) && j.dropped == 7);
	f = made("a", 9);
	f.coinbase1 = f.coinbase2 = (struct span){ large, sizeof(large) };
	f.branches = f.coinbase1;
	jobs_add(&j, &f);
	OK(j.n == 1 && jobs_at(&j, 9) && j.bytes == 1501);
	f = made("a", 10);
	jobs_add(&j, &f);
	OK(j.n == 1 && j.bytes == 1);
	jobs_fini(&j);
	jobs_fini(&j);
}

int main(void)
{
	test_find();
	test_copy();
	test_older();
	test_on_block();
	test_sessions();
	test_ids();
	test_limits();
	return tap_end();
}
