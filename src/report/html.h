/* html - the page of answers_html(): what its files share.
 *
 * Everything goes out through html_put(), whose strings are escaped by
 * construction: a template is our own markup, and whatever a %s brings is text.
 * So captured text cannot leave its element or attribute, and no file of the
 * page escapes by hand. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "report/answers.h"

/* Columns of a text, if the template does not say less. */
#define HTML_TEXT_MAX 4096

struct html {
	FILE *out;
	const struct assessment *a;
	const struct answers_about *about;
	struct buf safe; /* one text in hand */
};

void html_init(struct html *h, FILE *out);
void html_fini(struct html *h);

/* Markup, with conversions as printf() has them, of these only: %s and %.40s (a
 * text, of at most so many columns, made harmless by text_safe() and escaped
 * for an element and for an attribute in double quotes; NULL is empty), %d, %u,
 * %zu, %llu, %g and %f with or without precision, %%. Anything else is a fault
 * of ours. */
void html_put(struct html *h, const char *markup, ...)
	__attribute__((format(printf, 2, 3)));

/* The sections: id, title. */
#define HTML_SECTION_LIST(X)                                                   \
	X(HTML_SUMMARY, "summary", "Summary")                                  \
	X(HTML_TIMELINE, "timeline", "Timeline")                               \
	X(HTML_WHO, "who", "Who and where")                                    \
	X(HTML_MACHINES, "machines", "Machines and energy")                    \
	X(HTML_MONEY, "money", "Money")                                        \
	X(HTML_HYPOTHESES, "hypotheses", "Hypotheses")                         \
	X(HTML_EVIDENCE, "evidence", "Evidence")                               \
	X(HTML_METHODS, "methods", "Methods and limits")
#define HTML_ENUM(name, id, title) name,
enum html_section {
	HTML_SECTION_LIST(HTML_ENUM) HTML_SECTIONS
};
#undef HTML_ENUM

void html_section_begin(struct html *h, enum html_section s);
void html_section_end(struct html *h);

/* html_page.c: what stands before and behind the sections. */
void html_page_begin(struct html *h);
void html_page_end(struct html *h);

/* One file each. */
void html_summary(struct html *h);
void html_timeline(struct html *h);
void html_who(struct html *h);
void html_machines(struct html *h);
void html_money(struct html *h);
void html_hypotheses(struct html *h);
void html_evidence(struct html *h);
void html_methods(struct html *h);

#endif /* REPORT_HTML_H */
