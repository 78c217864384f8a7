#include "evidence/store_columns.h"
#include "evidence/store_private.h"

/* "ASSY": tells file(1) and us what the database is for. */
#define APPLICATION 0x41535359

/* clang-format off */
#define STRING(x) #x
#define DIGITS(x) STRING(x)
#define TABLE(list, table, tail)                                               \
	"CREATE TABLE " table "(" list##_KEY(STORE_DEFINE, ", ") ", "          \
	list##_REST(STORE_DEFINE, ", ") tail

/* A time as people write it. */
#define WHEN(t)                                                                \
	"strftime('%Y-%m-%dT%H:%M:%S', " t " / 1000000000, 'unixepoch') || "   \
	"printf('.%06dZ', " t " / 1000 % 1000000)"

/* A 32-bit field as the wire has it; NULL stays NULL. */
#define NUMBER(n) "CASE WHEN " n " IS NOT NULL THEN printf('%08x', " n ") END"

/* Bytes as hex; NULL stays NULL. */
#define HEX(b) "nullif(lower(hex(" b ")), '')"

/* 32 bytes, last to first, in hex: the order in which people write hashes. */
#define BYTE(b, i) "hex(substr(" b ", " #i ", 1))"
#define FOUR(b, i, j, k, l)                                                    \
	BYTE(b, i) " || " BYTE(b, j) " || " BYTE(b, k) " || " BYTE(b, l)
#define REVERSED(b)                                                            \
	"CASE WHEN " b " IS NOT NULL THEN lower("                              \
	FOUR(b, 32, 31, 30, 29) " || " FOUR(b, 28, 27, 26, 25) " || "          \
	FOUR(b, 24, 23, 22, 21) " || " FOUR(b, 20, 19, 18, 17) " || "          \
	FOUR(b, 16, 15, 14, 13) " || " FOUR(b, 12, 11, 10, 9) " || "           \
	FOUR(b, 8, 7, 6, 5) " || " FOUR(b, 4, 3, 2, 1) ") END"

static const char *const schema[] = {
	TABLE(STORE_INPUT, "input", ")"),
	TABLE(STORE_SESSION, "session", ")"),
	"CREATE INDEX session_endpoints ON session"
	"(client_ip, client_port, server_ip, server_port)",
	"CREATE TABLE worker(session TEXT NOT NULL REFERENCES session(id), "
	"name TEXT NOT NULL, PRIMARY KEY(session, name)) WITHOUT ROWID",
	TABLE(STORE_JOB, "job", ", PRIMARY KEY(session, position))"),
	"CREATE INDEX job_input ON job(input)",
	TABLE(STORE_SHARE, "share", ", PRIMARY KEY(session, position))"),
	"CREATE INDEX share_input ON share(input)",
	/* Hashes fall all over their index, which is the dearest part of
	 * writing a share: 8 bytes of them find as well as all 32. */
	"CREATE INDEX share_hash ON share(substr(hash, 1, 8)) "
	"WHERE hash IS NOT NULL",
	TABLE(STORE_PERIOD, "period",
	      ", PRIMARY KEY(session, first)) WITHOUT ROWID"),
	TABLE(STORE_BLOCK, "block", ") WITHOUT ROWID"),
	"CREATE VIEW share_view AS SELECT share.session, share.position, "
	WHEN("share.time") " AS time, input.name AS input, share.frame, "
	"session.client_ip, session.client_port, session.server_ip, "
	"session.server_port, session.user_agent, share.worker, "
	"share.job_id, job.frame AS job_frame, "
	HEX("job.extranonce1") " AS extranonce1, "
	"job.extranonce1_source, "
	HEX("share.extranonce2") " AS extranonce2, "
	NUMBER("share.ntime") " AS ntime, " NUMBER("share.nonce") " AS nonce, "
	NUMBER("share.version_bits") " AS version_bits, "
	NUMBER("job.nbits") " AS nbits, "
	"job.difficulty AS announced, share.difficulty, share.proof, "
	"share.algorithm, share.verdict, share.reason, share.rounding, "
	"share.at_once, share.duplicate, "
	REVERSED("share.hash") " AS hash, " HEX("share.header") " AS header "
	"FROM share JOIN session ON session.id = share.session "
	"LEFT JOIN job ON job.session = share.session "
	"AND job.position = share.job_position "
	"LEFT JOIN input ON input.row = share.input",
	"PRAGMA application_id = " DIGITS(APPLICATION),
};

