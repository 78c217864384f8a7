/* hypothesis - what the measurements say for and against each hypothesis.
 *
 * Rows are hypotheses and columns evidence: this order lowers the bias towards
 * what one believes already (Dhami, Belton and Mandel 2024). Every item has a
 * log-likelihood with a range, discounted towards no weight by the grade of
 * its source; of items that depend on each other the weightiest counts. Nothing
 * is stated as a fact, and "cannot discriminate" is an answer. */
#ifndef ANALYSIS_HYPOTHESIS_H
#define ANALYSIS_HYPOTHESIS_H

#include "analysis/hypothesis_file.h"
#include "analysis/rate.h"

/* Quantities that items may name, with the unit they are given in. */
#define HYPOTHESIS_QUANTITY_LIST(X)                                            \
	X(HYPOTHESIS_HASHRATE, "hashrate", "hash/s")                           \
	X(HYPOTHESIS_PORTION, "network_portion", "portion of the network")     \
	X(HYPOTHESIS_MACHINES, "machines", "machines, at least")               \
	X(HYPOTHESIS_CLIENTS, "clients", "client addresses that mined")        \
	X(HYPOTHESIS_WORKERS, "workers", "worker names")                       \
	X(HYPOTHESIS_POWER, "power", "watts")                                  \
	X(HYPOTHESIS_INCOME, "income", "BTC a day")                            \
	X(HYPOTHESIS_DURATION, "duration", "days from onset to end")           \
	X(HYPOTHESIS_DUTY, "duty", "portion of the time it worked")            \
	X(HYPOTHESIS_BANDWIDTH, "bandwidth", "bytes/s")                        \
	X(HYPOTHESIS_RAMP, "ramp", "days from onset to peak")                  \
	X(HYPOTHESIS_HARDWARE, "hardware", "word: cpu, gpu, fpga, asic")       \
	X(HYPOTHESIS_POOL, "pool", "word: public, private, solo")              \
	X(HYPOTHESIS_PROXY, "proxy", "word: yes, no")                          \
	X(HYPOTHESIS_HOURS, "hours", "word: constant, daytime, night")
#define HYPOTHESIS_ENUM(name, text, unit) name,
enum hypothesis_quantity {
	HYPOTHESIS_QUANTITY_LIST(HYPOTHESIS_ENUM) HYPOTHESIS_QUANTITIES
};
#undef HYPOTHESIS_ENUM

const char *hypothesis_quantity_text(enum hypothesis_quantity q);
const char *hypothesis_quantity_unit(enum hypothesis_quantity q);
/* Is it a word (else a number)? */
bool hypothesis_quantity_is_word(enum hypothesis_quantity q);
/* HYPOTHESIS_QUANTITIES if there is none of that name. */
enum hypothesis_quantity hypothesis_quantity_of(const char *text);

/* What was measured. value.method NULL and word NULL: not determined; such an
 * item has no weight. */
struct hypothesis_evidence {
	struct estimate value;
	const char *word;
	/* Grade of the measurement ("proved", "indicated", ..), in words. */
	const char *grade;
};

/* Natural logarithm of a likelihood, with its range. */
struct hypothesis_weight {
	double low, mid, high;
};

struct hypothesis_column {
	enum hypothesis_quantity quantity;
	const struct hypothesis_item *item;
	bool determined;
	bool counted;    /* false: not determined, or another of its group is */
	double discount; /* 0..1, of the source's grade */
	/* For each hypothesis, relative to the mean over all: above 0 speaks
	 * for it. Discounted. */
	struct hypothesis_weight weight[HYPOTHESIS_MAX];
};

struct hypothesis_row {
	double prior;
	struct hypothesis_weight sum; /* of log-likelihoods that count */
	double low, posterior, high;  /* 0..1, over the ranges */
	const char *words; /* "likely": of the published scale, by the
			    * posterior; never for a range that spans two */
};

struct hypotheses {
	struct hypothesis_row row[HYPOTHESIS_MAX]; /* as the file has them */
	size_t num_rows;
	struct hypothesis_column column[HYPOTHESIS_ITEMS_MAX];
	size_t num_columns;
	size_t leading;     /* row of the highest posterior */
	bool discriminates; /* its range lies above all others' */
	/* Columns, each of which alone, if it were wrong, would change which
	 * hypothesis leads. */
	size_t flips[HYPOTHESIS_ITEMS_MAX];
	size_t num_flips;
	/* What the leading one's prior would have to fall to for another to
	 * lead; NAN: there is no other. */
	double prior_to_flip;
	const char *confidence; /* "low", "moderate", "high": apart from how
				 * likely it is; by sources and coverage */
};

/* evidence has HYPOTHESIS_QUANTITIES entries. out borrows from file. */
void hypotheses_weigh(struct hypotheses *out,
		      const struct hypothesis_file *file,
		      const struct hypothesis_evidence *evidence);

#endif /* ANALYSIS_HYPOTHESIS_H */
