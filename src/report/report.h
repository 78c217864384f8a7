/* report - findings told: JSON for machines, a table for people.
 *
 * JSON is one object a line, each with a "type"; keys are documented in
 * docs/json.md. What is not determined is null, never 0. Captured text is
 * escaped in both. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/finding.h"
#include "base/buf.h"
#include "engine/scan.h"

#define REPORT_SCHEMA 2

/* Everything one scan leads to. */
struct report {
	struct store *store;
	const struct findings *findings;
	const struct finding_groups *miners, *workers;
	const struct scan_counts *counts; /* NULL: no captures were read */
	double seconds;                   /* that reading took; 0: none */
	bool shares;                      /* list every share */
	bool colour;
	const char *version;
};

/* Write to out; ST_IO if it cannot be written to, or the store not read. */
enum status report_json(FILE *out, const struct report *r);
enum status report_table(FILE *out, const struct report *r);

/* One share with everything needed to check it, as one line of JSON
 * (docs/proof.md), after a check that it holds. ST_BAD if there is no such
 * share, it is not proved, or does not hold; ST_USAGE if several are meant.
 * which: the hash as people write it, or at least its last 8 digits; or
 * "session:position". */
enum status report_proof(FILE *out, struct store *store, const char *which,
			 struct why *why);

#endif /* REPORT_REPORT_H */
