/* miner_tls - TLS over bytes that others carry. The peer's certificate must
 * hold for the name it was called by, unless any will do (insecure).
 * Authorities are the system's, or those in SSL_CERT_FILE (OpenSSL's). */
#ifndef MINER_MINER_TLS_H
#define MINER_MINER_TLS_H

#include "base/buf.h"
#include "miner/miner_link.h"

enum miner_tls_state {
	MINER_TLS_SHAKING,
	MINER_TLS_OPEN,
	MINER_TLS_OVER, /* the peer has finished */
	MINER_TLS_FAILED,
};

struct miner_tls_session;

struct miner_tls_session *miner_tls_session_new(struct miner_tls *t,
						const char *host);
void miner_tls_session_free(struct miner_tls_session *s); /* NULL is fine */

/* Takes bytes of the peer (none: to begin), and appends what they say. */
enum miner_tls_state miner_tls_feed(struct miner_tls_session *s,
				    struct buf *plain, struct span raw);
/* Only while it is open. */
bool miner_tls_say(struct miner_tls_session *s, struct span plain);
void miner_tls_finish(struct miner_tls_session *s);
/* Appends what is to be sent. */
void miner_tls_take(struct buf *out, struct miner_tls_session *s);
const char *miner_tls_why(const struct miner_tls_session *s);

#endif /* MINER_MINER_TLS_H */
