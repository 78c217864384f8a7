/* A case may come from anyone: values that we would not have written are
 * found and named, whatever they are; bytes changed anywhere do no harm. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "evidence/test_store_sample.h"

#define MUTATIONS 300

static bool see_input(void *ctx, const struct fact_input *f, int64_t row)
{
	*(size_t *)ctx += strlen(f->name) + strlen(f->status) + (row != 0);
	return true;
}

static bool see_traffic(void *ctx, const struct fact_traffic *f)
{
	*(size_t *)ctx += f->seconds;
	return true;
}

static bool see_session(void *ctx, const struct fact_session *f)
{
	*(size_t *)ctx += strlen(f->id) + f->extranonce1.n;
	return true;
}

static bool see_text(void *ctx, struct span text)
{
	*(size_t *)ctx += text.n;
	return true;
}

static bool see_job(void *ctx, const struct fact_job *f)
{
	*(size_t *)ctx += f->branches.n + f->coinbase1.n + f->difficulty.n;
	return true;
}

static bool see_share(void *ctx, const struct fact_share *f)
{
	size_t *sum = ctx;

	/* Touch all bytes, so that a sanitizer sees any that are not there. */
	for (size_t i = 0; i < f->header.n; i++)
		*sum += f->header.p[i];
	for (size_t i = 0; i < f->worker.n; i++)
		*sum += f->worker.p[i];
	return true;
}

static bool see_period(void *ctx, const struct fact_period *f)
{
	*(size_t *)ctx += ts_known(f->from);
	return true;
}

/* Reads everything in every way; the worst that was said. */
static enum status read_all(struct store *s)
{
	const struct fact_session key = sample_session(ID_A);
	struct fact_session session;
	struct fact_job job;
	struct fact_share share;
	size_t sum = 0;
	enum status worst = ST_OK, is[] = {
		store_inputs(s, see_input, &sum),
		store_traffics(s, see_traffic, &sum),
		store_sessions(s, see_session, &sum),
		store_workers(s, NULL, see_text, &sum),
		store_workers(s, ID_A, see_text, &sum),
		store_jobs(s, NULL, see_job, &sum),
		store_jobs(s, ID_A, see_job, &sum),
		store_shares(s, NULL, see_share, &sum),
		store_shares(s, ID_A, see_share, &sum),
		store_periods(s, NULL, see_period, &sum),
		store_periods(s, ID_A, see_period, &sum),
		store_also_seen(s, sample_span(20, 32), ID_B, see_text, &sum),
	};

	store_join(s, &session, &key);
	store_session_at(s, &session, ID_A);
	store_job_at(s, &job, ID_A, 10);
	store_share_at(s, &share, ID_A, 20);
	for (size_t i = 0; i < sizeof(is) / sizeof(is[0]); i++)
		worst = is[i] != ST_OK ? is[i] : worst;
	return worst;
}

