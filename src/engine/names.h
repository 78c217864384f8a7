/* names - which host name an address was asked for by, as DNS answers tell.
 *
 * The latest answer counts. A name says what somebody looked up, not who owns
 * the address.
 *
 * One thread reads answers ahead of those that ask, so each says which moment
 * it means: segments are numbered, and what was answered behind the moment is
 * not known at it. Any thread may call anything. */
#ifndef ENGINE_NAMES_H
#define ENGINE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cur.h"
#include "net/decode.h"

#define NAMES_MAX 65536 /* addresses; later ones are not kept */

struct names;

struct names *names_new(void);
void names_free(struct names *n);

/* Takes a UDP datagram, segment number `at`, that may be a DNS answer. Later
 * calls never have a lower number. */
void names_datagram(struct names *n, struct span payload, uint64_t at);

/* From now on nobody asks for a moment before this one. */
void names_forget(struct names *n, uint64_t before);

/* The name at that moment, or NULL. Lives until names_forget() is called for a
 * later moment. */
const char *names_find(struct names *n, const struct endpoint *address,
		       uint64_t at);

#endif /* ENGINE_NAMES_H */
