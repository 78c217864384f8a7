#include <string.h>

#include "evidence/store_columns.h"
#include "evidence/store_private.h"
#include "evidence/store_row.h"

static void get_input(struct store_row *row, struct fact_input *f,
		      int64_t *number)
{
	int64_t row_id;

	STORE_ALL(STORE_INPUT, STORE_GET, ;);
	if (!f->name)
		row->bad = true;
	if (!f->status)
		f->status = "its reading did not end";
	*number = row_id;
}

static void get_traffic(struct store_row *row, struct fact_traffic *f)
{
	STORE_ALL(STORE_TRAFFIC, STORE_GET, ;);
	row->bad = row->bad || f->seconds == 0;
}

static void get_session(struct store_row *row, struct fact_session *f)
{
	STORE_ALL(STORE_SESSION, STORE_GET, ;);
}

static void get_job(struct store_row *row, struct fact_job *f)
{
	STORE_ALL(STORE_JOB, STORE_GET, ;);
}

static void get_demand(struct store_row *row, struct fact_job *f)
{
	*f = (struct fact_job){ 0 };
	STORE_ALL(STORE_DEMAND, STORE_GET, ;);
}

static void get_share(struct store_row *row, struct fact_share *f)
{
	STORE_ALL(STORE_SHARE, STORE_GET, ;);
	f->alone = false;
}

static void get_period(struct store_row *row, struct fact_period *f)
{
	STORE_ALL(STORE_PERIOD, STORE_GET, ;);
}

static void get_block(struct store_row *row, struct fact_block *f)
{
	STORE_ALL(STORE_BLOCK, STORE_GET, ;);
}

/* A statement, what it is about, and who visits its rows. */
struct walk {
	enum store_query query;
	const char *table;
	bool (*give)(const struct walk *w, struct store_row *row);
	store_visit_input *input;
	store_visit_traffic *traffic;
	store_visit_session *session;
	store_visit_text *text;
	store_visit_job *job;
	store_visit_share *share;
	store_visit_period *period;
	store_visit_block *block;
	void *ctx;
};

static bool give_input(const struct walk *w, struct store_row *row)
{
	struct fact_input f;
	int64_t number;

	get_input(row, &f, &number);
	return !row->bad && w->input(w->ctx, &f, number);
}

static bool give_traffic(const struct walk *w, struct store_row *row)
{
	struct fact_traffic f;

	get_traffic(row, &f);
	return !row->bad && w->traffic(w->ctx, &f);
}

static bool give_session(const struct walk *w, struct store_row *row)
{
	struct fact_session f;

	get_session(row, &f);
	return !row->bad && w->session(w->ctx, &f);
}

static bool give_text(const struct walk *w, struct store_row *row)
{
	struct span text;

	store_row_get_words(row, &text);
	return !row->bad && w->text(w->ctx, text);
}

static bool give_job(const struct walk *w, struct store_row *row)
{
	struct fact_job f;

	get_job(row, &f);
	return !row->bad && w->job(w->ctx, &f);
}

static bool give_demand(const struct walk *w, struct store_row *row)
{
	struct fact_job f;

	get_demand(row, &f);
	return !row->bad && w->job(w->ctx, &f);
}

static bool give_share(const struct walk *w, struct store_row *row)
{
	struct fact_share f;

	get_share(row, &f);
	return !row->bad && w->share(w->ctx, &f);
}

static bool give_period(const struct walk *w, struct store_row *row)
{
	struct fact_period f;

	get_period(row, &f);
	return !row->bad && w->period(w->ctx, &f);
}

static bool give_block(const struct walk *w, struct store_row *row)
{
	struct fact_block f;

	get_block(row, &f);
	return !row->bad && w->block(w->ctx, &f);
}

static enum status walk_rows(struct store *s, sqlite3_stmt *st,
			     const struct walk *w)
{
	enum status found = ST_OK;
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct store_row row = store_row_over(st);

		if (w->give(w, &row))
			continue;
		if (row.bad)
			found = store_damaged(s, w->table);
		break;
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		found = store_fail(s);
	store_query_end(s, w->query, st);
	return found;
}

/* key NULL: the statement has no parameter. */
static enum status walk(struct store *s, const char *sql, const char *key,
			const struct walk *w)
{
	sqlite3_stmt *st;

	store_settle(s);
	st = store_query(s, w->query, sql);
	if (!st)
		return ST_IO;
	if (key)
		sqlite3_bind_text(st, 1, key, -1, SQLITE_TRANSIENT);
	return walk_rows(s, st, w);
}

#define OF "WHERE session = ? "

enum status store_inputs(struct store *s, store_visit_input *v, void *ctx)
{
	STORE_HOLD(s);
	return walk(s, STORE_SELECT(STORE_INPUT, "input") "ORDER BY row", NULL,
		    &(struct walk){ .query = STORE_INPUTS,
				    .table = "input",
				    .give = give_input,
				    .input = v,
				    .ctx = ctx });
}

