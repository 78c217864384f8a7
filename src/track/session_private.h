/* session_private - what the files of session share. */
#ifndef TRACK_SESSION_PRIVATE_H
#define TRACK_SESSION_PRIVATE_H

#include "base/buf.h"
#include "base/map.h"
#include "track/proof.h"
#include "track/relation.h"
#include "track/session.h"

#define SESSION_TEXT_MAX     512
#define SESSION_WORKERS_MAX  4096
#define SESSION_OFFSETS_MAX  64
#define SESSION_OPEN_MAX     256
#define SESSION_MASK_UNKNOWN 0 /* no pool allows rolling nothing */

/* A share whose verdict may still come. */
struct session_open {
	uint64_t number;
	uint32_t position;
	bool nearly; /* only just above its target: the pool may round */
};

struct session {
	struct store *store;
	const int64_t *rows;
	struct session_ends ends;
	char id[FACT_ID];
	char client_ip[ENDPOINT_TEXT], server_ip[ENDPOINT_TEXT];
	struct buf user_agent, server_agent, host;
	const char *host_source;
	struct buf extranonce1;
	enum fact_source extranonce1_source;
	/* Announced last: as text, or as a target. */
	struct buf difficulty;
	bool has_target;
	uint8_t target[32];
	uint32_t version_mask;
	enum fact_algorithm algorithm;
	struct relation *relation;
	bool own_relation;
	struct map *workers;
	struct buf worker; /* who logged in last */
	double reported_rate;
	struct session_open *open; /* oldest first */
	uint32_t num_open, room_open;
	double offset[SESSION_OFFSETS_MAX];
	uint32_t num_offsets;
};

/* session_share.c */
void session_share(struct session *s, const struct event *e);
void session_verdict(struct session *s, const struct event *e);

/* What was announced last; empty: nothing was. */
struct proof_demand session_demand(const struct session *s);

/* Difficulty of the job's own demand, in its algorithm's unit (a target's of a
 * header in SHA-256d's, whatever it is hashed by); 0: none. */
double session_difficulty(const struct session *s, const struct fact_job *job);

/* session_job.c */
void session_job(struct session *s, const struct event *e);
/* Jobs that came before the answer that gives them their extranonce1. */
void session_complete_jobs(struct session *s);
/* Where a share brings its header with it: the job that this shows, with what
 * is demanded of it if `known` is the same job; stored. */
struct fact_job session_job_of_header(struct session *s, const struct event *e,
				      const struct fact_job *known);
/* The job of another session, as one of this session that the share e shows;
 * stored. */
struct fact_job session_job_copied(struct session *s, const struct event *e,
				   const struct fact_job *known);

#endif /* TRACK_SESSION_PRIVATE_H */
