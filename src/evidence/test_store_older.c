/* A case of schema 2 is read as it is, and brought up to date when written. */
#include <stdio.h>
#include <unistd.h>

#include "evidence/test_store_sample.h"

/* As assay 0.1.0 of schema 2 made it; of the view, which nothing reads, only
 * so much that functions stand in it. */
static const char schema_2[] =
	"CREATE TABLE input(row INTEGER PRIMARY KEY, name TEXT NOT NULL, "
	"sha256 BLOB UNIQUE, bytes INTEGER, packets INTEGER, first INTEGER, "
	"last INTEGER, status TEXT, version TEXT, options TEXT);"
	"CREATE TABLE session(id TEXT PRIMARY KEY NOT NULL, dialect TEXT, "
	"client_ip TEXT, client_port INTEGER NOT NULL, server_ip TEXT, "
	"server_port INTEGER NOT NULL, first INTEGER, last INTEGER, "
	"user_agent TEXT, server_agent TEXT, host TEXT, host_source TEXT, "
	"server_name TEXT, carrier TEXT, tls_version TEXT, tls_alpn TEXT, "
	"tls_names TEXT, ja3 TEXT, ja4 TEXT, extranonce1 BLOB, "
	"extranonce1_source TEXT NOT NULL, difficulty TEXT, "
	"version_mask INTEGER NOT NULL, algorithm TEXT NOT NULL, "
	"from_start INTEGER NOT NULL, client_first INTEGER NOT NULL, "
	"client_end INTEGER NOT NULL, server_first INTEGER NOT NULL, "
	"server_end INTEGER NOT NULL, gaps INTEGER NOT NULL, "
	"lost INTEGER NOT NULL, malformed INTEGER NOT NULL, "
	"replies_unmatched INTEGER NOT NULL, other_calls INTEGER NOT NULL, "
	"reported_rate REAL, clock_offset REAL, "
	"search_tried INTEGER NOT NULL, search_bits REAL);"
	"CREATE INDEX session_endpoints ON session"
	"(client_ip, client_port, server_ip, server_port);"
	"CREATE TABLE worker(session TEXT NOT NULL REFERENCES session(id), "
	"name TEXT NOT NULL, PRIMARY KEY(session, name)) WITHOUT ROWID;"
	"CREATE TABLE job(session TEXT NOT NULL REFERENCES session(id), "
	"position INTEGER NOT NULL, time INTEGER, "
	"input INTEGER REFERENCES input(row), frame INTEGER NOT NULL, "
	"job_id TEXT, extranonce1 BLOB, extranonce1_source TEXT NOT NULL, "
	"previous BLOB NOT NULL, coinbase1 BLOB, coinbase2 BLOB, "
	"branches BLOB, version INTEGER NOT NULL, nbits INTEGER NOT NULL, "
	"ntime INTEGER NOT NULL, clean INTEGER NOT NULL, difficulty TEXT, "
	"target BLOB, algorithm TEXT NOT NULL, variant TEXT, "
	"height INTEGER NOT NULL, PRIMARY KEY(session, position));"
	"CREATE INDEX job_input ON job(input);"
	"CREATE TABLE share(session TEXT NOT NULL REFERENCES session(id), "
	"position INTEGER NOT NULL, time INTEGER, "
	"input INTEGER REFERENCES input(row), frame INTEGER NOT NULL, "
	"worker TEXT, job_id TEXT, job_position INTEGER, extranonce2 BLOB, "
	"ntime INTEGER NOT NULL, nonce INTEGER NOT NULL, "
	"version_bits INTEGER, version_mask INTEGER NOT NULL, "
	"proof TEXT NOT NULL, algorithm TEXT NOT NULL, header BLOB, "
	"solution BLOB, hash BLOB, difficulty REAL, target BLOB, "
	"rounding INTEGER NOT NULL, at_once INTEGER NOT NULL, "
	"verdict TEXT NOT NULL, reason TEXT, duplicate INTEGER NOT NULL, "
	"witness TEXT NOT NULL, by_server INTEGER NOT NULL, "
	"PRIMARY KEY(session, position));"
	"CREATE INDEX share_input ON share(input);"
	"CREATE INDEX share_hash ON share(substr(hash, 1, 8)) "
	"WHERE hash IS NOT NULL;"
	"CREATE TABLE period(session TEXT NOT NULL REFERENCES session(id), "
	"first INTEGER NOT NULL, last INTEGER NOT NULL, difficulty REAL, "
	"PRIMARY KEY(session, first)) WITHOUT ROWID;"
	"CREATE TABLE block(hash BLOB PRIMARY KEY NOT NULL, "
	"header_time INTEGER, announcer_ip TEXT, first INTEGER, "
	"session TEXT NOT NULL, position INTEGER NOT NULL, "
	"indicated INTEGER NOT NULL, shown_before INTEGER NOT NULL, "
	"others INTEGER NOT NULL, connections INTEGER NOT NULL) "
	"WITHOUT ROWID;"
	"CREATE VIEW share_view AS SELECT share.session, "
	"strftime('%Y', share.time / 1000000000, 'unixepoch') AS time, "
	"lower(hex(share.header)) AS header "
	"FROM share JOIN session ON session.id = share.session;"
	"PRAGMA application_id = 1095979865;"
	"PRAGMA user_version = 2;";