enum status store_traffics(struct store *s, store_visit_traffic *v, void *ctx)
{
	STORE_HOLD(s);
	return walk(
		s,
		STORE_SELECT(STORE_TRAFFIC, "traffic") "ORDER BY start, input",
		NULL,
		&(struct walk){ .query = STORE_TRAFFICS,
				.table = "traffic",
				.give = give_traffic,
				.traffic = v,
				.ctx = ctx });
}

enum status store_sessions(struct store *s, store_visit_session *v, void *ctx)
{
	STORE_HOLD(s);
	return walk(s,
		    STORE_SELECT(STORE_SESSION, "session") "ORDER BY first, id",
		    NULL,
		    &(struct walk){ .query = STORE_SESSIONS,
				    .table = "session",
				    .give = give_session,
				    .session = v,
				    .ctx = ctx });
}

enum status store_workers(struct store *s, const char *session,
			  store_visit_text *v, void *ctx)
{
	STORE_HOLD(s);
	static const char all[] = "SELECT DISTINCT name FROM worker "
				  "ORDER BY name";
	static const char of[] = "SELECT name FROM worker " OF "ORDER BY name";

	return walk(s, session ? of : all, session,
		    &(struct walk){ .query = session ? STORE_WORKERS_OF
						     : STORE_WORKERS,
				    .table = "worker",
				    .give = give_text,
				    .text = v,
				    .ctx = ctx });
}

enum status store_jobs(struct store *s, const char *session, store_visit_job *v,
		       void *ctx)
{
	STORE_HOLD(s);
	static const char all[] = STORE_SELECT(
		STORE_JOB, "job") "ORDER BY time, position, session";
	static const char of[] =
		STORE_SELECT(STORE_JOB, "job") OF "ORDER BY time, position";

	return walk(
		s, session ? of : all, session,
		&(struct walk){ .query = session ? STORE_JOBS_OF : STORE_JOBS,
				.table = "job",
				.give = give_job,
				.job = v,
				.ctx = ctx });
}

enum status store_demands(struct store *s, const char *session,
			  store_visit_job *v, void *ctx)
{
	STORE_HOLD(s);
	return walk(s, STORE_SELECT(STORE_DEMAND, "job") OF, session,
		    &(struct walk){ .query = STORE_DEMANDS,
				    .table = "job",
				    .give = give_demand,
				    .job = v,
				    .ctx = ctx });
}

enum status store_shares(struct store *s, const char *session,
			 store_visit_share *v, void *ctx)
{
	STORE_HOLD(s);
	static const char all[] = STORE_SELECT(
		STORE_SHARE, "share") "ORDER BY time, position, session";
	static const char of[] =
		STORE_SELECT(STORE_SHARE, "share") OF "ORDER BY time, position";

	if (s->kept) {
		store_kept_visit(s->kept, session, v, ctx);
		return ST_OK;
	}
	return walk(s, session ? of : all, session,
		    &(struct walk){ .query = session ? STORE_SHARES_OF
						     : STORE_SHARES,
				    .table = "share",
				    .give = give_share,
				    .share = v,
				    .ctx = ctx });
}

static bool give_proof_count(const struct walk *w, struct store_row *row)
{
	uint64_t *count = w->ctx;
	enum fact_proof proof;
	uint64_t n;

	store_row_get_proof(row, &proof);
	store_row_get_u64(row, &n);
	if (!row->bad)
		count[proof] = n;
	return !row->bad;
}

enum status store_count_proofs(struct store *s, const char *session,
			       uint64_t count[FACT_PROOFS])
{
	STORE_HOLD(s);
	memset(count, 0, FACT_PROOFS * sizeof(count[0]));
	return walk(s, "SELECT proof, count(*) FROM share " OF "GROUP BY proof",
		    session,
		    &(struct walk){ .query = STORE_SHARE_PROOFS,
				    .table = "share",
				    .give = give_proof_count,
				    .ctx = count });
}

/* Shares that are kept, and how many may be. */
struct keeping {
	struct store_kept *kept;
	size_t n, most;
};

static bool keep(void *ctx, const struct fact_share *f)
{
	struct keeping *k = ctx;

	if (++k->n > k->most)
		return false;
	store_kept_add(k->kept, f);
	return true;
}

enum status store_keep_shares(struct store *s, size_t most)
{
	STORE_HOLD(s);
	struct keeping k = { .most = most };
	enum status st;

