/* A case outlives a kill, a full disk and a second writer, and is not taken
 * for what it is not. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "evidence/test_store_sample.h"

static char folder[] = "/tmp/test_store_XXXXXX", path[64], wal[70];

static void clean(void)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		char name[80];

		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
}

static bool exists(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0;
}

static struct store *must_open(enum store_mode mode)
{
	struct why why = { "" };
	struct store *s = store_open(path, mode, &why);

	if (!s)
		printf("# %s\n", why.text);
	OK(s != NULL);
	return s;
}

/* Refused, with a sentence that has these words. */
static bool refused(enum store_mode mode, const char *words)
{
	struct why why = { "" };
	struct store *s = store_open(path, mode, &why);
	const bool ok = !s && strstr(why.text, words);

	if (!ok)
		printf("# %s: '%s'\n", s ? "opened" : "refused", why.text);
	store_close(s, NULL);
	return ok;
}

static void write_file(const char *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	OK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

static bool run_sql(const char *sql)
{
	sqlite3 *db = NULL;
	const bool ok = sqlite3_open(path, &db) == SQLITE_OK &&
			sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;

	sqlite3_close(db);
	return ok;
}

static void test_round_trip(void)
{
	struct store *s = must_open(STORE_CREATE);
	struct buf before;

	OK(sample_capture(s, "a.pcap", 1));
	before = sample_dump(s);
	OK(store_close(s, NULL) == ST_OK);
	OK(!exists(wal)); /* one plain file */
	s = must_open(STORE_READ);
	OK(sample_same(before, sample_dump(s)));
	before = sample_dump(s);
	OK(store_close(s, NULL) == ST_OK);
	OK(!exists(wal));
	s = must_open(STORE_CREATE);
	OK(sample_capture(s, "a.pcap", 1));
	OK(sample_same(before, sample_dump(s)));
	OK(store_close(s, NULL) == ST_OK);
	clean();
}

static void test_read_while_written(void)
{
	struct store *w = must_open(STORE_CREATE), *r;
	const struct fact_session f = sample_session(ID_B);
	struct fact_session out;

	OK(sample_capture(w, "a.pcap", 1));
	OK(store_flush(w, NULL) == ST_OK);
	OK(store_session(w, &f) == ST_OK);
	r = must_open(STORE_READ);
	OK(store_session_at(r, &out, ID_A));
	OK(!store_session_at(r, &out, ID_B));
	OK(store_flush(w, NULL) == ST_OK);
	OK(store_session_at(r, &out, ID_B));
	OK(store_session(r, &f) == ST_IO && store_failed(r, NULL));
	OK(store_close(w, NULL) == ST_OK);
	OK(store_close(r, NULL) == ST_IO);
	clean();
}

static void test_one_writer(void)
{
	struct store *w = must_open(STORE_CREATE);

	OK(refused(STORE_CREATE, "another assay is writing"));
	OK(sample_capture(w, "a.pcap", 1));
	OK(refused(STORE_CREATE, "another assay is writing"));
	OK(store_close(w, NULL) == ST_OK);
	w = must_open(STORE_CREATE);
	OK(store_close(w, NULL) == ST_OK);
	clean();
}

static void test_foreign(void)
{
	static const char garbage[] = "\xd4\xc3\xb2\xa1 is a capture, not a "
				      "case, and must stay what it is";
	char after[sizeof(garbage)] = "";
	FILE *f;

	OK(refused(STORE_READ, "No such file"));
	write_file(garbage, sizeof(garbage));
	OK(refused(STORE_READ, "not a case file"));
	OK(refused(STORE_CREATE, "not a case file"));
	f = fopen(path, "rb");
	OK(f && fread(after, 1, sizeof(after), f) == sizeof(after) &&
	   !memcmp(after, garbage, sizeof(after)) && fgetc(f) == EOF);
	fclose(f);
	clean();

	write_file("", 0);
	OK(refused(STORE_READ, "empty"));
	clean();

	OK(run_sql("CREATE TABLE places(url TEXT)"));
	OK(refused(STORE_READ, "another program"));
	OK(refused(STORE_CREATE, "another program"));
	clean();
}

static void test_newer(void)
{
	struct store *s = must_open(STORE_CREATE);

	OK(store_close(s, NULL) == ST_OK);
	OK(run_sql("PRAGMA user_version = 4"));
	OK(refused(STORE_READ, "newer assay"));
	OK(refused(STORE_CREATE, "newer assay"));
	OK(run_sql("PRAGMA user_version = 1"));
	OK(refused(STORE_CREATE, "older assay"));
	OK(run_sql("PRAGMA user_version = 0"));
	OK(refused(STORE_CREATE, "damaged"));
	clean();
}

static void test_names(void)
{
	struct why why = { "" };

	OK(!store_open("", STORE_CREATE, &why) && why.text[0]);
	OK(!store_open(":memory:", STORE_CREATE, &why));
	OK(!store_open(folder, STORE_CREATE, &why));
	printf("# %s\n", why.text);
	OK(!store_open("/nowhere/at/all", STORE_CREATE, NULL));
}

/* Writes sessions and shares for ever; says after each flush how many. */
static void write_until_killed(int out)
{
	struct store *s = store_open(path, STORE_CREATE, NULL);
	struct fact_session session = sample_session(ID_A);
	struct fact_share share = sample_share(ID_A, 0);

	if (!s || store_session(s, &session) != ST_OK ||
	    store_input_begin(s, &share.input, "killed.pcap") != ST_OK)
		_exit(1);
	for (uint32_t n = 1;; n++) {
		uint8_t hash[32] = { (uint8_t)n, (uint8_t)(n >> 8),
				     (uint8_t)(n >> 16) };

		share.position = n;
		share.hash = (struct span){ hash, 32 };
		if (store_share(s, &share) != ST_OK)
			_exit(1);
		if (n % 1000 != 0)
			continue;
		if (store_flush(s, NULL) != ST_OK ||
		    write(out, &n, sizeof(n)) != sizeof(n))
			_exit(1);
	}
}

/* The last count that was flushed before the child was killed. */
static uint32_t kill_writer_after(long ms)
{
	const struct timespec wait = { ms / 1000, ms % 1000 * 1000000 };
	uint32_t flushed = 0, n;
	int pipe_end[2], ended = 0;
	pid_t child;

	fflush(stdout);
	if (pipe(pipe_end) != 0 || (child = fork()) < 0)
		return 0;
	if (child == 0) {
		close(pipe_end[0]);
		write_until_killed(pipe_end[1]);
	}
	close(pipe_end[1]);
	nanosleep(&wait, NULL);
	kill(child, SIGKILL);
	waitpid(child, &ended, 0);
	OK(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL);
	while (read(pipe_end[0], &n, sizeof(n)) == sizeof(n))
		flushed = n;
	close(pipe_end[0]);
	return flushed;
}

static bool sound(struct store *s)
{
	return sample_count(s, "SELECT count(*) FROM pragma_integrity_check "
			       "WHERE integrity_check = 'ok'") == 1 &&
	       sample_count(s, "SELECT count(*) FROM "
			       "pragma_foreign_key_check") == 0;
}

static void check_after_kill(enum store_mode mode, uint32_t flushed)
{
	struct store *s = must_open(mode);
	char sql[80];

	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM share WHERE position <= %u",
		 (unsigned)flushed);
	OK(sound(s));
	OK(sample_count(s, sql) == flushed);
	OK(store_close(s, NULL) == ST_OK);
}

