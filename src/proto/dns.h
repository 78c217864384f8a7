/* dns - which addresses a name stood for, by a DNS response (RFC 1035).
 *
 *	u16 id | u16 flags | u16 questions, answers, authorities, additional |
 *	{ name | u16 type | u16 class } |
 *	{ name | u16 type | u16 class | u32 ttl | u16 n | n data } ...
 *
 * What a miner was told its pool's address was. Only the question and what
 * answers it is used; the other records are stepped over, whatever they say
 * (RFC 6891's OPT, signatures). Nothing is believed about who sent it. */
#ifndef PROTO_DNS_H
#define PROTO_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/status.h"
#include "net/decode.h"

#define DNS_NAME_MAX    253 /* as text, without the last dot */
#define DNS_ANSWERS_MAX 64  /* records looked at; those behind are passed by */

/* The name asked for and one of its addresses (port 0); name is borrowed for
 * the call. It is lower case: labels of a-z 0-9 - _ with dots between. */
typedef void dns_sink(void *context, struct span name,
		      const struct endpoint *address);

/* Calls sink for every A and AAAA record that belongs to the name asked for or
 * to the end of the chain of CNAMEs that begins there, in the records' order.
 * False, and no call: not one whole response without error to one question
 * about an Internet name of that form, or a name in its answers that has not
 * that form. True with no call: it has no address. */
bool dns_read_answers(struct span message, dns_sink *sink, void *context);

/* Over TCP, each message has its length (u16) before it. PARSE_OK: *message is
 * the next of c, borrowed. PARSE_BAD: too short for a message. */
enum parse dns_take(struct span *message, struct cur *c);

/* Appends to out a response that says that name (of that form, any case) has
 * these addresses: the inverse of dns_read_answers(). False, and out as it was,
 * where that is impossible: another form, more than DNS_ANSWERS_MAX, out's
 * limit. */
bool dns_write(struct buf *out, struct span name,
	       const struct endpoint *addresses, size_t n);

#endif /* PROTO_DNS_H */
