/* exhibits - the shares that a report shows as proofs: of each miner the first
 * and the last proved one, the best, and those that solved a block; a reader
 * opens the capture at their frames, or asks `assay prove` for the whole. */
#ifndef ANALYSIS_EXHIBITS_H
#define ANALYSIS_EXHIBITS_H

#include "analysis/finding.h"

#define EXHIBITS_MAX 200

enum exhibit_why {
	EXHIBIT_FIRST,
	EXHIBIT_LAST,
	EXHIBIT_BEST,
	EXHIBIT_BLOCK,
};

const char *exhibit_why_text(enum exhibit_why w); /* "first", .. */

struct exhibit {
	enum exhibit_why why;
	char session[FACT_ID];
	uint32_t position;
	char *client, *server; /* addresses, without ports */
	char *worker;          /* as UTF-8, made safe by the outputs */
	struct ts time;
	int64_t input;             /* row of the assessment's inputs */
	uint64_t frame, job_frame; /* 0: not known */
	uint8_t header[80];
	uint8_t hash[32];      /* internal order */
	double difficulty;     /* of its target */
	double own_difficulty; /* of its hash */
	enum fact_algorithm algorithm;
	enum fact_verdict verdict;
};

struct exhibits { /* by client, then time */
	struct exhibit *exhibit;
	size_t n;
	uint64_t left_out; /* above EXHIBITS_MAX */
};

/* Only shares of 80-byte headers. ST_IO if the store cannot be read. */
enum status exhibits_choose(struct exhibits *out, struct store *store,
			    const struct findings *findings);
void exhibits_free(struct exhibits *e);

#endif /* ANALYSIS_EXHIBITS_H */
