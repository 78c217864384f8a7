/* hypothesis_file - hypotheses and what each expects, as a file says it.
 *
 * YAML (libyaml) or JSON, which is YAML: docs/hypotheses.md. A file lists
 * hypotheses with priors, and for each measured quantity how likely its value
 * is under each hypothesis, as a distribution or a table, with reasons. */
#ifndef ANALYSIS_HYPOTHESIS_FILE_H
#define ANALYSIS_HYPOTHESIS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define HYPOTHESIS_MAX       16
#define HYPOTHESIS_ITEMS_MAX 128
#define HYPOTHESIS_FILE_MAX  (1u << 20)

/* A distribution of a number that is not negative, or a table. */
enum hypothesis_shape {
	HYPOTHESIS_LOGNORMAL, /* median, factor: 84 % lie below median*factor */
	HYPOTHESIS_NORMAL,    /* mean, sd */
	HYPOTHESIS_LOGUNIFORM, /* low, high */
	HYPOTHESIS_UNIFORM,    /* low, high */
	HYPOTHESIS_POISSON,    /* mean */
	HYPOTHESIS_TABLE,      /* of words */
};

struct hypothesis_cell {
	char *word;         /* "*": any other */
	double probability; /* 0..1 */
};

struct hypothesis_likelihood {
	enum hypothesis_shape shape;
	double a, b;
	struct hypothesis_cell *cell;
	size_t num_cells;
	char *reason;
	/* How far the likelihood may be off, as a factor >= 1: 1 exact. */
	double within;
};

struct hypothesis_item {
	char *quantity; /* "hashrate", "machines", ... (hypothesis.h) */
	char *group;    /* items of one group depend on each other: only the
			 * weightiest counts; NULL: on its own */
	/* Admiralty grade of the source: 'A'..'F' and 1..6; 0: as the
	 * measurement's own grade has it. */
	char reliability;
	unsigned credibility;
	char *source;
	struct hypothesis_likelihood *under; /* one for each hypothesis */
};

struct hypothesis_text {
	char *id, *name, *description;
	double prior; /* sum of all: 1 */
	char *prior_reason;
};

struct hypothesis_file {
	char *title, *sources;
	struct hypothesis_text hypothesis[HYPOTHESIS_MAX];
	size_t num_hypotheses;
	struct hypothesis_item *item;
	size_t num_items;
};

/* Reads a file, or with path NULL the shipped one (a state operation, an
 * individual user). ST_BAD with why: file, line, column, what is wrong and what
 * would be right. Every number is checked: priors add up to 1, probabilities
 * lie within 0 and 1 and tables add up to at most 1, quantities are known. */
enum status hypothesis_file_read(struct hypothesis_file *out, const char *path,
				 struct why *why);
void hypothesis_file_free(struct hypothesis_file *f);

#endif /* ANALYSIS_HYPOTHESIS_FILE_H */
