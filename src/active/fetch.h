/* fetch - a file from a web server, on command: into a file of its own, with
 * limits on everything a server could do without end.
 *
 * Encrypted, with the certificate checked by the system's authorities (or those
 * in SSL_CERT_FILE), unless plain HTTP is asked for; five redirects at most,
 * none from https to http. A server that was asked before may answer that
 * nothing changed (RFC 9110, section 13). */
#ifndef ACTIVE_FETCH_H
#define ACTIVE_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

#define FETCH_TAG       256
#define FETCH_REDIRECTS 5

struct fetch_validators { /* "" where there are none */
	char etag[FETCH_TAG], last_modified[FETCH_TAG];
};

struct fetch_request {
	const char *url;
	const char *path; /* that is written; removed again on failure */
	const struct fetch_validators *known; /* of what is there, or NULL */
	bool plain_http;                      /* allowed, too */
	uint64_t most_bytes;
	unsigned connect_seconds, seconds; /* for all of it */
	unsigned stall_seconds;            /* of less than 100 bytes a second */
};

struct fetched {
	bool unchanged; /* nothing was written */
	uint64_t bytes;
	int64_t modified; /* seconds since 1970, as the server says; -1 */
	struct fetch_validators validators;
};

/* ST_USAGE: a URL that is not allowed; ST_LIMIT: too long; ST_IO: everything
 * else, with why. On failure out is as it was and path is gone. */
enum status fetch(struct fetched *out, const struct fetch_request *r,
		  struct why *why);

#endif /* ACTIVE_FETCH_H */
