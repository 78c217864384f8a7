/* probe_course - the way of one target: its name, its turns, its connections.
 *
 * Many go on at a time; probe_run.c lets each of them step when something
 * happened or time has passed, and gives out the turns to connect. */
#ifndef ACTIVE_PROBE_COURSE_H
#define ACTIVE_PROBE_COURSE_H

#include "active/probe.h"
#include "active/probe_judge.h"
#include "active/probe_link.h"
#include "active/probe_name.h"

enum probe_course_phase {
	PROBE_COURSE_NAMING,  /* its addresses are looked for */
	PROBE_COURSE_WAITING, /* for its turn to connect */
	PROBE_COURSE_TALKING,
	PROBE_COURSE_OVER,
};

struct probe_course { /* read phase, result, link, address, deadline */
	enum probe_course_phase phase;
	struct probe_result result;
	const struct probe_options *options;
	struct tls_client *tls;
	struct probe_name *name;
	const struct addrinfo *address; /* that is asked, or tried next */
	unsigned tried;                 /* addresses */
	bool reached;                   /* the address answers: it stays */
	int64_t deadline;               /* ns; naming and talking */
	/* The connection. */
	struct probe_link *link;
	struct probe_judge *judge; /* once it is open */
	struct probe_attempt attempt;
	int64_t began; /* ns */
	unsigned step; /* of what is said */
};

/* now: nanoseconds of a clock that never goes back. */
void probe_course_begin(struct probe_course *c,
			const struct probe_target *target,
			const struct probe_options *o, struct tls_client *tls,
			int64_t now);

/* Goes on where it can; a course that waits for its turn stays where it is. */
void probe_course_step(struct probe_course *c, int64_t now);

/* It is its turn. */
void probe_course_connect(struct probe_course *c, int64_t now);

/* Ends it where it stands, what was heard of it judged. */
void probe_course_stop(struct probe_course *c, int64_t now);

void probe_course_fini(struct probe_course *c);

#endif /* ACTIVE_PROBE_COURSE_H */
