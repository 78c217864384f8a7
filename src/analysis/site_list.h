/* site_list - named address prefixes of IPv4 and IPv6; the longest one wins.
 *
 * A line for each: "175.45.176.0/22  Star Joint Venture" (blanks or a comma
 * between; # begins a comment; an address without a length is one address;
 * several prefixes may have one name). Addresses are kept in 128 bits, IPv4
 * behind ::ffff:0:0/96, as RFC 4291 maps it. */
#ifndef ANALYSIS_SITE_LIST_H
#define ANALYSIS_SITE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cur.h"
#include "base/status.h"

#define SITE_LIST_NAME_MAX  127 /* bytes */
#define SITE_LIST_MAX       1000000
#define SITE_LIST_BYTES_MAX (1u << 26)
#define SITE_LIST_PREFIX    64

struct site_list;

/* name is that of the file, for sentences. NULL with why (file, line, what to
 * do). */
must_use struct site_list *site_list_parse(struct span text, const char *name,
					   struct why *why);
void site_list_free(struct site_list *l);

/* An address as text, 128 bits in network order; false: it is none. */
bool site_list_address(uint8_t out[16], const char *ip);

/* The name of the longest prefix that holds the address, and that prefix as
 * text; NULL: none. Borrowed from l. */
const char *site_list_find(char prefix[SITE_LIST_PREFIX],
			   const struct site_list *l,
			   const uint8_t address[16]);

#endif /* ANALYSIS_SITE_LIST_H */