/* Tables that schema 2 does not have. */
static const char *const tables_since_3[] = {
	TABLE(STORE_TRAFFIC, "traffic",
	      ", PRIMARY KEY(input, start)) WITHOUT ROWID"),
	TABLE(STORE_SEARCH, "search", ") WITHOUT ROWID"),
};

#define ADD_TO_SESSION(kind, column, definition, ...)                          \
	"ALTER TABLE session ADD COLUMN " #column " " definition
static const char columns_since_3[] =
	STORE_SESSION_SINCE_3(ADD_TO_SESSION, ";");

/* For one that may not be written: names of temporary views come first. */
static const char *const pretend_3[] = {
	"CREATE TEMP VIEW session AS SELECT *, "
	STORE_SESSION_SINCE_3(STORE_MISSING, ", ") " FROM main.session",
	"CREATE TEMP VIEW traffic AS SELECT "
	STORE_ALL(STORE_TRAFFIC, STORE_MISSING, ", ") " WHERE 0",
};
/* clang-format on */

static bool ask(sqlite3 *db, const char *sql, int64_t *answer)
{
	sqlite3_stmt *st = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW) {
		*answer = sqlite3_column_int64(st, 0);
		found = true;
	}
	sqlite3_finalize(st);
	return found;
}

enum status store_schema_check(sqlite3 *db, int *known, const char *name,
			       struct why *why)
{
	int64_t application, version, objects;

	if (!ask(db, "PRAGMA application_id", &application) ||
	    !ask(db, "PRAGMA user_version", &version) ||
	    !ask(db, "SELECT count(*) FROM sqlite_schema", &objects))
		return status_why(why, ST_IO, "%s: %s", name, store_reason(db));
	*known = 0;
	if (application == 0 && version == 0 && objects == 0)
		return ST_OK;
	if (application != APPLICATION)
		return status_why(why, ST_BAD,
				  "%s: a database of another program, not a "
				  "case file",
				  name);
	if (version > STORE_SCHEMA)
		return status_why(why, ST_BAD,
				  "%s: written by a newer assay (schema %lld; "
				  "this one knows up to %d)",
				  name, (long long)version, STORE_SCHEMA);
	if (version > 0 && version < STORE_SCHEMA_OLDEST)
		return status_why(why, ST_BAD,
				  "%s: written by an older assay (schema "
				  "%lld): scan its captures into a new case",
				  name, (long long)version);
	if (version < STORE_SCHEMA_OLDEST)
		return status_why(why, ST_BAD,
				  "%s: schema %lld is not known; the file is "
				  "damaged",
				  name, (long long)version);
	*known = (int)version;
	return ST_OK;
}

static int run_all(sqlite3 *db, const char *const *sql, size_t n)
{
	int found = SQLITE_OK;

	for (size_t i = 0; i < n && found == SQLITE_OK; i++)
		found = sqlite3_exec(db, sql[i], NULL, NULL, NULL);
	return found;
}

#define RUN_ALL(db, list) run_all(db, list, sizeof(list) / sizeof((list)[0]))

int store_schema_update(sqlite3 *db, int version)
{
	int found = SQLITE_OK;

	if (version == STORE_SCHEMA)
		return SQLITE_OK;
	if (version == 0)
		found = RUN_ALL(db, schema);
	else
		found = sqlite3_exec(db, columns_since_3, NULL, NULL, NULL);
	if (found == SQLITE_OK)
		found = RUN_ALL(db, tables_since_3);
	if (found == SQLITE_OK)
		found = sqlite3_exec(
			db, "PRAGMA user_version = " DIGITS(STORE_SCHEMA), NULL,
			NULL, NULL);
	return found;
}

int store_schema_pretend(sqlite3 *db, int version)
{
	return version < 3 ? RUN_ALL(db, pretend_3) : SQLITE_OK;
}
