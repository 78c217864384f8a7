/* coinhive - mining in a browser, over WebSocket text messages.
 *
 * Two families of the same kind (docs/formats/coinhive.md says by whom):
 *
 *	coinhive	{"type": "auth" | "authed" | "job" | "submit" |
 *			 "hash_accepted" | "error" | .., "params": {..}}
 *	webminerpool	{"identifier": "handshake" | "job" | "solved" |
 *			 "hashsolved" | "error", ..}
 *
 * Their jobs and shares are Monero's (proto/monero.h), so that work is claimed.
 * Messages have no ids: verdicts are taken to come in the order of the shares.
 * "job" or "submit" is no sign of mining: the shape of the contents is. */
#ifndef PROTO_COINHIVE_H
#define PROTO_COINHIVE_H

#include "proto/dialect.h"

extern const struct dialect coinhive_dialect;

#endif /* PROTO_COINHIVE_H */
