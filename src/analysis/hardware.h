/* hardware - which mining machines there were, when, and what they drew.
 *
 * The shipped tables (data/hardware.csv and data/agents.csv, with a source for
 * each fact) are compiled in. A date without a day means "from the first of
 * that month or year on" for what was on sale, which errs to the safe side of a
 * bound. Figures are the makers' nominal ones.
 *
 * What a user agent says narrows which machines come into question. It is the
 * miner's own word. */
#ifndef ANALYSIS_HARDWARE_H
#define ANALYSIS_HARDWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ts.h"

#define HARDWARE_MAX 512 /* machines in the table, at most */

enum hardware_kind {
	HARDWARE_CPU,  /* CPUs and cards are parts: */
	HARDWARE_GPU,  /* one machine may have several of them */
	HARDWARE_FPGA, /* so may it of boards */
	HARDWARE_ASIC, /* a row is a machine */
};

struct hardware {
	const char *model; /* "Antminer S9", "Antminer S9 (14.5T)" */
	enum hardware_kind kind;
	struct ts release;          /* TS_NONE: not known */
	double rate;                /* hash/s; 0: not known */
	double watts;               /* 0: not known */
	double joules_per_terahash; /* J per 1e12 hashes; 0: not known */
	const char *release_source; /* of the date */
	const char *source;         /* of the figures */
};

const struct hardware *hardware_all(size_t *n);

/* Some of the table's machines. Private: hardware_*() look inside. */
struct hardware_set {
	uint64_t bits[HARDWARE_MAX / 64];
};

/* How far user agents narrow the machines; of several the least. */
enum hardware_narrow {
	HARDWARE_ANY,    /* not at all: unknown, or a proxy's */
	HARDWARE_KINDS,  /* to kinds of hardware */
	HARDWARE_FAMILY, /* to one maker's machines: "bmminer/2.0.0" */
	HARDWARE_NAMED,  /* to one: "Antminer S9/Mon ..." */
};

/* Adds what may be behind a user agent (NULL: none was seen). Here and below,
 * of a longer one the first 511 bytes are looked at. */
enum hardware_narrow hardware_set_add(struct hardware_set *set,
				      const char *user_agent);

/* h: of hardware_all(). */
bool hardware_set_has(const struct hardware_set *set, const struct hardware *h);

/* Of the set's machines (NULL: of all) the fastest ASIC, or of all kinds the
 * most frugal, on sale at t (TS_NONE: at any time). NULL: none known. */
const struct hardware *hardware_fastest(const struct hardware_set *set,
					struct ts t);
const struct hardware *hardware_most_frugal(const struct hardware_set *set,
					    struct ts t);

/* Hashes a second of the slowest machine of the set whose power is known,
 * whenever it was on sale: what works less is none of them. 0: none known. */
double hardware_slowest_rate(const struct hardware_set *set);

/* J per 1e12 hashes: the median of the set's machines released in the three
 * years before t, and the worst of those released in the five years before t,
 * which is still plausible. TS_NONE: released at any time. 0: none known. */
double hardware_median_efficiency(const struct hardware_set *set, struct ts t);
double hardware_worst_efficiency(const struct hardware_set *set, struct ts t);

/* The machines that an agent narrows down to by name or family ("Antminer
 * S9/..." is one in several editions, "bmminer/2.0.0" all Antminers). Fills up
 * to room, returns how many there are; 0: it names none. */
size_t hardware_by_agent(const struct hardware **out, size_t room,
			 const char *user_agent);

/* What the software is, in words, from the shipped table data/agents.csv, or
 * NULL ("cgminer (CPU, GPU, FPGA, ASIC; since 2011)"). */
const char *hardware_software(const char *user_agent);

#endif /* ANALYSIS_HARDWARE_H */
