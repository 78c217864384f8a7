/* miner_url - where a pool or node is, as its users write it.
 *
 *	stratum+tcp://HOST:PORT    Stratum v1
 *	stratum+ssl://HOST:PORT    the same in TLS
 *	http://HOST[:PORT][/PATH]  getblocktemplate and getwork
 *	https://...                the same in TLS
 *
 * A host is a name, an IPv4 address, or an IPv6 address in brackets. */
#ifndef MINER_MINER_URL_H
#define MINER_MINER_URL_H

#include <stdbool.h>

#include "base/cur.h"
#include "base/status.h"

#define MINER_HOST_MAX 254 /* with the NUL */
#define MINER_PATH_MAX 512

struct miner_url {
	char text[MINER_HOST_MAX + MINER_PATH_MAX + 32]; /* as it was given */
	char host[MINER_HOST_MAX];                       /* without brackets */
	char port[6];
	char path[MINER_PATH_MAX]; /* of HTTP: "/" if there was none */
	bool http, tls;
};

/* ST_BAD with why, and *out as it was, for anything else. User and password in
 * it are refused: they would be shown. */
must_use enum status miner_url_parse(struct miner_url *out, struct span text,
				     struct why *why);

/* path taken from a header (X-Long-Polling: "/LP"), or a whole URL of the same
 * host: *out is url with that path and port. False, and *out as it was, if it
 * is neither. */
bool miner_url_follow(struct miner_url *out, const struct miner_url *url,
		      struct span path);

/* "host:port", "[v6]:port" */
#define MINER_AUTHORITY_MAX (MINER_HOST_MAX + 16)
char *miner_url_authority(char out[MINER_AUTHORITY_MAX],
			  const struct miner_url *url);

#endif /* MINER_MINER_URL_H */
