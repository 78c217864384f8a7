#include "track/relations.h"

#include <string.h>

#include "base/buf.h"
#include "test/tap.h"
#include "track/test_track_sample.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"

static struct store *opened(void)
{
	struct store *s = store_open(NULL, STORE_CREATE, NULL);
	struct fact_session f = { .client_ip = "10.0.0.1",
				  .server_ip = "10.0.0.2",
				  .first = TRACK_TIME(0),
				  .last = TRACK_TIME(0) };

	memcpy(f.id, A, FACT_ID);
	OK(s && store_session(s, &f) == ST_OK);
	memcpy(f.id, B, FACT_ID);
	f.client_port = 1;
	OK(store_session(s, &f) == ST_OK);
	return s;
}

static struct endpoint endpoint_of(uint32_t ip, uint16_t port)
{
	struct endpoint e = { .port = port };

	for (int i = 0; i < 4; i++)
		e.ip[12 + i] = (uint8_t)(ip >> (8 * i));
	return e;
}

static bool on_period(void *context, const struct fact_period *f)
{
	buf_printf(context, "%c%g-%g:%g ", f->session[0],
		   (double)(f->from.ns - TRACK_TIME(0).ns) / 1e9,
		   (double)(f->to.ns - TRACK_TIME(0).ns) / 1e9, f->difficulty);
	return true;
}

/* One letter a step, then its session (a or b), then seconds:
 *	J job of difficulty 1, K of difficulty 2	S share for a known job
 *	U share for an unknown one	D doubt		H hole of ten seconds */
static const struct vector {
	const char *name, *steps, *wanted;
} vectors[] = {
	{ "a job of each", "Ja0 Jb5 Sa20", "a0-20:1 " },
	{ "told where it began", "Ja0 Kb5 Ja9 Sb20", "a0-5:1 a9-20:1 b5-9:2 " },
	{ "silence ends it", "Ja0 Sb50 Sb951 Jb960 Sa970",
	  "a0-50:1 b960-970:1 " },
	{ "not yet silence", "Ja0 Sb50 Sb950", "a0-950:1 " },
	{ "a share begins nothing", "Ja0 Sa2000", "" },
	{ "silence before a hole", "Ja0 Sa20 Hb2000", "a0-20:1 " },
	{ "a hole", "Ja0 Hb20 Sa50", "a0-20:1 a30-50:1 " },
	{ "doubt", "Ja0 Da20 Ub30 Jb40 Sa50", "a0-20:1 b40-50:1 " },
	{ "a share for work that was not seen", "Ja0 Sb20 Ub30 Jb40 Sa50",
	  "a0-20:1 b40-50:1 " },
	{ "doubt that was none", "Ja0 Da20 Sb30", "a0-30:1 " },
};

static void step(struct relation *r, char what, const char *session, double at)
{
	switch (what) {
	case 'J':
	case 'K':
		relation_job(r, session, TRACK_TIME(at), what == 'J' ? 1 : 2);
		break;
	case 'S':
	case 'U':
		relation_share(r, TRACK_TIME(at), what == 'S');
		break;
	case 'D':
		relation_doubt(r, TRACK_TIME(at));
		break;
	case 'H':
		relation_hole(r, TRACK_TIME(at), TRACK_TIME(at + 10));
		break;
	default:
		break;
	}
}

static void play(const struct vector *v)
{
	struct store *s = opened();
	struct relations *all = relations_new(s);
	const struct endpoint client = endpoint_of(1, 40000),
			      server = endpoint_of(2, 8332);
	struct relation *r = relations_get(all, &client, &server);
	struct buf out;

	printf("# %s\n", v->name);
	buf_init(&out, 1000);
	for (const char *at = v->steps; *at;) {
		const char what = at[0];
		const char *session = at[1] == 'a' ? A : B;
		double seconds = 0;

		for (at += 2; *at >= '0' && *at <= '9'; at++)
			seconds = seconds * 10 + (*at - '0');
		step(r, what, session, seconds);
		at += *at == ' ';
	}
	relations_put(r);
	relations_free(all);
	OK(store_periods(s, A, on_period, &out) == ST_OK);
	OK(store_periods(s, B, on_period, &out) == ST_OK);
	const bool good = strcmp(buf_str(&out), v->wanted) == 0;

	OK(good);
	if (!good)
		printf("# got %s\n", buf_str(&out));
	buf_fini(&out);
	store_close(s, NULL);
}

/* A session's own relation knows when its connection ends: silence is time in
 * which it was observed. */
static void test_own(void)
{
	struct store *s = opened();
	struct relation *r = relation_new(s, RELATION_BYTES_MAX);
	struct buf out;

	buf_init(&out, 1000);
	relation_job(r, A, TRACK_TIME(0), 1);
	relation_share(r, TRACK_TIME(5000), true);
	relation_free(r, TRACK_TIME(6000));
	OK(store_periods(s, A, on_period, &out) == ST_OK);
	OK(strcmp(buf_str(&out), "a0-6000:1 ") == 0);
	buf_fini(&out);
	relation_free(NULL, TS_NONE);
	store_close(s, NULL);
}

