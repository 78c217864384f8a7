#include "evidence/store_columns.h"
#include "evidence/store_private.h"
#include "evidence/store_row.h"

/* How far behind the known end a conversation may go on: what a capture lost
 * between two files. */
#define BEHIND_MAX (UINT32_C(1) << 20)
#define DAY_NS     (INT64_C(86400) * 1000000000)

enum place {
	APART,
	BEHIND,
	OVERLAPPING,
	UNSEEN
};

/* Where [first, end) lies to the known range; all modulo 2^32. */
static enum place place(uint32_t known_first, uint32_t known_end,
			uint32_t first, uint32_t end)
{
	if ((known_first == 0 && known_end == 0) || (first == 0 && end == 0))
		return UNSEEN;
	if (first - known_first < known_end - known_first ||
	    known_first - first < end - first)
		return OVERLAPPING;
	return first - known_end <= BEHIND_MAX ? BEHIND : APART;
}

/* Seconds do not matter here and clocks differ: a day either way. */
static bool soon_after(struct ts last, struct ts first, bool also_before)
{
	if (!ts_known(last) || !ts_known(first))
		return !also_before;
	if (first.ns > last.ns)
		return (uint64_t)first.ns - (uint64_t)last.ns <= DAY_NS;
	return !also_before || (uint64_t)last.ns - (uint64_t)first.ns <= DAY_NS;
}

static bool same_conversation(const struct fact_session *known,
			      const struct fact_session *key)
{
	const enum place client = place(known->client_first, known->client_end,
					key->client_first, key->client_end);
	const enum place server = place(known->server_first, known->server_end,
					key->server_first, key->server_end);

	if (known->from_start && key->from_start)
		return known->client_first == key->client_first &&
		       known->server_first == key->server_first;
	if (client == APART || server == APART ||
	    (client == UNSEEN && server == UNSEEN))
		return false;
	/* What begins with a SYN goes on from nothing. */
	if (client == BEHIND || server == BEHIND)
		return !key->from_start &&
		       soon_after(known->last, key->first, true);
	return soon_after(known->last, key->first, false);
}

/* Reads through the candidates, the latest first. */
static bool find(struct store *s, char id[FACT_ID], sqlite3_stmt *st,
		 const struct fact_session *key)
{
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct store_row at = store_row_over(st), *row = &at;
		struct fact_session known, *f = &known;

		STORE_ALL(STORE_SESSION, STORE_GET, ;);
		if (at.bad) {
			store_damaged(s, "session");
			return false;
		}
		if (!same_conversation(&known, key))
			continue;
		for (int i = 0; i < FACT_ID; i++)
			id[i] = known.id[i];
		return true;
	}
	if (rc != SQLITE_DONE)
		store_fail(s);
	return false;
}

bool store_join(struct store *s, struct fact_session *out,
		const struct fact_session *key)
{
	STORE_HOLD(s);
	static const char sql[] = STORE_SELECT(
		STORE_SESSION,
		"session") "WHERE client_ip = ? AND client_port = ? "
			   "AND server_ip = ? AND server_port = ? "
			   "ORDER BY last DESC, id";
	sqlite3_stmt *st;
	struct store_row row;
	char id[FACT_ID];
	bool found;

	store_settle(s);
	st = store_query(s, STORE_SESSION_BETWEEN, sql);
	if (!st)
		return false;
	row = store_row_over(st);
	store_row_put_text(&row, &key->client_ip);
	store_row_put_u16(&row, &key->client_port);
	store_row_put_text(&row, &key->server_ip);
	store_row_put_u16(&row, &key->server_port);
	found = find(s, id, st, key);
	store_query_end(s, STORE_SESSION_BETWEEN, st);
	return found && store_session_at(s, out, id);
}
