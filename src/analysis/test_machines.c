#include "analysis/machines.h"

#include <math.h>

#include "analysis/test_money_sample.h"
#include "coin/target.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

static struct ts may(void)
{
	struct ts t = TS_NONE;

	OK(ts_parse(&t, sample_text("2017-05-17")));
	return t;
}

static void session(struct store *s, const char *id, const char *agent,
		    enum fact_algorithm algorithm, double first, double last)
{
	struct fact_session f = { .dialect = "stratum-v1",
				  .client_ip = "10.0.0.1",
				  .server_ip = "10.0.0.2",
				  .client_port = 50000,
				  .server_port = 3333,
				  .user_agent = agent,
				  .first = AT(first),
				  .last = AT(last),
				  .algorithm = algorithm };

	snprintf(f.id, sizeof(f.id), "%s", id);
	OK(store_session(s, &f) == ST_OK);
}

static struct work rate_of(double low, double mid, double high, double seconds)
{
	return (struct work){ .unique = 9,
			      .rate_seconds = seconds,
			      .rate = { low, mid, high, 0.95, "fay-feuer" } };
}

static struct machines measure(struct store *s, struct money_sample *x,
			       const struct work *work)
{
	struct machines m;

	money_load(x, s, NULL);
	OK(machines_of_subject(&m, s, &x->subject, work, may()) == ST_OK);
	return m;
}

/* Of sessions with these agents (NULL: none was seen); both may be one. */
static struct machines of_agents(const char *a, const char *b,
				 enum fact_algorithm algorithm,
				 const struct work *work)
{
	struct store *s = sample_store();
	struct money_sample x;
	struct machines m;

	session(s, A, a, algorithm, 1000, 2000);
	session(s, B, b, algorithm, 1500, 3000);
	m = measure(s, &x, work);
	finding_free_all(&x.findings);
	store_close(s, NULL);
	m.num_agents = 0; /* they were the findings' */
	return m;
}

/* 1 % of the network of 17 May 2017. */
#define ONE_PERCENT 40.0847e15

static void test_bounds(void)
{
	const struct work work =
		rate_of(ONE_PERCENT, ONE_PERCENT, ONE_PERCENT, 1000);
	struct machines m = of_agents(NULL, NULL, FACT_SHA256D, &work);

	OK(m.fastest && near(m.at_least, ceil(ONE_PERCENT / m.fastest->rate)));
	OK(m.fastest->release.ns <= may().ns && m.num_models == 0);
	OK(m.narrow == HARDWARE_ANY);
	OK(strcmp(m.power.method, "hardware-table") == 0);
	OK(m.power.low < m.power.mid && m.power.mid < m.power.high);
	OK(near(m.energy.mid, m.power.mid * 1000));
	OK(near(m.energy_whole.mid, m.power.mid * 2000));

	m = of_agents("bmminer/2.0.0/Antminer S9/13000",
		      "bmminer/2.0.0/Antminer S9/13000", FACT_SHA256D, &work);
	OK(m.narrow == HARDWARE_NAMED && m.num_models == 3);
	OK(strcmp(m.power.method, "agent") == 0);
	OK(near(m.power.low, ONE_PERCENT / 1e12 * 85));
	OK(near(m.power.mid, ONE_PERCENT / 1e12 * 90));
	OK(near(m.power.high, ONE_PERCENT / 1e12 * 100));
	OK(near(m.at_least, ceil(ONE_PERCENT / 14.5e12)));

	/* One session that tells nothing takes the certainty away. */
	m = of_agents("Antminer S9/x", NULL, FACT_SHA256D, &work);
	OK(m.narrow == HARDWARE_ANY && m.num_models == 0);
	OK(strcmp(m.power.method, "hardware-table") == 0);
	/* A family: too many models to list. */
	m = of_agents("bmminer/2.0.0", "bmminer/2.0.0", FACT_SHA256D, &work);
	OK(m.narrow == HARDWARE_FAMILY && m.num_models == 0);
	OK(strncmp(m.fastest->model, "Antminer", 8) == 0);
}

