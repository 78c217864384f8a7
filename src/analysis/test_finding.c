#include "analysis/finding.h"

#include <math.h>

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
	if (worker[0])
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
	w.simulated = 1; /* one taints them all */
	OK(strcmp(finding_grade(&w), "simulated") == 0);
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

/* Sessions of any ends, carrier and dialect. */
struct ends {
	const char *id, *dialect, *carrier, *client, *server;
	uint16_t port;
	double first;
};

static void add_session(struct store *s, const struct ends *e)
{
	struct fact_session f = { .dialect = e->dialect,
				  .carrier = e->carrier,
				  .client_ip = e->client,
				  .server_ip = e->server,
				  .client_port = (uint16_t)e->first,
				  .server_port = e->port,
				  .first = AT(e->first),
				  .last = AT(e->first + 10),
				  .gaps = 1,
				  .clock_offset = NAN };

	snprintf(f.id, sizeof(f.id), "%s", e->id);
	OK(store_session(s, &f) == ST_OK);
}

static void add_target_job(struct store *s, const char *session,
			   uint32_t position, const char *difficulty,
			   uint32_t nbits)
{
	struct fact_job f = { .position = position,
			      .time = AT(1000),
			      .input = 1,
			      .version = 2,
			      .nbits = nbits };
	struct target t;
	uint8_t raw[32];

	snprintf(f.session, sizeof(f.session), "%s", session);
	if (target_from_difficulty(&t, sample_text(difficulty),
				   TARGET_SHA256D)) {
		target_write(raw, &t);
		f.target = (struct span){ raw, 32 };
	}
	OK(store_job(s, &f) == ST_OK);
}

#define D "dddddddddddddddd"
#define E "eeeeeeeeeeeeeeee"

/* Work by one connection, its share by the next; others apart from them. */
static void test_connections(void)
{
	static const struct ends ends[] = {
		{ A, "getwork", "http", "10.0.0.1", "10.0.0.2", 8332, 1000 },
		{ B, "getwork", "http", "10.0.0.1", "10.0.0.2", 8332, 1005 },
		{ C, "getwork", "http", "10.0.0.1", "10.0.0.2", 8333, 1006 },
		{ D, "stratum-v1", "http/lines", "10.0.0.1", "10.0.0.2", 8332,
		  1007 },
		{ E, "getwork", "tls/http", "10.0.0.9", "10.0.0.2", 8332,
		  1008 },
	};
	struct store *s = sample_store();
	struct finding_groups g;
	struct findings f;

	for (size_t i = 0; i < 5; i++)
		add_session(s, &ends[i]);
	add_target_job(s, A, 1, "1", 0x1703ffff);
	add_target_job(s, B, 10 + FACT_SHOWN, "1", 0x1703ffff);
	add_target_job(s, B, 20 + FACT_SHOWN, "1", 0x1703ffff);
	sample_period(s, A, 1000, 1100, 1);
	for (uint8_t i = 1; i <= 2; i++) {
		const struct sample_share x = { .session = B,
						.worker = "rig1",
						.position = 10u * i,
						.job = 10u * i + FACT_SHOWN,
						.time = 1010,
						.difficulty = "1",
						.hash = i,
						.proof = FACT_PROVED,
						.algorithm = FACT_SHA256D };

		sample_share(s, &x);
	}
	OK(store_worker(s, A, sample_text("rig1")) == ST_OK);
	OK(store_worker(s, B, sample_text("rig1")) == ST_OK);
	OK(store_worker(s, B, sample_text("rig2")) == ST_OK);
	OK(finding_load_all(&f, s, &options) == ST_OK && f.n == 4);
	OK(f.finding[0].num_connections == 2);
	OK(strcmp(f.finding[0].session.id, A) == 0);
	OK(strcmp(f.finding[0].connection[1], B) == 0);
	OK(f.finding[0].kind == FINDING_SESSION);
	OK(f.finding[0].session.gaps == 2);
	OK(f.finding[0].session.last.ns == AT(1015).ns);
	OK(f.finding[0].num_workers == 2 && f.finding[0].work.unique == 2);
	OK(f.finding[0].identity.jobs == 3);
	OK(f.finding[0].identity.jobs_shown == 2);
	OK(fabs(f.finding[0].work.rate_seconds - 100) < 1e-9);
	for (size_t i = 1; i < 4; i++)
		OK(f.finding[i].num_connections == 1 &&
		   f.finding[i].kind == FINDING_CONTACT);
	/* The worker's time is that of the dialogue. */
	OK(finding_groups_by_worker(&g, s, &f, 0.95) == ST_OK && g.n == 2);
	OK(fabs(g.group[0].work.rate_seconds - 100) < 1e-9);
	OK(g.group[0].work.rate_shares == 2 && g.group[0].work.rate.method);
	OK(g.group[1].work.submitted == 0 && !g.group[1].work.rate.method);
	finding_groups_free(&g);
	OK(finding_groups_by_miner(&g, s, &f, 0.95) == ST_OK && g.n == 1);
	OK(g.group[0].num_members == 1 && g.group[0].work.unique == 2);
	finding_groups_free(&g);
	finding_free_all(&f);
	store_close(s, NULL);
}

