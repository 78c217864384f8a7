/* html_tally - findings grouped by something that they name: a pool, an
 * account, an address that is paid. */
#ifndef REPORT_HTML_TALLY_H
#define REPORT_HTML_TALLY_H

#include "analysis/finding.h"

struct html_tally_group {
	const char *key;   /* borrowed from the findings */
	const char *label; /* the same, or what is said with it; or NULL */
	uint64_t sessions; /* findings that name it */
	uint64_t shares;   /* unique ones of these */
	struct ts first, last;
	/* Of an address that is paid: portions of the jobs' rewards. */
	double portion_low, portion_high;
};

struct html_tally {
	struct html_tally_group *group; /* most shares first, then by key */
	size_t n;
};

/* Pools that took work, by list or by the server's name or address (label:
 * how it is known, NULL: it is on no list). Contacts and nodes do not count. */
void html_tally_pools(struct html_tally *out, const struct findings *f);

/* Addresses in user names. */
void html_tally_accounts(struct html_tally *out, const struct findings *f);

/* Addresses that coinbases of jobs pay (label: the pool's name or NULL). */
void html_tally_payouts(struct html_tally *out, const struct findings *f);

void html_tally_free(struct html_tally *t);

#endif /* REPORT_HTML_TALLY_H */
