#include "evidence/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/cpu.h"
#include "base/mem.h"
#include "evidence/store_private.h"

#define BATCH       4096       /* writes in one transaction */
#define PATIENCE_MS 2000       /* how long to wait for another writer */
#define LOOKS       2000       /* before a thread sleeps: some 30 us */
#define VALUE_MAX   (8u << 20) /* bytes of one row, whatever a file says */

const char *store_reason(sqlite3 *db)
{
	const int system = sqlite3_system_errno(db);

	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_NOTADB:
		return "not a case file";
	case SQLITE_CORRUPT:
		return "the case file is damaged";
	case SQLITE_FULL:
		return "the disk is full";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "in use by another program";
	case SQLITE_READONLY:
		return "may not be written (a case whose writer died is put "
		       "in order when it is next opened: copy it and its -wal "
		       "to a folder where that is allowed)";
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		if (system != 0)
			return strerror(system);
		return sqlite3_errmsg(db);
	default:
		return sqlite3_errmsg(db);
	}
}

/* What others do here takes a few microseconds. A thread that sleeps meanwhile
 * is woken much later: lanes that find many shares would be slower together
 * than one alone. */
void store_hold(struct store *s)
{
	for (int i = 0; i < LOOKS; i++) {
		if (pthread_mutex_trylock(&s->mutex) == 0)
			return;
		cpu_pause();
	}
	pthread_mutex_lock(&s->mutex);
}

void store_release(struct store *s)
{
	pthread_mutex_unlock(&s->mutex);
}

struct store *store_held(struct store *s)
{
	store_hold(s);
	return s;
}

void store_release_held(struct store *const *s)
{
	store_release(*s);
}

enum status store_fail(struct store *s)
{
	const int code = sqlite3_errcode(s->db) & 0xff;
	const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;

	if (s->failed != ST_OK)
		return s->failed;
	s->failed = status_why(&s->why, damaged ? ST_BAD : ST_IO, "%s: %s",
			       s->name, store_reason(s->db));
	if (s->in_batch && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->in_batch = false;
	return s->failed;
}

enum status store_damaged(struct store *s, const char *what)
{
	if (s->failed == ST_OK)
		s->failed = status_why(&s->why, ST_BAD,
				       "%s: the case file is damaged: %s "
				       "holds a value that cannot be right",
				       s->name, what);
	return ST_BAD;
}

bool store_failed(const struct store *s, struct why *why)
{
	if (s->failed != ST_OK)
		status_why(why, s->failed, "%s", s->why.text);
	return s->failed != ST_OK;
}

sqlite3_stmt *store_query(struct store *s, enum store_query q, const char *sql)
{
	sqlite3_stmt **kept = &s->query[q], *st = NULL;

	if (*kept && !sqlite3_stmt_busy(*kept))
		return *kept;
	if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
			       NULL) != SQLITE_OK) {
		store_fail(s);
		return NULL;
	}
	if (!*kept)
		*kept = st;
	return st;
}

void store_query_end(struct store *s, enum store_query q, sqlite3_stmt *st)
{
	if (st == s->query[q])
		sqlite3_reset(st);
	else
		sqlite3_finalize(st);
}

enum status store_query_run(struct store *s, enum store_query q,
			    sqlite3_stmt *st)
{
	enum status found = ST_OK;

	if (!st)
		return ST_IO;
	if (sqlite3_step(st) != SQLITE_DONE)
		found = store_fail(s);
	store_query_end(s, q, st);
	return found == ST_OK ? ST_OK : ST_IO;
}

void store_settle(struct store *s)
{
	if (s->lent)
		sqlite3_reset(s->lent);
	s->lent = NULL;
}

enum status store_write_begin(struct store *s)
{
	store_settle(s);
	if (s->failed != ST_OK)
		return ST_IO;
	if (s->kept) { /* no longer what the file has */
		store_kept_free(s->kept);
		s->kept = NULL;
	}
	if (s->in_batch)
		return ST_OK;
	if (store_query_run(s, STORE_BEGIN,
			    store_query(s, STORE_BEGIN, "BEGIN IMMEDIATE")) !=
	    ST_OK)
		return ST_IO;
	s->in_batch = true;
	return ST_OK;
}

