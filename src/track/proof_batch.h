/* proof_batch - many shares held against their jobs: what proof_make() makes of
 * each, with the SHA-256d of their headers side by side. */
#ifndef TRACK_PROOF_BATCH_H
#define TRACK_PROOF_BATCH_H

#include <stddef.h>

#include "track/proof.h"

/* The arguments of proof_make(). No two items share room or share. */
struct proof_batch_item {
	struct proof *room;
	struct fact_share *share;
	const struct fact_job *job;
	struct proof_demand latest;
	enum fact_algorithm algorithm;
};

/* Any number; some dozens or more are fastest. */
void proof_batch_make(const struct proof_batch_item *item, size_t n);

#endif /* TRACK_PROOF_BATCH_H */