static void test_hashes(void)
{
	static const uint8_t raw[33] = { 1, 2, 3 };
	const struct span hash = { raw, 32 }, other = { raw + 1, 32 };
	struct store *s = opened();
	struct relation *r = relation_new(s, RELATION_BYTES_MAX);

	OK(!relation_hash_seen(r, hash, A, 7));
	OK(!relation_hash_seen(r, hash, A, 7)); /* the same again */
	OK(relation_hash_seen(r, hash, A, 8));
	OK(relation_hash_seen(r, hash, B, 7)); /* elsewhere, in like place */
	OK(!relation_hash_seen(r, hash, A, 7));
	OK(!relation_hash_seen(r, other, B, 7));
	OK(!relation_hash_seen(r, (struct span){ raw, 0 }, A, 1));
	OK(relation_held(r) > 0);
	relation_free(r, TS_NONE);
	store_close(s, NULL);
}

/* Who shares one: the same client and the same server, at any client port. */
static void test_pairs(void)
{
	struct store *s = opened();
	struct relations *all = relations_new(s);
	const struct endpoint client = endpoint_of(1, 40000);
	const struct endpoint again = endpoint_of(1, 40001);
	const struct endpoint server = endpoint_of(2, 8332);
	const struct endpoint other = endpoint_of(2, 8333);
	struct relation *r = relations_get(all, &client, &server);

	OK(r && r->shared && relations_get(all, &again, &server) == r);
	OK(r->sessions == 2 && relations_count(all) == 1);
	struct relation *x = relations_get(all, &client, &other);
	struct relation *y = relations_get(all, &server, &client);

	OK(x != r && y != r && x != y && relations_count(all) == 3);
	relations_put(r);
	relations_put(r);
	relations_put(x);
	/* It waits for the next connection. */
	OK(relations_get(all, &again, &server) == r && r->sessions == 1);
	relations_put(r);
	relations_put(y);
	relations_free(all);
	relations_free(NULL);
	store_close(s, NULL);
}

/* Random gets and puts against a plain table. */
#define MODEL 64
static void test_model(void)
{
	struct store *s = opened();
	struct relations *all = relations_new(s);
	struct relation *at[MODEL] = { 0 };
	uint32_t held[MODEL] = { 0 };
	uint64_t random = 1;
	size_t wrong = 0;

	for (int i = 0; i < 20000; i++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		const uint32_t k = (uint32_t)(random >> 40) % MODEL;
		const struct endpoint client = endpoint_of(k, 1);
		const struct endpoint server = endpoint_of(99, 2);

		if (random >> 63 && held[k] > 0) {
			relations_put(at[k]);
			held[k]--;
			continue;
		}
		struct relation *r = relations_get(all, &client, &server);

		wrong += at[k] && at[k] != r;
		at[k] = r;
		wrong += r->sessions != ++held[k];
	}
	OK(wrong == 0 && relations_count(all) == MODEL);
	for (int k = 0; k < MODEL; k++) {
		while (held[k]-- > 0)
			relations_put(at[k]);
	}
	relations_free(all);
	store_close(s, NULL);
}

static struct relation *pair(struct relations *all, uint32_t k)
{
	const struct endpoint client = endpoint_of(k, 1);
	const struct endpoint server = endpoint_of(7, 2);

	return relations_get(all, &client, &server);
}

static void test_limit(void)
{
	struct store *s = opened();
	struct relations *all = relations_new(s);
	const struct event_job job = track_job("j");
	struct fact_job f = { .job_id = job.id };
	struct relation *first, *second;

	for (uint32_t k = 0; k < RELATIONS_MAX; k++)
		pair(all, k);
	OK(relations_count(all) == RELATIONS_MAX);
	OK(!pair(all, RELATIONS_MAX)); /* all are in use */
	first = pair(all, 0);
	second = pair(all, 1);
	jobs_add(&second->jobs, &f);
	relations_put(second);
	relations_put(second);
	relations_put(first);
	relations_put(first);
	/* The one given back first goes, with its job. */
	OK(pair(all, RELATIONS_MAX) && relations_jobs_dropped(all) == 1);
	OK(relations_count(all) == RELATIONS_MAX);
	OK(pair(all, 0) == first && first->sessions == 1);
	OK(!pair(all, 1));
	relations_put(first);
	second = pair(all, 1);
	OK(second && second->jobs.n == 0 && !pair(all, 0));
	/* The others are still found in their places. */
	OK(pair(all, RELATIONS_MAX)->sessions == 2);
	OK(pair(all, RELATIONS_MAX - 1)->sessions == 2);
	relations_free(all);
	store_close(s, NULL);
}

/* What pairs without a session hold together is limited. */
static void test_budget(void)
{
	static const uint8_t large[RELATION_BYTES_MAX / 2];
	struct store *s = opened();
	struct relations *all = relations_new(s);
	const struct fact_job f = { .coinbase1 = { large, sizeof(large) } };
	const uint32_t n = 2 * (RELATIONS_IDLE_MAX / sizeof(large));

	for (uint32_t k = 0; k < n; k++) {
		struct relation *r = pair(all, k);

		jobs_add(&r->jobs, &f);
		relations_put(r);
	}
	OK(relations_count(all) == n / 2);
	OK(relations_jobs_dropped(all) == n / 2);
	OK(pair(all, n - 1)->jobs.n == 1 && pair(all, 0)->jobs.n == 0);
	relations_free(all);
	store_close(s, NULL);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		play(&vectors[i]);
	test_own();
	test_hashes();
	test_pairs();
	test_model();
	test_limit();
	test_budget();
	return tap_end();
}
