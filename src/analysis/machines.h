/* machines - with what it was mined: software, machines, power, energy.
 *
 * docs/measurement.md, "Energy, and what was built". */
#ifndef ANALYSIS_MACHINES_H
#define ANALYSIS_MACHINES_H

#include "analysis/finding.h"
#include "analysis/hardware.h"
#include "analysis/series.h"

#define MACHINES_AGENTS_MAX 64
#define MACHINES_MODELS_MAX 16

/* How the values of a field that the miner chooses freely are spread: tells
 * one kind of firmware from another. */
enum machines_pattern {
	MACHINES_PATTERN_UNKNOWN, /* too few shares */
	MACHINES_PATTERN_UNIFORM,
	MACHINES_PATTERN_LOW,     /* near the start of the range */
	MACHINES_PATTERN_STEPPED, /* few values of some bits: parts of a range
				   */
	MACHINES_PATTERN_FIXED,
};

const char *machines_pattern_text(enum machines_pattern p); /* "uniform", .. */

struct machines_agent {
	const char *text;     /* as captured; borrowed from the findings */
	const char *software; /* what that is, or NULL */
	uint32_t sessions;
};

struct machines {
	struct machines_agent agent[MACHINES_AGENTS_MAX];
	size_t num_agents;
	uint64_t agents_dropped;
	/* How far agents narrow the machines down, the least of them counting;
	 * and the machines that are named, or belong to a named family; 0:
	 * none, or more than fit. */
	enum hardware_narrow narrow;
	/* "cpu", "gpu", "fpga", "asic": the one kind that all agents leave;
	 * NULL: they leave several, or say nothing. */
	const char *kind;
	const struct hardware *model[MACHINES_MODELS_MAX];
	size_t num_models;

	/* At least so many, because no machine on sale by then was faster: a
	 * bound at the rate's confidence; in an assessment, by the rate of the
	 * highest stretch. 0: not determined. */
	double at_least;
	/* The machine that bounds it; NULL: the bound is only that there was
	 * one, as for CPUs and cards, of which a machine may have several. */
	const struct hardware *fastest;
	/* Indicated, and no bounds; 0: not determined. */
	uint32_t connections; /* most at one time */
	uint32_t workers, addresses;
	uint32_t subranges; /* most at one time, summed over connections */
	uint32_t indicated; /* the largest of these */

	enum machines_pattern nonce, version_bits, extranonce2;
	/* Between submits: coefficient of variation; about 1 for work that is
	 * found by chance, 0 for what a timer sends. NAN: too few. */
	double rhythm;

	/* Watts: low by the most frugal machine on sale at the rate's lower
	 * limit, mid by the median, high by the worst still plausible at its
	 * upper limit; method "hardware-table", or "agent" where agents name
	 * machines or a family. Not determined where even the upper limit is
	 * less than any machine of the table makes. energy in joules over the
	 * observed time, energy_whole over the time from first to last. */
	struct estimate power, energy, energy_whole;

	/* Payload bytes of its conversations, and packets with payload,
	 * counted; of a worker's, those of its sessions. */
	uint64_t client_bytes, server_bytes, packets;
	double bytes_per_second; /* over their time; NAN: none */
};

/* Is SHA-256d all that they work on? Tables of machines, and what is known of
 * the network, are of no other. */
bool machines_by_sha256d(const struct finding *const *member, size_t n);

/* Watts at a hash rate made by machines of the set, narrowed to it so far,
 * which were on sale at that time. Method NULL where the rate or the table has
 * none.
 */
struct estimate machines_power(const struct estimate *rate,
			       const struct hardware_set *set,
			       enum hardware_narrow narrow, struct ts at);

/* Of a subject's members (worker as in series_subject), whose hash rate is
 * `work`. at: by which date machines must have been on sale (the last time it
 * was seen). ST_IO if the store cannot be read. */
enum status machines_of_subject(struct machines *out, struct store *store,
				const struct series_subject *subject,
				const struct work *work, struct ts at);

/* Of n subjects in one pass: out[i] of subject[i], work[i], at[i]. */
enum status machines_of_subjects(struct machines *out, struct store *store,
				 const struct series_subject *subject,
				 const struct work *const *work,
				 const struct ts *at, size_t n);

#endif /* ANALYSIS_MACHINES_H */