static const char rows_2[] =
	"INSERT INTO input VALUES(1, 'a.pcap', zeroblob(31) || x'01', 9, 9, "
	"1, 2, 'ok', '0.1.0', '');"
	"INSERT INTO session(id, client_ip, client_port, server_ip, "
	"server_port, extranonce1_source, version_mask, algorithm, "
	"from_start, client_first, client_end, server_first, server_end, "
	"gaps, lost, malformed, replies_unmatched, other_calls, search_tried) "
	"VALUES('" ID_A "', '175.45.178.10', 51234, '2001:db8::1', 3333, "
	"'unknown', 0, 'unknown', 0, 1, 500, 1, 700, 1, 2, 3, 4, 5, 0);";

static char folder[] = "/tmp/test_store_XXXXXX", path[64];

static int64_t ask(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int64_t n = -1;

	if (sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

static void make_old_case(void)
{
	sqlite3 *db = NULL;

	unlink(path);
	OK(sqlite3_open(path, &db) == SQLITE_OK);
	OK(sqlite3_exec(db, schema_2, NULL, NULL, NULL) == SQLITE_OK);
	OK(sqlite3_exec(db, rows_2, NULL, NULL, NULL) == SQLITE_OK);
	sqlite3_close(db);
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

static bool see_traffic(void *ctx, const struct fact_traffic *f)
{
	*(uint64_t *)ctx += f->packets;
	return true;
}

static bool see_session(void *ctx, const struct fact_session *f)
{
	*(uint64_t *)ctx += f->client_end;
	return true;
}

static void test_read(void)
{
	struct fact_session key = sample_session(ID_A), out;
	uint64_t packets = 0, ends = 0;
	struct store *s;

	make_old_case();
	s = must_open(STORE_READ);
	OK(store_session_at(s, &out, ID_A) && out.lost == 2 &&
	   out.client_bytes == 0 && out.server_packets == 0);
	OK(store_sessions(s, see_session, &ends) == ST_OK && ends == 500);
	OK(store_traffics(s, see_traffic, &packets) == ST_OK && packets == 0);
	key.from_start = false;
	key.client_first = 100;
	key.client_end = 200;
	key.server_first = key.server_end = 0;
	OK(store_join(s, &out, &key) && !strcmp(out.id, ID_A));
	OK(store_session(s, &key) == ST_IO); /* it is not written */
	store_close(s, NULL);
	OK(ask("PRAGMA user_version") == 2);
}

static void test_write(void)
{
	struct fact_session f = sample_session(ID_A), out;
	struct store *s;
	struct buf before;

	make_old_case();
	s = must_open(STORE_CREATE);
	f.client_first = f.server_first = 0;
	f.client_end = f.server_end = 0;
	f.client_bytes = 77;
	f.lost = 0;
	OK(store_session_at(s, &out, ID_A) && out.client_bytes == 0);
	OK(sample_count(s, "SELECT count(*) FROM session "
			   "WHERE client_bytes IS NULL") == 1);
	OK(store_session(s, &f) == ST_OK);
	OK(store_session_at(s, &out, ID_A) && out.client_bytes == 77 &&
	   out.lost == 2);
	OK(sample_capture(s, "a.pcap", 1));
	OK(sample_capture(s, "b.pcap", 2));
	before = sample_dump(s);
	OK(store_close(s, NULL) == ST_OK);
	OK(ask("PRAGMA user_version") == STORE_SCHEMA);
	s = must_open(STORE_READ);
	OK(sample_same(before, sample_dump(s)));
	OK(store_close(s, NULL) == ST_OK);
}

/* A reader that was there before the writer goes on. */
static void test_read_while_updated(void)
{
	struct store *r, *w;
	struct fact_session out;
	uint64_t packets = 0;

	make_old_case();
	r = must_open(STORE_READ);
	w = must_open(STORE_CREATE);
	OK(sample_capture(w, "b.pcap", 2));
	OK(store_flush(w, NULL) == ST_OK);
	OK(store_session_at(r, &out, ID_A) && out.lost == 1460);
	OK(store_traffics(r, see_traffic, &packets) == ST_OK && packets == 0);
	OK(store_close(w, NULL) == ST_OK);
	OK(store_close(r, NULL) == ST_OK);
}

/* A new case has what an updated one has. */
static void test_same_schema(void)
{
	static const char columns[] =
		"SELECT count(*) FROM sqlite_schema AS made, "
		"pragma_table_info(made.name) WHERE made.type = 'table'";
	int64_t updated;

	updated = ask(columns);
	unlink(path);
	store_close(must_open(STORE_CREATE), NULL);
	printf("# %lld columns\n", (long long)updated);
	OK(updated > 100 && ask(columns) == updated);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/case.db", folder);
	test_read();
	test_write();
	test_read_while_updated();
	test_same_schema();
	unlink(path);
	OK(rmdir(folder) == 0);
	return tap_end();
}