/* One who asks a node for templates, and hands in the blocks of others. */
static void play_pool(const char *miners, const char *carrier,
		      const char *client, const char *role)
{
	const struct ends up = { A,          "getblocktemplate", "http",
				 "10.0.0.2", "10.0.0.3",         8332,
				 1000 };
	const struct ends down = { B,          miners, carrier, client,
				   "10.0.0.2", 3333,   1001 };
	struct store *s = sample_store();
	struct finding_groups g;
	struct findings f;

	add_session(s, &up);
	add_session(s, &down);
	add_target_job(s, A, 1, "1", 0x1d00ffff);
	add_target_job(s, B, 1, "0.001", 0x1d00ffff);
	add_share(s, A, 10, "", 1);
	OK(finding_load_all(&f, s, &options) == ST_OK && f.n == 2);
	printf("# %s by %s from %s\n", miners, carrier, client);
	OK(strcmp(f.finding[0].identity.client_role, role) == 0);
	OK(strcmp(f.finding[0].identity.server_role, "node") == 0);
	OK(finding_groups_by_miner(&g, s, &f, 0.95) == ST_OK);
	OK(g.n == (strcmp(role, "pool") != 0));
	finding_groups_free(&g);
	OK(finding_groups_by_worker(&g, s, &f, 0.95) == ST_OK && g.n == 0);
	finding_groups_free(&g);
	finding_free_all(&f);
	store_close(s, NULL);
}

static void test_pools(void)
{
	play_pool("stratum-v1", "lines", "10.0.0.9", "pool");
	play_pool("getwork", "http", "10.0.0.9", "pool");
	/* A machine that speaks to itself serves nobody. */
	play_pool("getwork", "http", "10.0.0.2", "miner");
}

/* A greeting is no proof that somebody is a pool. */
static void test_greeted(void)
{
	static const struct ends up = { A,          "getwork",  "http",
					"10.0.0.2", "10.0.0.3", 8332,
					1000 };
	static const struct ends down = { B,          "stratum-v1", "lines",
					  "10.0.0.9", "10.0.0.2",   3333,
					  1001 };
	struct store *s = sample_store();
	struct findings f;

	add_session(s, &up);
	add_session(s, &down);
	add_target_job(s, A, 1, "1", 0x1703ffff);
	add_share(s, A, 10, "rig", 1);
	OK(store_worker(s, B, sample_text("anyone")) == ST_OK);
	OK(finding_load_all(&f, s, &options) == ST_OK && f.n == 2);
	OK(strcmp(f.finding[0].identity.client_role, "miner") == 0);
	finding_free_all(&f);
	store_close(s, NULL);
}

static void test_standings(void)
{
	static const struct {
		const char *dialect, *standing;
		bool node;
	} contacts[] = {
		{ "stratum-v1", "contact", false },
		{ "tls", "listed", false },
		{ "stratum-v2-noise", "behaved", false },
		{ NULL, "contact", false },
		{ "bitcoin-p2p", "node", true },
	};
	struct finding x = { .kind = FINDING_SESSION,
			     .work = { .claimed = 1 } };

	OK(strcmp(finding_standing(&x), "claimed") == 0);
	x.work.chance_bits = FINDING_PROVED_BITS;
	OK(strcmp(finding_standing(&x), "proved") == 0);
	for (size_t i = 0; i < 5; i++) {
		x = (struct finding){
			.kind = contacts[i].node ? FINDING_NODE
						 : FINDING_CONTACT,
			.session = { .dialect = contacts[i].dialect }
		};
		OK(strcmp(finding_standing(&x), contacts[i].standing) == 0);
	}
}

/* Two nodes are no miners, whatever they send. */
static void test_nodes(void)
{
	static const struct ends ends = { A,          "bitcoin-p2p", "frames",
					  "10.0.0.1", "10.0.0.2",    8333,
					  1000 };
	struct store *s = sample_store();
	struct finding_groups g;
	struct findings f;

	add_session(s, &ends);
	sample_job(s, A, 1, "1");
	add_share(s, A, 10, "", 1);
	OK(finding_load_all(&f, s, &options) == ST_OK && f.n == 1);
	OK(f.finding[0].kind == FINDING_NODE);
	OK(finding_groups_by_miner(&g, s, &f, 0.95) == ST_OK && g.n == 0);
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
	test_connections();
	test_pools();
	test_greeted();
	test_standings();
	test_nodes();
	test_empty();
	return tap_end();
}
