/* answers - an assessment told: one function and one file per output.
 *
 * The same assessment and the same `about` give the same bytes. Captured text
 * is escaped as the format has it; what is not determined is said to be (null
 * in JSON, an empty field in CSV, "-" in a log, words for people). Where the
 * assessment is of simulated rows, every output says so at its top and at every
 * figure that could be torn out. All return ST_IO if out cannot be written. */
#ifndef REPORT_ANSWERS_H
#define REPORT_ANSWERS_H

#include <stdio.h>

#include "analysis/assessment.h"
#include "base/status.h"

#define ANSWERS_SCHEMA 1

struct trace_told;

struct answers_about {
	const char *title;   /* "Report on case.db" */
	const char *version; /* of assay */
	struct ts generated;
	/* Where the coins went that coinbases paid to the payout addresses, or
	 * NULL: not asked. The page tells it (trace_told.h). */
	const struct trace_told *trace;
	bool redacted; /* names and addresses are pseudonyms (redact.h) */
};

/* For people at a terminal; colour as the caller decided. */
enum status answers_summary(FILE *out, const struct assessment *a,
			    const struct answers_about *about, bool colour);
/* One document: docs/report-json.md. */
enum status answers_json(FILE *out, const struct assessment *a,
			 const struct answers_about *about);
/* One self-contained page. */
enum status answers_html(FILE *out, const struct assessment *a,
			 const struct answers_about *about);
/* STIX 2.1 bundle; MISP event. */
enum status answers_stix(FILE *out, const struct assessment *a,
			 const struct answers_about *about);
enum status answers_misp(FILE *out, const struct assessment *a,
			 const struct answers_about *about);
/* Tab-separated log with Zeek's headers: one line for each session. */
enum status answers_zeek(FILE *out, const struct assessment *a,
			 const struct answers_about *about);

/* The tables: "inputs", "sessions", "subjects", "timeline", "segments",
 * "machines", "money", "payouts", "hypotheses", "exhibits"; then NULL. */
extern const char *const answers_tables[];
/* RFC 4180 with a header line. Table: one of answers_tables, else ST_USAGE.
 * docs/report-json.md, "Tables", says how captured text is kept from being a
 * formula. */
enum status answers_csv(FILE *out, const struct assessment *a,
			const char *table);

#endif /* REPORT_ANSWERS_H */
