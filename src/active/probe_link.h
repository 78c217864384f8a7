/* probe_link - one connection to a server, in clear or in TLS, that never
 * waits: its owner does, for all of them at once. */
#ifndef ACTIVE_PROBE_LINK_H
#define ACTIVE_PROBE_LINK_H

#include <sys/socket.h>

#include "active/probe.h"
#include "connect/tls_client.h"
#include "net/decode.h"

struct probe_link;

enum probe_link_state {
	PROBE_LINK_CONNECTING,
	PROBE_LINK_SHAKING, /* TLS's handshake */
	PROBE_LINK_OPEN,
	PROBE_LINK_REFUSED, /* could not connect: words */
	PROBE_LINK_NO_TLS,  /* the handshake failed: words */
	PROBE_LINK_SHUT,    /* the server closed it, or it broke */
	PROBE_LINK_FULL,    /* PROBE_BYTES_MAX were read */
};

/* tls NULL: in clear. host is what TLS asks for. */
struct probe_link *probe_link_new(const struct sockaddr *to, socklen_t n,
				  struct tls_client *tls, const char *host);
/* Closes it cleanly: says that we are done, and reads what has come. */
void probe_link_free(struct probe_link *l);

/* What to poll for. */
int probe_link_fd(const struct probe_link *l);
short probe_link_events(const struct probe_link *l);

/* Goes on, after poll said so. What the server said is added to heard. */
enum probe_link_state probe_link_step(struct probe_link *l, struct buf *heard);

/* Once open. */
void probe_link_say(struct probe_link *l, struct span bytes);

const char *probe_link_words(const struct probe_link *l);
/* Of the socket; once open. */
void probe_link_ends(const struct probe_link *l, struct endpoint *own,
		     struct endpoint *server);
/* False: in clear, or not open yet. */
bool probe_link_certificate(struct probe_certificate *out,
			    const struct probe_link *l);

#endif /* ACTIVE_PROBE_LINK_H */
