#include <string.h>

#include "evidence/store_columns.h"
#include "evidence/store_private.h"
#include "evidence/store_row.h"

#define KEPT "ON CONFLICT DO NOTHING"

/* Was the input that a known fact cites left by a writer that died? Then the
 * fact may cite the one that gives it again. */
static bool is_abandoned(struct store *s, int64_t input)
{
	sqlite3_stmt *st;
	bool found = false;

	if (!s->abandoned || input >= s->first_input)
		return false;
	st = store_query(s, STORE_INPUT_ABANDONED,
			 "SELECT 1 FROM input "
			 "WHERE row = ? AND status IS NULL");
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, input);
	found = sqlite3_step(st) == SQLITE_ROW;
	store_query_end(s, STORE_INPUT_ABANDONED, st);
	return found;
}

/* Inputs that were left and that nothing cites any more. */
static enum status forget_abandoned(struct store *s)
{
	sqlite3_stmt *st;

	if (!s->abandoned)
		return ST_OK;
	/* What is cited stays, but its traffic is given again. */
	st = store_query(s, STORE_INPUT_FORGET_TRAFFIC,
			 "DELETE FROM traffic WHERE input IN "
			 "(SELECT row FROM input "
			 "WHERE status IS NULL AND row < ?)");
	if (st)
		sqlite3_bind_int64(st, 1, s->first_input);
	if (store_query_run(s, STORE_INPUT_FORGET_TRAFFIC, st) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_INPUT_FORGET,
			 "DELETE FROM input "
			 "WHERE status IS NULL AND row < ? AND NOT EXISTS"
			 "(SELECT 1 FROM job WHERE job.input = input.row) "
			 "AND NOT EXISTS"
			 "(SELECT 1 FROM share WHERE share.input = input.row)");
	if (st)
		sqlite3_bind_int64(st, 1, s->first_input);
	return store_query_run(s, STORE_INPUT_FORGET, st);
}

enum status store_input_begin(struct store *s, int64_t *row, const char *name)
{
	STORE_HOLD(s);
	sqlite3_stmt *st;

	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_INPUT_BEGIN,
			 "INSERT INTO input(name) VALUES(?)");
	if (st)
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	if (store_query_run(s, STORE_INPUT_BEGIN, st) != ST_OK)
		return ST_IO;
	*row = sqlite3_last_insert_rowid(s->db);
	return store_write_end(s);
}

/* The input of the same content that was there before; 0: none. */
static enum status same_input(struct store *s, int64_t *same, int64_t row,
			      const struct fact_input *f)
{
	sqlite3_stmt *st = store_query(s, STORE_INPUT_SAME,
				       "SELECT row FROM input "
				       "WHERE sha256 = ? AND row <> ?");
	struct store_row found = store_row_over(st);
	int rc;

	if (!st)
		return ST_IO;
	store_row_put_digest(&found, f->sha256);
	store_row_put_row(&found, &row);
	rc = sqlite3_step(st);
	*same = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		store_fail(s);
	store_query_end(s, STORE_INPUT_SAME, st);
	return s->failed == ST_OK ? ST_OK : ST_IO;
}

static enum status run_with_rows(struct store *s, enum store_query q,
				 const char *sql, int64_t row, int64_t same)
{
	sqlite3_stmt *st = store_query(s, q, sql);

	if (st) {
		sqlite3_bind_int64(st, 1, row);
		sqlite3_bind_int64(st, 2, same);
	}
	return store_query_run(s, q, st);
}

static enum status turn_input(struct store *s, int64_t row, int64_t same)
{
	if (run_with_rows(s, STORE_INPUT_TURN_JOBS,
			  "UPDATE job SET input = ?2 WHERE input = ?1", row,
			  same) != ST_OK ||
	    run_with_rows(s, STORE_INPUT_TURN_SHARES,
			  "UPDATE share SET input = ?2 WHERE input = ?1", row,
			  same) != ST_OK ||
	    run_with_rows(s, STORE_INPUT_DROP_TRAFFIC,
			  "DELETE FROM traffic WHERE input = ?1 AND EXISTS"
			  "(SELECT 1 FROM traffic WHERE input = ?2)",
			  row, same) != ST_OK ||
	    run_with_rows(s, STORE_INPUT_TURN_TRAFFIC,
			  "UPDATE traffic SET input = ?2 WHERE input = ?1", row,
			  same) != ST_OK)
		return ST_IO;
	return run_with_rows(s, STORE_INPUT_DELETE,
			     "DELETE FROM input WHERE row = ?1 AND ?2 > 0", row,
			     same);
}