static void test_killed(void)
{
	static const long moments[] = { 60, 73, 120, 170, 251, 333, 407 };
	uint32_t most = 0;

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		const uint32_t flushed = kill_writer_after(moments[i]);

		most = flushed > most ? flushed : most;
		if (!exists(path))
			continue; /* killed before it began */
		if (flushed)
			check_after_kill(STORE_READ, flushed);
		check_after_kill(STORE_CREATE, flushed);
		if (i % 2)
			clean(); /* else the next one goes on from here */
	}
	printf("# at most %u shares before a kill\n", (unsigned)most);
	OK(most > 0);
	clean();
}

/* The input that a killed run left is replaced by the one read again. */
static void test_reading_again_after_kill(void)
{
	struct store *s;
	const struct fact_input f = sample_input("killed.pcap", 9);
	struct fact_share share = sample_share(ID_A, 1);
	int64_t row;

	if (kill_writer_after(300) == 0)
		kill_writer_after(3000);
	s = must_open(STORE_CREATE);
	OK(sample_count(s, "SELECT count(*) FROM input") == 1);
	OK(sample_count(s, "DELETE FROM share WHERE position > 2") == -1);
	OK(store_input_begin(s, &row, "killed.pcap") == ST_OK);
	share.input = row;
	OK(store_share(s, &share) == ST_OK);
	OK(sample_count(s, "SELECT input FROM share "
			   "WHERE position = 1") == row);
	OK(store_input_end(s, row, &f) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM input") == 2);
	OK(store_input_begin(s, &row, "killed.pcap") == ST_OK);
	share.input = row;
	share.position = 2;
	OK(store_share(s, &share) == ST_OK);
	OK(store_input_end(s, row, &f) == ST_OK);
	OK(sample_count(s, "SELECT count(*) FROM input") == 1);
	OK(sample_count(s, "SELECT count(DISTINCT input) FROM share") == 1);
	OK(sound(s));
	OK(store_close(s, NULL) == ST_OK);
	clean();
}

/* Gives shares until the store says no; returns how many it took. */
static uint32_t fill(struct store *s, uint32_t most)
{
	struct fact_share share = sample_share(ID_A, 0);
	uint32_t n = 0;

	while (n < most) {
		share.position = n + 1;
		share.nonce = n;
		if (store_share(s, &share) != ST_OK ||
		    (n % 500 == 0 && store_flush(s, NULL) != ST_OK))
			break;
		n++;
	}
	return n;
}

static void check_full(struct store *s, const char *words, bool in_time)
{
	struct why why = { "" }, again = { "" };
	const struct fact_session f = sample_session(ID_B);

	OK(in_time);
	OK(store_failed(s, &why) && strstr(why.text, words));
	printf("# %s\n", why.text);
	OK(store_session(s, &f) == ST_IO);
	OK(store_worker(s, ID_A, SPAN("w")) == ST_IO);
	OK(store_flush(s, &again) == ST_IO && !strcmp(why.text, again.text));
	again.text[0] = '\0';
	OK(sample_count(s, "SELECT count(*) FROM share") >= 1000);
	OK(store_close(s, &again) == ST_IO && !strcmp(why.text, again.text));
}

static void test_pages_full(void)
{
	struct store *s = must_open(STORE_CREATE);
	const struct fact_session session = sample_session(ID_A);

	OK(store_session(s, &session) == ST_OK && fill(s, 1001) == 1001);
	OK(store_flush(s, NULL) == ST_OK);
	OK(sample_count(s, "PRAGMA max_page_count = 300") == 300);
	check_full(s, "disk is full", fill(s, 100000) < 100000);
	s = must_open(STORE_READ);
	OK(sound(s));
	OK(sample_count(s, "SELECT count(*) FROM share") >= 1000);
	OK(store_close(s, NULL) == ST_OK);
	clean();
}

static void test_file_limit(void)
{
	struct store *s = must_open(STORE_CREATE);
	const struct fact_session session = sample_session(ID_A);
	struct rlimit was, limit;

	OK(store_session(s, &session) == ST_OK && fill(s, 1001) == 1001);
	OK(store_flush(s, NULL) == ST_OK);
	signal(SIGXFSZ, SIG_IGN);
	OK(getrlimit(RLIMIT_FSIZE, &was) == 0);
	limit = was;
	limit.rlim_cur = 3000000;
	OK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	check_full(s, path, fill(s, 100000) < 100000);
	OK(setrlimit(RLIMIT_FSIZE, &was) == 0);
	s = must_open(STORE_CREATE);
	OK(sound(s));
	OK(sample_count(s, "SELECT count(*) FROM share") >= 1000);
	OK(fill(s, 20000) == 20000);
	OK(store_close(s, NULL) == ST_OK);
	clean();
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/case.db", folder);
	snprintf(wal, sizeof(wal), "%s-wal", path);
	test_round_trip();
	test_read_while_written();
	test_one_writer();
	test_foreign();
	test_newer();
	test_names();
	test_killed();
	test_reading_again_after_kill();
	test_pages_full();
	test_file_limit();
	OK(rmdir(folder) == 0);
	return tap_end();
}