	if (s->kept)
		return ST_OK;
	if (sqlite3_db_readonly(s->db, "main") &&
	    sqlite3_get_autocommit(s->db) &&
	    sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(s);
	k.kept = store_kept_new();
	/* They are put in order in memory, which is faster. */
	st = walk(s, STORE_SELECT(STORE_SHARE, "share"), NULL,
		  &(struct walk){ .query = STORE_SHARES_ALL,
				  .table = "share",
				  .give = give_share,
				  .share = keep,
				  .ctx = &k });
	if (st != ST_OK || k.n > most) {
		store_kept_free(k.kept);
		return st;
	}
	store_kept_end(k.kept);
	s->kept = k.kept;
	return ST_OK;
}

enum status store_periods(struct store *s, const char *session,
			  store_visit_period *v, void *ctx)
{
	STORE_HOLD(s);
	static const char all[] =
		STORE_SELECT(STORE_PERIOD, "period") "ORDER BY first, session";
	static const char of[] =
		STORE_SELECT(STORE_PERIOD, "period") OF "ORDER BY first";

	return walk(s, session ? of : all, session,
		    &(struct walk){ .query = session ? STORE_PERIODS_OF
						     : STORE_PERIODS,
				    .table = "period",
				    .give = give_period,
				    .period = v,
				    .ctx = ctx });
}

enum status store_blocks(struct store *s, store_visit_block *v, void *ctx)
{
	STORE_HOLD(s);
	return walk(s,
		    STORE_SELECT(STORE_BLOCK, "block") "ORDER BY first, hash",
		    NULL,
		    &(struct walk){ .query = STORE_BLOCKS,
				    .table = "block",
				    .give = give_block,
				    .block = v,
				    .ctx = ctx });
}

enum status store_also_seen(struct store *s, struct span hash,
			    const char *but_session, store_visit_text *v,
			    void *ctx)
{
	STORE_HOLD(s);
	static const char sql[] = "SELECT DISTINCT session FROM share "
				  "WHERE substr(hash, 1, 8) = "
				  "substr(?1, 1, 8) AND hash = ?1 "
				  "AND session IS NOT ?2 "
				  "ORDER BY session";
	const struct walk w = { .query = STORE_ALSO_SEEN,
				.table = "share",
				.give = give_text,
				.text = v,
				.ctx = ctx };
	sqlite3_stmt *st;
	struct store_row row;

	store_settle(s);
	if (hash.n != 32)
		return ST_OK;
	st = store_query(s, w.query, sql);
	if (!st)
		return ST_IO;
	row = store_row_over(st);
	store_row_put_number(&row, &hash);
	store_row_put_text(&row, &but_session);
	return walk_rows(s, st, &w);
}

bool store_lend(struct store *s, sqlite3_stmt *st)
{
	const int rc = sqlite3_step(st);

	s->lent = st;
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		store_fail(s);
	store_settle(s);
	return false;
}

static sqlite3_stmt *at(struct store *s, enum store_query q, const char *sql,
			const char *session, uint32_t position)
{
	sqlite3_stmt *st;

	store_settle(s);
	st = store_query(s, q, sql);
	if (!st)
		return NULL;
	sqlite3_bind_text(st, 1, session, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(st, 2, position);
	return store_lend(s, st) ? st : NULL;
}

bool store_session_at(struct store *s, struct fact_session *out, const char *id)
{
	static const char sql[] =
		STORE_SELECT(STORE_SESSION, "session") "WHERE id = ?";
	struct fact_session f;
	struct store_row row;

	store_settle(s);
	row = store_row_over(store_query(s, STORE_SESSION_AT, sql));
	if (!row.statement)
		return false;
	sqlite3_bind_text(row.statement, 1, id, -1, SQLITE_TRANSIENT);
	if (!store_lend(s, row.statement))
		return false;
	get_session(&row, &f);
	if (row.bad)
		store_damaged(s, "session");
	else
		*out = f;
	return !row.bad;
}

bool store_job_at(struct store *s, struct fact_job *out, const char *session,
		  uint32_t position)
{
	STORE_HOLD(s);
	static const char sql[] =
		STORE_SELECT(STORE_JOB, "job") OF "AND position = ?";
	struct fact_job f;
	struct store_row row =
		store_row_over(at(s, STORE_JOB_AT, sql, session, position));

	if (!row.statement)
		return false;
	get_job(&row, &f);
	if (row.bad)
		store_damaged(s, "job");
	else
		*out = f;
	return !row.bad;
}

bool store_share_at(struct store *s, struct fact_share *out,
		    const char *session, uint32_t position)
{
	STORE_HOLD(s);
	static const char sql[] =
		STORE_SELECT(STORE_SHARE, "share") OF "AND position = ?";
	struct fact_share f;
	struct store_row row =
		store_row_over(at(s, STORE_SHARE_AT, sql, session, position));

	if (!row.statement)
		return false;
	get_share(&row, &f);
	if (row.bad)
		store_damaged(s, "share");
	else
		*out = f;
	return !row.bad;
}
