/* store_private - what the parts of the store share among themselves.
 *
 * A statement is prepared when it is first needed and kept. One that is
 * running already (a visitor asks again) is prepared anew and not kept. */
#ifndef EVIDENCE_STORE_PRIVATE_H
#define EVIDENCE_STORE_PRIVATE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "evidence/store.h"
#include "evidence/store_kept.h"

enum store_query {
	STORE_BEGIN,
	STORE_COMMIT,
	STORE_INPUT_BEGIN,
	STORE_INPUT_SAME,
	STORE_INPUT_UPDATE,
	STORE_INPUT_TURN_JOBS,
	STORE_INPUT_TURN_SHARES,
	STORE_INPUT_DROP_TRAFFIC,
	STORE_INPUT_TURN_TRAFFIC,
	STORE_INPUT_DELETE,
	STORE_INPUT_ABANDONED,
	STORE_INPUT_FORGET,
	STORE_INPUT_FORGET_TRAFFIC,
	STORE_TRAFFIC_ADD,
	STORE_TRAFFICS,
	STORE_SESSION_ADD,
	STORE_SESSION_UPDATE,
	STORE_SESSION_RECOVERED,
	STORE_WORKER_ADD,
	STORE_JOB_ADD,
	STORE_JOB_UPDATE,
	STORE_JOB_RECOVERED,
	STORE_SHARE_ADD,
	STORE_SHARE_UPDATE,
	STORE_SHARE_VERDICT,
	STORE_PERIOD_ADD,
	STORE_PERIOD_DIFFICULTY,
	STORE_INPUTS,
	STORE_SESSIONS,
	STORE_SESSION_AT,
	STORE_SESSION_BETWEEN,
	STORE_WORKERS,
	STORE_WORKERS_OF,
	STORE_JOBS,
	STORE_JOBS_OF,
	STORE_JOB_AT,
	STORE_DEMANDS,
	STORE_SHARES,
	STORE_SHARES_ALL,
	STORE_SHARES_OF,
	STORE_SHARE_AT,
	STORE_SHARE_PROOFS,
	STORE_PERIODS,
	STORE_PERIODS_OF,
	STORE_ALSO_SEEN,
	STORE_BLOCK_ADD,
	STORE_BLOCKS,
	STORE_SEARCH_PUT,
	STORE_SEARCH_AT,
	STORE_QUERIES
};

struct store {
	pthread_mutex_t mutex; /* of all but name and failed; recursive */
	sqlite3 *db;
	char *name; /* for sentences */
	int lock;   /* file descriptor that says "a writer is here", or -1 */
	sqlite3_stmt *query[STORE_QUERIES];
	sqlite3_stmt *lent; /* whose row the caller still looks at, or NULL */
	bool in_batch;
	uint32_t written; /* in this batch */
	/* Inputs below this row that never ended were left by a writer that
	 * died; `abandoned` says whether there are any. */
	int64_t first_input;
	bool abandoned;
	struct store_kept *kept; /* all shares, or NULL */
	/* ST_OK, or what the sentence is about, which is written before. */
	_Atomic(enum status) failed;
	struct why why;
};

/* To the end of the block, other threads wait. */
#define STORE_HOLD(s)                                                          \
	struct store *const held                                               \
		__attribute__((cleanup(store_release_held), unused)) =         \
			store_held(s)
struct store *store_held(struct store *s);
void store_release_held(struct store *const *s);

/* NULL after a failure, which is noted in s. */
sqlite3_stmt *store_query(struct store *s, enum store_query q, const char *sql);
void store_query_end(struct store *s, enum store_query q, sqlite3_stmt *st);

/* Runs a statement that gives no rows, and ends it. */
enum status store_query_run(struct store *s, enum store_query q,
			    sqlite3_stmt *st);

/* Steps to the one row of st and leaves it there for the caller to look at;
 * false if there is none. */
bool store_lend(struct store *s, sqlite3_stmt *st);
/* The caller no longer looks at what was lent. */
void store_settle(struct store *s);

/* Before and after each write: opens a batch, closes a full one. */
enum status store_write_begin(struct store *s);
enum status store_write_end(struct store *s);

/* Notes the first failure: SQLite's last error, or a value that cannot be. */
enum status store_fail(struct store *s);
enum status store_damaged(struct store *s, const char *what);

/* A sentence fragment for SQLite's last error. */
const char *store_reason(sqlite3 *db);

/* Is it a case? Refuses what is not, what is newer, and what is too old. known:
 * the version of its schema; 0: nothing is there yet. */
enum status store_schema_check(sqlite3 *db, int *known, const char *name,
			       struct why *why);
/* Makes what a case of that version lacks, all of it if it is 0; within a
 * transaction of the caller. SQLite's status. */
int store_schema_update(sqlite3 *db, int version);
/* Lets a case of that version be read as if it lacked nothing. */
int store_schema_pretend(sqlite3 *db, int version);

/* Session by id; borrowed like store_job_at(). */
bool store_session_at(struct store *s, struct fact_session *out,
		      const char *id);

/* What is known better in f goes into old; true if anything changed. recite:
 * the input that old cites was abandoned. */
bool store_merge_session(struct fact_session *old,
			 const struct fact_session *f);
bool store_merge_job(struct fact_job *old, const struct fact_job *f,
		     bool recite);
bool store_merge_share(struct fact_share *old, const struct fact_share *f,
		       bool recite);
/* What was computed of f replaces what was of old, unless that was better. */
bool store_merge_proof(struct fact_share *old, const struct fact_share *f);

#endif /* EVIDENCE_STORE_PRIVATE_H */
