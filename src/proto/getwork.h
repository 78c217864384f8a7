/* getwork - Bitcoin's first way to hand out work: a header, ready to hash.
 *
 *	data     128 bytes: the header and SHA-256's padding; or its 80 alone.
 *	         Each 32-bit word has its bytes swapped.
 *	target   32 bytes, little-endian
 *
 * Whoever finds a nonce sends data back. The same call serves scrypt coins. A
 * long poll (GET /LP) has no JSON, and its answer is work like any other.
 * Source: the original client; the Bitcoin wiki's page "Getwork"; see
 * docs/formats/getwork.md. */
#ifndef PROTO_GETWORK_H
#define PROTO_GETWORK_H

#include "base/buf.h"
#include "coin/header.h"
#include "proto/daemon.h"
#include "proto/dialect.h"

extern const struct dialect getwork_dialect;

/* For daemon.c. Has the message the shape of work? */
bool getwork_is_work(const struct dialect_input *in);
/* Reads it; or a request by the method getwork, whose kind is returned. */
void getwork_work(struct daemon *d, const struct daemon_turn *t);
enum daemon_request getwork_request(struct daemon *d,
				    const struct daemon_turn *t);

/* getwork_write.c: appends a request for work, as the body of an HTTP
 * request. False, and out as it was but full, if it does not fit. */
bool getwork_write_request(struct buf *out, uint64_t id);
/* The same for a header that was worked on, as data of 128 bytes. */
bool getwork_write_submit(struct buf *out, uint64_t id,
			  const uint8_t header[HEADER_SIZE]);

#endif /* PROTO_GETWORK_H */
