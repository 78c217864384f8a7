/* hardware - which mining machines there were, when, and what they drew.
 *
 * The shipped table (data/hardware.csv, its sources named row by row) is
 * compiled in. A date without a day means "from the first of that month or
 * year on" for what was on sale, which errs to the safe side of a bound. */
#ifndef ANALYSIS_HARDWARE_H
#define ANALYSIS_HARDWARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ts.h"

struct hardware {
	const char *model;
	struct ts release;          /* TS_NONE: not known */
	double rate;                /* hash/s; 0: not known */
	double watts;               /* 0: not known */
	double joules_per_terahash; /* 0: not known */
	const char *source;
};

const struct hardware *hardware_all(size_t *n);

/* The fastest, and the most frugal, machine on sale at t; NULL: none known. */
const struct hardware *hardware_fastest(struct ts t);
const struct hardware *hardware_most_frugal(struct ts t);

/* Of machines released in the three years before t: the median, and the
 * worst still plausible, in J/TH (J per 1e12 hashes). 0: none known. */
double hardware_median_efficiency(struct ts t);
double hardware_worst_efficiency(struct ts t);

/* Names in a user agent: the machines it may be ("Antminer S9/..." is one,
 * "bmminer/2.0.0" is what S9, T9 and later ran). Fills up to room, returns how
 * many there are; 0: it names none. */
size_t hardware_by_agent(const struct hardware **out, size_t room,
			 const char *user_agent);

/* What the software is, in words, from the shipped table data/agents.csv, or
 * NULL ("cgminer: ASICs and FPGAs since 2011"). */
const char *hardware_software(const char *user_agent);

#endif /* ANALYSIS_HARDWARE_H */
