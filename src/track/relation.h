/* relation - what the sessions of one client with one server have in common.
 *
 *	client  --- POST getwork ------> server     one connection
 *	client  --- GET long poll -----> server     another
 *	client  --- POST getwork(data) > server     perhaps a third
 *
 * Over HTTP a miner gets its jobs by one connection and submits its shares by
 * another, so that jobs, the hashes seen and the time observed belong to the
 * pair. Everywhere else a session has a relation of its own.
 *
 * The time observed is told as periods, each in the session whose job opened
 * it. HTTP does not show when a miner goes away: after RELATION_IDLE_S without
 * a message the period ends with the last one. */
#ifndef TRACK_RELATION_H
#define TRACK_RELATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "evidence/store.h"
#include "track/jobs.h"
#include "track/observed.h"

#define RELATION_JOBS_MAX   256        /* remembered at a time */
#define RELATION_BYTES_MAX  (1u << 20) /* of their coinbases and branches */
#define RELATION_HASHES_MAX (1u << 20) /* to find duplicates */
#define RELATION_IDLE_S     900

struct relation {
	struct store *store;
	struct jobs jobs;
	struct map *hashes;
	struct observed observed; /* private */
	char session[FACT_ID];    /* private: of the period that is open */
	struct ts last;           /* private: latest message */
	bool shared;              /* private: of several sessions */
	uint32_t sessions;        /* private: that have it now */
	struct relations *all;    /* private: where it is one of them */
	size_t place;             /* private: which one */
	/* private: its neighbours among those that no session has. */
	struct relation *older, *newer;
};

/* Remembers max_bytes of jobs at most; RELATION_BYTES_MAX is one session's own.
 */
struct relation *relation_new(struct store *store, size_t max_bytes);

/* Ends the observation at t and frees it. */
void relation_free(struct relation *r, struct ts t);

/* What the session with this id told of the time observed; see observed.h. */
void relation_job(struct relation *r, const char *session, struct ts t,
		  double difficulty);
/* A share whose job is not known, where several sessions have the relation, was
 * found for work that came unseen: what was observed ends with what was heard
 * before it. */
void relation_share(struct relation *r, struct ts t, bool job_known);
void relation_hole(struct relation *r, struct ts from, struct ts to);
void relation_doubt(struct relation *r, struct ts since);

/* Bytes that it holds: its jobs, and roughly its hashes. */
uint64_t relation_held(const struct relation *r);

/* Was this hash seen before, elsewhere than at this place? Remembers it. */
bool relation_hash_seen(struct relation *r, struct span hash,
			const char *session, uint32_t position);

#endif /* TRACK_RELATION_H */
