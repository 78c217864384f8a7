/* miner_work - a job with everything that shares on it are made of, and the
 * ways in which headers differ from one another.
 *
 * What threads may vary is numbered: unit u stands for a few choices of version
 * bits (those of the mask that the job leaves 0), which are tried together, an
 * extranonce2, and a part of the nonces. Threads draw units from the work; two
 * never try the same header. The first unit follows from a number that never
 * goes back during a run, so that a job that comes again (after a reconnect
 * that resumed its session) is not mined in the same place again.
 *
 * A work does not change once it was given to threads, but for what they draw;
 * it is counted by references. */
#ifndef MINER_MINER_WORK_H
#define MINER_MINER_WORK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "coin/target.h"
#include "hash/nonces.h"
#include "pow/share.h"

#define MINER_EXTRANONCE2_MAX 32
#define MINER_UNIT_NONCES     (UINT64_C(1) << 26)
#define MINER_UNIT_PARTS      (UINT64_C(1) << 6) /* of all nonces */

/* What a work is made from; everything is copied. */
struct miner_work_parts {
	struct span id, extranonce1;
	uint32_t extranonce2_n; /* at most MINER_EXTRANONCE2_MAX */
	struct share_job job;
	uint32_t ntime;
	bool has_mask; /* version bits are submitted */
	uint32_t mask;
	struct target target;
	uint64_t first_unit;
	uint64_t epoch; /* shares of an older one are of no use any more */
	/* Of a block that is handed in whole: all transactions but the
	 * coinbase, one behind the other; is the coinbase to have a witness. */
	struct span transactions;
	uint32_t num_transactions;
	bool has_witness;
};

struct miner_work { /* read only */
	atomic_uint references;
	atomic_uint_fast64_t drawn; /* units */
	uint64_t capacity;          /* units there are */
	struct miner_work_parts parts;
	uint8_t *own; /* what the spans of parts lie in */
};

/* NULL: the parts make no header (branches not whole, or too large). One
 * reference is the caller's. */
struct miner_work *miner_work_new(const struct miner_work_parts *parts);
struct miner_work *miner_work_get(struct miner_work *w);
void miner_work_put(struct miner_work *w); /* NULL is fine */

/* What distinguishes one header from another. */
struct miner_choice {
	uint8_t extranonce2[MINER_EXTRANONCE2_MAX]; /* extranonce2_n of them */
	uint32_t version_bits;
	uint32_t nonce;
};

/* Headers that are tried together. */
struct miner_unit {
	/* The extranonce2 is that of all; MINER_UNIT_NONCES from nonce on. */
	struct miner_choice first;
	/* Of the header, with bits of the mask from first.version_bits on. */
	uint32_t version[NONCES_VERSIONS_MAX];
	size_t num_versions; /* a power of two */
};

/* The next unit that nobody drew; any thread. False: there is none. */
bool miner_work_draw(struct miner_unit *out, struct miner_work *w);

/* The header of a choice, rebuilt from the job's parts. */
void miner_work_header(uint8_t out[HEADER_SIZE], const struct miner_work *w,
		       const struct miner_choice *choice);

/* The block that this header heads: with its transactions, as submitblock
 * takes it (BIP 22, 141, 144). False if out is full. */
bool miner_work_block(struct buf *out, const struct miner_work *w,
		      const struct miner_choice *choice,
		      const uint8_t header[HEADER_SIZE]);

#endif /* MINER_MINER_WORK_H */
