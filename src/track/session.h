/* session - one miner's connection to a pool, as its events tell it.
 *
 * Pairs each share with its job and the difficulty in force, rebuilds and
 * hashes its header, joins the pool's verdict, and writes all of it to the
 * store. What cannot be settled while the packets pass (an extranonce1 from
 * before the capture, a difficulty never announced) is left to track/recover,
 * which works on the store.
 *
 * Time is observed while a submit would have been seen and could have been
 * proved: from the first job on, without the stretches in which segments of
 * the miner, or a job, were lost. */
#ifndef TRACK_SESSION_H
#define TRACK_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/store.h"
#include "net/decode.h"
#include "proto/event.h"
#include "track/relation.h"

struct session_ends {
	struct endpoint client, server;
	int from; /* what events call the client's end: 0 or 1 */
	/* Both SYNs were seen, and these are the ISNs; otherwise the first
	 * sequence number seen of each direction (0 where none was). */
	bool from_start;
	uint32_t client_first, server_first;
	struct ts first;
};

/* What the conversation knows at its end, or so far. */
struct session_state {
	const char *dialect; /* NULL: not determined yet */
	struct ts last;
	/* Where each direction began (needed if session_ends had it as 0), and
	 * its next sequence number; both 0 where nothing was seen. */
	uint32_t client_first, client_end, server_first, server_end;
	/* Payload, each byte once, and packets that carried any. */
	uint64_t client_bytes, server_bytes, client_packets, server_packets;
	uint64_t gaps, lost, malformed, replies_unmatched, other_calls;
	const char *carrier;     /* NULL: not told */
	const char *server_name; /* of its address, by DNS; NULL: not known */
	/* From TLS; NULL where there is none. */
	const char *tls_version, *tls_alpn, *tls_names, *tls_host, *ja3, *ja4;
};

struct session;

/* rows[input] is the store's row of a reader's input; borrowed. relation: what
 * it shares with other sessions of its ends, borrowed; NULL: nothing. */
struct session *session_new(struct store *store, const int64_t *rows,
			    const struct session_ends *ends,
			    struct relation *relation);

void session_event(struct session *s, const struct event *e);

/* Bytes were lost between these moments; by_client: the miner's. */
void session_gap(struct session *s, bool by_client, struct ts from,
		 struct ts to);

/* Writes the session as it stands. */
void session_write(struct session *s, const struct session_state *state);

/* Writes it for the last time and frees it. */
void session_free(struct session *s, const struct session_state *state);

/* Lives with it. */
const char *session_id(const struct session *s);

/* Bytes of jobs that it remembers; of those it shares with others, its part. */
uint64_t session_held(const struct session *s);

/* Jobs of its own forgotten for lack of room. */
uint64_t session_jobs_dropped(const struct session *s);

#endif /* TRACK_SESSION_H */
