/* miner_link - one connection to a server, in clear or in TLS. Nothing waits
 * but the search for an address.
 *
 * Like active/probe_link, but for servers that are wanted: a certificate that
 * does not hold ends the connection, all addresses of a name are tried, and
 * there is no limit to what is read in all. */
#ifndef MINER_MINER_LINK_H
#define MINER_MINER_LINK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"
#include "connect/tls_client.h"
#include "miner/miner_url.h"

#define MINER_LINK_OUT_MAX (32u << 20) /* bytes that wait to be sent */

enum miner_link_state {
	MINER_LINK_CONNECTING, /* and the handshake */
	MINER_LINK_OPEN,
	MINER_LINK_OVER, /* could not be made, failed, or was closed */
};

struct miner_link;

/* Never NULL; what fails at once shows in its state. Takes as long as finding
 * the address takes. */
struct miner_link *miner_link_open(const struct miner_url *url,
				   struct tls_client *tls);
void miner_link_close(struct miner_link *l); /* says goodbye; NULL is fine */

bool miner_link_is_open(const struct miner_link *l);

/* For poll(). */
int miner_link_fd(const struct miner_link *l);
short miner_link_events(const struct miner_link *l);

/* Goes on as far as it can without waiting, and appends what came to heard. */
enum miner_link_state miner_link_step(struct miner_link *l, struct buf *heard);

/* Only while it is open. False: too much waits to be sent already. */
bool miner_link_say(struct miner_link *l, struct span bytes);

/* "127.0.0.1:3333", that it is (or was last tried) with; and why it is over. */
const char *miner_link_address(const struct miner_link *l);
const char *miner_link_words(const struct miner_link *l);

#endif /* MINER_MINER_LINK_H */
