#include "analysis/exhibits.h"

#include "analysis/test_money_sample.h"
#include "coin/header.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"

/* A share whose hash is a number of `zeros` zero bytes and others; header n is
 * of another number. */
struct shown {
	const char *session;
	uint32_t position;
	double time;
	unsigned zeros;
	size_t header;
	uint32_t nbits;
};

static void add(struct store *s, struct shown x)
{
	uint8_t header[80] = { 1, 2 }, hash[32], target[32];
	struct fact_share f = { .position = x.position,
				.time = AT(x.time),
				.input = 1,
				.frame = x.position * 2,
				.worker = sample_text("w"),
				.has_job = true,
				.job_position = 1,
				.proof = FACT_PROVED,
				.algorithm = FACT_SHA256D,
				.verdict = FACT_ACCEPTED,
				.difficulty = 1,
				.header = { header, x.header },
				.hash = { hash, 32 },
				.target = { target, 32 } };

	memset(target, 0xff, sizeof(target));
	memset(hash, 0, sizeof(hash));
	memset(hash, 0x55, sizeof(hash) - x.zeros);
	hash[0] = (uint8_t)x.position;
	for (unsigned i = 0; i < 4; i++)
		header[72 + i] = (uint8_t)(x.nbits >> (8 * i));
	snprintf(f.session, sizeof(f.session), "%s", x.session);
	OK(store_share(s, &f) == ST_OK);
}

static void add_job(struct store *s, const char *session)
{
	struct fact_job f = {
		.position = 1, .time = AT(1000), .input = 1, .frame = 7
	};

	snprintf(f.session, sizeof(f.session), "%s", session);
	OK(store_job(s, &f) == ST_OK);
}

static bool is(const struct exhibit *e, const char *client, uint32_t position,
	       enum exhibit_why why)
{
	if (e->position != position || e->why != why)
		printf("# %s %u %s\n", e->client, e->position,
		       exhibit_why_text(e->why));
	return strcmp(e->client, client) == 0 && e->position == position &&
	       e->why == why;
}

static void choose(struct exhibits *e, struct store *s)
{
	struct money_sample x;

	money_load(&x, s, NULL);
	OK(exhibits_choose(e, s, &x.findings) == ST_OK);
	finding_free_all(&x.findings);
}

static void test_choice(void)
{
	struct store *s = sample_store();
	struct exhibits e;

	sample_session(s, A, "10.0.0.9", FACT_SHA256D);
	sample_session(s, B, "10.0.0.1", FACT_SHA256D);
	add_job(s, A);
	add_job(s, B);
	add(s, (struct shown){ A, 10, 1010, 5, 80, 0x1801f6a7 });
	add(s, (struct shown){ A, 20, 1020, 6, 80, 0x1801f6a7 }); /* best */
	add(s, (struct shown){ A, 30, 1030, 5, 80, 0x1801f6a7 });
	add(s, (struct shown){ A, 40, 1040, 5, 80, 0x207fffff }); /* block */
	add(s, (struct shown){ A, 50, 1050, 5, 80, 0x1801f6a7 });
	add(s, (struct shown){ B, 10, 1500, 5, 80, 0x1801f6a7 }); /* all */
	/* Equihash's header: not shown. */
	add(s, (struct shown){ B, 20, 1600, 5, 76, 0x1801f6a7 });
	choose(&e, s);
	OK(e.n == 5 && e.left_out == 0);
	OK(is(&e.exhibit[0], "10.0.0.1", 10, EXHIBIT_FIRST));
	OK(is(&e.exhibit[1], "10.0.0.9", 10, EXHIBIT_FIRST));
	OK(is(&e.exhibit[2], "10.0.0.9", 20, EXHIBIT_BEST));
	OK(is(&e.exhibit[3], "10.0.0.9", 40, EXHIBIT_BLOCK));
	OK(is(&e.exhibit[4], "10.0.0.9", 50, EXHIBIT_LAST));
	OK(e.exhibit[2].frame == 40 && e.exhibit[2].job_frame == 7);
	OK(e.exhibit[2].own_difficulty > e.exhibit[1].own_difficulty);
	OK(!strcmp(e.exhibit[2].worker, "w") && e.exhibit[2].input == 1);
	OK(!strcmp(e.exhibit[2].server, "10.0.0.2"));
	OK(!strcmp(e.exhibit[2].session, A) && e.exhibit[2].header[0] == 1);
	exhibits_free(&e);
	store_close(s, NULL);
}

/* More blocks than half of the places: the earliest are shown. */
static void test_many(void)
{
	struct store *s = sample_store();
	struct exhibits e;
	unsigned blocks = 0;

	sample_session(s, A, "10.0.0.9", FACT_SHA256D);
	add_job(s, A);
	for (uint32_t i = 0; i < 150; i++)
		add(s,
		    (struct shown){ A, 10 + i, 1010 + i, 5, 80, 0x207fffff });
	choose(&e, s);
	for (size_t i = 0; i < e.n; i++)
		blocks += e.exhibit[i].why == EXHIBIT_BLOCK;
	OK(blocks == EXHIBITS_MAX / 2 && e.left_out == 50);
	OK(e.n == blocks + 1 && e.exhibit[e.n - 1].why == EXHIBIT_LAST);
	exhibits_free(&e);
	store_close(s, NULL);

	s = sample_store();
	for (uint32_t i = 0; i < 90; i++) {
		char id[FACT_ID], ip[32];

		snprintf(id, sizeof(id), "%016u", i);
		snprintf(ip, sizeof(ip), "10.0.1.%u", i);
		sample_session(s, id, ip, FACT_SHA256D);
		for (uint32_t k = 1; k <= 3; k++)
			add(s,
			    (struct shown){ id, 10 * k, 1000 + 10 * k,
					    k == 2 ? 6 : 5, 80, 0x1801f6a7 });
	}
	choose(&e, s);
	OK(e.n == EXHIBITS_MAX && e.left_out == 270 - EXHIBITS_MAX);
	blocks = 0;
	for (size_t i = 0; i < e.n; i++)
		blocks += e.exhibit[i].why == EXHIBIT_FIRST;
	OK(blocks == 90); /* of each miner the first before any other */
	exhibits_free(&e);
	store_close(s, NULL);
}

static void test_none(void)
{
	struct store *s = sample_store();
	struct exhibits e;

	choose(&e, s);
	OK(e.n == 0 && e.left_out == 0);
	exhibits_free(&e);
	store_close(s, NULL);
}

int main(void)
{
	test_choice();
	test_many();
	test_none();
	return tap_end();
}
