/* store - the case file: facts kept in SQLite.
 *
 * One file per investigation, or memory. Writes are collected into batches
 * (WAL, one transaction each): a crash loses at most the last batch and never
 * corrupts; the file can be read while it is written. Giving a fact that is
 * there already, by its key, changes nothing but what was not determined
 * before: first/last widen, a verdict or a user agent fills in, `proved` is
 * never taken back.
 *
 * Any thread may call: one is served after the other. What is lent "until the
 * next call" is so until the next of any thread; store_hold() keeps others out.
 *
 * Schema: docs/case-file.md. A case of an older schema is read as it is, with
 * what it lacks not determined; opened for writing, it is brought up to date in
 * one transaction. */
#ifndef EVIDENCE_STORE_H
#define EVIDENCE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "evidence/fact.h"

#define STORE_SCHEMA        3
#define STORE_SCHEMA_OLDEST 2 /* that is still read */

struct store;

enum store_mode {
	STORE_CREATE,
	STORE_READ
};

/* path NULL: in memory. STORE_CREATE opens or makes; STORE_READ never writes,
 * and opens a case whose writer died. NULL with why on failure: not a
 * database, a newer schema, locked by another assay, a full disk. */
must_use struct store *store_open(const char *path, enum store_mode mode,
				  struct why *why);

/* Commits and frees. After a failed write it reports that failure again. */
enum status store_close(struct store *s, struct why *why);

/* Other threads' calls wait until store_release(); may be nested. */
void store_hold(struct store *s);
void store_release(struct store *s);

/* Every writer returns ST_OK or ST_IO. After ST_IO (a full disk, say) the
 * store keeps what was committed, and all later writes return ST_IO too. A
 * session is given before what belongs to it. Single values above 2^20 bytes
 * are kept as not determined. */
enum status store_flush(struct store *s, struct why *why); /* commit now */
bool store_failed(const struct store *s, struct why *why);

/* A row for an input that is about to be read: *row is what jobs and shares
 * cite. store_input_end fills in the rest; if the case already has an input of
 * the same SHA-256, what cites the new row is turned to the old one, and the
 * new row goes, and so does its traffic if the old one has any. */
enum status store_input_begin(struct store *s, int64_t *row, const char *name);
enum status store_input_end(struct store *s, int64_t row,
			    const struct fact_input *f);
/* Between the input's begin and end. */
enum status store_traffic(struct store *s, const struct fact_traffic *f);

enum status store_session(struct store *s, const struct fact_session *f);
enum status store_worker(struct store *s, const char *session,
			 struct span name);
enum status store_job(struct store *s, const struct fact_job *f);
enum status store_share(struct store *s, const struct fact_share *f);
enum status store_verdict(struct store *s, const char *session,
			  uint32_t position, enum fact_verdict v,
			  struct span reason);
enum status store_period(struct store *s, const struct fact_period *f);
/* What is known of a block stays as it was first told. */
enum status store_block(struct store *s, const struct fact_block *f);

/* After an extranonce1 was recovered: all jobs of the session that have none
 * get it, and so does the session. */
enum status store_recovered(struct store *s, const char *session,
			    struct span extranonce1);
/* How far a search for it came, in place of what was kept of the session's
 * search before. This and store_search_at() want STORE_CREATE. */
enum status store_search(struct store *s, const struct fact_search *f);
/* After a difficulty was: the periods of the session that have none get it. */
enum status store_period_difficulty(struct store *s, const char *session,
				    double difficulty);
/* Replaces what was computed of a share (proof, header, hash, difficulty,
 * target, algorithm, rounding, at_once, duplicate), unless that would take
 * back `proved`; the rest stays. */
enum status store_share_proof(struct store *s, const struct fact_share *f);

/* Reading. Visitors return false to stop; what they are given is borrowed for
 * the call; they may not write to the store. Order: as noted. Pending writes
 * are seen. session NULL means all. ST_IO if the file cannot be read, ST_BAD if
 * it holds what cannot be; store_failed() has the sentence. */
typedef bool store_visit_input(void *ctx, const struct fact_input *f,
			       int64_t row);
typedef bool store_visit_traffic(void *ctx, const struct fact_traffic *f);
typedef bool store_visit_session(void *ctx, const struct fact_session *f);
typedef bool store_visit_text(void *ctx, struct span text);
typedef bool store_visit_job(void *ctx, const struct fact_job *f);
typedef bool store_visit_share(void *ctx, const struct fact_share *f);
typedef bool store_visit_period(void *ctx, const struct fact_period *f);
typedef bool store_visit_block(void *ctx, const struct fact_block *f);

enum status store_inputs(struct store *s, store_visit_input *v, void *ctx);
enum status store_traffics(struct store *s, store_visit_traffic *v,
			   void *ctx); /* by start, input */
enum status store_sessions(struct store *s, store_visit_session *v,
			   void *ctx); /* by first, id */
enum status store_workers(struct store *s, const char *session,
			  store_visit_text *v, void *ctx); /* by name */
enum status store_jobs(struct store *s, const char *session, store_visit_job *v,
		       void *ctx); /* by time, position */
/* Of a session's jobs only what says how their shares are weighed: position,
 * difficulty, target, algorithm; in any order. */
enum status store_demands(struct store *s, const char *session,
			  store_visit_job *v, void *ctx);
enum status store_shares(struct store *s, const char *session,
			 store_visit_share *v, void *ctx); /* by time, .. */
/* How many shares of the session have each proof. */
enum status store_count_proofs(struct store *s, const char *session,
			       uint64_t count[FACT_PROOFS]);
/* Reads all shares, if they are no more than `most`, into memory, about 200
 * bytes each, from where store_shares() takes them until something is written,
 * without their solutions and with `alone`. Of a case that is open to read all
 * is of that moment from then on, whoever writes meanwhile. */
enum status store_keep_shares(struct store *s, size_t most);
enum status store_periods(struct store *s, const char *session,
			  store_visit_period *v, void *ctx); /* by from */
enum status store_blocks(struct store *s, store_visit_block *v,
			 void *ctx); /* by first, hash */

/* One job or share by its key; false if there is none. Borrowed until the next
 * call on s. */
bool store_job_at(struct store *s, struct fact_job *out, const char *session,
		  uint32_t position);
bool store_share_at(struct store *s, struct fact_share *out,
		    const char *session, uint32_t position);

/* How far the session's search came; false if there was none. Borrowed until
 * the next call on s. */
bool store_search_at(struct store *s, struct fact_search *out,
		     const char *session);

/* Ids of other sessions with a share of the same hash, in order of id. */
enum status store_also_seen(struct store *s, struct span hash,
			    const char *but_session, store_visit_text *v,
			    void *ctx);

/* The session, if any, between these endpoints whose conversation this one
 * continues or repeats: same ISNs when from_start is set in both; otherwise
 * the sequence ranges overlap in both directions (one may be unseen), not more
 * than a day after its last packet, or begin within 2^20 behind the end of the
 * known one and within a day of its last packet. The latest one of several.
 * Looks at the endpoints, the sequence numbers, from_start and first of key. */
bool store_join(struct store *s, struct fact_session *out,
		const struct fact_session *key);

#endif /* EVIDENCE_STORE_H */
