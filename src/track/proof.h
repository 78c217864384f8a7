/* proof - holds one share against its job: proved, or why not. */
#ifndef TRACK_PROOF_H
#define TRACK_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "coin/header.h"
#include "evidence/fact.h"

/* Room for what a proof computes; a fact_share's spans point into it. */
struct proof {
	uint8_t header[HEADER_SIZE];
	uint8_t hash[32];
	uint8_t target[32];
};

/* Fills in share->proof, algorithm, header, hash, difficulty, target and
 * at_once from the share's own fields and its job (NULL: none). latest is the
 * difficulty announced last, which some pools apply at once; empty if it is
 * the job's. algorithm: what the session is known to use; unknown means
 * SHA-256d, and stays unknown unless the share is proved (track/recover weighs
 * the others). `room` must live as long as the share's spans. */
void proof_make(struct proof *room, struct fact_share *share,
		const struct fact_job *job, struct span latest,
		enum fact_algorithm algorithm);

/* Copies what the share's header, hash and target point to into room, and lets
 * them point there. */
void proof_keep(struct proof *room, struct fact_share *share);

/* Is the hash within 2^-15 above its target? A pool that rounds its targets
 * accepts such a share. */
bool proof_nearly(const struct fact_share *share);

/* Does the share's hash meet the target of its header's nBits? Then it solves
 * a block. */
bool proof_solves_block(const struct fact_share *share);

/* Difficulty of a hash in its algorithm's unit. */
double proof_share_difficulty(const struct fact_share *share);

#endif /* TRACK_PROOF_H */
