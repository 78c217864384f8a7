/* finding - everything known of one session, ready to be told; and the same
 * for a miner (an address) or a worker (a name), over its sessions. */
#ifndef ANALYSIS_FINDING_H
#define ANALYSIS_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/identity.h"
#include "analysis/work.h"
#include "evidence/store.h"

#define FINDING_PROVED_BITS 40
#define FINDING_WORKERS_MAX 4096

struct finding {
	struct fact_session session; /* strings are the finding's own */
	char **worker;
	uint32_t num_workers;
	struct work work;
	struct identity identity;
	bool contact; /* a pool was spoken to, and nothing submitted */
};

/* "proved" from FINDING_PROVED_BITS on, else "spoken". */
const char *finding_grade(const struct work *w);

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

/* Worker groups take the shares under their name only. */
enum status finding_groups_by_miner(struct finding_groups *out,
				    struct store *store,
				    const struct findings *f,
				    double confidence);
enum status finding_groups_by_worker(struct finding_groups *out,
				     struct store *store,
				     const struct findings *f,
				     double confidence);
void finding_groups_free(struct finding_groups *g);

#endif /* ANALYSIS_FINDING_H */
