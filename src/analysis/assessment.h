/* assessment - every answer that a case gives, in one place: what reports
 * tell. Outputs read this and nothing else, and add nothing to it.
 *
 * The first subject is everything that was found; then come the sites, the
 * miners (client addresses) and the workers (names). */
#ifndef ANALYSIS_ASSESSMENT_H
#define ANALYSIS_ASSESSMENT_H

#include "analysis/exhibits.h"
#include "analysis/finding.h"
#include "analysis/hypothesis.h"
#include "analysis/machines.h"
#include "analysis/money.h"
#include "analysis/series.h"
#include "analysis/sites.h"
#include "analysis/timing.h"

#define ASSESSMENT_SUBJECTS_MAX 4096

enum subject_kind {
	SUBJECT_ALL,
	SUBJECT_SITE,
	SUBJECT_MINER,
	SUBJECT_WORKER,
};

const char *assessment_kind_text(enum subject_kind k); /* "site", .. */

struct subject {
	enum subject_kind kind;
	char *name; /* "all", a site's label, an address, a worker's name */
	const struct finding **member; /* with submits, by first */
	size_t num_members;
	struct ts first, last;
	const char *grade; /* "proved", "claimed", "spoken", "simulated" */
	bool scattered;    /* one rate over it would describe no time at all */
	struct work work;
	struct series series;
	struct timing timing;
	struct machines machines;
	struct money money;
};

struct assessment_input {
	int64_t row;
	char *name, *status, *version;
	uint8_t sha256[32];
	bool has_sha256;
	uint64_t bytes, packets;
	struct ts first, last;
};

struct assessment_options {
	double confidence;
	double bin_seconds;            /* 0: as it suits */
	const struct network *network; /* NULL: as the evidence says */
	const struct sites *sites;     /* NULL: none */
	const struct prices *prices;   /* NULL: none */
	const struct hypothesis_file *hypotheses; /* never NULL */
};

struct assessment {
	struct assessment_options options;
	struct assessment_input *input;
	size_t num_inputs;
	bool simulated; /* made by a generator: to be said on every page */
	struct findings findings;
	uint64_t sessions, contacts, nodes;
	struct ts first, last;   /* of the inputs */
	struct subject *subject; /* [0] is everything */
	size_t num_subjects;
	uint64_t subjects_dropped;
	/* All packets that the inputs held, in the bins of the series. */
	struct timing_traffic traffic;
	struct exhibits exhibits;
	struct hypothesis_evidence evidence[HYPOTHESIS_QUANTITIES];
	struct hypotheses hypotheses;
};

/* ST_IO if the store cannot be read; ST_BAD if it holds what cannot be, as a
 * share whose work is not what it is told to be. why has the sentence; out is
 * to be freed whatever comes. */
enum status assessment_make(struct assessment *out, struct store *store,
			    const struct assessment_options *options,
			    struct why *why);
void assessment_free(struct assessment *a);

#endif /* ANALYSIS_ASSESSMENT_H */