static enum status commit(struct store *s)
{
	store_settle(s);
	if (s->failed != ST_OK)
		return ST_IO;
	if (!s->in_batch)
		return ST_OK;
	s->written = 0;
	if (store_query_run(s, STORE_COMMIT,
			    store_query(s, STORE_COMMIT, "COMMIT")) != ST_OK)
		return ST_IO;
	s->in_batch = false;
	return ST_OK;
}

enum status store_write_end(struct store *s)
{
	return ++s->written < BATCH ? ST_OK : commit(s);
}

enum status store_flush(struct store *s, struct why *why)
{
	STORE_HOLD(s);

	if (commit(s) == ST_OK)
		return ST_OK;
	store_failed(s, why);
	return ST_IO;
}

/* One writer at a time. SQLite itself would let two take turns batch by
 * batch; each would then miss what the other knows. The lock is on the -wal
 * file: it exists for as long as we are connected, a kill releases it, and
 * SQLite keeps no locks of its own there that closing it could drop. */
static enum status take_lock(struct store *s, struct why *why)
{
	const char *wal =
		sqlite3_filename_wal(sqlite3_db_filename(s->db, "main"));
	const struct timespec pause = { .tv_nsec = 50000000 };

	s->lock = open(wal, O_RDONLY | O_CLOEXEC);
	if (s->lock < 0)
		return status_why(why, ST_IO, "%s: %s", wal, strerror(errno));
	for (int ms = 0; flock(s->lock, LOCK_EX | LOCK_NB) != 0; ms += 50) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return status_why(why, ST_IO, "%s: %s", wal,
					  strerror(errno));
		if (ms >= PATIENCE_MS)
			return status_why(why, ST_IO,
					  "%s: another assay is writing to "
					  "this case",
					  s->name);
		nanosleep(&pause, NULL);
	}
	return ST_OK;
}

static bool in_wal_mode(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &st,
			       NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		found = !sqlite3_stricmp(
			(const char *)sqlite3_column_text(st, 0), "wal");
	sqlite3_finalize(st);
	return found;
}

static bool failed(sqlite3 *db)
{
	const int code = sqlite3_errcode(db);

	return code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE;
}

static enum status become_writer(struct store *s, const char *path,
				 struct why *why)
{
	int version;

	if (!path)
		return ST_OK;
	if (!in_wal_mode(s->db))
		return status_why(why, ST_IO, "%s: %s", s->name,
				  failed(s->db)
					  ? store_reason(s->db)
					  : "this file system cannot hold a "
					    "case (no shared memory): use a "
					    "local one");
	/* The first read makes the -wal file. */
	if (store_schema_check(s->db, &version, s->name, why) != ST_OK)
		return ST_IO;
	return take_lock(s, why);
}

static enum status make_schema(struct store *s, struct why *why)
{
	int version = 0;
	enum status found;

	if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL))
		return status_why(why, ST_IO, "%s: %s", s->name,
				  store_reason(s->db));
	/* Asked again: another writer may have been faster. */
	found = store_schema_check(s->db, &version, s->name, why);
	if (found == ST_OK && store_schema_update(s->db, version) != SQLITE_OK)
		found = status_why(why, ST_IO, "%s: %s", s->name,
				   store_reason(s->db));
	if (found == ST_OK &&
	    sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		found = status_why(why, ST_IO, "%s: %s", s->name,
				   store_reason(s->db));
	return found;
}

/* Which inputs a writer that died has left behind. */
static enum status find_abandoned(struct store *s, struct why *why)
{
	sqlite3_stmt *st = NULL;
	enum status found = ST_OK;

	if (sqlite3_prepare_v2(s->db,
			       "SELECT ifnull(max(row), 0) + 1, "
			       "count(*) > count(status) FROM input",
			       -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW) {
		s->first_input = sqlite3_column_int64(st, 0);
		s->abandoned = sqlite3_column_int(st, 1) != 0;
	} else {
		found = status_why(why, ST_IO, "%s: %s", s->name,
				   store_reason(s->db));
	}
	sqlite3_finalize(st);
	return found;
}

/* A case may come from anyone: what its schema says is not trusted, no
 * trigger of it runs, no value of it is larger than a row of ours. */
static enum status connect_to(struct store *s, const char *path, int flags,
			      struct why *why)
{
	static const char settings[] =
		"PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
		"PRAGMA temp_store = MEMORY;"
		"PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;"
		"PRAGMA cache_size = -65536;"
		/* Hashes fall all over their index: many batches at once cost
		 * little more than one to bring from the log to the file. */
		"PRAGMA wal_autocheckpoint = 8192;";