static const struct {
	const char *sql;
	bool good; /* odd, yet nothing that cannot be */
} cases[] = {
	{ "UPDATE share SET hash = x'00'", false },
	{ "UPDATE share SET hash = zeroblob(33)", false },
	{ "UPDATE share SET hash = 'text of thirty-two characters ..'", false },
	{ "UPDATE share SET hash = NULL", true },
	{ "UPDATE share SET header = zeroblob(79)", false },
	{ "UPDATE share SET header = zeroblob(0)", true },
	{ "UPDATE share SET target = zeroblob(31)", false },
	{ "UPDATE share SET proof = 'proved!'", false },
	{ "UPDATE share SET proof = ''", false },
	{ "UPDATE share SET proof = 7", false },
	{ "UPDATE share SET verdict = x'616363657074656400'", false },
	{ "UPDATE share SET position = -1", false },
	{ "UPDATE share SET position = 4294967296", false },
	{ "UPDATE share SET job_position = 1e300", false },
	{ "UPDATE share SET job_position = NULL", true },
	{ "UPDATE share SET rounding = 2", false },
	{ "UPDATE share SET nonce = 'b2957c02'", false },
	{ "UPDATE share SET difficulty = 9e999", false },
	{ "UPDATE share SET difficulty = -1.0", false },
	{ "UPDATE share SET difficulty = 'hard'", false },
	{ "UPDATE share SET worker = zeroblob(1048577)", false },
	{ "UPDATE share SET worker = 12", true }, /* affinity makes it text */
	{ "UPDATE share SET extranonce2 = 'text'", false },
	{ "UPDATE share SET frame = -5", false },
	{ "UPDATE share SET time = 'noon'", false },
	{ "UPDATE share SET time = -9223372036854775808", true },
	{ "UPDATE share SET session = 'short'", false },
	{ "UPDATE share SET header = zeroblob(140)", true },
	{ "UPDATE share SET header = zeroblob(32)", true },
	{ "UPDATE share SET header = zeroblob(139)", false },
	{ "UPDATE share SET solution = 'text'", false },
	{ "UPDATE share SET solution = zeroblob(1048577)", false },
	{ "UPDATE share SET witness = 'fine'", false },
	{ "UPDATE share SET witness = 2", false },
	{ "UPDATE share SET by_server = 2", false },
	{ "UPDATE job SET target = zeroblob(33)", false },
	{ "UPDATE job SET target = 'text'", false },
	{ "UPDATE job SET algorithm = 'sha3'", false },
	{ "UPDATE job SET variant = 7", true },
	{ "UPDATE job SET height = 4294967296", false },
	{ "UPDATE job SET height = -1", false },
	{ "UPDATE job SET previous = zeroblob(31)", false },
	{ "UPDATE job SET branches = zeroblob(33)", false },
	{ "UPDATE job SET branches = zeroblob(2097152)", false },
	{ "UPDATE job SET coinbase1 = zeroblob(1048577)", false },
	{ "UPDATE job SET extranonce1_source = 'heaven'", false },
	{ "UPDATE job SET input = -1", false },
	{ "UPDATE job SET difficulty = x'00ff'", true },
	{ "UPDATE session SET id = '00112233445566a'", false },
	{ "UPDATE session SET id = '00112233445566ag'", false },
	{ "UPDATE session SET client_port = 65536", false },
	{ "UPDATE session SET user_agent = cast(x'610062' AS TEXT)", false },
	{ "UPDATE session SET user_agent = x'61'", false },
	{ "UPDATE session SET clock_offset = 9e999", false },
	{ "UPDATE session SET gaps = -1", false },
	{ "UPDATE session SET algorithm = 'sha256'", false },
	{ "UPDATE session SET carrier = x'61'", false },
	{ "UPDATE session SET ja3 = 7", true },
	{ "UPDATE session SET tls_names = cast(x'610062' AS TEXT)", false },
	{ "UPDATE session SET other_calls = -1", false },
	{ "UPDATE session SET reported_rate = -1.0", false },
	{ "UPDATE session SET reported_rate = 9e999", false },
	{ "UPDATE session SET reported_rate = NULL", true },
	{ "UPDATE session SET client_bytes = -1", false },
	{ "UPDATE session SET server_packets = 'many'", false },
	{ "UPDATE session SET server_bytes = NULL", true },
	{ "UPDATE traffic SET seconds = 0", false },
	{ "UPDATE traffic SET seconds = 4294967296", false },
	{ "UPDATE traffic SET packets = -1", false },
	{ "UPDATE traffic SET start = 'noon' || start", false },
	{ "UPDATE traffic SET first = NULL", true },
	{ "UPDATE traffic SET input = input + 7", true },
	{ "UPDATE worker SET name = zeroblob(1048577)", false },
	{ "UPDATE input SET sha256 = x'01'", false },
	{ "UPDATE input SET name = x'00'", false },
	{ "UPDATE input SET packets = -1", false },
	{ "UPDATE period SET last = 'later'", false },
	{ "UPDATE period SET difficulty = -1", false },
	{ "DROP VIEW share_view; DROP TABLE share; "
	  "CREATE VIEW share AS SELECT * FROM job",
	  false },
	{ "CREATE TRIGGER t AFTER INSERT ON worker BEGIN "
	  "DELETE FROM share; END",
	  true },
};

