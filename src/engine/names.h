/* names - which host name an address was asked for by, as DNS answers tell.
 *
 * The latest answer counts. A name says what somebody looked up, not who owns
 * the address. */
#ifndef ENGINE_NAMES_H
#define ENGINE_NAMES_H

#include <stdbool.h>

#include "base/cur.h"
#include "net/decode.h"

#define NAMES_MAX 65536 /* addresses; later ones are not kept */

struct names;

struct names *names_new(void);
void names_free(struct names *n);

/* Takes a UDP datagram that may be a DNS answer. */
void names_datagram(struct names *n, struct span payload);

/* The name, or NULL. Lives until the address gets another one. */
const char *names_find(const struct names *n, const struct endpoint *address);

#endif /* ENGINE_NAMES_H */
