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

/* Consensus allows a coinbase script 100 bytes. */
#define POOLS_SCRIPT_MAX 256

/* The pool whose coinbase tag occurs in a coinbase script; the longest tag
 * wins, of equally long ones the first; NULL if none. Bytes behind
 * POOLS_SCRIPT_MAX are not looked at. */
const char *pools_by_tag(struct span coinbase_script);

/* The pool that is paid at this address (as address_of_script() writes it), or
 * NULL. */
const char *pools_by_address(const char *address);

/* Is the host name, or a parent domain of it, on the list of pool hosts?
 * Returns the listed name (the longest that fits) or NULL. Case and a final
 * dot do not matter. */
const char *pools_by_host(struct span host);

/* Is "ip:port" (IPv4 only), or ip with no port, on the list? Returns what is
 * listed, or NULL. */
const char *pools_by_endpoint(const char *ip, uint16_t port);

#endif /* WATCHLIST_POOLS_H */