static enum status end_input(struct store *s, int64_t row_id,
			     const struct fact_input *given)
{
	static const char sql[] =
		STORE_UPDATE(STORE_INPUT, "input") "WHERE row = ?";
	struct fact_input known = *given, *f = &known;
	sqlite3_stmt *st = store_query(s, STORE_INPUT_UPDATE, sql);
	struct store_row row = store_row_over(st);

	if (!f->name)
		f->name = "";
	if (!f->status)
		f->status = "not determined"; /* NULL means: being read */
	if (st) {
		STORE_ALL(STORE_INPUT, STORE_PUT, ;);
	}
	return store_query_run(s, STORE_INPUT_UPDATE, st);
}

enum status store_input_end(struct store *s, int64_t row,
			    const struct fact_input *f)
{
	STORE_HOLD(s);
	int64_t same = 0;

	if (store_write_begin(s) != ST_OK ||
	    same_input(s, &same, row, f) != ST_OK)
		return ST_IO;
	if ((same ? turn_input(s, row, same) : end_input(s, row, f)) != ST_OK)
		return ST_IO;
	if (forget_abandoned(s) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

enum status store_traffic(struct store *s, const struct fact_traffic *f)
{
	STORE_HOLD(s);
	static const char sql[] = STORE_INSERT(STORE_TRAFFIC, "traffic") KEPT;
	sqlite3_stmt *st;
	struct store_row row;

	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_TRAFFIC_ADD, sql);
	row = store_row_over(st);
	if (st) {
		STORE_ALL(STORE_TRAFFIC, STORE_PUT, ;);
	}
	if (store_query_run(s, STORE_TRAFFIC_ADD, st) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

static enum status put_session(struct store *s, enum store_query q,
			       const char *sql, const struct fact_session *f)
{
	sqlite3_stmt *st = store_query(s, q, sql);
	struct store_row row = store_row_over(st);

	if (st) {
		STORE_ALL(STORE_SESSION, STORE_PUT, ;);
	}
	return store_query_run(s, q, st);
}

enum status store_session(struct store *s, const struct fact_session *f)
{
	STORE_HOLD(s);
	static const char add[] = STORE_INSERT(STORE_SESSION, "session") KEPT;
	static const char update[] =
		STORE_UPDATE(STORE_SESSION, "session") "WHERE id = ?";
	struct fact_session old;

	if (store_write_begin(s) != ST_OK ||
	    put_session(s, STORE_SESSION_ADD, add, f) != ST_OK)
		return ST_IO;
	if (sqlite3_changes(s->db) == 0 && store_session_at(s, &old, f->id) &&
	    store_merge_session(&old, f) &&
	    put_session(s, STORE_SESSION_UPDATE, update, &old) != ST_OK)
		return ST_IO;
	return s->failed == ST_OK ? store_write_end(s) : ST_IO;
}

enum status store_worker(struct store *s, const char *session, struct span name)
{
	STORE_HOLD(s);
	sqlite3_stmt *st;
	struct store_row row;

	if (name.n == 0 || name.n > STORE_ROW_MAX)
		return s->failed == ST_OK ? ST_OK : ST_IO;
	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(
		s, STORE_WORKER_ADD,
		"INSERT INTO worker(session, name) VALUES(?, ?) " KEPT);
	row = store_row_over(st);
	if (st) {
		store_row_put_id(&row, session);
		store_row_put_words(&row, &name);
	}
	if (store_query_run(s, STORE_WORKER_ADD, st) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

static enum status put_job(struct store *s, enum store_query q, const char *sql,
			   const struct fact_job *f)
{
	sqlite3_stmt *st = store_query(s, q, sql);
	struct store_row row = store_row_over(st);

	if (st) {
		STORE_ALL(STORE_JOB, STORE_PUT, ;);
	}
	return store_query_run(s, q, st);
}

enum status store_job(struct store *s, const struct fact_job *f)
{
	STORE_HOLD(s);
	static const char add[] = STORE_INSERT(STORE_JOB, "job") KEPT;
	static const char update[] = STORE_UPDATE(
		STORE_JOB, "job") "WHERE session = ? AND position = ?";
	struct fact_job old;

	if (store_write_begin(s) != ST_OK ||
	    put_job(s, STORE_JOB_ADD, add, f) != ST_OK)
		return ST_IO;
	if (sqlite3_changes(s->db) == 0 &&
	    store_job_at(s, &old, f->session, f->position) &&
	    store_merge_job(&old, f, is_abandoned(s, old.input)) &&
	    put_job(s, STORE_JOB_UPDATE, update, &old) != ST_OK)
		return ST_IO;
	return s->failed == ST_OK ? store_write_end(s) : ST_IO;
}

static enum status put_share(struct store *s, enum store_query q,
			     const char *sql, const struct fact_share *f)
{
	sqlite3_stmt *st = store_query(s, q, sql);
	struct store_row row = store_row_over(st);

	if (st) {
		STORE_ALL(STORE_SHARE, STORE_PUT, ;);
	}
	return store_query_run(s, q, st);
}

static enum status update_share(struct store *s, const struct fact_share *f)
{
	static const char sql[] = STORE_UPDATE(
		STORE_SHARE, "share") "WHERE session = ? AND position = ?";

	return put_share(s, STORE_SHARE_UPDATE, sql, f);
}

enum status store_share(struct store *s, const struct fact_share *f)
{
	STORE_HOLD(s);
	static const char add[] = STORE_INSERT(STORE_SHARE, "share") KEPT;
	struct fact_share old;

	if (store_write_begin(s) != ST_OK ||
	    put_share(s, STORE_SHARE_ADD, add, f) != ST_OK)
		return ST_IO;
	if (sqlite3_changes(s->db) == 0 &&
	    store_share_at(s, &old, f->session, f->position) &&
	    store_merge_share(&old, f, is_abandoned(s, old.input)) &&
	    update_share(s, &old) != ST_OK)
		return ST_IO;
	return s->failed == ST_OK ? store_write_end(s) : ST_IO;
}

enum status store_share_proof(struct store *s, const struct fact_share *f)
{
	STORE_HOLD(s);
	struct fact_share old;

	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	if (store_share_at(s, &old, f->session, f->position) &&
	    store_merge_proof(&old, f) && update_share(s, &old) != ST_OK)
		return ST_IO;
	return s->failed == ST_OK ? store_write_end(s) : ST_IO;
}

enum status store_verdict(struct store *s, const char *session,
			  uint32_t position, enum fact_verdict v,
			  struct span reason)
{
	STORE_HOLD(s);
	sqlite3_stmt *st;
	struct store_row row;

	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_SHARE_VERDICT,
			 "UPDATE share SET verdict = ?, reason = ? "
			 "WHERE session = ? AND position = ? "
			 "AND verdict = 'unanswered'");
	row = store_row_over(st);
	if (st) {
		store_row_put_verdict(&row, &v);
		store_row_put_words(&row, &reason);
		store_row_put_id(&row, session);
		store_row_put_u32(&row, &position);
	}
	if (store_query_run(s, STORE_SHARE_VERDICT, st) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

enum status store_period(struct store *s, const struct fact_period *f)
{
	STORE_HOLD(s);
	static const char sql[] = STORE_INSERT(
		STORE_PERIOD,
		"period") "ON CONFLICT(session, first) DO UPDATE SET "
			  "last = max(last, excluded.last), "
			  "difficulty = ifnull(difficulty, "
			  "excluded.difficulty) "
			  "WHERE last < excluded.last OR difficulty IS NULL";
	sqlite3_stmt *st;
	struct store_row row;

	if (!ts_known(f->from) || !ts_known(f->to))
		return s->failed == ST_OK ? ST_OK : ST_IO;
	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_PERIOD_ADD, sql);
	row = store_row_over(st);
	if (st) {
		STORE_ALL(STORE_PERIOD, STORE_PUT, ;);
	}
	if (store_query_run(s, STORE_PERIOD_ADD, st) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

enum status store_block(struct store *s, const struct fact_block *f)
{
	STORE_HOLD(s);
	static const char sql[] = STORE_INSERT(STORE_BLOCK, "block") KEPT;
	sqlite3_stmt *st;
	struct store_row row;

	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_BLOCK_ADD, sql);
	row = store_row_over(st);
	if (st) {
		STORE_ALL(STORE_BLOCK, STORE_PUT, ;);
	}
	if (store_query_run(s, STORE_BLOCK_ADD, st) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

static enum status recover(struct store *s, enum store_query q, const char *sql,
			   const char *session, struct span extranonce1)
{
	sqlite3_stmt *st = store_query(s, q, sql);
	struct store_row row = store_row_over(st);

	if (st) {
		store_row_put_bytes(&row, &extranonce1);
		store_row_put_id(&row, session);
	}
	return store_query_run(s, q, st);
}

enum status store_recovered(struct store *s, const char *session,
			    struct span extranonce1)
{
	STORE_HOLD(s);
	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	if (recover(s, STORE_JOB_RECOVERED,
		    "UPDATE job SET extranonce1 = ?, "
		    "extranonce1_source = 'recovered' "
		    "WHERE session = ? AND extranonce1_source = 'unknown'",
		    session, extranonce1) != ST_OK ||
	    recover(s, STORE_SESSION_RECOVERED,
		    "UPDATE session SET extranonce1 = ?, "
		    "extranonce1_source = 'recovered' "
		    "WHERE id = ? AND extranonce1_source = 'unknown'",
		    session, extranonce1) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

enum status store_period_difficulty(struct store *s, const char *session,
				    double difficulty)
{
	STORE_HOLD(s);
	sqlite3_stmt *st;
	struct store_row row;

	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_PERIOD_DIFFICULTY,
			 "UPDATE period SET difficulty = ? "
			 "WHERE session = ? AND difficulty IS NULL");
	row = store_row_over(st);
	if (st) {
		store_row_put_difficulty(&row, &difficulty);
		store_row_put_id(&row, session);
	}
	if (store_query_run(s, STORE_PERIOD_DIFFICULTY, st) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}
