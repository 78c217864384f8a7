/* proof - holds one share against its job: proved, or why not.
 *
 * Which work a job asks for is the job's `algorithm`: a header hashed by
 * SHA-256d or scrypt (which of the two shows from the hashes), Equihash, which
 * is checked in full, or CryptoNight and its successors, whose claimed hash is
 * only held against the target. Ethash needs tables of its epoch and is left to
 * engine/recover. */
#ifndef TRACK_PROOF_H
#define TRACK_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "coin/target.h"
#include "evidence/fact.h"

#define PROOF_HEADER_MAX   140
#define PROOF_SOLUTION_MAX 1344

/* Room for what a proof computes; a fact_share's spans point into it. */
struct proof {
	uint8_t header[PROOF_HEADER_MAX];
	uint8_t hash[32];
	uint8_t target[32];
};

/* What a pool demands of hashes: a target (32 bytes, little-endian), or a
 * difficulty as decimal text; both empty: not known. */
struct proof_demand {
	struct span difficulty, target;
};

/* Fills in share->proof, algorithm, header, hash, difficulty, target and
 * at_once from the share's own fields and its job (NULL: none). latest is what
 * was demanded last, which some pools apply at once; empty if it is the job's.
 * algorithm: what the session is known to use; unknown means SHA-256d, and
 * stays unknown unless the share is proved (engine/recover weighs the others).
 * A claimed hash is taken from share->hash. `room` must live as long as the
 * share's spans. */
void proof_make(struct proof *room, struct fact_share *share,
		const struct fact_job *job, struct proof_demand latest,
		enum fact_algorithm algorithm);

/* Copies what the share's header, hash and target point to into room, and lets
 * them point there. */
void proof_keep(struct proof *room, struct fact_share *share);

/* The unit in which difficulties of that algorithm are told. */
enum target_unit proof_unit(enum fact_algorithm a);

/* What its tries are counted in: "H" (hashes); "Sol" (solutions). */
const char *proof_tries(enum fact_algorithm a);

/* The target that a job demands of its shares' hashes, little-endian; false: it
 * is not known. */
bool proof_demanded(uint8_t out[32], const struct fact_job *job,
		    enum fact_algorithm algorithm);

/* Holds a hash that was computed elsewhere (room->hash) against the job's
 * demand, then the latest one: the rest of proof_make(). */
void proof_hold(struct proof *room, struct fact_share *share,
		const struct fact_job *job, struct proof_demand latest);

/* Is the hash within 2^-15 above its target? A pool that rounds its targets
 * accepts such a share. */
bool proof_nearly(const struct fact_share *share);

/* Does the share's hash meet the target of its header's nBits? Then it solves
 * a block. */
bool proof_solves_block(const struct fact_share *share);

/* Difficulty of a hash in its algorithm's unit. */
double proof_share_difficulty(const struct fact_share *share);

#endif /* TRACK_PROOF_H */
