#include "analysis/finding.h"

#include "analysis/test_analysis_sample.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"
#define C "cccccccccccccccc"

static const struct finding_options options = { .confidence = 0.95 };

static void add_share(struct store *s, const char *session, uint32_t position,
		      const char *worker, uint8_t hash)
{
	const struct sample_share x = { .session = session,
					.worker = worker,
					.position = position,
					.job = 1,
					.time = 1010,
					.difficulty = "1",
					.hash = hash,
					.proof = FACT_PROVED,
					.algorithm = FACT_SHA256D };

	sample_share(s, &x);
	OK(store_worker(s, session, sample_text(worker)) == ST_OK);
}

/* Two sessions of one miner, with a worker in common; one contact. */
static struct store *filled(void)
{
	struct store *s = sample_store();
	static const char *const ids[] = { B, A, C };

	for (int i = 0; i < 3; i++) {
		sample_session(s, ids[i], i < 2 ? "10.0.0.1" : "10.0.0.9",
			       FACT_SHA256D);
		sample_job(s, ids[i], 1, "1");
		sample_period(s, ids[i], 1000, 1100, 1);
	}
	add_share(s, A, 10, "rig1", 1);
	add_share(s, A, 20, "rig2", 2);
	add_share(s, B, 10, "rig2", 3);
	add_share(s, B, 20, "rig2", 2); /* the same header */
	OK(store_worker(s, C, sample_text("rig3")) == ST_OK);
	return s;
}

static void test_load(void)
{
	struct store *s = filled();
	struct findings f;

	OK(finding_load_all(&f, s, &options) == ST_OK && f.n == 3);
	OK(strcmp(f.finding[0].session.id, A) == 0);
	OK(f.finding[0].num_workers == 2 &&
	   f.finding[0].kind == FINDING_SESSION);
	OK(strcmp(f.finding[0].worker[1], "rig2") == 0);
	OK(f.finding[0].work.unique == 2 && f.finding[1].work.unique == 2);
	OK(f.finding[2].kind == FINDING_CONTACT &&
	   f.finding[2].work.submitted == 0);
	OK(f.finding[0].session.user_agent == NULL);
	finding_free_all(&f);
	OK(f.n == 0);
	finding_free_all(&f);
	store_close(s, NULL);
}

static void test_grade(void)
{
	struct work w = { .chance_bits = 39.99 };

	OK(strcmp(finding_grade(&w), "spoken") == 0);
	w.chance_bits = 40;
	OK(strcmp(finding_grade(&w), "proved") == 0);
}

static void test_groups(void)
{
	struct store *s = filled();
	struct findings f;
	struct finding_groups g;

	OK(finding_load_all(&f, s, &options) == ST_OK);
	OK(finding_groups_by_miner(&g, s, &f, 0.95) == ST_OK);
	/* The contact is nobody's work. */
	OK(g.n == 1 && strcmp(g.group[0].name, "10.0.0.1") == 0);
	OK(g.group[0].num_members == 2);
	OK(g.group[0].work.submitted == 4 && g.group[0].work.unique == 3);
	OK(g.group[0].first.ns == AT(1000).ns && !g.group[0].scattered);
	finding_groups_free(&g);

	OK(finding_groups_by_worker(&g, s, &f, 0.95) == ST_OK);
	OK(g.n == 2 && strcmp(g.group[0].name, "rig1") == 0);
	OK(g.group[0].num_members == 1 && g.group[0].work.submitted == 1);
	OK(g.group[1].num_members == 2 && g.group[1].work.submitted == 3);
	OK(g.group[1].work.unique == 2);
	finding_groups_free(&g);
	finding_free_all(&f);
	store_close(s, NULL);
}

/* A month apart, observed for minutes: no one rate describes that. */
static void test_scattered(void)
{
	struct store *s = filled();
	struct fact_session late = { .id = "dddddddddddddddd",
				     .client_ip = "10.0.0.1",
				     .server_ip = "10.0.0.2",
				     .first = AT(3000000),
				     .last = AT(3000100) };
	struct findings f;
	struct finding_groups g;

	OK(store_session(s, &late) == ST_OK);
	add_share(s, late.id, 10, "rig1", 9);
	OK(finding_load_all(&f, s, &options) == ST_OK && f.n == 4);
	OK(finding_groups_by_miner(&g, s, &f, 0.95) == ST_OK);
	OK(g.n == 1 && g.group[0].num_members == 3 && g.group[0].scattered);
	finding_groups_free(&g);
	finding_free_all(&f);
	store_close(s, NULL);
}

static void test_empty(void)
{
	struct store *s = sample_store();
	struct findings f;
	struct finding_groups g;

	OK(finding_load_all(&f, s, &options) == ST_OK && f.n == 0);
	OK(finding_groups_by_miner(&g, s, &f, 0.95) == ST_OK && g.n == 0);
	finding_groups_free(&g);
	OK(finding_groups_by_worker(&g, s, &f, 0.95) == ST_OK && g.n == 0);
	finding_groups_free(&g);
	finding_free_all(&f);
	store_close(s, NULL);
}

int main(void)
{
	test_load();
	test_grade();
	test_groups();
	test_scattered();
	test_empty();
	return tap_end();
}
