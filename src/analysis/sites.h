/* sites - where an address belongs: named prefixes that the user lists, or
 * autonomous systems and countries out of MaxMind databases that he gives.
 *
 * A site file has a line for each prefix: "175.45.176.0/22  Star Joint Venture"
 * (analysis/site_list.h). The longest prefix wins. Databases are read through
 * libmaxminddb, fields "autonomous_system_number",
 * "autonomous_system_organization" and "country.iso_code" (or
 * "registered_country.iso_code"). */
#ifndef ANALYSIS_SITES_H
#define ANALYSIS_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define SITES_TEXT  128
#define SITES_LABEL ((size_t)2 * SITES_TEXT)

struct sites;

/* Each path may be NULL. NULL with why on failure. */
must_use struct sites *sites_open(const char *file, const char *asn_mmdb,
				  const char *country_mmdb, struct why *why);
void sites_close(struct sites *s);

struct site {
	char name[SITES_TEXT];    /* of the user's list, or "" */
	char prefix[64];          /* that matched, or "" */
	uint32_t asn;             /* 0: not known */
	char as_name[SITES_TEXT]; /* or ""; UTF-8 without control characters */
	char country[4];          /* ISO 3166-1 alpha-2, or "" */
	/* A database is damaged where the address lies: in the library's words;
	 * NULL: no. */
	const char *damage;
};

/* All empty for an address that nothing lists, or that is none. */
void sites_find(struct site *out, const struct sites *s, const char *ip);

/* By what clients are grouped: the name, else "AS64496 NAME", else the
 * country, else "". */
const char *sites_label(char out[SITES_LABEL], const struct site *s);

#endif /* ANALYSIS_SITES_H */
