/* hypothesis_file - hypotheses and what each expects, as a file says it.
 *
 * YAML (libyaml) or JSON, which is YAML: docs/hypotheses.md. A file lists
 * hypotheses with priors, and for each measured quantity how likely its value
 * is under each hypothesis, as a distribution or a table, with reasons. */
#ifndef ANALYSIS_HYPOTHESIS_FILE_H
#define ANALYSIS_HYPOTHESIS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cur.h"
#include "base/status.h"

#define HYPOTHESIS_MAX        16
#define HYPOTHESIS_ITEMS_MAX  128
#define HYPOTHESIS_CELLS_MAX  8
#define HYPOTHESIS_FILE_MAX   (1u << 20)
#define HYPOTHESIS_ID_MAX     32
#define HYPOTHESIS_NAME_MAX   120
#define HYPOTHESIS_TEXT_MAX   8192 /* of descriptions, reasons, sources */
#define HYPOTHESIS_WITHIN_MAX 1000.0
/* Mistakes beyond these are counted, and not told. */
#define HYPOTHESIS_MISTAKES_MAX 100

/* A distribution of a number that is not negative, or a table: name in the
 * file, and its parameters there. Lognormal: the logarithm's sigma is ln
 * factor, so that 84 % lie below median * factor. Normal: cut off below 0. */
#define HYPOTHESIS_SHAPE_LIST(X)                                               \
	X(HYPOTHESIS_LOGNORMAL, "lognormal", "median", "factor")               \
	X(HYPOTHESIS_NORMAL, "normal", "mean", "sd")                           \
	X(HYPOTHESIS_LOGUNIFORM, "loguniform", "low", "high")                  \
	X(HYPOTHESIS_UNIFORM, "uniform", "low", "high")                        \
	X(HYPOTHESIS_POISSON, "poisson", "mean", NULL)                         \
	X(HYPOTHESIS_TABLE, "table", NULL, NULL)
#define HYPOTHESIS_ENUM(name, text, a, b) name,
enum hypothesis_shape {
	HYPOTHESIS_SHAPE_LIST(HYPOTHESIS_ENUM) HYPOTHESIS_SHAPES
};
#undef HYPOTHESIS_ENUM

const char *hypothesis_shape_text(enum hypothesis_shape s); /* "normal" */

struct hypothesis_cell {
	char *word;         /* "*": all others together */
	double probability; /* 0..1 */
};

struct hypothesis_likelihood {
	enum hypothesis_shape shape;
	double a, b; /* parameters, in the order of the list above */
	struct hypothesis_cell cell[HYPOTHESIS_CELLS_MAX];
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
	char *source;                        /* NULL: not said */
	struct hypothesis_likelihood *under; /* one for each hypothesis */
	unsigned long line;                  /* in the file */
};

struct hypothesis_text {
	char *id, *name, *description; /* description: NULL: none */
	double prior;                  /* sum of all: 1 */
	char *prior_reason;
};

struct hypothesis_file {
	char *title, *sources; /* sources: NULL: not said */
	struct hypothesis_text hypothesis[HYPOTHESIS_MAX];
	size_t num_hypotheses; /* at least 2 */
	struct hypothesis_item *item;
	size_t num_items; /* at least 1 */
};

/* Is told of a mistake, or of what is allowed and seems wrong: what it is and
 * what would be right, as one sentence with captured text made safe. Line and
 * column count from 1. */
struct hypothesis_listener {
	void (*tell)(void *context, unsigned long line, unsigned long column,
		     const char *what);
	void *context;
};

/* Reads a file, or with path NULL the shipped one (a state operation, an
 * individual user). ST_IO if it cannot be read; ST_BAD with why: file, line,
 * column, what is wrong and what would be right, and how many mistakes more
 * there are. Every number is checked: priors add up to 1, probabilities lie
 * within 0 and 1 and tables add up to at most 1, quantities are known. */
must_use enum status hypothesis_file_read(struct hypothesis_file *out,
					  const char *path, struct why *why);

/* The same, and each mistake (up to HYPOTHESIS_MISTAKES_MAX) told in the order
 * in which it is found. listener may be NULL. */
must_use enum status hypothesis_file_read_all(
	struct hypothesis_file *out, const char *path,
	const struct hypothesis_listener *listener, struct why *why);

/* The same, of bytes; name is what why calls them. */
must_use enum status hypothesis_file_parse(
	struct hypothesis_file *out, const char *name, struct span text,
	const struct hypothesis_listener *listener, struct why *why);

/* Tells what is allowed and seems wrong: likelihoods that are equal, no item
 * that tells hypotheses apart, what depends on each other and is in no common
 * group. Returns how many. */
size_t hypothesis_file_warn(const struct hypothesis_file *f,
			    const struct hypothesis_listener *listener);

/* The shipped file (data/hypotheses.yaml), to begin one's own from. */
struct span hypothesis_file_shipped(void);

void hypothesis_file_free(struct hypothesis_file *f);

#endif /* ANALYSIS_HYPOTHESIS_FILE_H */
