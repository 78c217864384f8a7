/* filter - a BPF expression (pcap-filter(7)), compiled by libpcap for each
 * link type that turns up.
 *
 * Not every expression can be said of every link type ("ether host ..." of raw
 * IP). An expression is wrong if no link type at all takes it; packets of a
 * link type that does not take it never match. */
#ifndef INGEST_FILTER_H
#define INGEST_FILTER_H

#include <stdbool.h>

#include "base/status.h"
#include "net/packet.h"

#define FILTER_LINKS_MAX 64 /* further link types are not taken */

struct filter;

/* NULL with why set, in libpcap's words, if the expression is wrong. */
struct filter *filter_new(const char *expression, struct why *why);
void filter_free(struct filter *f);

bool filter_match(struct filter *f, const struct packet *p);

/* Does this link type take the expression? If not, why says so. */
bool filter_takes(struct filter *f, uint32_t link, struct why *why);

#endif /* INGEST_FILTER_H */
