#include "evidence/store_columns.h"
#include "evidence/store_private.h"
#include "evidence/store_row.h"

enum status store_search(struct store *s, const struct fact_search *f)
{
	STORE_HOLD(s);
	static const char sql[] = STORE_INSERT(
		STORE_SEARCH,
		"search") "ON CONFLICT(session) DO UPDATE SET "
			  "question = excluded.question, "
			  "tried = excluded.tried, value = excluded.value";
	sqlite3_stmt *st;
	struct store_row row;

	if (store_write_begin(s) != ST_OK)
		return ST_IO;
	st = store_query(s, STORE_SEARCH_PUT, sql);
	row = store_row_over(st);
	if (st) {
		STORE_ALL(STORE_SEARCH, STORE_PUT, ;);
	}
	if (store_query_run(s, STORE_SEARCH_PUT, st) != ST_OK)
		return ST_IO;
	return store_write_end(s);
}

static void get_search(struct store_row *row, struct fact_search *f)
{
	STORE_ALL(STORE_SEARCH, STORE_GET, ;);
}

bool store_search_at(struct store *s, struct fact_search *out,
		     const char *session)
{
	STORE_HOLD(s);
	static const char sql[] =
		STORE_SELECT(STORE_SEARCH, "search") "WHERE session = ?";
	struct fact_search f;
	struct store_row row;

	store_settle(s);
	row = store_row_over(store_query(s, STORE_SEARCH_AT, sql));
	if (!row.statement)
		return false;
	sqlite3_bind_text(row.statement, 1, session, -1, SQLITE_TRANSIENT);
	if (!store_lend(s, row.statement))
		return false;
	get_search(&row, &f);
	if (row.bad)
		store_damaged(s, "search");
	else
		*out = f;
	return !row.bad;
}
