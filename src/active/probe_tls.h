/* probe_tls - the client's end of TLS, from bytes to bytes (OpenSSL).
 *
 * It knows no socket: what the server sent goes in, what is to be sent to it
 * comes out. Any certificate will do, since who answers is what is asked;
 * whether it is valid is told. Old versions and short keys are accepted for the
 * same reason. */
#ifndef ACTIVE_PROBE_TLS_H
#define ACTIVE_PROBE_TLS_H

#include "active/probe.h"

struct probe_tls_context; /* for all connections of a run */

/* NULL with why if OpenSSL cannot. */
struct probe_tls_context *probe_tls_context_new(struct why *why);
void probe_tls_context_free(struct probe_tls_context *c);

struct probe_tls;

/* host is asked for by name (SNI, RFC 6066) unless it is an address. */
struct probe_tls *probe_tls_new(struct probe_tls_context *c, const char *host);
void probe_tls_free(struct probe_tls *t);

enum probe_tls_state {
	PROBE_TLS_SHAKING,
	PROBE_TLS_OPEN,
	PROBE_TLS_OVER,   /* the server closed it */
	PROBE_TLS_FAILED, /* why: probe_tls_why() */
};

/* Goes on with these bytes of the server's (empty: begins); what it said inside
 * is added to plain. */
enum probe_tls_state probe_tls_feed(struct probe_tls *t, struct buf *plain,
				    struct span raw);
/* Once open: to be said. False: it failed. */
bool probe_tls_say(struct probe_tls *t, struct span plain);
/* Says that we are done. */
void probe_tls_finish(struct probe_tls *t);
/* Moves what is to be sent to the end of out. */
void probe_tls_take(struct buf *out, struct probe_tls *t);

const char *probe_tls_why(const struct probe_tls *t);
/* Once open. */
void probe_tls_certificate(struct probe_certificate *out,
			   const struct probe_tls *t);

#endif /* ACTIVE_PROBE_TLS_H */