static void test_values(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct store *s = sample_open();
		struct why why = { "" };
		enum status found;

		OK(sample_capture(s, "a.pcap", 1));
		OK(store_flush(s, NULL) == ST_OK);
		sqlite3_exec(s->db, "PRAGMA foreign_keys = OFF", NULL, NULL,
			     NULL);
		printf("# %s\n", cases[i].sql);
		OK(!sqlite3_exec(s->db, cases[i].sql, NULL, NULL, NULL));
		found = read_all(s);
		OK((found == ST_OK) == cases[i].good);
		OK(store_failed(s, &why) == !cases[i].good);
		OK(cases[i].good == !why.text[0]);
		store_close(s, NULL);
	}
}

/* No trigger of a stranger's case runs. */
static void test_trigger(void)
{
	struct store *s = sample_open();

	OK(sample_capture(s, "a.pcap", 1));
	OK(!sqlite3_exec(s->db,
			 "CREATE TRIGGER t AFTER INSERT ON worker BEGIN "
			 "DELETE FROM share; END",
			 NULL, NULL, NULL));
	OK(store_worker(s, ID_A, SPAN("another")) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM share") == 1);
	OK(store_close(s, NULL) == ST_OK);
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

static void make_case(const char *path)
{
	struct store *s = store_open(path, STORE_CREATE, NULL);
	bool ok = s && sample_capture(s, "a.pcap", 1);

	for (uint32_t i = 100; ok && i < 140; i++) {
		const struct fact_share f = sample_share(ID_A, i);

		ok = store_share(s, &f) == ST_OK;
	}
	OK(ok && store_close(s, NULL) == ST_OK);
}

/* The case with some of its bytes changed, and sometimes its end cut off. */
static void write_changed(const char *path, const uint8_t *good, size_t n,
			  uint64_t *random, int round)
{
	const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	size_t keep = n;

	if (round % 50 == 49)
		keep = next_random(random) % n;
	OK(write(fd, good, keep) == (ssize_t)keep);
	for (int i = 0; i <= round % 8 && keep == n; i++) {
		const uint8_t byte = (uint8_t)next_random(random);

		OK(pwrite(fd, &byte, 1, (off_t)(next_random(random) % n)) == 1);
	}
	close(fd);
}

static uint8_t *read_file(const char *path, size_t *n)
{
	const int fd = open(path, O_RDONLY);
	const off_t size = lseek(fd, 0, SEEK_END);
	uint8_t *p = malloc((size_t)size);

	OK(p && pread(fd, p, (size_t)size, 0) == size);
	close(fd);
	*n = (size_t)size;
	return p;
}

static void test_bytes(void)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char folder[] = "/tmp/test_store_XXXXXX", path[64], name[80];
	uint64_t random = 20170517;
	int refused = 0, worse = 0;
	uint8_t *good;
	size_t n;

	OK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/case.db", folder);
	make_case(path);
	good = read_file(path, &n);
	for (int i = 0; i < MUTATIONS; i++) {
		struct store *s;

		write_changed(path, good, n, &random, i);
		s = store_open(path, i % 4 ? STORE_READ : STORE_CREATE, NULL);
		if (!s)
			refused++;
		else
			worse +=
				read_all(s) != ST_OK ||
				(i % 4 == 0 && !sample_capture(s, "b.pcap", 2));
		store_close(s, NULL);
		for (size_t k = 0; k < sizeof(tails) / sizeof(tails[0]); k++) {
			snprintf(name, sizeof(name), "%s%s", path, tails[k]);
			unlink(name);
		}
	}
	free(good);
	printf("# of %d changed cases %d were refused, %d found damaged\n",
	       MUTATIONS, refused, worse);
	OK(worse > 0);
	OK(rmdir(folder) == 0);
}

int main(void)
{
	test_values();
	test_trigger();
	test_bytes();
	return tap_end();
}
