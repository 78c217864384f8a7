/* make_case - a case of many shares, all proved, for measuring `assay verify`.
 *
 *	make_case OUT SHARES
 *
 * Sessions take turns, as they do in a capture of many miners. Each has a new
 * job every few dozen shares: a coinbase of 250 bytes and 12 branches. The
 * difficulty is so low that any hash is a proof. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "base/num.h"
#include "evidence/store.h"
#include "track/proof.h"

#define SESSIONS       100u
#define SHARES_PER_JOB 30u
#define DIFFICULTY     "0.0000000001"
#define START          INT64_C(1495012321000000000)

static uint8_t part[4096];

static void fail(const char *what)
{
	fprintf(stderr, "make_case: %s\n", what);
	exit(1);
}

static void name(char out[FACT_ID], uint32_t session)
{
	snprintf(out, FACT_ID, "%016x", session);
}

static void give_sessions(struct store *s)
{
	for (uint32_t i = 0; i < SESSIONS; i++) {
		struct fact_session f = { .dialect = "stratum-v1",
					  .client_ip = "10.1.0.1",
					  .server_ip = "10.2.0.1",
					  .client_port = (uint16_t)(40000 + i),
					  .server_port = 3333,
					  .algorithm = FACT_SHA256D };

		f.first.ns = f.last.ns = START;
		name(f.id, i);
		if (store_session(s, &f) != ST_OK)
			fail("the case cannot be written");
	}
}

/* Job n of a session; its parts are of part, which is not copied. */
static struct fact_job make_job(uint32_t session, uint32_t n, int64_t input)
{
	struct fact_job f = {
		.position = 1u << 31 | n,
		.input = input,
		.job_id = { part, 8 },
		.extranonce1 = { part + 1000, 4 },
		.extranonce1_source = FACT_SUBSCRIBE,
		.coinbase1 = { part + 200, 110 },
		.coinbase2 = { part + 400 + n % 64, 128 },
		.branches = { part + 600 + n % 64, 12 * 32UL },
		.version = 0x20000000,
		.nbits = 0x1703ffff,
		.difficulty = { (const uint8_t *)DIFFICULTY,
				sizeof(DIFFICULTY) - 1 },
		.algorithm = FACT_SHA256D,
	};

	name(f.session, session);
	f.time.ns = START + (int64_t)n;
	memcpy(f.previous, part + 2000, 32);
	return f;
}

static void give_share(struct store *s, uint32_t n, int64_t input)
{
	const struct proof_demand none = { { NULL, 0 }, { NULL, 0 } };
	const uint32_t session = n % SESSIONS, nth = n / SESSIONS;
	const struct fact_job job =
		make_job(session, nth / SHARES_PER_JOB, input);
	struct proof room;
	struct fact_share f = {
		.position = nth,
		.frame = n,
		.input = input,
		.worker = { (const uint8_t *)"account.worker17", 16 },
		.job_id = job.job_id,
		.has_job = true,
		.job_position = job.position,
		.extranonce2 = { (const uint8_t *)&n, sizeof(n) },
		.ntime = nth,
		.nonce = n * 2654435761u,
		.proof = FACT_HIGH,
		.verdict = FACT_ACCEPTED,
	};

	name(f.session, session);
	f.time.ns = START + (int64_t)n * 1000000;
	if (nth % SHARES_PER_JOB == 0 && store_job(s, &job) != ST_OK)
		fail("the case cannot be written");
	proof_make(&room, &f, &job, none, FACT_SHA256D);
	if (f.proof != FACT_PROVED || store_share(s, &f) != ST_OK)
		fail("the case cannot be written");
}

int main(int argc, char **argv)
{
	struct why why = { "" };
	struct store *s;
	int64_t input;
	uint64_t shares;

	if (argc != 3 ||
	    !num_u64(&shares, (struct span){ (const uint8_t *)argv[2],
					     strlen(argv[2]) }) ||
	    shares > 100000000)
		fail("usage: make_case OUT SHARES");
	for (size_t i = 0; i < sizeof(part); i++)
		part[i] = (uint8_t)(i * 7 + i / 256);
	s = store_open(argv[1], STORE_CREATE, &why);
	if (!s || store_input_begin(s, &input, "make_case") != ST_OK)
		fail(why.text);
	give_sessions(s);
	for (uint32_t n = 0; n < shares; n++)
		give_share(s, n, input);
	if (store_close(s, &why) != ST_OK)
		fail(why.text);
	return 0;
}
