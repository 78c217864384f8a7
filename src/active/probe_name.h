/* probe_name - addresses of a host, found without waiting.
 *
 * An address is one at once; a name is looked up beside us (getaddrinfo_a), as
 * the system does it. */
#ifndef ACTIVE_PROBE_NAME_H
#define ACTIVE_PROBE_NAME_H

#include <netdb.h>

#include "active/probe.h"

struct probe_name;

/* host and port are copied. */
struct probe_name *probe_name_new(const char *host, const char *port);
/* Gives up a search that goes on. */
void probe_name_free(struct probe_name *n);

/* False while it goes on. Then *found are the addresses (owned by n), or NULL
 * with words. */
bool probe_name_found(struct probe_name *n, const struct addrinfo **found,
		      char words[PROBE_WORDS_MAX]);

/* "10.0.0.1:3333", "[fd66::1]:3333". */
void probe_name_text(char out[PROBE_ADDRESS_MAX], const struct sockaddr *a,
		     socklen_t n);

#endif /* ACTIVE_PROBE_NAME_H */