static void test_small(void)
{
	const struct work slow = rate_of(1e6, 2e6, 3e6, 1000);
	const struct work none = { .unique = 0 };
	struct work unrated = slow;
	struct machines m = of_agents("cpuminer/2.5.1", "cpuminer/2.5.1",
				      FACT_SHA256D, &slow);

	/* CPUs are not bounded by tables of machines. */
	OK(m.at_least == 1 && !m.fastest && m.narrow == HARDWARE_KINDS);
	OK(!m.power.method && !m.energy.method);
	m = of_agents(NULL, NULL, FACT_SHA256D, &slow);
	OK(m.at_least == 1 && m.fastest != NULL);
	/* So little is no machine's of the table: it tells no power. */
	OK(!m.power.method && !m.energy.method);
	unrated.rate = rate_unknown;
	m = of_agents(NULL, NULL, FACT_SHA256D, &unrated);
	OK(m.at_least == 1 && !m.fastest && !m.power.method);
	m = of_agents(NULL, NULL, FACT_SHA256D, &none);
	OK(m.at_least == 0 && !m.power.method && isnan(m.power.mid));
	/* Tables are of SHA-256d. */
	m = of_agents(NULL, NULL, FACT_SCRYPT, &slow);
	OK(m.at_least == 1 && !m.fastest && !m.power.method);
}

/* Connections at one time, workers, addresses; agents are counted. */
static void test_indicated(void)
{
	struct store *s = sample_store();
	const struct work work = rate_of(1e12, 2e12, 3e12, 1000);
	struct money_sample x;
	struct machines m;

	session(s, A, "cgminer/4.11.1", FACT_SHA256D, 1000, 2000);
	session(s, B, "cgminer/4.11.1", FACT_SHA256D, 1500, 3000);
	session(s, "cccccccccccccccc", "x/1", FACT_SHA256D, 2500, 2500);
	OK(store_worker(s, A, sample_text("one")) == ST_OK);
	OK(store_worker(s, A, sample_text("two")) == ST_OK);
	OK(store_worker(s, B, sample_text("two")) == ST_OK);
	OK(store_worker(s, B, sample_text("three")) == ST_OK);
	m = measure(s, &x, &work);
	OK(m.connections == 2 && m.workers == 3 && m.addresses == 1);
	OK(m.subranges == 0 && m.indicated == 3);
	OK(m.num_agents == 2 && m.agent[0].sessions == 2);
	OK(strcmp(m.agent[0].text, "cgminer/4.11.1") == 0);
	OK(strstr(m.agent[0].software, "FPGA, ASIC") && !m.agent[1].software);
	/* The unknown one may be anything. */
	OK(m.narrow == HARDWARE_ANY);
	OK(m.nonce == MACHINES_PATTERN_UNKNOWN && isnan(m.rhythm));
	OK(isnan(m.bytes_per_second));
	x.subject.worker = "two";
	OK(machines_of_subject(&m, s, &x.subject, &work, may()) == ST_OK);
	OK(m.workers == 1);
	finding_free_all(&x.findings);
	store_close(s, NULL);
}

static void add_share(struct store *s, uint32_t i, uint8_t hash[32],
		      uint8_t extranonce2[4])
{
	struct fact_share f = { .session = A,
				.position = i,
				.time = AT(1000 + 2 * i),
				.input = 1,
				.proof = FACT_PROVED,
				.algorithm = FACT_SHA256D,
				.nonce = i * 0x9e3779b1u,
				.has_version_bits = true,
				.version_mask = 0x00ffe000,
				.version_bits = 0x00002000,
				.difficulty = 1,
				.extranonce2 = { extranonce2, 4 },
				.hash = { hash, 32 },
				.target = { hash, 32 } };

	OK(store_share(s, &f) == ST_OK);
}

/* What shares tell of firmware; one header twice counts once. */
static void test_habits(void)
{
	struct store *s = sample_store();
	const struct work work = rate_of(1e12, 2e12, 3e12, 1000);
	struct money_sample x;
	struct machines m;

	session(s, A, NULL, FACT_SHA256D, 1000, 2000);
	sample_job(s, A, 1, "1");
	sample_period(s, A, 1000, 2000, 1);
	for (uint32_t i = 0; i < 64; i++) {
		uint8_t hash[32] = { (uint8_t)i, 1 };
		uint8_t extranonce2[4] = { (uint8_t)i };

		add_share(s, 10 + i, hash, extranonce2);
	}
	m = measure(s, &x, &work);
	OK(m.nonce == MACHINES_PATTERN_UNIFORM);
	OK(m.version_bits == MACHINES_PATTERN_FIXED);
	OK(m.extranonce2 == MACHINES_PATTERN_LOW);
	OK(m.rhythm < 1e-6); /* a timer's */
	OK(strcmp(machines_pattern_text(m.nonce), "uniform") == 0);
	OK(strcmp(machines_pattern_text(MACHINES_PATTERN_UNKNOWN), "unknown") ==
	   0);
	finding_free_all(&x.findings);
	store_close(s, NULL);
}

int main(void)
{
	test_bounds();
	test_small();
	test_indicated();
	test_habits();
	return tap_end();
}
