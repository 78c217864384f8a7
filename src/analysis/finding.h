/* finding - everything known of one session, ready to be told; and the same
 * for a miner (an address) or a worker (a name), over its sessions.
 *
 * Over HTTP a client speaks to its server by many connections: those between
 * the same two ends in one dialect are one finding. */
#ifndef ANALYSIS_FINDING_H
#define ANALYSIS_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/identity.h"
#include "analysis/subranges.h"
#include "analysis/work.h"
#include "evidence/store.h"

#define FINDING_PROVED_BITS 40
#define FINDING_WORKERS_MAX 4096

enum finding_kind {
	FINDING_SESSION, /* something was submitted */
	FINDING_CONTACT, /* a pool was spoken to, and nothing submitted */
	FINDING_NODE,    /* two nodes of a coin's network: not mining */
};

struct finding {
	enum finding_kind kind;
	/* Of the first connection; strings are the finding's own. What is
	 * counted is counted over all, last is the last of any. */
	struct fact_session session;
	char **connection; /* the ids of all, the first one's first */
	size_t num_connections;
	char **worker;
	uint32_t num_workers;
	struct work work;
	struct identity identity;
	struct subranges subranges;
};

/* "simulated" where any share is, which says that nothing was found; else
 * "proved" from FINDING_PROVED_BITS on; else "claimed" where shares brought
 * hashes that fit; else "spoken". */
const char *finding_grade(const struct work *w);

/* The same of a session; of a contact "contact", "behaved" (by the shape of its
 * traffic) or "listed" (by a name on a list); of nodes "node". */
const char *finding_standing(const struct finding *f);

/* Grades and standings, best first; "simulated" is none of them. */
#define FINDING_STANDINGS 6
extern const char *const finding_standings[FINDING_STANDINGS];

struct finding_options {
	double confidence;
	const struct network *network; /* NULL: as the evidence says */
};

struct findings { /* sorted by first, then id */
	struct finding *finding;
	size_t n;
};

enum status finding_load_all(struct findings *out, struct store *store,
			     const struct finding_options *options);
void finding_free_all(struct findings *f);

/* Sessions that belong together. */
struct finding_group {
	const char *name; /* the miner's address, or the worker's name */
	const struct finding **member; /* those with submits, in order */
	size_t num_members;
	struct work work;
	struct ts first, last;
	/* Observation is scattered over more than a week and covers less than
	 * half of it: one rate over it would describe no time at all. */
	bool scattered;
};

struct finding_groups {
	struct finding_group *group; /* by name */
	size_t n;
};

/* Clients that are pools themselves are no miners. Worker groups take the
 * shares under their name only. */
enum status finding_groups_by_miner(struct finding_groups *out,
				    struct store *store,
				    const struct findings *f,
				    double confidence);
enum status finding_groups_by_worker(struct finding_groups *out,
				     struct store *store,
				     const struct findings *f,
				     double confidence);
/* By a name that the caller gives for each finding; NULL: in no group. */
enum status finding_groups_by_name(struct finding_groups *out,
				   struct store *store,
				   const struct findings *f,
				   const char *const *name, double confidence);
void finding_groups_free(struct finding_groups *g);

#endif /* ANALYSIS_FINDING_H */
