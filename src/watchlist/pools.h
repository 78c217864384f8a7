/* pools - who a job, a payout or a host name belongs to.
 *
 * The shipped tables (data/pools.json, data/pool_hosts.txt; their sources are
 * named there) are compiled in. Every answer is a name from a list: grade
 * `listed`, never more. */
#ifndef WATCHLIST_POOLS_H
#define WATCHLIST_POOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"

/* The pool whose coinbase tag occurs in a coinbase script; the longest tag
 * wins; NULL if none. */
const char *pools_by_tag(struct span coinbase_script);

/* The pool that is paid at this address, or NULL. */
const char *pools_by_address(const char *address);

/* Is the host name, or a parent domain of it, on the list of pool hosts?
 * Returns the listed name or NULL. Case does not matter. */
const char *pools_by_host(struct span host);

/* Is "ip:port" (IPv4 only, as listed) on the list? */
const char *pools_by_endpoint(const char *ip, uint16_t port);

#endif /* WATCHLIST_POOLS_H */
