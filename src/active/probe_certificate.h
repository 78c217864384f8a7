/* probe_certificate - whose certificate a server showed. */
#ifndef ACTIVE_PROBE_CERTIFICATE_H
#define ACTIVE_PROBE_CERTIFICATE_H

#include "active/probe.h"
#include "connect/tls_client.h"

/* Of a session that is open. */
void probe_certificate_read(struct probe_certificate *out,
			    const struct tls_session *t);

#endif /* ACTIVE_PROBE_CERTIFICATE_H */
