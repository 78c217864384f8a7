/* hypothesis - what the measurements say for and against each hypothesis.
 *
 * Rows are hypotheses and columns evidence: this order lowers the bias towards
 * what one believes already (Dhami and others, Cognitive Research 9:37, 2024).
 * Every item has a log-likelihood with a range, discounted towards no weight by
 * the grade of its source; of items that depend on each other the weightiest
 * counts. Nothing is stated as a fact, and "cannot discriminate" is an answer.
 * Every rule and formula: docs/hypotheses.md. */
#ifndef ANALYSIS_HYPOTHESIS_H
#define ANALYSIS_HYPOTHESIS_H

#include "analysis/hypothesis_file.h"
#include "analysis/rate.h"

/* Quantities that items may name, with the unit they are given in and, of those
 * told in words, the words. */
#define HYPOTHESIS_WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define HYPOTHESIS_QUANTITY_LIST(X)                                            \
	X(HYPOTHESIS_HASHRATE, "hashrate", "hash/s", NULL)                     \
	X(HYPOTHESIS_PORTION, "network_portion", "portion of the network",     \
	  NULL)                                                                \
	X(HYPOTHESIS_MACHINES, "machines", "machines, at least", NULL)         \
	X(HYPOTHESIS_CLIENTS, "clients", "client addresses that mined", NULL)  \
	X(HYPOTHESIS_WORKERS, "workers", "worker names", NULL)                 \
	X(HYPOTHESIS_POWER, "power", "watts", NULL)                            \
	X(HYPOTHESIS_INCOME, "income", "BTC a day", NULL)                      \
	X(HYPOTHESIS_DURATION, "duration", "days from onset to end", NULL)     \
	X(HYPOTHESIS_DUTY, "duty", "portion of the time it worked", NULL)      \
	X(HYPOTHESIS_BANDWIDTH, "bandwidth", "bytes/s", NULL)                  \
	X(HYPOTHESIS_RAMP, "ramp", "days from onset to peak", NULL)            \
	X(HYPOTHESIS_HARDWARE, "hardware", "word",                             \
	  HYPOTHESIS_WORDS("cpu", "gpu", "fpga", "asic"))                      \
	X(HYPOTHESIS_POOL, "pool", "word",                                     \
	  HYPOTHESIS_WORDS("public", "private", "solo"))                       \
	X(HYPOTHESIS_PROXY, "proxy", "word", HYPOTHESIS_WORDS("yes", "no"))    \
	X(HYPOTHESIS_HOURS, "hours", "word",                                   \
	  HYPOTHESIS_WORDS("constant", "daytime", "night"))
#define HYPOTHESIS_ENUM(name, text, unit, words) name,
enum hypothesis_quantity {
	HYPOTHESIS_QUANTITY_LIST(HYPOTHESIS_ENUM) HYPOTHESIS_QUANTITIES
};
#undef HYPOTHESIS_ENUM

const char *hypothesis_quantity_text(enum hypothesis_quantity q);
const char *hypothesis_quantity_unit(enum hypothesis_quantity q);
/* Is it a word (else a number)? */
bool hypothesis_quantity_is_word(enum hypothesis_quantity q);
/* Its words, ended by NULL; NULL for a number. */
const char *const *hypothesis_quantity_words(enum hypothesis_quantity q);
/* HYPOTHESIS_QUANTITIES if there is none of that name. */
enum hypothesis_quantity hypothesis_quantity_of(const char *text);

/* What was measured. value.method NULL and word NULL: not determined; such an
 * item has no weight. Of a value that is exact, low, mid and high are equal; of
 * one that is a lower bound only ("at least"), high is INFINITY, low the bound,
 * and mid is not used. */
struct hypothesis_evidence {
	struct estimate value;
	const char *word;
	/* Grade of the measurement ("proved", "indicated", ..), in words, by
	 * which it is discounted where the file gives no grade: as
	 * hypothesis_grade_discount(). */
	const char *grade;
};

/* No likelihood counts for less than this portion of the largest one of its
 * item: judgements about tails are not better known than that. */
#define HYPOTHESIS_FLOOR 1e-3

/* Natural logarithm of a likelihood, with its range. */
struct hypothesis_weight {
	double low, mid, high;
};

/* What of one item changes which hypothesis leads. */
enum hypothesis_flip {
	HYPOTHESIS_FLIP_NONE,
	HYPOTHESIS_FLIP_REVERSED, /* if it spoke for the opposite */
	HYPOTHESIS_FLIP_REMOVED,  /* already if it were not there */
};

struct hypothesis_column {
	enum hypothesis_quantity quantity;
	const struct hypothesis_item *item;
	bool determined;
	bool counted;    /* false: not determined, or another of its group is */
	double discount; /* 0..1, of the source's grade; 1: none */
	/* Every hypothesis has such a value in its outer 1 %: the truth may
	 * be none of them. */
	bool unexpected;
	enum hypothesis_flip flip;
	/* For each hypothesis, relative to the mean over all: above 0 speaks
	 * for it. Discounted. */
	struct hypothesis_weight weight[HYPOTHESIS_MAX];
};

struct hypothesis_row {
	double prior;
	struct hypothesis_weight sum; /* of log-likelihoods that count */
	double low, posterior, high;  /* 0..1, over the ranges */
	const char *words; /* "likely": of the published scale, by the range;
			    * NULL where that spans two of its words: tell the
			    * range then */
};

struct hypotheses {
	struct hypothesis_row row[HYPOTHESIS_MAX]; /* as the file has them */
	size_t num_rows;
	struct hypothesis_column column[HYPOTHESIS_ITEMS_MAX];
	size_t num_columns;
	size_t leading;     /* row of the highest posterior */
	bool discriminates; /* its range lies above all others' */
	/* Columns, each of which alone, if it were wrong, would change which
	 * hypothesis leads (column.flip says how). */
	size_t flips[HYPOTHESIS_ITEMS_MAX];
	size_t num_flips;
	/* What the leading one's prior would have to fall to for another to
	 * lead; NAN: there is no other. */
	double prior_to_flip;
	const char *confidence; /* "low", "moderate", "high": apart from how
				 * likely it is; by sources and coverage */
};

/* The published scale (Intelligence Community Directive 203 of 2015) for p of
 * 0..1; "almost no chance" and "almost certain" also beyond its 1 % and 99 %.
 */
const char *hypothesis_words(double p);

/* 0..1, how far an item of an Admiralty grade counts: the product of the
 * letter's and the figure's. */
double hypothesis_admiralty_discount(char reliability, unsigned credibility);

/* The same of a measurement's grade; unknown ones as "contact". */
double hypothesis_grade_discount(const char *grade);

/* For each hypothesis its portion of all likelihoods of what was measured: what
 * this item alone would make of even priors, before any discount. False, and
 * nothing written, where nothing is determined. */
bool hypothesis_portions(double portion[HYPOTHESIS_MAX],
			 const struct hypothesis_file *file,
			 const struct hypothesis_item *item,
			 const struct hypothesis_evidence *evidence);

/* The number below which the portion p (0 < p < 1) of a hypothesis' values
 * lies; NAN for a table. */
double hypothesis_quantile(const struct hypothesis_likelihood *l, double p);

/* evidence has HYPOTHESIS_QUANTITIES entries. out borrows from file. */
void hypotheses_weigh(struct hypotheses *out,
		      const struct hypothesis_file *file,
		      const struct hypothesis_evidence *evidence);

#endif /* ANALYSIS_HYPOTHESIS_H */
