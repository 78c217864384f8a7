/* session_private - what the files of session share. */
#ifndef TRACK_SESSION_PRIVATE_H
#define TRACK_SESSION_PRIVATE_H

#include "base/buf.h"
#include "base/map.h"
#include "track/jobs.h"
#include "track/observed.h"
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
	struct buf user_agent, host;
	struct buf extranonce1;
	enum fact_source extranonce1_source;
	struct buf difficulty; /* announced last, as text */
	uint32_t version_mask;
	enum fact_algorithm algorithm;
	struct jobs jobs;
	struct map *hashes, *workers;
	struct session_open *open; /* oldest first */
	uint32_t num_open, room_open;
	struct observed observed;
	double offset[SESSION_OFFSETS_MAX];
	uint32_t num_offsets;
};

/* session_share.c */
void session_share(struct session *s, const struct event *e);
void session_verdict(struct session *s, const struct event *e);
double session_difficulty(const struct session *s); /* 0: not known */

/* Was this hash seen before, at another position? Remembers it. */
bool session_hash_seen(struct session *s, struct span hash, uint32_t position);

/* session.c: a share came, for a job that is known or not. */
void session_observed(struct session *s, bool job_known);

#endif /* TRACK_SESSION_PRIVATE_H */
