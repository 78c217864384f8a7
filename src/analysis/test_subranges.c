#include "analysis/subranges.h"

#include "analysis/test_analysis_sample.h"

#define A "aaaaaaaaaaaaaaaa"

struct made {
	struct store *store;
	uint32_t position;
};

static void submit(struct made *m, uint32_t job, const uint8_t *extranonce2,
		   size_t n)
{
	struct fact_share f = { .position = ++m->position,
				.time = AT(1000 + m->position),
				.input = 1,
				.has_job = true,
				.job_position = job,
				.extranonce2 = { extranonce2, n },
				.proof = FACT_HIGH };

	snprintf(f.session, sizeof(f.session), "%s", A);
	OK(store_share(m->store, &f) == ST_OK);
}

static struct subranges counted(struct made *m)
{
	const char *id = A;
	struct subranges out;

	OK(subranges_of_connections(&out, m->store, &id, 1) == ST_OK);
	store_close(m->store, NULL);
	return out;
}

static struct made made(void)
{
	struct made m = { .store = sample_store() };

	sample_session(m.store, A, "10.0.0.1", FACT_SHA256D);
	return m;
}

/* Five machines behind a proxy, each with a first byte of its own and a counter
 * behind it, in an order without a pattern. */
static void test_proxy(void)
{
	struct made m = made();

	for (uint32_t job = 1; job <= 6; job++) {
		for (uint32_t i = 0; i < 40; i++) {
			const uint8_t e[4] = { (uint8_t)(i * 7 % 5), 0, 0,
					       (uint8_t)(i / 5) };

			submit(&m, job, e, sizeof(e));
		}
	}
	const struct subranges found = counted(&m);

	OK(found.machines == 5 && found.prefix_bytes == 1);
}

/* Their parts differ in the second byte only. */
static void test_second_byte(void)
{
	struct made m = made();

	for (uint32_t job = 1; job <= 3; job++) {
		for (uint32_t i = 0; i < 30; i++) {
			const uint8_t e[8] = { 0, (uint8_t)(i % 3), 0,
					       (uint8_t)i };

			submit(&m, job, e, sizeof(e));
		}
	}
	const struct subranges found = counted(&m);

	OK(found.machines == 3 && found.prefix_bytes == 2);
}

/* One machine counts on, first byte first (cpuminer) or last byte first; where
 * two threads overlap a value may come back once. */
static void test_counter(bool little_endian, bool overlap)
{
	struct made m = made();

	for (uint32_t job = 1; job <= 10; job++) {
		for (uint32_t i = 0; i < 30; i++) {
			uint32_t v = i / 3;
			uint8_t e[4] = { 0 };

			if (overlap && i % 3 == 0 && v > 0)
				v--;
			else if (overlap && i % 3 == 2)
				v++;
			e[little_endian ? 0 : 3] = (uint8_t)v;
			submit(&m, job, e, sizeof(e));
		}
	}
	OK(counted(&m).machines == 0);
}

/* Shares so rare that no turn shows, and no shares at all. */
static void test_too_few(void)
{
	struct made m = made();

	for (uint32_t job = 1; job <= 20; job++) {
		const uint8_t e[4] = { (uint8_t)(job % 4) };

		submit(&m, job, e, sizeof(e));
	}
	OK(counted(&m).machines == 0);
	m = made();
	OK(counted(&m).machines == 0);
}

int main(void)
{
	test_proxy();
	test_second_byte();
	test_counter(true, false);
	test_counter(false, false);
	test_counter(true, true);
	test_too_few();
	return tap_end();
}
