/* store_columns - the columns of the case file, once for everything.
 *
 * X(kind, column, definition, field...): kind names the pair of functions in
 * store_row.h that carries the fields of `f` to the column and back. From
 * these lists come the tables, the statements, what is bound to them and what
 * is read from them. The columns that make the key come apart from the rest,
 * because an update may not touch them: it would cost a search for everything
 * that refers to them. Columns that an older schema does not have are a list of
 * their own: what brings a case up to date comes from it. */
#ifndef EVIDENCE_STORE_COLUMNS_H
#define EVIDENCE_STORE_COLUMNS_H

/* clang-format off */
#define STORE_INPUT_KEY(X, SEP)                                                \
	X(row, row, "INTEGER PRIMARY KEY", &row_id)
#define STORE_INPUT_REST(X, SEP)                                               \
	X(text, name, "TEXT NOT NULL", &f->name) SEP                           \
	X(digest, sha256, "BLOB UNIQUE", f->sha256) SEP                        \
	X(u64, bytes, "INTEGER", &f->bytes) SEP                                \
	X(u64, packets, "INTEGER", &f->packets) SEP                            \
	X(ts, first, "INTEGER", &f->first) SEP                                 \
	X(ts, last, "INTEGER", &f->last) SEP                                   \
	X(text, status, "TEXT", &f->status) SEP                                \
	X(text, version, "TEXT", &f->version) SEP                              \
	X(text, options, "TEXT", &f->options)

#define STORE_TRAFFIC_KEY(X, SEP)                                              \
	X(row, input, "INTEGER NOT NULL REFERENCES input(row)",                \
	  &f->input) SEP                                                       \
	X(ts, start, "INTEGER NOT NULL", &f->start)
#define STORE_TRAFFIC_REST(X, SEP)                                             \
	X(u32, seconds, "INTEGER NOT NULL", &f->seconds) SEP                   \
	X(u64, packets, "INTEGER NOT NULL", &f->packets) SEP                   \
	X(u64, bytes, "INTEGER NOT NULL", &f->bytes) SEP                       \
	X(u64, connections, "INTEGER NOT NULL", &f->connections) SEP           \
	X(ts, first, "INTEGER", &f->first) SEP                                 \
	X(ts, last, "INTEGER", &f->last)

/* Not in schema 2. */
#define STORE_SESSION_SINCE_3(X, SEP)                                          \
	X(seen, client_bytes, "INTEGER", &f->client_bytes) SEP                 \
	X(seen, server_bytes, "INTEGER", &f->server_bytes) SEP                 \
	X(seen, client_packets, "INTEGER", &f->client_packets) SEP             \
	X(seen, server_packets, "INTEGER", &f->server_packets)

#define STORE_SESSION_KEY(X, SEP)                                              \
	X(id, id, "TEXT PRIMARY KEY NOT NULL", f->id)
#define STORE_SESSION_REST(X, SEP)                                             \
	X(text, dialect, "TEXT", &f->dialect) SEP                              \
	X(text, client_ip, "TEXT", &f->client_ip) SEP                          \
	X(u16, client_port, "INTEGER NOT NULL", &f->client_port) SEP           \
	X(text, server_ip, "TEXT", &f->server_ip) SEP                          \
	X(u16, server_port, "INTEGER NOT NULL", &f->server_port) SEP           \
	X(ts, first, "INTEGER", &f->first) SEP                                 \
	X(ts, last, "INTEGER", &f->last) SEP                                   \
	X(text, user_agent, "TEXT", &f->user_agent) SEP                        \
	X(text, server_agent, "TEXT", &f->server_agent) SEP                    \
	X(text, host, "TEXT", &f->host) SEP                                    \
	X(text, host_source, "TEXT", &f->host_source) SEP                      \
	X(text, server_name, "TEXT", &f->server_name) SEP                      \
	X(text, carrier, "TEXT", &f->carrier) SEP                              \
	X(text, tls_version, "TEXT", &f->tls_version) SEP                      \
	X(text, tls_alpn, "TEXT", &f->tls_alpn) SEP                            \
	X(text, tls_names, "TEXT", &f->tls_names) SEP                          \
	X(text, ja3, "TEXT", &f->ja3) SEP                                      \
	X(text, ja4, "TEXT", &f->ja4) SEP                                      \
	X(bytes, extranonce1, "BLOB", &f->extranonce1) SEP                     \
	X(source, extranonce1_source, "TEXT NOT NULL",                         \
	  &f->extranonce1_source) SEP                                          \
	X(words, difficulty, "TEXT", &f->difficulty) SEP                       \
	X(u32, version_mask, "INTEGER NOT NULL", &f->version_mask) SEP         \
	X(algorithm, algorithm, "TEXT NOT NULL", &f->algorithm) SEP            \
	X(flag, from_start, "INTEGER NOT NULL", &f->from_start) SEP            \
	X(u32, client_first, "INTEGER NOT NULL", &f->client_first) SEP         \
	X(u32, client_end, "INTEGER NOT NULL", &f->client_end) SEP             \
	X(u32, server_first, "INTEGER NOT NULL", &f->server_first) SEP         \
	X(u32, server_end, "INTEGER NOT NULL", &f->server_end) SEP             \
	X(u64, gaps, "INTEGER NOT NULL", &f->gaps) SEP                         \
	X(u64, lost, "INTEGER NOT NULL", &f->lost) SEP                         \
	X(u64, malformed, "INTEGER NOT NULL", &f->malformed) SEP               \
	X(u64, replies_unmatched, "INTEGER NOT NULL",                          \
	  &f->replies_unmatched) SEP                                           \
	X(u64, other_calls, "INTEGER NOT NULL", &f->other_calls) SEP           \
	X(difficulty, reported_rate, "REAL", &f->reported_rate) SEP                  \
	X(real, clock_offset, "REAL", &f->clock_offset) SEP                    \
	X(u64, search_tried, "INTEGER NOT NULL", &f->search_tried) SEP         \
	X(real, search_bits, "REAL", &f->search_bits) SEP                      \
	STORE_SESSION_SINCE_3(X, SEP)