	if (sqlite3_open_v2(path ? path : ":memory:", &s->db,
			    flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			    NULL) != SQLITE_OK)
		return status_why(why, ST_IO, "%s: %s", s->name,
				  s->db ? store_reason(s->db)
					: "out of memory");
	sqlite3_busy_timeout(s->db, PATIENCE_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	if (sqlite3_exec(s->db, settings, NULL, NULL, NULL) != SQLITE_OK)
		return status_why(why, ST_IO, "%s: %s", s->name,
				  store_reason(s->db));
	return ST_OK;
}

static enum status begin_reading(struct store *s, int version, struct why *why)
{
	if (version == 0)
		return status_why(why, ST_BAD, "%s: empty", s->name);
	/* Nothing is read from the file twice in a row. */
	if (store_schema_pretend(s->db, version) != SQLITE_OK ||
	    sqlite3_exec(s->db, "PRAGMA cache_size = -8192", NULL, NULL,
			 NULL) != SQLITE_OK)
		return status_why(why, ST_IO, "%s: %s", s->name,
				  store_reason(s->db));
	return ST_OK;
}

/* What is in memory goes with its program, which asks for sessions and what is
 * in them; by hash or input asks who comes back to a case. */
static enum status drop_indices(struct store *s, struct why *why)
{
	if (sqlite3_exec(s->db,
			 "DROP INDEX share_hash; DROP INDEX share_input;"
			 "DROP INDEX job_input",
			 NULL, NULL, NULL) != SQLITE_OK)
		return status_why(why, ST_IO, "%s: %s", s->name,
				  store_reason(s->db));
	return ST_OK;
}

static enum status open_case(struct store *s, const char *path,
			     enum store_mode mode, struct why *why)
{
	const int flags = mode == STORE_READ && path
				  ? SQLITE_OPEN_READONLY
				  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	int version = 0;
	enum status found = connect_to(s, path, flags, why);

	if (found == ST_OK)
		found = store_schema_check(s->db, &version, s->name, why);
	if (found != ST_OK)
		return found;
	if (mode == STORE_READ && path)
		return begin_reading(s, version, why);
	found = become_writer(s, path, why);
	if (found == ST_OK)
		found = make_schema(s, why);
	if (found == ST_OK && !path)
		found = drop_indices(s, why);
	if (found == ST_OK)
		found = find_abandoned(s, why);
	return found;
}

static void free_store(struct store *s)
{
	for (int i = 0; i < STORE_QUERIES; i++)
		sqlite3_finalize(s->query[i]);
	sqlite3_close(s->db);
	/* Last: the lock covers what SQLite does while it closes. */
	if (s->lock >= 0)
		close(s->lock);
	if (s->kept)
		store_kept_free(s->kept);
	pthread_mutex_destroy(&s->mutex);
	free(s->name);
	free(s);
}

static void make_mutex(struct store *s)
{
	pthread_mutexattr_t nested;

	pthread_mutexattr_init(&nested);
	pthread_mutexattr_settype(&nested, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&s->mutex, &nested);
	pthread_mutexattr_destroy(&nested);
}

struct store *store_open(const char *path, enum store_mode mode,
			 struct why *why)
{
	const char *name = path ? path : "the case in memory";
	struct store *s;

	if (path && (!*path || *path == ':')) {
		/* SQLite would take these for a database in memory. */
		status_why(why, ST_USAGE, "'%s' cannot name a case file", path);
		return NULL;
	}
	s = mem_new(1, sizeof(*s));
	s->name = mem_text(name, strlen(name));
	s->lock = -1;
	make_mutex(s);
	if (open_case(s, path, mode, why) == ST_OK)
		return s;
	free_store(s);
	return NULL;
}

enum status store_close(struct store *s, struct why *why)
{
	enum status found;

	if (!s)
		return ST_OK;
	commit(s);
	found = s->failed;
	store_failed(s, why);
	for (int i = 0; i < STORE_QUERIES; i++) {
		sqlite3_finalize(s->query[i]);
		s->query[i] = NULL;
	}
	/* A closed case is one plain file, readable even where nothing may be
	 * written beside it. Not while others read it: then it stays as is. */
	if (s->lock >= 0 && found == ST_OK) {
		sqlite3_busy_timeout(s->db, 0);
		sqlite3_exec(s->db, "PRAGMA journal_mode = DELETE", NULL, NULL,
			     NULL);
	}
	free_store(s);
	return found;
}
