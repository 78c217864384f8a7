/* proof_private - steps of proof_make() that proof_batch.c takes for many
 * shares at a time. Private to src/track. */
#ifndef TRACK_PROOF_PRIVATE_H
#define TRACK_PROOF_PRIVATE_H

#include "pow/share.h"
#include "track/proof.h"

/* All of proof_make() if that takes no hash of a header: false. True: the
 * header is to be rebuilt from its parts and hashed, and then proof_end()
 * called. */
bool proof_begin(struct proof *room, struct fact_share *share,
		 const struct fact_job *job, struct proof_demand latest,
		 enum fact_algorithm algorithm);

/* What the header is rebuilt from; borrows of share and job. */
void proof_parts(struct share_job *j, struct share_submit *submit,
		 const struct fact_share *share, const struct fact_job *job);

/* With room->header and room->hash: the rest. */
void proof_end(struct proof *room, struct fact_share *share,
	       const struct fact_job *job, struct proof_demand latest,
	       enum fact_algorithm algorithm);

#endif /* TRACK_PROOF_PRIVATE_H */