#define STORE_JOB_KEY(X, SEP)                                                  \
	X(id, session, "TEXT NOT NULL REFERENCES session(id)", f->session) SEP \
	X(u32, position, "INTEGER NOT NULL", &f->position)
#define STORE_JOB_REST(X, SEP)                                                 \
	X(ts, time, "INTEGER", &f->time) SEP                                   \
	X(row, input, "INTEGER REFERENCES input(row)", &f->input) SEP          \
	X(u64, frame, "INTEGER NOT NULL", &f->frame) SEP                       \
	X(words, job_id, "TEXT", &f->job_id) SEP                               \
	X(bytes, extranonce1, "BLOB", &f->extranonce1) SEP                     \
	X(source, extranonce1_source, "TEXT NOT NULL",                         \
	  &f->extranonce1_source) SEP                                          \
	X(hash, previous, "BLOB NOT NULL", f->previous) SEP                    \
	X(bytes, coinbase1, "BLOB", &f->coinbase1) SEP                         \
	X(bytes, coinbase2, "BLOB", &f->coinbase2) SEP                         \
	X(hashes, branches, "BLOB", &f->branches) SEP                          \
	X(u32, version, "INTEGER NOT NULL", &f->version) SEP                   \
	X(u32, nbits, "INTEGER NOT NULL", &f->nbits) SEP                       \
	X(u32, ntime, "INTEGER NOT NULL", &f->ntime) SEP                       \
	X(flag, clean, "INTEGER NOT NULL", &f->clean) SEP                      \
	X(words, difficulty, "TEXT", &f->difficulty) SEP                       \
	X(number, target, "BLOB", &f->target) SEP                              \
	X(algorithm, algorithm, "TEXT NOT NULL", &f->algorithm) SEP            \
	X(words, variant, "TEXT", &f->variant) SEP                             \
	X(u32, height, "INTEGER NOT NULL", &f->height)

/* Of a job what says how its shares are weighed. */
#define STORE_DEMAND_KEY(X, SEP)                                               \
	X(u32, position, "INTEGER NOT NULL", &f->position)
#define STORE_DEMAND_REST(X, SEP)                                              \
	X(words, difficulty, "TEXT", &f->difficulty) SEP                       \
	X(number, target, "BLOB", &f->target) SEP                              \
	X(algorithm, algorithm, "TEXT NOT NULL", &f->algorithm)

#define STORE_SHARE_KEY(X, SEP)                                                \
	X(id, session, "TEXT NOT NULL REFERENCES session(id)", f->session) SEP \
	X(u32, position, "INTEGER NOT NULL", &f->position)
