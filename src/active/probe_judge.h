/* probe_judge - what a server's answers say about it.
 *
 * Fed with what was sent and received, it reads both as the dialogue they are
 * (proto/dialogue.h): a job from the server's end makes it a pool. Beside that
 * it looks at the answers themselves, because a refusal is none of the events:
 *
 *	lines	an error in the shape of that dialect (Stratum's is an array,
 *		Monero's an object), or any after a good answer
 *	HTTP	an error of JSON-RPC; 401 from a realm "jsonrpc" (a node's)
 *
 * Errors that JSON-RPC itself has (-32768 to -32000: no such method, ..) and
 * Stratum's -3 say that the dialect is not spoken: something else answered.
 *
 * A function of what it is fed: no files, network or clock. */
#ifndef ACTIVE_PROBE_JUDGE_H
#define ACTIVE_PROBE_JUDGE_H

#include "active/probe.h"
#include "net/decode.h"

struct probe_judge;

/* Who speaks to whom, and by which name it was called. */
struct probe_ends {
	struct endpoint own, server;
	const char *host; /* borrowed as long as the judge lives */
};

struct probe_judge *probe_judge_new(enum probe_kind kind,
				    const struct probe_ends *ends);
void probe_judge_free(struct probe_judge *j);

/* Bytes that we sent (from 0) or received (1). */
void probe_judge_feed(struct probe_judge *j, int from, struct span bytes,
		      struct ts at);

/* It is decided: nothing that may follow would change it. */
bool probe_judge_done(const struct probe_judge *j);

/* The server took the request with this id, and more is to be asked. */
bool probe_judge_took(const struct probe_judge *j, uint64_t id);

enum probe_ending {
	PROBE_ENDED,    /* by us, being done */
	PROBE_SHUT,     /* by the server */
	PROBE_TIMEOUT,  /* the time is over */
	PROBE_OVERFLOW, /* more bytes than are read of one connection */
};

/* The end: fills in verdict, words, first, received and what was seen. If the
 * server gave a job or spoke the dialect, *found (which is empty) is what that
 * tells. */
void probe_judge_end(struct probe_judge *j, struct probe_attempt *out,
		     struct findings *found, enum probe_ending how,
		     struct ts last);

#endif /* ACTIVE_PROBE_JUDGE_H */
