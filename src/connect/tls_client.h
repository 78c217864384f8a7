/* tls_client - the client's end of TLS, from bytes to bytes (OpenSSL).
 *
 * It knows no socket: what the server sent goes in, what is to be sent to it
 * comes out. Authorities are the system's, or those in SSL_CERT_FILE. */
#ifndef CONNECT_TLS_CLIENT_H
#define CONNECT_TLS_CLIENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"

enum tls_client_trust {
	TLS_CLIENT_CHECKS, /* the certificate holds for the host, or it ends */
	TLS_CLIENT_TAKES_ANY, /* certificate */
	TLS_CLIENT_ASKS,      /* and old versions and short keys: who only asks
			       * who answers learns more so */
};

struct tls_client; /* for all sessions of a run */

/* NULL with why if OpenSSL cannot. */
struct tls_client *tls_client_new(enum tls_client_trust trust, struct why *why);
void tls_client_free(struct tls_client *t); /* NULL is fine */

struct tls_session;

/* host is asked for by name (SNI, RFC 6066) unless it is an address. Never
 * NULL. */
struct tls_session *tls_session_new(struct tls_client *t, const char *host);
void tls_session_free(struct tls_session *s); /* NULL is fine */

enum tls_session_state {
	TLS_SESSION_SHAKING,
	TLS_SESSION_OPEN,
	TLS_SESSION_OVER,   /* the server has finished */
	TLS_SESSION_FAILED, /* why: tls_session_why() */
};

/* Goes on with these bytes of the server's (none: begins); what they say inside
 * is added to plain. */
enum tls_session_state tls_session_feed(struct tls_session *s,
					struct buf *plain, struct span raw);
/* Once open: to be said. False: it failed. */
bool tls_session_say(struct tls_session *s, struct span plain);
/* Says that we are done. */
void tls_session_finish(struct tls_session *s);
/* Moves what is to be sent to the end of out. */
void tls_session_take(struct buf *out, struct tls_session *s);

const char *tls_session_why(const struct tls_session *s);

/* OpenSSL's, for questions about the certificate; once open. */
const struct ssl_st *tls_session_ssl(const struct tls_session *s);

#endif /* CONNECT_TLS_CLIENT_H */