#define STORE_SHARE_REST(X, SEP)                                               \
	X(ts, time, "INTEGER", &f->time) SEP                                   \
	X(row, input, "INTEGER REFERENCES input(row)", &f->input) SEP          \
	X(u64, frame, "INTEGER NOT NULL", &f->frame) SEP                       \
	X(words, worker, "TEXT", &f->worker) SEP                               \
	X(words, job_id, "TEXT", &f->job_id) SEP                               \
	X(maybe, job_position, "INTEGER", &f->has_job, &f->job_position) SEP   \
	X(bytes, extranonce2, "BLOB", &f->extranonce2) SEP                     \
	X(u32, ntime, "INTEGER NOT NULL", &f->ntime) SEP                       \
	X(u32, nonce, "INTEGER NOT NULL", &f->nonce) SEP                       \
	X(maybe, version_bits, "INTEGER", &f->has_version_bits,                \
	  &f->version_bits) SEP                                                \
	X(u32, version_mask, "INTEGER NOT NULL", &f->version_mask) SEP         \
	X(proof, proof, "TEXT NOT NULL", &f->proof) SEP                        \
	X(algorithm, algorithm, "TEXT NOT NULL", &f->algorithm) SEP            \
	X(header, header, "BLOB", &f->header) SEP                              \
	X(bytes, solution, "BLOB", &f->solution) SEP                           \
	X(number, hash, "BLOB", &f->hash) SEP                                  \
	X(difficulty, difficulty, "REAL", &f->difficulty) SEP                  \
	X(number, target, "BLOB", &f->target) SEP                              \
	X(flag, rounding, "INTEGER NOT NULL", &f->rounding) SEP                \
	X(flag, at_once, "INTEGER NOT NULL", &f->at_once) SEP                  \
	X(verdict, verdict, "TEXT NOT NULL", &f->verdict) SEP                  \
	X(words, reason, "TEXT", &f->reason) SEP                               \
	X(flag, duplicate, "INTEGER NOT NULL", &f->duplicate) SEP              \
	X(witness, witness, "TEXT NOT NULL", &f->witness) SEP                  \
	X(flag, by_server, "INTEGER NOT NULL", &f->by_server)

#define STORE_PERIOD_KEY(X, SEP)                                               \
	X(id, session, "TEXT NOT NULL REFERENCES session(id)", f->session) SEP \
	X(ts, first, "INTEGER NOT NULL", &f->from)
#define STORE_PERIOD_REST(X, SEP)                                              \
	X(ts, last, "INTEGER NOT NULL", &f->to) SEP                            \
	X(difficulty, difficulty, "REAL", &f->difficulty)

#define STORE_BLOCK_KEY(X, SEP)                                                \
	X(hash, hash, "BLOB PRIMARY KEY NOT NULL", f->hash)
#define STORE_BLOCK_REST(X, SEP)                                               \
	X(ts, header_time, "INTEGER", &f->header_time) SEP                     \
	X(text, announcer_ip, "TEXT", &f->announcer_ip) SEP                    \
	X(ts, first, "INTEGER", &f->first) SEP                                 \
	X(id, session, "TEXT NOT NULL", f->session) SEP                        \
	X(u32, position, "INTEGER NOT NULL", &f->position) SEP                 \
	X(flag, indicated, "INTEGER NOT NULL", &f->indicated) SEP              \
	X(flag, shown_before, "INTEGER NOT NULL", &f->shown_before) SEP        \
	X(u32, others, "INTEGER NOT NULL", &f->others) SEP                     \
	X(u32, connections, "INTEGER NOT NULL", &f->connections)

#define STORE_SEARCH_KEY(X, SEP)                                               \
	X(id, session, "TEXT PRIMARY KEY NOT NULL REFERENCES session(id)",     \
	  f->session)
#define STORE_SEARCH_REST(X, SEP)                                              \
	X(hash, question, "BLOB NOT NULL", f->question) SEP                    \
	X(u64, tried, "INTEGER NOT NULL", &f->tried) SEP                       \
	X(bytes, value, "BLOB", &f->value)
/* clang-format on */

/* What a list becomes. */
#define STORE_DEFINE(kind, column, definition, ...)  #column " " definition
#define STORE_NAME(kind, column, definition, ...)    #column
#define STORE_MARK(kind, column, definition, ...)    "?"
#define STORE_MISSING(kind, column, definition, ...) "NULL AS " #column
#define STORE_PUT(kind, column, definition, ...)                               \
	store_row_put_##kind(&row, __VA_ARGS__)
#define STORE_GET(kind, column, definition, ...)                               \
	store_row_get_##kind(row, __VA_ARGS__)

/* The rest comes before the key in every statement, so that the same order of
 * parameters serves INSERT and UPDATE ... WHERE key. */
#define STORE_ALL(list, X, SEP) list##_REST(X, SEP) SEP list##_KEY(X, SEP)
#define STORE_SELECT(list, table)                                              \
	"SELECT " STORE_ALL(list, STORE_NAME, ", ") " FROM " table " "
#define STORE_INSERT(list, table)                                              \
	"INSERT INTO " table                                                   \
	"(" STORE_ALL(list, STORE_NAME,                                        \
		      ", ") ") VALUES(" STORE_ALL(list, STORE_MARK, ", ") ") "
#define STORE_UPDATE(list, table)                                              \
	"UPDATE " table " SET (" list##_REST(                                  \
		STORE_NAME, ", ") ") = (" list##_REST(STORE_MARK, ", ") ") "

#endif /* EVIDENCE_STORE_COLUMNS_H */
