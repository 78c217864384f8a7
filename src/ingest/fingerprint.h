/* fingerprint - SHA-256 of files while they are read, on a thread of its own.
 *
 * One thread serves all files of a capture, in the order in which pieces are
 * handed in. A piece is only borrowed: its bytes must not change before
 * fingerprint_wait() has returned for its ticket. If the system gives no
 * thread, or has one processor for us, the work is done at once by the caller.
 *
 * Everything here is called from one and the same thread. */
#ifndef INGEST_FINGERPRINT_H
#define INGEST_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

struct fingerprint_worker;
struct fingerprint_worker *fingerprint_worker_new(void);
/* After the last fingerprint_end(). */
void fingerprint_worker_free(struct fingerprint_worker *w);

/* The digest of one file. */
struct fingerprint;
struct fingerprint *fingerprint_new(struct fingerprint_worker *w);

/* Hands in the next n bytes of the file. Returns a ticket. */
uint64_t fingerprint_add(struct fingerprint *f, const void *p, size_t n);

/* Returns once the piece with that ticket has been read. 0: at once. */
void fingerprint_wait(struct fingerprint *f, uint64_t ticket);

/* Waits for all pieces, writes the digest and frees f. */
void fingerprint_end(struct fingerprint *f, uint8_t out[32]);

#endif /* INGEST_FINGERPRINT_H */
