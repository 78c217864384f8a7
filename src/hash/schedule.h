/* schedule - what of a block of SHA-256 is known before it is hashed.
 *
 * A search hashes blocks that differ in a few words. Of the others, and of the
 * message words that depend on others only, the sums are made once
 * (FIPS 180-4, 6.2.2). For searches and their kernels; private to src/hash. */
#ifndef HASH_SCHEDULE_H
#define HASH_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct schedule {
	uint32_t addend[64]; /* a round's K, plus its word if that is known */
	uint32_t fixed[64];  /* the sum of the known terms of word t >= 16 */
};

/* Bit t of known says that w[t] is known, t < 16. Words that depend on known
 * ones only are found to be such too, and put into w. */
void schedule_known(struct schedule *out, uint32_t w[64], uint64_t known);

/* n words of a message. */
void schedule_read(uint32_t *w, const uint8_t *p, size_t n);

/* One round; kw is K + word. */
void schedule_round(uint32_t s[8], uint32_t kw);

/* A block all words of which are known. */
void schedule_block(uint32_t state[8], const uint32_t addend[64]);

#endif /* HASH_SCHEDULE_H */
